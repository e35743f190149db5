"""What AWS says of a text that is not JSON: the words of its parser, Jackson.

The sentences are those of Jackson 2.10's `ReaderBasedJsonParser`; one of them is in AWS's recorded answers.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final, NoReturn

_SHOWN: Final = 500  # characters of the source that a message shows
_LONGEST_TOKEN: Final = 256
_SPACE: Final = re.compile(r"[ \t\r\n]*")
_TOKEN: Final = re.compile(r"[\w$]+")
_TEXT: Final = re.compile(r'[^"\\\x00-\x1f]*')
_ESCAPE: Final = re.compile(r'\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})')
_DIGITS: Final = re.compile(r"[0-9]*")
_WORDS: Final = frozenset({"true", "false", "null"})
_NOT_NUMBERS: Final = ("NaN", "Infinity", "-Infinity")
_WANTED: Final = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"
BEYOND: Final = "The text is nested too deeply, or holds a number with too many digits"
_CLOSERS: Final = {"Object": "}", "Array": "]"}


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
    """Why a text is not JSON; `BEYOND` when it is, so that something else than its syntax was too much.

    >>> print(explain("not a definition").text)
    Unrecognized token 'not': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')
     at [Source: (String)"not a definition"; line: 1, column: 4]
    """
    try:
        _Reader(text).document()
    except _RefusedError as refused:
        return Refusal(refused.reason, _place(text, refused.position))
    return Refusal(BEYOND, _place(text, len(text)))


class _RefusedError(Exception):
    def __init__(self, reason: str, position: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.position = position


class _Reader:
    """Reads a text from value to value without recursion, so that no depth is too much for it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.open: list[tuple[str, int]] = []  # the containers around the place: kind, where it starts

    def document(self) -> None:
        self.value(self.next_char())
        while self.open:
            kind, _ = self.open[-1]
            char = self.next_char()
            if char == _CLOSERS[kind]:
                self.close()
            elif char != ",":
                self.unexpected(char, f"was expecting comma to separate {kind} entries")
            else:
                self.at += 1
                self.entry(self.next_char(inside=True))
        if char := self.next_char():
            self.word(char)
            self.unexpected(char, f"expected a valid value {_WANTED}")

    def value(self, char: str) -> None:
        """The value that starts here; of a container its first entry."""
        if char in ("{", "["):
            self.open.append(("Object" if char == "{" else "Array", self.at))
            self.at += 1
            first = self.next_char()
            if first == _CLOSERS[self.open[-1][0]]:
                self.close()
            else:
                self.entry(first)
        elif char == '"':
            self.string("string value", ": was expecting closing quote for a string value")
        elif char == "-" or char.isdecimal():
            self.number()
        else:
            self.word(char)

    def entry(self, char: str) -> None:
        while True:  # a container as first entry of a container: deeper, without recursion
            if self.open[-1][0] == "Object":
                if char != '"':
                    self.unexpected(char, "was expecting double-quote to start field name")
                self.string("name", " in field name")
                char = self.next_char(inside=True)
                if char != ":":
                    self.unexpected(char, "was expecting a colon to separate field name and value")
                self.at += 1
                char = self.next_char(inside=True)
            if char not in ("{", "["):
                self.value(char)
                return
            self.open.append(("Object" if char == "{" else "Array", self.at))
            self.at += 1
            char = self.next_char()
            if char == _CLOSERS[self.open[-1][0]]:
                self.close()
                return

    def close(self) -> None:
        self.at += 1
        self.open.pop()

    def next_char(self, *, inside: bool = False) -> str:
        """The next character that is no white space; "" at the end of a whole document."""
        self.skip(_SPACE)
        char = self.text[self.at : self.at + 1]
        if not char and self.open:
            kind, start = self.open[-1]
            if inside:
                self.end(f" within/between {kind} entries")
            self.end(f": expected close marker for {kind} (start marker at {_place(self.text, start)})")
        if char and char < " ":
            only = "only regular white space (\\r, \\n, \\t) is allowed between tokens"
            self.refuse(f"Illegal character ({_described(char)}): {only}")
        return char

    def string(self, what: str, unfinished: str) -> None:
        self.at += 1
        while True:
            self.skip(_TEXT)
            char = self.text[self.at : self.at + 1]
            if char == '"':
                self.at += 1
                return
            if not char:
                self.end(unfinished)
            if char == "\\":
                if self.skip(_ESCAPE):
                    continue
                self.at += 1
                escaped = self.text[self.at : self.at + 1]
                if not escaped:
                    self.end(unfinished)
                self.refuse(f"Unrecognized character escape {_described(escaped)}")
            backslash = f"has to be escaped using backslash to be included in {what}"
            self.refuse(f"Illegal unquoted character ({_described(char)}): {backslash}")

    def number(self) -> None:
        if self.text.startswith("-Infinity", self.at):
            self.not_a_number("-Infinity")
        if self.text[self.at] == "-":
            self.at += 1
            self.digit("expected digit (0-9) to follow minus sign, for valid numeric value")
        if self.text[self.at] == "0" and self.text[self.at + 1 : self.at + 2].isdecimal():
            self.at += 1
            self.refuse("Invalid numeric value: Leading zeroes not allowed")
        self.skip(_DIGITS)
        if self.text.startswith(".", self.at):
            self.at += 1
            self.digit("Decimal point not followed by a digit")
            self.skip(_DIGITS)
        if self.text[self.at : self.at + 1] in ("e", "E"):
            self.at += 1
            if self.text[self.at : self.at + 1] in ("+", "-"):
                self.at += 1
            self.digit("Exponent indicator not followed by a digit")
            self.skip(_DIGITS)

    def digit(self, wanted: str) -> None:
        char = self.text[self.at : self.at + 1]
        if not char:
            self.end(" in numeric value") if self.open else self.end("")
        if char not in "0123456789":
            self.refuse(f"Unexpected character ({_described(char)}) in numeric value: {wanted}")

    def word(self, char: str) -> None:
        for name in _NOT_NUMBERS:
            if self.text.startswith(name, self.at):
                self.not_a_number(name)
        token = _TOKEN.match(self.text, self.at)
        if token is None:
            self.unexpected(char, f"expected a valid value {_WANTED}")
        self.at = token.end()
        if token[0] not in _WORDS:
            shown = token[0] if len(token[0]) <= _LONGEST_TOKEN else f"{token[0][:_LONGEST_TOKEN]}..."
            raise _RefusedError(f"Unrecognized token '{shown}': was expecting {_WANTED}", self.at)

    def not_a_number(self, name: str) -> NoReturn:
        feature = "enable JsonParser.Feature.ALLOW_NON_NUMERIC_NUMBERS to allow"
        raise _RefusedError(f"Non-standard token '{name}': {feature}", self.at + len(name))

    def unexpected(self, char: str, wanted: str) -> NoReturn:
        if not char:
            self.end("")
        self.refuse(f"Unexpected character ({_described(char)}): {wanted}")

    def refuse(self, reason: str) -> NoReturn:
        raise _RefusedError(reason, self.at + 1)

    def end(self, where: str) -> NoReturn:
        raise _RefusedError(f"Unexpected end-of-input{where}", len(self.text))

    def skip(self, pattern: re.Pattern[str]) -> bool:
        found = pattern.match(self.text, self.at)
        if found is None:
            return False
        self.at = found.end()
        return bool(found[0])


def _described(char: str) -> str:
    r"""A character as Jackson shows it.

    >>> _described("x"), _described("é"), _described("\x01"), _described("€")
    ("'x' (code 120)", "'é' (code 233)", '(CTRL-CHAR, code 1)', "'€' (code 8364 / 0x20ac)")
    """
    code = ord(char)
    if unicodedata.category(char) == "Cc":
        return f"(CTRL-CHAR, code {code})"
    return f"'{char}' (code {code} / 0x{code:x})" if code > 255 else f"'{char}' (code {code})"


def _place(text: str, position: int) -> str:
    line = text.count("\n", 0, position) + 1
    column = position - (text.rfind("\n", 0, position) + 1) + 1
    shown = text[:_SHOWN]
    more = f"[truncated {len(text) - _SHOWN} chars]" if len(text) > _SHOWN else ""
    return f'[Source: (String)"{shown}"{more}; line: {line}, column: {column}]'
