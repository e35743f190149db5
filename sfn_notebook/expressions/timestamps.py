"""RFC 3339 timestamps as Choice rules know them, to the last digit."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Final

TIMESTAMP: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)


def parse_timestamp(value: Any) -> tuple[int, str] | None:
    """Epoch seconds and the digits after the point without trailing zeros, or None when it is no timestamp.

    >>> parse_timestamp("1970-01-01T00:00:01.250Z"), parse_timestamp("1970-01-01")
    ((1, '25'), None)
    """
    found = TIMESTAMP.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None
    fraction, zone = found[1] or "", "+00:00" if found[2] == "Z" else found[2]
    try:
        moment = datetime.fromisoformat(value[:19] + zone)
    except ValueError:
        return None
    return int(moment.timestamp()), fraction[1:].rstrip("0")
