"""State names inside expressions: where a text can only mean a state, so that it follows a renaming.

Only a comparison with the name of the state itself in the context object is certain to mean one:
`$states.context.State.Name = 'A'` in JSONata, a Choice rule on `$$.State.Name` in JSONPath. Any other text that happens
to be a state's name is data, and stays.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

_NAME: Final = r"\$states\s*\.\s*context\s*\.\s*State\s*\.\s*Name"
_TEXT: Final = r"(?:\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')"
_LITERAL: Final = re.compile(_TEXT)
_COMPARED: Final = re.compile(
    rf"(?P<before>{_NAME}\s*(?:!?=|in)\s*)(?P<after>{_TEXT}|\[\s*{_TEXT}(?:\s*,\s*{_TEXT})*\s*\])"
    rf"|(?P<first>{_TEXT})(?P<then>\s*!?=\s*{_NAME}(?!\s*\.))"
)
_PATHS: Final = ("$$.State.Name", "$$['State']['Name']")


def renamed(value: Any, old: str, new: str) -> Any:
    """A field's value with the state's new name wherever the old one means the state; the same object if nowhere.

    >>> renamed("{% $states.context.State.Name = 'A' ? 'A' : 'B' %}", "A", "C")
    "{% $states.context.State.Name = 'C' ? 'A' : 'B' %}"
    >>> renamed({"Variable": "$$.State.Name", "StringEquals": "A"}, "A", "C")
    {'Variable': '$$.State.Name', 'StringEquals': 'C'}
    """
    if isinstance(value, str):
        return _in_query(value, old, new) if value.startswith("{%") else value
    if isinstance(value, Mapping):
        on_name = value.get("Variable") in _PATHS
        made = {
            key: new if on_name and key == "StringEquals" and one == old else renamed(one, old, new)
            for key, one in value.items()
        }
        return made if any(made[key] is not value[key] for key in value) else value
    if isinstance(value, list):
        items = [renamed(one, old, new) for one in value]
        return items if any(one is not before for one, before in zip(items, value, strict=True)) else value
    return value


def _in_query(text: str, old: str, new: str) -> str:
    def literal(found: re.Match[str]) -> str:
        return _quoted(new, found[0][0]) if _unquoted(found[0]) == old else found[0]

    def compared(found: re.Match[str]) -> str:
        if found["first"] is not None:
            return _LITERAL.sub(literal, found["first"]) + found["then"]
        return found["before"] + _LITERAL.sub(literal, found["after"])

    made = _COMPARED.sub(compared, text)
    return made if made != text else text


def _unquoted(literal: str) -> str | None:
    inside = literal[1:-1]
    if literal[0] == "'":
        inside = inside.replace("\\'", "'").replace('"', '\\"')
    try:
        return str(json.loads(f'"{inside}"'))
    except ValueError:  # no literal of JSONata either; lint says so
        return None


def _quoted(text: str, quote: str) -> str:
    inside = json.dumps(text, ensure_ascii=False)[1:-1]
    return f'"{inside}"' if quote == '"' else "'" + inside.replace('\\"', '"').replace("'", "\\'") + "'"
