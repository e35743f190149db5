"""The one way to lint: every check over a machine, problems collected, nothing raised."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from sfn_notebook import _json
from sfn_notebook.asl import Machine, State, read
from sfn_notebook.errors import InvalidJson
from sfn_notebook.lint.choices import choice_problems
from sfn_notebook.lint.expressions import expression_problems
from sfn_notebook.lint.maps import child_type, map_problems
from sfn_notebook.lint.reading import reading_problems
from sfn_notebook.lint.replaceable import replaceable_problems
from sfn_notebook.lint.report import Problem, Report
from sfn_notebook.lint.rules import problem
from sfn_notebook.lint.states import (
    catch_problems,
    field_problems,
    nested_problems,
    required_problems,
    retry_problems,
    type_problems,
)
from sfn_notebook.lint.structure import Place, machine_problems, name_problems
from sfn_notebook.lint.tasks import task_problems
from sfn_notebook.lint.traps import loop_problems, trap_problems
from sfn_notebook.lint.variables import scope_problems, variable_problems

DEEPEST: Final = 200  # values inside one another: fifty Parallels; AWS says that there is a limit, not which
LONGEST: Final = 1_048_576  # characters of a definition
_NO_FUNCTIONS: Final[Mapping[str, str]] = {}
_LABEL: Final = re.compile(r"[^\s<>{}\[\]?*\"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f]{1,40}")
_STATE_CHECKS: Final[tuple[Callable[[State, Machine], Iterator[Problem]], ...]] = (
    type_problems,
    field_problems,
    required_problems,
    nested_problems,
    choice_problems,
    retry_problems,
    catch_problems,
    expression_problems,
    variable_problems,
)


def check(machine: Machine, *, type: str = "STANDARD", functions: Mapping[str, str] = _NO_FUNCTIONS) -> Report:
    """What is wrong with a machine, doubtful in it, or worth knowing.

    Args:
        machine: What `asl.read` gives.
        type: "STANDARD" or "EXPRESS": what it is to run as.
        functions: The source of the Lambda functions whose source is at hand, by name.

    Returns:
        The problems, the machine's own first, then each state's; nested machines after those around them.

    >>> check(read({"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}}}))[0].message
    "Missing 'Next' target: B"
    """
    if _deeper_than(machine.fields, DEEPEST):
        return Report([problem("too_deep", "")])
    return Report([*_problems(machine, type), *replaceable_problems(machine, functions)])


def check_text(definition: str, *, type: str = "STANDARD") -> Report:
    """The same for a definition as text, which need not even be JSON.

    >>> check_text("not a definition")[0].code
    'INVALID_JSON_DESCRIPTION'
    """
    if not definition.strip() or definition.strip() == "null":
        return Report([problem("missing", "")])
    if len(definition) > LONGEST:
        return Report([problem("too_long", "", length=len(definition), most=LONGEST)])
    try:
        value = _json.loads(definition)
    except InvalidJson as error:
        return Report([problem("not_json", "", detail=error.message)])
    if not isinstance(value, dict):
        return Report([problem("not_object", "")])
    return Report([problem("too_deep", "")]) if _deeper_than(value, DEEPEST) else check(read(value), type=type)


def _deeper_than(value: Any, most: int) -> bool:
    """Whether values stand inside one another more than `most` deep, found without recursion."""
    level = [value]
    for _ in range(most):
        level = [
            inner
            for one in level
            for inner in (one.values() if isinstance(one, Mapping) else one)
            if isinstance(inner, (Mapping, list, tuple))
        ]
        if not level:
            return False
    return True


def _problems(top: Machine, type: str) -> Iterator[Problem]:
    names = frozenset(state.name for state in top.walk())
    for machine, kind in _typed(top, type):
        yield from machine_problems(Place(machine, machine is not top, names))
        for state in machine.states.values():
            for one in _STATE_CHECKS:
                yield from one(state, machine)
            yield from task_problems(state, kind)
            yield from map_problems(state, kind)
            yield from trap_problems(state)
        yield from loop_problems(machine, kind)
    yield from name_problems(top)
    yield from scope_problems(top)
    yield from reading_problems(top)
    yield from _labels(top)


def _typed(machine: Machine, type: str) -> Iterator[tuple[Machine, str]]:
    """A machine and every nested one, each with the type it runs as: a distributed Map's children have their own."""
    yield machine, type
    for state in machine.states.values():
        inner = child_type(state) or type
        for branch in state.branches:
            yield from _typed(branch, inner)


def _labels(top: Machine) -> Iterator[Problem]:
    seen: set[str] = set()
    for state in top.walk():
        label = state.fields.get("Label")
        if state.type == "Map" and isinstance(label, str):
            pointer = f"{state.pointer}/Label"
            if not _LABEL.fullmatch(label):
                yield problem("bad_label", pointer, state=state.name, label=label)
            if label in seen:
                yield problem("duplicate_label", pointer, state=state.name, label=label)
            seen.add(label)
