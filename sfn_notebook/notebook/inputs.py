"""An execution's input, checked before anything is called."""

from __future__ import annotations

from typing import Any

from sfn_notebook import _json
from sfn_notebook.errors import InvalidInput, InvalidJson


def input_text(value: Any) -> str:
    """An execution's input as JSON text.

    Raises:
        InvalidInput: it is no JSON, or too long.

    >>> input_text({"total": 1})
    '{"total":1}'
    """
    try:
        text = value if isinstance(value, str) else _json.dumps(value)
        _json.loads(text)
    except InvalidJson as error:
        raise InvalidInput(
            f"the input is {error.message}",
            hint="A str is taken as JSON text; for any other value give the value itself.",
        ) from error
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidInput(
            f"the input cannot be written as JSON: {error}",
            hint="Allowed: dict with text keys, list, text, finite number, bool, None.",
        ) from error
    if (size := _json.size(text)) > _json.PAYLOAD_LIMIT:
        raise InvalidInput(
            f"the input has {size:,} bytes; Step Functions takes at most {_json.PAYLOAD_LIMIT:,}.",
            hint="Put the data into S3 and hand on the bucket and the key.",
        )
    return text
