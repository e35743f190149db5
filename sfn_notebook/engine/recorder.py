"""Writing a history: the recorder of an execution and the trails of its branches."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from sfn_notebook.engine.failures import RUNTIME, StateFailure
from sfn_notebook.engine.records import Event

NOT_TRUNCATED: Final[dict[str, bool]] = {"truncated": False}  # one for all events


class Recorder:
    """Appends to one history and holds it to its quota.

    Args:
        history: The list it appends to.
        now: The clock.
        limit: The most events, or None.
        overflow: Called instead of recording the event that would leave no room for the last one; it raises.
    """

    __slots__ = ("_limit", "_now", "_overflow", "history")

    def __init__(
        self,
        history: list[Event],
        now: Callable[[], float],
        *,
        limit: int | None,
        overflow: Callable[[Trail], None],
    ) -> None:
        self.history = history
        self._now = now
        self._limit = float("inf") if limit is None else limit
        self._overflow = overflow

    def append(self, trail: Trail, kind: str, details: Mapping[str, Any] | None, previous: int) -> int:
        """Record an event; its id."""
        history = self.history
        number = len(history) + 1
        if number >= self._limit and not kind.startswith("Execution"):
            self._overflow(trail)
        history.append(Event(self._now(), kind, number, previous, details))
        return number


class Trail:
    """The thread of `previousEventId` through one branch.

    Attributes:
        last: The id that the branch's next event follows.
    """

    __slots__ = ("last", "recorder")

    def __init__(self, recorder: Recorder, last: int = 0) -> None:
        self.recorder = recorder
        self.last = last

    def record(self, kind: str, details: Mapping[str, Any] | None = None, *, previous: int | None = None) -> int:
        """Record an event of this branch; the next one follows it."""
        self.last = self.recorder.append(self, kind, details, self.last if previous is None else previous)
        return self.last

    def aside(self, kind: str, details: Mapping[str, Any] | None = None, *, previous: int | None = None) -> int:
        """Record an event that the next one passes by."""
        return self.recorder.append(self, kind, details, self.last if previous is None else previous)


def history_full(limit: int) -> StateFailure:
    """The failure of an execution whose history has no more room."""
    cause = f"The execution reached the maximum number of history events ({limit})."
    return StateFailure(RUNTIME, cause, terminal=True)
