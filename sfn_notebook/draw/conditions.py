"""What a Choice rule asks, as a short text for people."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sfn_notebook import _json

_COMPARISON = re.compile(
    r"(?:String|Numeric|Boolean|Timestamp)(Equals|LessThanEquals|GreaterThanEquals|LessThan|GreaterThan)(?:Path)?"
)
_SIGNS: Final = {"Equals": "=", "LessThan": "<", "GreaterThan": ">", "LessThanEquals": "≤", "GreaterThanEquals": "≥"}
_TESTS: Final = {
    "IsNull": "null",
    "IsPresent": "present",
    "IsNumeric": "a number",
    "IsString": "a string",
    "IsBoolean": "a boolean",
    "IsTimestamp": "a timestamp",
}
_ABOUT_THE_RULE: Final = frozenset({"Next", "Comment", "Assign", "Output", "Variable"})


def condition(rule: Mapping[str, Any]) -> str:
    """The condition of a rule, JSONPath or JSONata.

    Never fails: what is not understood is given as JSON.

    >>> condition({"Not": {"Variable": "$.kind", "StringEquals": "x"}, "Next": "A"})
    'not ($.kind = "x")'
    >>> condition({"Condition": "{% $states.input.total > 100 %}", "Next": "A"})
    '$states.input.total > 100'
    """
    if "Condition" in rule:
        return query(rule["Condition"])
    for word in ("And", "Or"):
        parts = rule.get(word)
        if isinstance(parts, Sequence) and not isinstance(parts, str):
            return f" {word.lower()} ".join(_inner(part) for part in parts) or f"{word.lower()} of nothing"
    if isinstance(rule.get("Not"), Mapping):
        return f"not ({condition(rule['Not'])})"
    return _comparison(rule)


def _inner(rule: Any) -> str:
    if not isinstance(rule, Mapping):
        return _value(rule)
    text = condition(rule)
    return f"({text})" if "And" in rule or "Or" in rule else text


def query(value: Any) -> str:
    """A value that may be a JSONata expression: the expression without its delimiters, else the value.

    >>> query("{% $states.input.orders %}"), query(3)
    ('$states.input.orders', '3')
    """
    if not isinstance(value, str):
        return _value(value)
    text = value.strip()
    return text.removeprefix("{%").removesuffix("%}").strip() if text.startswith("{%") else text


def _comparison(rule: Mapping[str, Any]) -> str:
    variable = rule.get("Variable", "?")
    subject = variable if isinstance(variable, str) else _value(variable)
    for operator, operand in rule.items():
        if operator in _TESTS:
            return f"{subject} is {'' if operand is True else 'not '}{_TESTS[operator]}"
        if operator == "StringMatches":
            return f"{subject} matches {_value(operand)}"
        if found := _COMPARISON.fullmatch(operator):
            other = operand if operator.endswith("Path") and isinstance(operand, str) else _value(operand)
            return f"{subject} {_SIGNS[found[1]]} {other}"
    unknown = {key: value for key, value in rule.items() if key not in _ABOUT_THE_RULE}
    return _value(unknown) if unknown else "no condition yet"


def _value(value: Any) -> str:
    try:
        return _json.dumps(value)
    except (TypeError, ValueError):  # not JSON: a definition given as a dict can hold anything
        return repr(value)
