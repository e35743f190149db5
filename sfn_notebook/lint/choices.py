"""Checks of a Choice state's rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from types import MappingProxyType
from typing import Any, Final

from sfn_notebook.asl import JSONATA, Machine, State
from sfn_notebook.errors import did_you_mean
from sfn_notebook.lint.report import Problem
from sfn_notebook.lint.rules import problem
from sfn_notebook.lint.shapes import Shape, is_number, is_query, is_timestamp, kind_of

_ORDERS: Final = ("Equals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
_TEXT: Final = Shape("a text", lambda value: isinstance(value, str))
_BOOLEAN: Final = Shape("true or false", lambda value: isinstance(value, bool))
_PATH: Final = Shape("a path", lambda value: isinstance(value, str) and value.startswith("$"))
_KINDS: Final = MappingProxyType(
    {
        "String": _TEXT,
        "Numeric": Shape("a number", is_number),
        "Timestamp": Shape("an RFC 3339 timestamp", is_timestamp),
    }
)
OPERATORS: Final[Mapping[str, Shape]] = MappingProxyType(
    {
        **{kind + order: shape for (kind, shape), order in product(_KINDS.items(), _ORDERS)},
        **{f"{kind}{order}Path": _PATH for kind, order in product(_KINDS, _ORDERS)},
        "BooleanEquals": _BOOLEAN,
        "BooleanEqualsPath": _PATH,
        "StringMatches": _TEXT,
        **{f"Is{what}": _BOOLEAN for what in ("Null", "Present", "Numeric", "String", "Boolean", "Timestamp")},
    }
)
"""The comparison operators of JSONPath rules, and what each compares with."""
_JOINS: Final = ("And", "Or", "Not")
_TOP: Final = ("Next", "Comment", "Assign")


def choice_problems(state: State, machine: Machine) -> Iterator[Problem]:
    """Its rules, and whether something catches what no rule does."""
    choices = state.fields.get("Choices")
    if state.type != "Choice" or choices is None:
        return
    pointer = f"{state.pointer}/Choices"
    if not isinstance(choices, (list, tuple)):
        words = {"field": "Choices", "wanted": "an array of rules", "given": kind_of(choices)}
        yield problem("wrong_shape", pointer, state=state.name, **words)
        return
    if not choices:
        yield problem("empty", pointer, state=state.name, field="Choices")
    for index, rule in enumerate(choices):
        yield from _rule(state, rule, f"{pointer}/{index}", top=True)
    if choices and "Default" not in state.fields:
        yield problem("no_default", state.pointer, state=state.name)


def _rule(state: State, rule: Any, pointer: str, *, top: bool) -> Iterator[Problem]:
    if not isinstance(rule, Mapping):
        words = {"field": "a rule", "wanted": "an object", "given": kind_of(rule)}
        yield problem("wrong_shape", pointer, state=state.name, **words)
        return
    if top and not isinstance(rule.get("Next"), str):
        yield problem("required", pointer, state=state.name, fields="Next")
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
        if not OPERATORS[key].holds(rule[key]):
            words = {"field": key, "wanted": OPERATORS[key].words, "given": kind_of(rule[key])}
            yield problem("wrong_shape", f"{pointer}/{key}", state=state.name, **words)
    for key in joins:
        yield from _joined(state, key, rule[key], f"{pointer}/{key}")


def _joined(state: State, key: str, inner: Any, pointer: str) -> Iterator[Problem]:
    if key == "Not":
        yield from _rule(state, inner, pointer, top=False)
    elif not isinstance(inner, (list, tuple)):
        words = {"field": key, "wanted": "an array of rules", "given": kind_of(inner)}
        yield problem("wrong_shape", pointer, state=state.name, **words)
    elif not inner:
        yield problem("empty", pointer, state=state.name, field=key)
    else:
        for index, one in enumerate(inner):
            yield from _rule(state, one, f"{pointer}/{index}", top=False)


def _unknown(state: State, rule: Mapping[str, Any], pointer: str, known: tuple[str, ...]) -> Iterator[Problem]:
    for key in rule:
        if key not in known:
            words = {"field": key, "near": did_you_mean(str(key), known), "owner": f"a {state.query_language} rule"}
            name = (
                "misplaced_field" if key in ("Condition", "Variable", "Next", *_JOINS, *OPERATORS) else "unknown_field"
            )
            yield problem(name, f"{pointer}/{key}", state=state.name, **words)
