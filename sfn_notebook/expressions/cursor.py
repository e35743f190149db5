"""A position in a text that is being parsed."""

from __future__ import annotations

import re
from typing import Final, NoReturn

from sfn_notebook.errors import ExpressionError

_ESCAPE: Final = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_CONTROLS: Final = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


def _unescaped(escape: str) -> str:
    if len(escape) > 2:
        return chr(int(f"0x{escape[2:]}", 0))
    return _CONTROLS.get(escape[1], escape[1])


class Cursor:
    """A position in a text, with the few moves a parser needs."""

    def __init__(self, text: str, at: int = 0) -> None:
        self.text = text
        self.at = at

    @property
    def next(self) -> str:
        """The character here, "" at the end."""
        return self.text[self.at : self.at + 1]

    def take(self, token: str) -> bool:
        """Step over the token if it stands here."""
        if self.text.startswith(token, self.at):
            self.at += len(token)
            return True
        return False

    def expect(self, token: str) -> None:
        """Step over the token, which must stand here."""
        if not self.take(token):
            self.fail(f"expected {token!r}")

    def match(self, pattern: re.Pattern[str]) -> str | None:
        """Step over what the pattern matches here."""
        found = pattern.match(self.text, self.at)
        if found is None:
            return None
        self.at = found.end()
        return found.group()

    def spaces(self) -> None:
        """Step over white space."""
        while self.next.isspace():
            self.at += 1

    def quoted(self) -> str:
        """A quoted string, its backslash escapes undone as Java's are."""
        return "".join(escape if len(escape) == 1 else _unescaped(escape) for escape in self.quoted_pieces())

    def quoted_pieces(self) -> list[str]:
        """A quoted string in pieces: single characters, and backslash escapes as they are written."""
        quote, pieces = self.next, []
        self.at += 1
        while self.next and self.next != quote:
            pieces.append(self.match(_ESCAPE) or self.next)
            self.at += 0 if len(pieces[-1]) > 1 else 1
        if not self.next:
            self.fail("a quote is not closed")
        self.at += 1
        return pieces

    def fail(self, why: str) -> NoReturn:
        """Raise ExpressionError for what stands here."""
        here = repr(self.text[self.at : self.at + 12]) if self.next else "the end"
        raise ExpressionError(
            f"not a valid path or intrinsic function: {self.text!r}: {why} at {here} (character {self.at})"
        )
