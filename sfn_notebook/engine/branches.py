"""The loop of a branch: from state to state until one of them ends it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sfn_notebook import _json
from sfn_notebook.engine.choice import NO_MATCH
from sfn_notebook.engine.failures import StateFailure, too_large
from sfn_notebook.engine.faults import fault
from sfn_notebook.engine.flow import Outcome
from sfn_notebook.engine.place import Place, values
from sfn_notebook.engine.program import Program, Step
from sfn_notebook.engine.recorder import NOT_TRUNCATED
from sfn_notebook.engine.strands import Steps
from sfn_notebook.engine.visit import Branch, Visit


def run_branch(branch: Branch, program: Program, value: Any, text: str, place: Place | None = None) -> Steps:
    """Run a branch on an input; its output is left in `branch.output`.

    Args:
        branch: The branch; it holds everything that changes.
        program: Its states.
        value: The input.
        text: The input's JSON text.
        place: Where it stood before a redrive; it goes on there.

    Raises:
        StateFailure: a state failed and nothing in this branch caught it.
    """
    trail = branch.trail
    try:
        step = program.first()
        if place is not None and place.state is None:
            branch.output = _json.loads(place.text), place.text
            return
        if place is not None:
            step, value, text = _back(branch, program, place)
        while True:
            visit = branch.visit = Visit(branch, step, value, text)
            if place is not None and place.entered_id and place.left is None:
                visit.entered_id, visit.place, place = place.entered_id, place, None
            else:
                place = None
                entered = {"name": step.name, "input": text, "inputDetails": NOT_TRUNCATED}
                visit.entered_id = trail.record(step.entered, entered)
            outcome = (yield from step.work(visit)) if step.waits else step.work(visit)
            value, text = outcome.output, _exit(visit, outcome)
            if outcome.next is None:
                branch.output = value, text
                branch.visit = None
                return
            following = program.steps.get(outcome.next)
            if following is None:
                raise fault(visit, NO_MATCH)
            step = following
            yield branch.run.end_between_states() if branch.run.dismissed else None
    except StateFailure as failure:
        if failure.at is None or not failure.terminal:
            failure.at = trail.last
        raise


def _back(branch: Branch, program: Program, place: Place) -> tuple[Step, Any, str]:
    """The state a branch goes on with after a redrive, and its input."""
    _assign(branch, place.variables)
    step, text = program.steps[place.state or ""], place.text
    if place.left is None:
        return step, _json.loads(text), text
    # a Choice says in its rules only where it led to; they are asked again, with the variables of then
    visit = Visit(branch, step, _json.loads(text), text)
    visit.entered_id = place.entered_id
    following = program.steps.get(step.work(visit).next or "")
    if following is None:
        raise fault(visit, NO_MATCH)
    text, assigned = place.left
    _assign(branch, assigned)
    return following, _json.loads(text), text


def _assign(branch: Branch, texts: Mapping[str, str]) -> None:
    branch.variable_sizes = {**branch.variable_sizes, **{name: _json.size(text) for name, text in texts.items()}}
    branch.variables = {**branch.variables, **values(texts)}


def _exit(visit: Visit, outcome: Outcome) -> str:
    """Record the Exited event; the output's text."""
    run, step, branch = visit.run, visit.step, visit.branch
    if outcome.text is None:
        text = visit.text_of(outcome.output)
    else:
        text = outcome.text
        if run.too_long(text):
            raise too_large(step.name, terminal=True)
    details: dict[str, Any] = {"name": step.name, "output": text, "outputDetails": NOT_TRUNCATED}
    if outcome.assigned:
        texts = {name: _json.dumps(value) for name, value in outcome.assigned.items()}
        branch.variable_sizes = _sizes(visit, texts)
        branch.variables = {**branch.variables, **outcome.assigned}
        details["assignedVariables"] = texts
        details["assignedVariablesDetails"] = NOT_TRUNCATED
    branch.trail.record(step.exited, details)
    return text


def _sizes(visit: Visit, texts: Mapping[str, str]) -> Mapping[str, int]:
    """The sizes of a branch's variables with new ones among them.

    Raises:
        StateFailure: a value, or all of them together, are too long.
    """
    limits = visit.run.limits
    sizes = {name: _json.size(text) for name, text in texts.items()}
    together = {**visit.branch.variable_sizes, **sizes}
    if sum(sizes.values()) > limits.variable_bytes or sum(together.values()) > limits.variables_bytes:
        raise too_large(visit.step.name, terminal=True)
    return together
