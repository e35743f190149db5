"""`Worker`: Python that does the tasks of an activity, on a thread beside the notebook."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any, Final, Protocol, Self

from sfn_notebook import _json
from sfn_notebook._mocks import MockError
from sfn_notebook.errors import SessionClosed, SfnNotebookError, TaskTokenError
from sfn_notebook.notebook.clients import Clients
from sfn_notebook.notebook.translate import translated

_GRACE: Final = 2.0  # seconds until `stop` goes on without the thread: a poll at AWS cannot be broken off
_REST: Final = 1.0  # seconds between two polls when one failed
_ERROR_CHARS: Final = 256
_CAUSE_CHARS: Final = 32_768

log = logging.getLogger(__name__)


class Dismissing(Protocol):
    """A world, as far as a worker needs it."""

    def dismiss(self, activity_arn: str, worker: str) -> None:
        """Have the polls of an activity's worker come back now, where that can be."""
        ...


class SessionLike(Clients, Protocol):
    """A session, as far as a worker needs it."""

    @property
    def world(self) -> Dismissing:
        """What stands behind it."""
        ...


class Worker:
    """Takes the tasks of an activity one after the other and answers them; `session.worker` makes it.

    Args:
        session: The session.
        activity: The activity's ARN.
        function: Called with a task's input; what it gives is the task's output.
        name: What the history calls this worker.
        heartbeat: Seconds between two signs of life while the function runs, or None for none.
    """

    def __init__(
        self,
        session: SessionLike,
        activity: str,
        function: Callable[[Any], Any],
        *,
        name: str,
        heartbeat: float | None = None,
    ) -> None:
        self._world = session.world
        self._client = session.client("stepfunctions")
        self._activity = activity
        self._function = function
        self._name = name
        self._heartbeat = heartbeat
        self._stopping = threading.Event()
        self._last_error: Exception | None = None
        self.activity = activity.rsplit(":", 1)[-1]
        self._thread = threading.Thread(target=self._work, name=f"sfn-worker-{self.activity}", daemon=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        """Whether it takes tasks."""
        return self._thread.is_alive() and not self._stopping.is_set()

    @property
    def last_error(self) -> Exception | None:
        """What went wrong last between it and Step Functions, or None; what its function raises fails the task."""
        return self._last_error

    def stop(self) -> None:
        """Take no more tasks; one that is being done is still answered. Stopping twice does nothing."""
        self.ask_to_stop()
        if self._thread is not threading.current_thread():
            self._thread.join(_GRACE)

    def ask_to_stop(self) -> None:
        """As `stop`, without waiting for it."""
        self._stopping.set()
        self._world.dismiss(self._activity, self._name)

    def replaced_by(self, function: Callable[[Any], Any]) -> None:
        """Stop; a task that a poll under way still brings is done by the function that is in its place now."""
        self._function = function
        self.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"<Worker of {self.activity!r}: {'running' if self.running else 'stopped'}>"

    # -- the thread

    def _work(self) -> None:
        while not self._stopping.is_set():
            try:
                with translated():
                    task = self._client.get_activity_task(activityArn=self._activity, workerName=self._name)
                if task.get("taskToken"):
                    self._do(task["taskToken"], task.get("input", "null"))
            except SessionClosed:
                return
            except TaskTokenError as error:  # it was answered elsewhere, it timed out, or its execution ended
                self._last_error = error
            except SfnNotebookError as error:
                self._last_error = error
                log.warning("the worker of %r could not reach Step Functions: %s", self.activity, type(error).__name__)
                self._stopping.wait(_REST)

    def _do(self, token: str, text: str) -> None:
        done = threading.Event()
        if self._heartbeat is not None:
            threading.Thread(target=self._beat, args=(token, done), name="sfn-heartbeat", daemon=True).start()
        try:
            answer = self._answer(text)
        finally:
            done.set()
        with translated():
            if isinstance(answer, MockError):
                shown = {"error": (answer.error or "")[:_ERROR_CHARS], "cause": (answer.cause or "")[:_CAUSE_CHARS]}
                told = {key: value for key, value in shown.items() if value}
                self._client.send_task_failure(taskToken=token, **told)
            else:
                self._client.send_task_success(taskToken=token, output=answer)

    def _answer(self, text: str) -> str | MockError:
        try:
            made = self._function(_json.loads(text))
            return made if isinstance(made, MockError) else _json.dumps(made)
        except Exception as error:  # noqa: BLE001  # the task's failure, told to Step Functions
            return MockError(type(error).__name__, str(error))

    def _beat(self, token: str, done: threading.Event) -> None:
        while not done.wait(self._heartbeat):
            try:
                with translated():
                    self._client.send_task_heartbeat(taskToken=token)
            except SfnNotebookError as error:
                self._last_error = error
                return
