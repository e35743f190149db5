"""Choice rules of JSONPath: comparison operators, joined by And, Or and Not.

https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from sfn_notebook.errors import ExpressionError, PathFailure
from sfn_notebook.expressions import jsonpath
from sfn_notebook.expressions.scope import Scope
from sfn_notebook.expressions.timestamps import parse_timestamp

Test = Callable[[Scope], bool]
Compare = Callable[[Any, Any], bool]
MISSING: Final = object()


def compile_rule(rule: Mapping[str, Any]) -> Test:
    """A choice rule, or one inside And, Or, Not, as a test of what it reads.

    The test raises `PathFailure`, with the path, where a rule reads what is not there.

    >>> compile_rule({"Variable": "$.n", "NumericGreaterThan": 3})(Scope(input={"n": 4}))
    True
    """
    if "And" in rule or "Or" in rule:
        every = "And" in rule
        inner = [compile_rule(part) for part in rule["And" if every else "Or"]]
        quantifier = all if every else any
        return lambda scope: quantifier(test(scope) for test in inner)
    if "Not" in rule:
        negated = compile_rule(rule["Not"])
        return lambda scope: not negated(scope)
    name = next((key for key in rule if key in TESTS or key.removesuffix("Path") in TESTS), "")
    return _comparison(name, rule.get("Variable", "$"), rule.get(name))


def _comparison(name: str, variable: str, expected: Any) -> Test:
    if name == "IsPresent":
        return lambda scope: (_find(scope, variable) is not MISSING) is expected
    if name.removeprefix("Is") in IS:
        return lambda scope: IS[name[2:]](_value(scope, variable)) is expected
    if name == "StringMatches":
        matches = glob(expected)

        def matched(scope: Scope) -> bool:
            value = _value(scope, variable)
            return isinstance(value, str) and matches(value)

        return matched
    compare = TESTS.get(name) or TESTS.get(name.removesuffix("Path"), _never)
    if name in TESTS:
        return lambda scope: compare(_value(scope, variable), expected)
    return lambda scope: compare(_value(scope, variable), _value(scope, expected))


def _find(scope: Scope, path: str) -> Any:
    try:
        found = jsonpath.read(path, scope)
    except ExpressionError:
        return MISSING
    return found


def _value(scope: Scope, path: str) -> Any:
    found = _find(scope, path)
    if found is MISSING:
        failure = PathFailure(f"Invalid path '{path}': The choice state's condition path references an invalid value.")
        failure.path = path
        raise failure
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
