"""Running one state apart from everything else: on a clock and in a thread of its own, which end with it.

Nothing of it is left in the engine, and on an instant clock the session's time stays where it was, however long the
state waits, and whatever else waits for an answer meanwhile.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from random import Random
from typing import Final

from sfn_notebook.engine.calls import Calls
from sfn_notebook.engine.clock import InstantClock
from sfn_notebook.engine.flow import Body, Outcome
from sfn_notebook.engine.probe import Probe
from sfn_notebook.engine.program import Program, Step
from sfn_notebook.engine.records import Execution
from sfn_notebook.engine.run import Parts, Run
from sfn_notebook.engine.scheduler import Scheduler
from sfn_notebook.engine.tokens import Tokens
from sfn_notebook.engine.visit import Visit
from sfn_notebook.engine.workers import Workers

GRACE: Final = 1.0  # real seconds for a runner that is given up
LONGEST: Final = 300  # seconds a state may take

log = logging.getLogger(__name__)


class Trials:
    """The states of an engine that are being tried.

    Args:
        parts: The engine's own; what runs, runs on others.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._schedulers: set[Scheduler] = set()
        self._closed = False

    def run(self, step: Step, execution: Execution, probe: Probe, *, random: Random) -> bool:
        """Run a state to its end. False when the engine was closed before.

        Args:
            step: The state, compiled.
            execution: What it is to think it is part of; its outcome stands here afterwards.
            probe: What watches it.
            random: Where its tokens, ids and random numbers come from.
        """
        clock = InstantClock(self._parts.clock.now()) if self._parts.clock.instant else self._parts.clock
        scheduler, workers = Scheduler(clock), Workers()
        calls = Calls(scheduler, workers)
        parts = replace(self._parts, clock=clock, scheduler=scheduler, tokens=Tokens(), calls=calls)
        self._schedulers.add(scheduler)
        try:
            with scheduler.lock:
                execution.started = clock.now()
                Run(parts, execution, random=random, history_limit=None, probe=probe).begin(
                    _alone(step, probe), LONGEST
                )
            if self._closed:
                scheduler.close()
            return scheduler.wait(lambda: not execution.running, None)
        finally:
            self._schedulers.discard(scheduler)
            scheduler.close()
            if not workers.close(GRACE):
                log.warning("a task runner is still running; its thread ends when it returns")

    def close(self) -> None:
        """End them all; their callers are told."""
        self._closed = True
        for scheduler in tuple(self._schedulers):
            scheduler.close()


def _alone(step: Step, probe: Probe) -> Program:
    """A program of one step: where it leads to is told to the probe, and not gone to."""

    def work(visit: Visit) -> Body:
        visit.retries = probe.retried
        outcome: Outcome = (yield from step.work(visit)) if step.waits else step.work(visit)
        probe.next = outcome.next
        probe.variables = {**probe.variables, **(outcome.assigned or {})}
        return outcome._replace(next=None)

    return Program(step.name, {step.name: Step(step.name, step.type, work, waits=True)})
