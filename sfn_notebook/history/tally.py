"""One status for a state out of those of its visits."""

from __future__ import annotations

from collections import Counter
from typing import Final

from sfn_notebook.history.visits import Visit

# what a state is shown as, the first that any of its visits has
_PRECEDENCE: Final = ("WAITING", "RETRYING", "RUNNING", "FAILED", "TIMED_OUT", "ABORTED", "CAUGHT", "SUCCEEDED")


class Tally:
    """The statuses of one state's latest visits: one in each Map iteration of the latest round."""

    __slots__ = ("_counts", "_latest", "_round")

    def __init__(self) -> None:
        self._round = -1
        self._latest: dict[tuple[tuple[str, int | None], ...], tuple[int, str]] = {}
        self._counts: Counter[str] = Counter()

    def count(self, visit: Visit) -> None:
        """Take in the status of a visit."""
        scope = visit.scope
        if scope.round > self._round:  # the Map around it began anew: what was before is past
            self._round = scope.round
            self._latest.clear()
            self._counts.clear()
        known, old = self._latest.get(scope.path, (0, None))
        if scope.round < self._round or visit.entered_id < known:
            return
        if old is not None:
            self._counts[old] -= 1
        self._latest[scope.path] = visit.entered_id, visit.status
        self._counts[visit.status] += 1

    @property
    def status(self) -> str:
        """What the state is shown as."""
        return next(one for one in _PRECEDENCE if self._counts[one] > 0)
