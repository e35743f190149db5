"""One line for people per event; no ARN, id, token or account in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from sfn_notebook.history.data import parsed
from sfn_notebook.history.tokens import MASKED, mask

_LONGEST: Final = 120
_SIMULATED: Final = '"x-sfn-notebook":"simulated"'  # in the answer that the embedded engine's own jobs give
_UUID: Final = re.compile(r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b")


def details_of(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """The details of an event, whatever their member is named; empty when it has none."""
    for key, value in event.items():
        if key.endswith("EventDetails") and isinstance(value, Mapping):
            return value
    return {}


def describe(event: Mapping[str, Any]) -> str:
    """One line that says what happened.

    >>> describe({"type": "TaskStateEntered", "stateEnteredEventDetails": {"name": "Charge"}})
    'TaskStateEntered         Charge'
    """
    details = details_of(event)
    return f"{event['type']:<24} {short(_words(str(event['type']), details))}".rstrip()


def _words(kind: str, details: Mapping[str, Any]) -> str:
    if "error" in details or "cause" in details:
        said = (details.get("error"), readable(details.get("cause")))
        return ": ".join(str(part) for part in said if part)
    if "resourceType" in details and "resource" in details:
        resource = str(details["resource"])
        called = _called(resource) if resource.startswith("arn:") else f"{details['resourceType']}:{resource}"
        return (
            f"{called} (simulated)" if kind == "TaskSubmitted" and _SIMULATED in str(details.get("output")) else called
        )
    if "resource" in details:
        return _called(str(details["resource"]))
    if kind.startswith("MapIteration"):
        return f"{details.get('name', '')} [{details.get('index', '?')}]"
    if "length" in details:
        return f"{details['length']} item{'' if details['length'] == 1 else 's'}"
    return f"redrive {details['redriveCount']}" if "redriveCount" in details else str(details.get("name", ""))


@lru_cache(maxsize=1024)
def _called(arn: str) -> str:
    """The last parts of a resource: `function:charge`, `activity:pick`, `sqs:sendMessage`."""
    return ":".join(arn.split(":")[-2:])


def readable(cause: str | None) -> str | None:
    """What a cause says: of Lambda's JSON its errorMessage, else the text itself.

    >>> readable('{"errorMessage": "no money", "errorType": "Declined"}'), readable("no money")
    ('no money', 'no money')
    """
    value = parsed(cause)
    message = value.get("errorMessage") if isinstance(value, dict) else None
    return message if isinstance(message, str) else cause


def short(text: str) -> str:
    """A text on one line of bearable length, without tokens, account ids and ids."""
    line = _UUID.sub(MASKED, mask(" ".join(text[: 4 * _LONGEST].split())))
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
