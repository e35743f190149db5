"""Making HTML so that nothing gets into it unescaped: `tag` escapes whatever is not `Html` already.

>>> tag("b", "1 < 2", title='"')
'<b title="&quot;">1 &lt; 2</b>'
"""

from html import escape as _escape
from typing import Any, Final

from sfn_notebook.draw.words import printable

_EMPTY: Final = frozenset({"br", "img", "meta", "hr"})  # elements without an end tag


class Html(str):
    """A text that is markup. Only `escape`, `tag`, `join` and the style sheets of this room make it."""

    __slots__ = ()


def escape(value: Any) -> Html:
    """The one place where a value enters HTML: as text, whatever is in it.

    >>> escape("<a href='x'>")
    '&lt;a href=&#x27;x&#x27;&gt;'
    """
    return value if isinstance(value, Html) else Html(_escape(printable(str(value)), quote=True))


def join(*children: Any) -> Html:
    """The children one after another; those that are None or "" are left out."""
    return Html("".join(escape(child) for child in children if child is not None))


def tag(name: str, /, *children: Any, **attributes: Any) -> Html:
    """An element.

    Args:
        name: Its name.
        children: Texts (escaped), `Html` (as it is), or None (left out).
        attributes: Its attributes; `class_` is `class`, `aria_label` is `aria-label`. None or False leaves one out,
            True writes it without a value.
    """
    shown = "".join(
        _attribute(key, value) for key, value in attributes.items() if value is not None and value is not False
    )
    if name in _EMPTY:
        return Html(f"<{name}{shown}>")
    return Html(f"<{name}{shown}>{join(*children)}</{name}>")


def _attribute(name: str, value: Any) -> str:
    written = name.rstrip("_").replace("_", "-")
    return f" {written}" if value is True else f' {written}="{escape(value)}"'
