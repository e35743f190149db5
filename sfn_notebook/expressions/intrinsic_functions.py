"""The eighteen intrinsic functions: what each takes, checks and gives.

https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import math
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from sfn_notebook import _json
from sfn_notebook.errors import IntrinsicFailure, InvalidJson
from sfn_notebook.expressions.java import printed
from sfn_notebook.expressions.scope import Scope, uuid4

_INT_RANGE: Final = range(-(2**31), 2**31)
_MAX_ITEMS: Final = 1000
_MAX_CHARS: Final = 10_000


class Template:
    """The first argument of States.Format, written as a literal: the texts around its places."""

    def __init__(self, pieces: list[str]) -> None:
        self.texts = _texts_around_places(pieces)


def _texts_around_places(pieces: list[str]) -> list[str]:
    texts, at = [""], 0
    while at < len(pieces):
        if pieces[at : at + 2] == ["{", "}"]:
            texts.append("")
            at += 2
        else:
            texts[-1] += pieces[at][-1]
            at += 1
    return texts


# -- what the functions check


def _array(value: Any, function: str) -> list[Any]:
    if not isinstance(value, list):
        raise _wrong(function, "an array", value)
    return value


def _text(value: Any, function: str, limit: int | None = None) -> str:
    if not isinstance(value, str):
        raise _wrong(function, "a string", value)
    if limit is not None and len(value) > limit:
        raise IntrinsicFailure(
            f"Invalid arguments in {function}: at most {limit} characters are allowed, given were {len(value)}"
        )
    return value


def _whole(value: Any, function: str) -> int:
    """A number rounded to the nearest integer, halves up, as AWS does."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise _wrong(function, "a number", value)
    return value if isinstance(value, int) else math.floor(value + 0.5)


def _wrong(function: str, wanted: str, given: Any) -> IntrinsicFailure:
    shown = _json.dumps(given)
    return IntrinsicFailure(f"Invalid arguments in {function}: expected {wanted}, given was {shown[:100]}")


def _identity(value: Any) -> str:
    """Equal for equal JSON values: numbers by value, true never 1."""
    return _json.dumps(_canonical(value))


def _canonical(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _canonical(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return [_canonical(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


# -- the functions


def _format(scope: Scope, template: Any, *values: Any) -> str:
    if isinstance(template, Template):
        texts = template.texts
    else:
        texts = _texts_around_places(re.findall(r"\\.|.", _text(template, "States.Format"), re.DOTALL))
    if len(texts) - 1 != len(values):
        raise IntrinsicFailure(
            f"Invalid arguments in States.Format: the template has {len(texts) - 1} places {{}},"
            f" given were {len(values)} values"
        )
    shown = [printed(value) for value in values]
    return "".join(text + value for text, value in zip(texts, [*shown, ""], strict=True))


def _string_to_json(scope: Scope, text: Any) -> Any:
    text = _text(text, "States.StringToJson")
    if not text.strip():
        return None
    try:
        return _json.loads(text)
    except InvalidJson as error:
        raise IntrinsicFailure(f"Invalid arguments in States.StringToJson: {error.message}") from error


def _array_partition(scope: Scope, array: Any, chunk: Any) -> list[Any]:
    items, size = _array(array, "States.ArrayPartition"), _whole(chunk, "States.ArrayPartition")
    if size <= 0:
        raise _wrong("States.ArrayPartition", "a chunk size above zero", chunk)
    return [items[start : start + size] for start in range(0, len(items), size)]


def _array_range(scope: Scope, first: Any, last: Any, step: Any) -> list[int]:
    start, stop, by = (_whole(number, "States.ArrayRange") for number in (first, last, step))
    if by == 0:
        raise _wrong("States.ArrayRange", "an increment other than zero", step)
    numbers = range(start, stop + (1 if by > 0 else -1), by)
    if numbers[_MAX_ITEMS:]:  # its length may be more than len() can say
        raise IntrinsicFailure(f"Invalid arguments in States.ArrayRange: it would give more than {_MAX_ITEMS} elements")
    return list(numbers)


def _array_get_item(scope: Scope, array: Any, index: Any) -> Any:
    items, at = _array(array, "States.ArrayGetItem"), _whole(index, "States.ArrayGetItem")
    if not 0 <= at < len(items):
        raise _wrong("States.ArrayGetItem", f"an index from 0 to {len(items) - 1}", index)
    return items[at]


def _array_unique(scope: Scope, array: Any) -> list[Any]:
    first: dict[str, Any] = {}
    for item in _array(array, "States.ArrayUnique"):
        first.setdefault(_identity(item), item)
    return list(first.values())


def _base64_encode(scope: Scope, text: Any) -> str:
    return base64.b64encode(_text(text, "States.Base64Encode", _MAX_CHARS).encode()).decode()


def _base64_decode(scope: Scope, text: Any) -> str:
    encoded = _text(text, "States.Base64Decode", _MAX_CHARS)
    try:
        # as Java does it: the padding may be left out, and what is no UTF-8 becomes a replacement character
        padding = "=" * (-len(encoded) % 4) if not encoded.endswith("=") else ""
        return base64.b64decode(encoded + padding, validate=True).decode(errors="replace")
    except (binascii.Error, ValueError) as error:
        raise _wrong("States.Base64Decode", "Base64", text) from error


_ALGORITHMS: Final = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}


def digest(data: str, algorithm: str) -> str | None:
    """The hexadecimal digest of a text, or None when there is no such algorithm."""
    name = _ALGORITHMS.get(algorithm)
    return None if name is None else hashlib.new(name, data.encode(), usedforsecurity=False).hexdigest()


def _hash(scope: Scope, data: Any, algorithm: Any) -> str:
    text = data if isinstance(data, str) else _json.dumps(data)
    found = digest(_text(text, "States.Hash", _MAX_CHARS), _text(algorithm, "States.Hash"))
    if found is None:
        raise _wrong("States.Hash", f"one of {', '.join(_ALGORITHMS)}", algorithm)
    return found


def _json_merge(scope: Scope, left: Any, right: Any, deep: Any) -> dict[str, Any]:
    if not isinstance(left, Mapping) or not isinstance(right, Mapping):
        raise _wrong("States.JsonMerge", "two objects", left if not isinstance(left, Mapping) else right)
    if deep is not False:
        raise IntrinsicFailure(
            "Invalid arguments in States.JsonMerge: only a shallow merge is supported; give false as third argument"
        )
    return {**left, **right}


def _math_random(scope: Scope, start: Any, end: Any, seed: Any = None) -> int:
    low, high = _whole(start, "States.MathRandom"), _whole(end, "States.MathRandom")
    if low >= high:
        raise _wrong("States.MathRandom", f"an end above {low}", end)
    source = scope.random if seed is None else type(scope.random)(_whole(seed, "States.MathRandom"))
    return source.randrange(low, high)


def _math_add(scope: Scope, left: Any, right: Any) -> int:
    one, other = _whole(left, "States.MathAdd"), _whole(right, "States.MathAdd")
    for number in (one, other, one + other):
        if number not in _INT_RANGE:
            raise _wrong("States.MathAdd", f"whole numbers from {_INT_RANGE[0]} to {_INT_RANGE[-1]}", number)
    return one + other


def _string_split(scope: Scope, text: Any, delimiters: Any) -> list[str]:
    text, characters = _text(text, "States.StringSplit"), _text(delimiters, "States.StringSplit")
    if not characters:
        return [text]
    # every character of the second argument delimits; runs of them give no empty pieces
    return [piece for piece in re.split(f"[{re.escape(characters)}]", text) if piece]


ANY: Final = 10_000
FUNCTIONS: Final[Mapping[str, tuple[int, int, Callable[..., Any]]]] = {
    "States.Format": (1, ANY, _format),
    "States.StringToJson": (1, 1, _string_to_json),
    "States.JsonToString": (1, 1, lambda scope, value: _json.dumps(value)),
    "States.Array": (0, ANY, lambda scope, *values: list(values)),
    "States.ArrayPartition": (2, 2, _array_partition),
    "States.ArrayContains": (
        2,
        2,
        lambda scope, array, value: (
            _identity(value) in {_identity(item) for item in _array(array, "States.ArrayContains")}
        ),
    ),
    "States.ArrayRange": (3, 3, _array_range),
    "States.ArrayGetItem": (2, 2, _array_get_item),
    "States.ArrayLength": (1, 1, lambda scope, array: len(_array(array, "States.ArrayLength"))),
    "States.ArrayUnique": (1, 1, _array_unique),
    "States.Base64Encode": (1, 1, _base64_encode),
    "States.Base64Decode": (1, 1, _base64_decode),
    "States.Hash": (2, 2, _hash),
    "States.JsonMerge": (3, 3, _json_merge),
    "States.MathRandom": (2, 3, _math_random),
    "States.MathAdd": (2, 2, _math_add),
    "States.StringSplit": (2, 2, _string_split),
    "States.UUID": (0, 0, lambda scope: uuid4(scope.random)),
}
"""Name -> the fewest and the most arguments, and the function of a scope and the arguments."""
