"""Branches that run at the same time inside one state: what Parallel and Map share."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from typing import Any, Final

from sfn_notebook import _json
from sfn_notebook.engine.failures import StateFailure
from sfn_notebook.engine.place import Place
from sfn_notebook.engine.strands import Signal, Steps
from sfn_notebook.engine.visit import Branch, Visit

ABORTED: Final = {name: f"{name}StateAborted" for name in ("Task", "Wait", "Map", "Parallel")}


class Group:
    """The children of one attempt of a Parallel or Map.

    Args:
        iterations: Whether the children are iterations of a Map, which have events of their own.
    """

    __slots__ = ("_came", "_ended", "_iterations", "_visit", "children")

    def __init__(self, visit: Visit, *, iterations: bool) -> None:
        self._visit = visit
        self._iterations = iterations
        self._ended: deque[tuple[Branch, Exception | None]] = deque()
        self._came: Signal | None = None
        self.children: list[Branch] = []
        visit.children = self.children

    def start(self, branch: Branch, steps: Steps) -> None:
        """Start a child."""

        def ended(value: Any, error: Exception | None) -> None:
            self._ended.append((branch, error))
            if self._came is not None:
                self._came.succeed()

        self.children.append(branch)
        branch.strand = self._visit.run.scheduler.spawn(steps, ended)

    def adopt(self, branch: Branch, place: Place) -> None:
        """Take in a child that had ended before a redrive."""
        branch.output = _json.loads(place.text), place.text
        self.children.append(branch)

    def in_order(self) -> list[Branch]:
        """The children by their index."""
        return sorted(self.children, key=lambda child: child.index)

    def next(self) -> Generator[Signal, Any, tuple[Branch, Exception | None]]:
        """Wait for the next child to end; the child and its failure."""
        if not self._ended:
            self._came = Signal()
            yield self._came
            self._came = None
        return self._ended.popleft()

    def cancel(self) -> None:
        """End every child that still runs."""
        for child in self.children:
            if child.strand is not None:
                child.strand.cancel()
        self._visit.children = []

    def fail(self, branch: Branch, failure: StateFailure) -> None:
        """Record that a child has failed and the others are aborted, as AWS does: in the order of the children.

        All follow the failing child's last event and are passed by.
        """
        trail = self._visit.branch.trail
        trail.last = branch.trail.last
        for child in self.children:
            if child is branch:
                self._iteration("MapIterationFailed", child)
                if child.visit is not None and child.visit.step.type == "Task":
                    trail.aside(ABORTED["Task"])
            elif child.strand is not None and not child.strand.ended:
                self._abort(child, iteration=self._iterations)

    def _iteration(self, kind: str, child: Branch) -> None:
        if self._iterations:
            details = {"name": self._visit.step.name, "index": child.index}
            self._visit.branch.trail.aside(kind, details)

    def _abort(self, child: Branch, *, iteration: bool) -> None:
        trail = self._visit.branch.trail
        if iteration:
            self._iteration("MapIterationAborted", child)
        visit = child.visit
        if visit is None or visit.step.type not in ABORTED:
            return
        trail.aside(ABORTED[visit.step.type])
        if visit.map_run is not None and visit.map_run.stopped is None:
            trail.aside("MapRunAborted")
        for inner in visit.children:
            if inner.strand is not None and not inner.strand.ended:
                if visit.step.type == "Map":
                    trail.aside("MapIterationAborted", {"name": visit.step.name, "index": inner.index})
                self._abort(inner, iteration=False)
