"""What AWS says of a text that is not JSON: the words of its parser, Jackson."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from sfn_notebook import _json
from sfn_notebook.errors import InvalidJson

_SHOWN: Final = 500  # characters of the source that a message shows
_WORD: Final = re.compile(r"[\w$]+")
_WANTED: Final = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"
_EXPECTED: Final = {
    "Expecting property name enclosed in double quotes": "was expecting double-quote to start field name",
    "Expecting ':' delimiter": "was expecting a colon to separate field name and value",
    "Expecting ',' delimiter": "was expecting comma to separate entries",
    "Illegal trailing comma before end of object": "was expecting double-quote to start field name",
    "Illegal trailing comma before end of array": f"expected a value {_WANTED}",
    "Invalid control character at": "has to be escaped using backslash to be included in string value",
    "Invalid \\escape": "is not an escape that JSON knows",
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a text is not JSON.

    Attributes:
        reason: What is wrong.
        place: Where, as AWS's parser writes it.
    """

    reason: str
    place: str

    @property
    def text(self) -> str:
        """Reason and place."""
        return f"{self.reason}\n at {self.place}"


def explain(text: str) -> Refusal:
    """Why a text is not JSON.

    >>> print(explain("not a definition").text)
    Unrecognized token 'not': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')
     at [Source: (String)"not a definition"; line: 1, column: 4]
    """
    try:
        _json.loads(text)
    except InvalidJson as error:
        inner = error.__cause__
        message, position = getattr(inner, "msg", error.message), getattr(inner, "pos", len(text))
    else:
        return Refusal("the text is JSON", _place(text, 0))
    if position >= len(text) or message.startswith("Unterminated string"):
        return Refusal("Unexpected end-of-input", _place(text, len(text)))
    word = _WORD.match(text, position)
    if message == "Expecting value" and word is not None:
        return Refusal(f"Unrecognized token '{word[0]}': was expecting {_WANTED}", _place(text, word.end()))
    char = text[position]
    wanted = _EXPECTED.get(message, f"expected a valid value {_WANTED}")
    return Refusal(f"Unexpected character ('{char}' (code {ord(char)})): {wanted}", _place(text, position + 1))


def _place(text: str, position: int) -> str:
    line = text.count("\n", 0, position) + 1
    column = position - (text.rfind("\n", 0, position) + 1) + 1
    shown = text[:_SHOWN]
    more = f"[truncated {len(text) - _SHOWN} chars]" if len(text) > _SHOWN else ""
    return f'[Source: (String)"{shown}"{more}; line: {line}, column: {column}]'
