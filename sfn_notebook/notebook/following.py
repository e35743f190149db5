"""What an execution has come to, as far as its history tells; and how that is kept up with."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from sfn_notebook import asl, history
from sfn_notebook.errors import NotAvailable
from sfn_notebook.notebook.activity_desk import ActivityDesk
from sfn_notebook.notebook.clients import Clients
from sfn_notebook.notebook.logs import as_event
from sfn_notebook.notebook.stream import PASSING, Follower, Listener, Pace, Reader
from sfn_notebook.notebook.translate import translated

if TYPE_CHECKING:
    from sfn_notebook.notebook.worlds import World


class SessionLike(Clients, Protocol):
    """What an execution needs of its session."""

    @property
    def world(self) -> World:
        """What stands behind it."""
        ...

    @property
    def activity_desk(self) -> ActivityDesk:
        """Where the tasks of activities are taken that are answered by hand."""
        ...


class Followed:
    """The part of an execution that follows its history.

    Args:
        session: The session.
        arn: The execution's ARN.
        definition: The definition that runs, where that is known.
    """

    SLICE: float = 0.05  # seconds; how long a wait may keep Ctrl-C or a widget waiting

    def __init__(self, session: SessionLike, arn: str, definition: asl.Machine | None) -> None:
        self.session = session
        self.arn = arn
        self.definition = definition
        self.run = history.Run(definition)
        self._lock = threading.RLock()
        self._reader = Reader(arn)
        self._pace = Pace()
        self._follower = Follower(self)

    # -- keeping up with the history

    def poll(self) -> history.Changes | None:
        """Ask for what is new, if it is time to; None when it is not, and when asking failed in a way that may pass.

        Raises:
            SfnNotebookError: the history cannot be read, after trying for a while.
        """
        if self.run.ended or (not self.session.world.pushes and self._pace.left() > 0):
            return None
        try:
            return self.refresh()
        except PASSING as error:
            self._pace.failed(error)
            return None

    def refresh(self) -> history.Changes:
        """Ask for what is new now.

        Raises:
            SfnNotebookError: the history cannot be read.
        """
        with self._lock:
            if self.run.ended:
                return self.run.feed(())
            return self._read()

    def _read(self) -> history.Changes:
        if self._express and "/" in self.arn:  # a Map Run's child: it keeps no history, but can be described
            with translated():
                answer = self.session.client("stepfunctions").describe_execution(executionArn=self.arn)
            if "stopDate" in answer:
                self.concluded(answer)
            return self.run.feed(())
        if self._express:
            changes = self.run.feed(self._logged())
        else:
            changes = self.run.feed(self._reader.read(self.session.client("stepfunctions"), self.run.last_id))
        self._pace.polled(news=bool(changes))
        if changes:
            self._follower.tell(changes)
        return changes

    @property
    def _express(self) -> bool:
        return ":express:" in self.arn

    def _logged(self) -> list[dict[str, Any]]:
        level, lines = self.session.world.logs(self.machine_arn, self.arn)
        if level != "ALL":
            raise NotAvailable(
                f"an Express execution of {self.machine_name!r} was started; its history cannot be asked for.",
                hint="sm.run(...) waits for its answer; and session.state_machine(..., logging='ALL') has executions"
                " log their events, which are shown then.",
            )
        return [as_event(line) for line in lines]

    def concluded(self, answer: Mapping[str, Any]) -> None:
        """Take the end from the answer of StartSyncExecution, and the events from a log that is there at once."""
        with self._lock:
            if self.session.world.pushes:
                level, lines = self.session.world.logs(self.machine_arn, self.arn)
                self.run.feed(as_event(line) for line in lines if level == "ALL")
            self.run.conclude(answer)

    def wait_for_news(self, seconds: float) -> bool:
        """Wait until the history has grown, at most so many seconds; whether it has.

        Raises:
            SfnNotebookError: the history cannot be read, after trying for a while.
        """
        world = self.session.world
        if world.pushes:
            if not world.wait_for_events(self.arn, self.run.last_id, seconds):
                return False
        else:
            time.sleep(min(seconds, self._pace.left()))
        changes = self.poll()
        return bool(changes)

    def follow(self, listener: Listener, closed: Callable[[], None] | None = None) -> Callable[[], None]:
        """Call the listener with every change, on one background thread that all listeners share.

        Args:
            listener: Called with a `history.Changes`.
            closed: Called once when the execution or its session is closed.

        Returns:
            What takes the listener away again.
        """
        return self._follower.add(listener, closed)

    def close(self) -> None:
        """End the background thread, if there is one; the execution goes on."""
        self._follower.close()

    # -- what it is and has

    @property
    def name(self) -> str:
        """The execution's name."""
        return self.arn.split(":")[7] if self.arn.count(":") > 6 else self.arn.split(":")[-1]

    @property
    def machine_name(self) -> str:
        """The name of its state machine."""
        # a child's ARN names the Map behind a slash, by its label or by an id
        return self.arn.split(":")[6].partition("/")[0] if self.arn.count(":") > 5 else ""

    @property
    def machine_arn(self) -> str:
        """The ARN of its state machine, without version or alias."""
        return ":".join([*self.arn.split(":")[:5], "stateMachine", self.machine_name])

    @property
    def status(self) -> str:
        """RUNNING, SUCCEEDED, FAILED, TIMED_OUT or ABORTED, as of now."""
        self.refresh()
        return self.run.status

    @property
    def input(self) -> Any:
        """Its input."""
        self.refresh()
        return self.run.input

    @property
    def output(self) -> Any:
        """Its output; None until it has succeeded."""
        self.refresh()
        return self.run.output

    @property
    def error(self) -> str | None:
        """The error name it ended with, or None."""
        self.refresh()
        return self.run.error

    @property
    def cause(self) -> str | None:
        """The cause it ended with, or None."""
        self.refresh()
        return self.run.cause

    @property
    def duration(self) -> float | None:
        """How many seconds it took; None while it runs."""
        self.refresh()
        if self.run.started_at is None or self.run.stopped_at is None:
            return None
        return self.run.stopped_at - self.run.started_at

    @property
    def path(self) -> list[str]:
        """The names of the states in the order they were entered."""
        self.refresh()
        return self.run.path
