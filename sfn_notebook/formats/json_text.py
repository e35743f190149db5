"""JSON as definitions are read from it: strict, and no key twice."""

from __future__ import annotations

import json
import math
from typing import Any, Final, NoReturn

from sfn_notebook.errors import InvalidJson


def loads(text: str) -> Any:
    """The value of a JSON text; NaN, Infinity, numbers beyond all bounds and keys said twice are refused.

    Raises:
        InvalidJson: the text is not JSON; the message says where.

    >>> loads('{"a": 1}')
    {'a': 1}
    """
    try:
        return _decode(text)
    except json.JSONDecodeError as error:
        shown = error.doc[max(0, error.pos - 20) : error.pos + 20]
        raise InvalidJson(
            f"not valid JSON: {error.msg} at line {error.lineno}, column {error.colno}, near {shown!r}"
        ) from error
    except (ValueError, RecursionError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise InvalidJson(f"not valid JSON: {reason}") from error


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]  # the idiom
        raise ValueError(f"the key {twice[:80]!r} stands twice in one object")
    return made


def _number(text: str) -> float:
    value = float(text)
    return value if math.isfinite(value) else _constant(text)


def _constant(name: str) -> NoReturn:
    raise ValueError(f"{name[:40]} is not a JSON number")


_decode: Final = json.JSONDecoder(object_pairs_hook=_pairs, parse_float=_number, parse_constant=_constant).decode
