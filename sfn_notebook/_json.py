"""JSON as Step Functions reads and writes it: one place for text, strictness and size."""

import json
from typing import Any

from sfn_notebook.errors import InvalidJson

PAYLOAD_LIMIT = 262_144  # bytes of UTF-8: an input, an output or a task result may not be longer


def dumps(value: Any) -> str:
    """Compact JSON text with characters as they are: the form in which data stands in a history.

    >>> dumps({"a": [1, "é"]})
    '{"a":[1,"é"]}'
    """
    return _encode(value)


def loads(text: str | bytes) -> Any:
    """The value of a JSON text; strict: NaN, Infinity and trailing text are refused.

    Raises:
        InvalidJson: the text is not JSON; the message says where and what stands there.

    >>> loads('{"a": 1}')
    {'a': 1}
    """
    try:
        return _decode(text) if isinstance(text, str) else json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        shown = error.doc[max(0, error.pos - 20) : error.pos + 20]
        raise InvalidJson(
            f"not valid JSON: {error.msg} at line {error.lineno}, column {error.colno}, near {shown!r}"
        ) from error
    except (ValueError, RecursionError) as error:
        raise InvalidJson(f"not valid JSON: {error or 'nested too deeply'}") from error


def size(text: str) -> int:
    """The length that counts against a quota: bytes of UTF-8."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON number")


# made once: json.dumps and json.loads make a new one for every call with options
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode
_decode = json.JSONDecoder(parse_constant=_no_constant).decode
