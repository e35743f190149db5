"""ASL as people would have said it in a cell: `path("$.total") > 100` for a rule, `q(...)` for `{% %}`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from sfn_notebook.asl import JSONATA
from sfn_notebook.notebook.values import Compare, Condition, Expression, Join, Matches, Not, Path, Query, Test, token

_KINDS: Final = MappingProxyType(
    {"String": "string", "Numeric": "number", "Boolean": "boolean", "Timestamp": "timestamp"}
)
_SIGNS: Final = MappingProxyType(
    {"Equals": "==", "LessThan": "<", "LessThanEquals": "<=", "GreaterThan": ">", "GreaterThanEquals": ">="}
)
_COMPARISON: Final = re.compile(
    r"(String|Numeric|Boolean|Timestamp)(Equals|LessThan|LessThanEquals|GreaterThan|GreaterThanEquals)(Path)?"
)
_TESTS: Final = MappingProxyType(
    {
        "IsPresent": "present",
        "IsNull": "null",
        "IsString": "string",
        "IsNumeric": "numeric",
        "IsBoolean": "boolean",
        "IsTimestamp": "timestamp",
    }
)
_QUERY: Final = re.compile(r"\{% (\S|\S.*\S) %\}", re.DOTALL)


def spoken(value: Any, language: str) -> Any:
    """A value of a field with its expressions as `q(...)`, `path(...)` and `token`.

    >>> spoken({"id.$": "$.id", "n": 1}, "JSONPath")
    {'id': path('$.id'), 'n': 1}
    >>> spoken(["{% $x %}"], "JSONata")
    [q('$x')]
    """
    if isinstance(value, Mapping):
        return dict(_entry(value, key, inner, language) for key, inner in value.items())
    if isinstance(value, (list, tuple)):
        return [spoken(inner, language) for inner in value]
    found = _QUERY.fullmatch(value) if language == JSONATA and isinstance(value, str) else None
    if found is None:
        return value
    return token if found[1] == "$states.context.Task.Token" else Query(found[1])


def _entry(holder: Mapping[str, Any], key: str, value: Any, language: str) -> tuple[str, Any]:
    if language != JSONATA and key.endswith(".$") and isinstance(value, str) and key[:-2] not in holder:
        expression = said_path(value)
        if expression is not None:
            return key[:-2], expression
    return key, spoken(value, language)


def said_path(text: Any) -> Expression | None:
    """A path or intrinsic function as `path(...)` or `token`, or None when it is neither."""
    if not isinstance(text, str) or text != text.strip() or not text.startswith(("$", "States.")):
        return None
    return token if text == "$$.Task.Token" else Path(text)


def said_condition(rule: Any, language: str) -> Any:
    """A Choice rule without its Next and other fields, as `when` takes it.

    >>> said_condition({"Not": {"Variable": "$.a", "NumericGreaterThan": 3}}, "JSONPath")
    ~(path('$.a') > 3)
    """
    if language == JSONATA:
        return spoken(rule.get("Condition"), language) if set(rule) == {"Condition"} else dict(rule)
    made = _condition(rule)
    return dict(rule) if made is None else made


def _condition(rule: Any) -> Condition | None:
    if not isinstance(rule, Mapping):
        return None
    keys = list(rule)
    if keys == ["Not"]:
        inner = _condition(rule["Not"])
        return None if inner is None else Not(inner)
    if keys in (["And"], ["Or"]) and isinstance(rule[keys[0]], list):
        operands = [_condition(one) for one in rule[keys[0]]]
        whole = [one for one in operands if one is not None]
        return Join("and" if keys == ["And"] else "or", tuple(whole)) if len(whole) == len(operands) > 1 else None
    variable = said_path(rule.get("Variable"))
    operators = [key for key in keys if key != "Variable"]
    if variable is None or len(operators) != 1 or len(keys) != 2:
        return None
    return _comparison(variable, operators[0], rule[operators[0]])


def _comparison(variable: Expression, operator: str, given: Any) -> Condition | None:
    if operator in _TESTS and given is True:
        return Test(variable, _TESTS[operator])  # type: ignore[arg-type]  # the table holds its literals
    if operator == "StringMatches" and isinstance(given, str):
        return Matches(variable, given)
    found = _COMPARISON.fullmatch(operator)
    if found is None:
        return None
    kind, sign = _KINDS[found[1]], _SIGNS[found[2]]
    if found[3]:
        other = said_path(given)
        if other is None or not isinstance(variable, Path):
            return None
        return Compare(Path(variable.text, kind), sign, other)  # type: ignore[arg-type]  # as above
    if kind == "timestamp" and isinstance(variable, Path):
        variable = Path(variable.text, "timestamp")
    return Compare(variable, sign, given)  # type: ignore[arg-type]  # as above
