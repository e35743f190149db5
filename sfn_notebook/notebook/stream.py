"""Reading the history of an execution as it grows: pages, the pace of polling, and one follower thread."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from sfn_notebook.errors import EndpointUnreachable, SfnNotebookError, Throttled
from sfn_notebook.history import Changes
from sfn_notebook.notebook.translate import translated

if TYPE_CHECKING:
    from sfn_notebook.notebook.execution import Execution

PAGE: Final = 1000  # the most events AWS gives at once
_FIRST_SECONDS: Final = 0.2
_LONGEST_SECONDS: Final = 2.0
_SLOWEST_SECONDS: Final = 10.0  # when throttled
_PATIENCE: Final = 8  # failed polls in a row before it is an error
_log = logging.getLogger(__name__)

Event = dict[str, Any]


def new_events(client: Any, arn: str, after: int) -> list[Event]:
    """The events of an execution after the first `after`, in order.

    What is new is asked for from the end backwards, so that following a long history costs what is new, not what
    there is.
    """
    if after == 0:
        return _forward(client, arn)
    found: list[Event] = []
    token: dict[str, str] = {}
    with translated():
        while True:
            page = client.get_execution_history(executionArn=arn, reverseOrder=True, maxResults=PAGE, **token)
            events = page["events"]
            if len(events) > 1 and events[0]["id"] < events[-1]["id"]:
                return _forward(client, arn)  # an emulator that knows no reverse order
            found.extend(event for event in events if event["id"] > after)
            if not page.get("nextToken") or not events or events[-1]["id"] <= after:
                return found[::-1]
            token = {"nextToken": page["nextToken"]}


def _forward(client: Any, arn: str) -> list[Event]:
    found: list[Event] = []
    token: dict[str, str] = {}
    with translated():
        while True:
            page = client.get_execution_history(executionArn=arn, maxResults=PAGE, **token)
            found.extend(page["events"])
            if not page.get("nextToken"):
                return found
            token = {"nextToken": page["nextToken"]}


class Pace:
    """When to poll next: soon after something happened, seldom when nothing does, later still when refused.

    Args:
        clock: A monotonic clock in seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seconds = _FIRST_SECONDS
        self._due = clock()
        self._failures = 0

    def left(self) -> float:
        """How many seconds until the next poll."""
        return max(0.0, self._due - self._clock())

    def polled(self, *, news: bool) -> None:
        """A poll succeeded."""
        self._failures = 0
        self._seconds = _FIRST_SECONDS if news else min(self._seconds * 1.5, _LONGEST_SECONDS)
        self._set()

    def failed(self, error: SfnNotebookError) -> None:
        """A poll failed in a way that may pass.

        Raises:
            SfnNotebookError: the error, when it has not passed for too long.
        """
        self._failures += 1
        if self._failures >= _PATIENCE:
            raise error
        self._seconds = min(self._seconds * 2, _SLOWEST_SECONDS)
        self._set()

    def _set(self) -> None:
        self._due = self._clock() + self._seconds * random.uniform(0.8, 1.2)


PASSING: Final = (Throttled, EndpointUnreachable)
"""Errors of a poll that may pass by themselves."""

Listener = Callable[[Changes], None]


class Follower:
    """One thread that keeps an execution's fold up to date while somebody listens.

    It ends by itself at the end of the execution, when the last listener leaves, or when it is closed.

    Args:
        execution: The execution to follow.
    """

    def __init__(self, execution: Execution) -> None:
        self._execution = execution
        self._listeners: list[Listener] = []
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def add(self, listener: Listener) -> Callable[[], None]:
        """Call the listener with what changes, on the follower's thread; returns what takes it away again."""
        with self._lock:
            self._listeners.append(listener)
            if self._thread is None and not self._execution.run.ended:
                self._thread = threading.Thread(target=self._follow, name="sfn-follow", daemon=True)
                self._thread.start()

        def leave() -> None:
            with self._lock:
                if listener in self._listeners:
                    self._listeners.remove(listener)

        return leave

    def tell(self, changes: Changes) -> None:
        """Hand on to every listener what somebody's poll has found."""
        with self._lock:
            listeners = list(self._listeners)
        for listener in listeners:
            try:
                listener(changes)
            except Exception:  # noqa: BLE001 - one listener must not silence the others; the reason is logged
                _log.exception("a listener failed")

    def close(self) -> None:
        """End the thread, and wait until it has ended."""
        with self._lock:
            self._listeners.clear()
            thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join()

    def _follow(self) -> None:
        try:
            while self._wanted():
                self._execution.wait_for_news(0.25)
        except SfnNotebookError as error:
            _log.warning("following the execution ended: %s", error)
        finally:
            with self._lock:
                self._thread = None

    def _wanted(self) -> bool:
        with self._lock:
            return bool(self._listeners) and not self._execution.run.ended
