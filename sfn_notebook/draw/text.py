"""A scene as text, for a terminal and for whoever cannot see the picture."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sfn_notebook._status import STATUSES
from sfn_notebook.draw.scene import Arrow, Box, Group, Scope
from sfn_notebook.draw.words import one_line


@dataclass(frozen=True, slots=True)
class _Signs:
    start: str
    state: str
    missing: str
    end: str
    to: str
    catch: str
    first_branch: str
    next_branch: str
    bar: str
    between: str
    warning: str


_UNICODE: Final = _Signs("●", "•", "◌", "◎ End", " → ", " ⇢ ", "┌ ", "├ ", "│ ", " · ", "⚠ ")
_ASCII: Final = _Signs("*", "-", "?", "(End)", " -> ", " ..> ", "+ ", "+ ", "| ", ", ", "! ")
_SAID: Final = {
    "≤": "<=",
    "≥": ">=",
    "∀": "for each",
    "·": "-",
    "…": "...",
    f"{STATUSES['WAITING'].glyph} ": "",
    f"{STATUSES['RETRYING'].glyph} ": "retry ",
}


def text(scope: Scope, *, title: str = "", ascii: bool = False) -> str:
    """The drawing, one line for each state in the order in which they can be reached.

    Args:
        scope: The scene of the whole machine.
        title: A heading, or "".
        ascii: Only ASCII characters, for an output that can show no others.
    """
    lines = [one_line(title)] if title else []
    lines += _Writer(_ASCII if ascii else _UNICODE).scope(scope)
    drawn = "\n".join(lines)
    return _in_ascii(drawn) if ascii else drawn


def _in_ascii(drawn: str) -> str:
    for sign, said in _SAID.items():
        drawn = drawn.replace(sign, said)
    return drawn.encode("ascii", "backslashreplace").decode()


class _Writer:
    def __init__(self, signs: _Signs) -> None:
        self._signs = signs

    def scope(self, scope: Scope) -> Iterator[str]:
        names = {box.id: one_line(box.name) for box in scope.boxes()}
        leaving: dict[str, list[Arrow]] = {}
        for arrow in scope.arrows:
            leaving.setdefault(arrow.tail, []).append(arrow)
        for arrow in leaving.get(scope.entry.id, ()):
            head = self._signs.start if scope.entry.kind == "start" else ""
            yield f"{head}{self._signs.to}{names[arrow.head]}".strip()
        for item in in_order(scope):
            yield from self._item(item, leaving, names)

    def _item(self, item: Box | Group, leaving: dict[str, list[Arrow]], names: dict[str, str]) -> Iterator[str]:
        box = item if isinstance(item, Box) else item.box
        if box.kind == "open":
            return
        line = self._line(box)
        arrows = leaving.get(box.id, [])
        plain = [arrow for arrow in arrows if not arrow.label]
        yield line + "".join(self._target(arrow, names) for arrow in plain)
        for mark in box.marks:
            yield f"    {self._signs.warning}{one_line(mark)}"
        for arrow in arrows:
            if arrow.label:
                yield f"    {one_line(arrow.label)}{self._target(arrow, names)}"
        if isinstance(item, Group):
            yield from self._branches(item)

    def _branches(self, group: Group) -> Iterator[str]:
        for number, scope in enumerate(group.scopes):
            sign = self._signs.next_branch if number else self._signs.first_branch
            for line in self.scope(scope):
                yield f"    {sign}{line}"
                sign = self._signs.bar

    def _line(self, box: Box) -> str:
        style = STATUSES.get(box.status)
        sign = self._signs.missing if box.kind == "missing" else self._signs.state
        if style is not None:
            sign = style.plain if self._signs is _ASCII else style.glyph
        parts = [one_line(box.name), *box.captions, *([style.label.upper()] if style else [])]
        if box.type == "Choice":
            parts.insert(1, "Choice")
        return f"{sign} {self._signs.between.join(parts)}"

    def _target(self, arrow: Arrow, names: dict[str, str]) -> str:
        if arrow.kind == "join":
            return ""
        if arrow.kind == "open":
            return f"{self._signs.catch}?"
        sign = self._signs.catch if arrow.kind == "catch" else self._signs.to
        return sign + names.get(arrow.head, self._signs.end)


def in_order(scope: Scope) -> list[Box | Group]:
    """The items of a scope so that each comes after what leads to it, loops aside; unreachable ones last.

    It is the reverse of the order in which a depth-first search leaves them; no recursion, so a chain may be long.
    """
    items = {(item if isinstance(item, Box) else item.box).id: item for item in scope.items}
    heads: dict[str, list[str]] = {}
    for arrow in scope.arrows:
        heads.setdefault(arrow.tail, []).append(arrow.head)
    seen: set[str] = set()
    reached = _left(scope.entry.id, heads, seen)[::-1]
    rest: list[str] = []
    for name in reversed(items):
        if name not in seen:
            rest += _left(name, heads, seen)
    return [items[name] for name in [*reached, *reversed(rest)] if name in items]


def _left(root: str, heads: dict[str, list[str]], seen: set[str]) -> list[str]:
    """The names met from a root and not seen before, in the order in which the search leaves them."""
    order: list[str] = []
    stack = [(root, iter(reversed(heads.get(root, []))))]
    seen.add(root)
    while stack:
        name, rest = stack[-1]
        following = next((head for head in rest if head not in seen), None)
        if following is None:
            order.append(name)
            stack.pop()
        else:
            seen.add(following)
            stack.append((following, iter(reversed(heads.get(following, [])))))
    return order
