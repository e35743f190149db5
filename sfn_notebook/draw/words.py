"""Text made fit to be shown: printable, on one line, wrapped, shortened.

Names and expressions come from a definition, so they may hold anything a JSON string can hold.
"""

import re
import textwrap

ELLIPSIS = "…"

# what XML 1.0 forbids (it cannot even be escaped), and the C1 controls, which no one can see
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ACCOUNT = re.compile(r"(?<=:)\d{12}(?=:)")
# direction overrides: they would reorder what stands around the name
_DIRECTION = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    r"""The text with every character that XML forbids replaced, so that it can stand in SVG and HTML.

    >>> printable("a\x00b\ud800")
    'a�b�'
    """
    return _UNPRINTABLE.sub("\ufffd", text)


def one_line(text: str) -> str:
    r"""The text printable, on one line, without direction overrides.

    >>> one_line("two\n  lines")
    'two lines'
    """
    return " ".join(_DIRECTION.sub("", printable(text)).split())


def without_account(text: str) -> str:
    """The text with the account in every ARN left out.

    >>> without_account("arn:aws:states:us-east-1:123456789012:activity:a")
    'arn:aws:states:us-east-1:…:activity:a'
    """
    return _ACCOUNT.sub(ELLIPSIS, text)


def shorten(text: str, width: int) -> str:
    """The text on one line of at most `width` characters, cut with an ellipsis.

    >>> shorten("a long sentence", 8)
    'a long …'
    """
    line = one_line(text)
    return line if len(line) <= width else line[: width - 1] + ELLIPSIS


def wrap(text: str, width: int, lines: int) -> tuple[str, ...]:
    """The text as at most `lines` lines of about `width` characters; what does not fit becomes an ellipsis.

    >>> wrap("$states.input.total > 100 and $states.input.vip", 26, 2)
    ('$states.input.total > 100', 'and $states.input.vip')
    """
    wrapped = textwrap.wrap(one_line(text), width, break_on_hyphens=False) or [""]
    if len(wrapped) > lines:
        last = wrapped[lines - 1]
        wrapped = [*wrapped[: lines - 1], (last if len(last) < width else last[: width - 1]) + ELLIPSIS]
    return tuple(wrapped)
