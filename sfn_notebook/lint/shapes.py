"""What a value is and what it should be, in words: small tests shared by the checks."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, NamedTuple, TypeGuard

_RFC3339: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


class Shape(NamedTuple):
    """What a value should be: in words, and as a test."""

    words: str
    holds: Callable[[Any], bool]


def is_number(value: Any) -> TypeGuard[float]:
    """Whether it is a JSON number (`true` is none)."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def is_whole(value: Any, least: int = 0) -> bool:
    """Whether it is a whole number of at least `least`."""
    return is_number(value) and value == int(value) and value >= least if _finite(value) else False


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


def _finite(value: Any) -> bool:
    return is_number(value) and value == value and abs(value) != float("inf")  # noqa: PLR0124  # NaN is not itself


TEXT: Final = Shape("a text", lambda value: isinstance(value, str))
OBJECT: Final = Shape("an object", lambda value: isinstance(value, Mapping))
SECONDS: Final = Shape("a whole number of seconds, 0 or more", is_whole)
POSITIVE: Final = Shape("a whole number of seconds above 0", lambda value: is_whole(value, 1))
COUNT: Final = Shape("a whole number, 0 or more", is_whole)
PERCENT: Final = Shape("a number from 0 to 100", lambda value: is_number(value) and 0 <= value <= 100)
RATE: Final = Shape("a number of 1 or more", lambda value: is_number(value) and value >= 1)
JITTER: Final = Shape("FULL or NONE", lambda value: value in ("FULL", "NONE"))
LANGUAGE: Final = Shape("JSONPath or JSONata", lambda value: value in ("JSONPath", "JSONata"))
TRUE: Final = Shape("true or false", lambda value: isinstance(value, bool))

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
    }
)
"""What the value of a state's field is, when it is no expression."""

RETRY_SHAPES: Final[Mapping[str, Shape]] = MappingProxyType(
    {
        "IntervalSeconds": POSITIVE,
        "MaxAttempts": COUNT,
        "BackoffRate": RATE,
        "MaxDelaySeconds": POSITIVE,
        "JitterStrategy": JITTER,
        "Comment": TEXT,
    }
)
"""What the value of a retrier's field is."""
