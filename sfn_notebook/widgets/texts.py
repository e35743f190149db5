"""Values as the text that a view may show: pretty, masked, and not endless."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final

from sfn_notebook import history

LIMIT: Final = 40_000  # characters of one value


def masked(text: str, secrets: Collection[str] = ()) -> str:
    """The text without task tokens, account ids and these secrets."""
    for secret in secrets:
        text = text.replace(secret, history.MASKED)
    return history.mask(text)


def shown(value: Any, secrets: Collection[str] = ()) -> str:
    """A JSON value over several lines, masked; a long one is cut, and says so.

    >>> print(shown({"a": [1]}))
    {
      "a": [
        1
      ]
    }
    """
    text = masked(json.dumps(value, ensure_ascii=False, indent=2, default=str), secrets)
    return text if len(text) <= LIMIT else f"{text[:LIMIT]}\n… and {len(text) - LIMIT:,} characters more"


def opened(value: Any) -> Any:
    """A value with the JSON texts in it (data stands in events as text) replaced by what they say.

    >>> opened({"name": "A", "output": "[1]"})
    {'name': 'A', 'output': [1]}
    """
    if isinstance(value, Mapping):
        return {key: opened(each) for key, each in value.items()}
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def epoch(timestamp: Any) -> float:
    """The seconds since 1970 of a timestamp as botocore gives it, or as a number; 0 for none."""
    return timestamp.timestamp() if isinstance(timestamp, datetime) else float(timestamp or 0)
