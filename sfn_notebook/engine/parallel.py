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
        return joined(visit, flow, "ParallelStateSucceeded", *outputs(group.children))
    finally:
        group.cancel()


def _child(visit: Visit, started: int, index: int) -> Branch:
    parent = visit.branch
    trail = Trail(parent.trail.recorder, started)
    return Branch(parent.run, trail, variables=parent.variables, item=parent.item, index=index)


def outputs(children: list[Branch]) -> tuple[list[Any], str]:
    """The outputs of branches that have one, as a list in their order, and its JSON text."""
    found = [child.output for child in children if child.output is not None]
    return [value for value, _ in found], f"[{','.join(text for _, text in found)}]"


def joined(visit: Visit, flow: Flow, succeeded: str, result: Any, text: str | None) -> Outcome:
    """The outcome of a state that has run others.

    Args:
        visit: Its visit.
        flow: Its data flow.
        succeeded: The event of its success.
        result: What came of it.
        text: The result's JSON text when it is known already.
    """
    trail = visit.branch.trail
    before = trail.last
    trail.record(succeeded)
    outcome = flow.leave(visit, result)
    trail.last = before  # the Exited event passes the Succeeded one by
    return outcome._replace(text=text) if outcome.output is result else outcome
