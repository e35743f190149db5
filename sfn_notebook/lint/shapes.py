"""What a value is and what it should be, in words: small tests shared by the checks."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, NamedTuple, TypeGuard

from sfn_notebook.errors import did_you_mean
from sfn_notebook.lint.report import Problem
from sfn_notebook.lint.rules import problem

_RFC3339: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


class Shape(NamedTuple):
    """What a value should be.

    Attributes:
        words: In words.
        holds: As a test.
        type: The JSON type it has, as AWS names it; "" when there are several.
        values: The only values there are.
    """

    words: str
    holds: Callable[[Any], bool]
    type: str = ""
    values: tuple[str, ...] = ()


def is_number(value: Any) -> TypeGuard[float]:
    """Whether it is a JSON number (`true` is none)."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def is_whole(value: Any, least: int = 0, most: int = 99_999_999) -> bool:
    """Whether it is a whole number from `least` to `most`."""
    return _is_integer(value) and least <= value <= most


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def is_timestamp(value: Any) -> bool:
    """Whether it is RFC 3339 with a time zone, and a moment that exists.

    >>> is_timestamp("2016-13-05T21:29:29Z"), is_timestamp("2016-12-05T21:29:29Z")
    (False, True)
    """
    if not isinstance(value, str) or not _RFC3339.fullmatch(value):
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def is_query(value: Any) -> bool:
    """Whether it is a text in `{% %}`."""
    return isinstance(value, str) and len(value) >= 4 and value.startswith("{%") and value.endswith("%}")


def kind_of(value: Any) -> str:
    """What a JSON value is, in words.

    >>> kind_of([1])
    'an array'
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"the text {value!r}" if len(value) <= 40 else "a text"
    if is_number(value):
        return f"the number {value}"
    return "an object" if isinstance(value, Mapping) else "an array"


_TYPES: Final[Mapping[str, Callable[[Any], bool]]] = MappingProxyType(
    {
        "String": lambda value: isinstance(value, str),
        "Object": lambda value: isinstance(value, Mapping),
        "Array": lambda value: isinstance(value, (list, tuple)),
        "Boolean": lambda value: isinstance(value, bool),
        "Integer": _is_integer,
        "Number": is_number,
    }
)


def shape_problem(shape: Shape, value: Any, pointer: str, *, state: str | None, field: str) -> Problem | None:
    """What is wrong with a value, in AWS's words for a wrong type or a value that is none of a few."""
    if shape.holds(value):
        return None
    if shape.values:
        near = did_you_mean(value, shape.values) if isinstance(value, str) else f"It is {kind_of(value)}."
        values = ", ".join(shape.values)
        return problem("not_one_of", pointer, state=state, field=field, values=values, near=near)
    words = {"field": field, "wanted": shape.words, "given": kind_of(value)}
    if shape.type and not _TYPES[shape.type](value):
        return problem("wrong_type", pointer, state=state, type=shape.type, **words)
    return problem("wrong_shape", pointer, state=state, **words)


def _one_of(*values: str) -> Shape:
    return Shape(" or ".join(values), lambda value: value in values, values=values)


TEXT: Final = Shape("a text", lambda value: isinstance(value, str), "String")
OBJECT: Final = Shape("an object", lambda value: isinstance(value, Mapping), "Object")
ARRAY: Final = Shape("an array", lambda value: isinstance(value, (list, tuple)), "Array")
ERROR_NAMES: Final = Shape(
    "an array of error names",
    lambda value: isinstance(value, (list, tuple)) and all(isinstance(one, str) for one in value),
    "Array",
)
SECONDS: Final = Shape("a whole number of seconds, 0 to 99999999", is_whole, "Integer")
POSITIVE: Final = Shape("a whole number of seconds, 1 to 99999999", lambda value: is_whole(value, 1), "Integer")
COUNT: Final = Shape("a whole number, 0 or more", is_whole, "Integer")
PERCENT: Final = Shape("a number from 0 to 100", lambda value: is_number(value) and 0 <= value <= 100, "Number")
RATE: Final = Shape("a number of 1 or more", lambda value: is_number(value) and value >= 1, "Number")
DELAY: Final = Shape(
    "a whole number of seconds, 1 to 31622399", lambda value: is_whole(value, 1, 31_622_399), "Integer"
)
JITTER: Final = _one_of("FULL", "NONE")
LANGUAGE: Final = _one_of("JSONPath", "JSONata")
VERSION: Final = _one_of("1.0")
MODE: Final = _one_of("INLINE", "DISTRIBUTED")
EXECUTION_TYPE: Final = _one_of("STANDARD", "EXPRESS")
STATE_TYPE: Final = _one_of("Task", "Wait", "Pass", "Succeed", "Fail", "Choice", "Parallel", "Map")
TRUE: Final = Shape("true or false", lambda value: isinstance(value, bool), "Boolean")

FIELD_SHAPES: Final[Mapping[str, Shape]] = MappingProxyType(
    {
        "Comment": TEXT,
        "QueryLanguage": LANGUAGE,
        "End": TRUE,
        "Next": TEXT,
        "Default": TEXT,
        "Seconds": SECONDS,
        "TimeoutSeconds": POSITIVE,
        "HeartbeatSeconds": POSITIVE,
        "MaxConcurrency": COUNT,
        "ToleratedFailureCount": COUNT,
        "ToleratedFailurePercentage": PERCENT,
        "Error": TEXT,
        "Cause": TEXT,
        "Label": TEXT,
        "ItemReader": OBJECT,
        "ItemBatcher": OBJECT,
        "ResultWriter": OBJECT,
        "ItemProcessor": OBJECT,
        "Iterator": OBJECT,
        "Resource": TEXT,
        "Items": Shape("an array or an object", lambda value: isinstance(value, (list, tuple, Mapping))),
    }
)
"""What the value of a state's field is, when it is no expression."""

_POSITIVE_COUNT: Final = Shape("a whole number above 0", lambda value: is_whole(value, 1), "Integer")
_S3: Final = "arn:aws:states:::s3:"
_TEXTS: Final = Shape(
    "an array of texts", lambda value: isinstance(value, (list, tuple)) and all(map(TEXT.holds, value)), "Array"
)

PART_SHAPES: Final[Mapping[str, Mapping[str, Shape]]] = MappingProxyType(
    {
        "ItemReader": {
            "Resource": _one_of(f"{_S3}getObject", f"{_S3}listObjectsV2"),
            "ReaderConfig": OBJECT,
        },
        "ReaderConfig": {
            "InputType": _one_of("CSV", "JSON", "JSONL", "PARQUET", "MANIFEST"),
            "Transformation": _one_of("NONE", "LOAD_AND_FLATTEN"),
            "ManifestType": _one_of("ATHENA_DATA", "S3_INVENTORY"),
            "CSVDelimiter": _one_of("COMMA", "PIPE", "SEMICOLON", "SPACE", "TAB"),
            "CSVHeaderLocation": _one_of("FIRST_ROW", "GIVEN"),
            "CSVHeaders": _TEXTS,
            "ItemsPointer": TEXT,
            "MaxItems": COUNT,
        },
        "ItemBatcher": {
            "MaxItemsPerBatch": _POSITIVE_COUNT,
            "MaxInputBytesPerBatch": Shape(
                "a whole number from 1 to 262144", lambda value: is_whole(value, 1, 262_144), "Integer"
            ),
        },
        "ResultWriter": {"Resource": _one_of(f"{_S3}putObject"), "WriterConfig": OBJECT},
        "WriterConfig": {
            "Transformation": _one_of("NONE", "COMPACT", "FLATTEN"),
            "OutputType": _one_of("JSON", "JSONL"),
        },
    }
)
"""What the value of a field of a part of a distributed Map is, when it is no expression."""

RETRY_SHAPES: Final[Mapping[str, Shape]] = MappingProxyType(
    {
        "IntervalSeconds": POSITIVE,
        "MaxAttempts": COUNT,
        "BackoffRate": RATE,
        "MaxDelaySeconds": DELAY,
        "JitterStrategy": JITTER,
        "Comment": TEXT,
    }
)
"""What the value of a retrier's field is."""
