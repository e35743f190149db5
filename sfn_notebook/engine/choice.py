"""Choice states: JSONPath's comparison operators and JSONata's Condition."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from sfn_notebook.asl import JSONATA, State
from sfn_notebook.engine.basic import Run, parse_timestamp
from sfn_notebook.engine.dataflow import NOTHING, Template, compile_query, compile_template
from sfn_notebook.engine.faults import fault
from sfn_notebook.engine.flow import Flow, Outcome
from sfn_notebook.engine.visit import Visit
from sfn_notebook.errors import ExpressionError
from sfn_notebook.expressions import jsonpath

Test = Callable[[Visit, Any], bool]
Compare = Callable[[Any, Any], bool]
MISSING: Final = object()

NO_MATCH: Final = "Failed to transition out of the state. The state does not point to a next state."


def compile_choice(state: State) -> Run:
    """A Choice state."""
    flow, query = Flow(state), state.query_language == JSONATA
    default = state.fields.get("Default")
    rules = [_rule(rule, index, query=query) for index, rule in enumerate(state.fields.get("Choices") or ())]

    def run(visit: Visit) -> Outcome:
        data = flow.enter(visit)
        for rule in rules:
            if rule.test(visit, data):
                return _by_rule(flow, rule, visit, data)
        if default is None:
            raise fault(visit, NO_MATCH)
        return flow.pass_on(visit, data)._replace(next=default)

    return run


class Rule(NamedTuple):
    """One of the Choices, compiled."""

    test: Test
    next: str
    assign: Template | None
    output: Template | None


def _rule(rule: Mapping[str, Any], index: int, *, query: bool) -> Rule:
    def template(field: str) -> Template | None:
        where = f"Choices[{index}]/{field}"
        return compile_template(rule[field], where, query=query) if field in rule else None

    test = _condition(rule, index) if query else compile_test(rule)
    return Rule(test, rule.get("Next", ""), template("Assign"), template("Output") if query else None)


def _by_rule(flow: Flow, rule: Rule, visit: Visit, data: Any) -> Outcome:
    states = {"input": visit.input} if flow.query else NOTHING
    assigned = None if rule.assign is None else rule.assign.fill(visit, data, states)
    if flow.query:
        made = visit.input if rule.output is None else rule.output.fill(visit, data, states)
        return Outcome(made, assigned, rule.next)
    return flow.filter_output(visit, data, assigned, rule.next)


def _condition(rule: Mapping[str, Any], index: int) -> Test:
    template = compile_query(rule.get("Condition"), f"Choices[{index}]/Condition", "boolean")
    if template.static:
        return lambda visit, data: template.value is True
    return lambda visit, data: template.fill(visit, data, {"input": data}) is True


# -- JSONPath


def compile_test(rule: Mapping[str, Any]) -> Test:
    """A choice rule, or one inside And, Or, Not, as a test of the state's data."""
    if "And" in rule or "Or" in rule:
        every = "And" in rule
        inner = [compile_test(part) for part in rule["And" if every else "Or"]]
        quantifier = all if every else any
        return lambda visit, data: quantifier(test(visit, data) for test in inner)
    if "Not" in rule:
        negated = compile_test(rule["Not"])
        return lambda visit, data: not negated(visit, data)
    name = next((key for key in rule if key in TESTS or key.removesuffix("Path") in TESTS), "")
    return _comparison(name, rule.get("Variable", "$"), rule.get(name))


def _comparison(name: str, variable: str, expected: Any) -> Test:
    if name == "IsPresent":
        return lambda visit, data: (_find(visit, data, variable) is not MISSING) is expected
    if name.removeprefix("Is") in IS:
        return lambda visit, data: IS[name[2:]](_value(visit, data, variable)) is expected
    if name == "StringMatches":
        matches = glob(expected)

        def matched(visit: Visit, data: Any) -> bool:
            value = _value(visit, data, variable)
            return isinstance(value, str) and matches(value)

        return matched
    compare = TESTS.get(name) or TESTS.get(name.removesuffix("Path"), _never)
    if name in TESTS:
        return lambda visit, data: compare(_value(visit, data, variable), expected)
    return lambda visit, data: compare(_value(visit, data, variable), _value(visit, data, expected))


def _find(visit: Visit, data: Any, path: str) -> Any:
    try:
        found = jsonpath.read(path, visit.scope(data, NOTHING))
    except ExpressionError:
        return MISSING
    return found


def _value(visit: Visit, data: Any, path: str) -> Any:
    found = _find(visit, data, path)
    if found is MISSING:
        sentence = f"Invalid path '{path}': The choice state's condition path references an invalid value."
        raise fault(visit, sentence)
    return found


def _never(left: Any, right: Any) -> bool:
    return False


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _strings(compare: Compare) -> Compare:
    return lambda left, right: isinstance(left, str) and isinstance(right, str) and compare(left, right)


def _numbers(compare: Compare) -> Compare:
    return lambda left, right: _is_number(left) and _is_number(right) and compare(left, right)


def _booleans(compare: Compare) -> Compare:
    return lambda left, right: isinstance(left, bool) and isinstance(right, bool) and compare(left, right)


def _timestamps(compare: Compare) -> Compare:
    def test(left: Any, right: Any) -> bool:
        earlier, later = parse_timestamp(left), parse_timestamp(right)
        return earlier is not None and later is not None and compare(earlier, later)

    return test


IS: Final[Mapping[str, Callable[[Any], bool]]] = {
    "Null": lambda value: value is None,
    "Numeric": _is_number,
    "String": lambda value: isinstance(value, str),
    "Boolean": lambda value: isinstance(value, bool),
    "Timestamp": lambda value: parse_timestamp(value) is not None,
}
_ORDER: Final[Mapping[str, Compare]] = {
    "Equals": operator.eq,
    "LessThan": operator.lt,
    "GreaterThan": operator.gt,
    "LessThanEquals": operator.le,
    "GreaterThanEquals": operator.ge,
}
TESTS: Final[Mapping[str, Compare]] = {
    **{f"String{name}": _strings(compare) for name, compare in _ORDER.items()},
    **{f"Numeric{name}": _numbers(compare) for name, compare in _ORDER.items()},
    **{f"Timestamp{name}": _timestamps(compare) for name, compare in _ORDER.items()},
    "BooleanEquals": _booleans(operator.eq),
    "StringMatches": _never,
    "IsPresent": _never,
    **{f"Is{name}": _never for name in IS},
}
"""Every comparison operator by name; those whose operand is not a plain value are compiled apart."""


def glob(pattern: Any) -> Callable[[str], bool]:
    r"""A test by StringMatches' pattern: `*` is any text, `\*` a star, `\\` a backslash.

    Its cost is linear in the text, whatever the pattern.

    >>> glob("log-*.t\\*t")("log-1.t*t")
    True
    """
    texts = [""]
    for part in re.findall(r"\\.|.|\\", str(pattern), re.DOTALL):
        if part == "*":
            texts.append("")
        else:
            texts[-1] += part[-1]
    first, *middle = texts

    def test(text: str) -> bool:
        if not middle:
            return text == first
        *inner, last = middle
        at, end = len(first), len(text) - len(last)
        if end < at or not text.startswith(first) or not text.endswith(last):
            return False
        for one in inner:  # the first place where each fits is the best one
            found = text.find(one, at, end)
            if found < 0:
                return False
            at = found + len(one)
        return True

    return test
