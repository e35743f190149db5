"""Map states, inline and distributed."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from sfn_notebook.asl import JSONATA, State
from sfn_notebook.engine.basic import RunWaiting
from sfn_notebook.engine.branches import run_branch
from sfn_notebook.engine.dataflow import Reader, Template, compile_path, compile_query, compile_template
from sfn_notebook.engine.failures import THRESHOLD, StateFailure, shown
from sfn_notebook.engine.faults import fault
from sfn_notebook.engine.flow import Body, Flow
from sfn_notebook.engine.group import Group
from sfn_notebook.engine.parallel import joined
from sfn_notebook.engine.program import Program
from sfn_notebook.engine.recorder import Trail
from sfn_notebook.engine.retry import compile_rescue, rescued
from sfn_notebook.engine.visit import Branch, Visit

DISTRIBUTED_CONCURRENCY: Final = 1000
UNBUILT: Final = ("ItemReader", "ItemBatcher", "ResultWriter")
Number = Callable[[Visit, Any], float | None]


class Plan(NamedTuple):
    """A Map state, compiled.

    Attributes:
        selector: ItemSelector, or its older name Parameters.
        items: Reads the items from the effective input.
    """

    flow: Flow
    program: Program
    selector: Template | None
    items: Reader
    concurrency: Number
    tolerated_count: Number
    tolerated_percentage: Number
    distributed: bool
    label: str | None


def compile_map(state: State, branches: tuple[Program, ...]) -> RunWaiting:
    """A Map state."""
    if unbuilt := next((field for field in UNBUILT if field in state.fields), None):
        return _unusable(unbuilt)
    plan, rescue = _plan(state, branches[0] if branches else Program(None, {})), compile_rescue(state)
    attempt = _distributed if plan.distributed else _inline
    return lambda visit: rescued(visit, rescue, lambda again: attempt(again, plan), failed_event="MapStateFailed")


def _unusable(field: str) -> RunWaiting:
    def run(visit: Visit) -> Body:
        yield None
        raise fault(visit, f"The embedded engine does not run the field '{field}' of a distributed Map yet.")

    return run


def _plan(state: State, program: Program) -> Plan:
    fields, query = state.fields, state.query_language == JSONATA
    config = (fields.get("ItemProcessor") or fields.get("Iterator") or {}).get("ProcessorConfig") or {}
    selector = "ItemSelector" if "ItemSelector" in fields or query else "Parameters"
    return Plan(
        flow=Flow(state),
        program=program,
        selector=compile_template(fields[selector], selector, query=query) if selector in fields else None,
        items=_compile_items(state),
        concurrency=_number(state, "MaxConcurrency", int),
        tolerated_count=_number(state, "ToleratedFailureCount", int),
        tolerated_percentage=_number(state, "ToleratedFailurePercentage", float),
        distributed=config.get("Mode") == "DISTRIBUTED",
        label=fields.get("Label"),
    )


def _compile_items(state: State) -> Reader:
    fields = state.fields
    if state.query_language == JSONATA:
        if "Items" not in fields:
            return lambda visit, data: _array(visit, data, "The state's input must be an array.")
        template = compile_query(fields["Items"], "Items", "array")
        return lambda visit, data: template.fill(visit, data, {"input": data})
    path = fields.get("ItemsPath", "$")
    if path == "$":
        return lambda visit, data: _array(visit, data, f'Reference path "{path}" must point to array.')
    read = compile_path(path, "ItemsPath")
    return lambda visit, data: _array(visit, read(visit, data), f'Reference path "{path}" must point to array.')


def _array(visit: Visit, value: Any, sentence: str) -> list[Any]:
    if not isinstance(value, list):
        raise fault(visit, sentence)
    return value


def _number(state: State, field: str, kind: type[int | float]) -> Number:
    """MaxConcurrency and the tolerated failures: a literal, a path, or JSONata."""
    literal, path = state.fields.get(field), state.fields.get(f"{field}Path")
    if state.query_language == JSONATA:
        template = compile_query(literal, field, "number")
        return lambda visit, data: template.fill(visit, data, {"input": visit.input})
    if path is None:
        return lambda visit, data: literal
    read, what = compile_path(path, f"{field}Path"), "integer" if kind is int else "float"

    def from_path(visit: Visit, data: Any) -> float:
        value = read(visit, data)
        try:
            if isinstance(value, (bool, dict, list)) or value is None:
                raise ValueError
            return kind(value)
        except ValueError:
            text = value if isinstance(value, str) else shown(value)
            sentence = f'The {field}Path field refers to value "{text}" which is not a valid {what}: {path}'
            raise fault(visit, sentence) from None

    return from_path


# -- inline


def _inline(visit: Visit, plan: Plan) -> Body:
    data = plan.flow.enter(visit)
    items = plan.items(visit, data)
    trail, name = visit.branch.trail, visit.step.name
    place = visit.take_place()
    started = trail.record("MapStateStarted", {"length": len(items)}) if place is None else place.started_id
    before = {} if place is None else place.inside
    slots = _slots(visit, plan, data, visit.run.limits.inline_concurrency)
    _tolerance(visit, plan, data, len(items))
    group = Group(visit, iterations=True)
    ended = {index: stood for index, stood in before.items() if stood.state is None}
    waiting = deque(pair for pair in enumerate(items) if pair[0] not in ended)

    def begin(after: int) -> None:
        index, item = waiting.popleft()
        chosen = {"Index": index, "Value": item}
        value, text = _item_input(visit, plan, data, chosen)
        stood = before.get(index)
        own = Trail(trail.recorder, after if stood is None else stood.last_id)
        if stood is None:
            own.record("MapIterationStarted", {"name": name, "index": index})
        child = Branch(visit.run, own, variables=visit.branch.variables, item=chosen, index=index)
        group.start(child, run_branch(child, plan.program, value, text, stood))

    try:
        for index, stood in ended.items():
            group.adopt(Branch(visit.run, trail, variables={}, index=index), stood)
        left = len(waiting)
        for _ in range(min(slots, left)):
            begin(started)
        for _ in range(left):
            child, error = yield from group.next()
            if error is not None:
                if isinstance(error, StateFailure) and not error.terminal:
                    group.fail(child, error)
                raise error
            trail.last = child.trail.aside("MapIterationSucceeded", {"name": name, "index": child.index})
            if waiting:
                begin(child.trail.last)
        return joined(visit, plan.flow, "MapStateSucceeded", group.in_order())
    finally:
        group.cancel()


def _item_input(visit: Visit, plan: Plan, data: Any, item: Mapping[str, Any]) -> tuple[Any, str]:
    value = item["Value"]
    if plan.selector is not None:
        visit.context(item)
        try:
            value = plan.selector.fill(visit, data, {"input": visit.input})
        finally:
            visit.forget_context()
    return value, visit.text_of(value)


def _slots(visit: Visit, plan: Plan, data: Any, most: int) -> int:
    asked = plan.concurrency(visit, data)
    if asked is not None and asked < 0:
        raise fault(visit, "MaxConcurrency cannot be negative.")
    return min(int(asked), most) if asked else most


def _tolerance(visit: Visit, plan: Plan, data: Any, total: int) -> float:
    """How many failed items are one too many, less one."""
    count, percentage = plan.tolerated_count(visit, data), plan.tolerated_percentage(visit, data)
    if count is not None and count < 0:
        raise fault(visit, "ToleratedFailureCount cannot be negative.")
    if percentage is not None and not 0 <= percentage <= 100:
        raise fault(visit, "ToleratedFailurePercentage must be between 0 and 100.")
    return max(count or 0, total * (percentage or 0) / 100)


# -- distributed: each item is an execution of its own, whose events are not in this history


def _distributed(visit: Visit, plan: Plan) -> Body:
    data = plan.flow.enter(visit)
    items = plan.items(visit, data)
    trail = visit.branch.trail
    trail.record("MapStateStarted", {"length": len(items)})
    slots, tolerance = _slots(visit, plan, data, DISTRIBUTED_CONCURRENCY), _tolerance(visit, plan, data, len(items))
    inputs = [_item_input(visit, plan, data, {"Index": i, "Value": item}) for i, item in enumerate(items)]
    map_run = visit.run.new_map_run(plan.label)
    trail.record("MapRunStarted", {"mapRunArn": map_run})
    group = Group(visit, iterations=False)
    waiting = deque(enumerate(inputs))

    def begin() -> None:
        index, (value, text) = waiting.popleft()
        child = visit.run.child_branch(map_run, value, text, index=index)
        group.start(child, run_branch(child, plan.program, value, text))

    failed = 0
    try:
        for _ in range(min(slots, len(inputs))):
            begin()
        for _ in inputs:
            _, error = yield from group.next()
            if error is not None:
                if not isinstance(error, StateFailure):
                    raise error
                failed += 1
                if failed > tolerance:
                    failure = StateFailure(THRESHOLD, "The specified tolerated failure threshold was exceeded")
                    trail.record("MapRunFailed", failure.details())
                    raise failure
            if waiting:
                begin()
        trail.record("MapRunSucceeded")
        return joined(visit, plan.flow, "MapStateSucceeded", group.children)
    finally:
        group.cancel()
