"""Checks of a machine and of each sub-machine as a whole: where it starts, where edges lead, where it ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from sfn_notebook.asl import Edge, Machine, State
from sfn_notebook.asl.fields import MACHINE_FIELDS
from sfn_notebook.asl.model import escape
from sfn_notebook.errors import did_you_mean
from sfn_notebook.lint.report import Problem
from sfn_notebook.lint.rules import problem
from sfn_notebook.lint.shapes import LANGUAGE, OBJECT, POSITIVE, TEXT, VERSION, shape_problem

_INNER_FIELDS: Final = ("StartAt", "States", "Comment", "ProcessorConfig")  # a branch inherits its QueryLanguage
_SHAPES: Final = MappingProxyType(
    {
        "StartAt": TEXT,
        "States": OBJECT,
        "Comment": TEXT,
        "QueryLanguage": LANGUAGE,
        "TimeoutSeconds": POSITIVE,
        "Version": VERSION,
    }
)
NAME_LIMIT: Final = 80  # characters of a state's name


def machine_problems(machine: Machine, top: Machine) -> Iterator[Problem]:
    """What is wrong with a machine, a branch or a processor, leaving aside the single states."""
    yield from _fields(machine, top)
    yield from _start(machine, top)
    for state in machine.states.values():
        for edge in state.edges():
            if edge.target not in machine.states:
                yield _dangling(edge, machine, top)
    yield from _ends(machine)


def name_problems(top: Machine) -> Iterator[Problem]:
    """Names that are too long, empty, or used twice anywhere in the machine."""
    seen: dict[str, State] = {}
    for state in top.walk():
        if not 1 <= len(state.name) <= NAME_LIMIT:
            yield problem("bad_state_name", state.pointer, state=state.name, length=len(state.name))
        if state.name in seen:
            yield problem("duplicate_name", state.pointer, state=state.name, other=seen[state.name].pointer)
        seen.setdefault(state.name, state)


def _fields(machine: Machine, top: Machine) -> Iterator[Problem]:
    missing = [field for field in ("States", "StartAt") if field not in machine.fields]
    if missing:
        yield problem("required", machine.pointer, fields=", ".join(missing))
    for field in machine.fields:
        if field not in (MACHINE_FIELDS if machine is top else _INNER_FIELDS):
            near = did_you_mean(str(field), MACHINE_FIELDS)
            yield problem("unsupported_field", machine.pointer, field=field, near=near)
    for field, shape in _SHAPES.items():
        if field in machine.fields:
            place = f"{machine.pointer}/{field}"
            if found := shape_problem(shape, machine.fields[field], place, state=None, field=field):
                yield found
    states = machine.fields.get("States", {})
    if not isinstance(states, Mapping):
        return
    if not states and "StartAt" in machine.fields and top.find(machine.start_at or "") is None:
        yield problem("empty", f"{machine.pointer}/States", field="States")
    for name, raw in states.items():
        pointer = f"{machine.pointer}/States/{escape(str(name))}"
        if found := shape_problem(OBJECT, raw, pointer, state=None, field=str(name)):
            yield found


def _start(machine: Machine, top: Machine) -> Iterator[Problem]:
    pointer = f"{machine.pointer}/StartAt"
    if machine.start_at is None:
        return
    if machine.start_at not in machine.states and (machine.states or top.find(machine.start_at) is not None):
        yield problem("missing_start", pointer, target=machine.start_at, **_where(machine.start_at, machine, top))


def _dangling(edge: Edge, machine: Machine, top: Machine) -> Problem:
    where = _where(edge.target, machine, top)
    return problem("missing_target", edge.pointer, state=edge.source, target=edge.target, **where)


def _where(target: str, machine: Machine, top: Machine) -> dict[str, str]:
    if machine is not top and top.find(target) is not None:
        return {"where": "in this branch", "near": "It stands outside of it, and no edge may leave or enter a branch."}
    if top.find(target) is not None:
        return {"where": "on this level", "near": "It stands inside a branch, and no edge may leave or enter a branch."}
    near = did_you_mean(target, machine.states) if machine.states else "Add it."
    return {"where": "in this branch" if machine is not top else "in the machine", "near": near}


def _ends(machine: Machine) -> Iterator[Problem]:
    if not machine.states:
        return
    if not any(_may_end(state, machine) for state in machine.states.values()):
        yield problem("no_end", machine.pointer)  # AWS says nothing of unreachable states then
        return
    if machine.start_at in machine.states:
        reached = _reached(machine)
        for state in machine.states.values():
            if state.name not in reached:
                yield problem("unreachable", state.pointer, state=state.name)


def _may_end(state: State, machine: Machine) -> bool:
    """Whether it ends, or lacks an edge or leads to nothing, which is reported by itself and may become an end."""
    lacks = state.type != "Choice" and "Next" not in state.fields
    return state.ends or lacks or any(edge.target not in machine.states for edge in state.edges())


def _reached(machine: Machine) -> set[str]:
    found: set[str] = set()
    waiting = [machine.start_at or ""]
    while waiting:
        state = machine.states.get(waiting.pop())
        if state is not None and state.name not in found:
            found.add(state.name)
            waiting.extend(edge.target for edge in state.edges())
    return found
