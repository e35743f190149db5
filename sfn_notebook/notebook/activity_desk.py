"""Taking the task of an activity to answer it by hand, when no worker does.

GetActivityTask hands out the oldest task of the activity, whosever it is. So what comes is looked at: the history
of the execution tells whether it is the task that was meant; another one is kept for whoever means it.
"""

from __future__ import annotations

from typing import Any, Protocol

from sfn_notebook import _json, history
from sfn_notebook.errors import NothingPending
from sfn_notebook.history import DESK
from sfn_notebook.notebook.clients import Clients
from sfn_notebook.notebook.translate import translated


class Watched(Protocol):
    """An execution, as far as this needs it."""

    arn: str
    run: history.Run

    def refresh(self) -> object:
        """Ask for what is new."""
        ...


class ActivityDesk:
    """The tasks of activities that were taken to be answered by hand.

    Args:
        session: The session.
    """

    def __init__(self, session: Clients) -> None:
        self._session = session
        self._mine: dict[tuple[str, int], str] = {}  # execution and event -> token
        self._kept: list[tuple[str, Any, str]] = []  # activity, input, token of tasks that others mean

    def token(self, execution: Watched, waiting: history.Pending) -> str:
        """The token of a task; takes it from its activity's queue.

        Raises:
            NothingPending: a worker was quicker.
        """
        key = execution.arn, waiting.scheduled_id
        while key not in self._mine:
            execution.refresh()
            if not self._waits(execution, waiting):
                raise NothingPending(f"{waiting.state} waits no more: a worker has taken its task.")
            if self._taken(execution, waiting):
                self._mine[key] = self._from_kept(waiting)
                break
            with translated():
                task = self._session.client("stepfunctions").get_activity_task(
                    activityArn=waiting.activity, workerName=DESK
                )
            if task.get("taskToken"):
                self._kept.append((waiting.activity or "", _json.loads(task["input"]), task["taskToken"]))
        return self._mine[key]

    def _from_kept(self, waiting: history.Pending) -> str:
        for one in self._kept:
            activity, given, token = one
            if activity == waiting.activity and given == waiting.parameters:
                self._kept.remove(one)
                return token
        raise NothingPending(f"{waiting.state} was taken to be answered by hand, in another session.")

    @staticmethod
    def _waits(execution: Watched, waiting: history.Pending) -> bool:
        return any(one.scheduled_id == waiting.scheduled_id for one in execution.run.pending)

    @staticmethod
    def _taken(execution: Watched, waiting: history.Pending) -> bool:
        """Whether the desk has it: the event that says so follows the one that scheduled it."""
        events = execution.run.events[waiting.scheduled_id :]
        return any(
            one["type"] == "ActivityStarted" and one["previousEventId"] == waiting.scheduled_id for one in events
        )
