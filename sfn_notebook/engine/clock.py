"""Where the engine's time comes from: the wall, or nowhere."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final, Protocol

SEEDED_START: Final = 1_767_225_600.0  # 2026-01-01T00:00:00Z: where the time of a seeded instant engine begins


class Clock(Protocol):
    """What the scheduler asks of a clock."""

    instant: bool

    def now(self) -> float:
        """The time in epoch seconds."""
        ...

    def move(self, to: float) -> None:
        """Let it be `to`, when that is later than now."""
        ...


class RealClock:
    """The wall clock, in milliseconds as the service has them; it moves by itself."""

    instant = False

    def now(self) -> float:
        """The time in epoch seconds."""
        return round(time.time(), 3)

    def move(self, to: float) -> None:
        """Nothing: it moves by itself."""


class InstantClock:
    """A clock that stands still until it is moved.

    >>> clock = InstantClock(100.0)
    >>> clock.move(160.0); clock.move(20.0); clock.now()
    160.0
    """

    instant = True

    def __init__(self, start: float | None = None) -> None:
        self._now = time.time() if start is None else start

    def now(self) -> float:
        """The time in epoch seconds."""
        return self._now

    def move(self, to: float) -> None:
        """Let it be `to`; it never goes back."""
        self._now = max(self._now, to)


@lru_cache(maxsize=64)
def iso(seconds: float) -> str:
    """A time as the context object shows it.

    >>> iso(1.5)
    '1970-01-01T00:00:01.500Z'
    """
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")[:-6] + "Z"
