"""Checks of a Choice state's rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from types import MappingProxyType
from typing import Any, Final

from sfn_notebook.asl import JSONATA, JSONPATH, Machine, State
from sfn_notebook.errors import did_you_mean
from sfn_notebook.lint.report import Problem
from sfn_notebook.lint.rules import problem
from sfn_notebook.lint.shapes import (
    ARRAY,
    OBJECT,
    TEXT,
    TRUE,
    Shape,
    is_number,
    is_query,
    is_timestamp,
    kind_of,
    shape_problem,
)

_ORDERS: Final = ("Equals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
_PATH: Final = Shape("a path", lambda value: isinstance(value, str) and value.startswith("$"), "String")
_KINDS: Final = MappingProxyType(
    {
        "String": TEXT,
        "Numeric": Shape("a number", is_number, "Number"),
        "Timestamp": Shape("an RFC 3339 timestamp", is_timestamp, "String"),
    }
)
OPERATORS: Final[Mapping[str, Shape]] = MappingProxyType(
    {
        **{kind + order: shape for (kind, shape), order in product(_KINDS.items(), _ORDERS)},
        **{f"{kind}{order}Path": _PATH for kind, order in product(_KINDS, _ORDERS)},
        "BooleanEquals": TRUE,
        "BooleanEqualsPath": _PATH,
        "StringMatches": TEXT,
        **{f"Is{what}": TRUE for what in ("Null", "Present", "Numeric", "String", "Boolean", "Timestamp")},
    }
)
"""The comparison operators of JSONPath rules, and what each compares with."""
_JOINS: Final = ("And", "Or", "Not")
_TOP: Final = ("Next", "Comment", "Assign")
_LANGUAGE_OF: Final = MappingProxyType({JSONATA: ("Condition", "Output"), JSONPATH: ("Variable", *_JOINS, *OPERATORS)})


def choice_problems(state: State, machine: Machine) -> Iterator[Problem]:
    """Its rules, and whether something catches what no rule does."""
    choices = state.fields.get("Choices")
    if state.type != "Choice" or choices is None:
        return
    pointer = f"{state.pointer}/Choices"
    if found := shape_problem(ARRAY, choices, pointer, state=state.name, field="Choices"):
        yield found
        return
    if not choices:
        yield problem("empty", pointer, state=state.name, field="Choices")
    for index, rule in enumerate(choices):
        yield from _rule(state, rule, f"{pointer}/{index}", top=True)
    if choices and "Default" not in state.fields:
        yield problem("no_default", state.pointer, state=state.name)


def _rule(state: State, rule: Any, pointer: str, *, top: bool) -> Iterator[Problem]:
    if found := shape_problem(OBJECT, rule, pointer, state=state.name, field="a rule"):
        yield found
        return
    if top and "Next" not in rule:
        yield problem("required", pointer, state=state.name, fields="Next")
    elif top and (found := shape_problem(TEXT, rule["Next"], f"{pointer}/Next", state=state.name, field="Next")):
        yield found
    yield from (_query_rule if state.query_language == JSONATA else _path_rule)(state, rule, pointer, top=top)


def _query_rule(state: State, rule: Mapping[str, Any], pointer: str, *, top: bool) -> Iterator[Problem]:
    if "Condition" not in rule:
        yield problem("required", pointer, state=state.name, fields="Condition")
    elif not isinstance(rule["Condition"], bool) and not is_query(rule["Condition"]):
        words = {"field": "Condition", "wanted": "{% JSONata %} or a boolean", "given": kind_of(rule["Condition"])}
        yield problem("wrong_shape", f"{pointer}/Condition", state=state.name, **words)
    yield from _unknown(state, rule, pointer, (*_TOP, "Condition", "Output"))


def _path_rule(state: State, rule: Mapping[str, Any], pointer: str, *, top: bool) -> Iterator[Problem]:
    operators = [key for key in rule if key in OPERATORS]
    joins = [key for key in rule if key in _JOINS]
    known = (*(_TOP if top else ("Comment",)), *_JOINS, "Variable", *OPERATORS)
    yield from _unknown(state, rule, pointer, known)
    if len(operators) + len(joins) != 1:
        detail = f"Given are {', '.join((*operators, *joins))}." if operators or joins else "None is given."
        words = {"fields": "And, Or, Not, or a comparison such as StringEquals", "detail": detail, "mark": "bad rule"}
        yield problem("one_of", pointer, state=state.name, **words)
    for key in operators:
        if not isinstance(rule.get("Variable"), str):
            yield problem("required", pointer, state=state.name, fields="Variable")
        shape, place = OPERATORS[key], f"{pointer}/{key}"
        if shape is _KINDS["Timestamp"] and isinstance(rule[key], str) and not shape.holds(rule[key]):
            yield problem("bad_timestamp", place, state=state.name)
        elif found := shape_problem(shape, rule[key], place, state=state.name, field=key):
            yield found
    for key in joins:
        yield from _joined(state, key, rule[key], f"{pointer}/{key}")


def _joined(state: State, key: str, inner: Any, pointer: str) -> Iterator[Problem]:
    if key == "Not":
        yield from _rule(state, inner, pointer, top=False)
    elif found := shape_problem(ARRAY, inner, pointer, state=state.name, field=key):
        yield found
    elif not inner:
        yield problem("empty", pointer, state=state.name, field=key)
    else:
        for index, one in enumerate(inner):
            yield from _rule(state, one, f"{pointer}/{index}", top=False)


def _unknown(state: State, rule: Mapping[str, Any], pointer: str, known: tuple[str, ...]) -> Iterator[Problem]:
    for key in rule:
        if key not in known:
            near = did_you_mean(str(key), known)
            other = JSONPATH if state.query_language == JSONATA else JSONATA
            if key in _LANGUAGE_OF.get(other, ()):
                words = {"other": other, "language": state.query_language, "instead": ""}
                yield problem("other_language", pointer, state=state.name, field=key, **words)
            else:
                yield problem("unsupported_field", pointer, state=state.name, field=key, near=near)
