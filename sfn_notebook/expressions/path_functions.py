"""The functions that a JSONPath may end with: `$.items.length()`, `$..price.sum()`.

https://github.com/json-path/JsonPath#functions
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping
from typing import Any, Final

from sfn_notebook.errors import PathFailure

_WITH_ARGUMENT: Final = frozenset({"index", "append", "concat"})


def takes_argument(name: str) -> bool:
    """Whether a function has an argument between its parentheses."""
    return name in _WITH_ARGUMENT


def _numbers(value: Any) -> list[float]:
    found = [item for item in value if _is_number(item)] if isinstance(value, list) else []
    if not found:
        raise PathFailure("Aggregation function attempted to calculate value using empty array")
    return found


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _length(value: Any) -> int | None:
    return len(value) if isinstance(value, (list, dict, str)) else None


def _element(value: Any, index: Any) -> Any:
    if not isinstance(value, list) or not isinstance(index, int) or not -len(value) <= index < len(value):
        raise PathFailure(f"Target index:{index} larger than object count:{_length(value) or 0}")
    return value[index]


def _keys(value: Any) -> Any:
    if not isinstance(value, dict):
        raise PathFailure("keys() needs an object")
    return list(value)


def _concat(value: Any, more: Any) -> str:
    texts = [item for item in value if isinstance(item, str)] if isinstance(value, list) else [value]
    return "".join(str(text) for text in (*texts, more))


FUNCTIONS: Final[Mapping[str, Callable[..., Any]]] = {
    "length": _length,
    "size": _length,
    "min": lambda value: float(min(_numbers(value))),
    "max": lambda value: float(max(_numbers(value))),
    "avg": lambda value: statistics.fmean(_numbers(value)),
    "stddev": lambda value: statistics.pstdev(_numbers(value)),
    "sum": lambda value: float(sum(_numbers(value))),
    "keys": _keys,
    "first": lambda value: _element(value, 0),
    "last": lambda value: _element(value, -1),
    "index": _element,
    "append": lambda value, more: [*value, more] if isinstance(value, list) else value,
    "concat": _concat,
}
"""Name -> the function of what the path before it gives (and of its argument). The aggregates give doubles."""
