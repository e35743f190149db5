"""Choice rules of JSONPath as JSONata conditions.

A comparison of JSONPath is false where a value has another type; JSONata's `<` fails there, so the type is asked first.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from sfn_notebook.convert.sources import NotConvertible, Writer

_COMPARISON: Final = re.compile(
    r"(String|Numeric|Boolean|Timestamp)(Equals|LessThanEquals|GreaterThanEquals|LessThan|GreaterThan)(Path)?"
)
_SIGNS: Final = {"Equals": "=", "LessThan": "<", "GreaterThan": ">", "LessThanEquals": "<=", "GreaterThanEquals": ">="}
_TYPES: Final = {"String": "string", "Numeric": "number", "Boolean": "boolean"}
_MOMENT: Final = r"/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/"
RULE_FIELDS: Final = ("Next", "Assign", "Output", "Comment")


def condition(rule: Mapping[str, Any], data: str, writer: Writer) -> str:
    """A rule, its Next apart, as the source of a condition; `data` is the source for `$`.

    Raises:
        NotConvertible: something in it has no faithful form.

    >>> condition({"Variable": "$.n", "NumericGreaterThan": 3}, "$states.input", Writer())
    '$type($states.input.n) = "number" ? $states.input.n > 3 : false'
    """
    if not isinstance(rule, Mapping):
        raise NotConvertible(f"{rule!r} is no rule")
    for word in ("And", "Or"):
        if word in rule:
            if not isinstance(rule[word], list) or not rule[word]:
                raise NotConvertible(f"{word} of nothing")
            return f" {word.lower()} ".join(f"({condition(one, data, writer)})" for one in rule[word])
    if "Not" in rule:
        return f"$not({condition(rule['Not'], data, writer)})"
    operators = [key for key in rule if key not in (*RULE_FIELDS, "Variable")]
    if len(operators) != 1 or not isinstance(rule.get("Variable"), str):
        raise NotConvertible(f"a rule with {', '.join(operators) or 'no comparison'}")
    subject = writer.source(rule["Variable"], data)
    return _test(subject, operators[0], rule[operators[0]], data, writer)


def _test(subject: str, operator: str, operand: Any, data: str, writer: Writer) -> str:
    if operator.startswith("Is"):
        test = _is(subject, operator[2:])
        return test if operand is True else f"$not({test})"
    if operator == "StringMatches" and isinstance(operand, str):
        return f'$type({subject}) = "string" ? $contains({subject}, /^{_glob(operand)}$/) : false'
    found = _COMPARISON.fullmatch(operator)
    if found is None:
        raise NotConvertible(f"there is no comparison {operator!r}")
    kind, sign = found[1], _SIGNS[found[2]]
    other = writer.source(operand, data) if found[3] else json.dumps(operand, ensure_ascii=False)
    if kind == "Timestamp":
        both = f"({_is(subject, kind)}) and ({_is(other, kind)})" if found[3] else _is(subject, kind)
        return f"({both}) ? $toMillis({subject}) {sign} $toMillis({other}) : false"
    typed = f'$type({subject}) = "{_TYPES[kind]}"'
    if found[3]:
        typed = f'{typed} and $type({other}) = "{_TYPES[kind]}"'
    elif sign == "=":
        return f"{subject} = {other}"
    return f"{typed} ? {subject} {sign} {other} : false"


def _is(subject: str, what: str) -> str:
    match what:
        case "Present":
            return f"$exists({subject})"
        case "Null":
            return f"{subject} = null"
        case "Timestamp":
            return f'$type({subject}) = "string" ? $contains({subject}, {_MOMENT}) : false'
        case "String" | "Numeric" | "Boolean":
            return f'$type({subject}) = "{_TYPES[what]}"'
        case _:
            raise NotConvertible(f"there is no comparison 'Is{what}'")


def _glob(pattern: str) -> str:
    parts = re.findall(r"\\.|\*|[^*\\]+|\\", pattern, re.DOTALL)
    return "".join(r"[\s\S]*" if part == "*" else _plain(re.sub(r"\\(.)", r"\1", part)) for part in parts)


def _plain(text: str) -> str:
    return re.sub(r"([\\^$.|?*+()\[\]{}/])", r"\\\1", text)
