"""Starting the children of a Map Run, as many at a time as it may have, and counting how they end."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from typing import Final

from sfn_notebook.engine.map_runs import COUNTED_AS, MapRun, Unit
from sfn_notebook.engine.program import Program
from sfn_notebook.engine.records import Execution
from sfn_notebook.engine.strands import Signal
from sfn_notebook.engine.visit import Visit

TURN: Final = 64  # children started between two chances for them to run, so that short ones never pile up


class Dispatch:
    """One attempt of a Map Run.

    Args:
        visit: The Map state's visit.
        map_run: The Map Run.
        program: What the children run.
    """

    def __init__(self, visit: Visit, map_run: MapRun, program: Program) -> None:
        self._visit = visit
        self._map_run = map_run
        self._program = program
        self._waiting = deque(map_run.waiting())
        self._running: dict[Execution, Unit] = {}
        self._news: Signal | None = None

    def run(self) -> Generator[Signal | None, object, bool]:
        """Run all children; whether more items failed than are tolerated."""
        self._map_run.changed = self._stir
        while (self._waiting or self._running) and not self._map_run.exceeded():
            if self._start_some():
                yield None
            else:
                self._news = Signal()
                yield self._news
                self._news = None
        return self._map_run.exceeded()

    def stop(self) -> None:
        """Stop the children that still run; what waits stays pending."""
        for execution in () if self._visit.run.closing else list(self._running):
            self._visit.run.children.stop(execution)

    def _start_some(self) -> bool:
        """Start the next few; False when none may start now."""
        quota = self._visit.run.limits.map_run_children
        most = min(self._map_run.settings.concurrency or quota, quota)
        number = min(TURN, most - len(self._running), len(self._waiting))
        for _ in range(number):
            unit = self._waiting.popleft()
            before = self._map_run.taken_up(unit)
            if before is None:
                child = self._visit.run.start_child(self._map_run, unit, self._program, self._ended)
            else:
                child = before
                self._visit.run.redrive_child(child, unit, self._program, self._ended)
            self._map_run.children[unit.number] = child
            self._running[child] = unit
        return number > 0

    def _ended(self, child: Execution) -> None:
        self._map_run.move(self._running.pop(child), "running", COUNTED_AS[child.status])
        self._stir()

    def _stir(self) -> None:
        if self._news is not None:
            self._news.succeed()
