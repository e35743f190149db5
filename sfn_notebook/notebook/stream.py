"""Reading the history of an execution as it grows: pages, the pace of polling, and one follower thread."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable
from typing import Any, Final, Protocol

from sfn_notebook.errors import EndpointUnreachable, SessionClosed, SfnNotebookError, Throttled
from sfn_notebook.history import Changes, Run
from sfn_notebook.notebook.translate import translated

LARGEST_PAGE: Final = 1000  # the most events AWS gives at once
SMALLEST_PAGE: Final = 20
_FIRST_SECONDS: Final = 0.2
_LONGEST_SECONDS: Final = 2.0
_SLOWEST_SECONDS: Final = 10.0  # when throttled
_PATIENCE: Final = 8  # failed polls in a row before it is an error
_log: Final = logging.getLogger(__name__)

Event = dict[str, Any]
Listener = Callable[[Changes], None]

PASSING: Final = (Throttled, EndpointUnreachable)
"""Errors of a poll that may pass by themselves."""


class Growing(Protocol):
    """An execution, as those see it who follow it."""

    SLICE: float
    run: Run

    def poll(self) -> Changes | None:
        """Ask for what is new, if it is time to; None when it is not, and when asking failed in a way that may pass."""
        ...

    def wait_for_news(self, seconds: float) -> bool:
        """Wait until the history has grown, at most so many seconds; whether it has."""
        ...


class Reader:
    """Reads what is new in an execution's history.

    Following a long history costs what is new, not what there is: after the first time it is read from its end
    backwards, in pages about as long as what came last time.

    Args:
        arn: The execution.
    """

    def __init__(self, arn: str) -> None:
        self._arn = arn
        self._page = LARGEST_PAGE

    def read(self, client: Any, after: int) -> list[Event]:
        """The events with a higher id than `after`, in any order; known ones may be among them.

        Args:
            client: A boto3 client of Step Functions.
            after: The last id up to which everything is known.

        Raises:
            SfnNotebookError: the history cannot be read.
        """
        if after == 0:
            return self._all(client)
        found, token = self._ask(client, reverseOrder=True, maxResults=self._page)
        if token and found and found[-1]["id"] > after + 1 and self._page < LARGEST_PAGE:
            # more has happened than was expected; a page's length cannot change on the way, so begin again
            self._page = LARGEST_PAGE
            found, token = self._ask(client, reverseOrder=True, maxResults=self._page)
        if len(found) > 1 and found[0]["id"] < found[-1]["id"]:  # an emulator that knows no reverse order
            return self._all(client) if token else found
        while token and found and found[-1]["id"] > after + 1:
            events, token = self._ask(client, reverseOrder=True, maxResults=self._page, nextToken=token)
            found = found + events
        new = [event for event in found if event["id"] > after]
        self._page = min(max(SMALLEST_PAGE, 2 * len(new)), LARGEST_PAGE)
        return new

    def _all(self, client: Any) -> list[Event]:
        found, token = self._ask(client, maxResults=LARGEST_PAGE)
        while token:
            events, token = self._ask(client, maxResults=LARGEST_PAGE, nextToken=token)
            found = found + events
        self._page = SMALLEST_PAGE
        return found

    def _ask(self, client: Any, **options: Any) -> tuple[list[Event], str | None]:
        with translated():
            page = client.get_execution_history(executionArn=self._arn, **options)
        return page["events"], page.get("nextToken")


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
            SfnNotebookError: the error, when it has not passed for too long; the next poll starts counting anew.
        """
        self._failures += 1
        self._seconds = min(self._seconds * 2, _SLOWEST_SECONDS)
        self._set()
        if self._failures >= _PATIENCE:
            self._failures = 0
            raise error

    def _set(self) -> None:
        self._due = self._clock() + self._seconds * random.uniform(0.8, 1.2)


class Follower:
    """One thread that keeps an execution's fold up to date while somebody listens.

    It ends by itself at the end of the execution, when the last listener leaves, or when it is closed.

    Args:
        execution: The execution to follow.
    """

    SLICE: Final = 0.25  # seconds; how long a listener's leaving may go unnoticed

    def __init__(self, execution: Growing) -> None:
        self._execution = execution
        self._listeners: list[tuple[Listener, Callable[[], None] | None]] = []
        self._news: list[Changes] = []
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._given_up = False

    def add(self, listener: Listener, closed: Callable[[], None] | None = None) -> Callable[[], None]:
        """Call the listener with what changes, on the follower's thread; returns what takes it away again.

        Args:
            listener: What to call.
            closed: Called once when nothing will be told any more because the follower was closed.
        """
        entry = (listener, closed)
        with self._lock:
            self._listeners.append(entry)
            self._run()

        def leave() -> None:
            with self._lock:
                if entry in self._listeners:
                    self._listeners.remove(entry)

        return leave

    def tell(self, changes: Changes) -> None:
        """Hand on to every listener what a poll has found, whoever polled; the follower's thread calls them."""
        with self._lock:
            if self._listeners:
                self._news.append(changes)
                self._run()

    def close(self) -> None:
        """End the thread, wait until it has ended, and tell the listeners."""
        with self._lock:
            left, self._listeners = self._listeners, []
            thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join()
        for _, closed in left:
            if closed is not None:
                self._call(closed)

    def _run(self) -> None:
        if self._thread is None and (self._news or not self._execution.run.ended):
            self._thread = threading.Thread(target=self._follow, name="sfn-follow", daemon=True)
            self._thread.start()

    def _follow(self) -> None:
        while (work := self._next()) is not None:
            for changes in work[0]:
                for listener in work[1]:
                    self._call(listener, changes)
            if not work[0]:
                self._keep_up()

    def _next(self) -> tuple[list[Changes], list[Listener]] | None:
        """What to tell and to whom; None when the thread has nothing to do any more, and ends."""
        with self._lock:
            news, self._news = self._news, []
            if self._listeners and (news or not (self._given_up or self._execution.run.ended)):
                return news, [listener for listener, _ in self._listeners]
            self._thread, self._given_up = None, False
            return None

    def _keep_up(self) -> None:
        """Wait for news; when they cannot be had, the thread ends, until somebody else's poll has some again."""
        try:
            self._execution.wait_for_news(self.SLICE)
        except SessionClosed:
            self._given_up = True
        except Exception as error:  # noqa: BLE001 - nobody is there to catch it; whoever asks next gets it themselves
            _log.warning("the execution is not followed any more: %s", error)
            self._given_up = True

    def _call(self, listener: Callable[..., None], *news: Changes) -> None:
        try:
            listener(*news)
        except Exception:  # noqa: BLE001 - one listener must not silence the others; the reason is logged
            _log.exception("a listener failed")
