"""What may be read at all: JSON values, no deeper and no more of them than everything here can work with."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from sfn_notebook.errors import InvalidDefinition

DEPTH: Final = 250
"""How many objects and arrays may lie in one another: sixty Parallel states, one inside the other."""
_SIMPLE: Final = frozenset((int, bool, type(None)))
VALUES: Final = 1_000_000
"""How many values one file may hold, with YAML's aliases written out."""
TEXT: Final = 20_000_000
"""How many characters: Step Functions takes a definition of a million, and a plan or template holds several."""


def checked(value: Any) -> Any:
    """The value itself, when it is JSON within the bounds.

    Raises:
        InvalidDefinition: it is not; the message says what and where.

    >>> checked({"a": [1, None]})
    {'a': [1, None]}
    """
    seen = 1
    waiting: list[tuple[Any, str, int]] = [([value], "", -1)]
    while waiting:
        holder, where, depth = waiting.pop()
        if depth >= DEPTH:
            raise too_deep()
        seen += len(holder)
        if seen > VALUES:
            raise too_many()
        for inner, place in _inside(holder, where):
            if isinstance(inner, (dict, list, tuple, Mapping)):
                waiting.append((inner, place, depth + 1))
            elif type(inner) not in _SIMPLE:
                _scalar(inner, place)
    return value


def too_deep() -> InvalidDefinition:
    """It is nested too deeply."""
    return InvalidDefinition(
        f"the definition is nested more than {DEPTH} levels deep.",
        hint="Move inner parts into state machines of their own, started with startExecution.",
    )


def too_many() -> InvalidDefinition:
    """It holds too much."""
    return InvalidDefinition(
        f"the definition holds more than {VALUES:,} values; in YAML, with its aliases written out."
    )


def _inside(value: Any, where: str) -> Iterable[tuple[Any, str]]:
    return _members(value) if isinstance(value, Mapping) else ((inner, where) for inner in value)


def _members(value: Mapping[Any, Any]) -> Iterator[tuple[Any, str]]:
    for key, inner in value.items():
        if not isinstance(key, str):
            raise InvalidDefinition(f"JSON keys are texts; an object in it has the key {key!r}.")
        if not key.isascii():
            _unicode(key, "")
        yield inner, key


def _scalar(value: Any, where: str) -> None:
    place = f" in {where[:80]!r}" if where else ""
    if isinstance(value, str):
        if not value.isascii():
            _unicode(value, where)
    elif isinstance(value, float) and not math.isfinite(value):
        raise InvalidDefinition(f"{value} is not a JSON number{place}.")
    elif not (value is None or isinstance(value, (bool, int, float))):
        raise InvalidDefinition(f"a {type(value).__name__} is no JSON value{place}; given was {str(value)[:80]!r}.")


def _unicode(text: str, where: str) -> None:
    try:
        text.encode("utf-16-be", "surrogatepass").decode("utf-16-be")  # two halves side by side are a character
    except UnicodeDecodeError as error:
        place = f" in {where[:80]!r}" if where and where.isprintable() else ""
        half = int.from_bytes(error.object[error.start : error.start + 2], "big")
        raise InvalidDefinition(f"half a character{place}: \\u{half:04x} stands without its other half.") from error
