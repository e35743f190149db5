"""A lock that lets others have their turn."""

from __future__ import annotations

import threading
import time
from collections import deque
from types import TracebackType
from typing import Any, Final, Self

TURN: Final = 0.002  # seconds: the longest the holder steps aside


class FairLock:
    """A re-entrant lock whose holder can give way. Works in a `threading.Condition`.

    Releasing an ordinary lock and taking it again at once starves those who wait for it, so they are counted
    here, and `give_way` leaves them time to come in.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        # What Condition asks of a re-entrant lock, as it is: written in Python, Ctrl-C could come between its steps
        methods: Any = self._lock  # typeshed knows only its public ones
        self._is_owned = methods._is_owned  # noqa: SLF001  # the methods Condition uses have no other names
        self._release_save = methods._release_save  # noqa: SLF001  # as above
        self._acquire_restore = methods._acquire_restore  # noqa: SLF001  # as above
        self._queue: deque[None] = deque()  # one entry a waiting thread; append and pop are atomic

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:  # noqa: FBT001, FBT002  # as RLock has it
        """Take it, as `threading.RLock` does."""
        if self._lock.acquire(blocking=False):
            return True
        if not blocking:
            return False
        self._queue.append(None)
        try:
            return self._lock.acquire(True, timeout)
        finally:
            self._queue.pop()

    def release(self) -> None:
        """Give it back."""
        self._lock.release()

    def give_way(self, notified: int = 0) -> None:
        """Let those who wait have it first; at once back when nobody waits.

        Args:
            notified: How many were waiting in a `threading.Condition` and have just been notified.
        """
        waiting = len(self._queue)
        if not waiting and not notified:
            return
        until = time.monotonic() + TURN
        self._lock.release()
        if notified:  # they take the lock without being counted
            time.sleep(0.00005)
        while 0 < len(self._queue) >= waiting and time.monotonic() < until:
            time.sleep(0.00005)
        self._lock.acquire()

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._lock.release()
