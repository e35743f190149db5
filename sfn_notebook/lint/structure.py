"""Checks of a machine and of each sub-machine as a whole: where it starts, where edges lead, where it ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from sfn_notebook.asl import Machine, State
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
GUESSES: Final = 20  # edges of a machine for which the nearest name is looked for: it is a slow search
NAME_LIMIT: Final = 80  # characters of a state's name


class Place(NamedTuple):
    """A machine among those it stands in.

    Attributes:
        machine: The machine, a branch or a processor.
        inner: It is not the whole machine.
        names: The names of the states of the whole machine, at any depth.
    """

    machine: Machine
    inner: bool
    names: frozenset[str]


def machine_problems(place: Place) -> Iterator[Problem]:
    """What is wrong with a machine, a branch or a processor, leaving aside the single states."""
    machine = place.machine
    yield from _fields(place)
    yield from _start(place)
    dangling = (
        edge for state in machine.states.values() for edge in state.edges() if edge.target not in machine.states
    )
    for index, edge in enumerate(dangling):
        where = _where(edge.target, place, guess=index < GUESSES)
        yield problem("missing_target", edge.pointer, state=edge.source, target=edge.target, **where)
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


def _fields(place: Place) -> Iterator[Problem]:
    machine = place.machine
    missing = [field for field in ("States", "StartAt") if field not in machine.fields]
    if missing:
        yield problem("required", machine.pointer, fields=", ".join(missing))
    for field in machine.fields:
        if field not in (_INNER_FIELDS if place.inner else MACHINE_FIELDS):
            near = did_you_mean(str(field), MACHINE_FIELDS)
            yield problem("unsupported_field", machine.pointer, field=field, near=near)
    for field, shape in _SHAPES.items():
        if field in machine.fields:
            pointer = f"{machine.pointer}/{field}"
            if found := shape_problem(shape, machine.fields[field], pointer, state=None, field=field):
                yield found
    states = machine.fields.get("States", {})
    if not isinstance(states, Mapping):
        return
    if not states and "StartAt" in machine.fields and machine.start_at not in place.names:
        yield problem("empty", f"{machine.pointer}/States", field="States")
    for name, raw in states.items():
        pointer = f"{machine.pointer}/States/{escape(str(name))}"
        if found := shape_problem(OBJECT, raw, pointer, state=None, field=str(name)):
            yield found


def _start(place: Place) -> Iterator[Problem]:
    machine = place.machine
    if machine.start_at is None or machine.start_at in machine.states:
        return
    if machine.states or machine.start_at in place.names:
        where = _where(machine.start_at, place, guess=True)
        yield problem("missing_start", f"{machine.pointer}/StartAt", target=machine.start_at, **where)


def _where(target: str, place: Place, *, guess: bool) -> dict[str, str]:
    if place.inner and target in place.names:
        return {"where": "in this branch", "near": "It stands outside of it, and no edge may leave or enter a branch."}
    if target in place.names:
        return {"where": "on this level", "near": "It stands inside a branch, and no edge may leave or enter a branch."}
    states = place.machine.states
    near = "" if not guess else did_you_mean(target, states) if states else "Add it."
    return {"where": "in this branch" if place.inner else "in the machine", "near": near}


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
