"""Values as they stand in an event: data as JSON text, times as datetime or epoch seconds."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sfn_notebook import _json
from sfn_notebook.errors import InvalidJson


def parsed(text: Any) -> Any:
    """Data of an event, which is JSON text; what is not stays as it is.

    >>> parsed('{"a": 1}'), parsed("plain"), parsed(None)
    ({'a': 1}, 'plain', None)
    """
    if not isinstance(text, str):
        return text
    try:
        return _json.loads(text)
    except InvalidJson:
        return text


def epoch(timestamp: Any) -> float | None:
    """A timestamp in epoch seconds, or None when there is none."""
    if isinstance(timestamp, datetime):
        return timestamp.timestamp()
    return float(timestamp) if isinstance(timestamp, (int, float)) else None
