"""Inline Maps: the iterations are branches of the same execution."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from sfn_notebook.engine.branches import run_branch
from sfn_notebook.engine.failures import StateFailure
from sfn_notebook.engine.flow import Body
from sfn_notebook.engine.group import Group
from sfn_notebook.engine.map.plan import Plan, item_input, settings
from sfn_notebook.engine.parallel import joined, outputs
from sfn_notebook.engine.recorder import Trail
from sfn_notebook.engine.visit import Branch, Visit


def run_inline(plan: Plan) -> Callable[[Visit], Body]:
    """One attempt of an inline Map."""
    return lambda visit: _attempt(visit, plan)


def _attempt(visit: Visit, plan: Plan) -> Body:
    data = plan.flow.enter(visit)
    items = plan.items(visit, data)
    trail, name = visit.branch.trail, visit.step.name
    place = visit.take_place()
    started = trail.record("MapStateStarted", {"length": len(items)}) if place is None else place.started_id
    before = {} if place is None else place.inside
    most = visit.run.limits.inline_concurrency
    slots = min(settings(visit, plan, data).concurrency or most, most)
    group = Group(visit, iterations=True)
    ended = {index: stood for index, stood in before.items() if stood.state is None}
    waiting = deque(pair for pair in enumerate(items) if pair[0] not in ended)

    def begin(after: int) -> None:
        index, item = waiting.popleft()
        context = item.in_context(index)
        value = item_input(visit, plan, data, item, context)
        text = visit.text_of(value)
        stood = before.get(index)
        own = Trail(trail.recorder, after if stood is None else stood.last_id)
        if stood is None:
            own.record("MapIterationStarted", {"name": name, "index": index})
        child = Branch(visit.run, own, variables=visit.branch.variables, item=context, index=index)
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
        return joined(visit, plan.flow, "MapStateSucceeded", *outputs(group.in_order()))
    finally:
        group.cancel()
