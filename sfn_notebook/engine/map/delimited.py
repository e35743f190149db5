r"""Text files of rows and fields, read by the rules of Step Functions, which are not quite those of Python's `csv`.

Quotes that are doubled outside of quotation marks count as one, a backslash escapes a quote, a backslash and the
delimiter, and is dropped before anything else; a quote in the middle of a field stays and quotes what follows.
https://docs.aws.amazon.com/step-functions/latest/dg/example-csv-parse-dist-map.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

DELIMITERS: Final = {"COMMA": ",", "PIPE": "|", "SEMICOLON": ";", "SPACE": " ", "TAB": "\t"}


@lru_cache(maxsize=len(DELIMITERS))
def _special(delimiter: str) -> re.Pattern[str]:
    return re.compile(rf'\r\n|[\r\n"\\{re.escape(delimiter)}]')


def rows(text: str, delimiter: str) -> Iterator[list[str]]:
    r"""The rows of a text; lines with nothing on them are none.

    Args:
        text: The text.
        delimiter: What stands between two fields.

    >>> list(rows('a,"b, ""c""\n",{""k"":1}\n\nd,e\\,f', ","))
    [['a', 'b, "c"\n', '{"k":1}'], ['d', 'e,f']]
    """
    if '"' not in text and "\\" not in text:
        return (line.split(delimiter) for line in re.split(r"\r\n|\r|\n", text) if line)
    return _Scan(text, delimiter).rows()


class _Scan:
    """One pass over a text in which something is quoted or escaped."""

    def __init__(self, text: str, delimiter: str) -> None:
        self._text = text
        self._delimiter = delimiter
        self._at = 0
        self._field: list[str] = []
        self._quoted = self._was_quoted = False

    def rows(self) -> Iterator[list[str]]:
        row: list[str] = []
        for found in _special(self._delimiter).finditer(self._text):
            if found.start() < self._at:
                continue  # the second half of a pair
            self._field.append(self._text[self._at : found.start()])
            mark, self._at = found[0], found.end()
            if mark == '"':
                self._quote()
            elif mark == "\\":
                self._escape()
            elif self._quoted:
                self._field.append(mark)
            else:
                row.append(self._ended())
                if mark != self._delimiter:
                    yield from self._unless_empty(row)
                    row = []
        self._field.append(self._text[self._at :])
        row.append(self._ended())
        yield from self._unless_empty(row)

    def _quote(self) -> None:
        follows = self._text[self._at : self._at + 1]
        begun = self._quoted or bool("".join(self._field).strip())
        if begun and follows == '"':
            self._pair()
            return
        if not begun:
            self._field, self._was_quoted = [], True
        elif not (self._quoted and follows in ("", "\r", "\n", self._delimiter)):
            self._field.append('"')
        self._quoted = not self._quoted

    def _escape(self) -> None:
        if self._text[self._at : self._at + 1] in ('"', "\\", self._delimiter):
            self._pair()

    def _pair(self) -> None:
        self._field.append(self._text[self._at])
        self._at += 1

    def _ended(self) -> str:
        field, self._field = "".join(self._field), []
        return field

    def _unless_empty(self, row: list[str]) -> Iterator[list[str]]:
        if len(row) > 1 or row[0] or self._was_quoted:
            yield row
        self._was_quoted = False
