"""From what people write in cells to ASL: expressions in the state's query language, plain JSON everywhere else."""

from __future__ import annotations

import json
import math
import numbers
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final, assert_never

from sfn_notebook.asl import JSONATA, JSONPATH
from sfn_notebook.errors import InvalidArgument, UnknownKeyword
from sfn_notebook.notebook.values import (
    Compare,
    Condition,
    Context,
    Expression,
    Join,
    Matches,
    Not,
    Path,
    Query,
    Test,
    kind_of,
)

_OPERATORS: Final = MappingProxyType(
    {"==": "Equals", "<": "LessThan", "<=": "LessThanEquals", ">": "GreaterThan", ">=": "GreaterThanEquals"}
)
_KINDS: Final = MappingProxyType(
    {"string": "String", "number": "Numeric", "boolean": "Boolean", "timestamp": "Timestamp"}
)
_TESTS: Final = MappingProxyType(
    {
        "present": "IsPresent",
        "null": "IsNull",
        "string": "IsString",
        "numeric": "IsNumeric",
        "boolean": "IsBoolean",
        "timestamp": "IsTimestamp",
    }
)
_TYPE_NAMES: Final = MappingProxyType({"string": "string", "numeric": "number", "boolean": "boolean"})
_SIMPLE: Final = re.compile(r"[\w$.]+")


def fill(value: Any, language: str, *, where: str = "") -> Any:
    """A Python value as ASL writes it: expressions in `language`, datetimes as RFC 3339, the rest as JSON.

    In JSONPath a path gives its key the ending `.$`; a path inside a list has no such key and is refused.

    Args:
        value: What was given in a cell.
        language: The query language of the state.
        where: The place, for the message, such as `arguments.body`.

    Raises:
        InvalidArgument: a value that is not JSON, or an expression where none can stand.
        UnknownKeyword: an expression of the other query language.

    >>> fill({"id": Path("$.id"), "n": 1}, "JSONPath")
    {'id.$': '$.id', 'n': 1}
    >>> fill([Query("$states.input.id")], "JSONata")
    ['{% $states.input.id %}']
    """
    if isinstance(value, Expression):
        if language == JSONATA:
            return jsonata(value)
        raise _no_place(value, where)
    if isinstance(value, Mapping):
        return dict(_entry(key, item, language, where) for key, item in value.items())
    if isinstance(value, (list, tuple)):
        return [fill(item, language, where=f"{where}[{index}]") for index, item in enumerate(value)]
    return _scalar(value, where)


def _entry(key: Any, item: Any, language: str, where: str) -> tuple[str, Any]:
    if not isinstance(key, str):
        raise InvalidArgument(f"JSON keys are texts; {where or 'the value'} has the key {key!r}.")
    place = f"{where}.{key}" if where else key
    if isinstance(item, Expression) and language == JSONPATH:
        return (key if key.endswith(".$") else f"{key}.$"), path_text(item, place)
    return key, fill(item, language, where=place)


def _no_place(value: Expression, where: str) -> InvalidArgument:
    path_text(value, where)  # an expression of the other language is the nearer mistake
    return InvalidArgument(
        f"{where or 'here'}: {value!r} cannot stand in a list or alone: JSONPath evaluates only fields of an object.",
        hint="Build the list with path(\"States.Array($.a, $.b)\"), or use query_language='JSONata'.",
    )


def _scalar(value: Any, where: str) -> Any:
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, datetime):
        return timestamp(value, where)
    if isinstance(value, numbers.Integral):  # numpy's too
        return int(value)
    if isinstance(value, numbers.Real) and math.isfinite(value):
        return float(value)
    raise InvalidArgument(
        f"{where or 'the value'}: {value!r} ({type(value).__name__}) cannot be written as JSON.",
        hint="Allowed: dict, list, text, finite number, bool, None, datetime, q(...), path(...), ctx, token.",
    )


def timestamp(value: datetime, where: str = "") -> str:
    """A moment as RFC 3339 in UTC.

    Raises:
        InvalidArgument: it has no time zone.
    """
    if value.tzinfo is None:
        raise InvalidArgument(
            f"{where or 'the value'}: {value!r} has no time zone, so it names no moment.",
            hint="Give one: datetime(2026, 1, 31, 12, tzinfo=timezone.utc), or datetime.now().astimezone().",
        )
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def jsonata(value: Expression) -> str:
    """An expression as the text of a JSONata field.

    >>> jsonata(Query("$states.input.a"))
    '{% $states.input.a %}'
    """
    return f"{{% {jsonata_text(value)} %}}"


def jsonata_text(value: Any) -> str:
    """An expression, or a literal beside one, as JSONata without its delimiters."""
    if isinstance(value, Expression):
        write = _JSONATA.get(type(value))
        if write is None:
            raise _wrong_language(value, JSONATA)
        return write(value)
    return json.dumps(_scalar(value, "the comparison"), ensure_ascii=False)


def _grouped(value: Any) -> str:
    text = jsonata_text(value)
    plain = not isinstance(value, Expression) or isinstance(value, (Context, Test, Not)) or _SIMPLE.fullmatch(text)
    return text if plain else f"({text})"


def _jsonata_test(value: Test) -> str:
    if value.what == "present":
        return f"$exists({jsonata_text(value.operand)})"
    if value.what == "null":
        return f"{_grouped(value.operand)} = null"
    if value.what == "timestamp":
        raise _only_jsonpath(value, "use $toMillis(...) or a regular expression inside q('...')")
    return f'$type({jsonata_text(value.operand)}) = "{_TYPE_NAMES[value.what]}"'


def _jsonata_matches(value: Matches) -> str:
    raise _only_jsonpath(value, "use $match(...) or $contains(..., /regular expression/) inside q('...')")


_JSONATA: Final[Mapping[type, Callable[[Any], str]]] = MappingProxyType(
    {
        Query: lambda value: value.text,
        Context: lambda value: ".".join(("$states.context", *value._steps)),  # noqa: SLF001  # its fields are ASL's names
        Compare: lambda value: (
            f"{_grouped(value.left)} {'=' if value.operator == '==' else value.operator} {_grouped(value.right)}"
        ),
        Join: lambda value: f" {value.word} ".join(map(_grouped, value.operands)),
        Not: lambda value: f"$not({jsonata_text(value.operand)})",
        Test: _jsonata_test,
        Matches: _jsonata_matches,
    }
)


def path_text(value: Any, where: str = "") -> str:
    """An expression as a JSONPath text.

    Raises:
        UnknownKeyword: it is JSONata.
        InvalidArgument: it is a condition.

    >>> path_text(Context(("Task", "Token")))
    '$$.Task.Token'
    """
    if isinstance(value, Path):
        return value.text
    if isinstance(value, Context):
        return ".".join(("$$", *value._steps))  # noqa: SLF001  # its public names are those of the context object
    if isinstance(value, Query):
        raise _wrong_language(value, JSONPATH)
    raise InvalidArgument(
        f"{where or 'here'}: {value!r} is a condition; in JSONPath only a Choice rule can hold one.",
        hint="Branch with sm.choice(...).when(condition, to), or use query_language='JSONata'.",
    )


def rule(condition: Expression) -> dict[str, Any]:
    """A condition as a JSONPath Choice rule, without its Next.

    Raises:
        InvalidArgument: the comparison has no rule in ASL.
        UnknownKeyword: an operand is JSONata.

    >>> rule((Path("$.n") > 3) & ~Path("$.s").is_null())
    {'And': [{'Variable': '$.n', 'NumericGreaterThan': 3}, {'Not': {'Variable': '$.s', 'IsNull': True}}]}
    """
    if not isinstance(condition, (Compare, Test, Matches, Join, Not)):
        path_text(condition, "the condition")
        raise InvalidArgument(
            f"{condition!r} alone is no condition in JSONPath.", hint=f"Say what must hold: {condition!r} == True."
        )
    match condition:
        case Join(word, operands):
            return {word.capitalize(): [part for operand in operands for part in _flat(operand, word)]}
        case Not(operand):
            return {"Not": rule(operand)}
        case Test(operand, what):
            return {"Variable": _variable(operand), _TESTS[what]: True}
        case Matches(operand, pattern):
            return {"Variable": _variable(operand), "StringMatches": pattern}
        case Compare():
            return _compare(condition)
        case _:
            assert_never(condition)


def _flat(operand: Expression, word: str) -> list[dict[str, Any]]:
    if isinstance(operand, Join) and operand.word == word:
        return [part for inner in operand.operands for part in _flat(inner, word)]
    return [rule(operand)]


def _compare(condition: Compare) -> dict[str, Any]:
    if condition.operator == "!=":
        return {"Not": _compare(Compare(condition.left, "==", condition.right))}
    variable = _variable(condition.left)
    if condition.right is None and condition.operator == "==":
        return {"Variable": variable, "IsNull": True}
    kind = _kind(condition)
    if kind == "boolean" and condition.operator != "==":
        raise InvalidArgument(f"{condition!r}: true and false can only be compared with == and !=.")
    operator = _KINDS[kind] + _OPERATORS[condition.operator]
    if isinstance(condition.right, Expression):
        return {"Variable": variable, f"{operator}Path": _variable(condition.right)}
    return {"Variable": variable, operator: _scalar(condition.right, repr(condition))}


def _kind(condition: Compare) -> str:
    stated, given = kind_of(condition.left), kind_of(condition.right)
    if stated == "timestamp" and isinstance(condition.right, str):
        return "timestamp"
    if stated and given and stated != given:
        raise InvalidArgument(f"{condition!r} compares a {stated} with a {given}.")
    if kind := stated or given:
        return str(kind)
    if isinstance(condition.right, Expression):
        raise InvalidArgument(
            f"{condition!r}: ASL needs to know what is compared.",
            hint=f"Say it on one side: {condition.left!r}.number, .string, .boolean or .timestamp.",
        )
    raise InvalidArgument(
        f"{condition!r}: a path is compared with a text, a number, a bool, a datetime, None or another path."
    )


def _variable(value: Any) -> str:
    text = path_text(value, "the condition")
    if text.startswith("States."):
        raise InvalidArgument(
            f"{value!r}: a Choice rule compares a path, not an intrinsic function.",
            hint="Compute it in a state before (assign= or parameters=) and compare the variable.",
        )
    return text


def condition(value: Any, language: str) -> dict[str, Any]:
    """What `when` takes, as a Choice rule without its Next: an expression, `{% %}` text, or a raw rule.

    Raises:
        InvalidArgument: it is no condition.
        UnknownKeyword: it is of the other query language.

    >>> condition(Query("$x > 1"), "JSONata")
    {'Condition': '{% $x > 1 %}'}
    """
    if isinstance(value, Expression):
        return {"Condition": jsonata(value)} if language == JSONATA else rule(value)
    if isinstance(value, Mapping):
        return {str(key): item for key, item in value.items() if key != "Next"}
    if language == JSONATA and (isinstance(value, bool) or (isinstance(value, str) and value.startswith("{%"))):
        return {"Condition": value}
    example = "q('$states.input.total > 100')" if language == JSONATA else "path('$.total') > 100"
    raise InvalidArgument(f"when() takes a condition; given was {value!r}.", hint=f"Write it as {example}.")


def _wrong_language(value: Expression, language: str) -> UnknownKeyword:
    other = JSONPATH if language == JSONATA else JSONATA
    instead = "q('$states.input...')" if language == JSONATA else "path('$...')"
    return UnknownKeyword(
        f"{value!r} is {other}, and this state's query language is {language}.",
        hint=f"Write {instead}, or give the state (or the whole machine) query_language={other!r}.",
    )


def _only_jsonpath(value: Condition, instead: str) -> UnknownKeyword:
    return UnknownKeyword(
        f"{value!r} exists only in JSONPath, and this state's query language is JSONata.",
        hint=f"{instead[0].upper()}{instead[1:]}.",
    )
