"""A brake: what changes a hundred times a second is told ten times."""

import threading
import time
from collections.abc import Callable


class Pace:
    """Calls a function after each `poke`, at once when it was quiet, and never more often than allowed.

    A poke during the pause is answered at its end, so the last one is never lost.

    Args:
        call: What to call, on the thread that pokes or on a timer's.
        seconds: The least time between two calls.
        clock: Where the time comes from, in seconds.
        timer: What makes a timer; `threading.Timer`, or a test's own.
    """

    def __init__(
        self,
        call: Callable[[], None],
        *,
        seconds: float,
        clock: Callable[[], float] = time.monotonic,
        timer: Callable[[float, Callable[[], None]], threading.Timer] = threading.Timer,
    ) -> None:
        self._call = call
        self._seconds = seconds
        self._clock = clock
        self._timer = timer
        self._lock = threading.Lock()
        self._free_at = clock()
        self._coming: threading.Timer | None = None

    def poke(self) -> None:
        """Ask for a call."""
        with self._lock:
            if self._coming is not None:
                return
            wait = self._free_at - self._clock()
            if wait > 0:
                self._coming = self._timer(wait, self._later)
                self._coming.daemon = True
                self._coming.start()
                return
            self._free_at = self._clock() + self._seconds
        self._call()

    def _later(self) -> None:
        with self._lock:
            self._coming = None
            self._free_at = self._clock() + self._seconds
        self._call()

    def close(self) -> None:
        """Forget a call that is still to come."""
        with self._lock:
            coming, self._coming = self._coming, None
        if coming is not None:
            coming.cancel()
