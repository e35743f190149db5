"""Parallel states."""

from __future__ import annotations

from typing import Any

from sfn_notebook.asl import State
from sfn_notebook.engine.basic import RunWaiting
from sfn_notebook.engine.branches import run_branch
from sfn_notebook.engine.failures import StateFailure
from sfn_notebook.engine.flow import Body, Flow, Outcome
from sfn_notebook.engine.group import Group
from sfn_notebook.engine.program import Program
from sfn_notebook.engine.recorder import Trail
from sfn_notebook.engine.retry import compile_rescue, rescued
from sfn_notebook.engine.visit import Branch, Visit


def compile_parallel(state: State, branches: tuple[Program, ...]) -> RunWaiting:
    """A Parallel state."""
    flow, rescue = Flow(state), compile_rescue(state)

    def attempt(visit: Visit) -> Body:
        return _attempt(visit, flow, branches)

    return lambda visit: rescued(visit, rescue, attempt, failed_event="ParallelStateFailed")


def _attempt(visit: Visit, flow: Flow, programs: tuple[Program, ...]) -> Body:
    arguments = flow.fill_arguments(visit, flow.enter(visit))
    text = visit.text_of(arguments)
    trail, place = visit.branch.trail, visit.take_place()
    started = trail.record("ParallelStateStarted") if place is None else place.started_id
    group = Group(visit, iterations=False)
    running = 0
    try:
        for index, program in enumerate(programs):
            before = None if place is None else place.inside.get(index)
            branch = _child(visit, started if before is None else before.last_id, index)
            if before is not None and before.state is None:
                group.adopt(branch, before)
            else:
                group.start(branch, run_branch(branch, program, arguments, text, before))
                running += 1
        for _ in range(running):
            branch, error = yield from group.next()
            if error is not None:
                if isinstance(error, StateFailure) and not error.terminal:
                    group.fail(branch, error)
                raise error
            trail.last = branch.trail.last
        return joined(visit, flow, "ParallelStateSucceeded", group.children)
    finally:
        group.cancel()


def _child(visit: Visit, started: int, index: int) -> Branch:
    parent = visit.branch
    trail = Trail(parent.trail.recorder, started)
    return Branch(parent.run, trail, variables=parent.variables, item=parent.item, index=index)


def joined(visit: Visit, flow: Flow, succeeded: str, children: list[Branch]) -> Outcome:
    """The outcome of a state whose children all have an output: the list of them, in order."""
    trail = visit.branch.trail
    before = trail.last
    trail.record(succeeded)
    outputs = [child.output for child in children if child.output is not None]
    result: list[Any] = [value for value, _ in outputs]
    outcome = flow.leave(visit, result)
    trail.last = before  # the Exited event passes the Succeeded one by
    if outcome.output is result:
        return outcome._replace(text=f"[{','.join(text for _, text in outputs)}]")
    return outcome
