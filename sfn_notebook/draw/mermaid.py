"""A scene as a Mermaid flowchart, for Markdown that shows Mermaid (GitHub, GitLab, JupyterLab)."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from sfn_notebook._status import STATUSES
from sfn_notebook.draw.scene import GROUP_TYPES, Arrow, Box, Group, Scope
from sfn_notebook.draw.words import one_line, shorten

_LABEL_WIDTH: Final = 60
_OUTLINES: Final[Mapping[str, tuple[str, str]]] = {
    "Task": ("(", ")"),
    "Pass": ("[", "]"),
    "Choice": ("{", "}"),
    "Wait": ("{{", "}}"),
    "Succeed": ("([", "])"),
    "Fail": ("[[", "]]"),
}
_SMALL: Final[Mapping[str, tuple[str, str]]] = {
    "start": ("((", "))"),
    "end": ("(((", ")))"),
    "fork": ("((", "))"),
    "join": ("((", "))"),
    "open": ("((", "))"),
    "missing": ("(", ")"),
}
_DASHED: Final = frozenset({"catch", "open"})
_DASHES: Final[Mapping[str, str]] = {"dashed": ",stroke-dasharray:6 3", "dotted": ",stroke-dasharray:2 3"}
# what may stand in a quoted text as it is; everything else in ASCII becomes an entity code
_CODED: Final = re.compile(r"[^A-Za-z0-9 _.,:/()\u0080-\U0010ffff-]")


def mermaid(scope: Scope) -> str:
    """The Mermaid text of a scene; every text in it is quoted and coded."""
    ends = [f"  {_small(box)}" for box in (scope.entry, scope.exit) if box is not None and scope.arrows]
    lines = ["flowchart TD", *ends, *_scope(scope, "  "), *_classes(list(scope.boxes()))]
    return "\n".join(lines) + "\n"


def _scope(scope: Scope, indent: str) -> Iterator[str]:
    for item in scope.items:
        if isinstance(item, Box):
            yield indent + (_state(item) if item.kind == "state" else _small(item))
        else:
            yield from _group(item, indent)
    groups = {item.box.id: item for item in scope.items if isinstance(item, Group)}
    for arrow in scope.arrows:
        yield indent + _arrow(arrow, groups)


def _group(group: Group, indent: str) -> Iterator[str]:
    yield f"{indent}subgraph {_id(group.box.id)}[{_label(group.box)}]"
    inner = indent + "  "
    yield inner + "direction TB"
    yield inner + _small(group.fork)
    yield inner + _small(group.join)
    for scope in group.scopes:
        yield from _scope(scope, inner)
    yield f"{indent}end"


def _state(box: Box) -> str:
    left, right = _OUTLINES.get(box.type, (">", "]"))
    return f"{_id(box.id)}{left}{_label(box)}{right}"


def _small(box: Box) -> str:
    left, right = _SMALL[box.kind]
    return f"{_id(box.id)}{left}{_quoted(box.name or ' ')}{right}"


def _arrow(arrow: Arrow, groups: Mapping[str, Group]) -> str:
    tail, head = groups.get(arrow.tail), groups.get(arrow.head)
    line = "-.->" if arrow.kind in _DASHED else "---" if arrow.kind == "join" else "-->"
    said = f"|{_quoted(shorten(arrow.label, _LABEL_WIDTH))}|" if arrow.label else ""
    inside = tail is not None and tail is head  # Mermaid cannot draw from a subgraph to itself
    left = tail.join.id if tail and inside else arrow.tail
    right = head.fork.id if head and inside else arrow.head
    return f"{_id(left)} {line}{said} {_id(right)}"


def _label(box: Box) -> str:
    style = STATUSES.get(box.status)
    name = f"{style.glyph} {box.name}" if style else box.name
    lines = [name, *box.captions, *([style.label] if style else []), *(f"⚠ {mark}" for mark in box.marks)]
    # Mermaid keeps room for one line over a subgraph
    between = " · " if box.type in GROUP_TYPES else "<br/>"
    return '"' + between.join(_coded(line) for line in lines) + '"'


def _classes(boxes: list[Box]) -> Iterator[str]:
    used = [status for status in STATUSES if any(box.status == status for box in boxes)]
    for status in used:
        style = STATUSES[status]
        width = 3 if style.line == "bold" else 2
        # the class sets the outline only, so that it can be read on Mermaid's light and dark themes
        yield f"  classDef s{status} stroke:{style.light},stroke-width:{width}px{_DASHES.get(style.line, '')}"
        yield f"  class {','.join(_id(box.id) for box in boxes if box.status == status)} s{status}"
    loose = [_id(box.id) for box in boxes if box.kind in ("missing", "open")]
    if loose:
        yield "  classDef loose stroke-dasharray:4 4"
        yield f"  class {','.join(loose)} loose"


def _id(name: str) -> str:
    return "s_" + name.replace("-", "_")  # never a word of Mermaid's own, such as `end`


def _quoted(text: str) -> str:
    return f'"{_coded(text)}"'


def _coded(text: str) -> str:
    """The one place where a text enters Mermaid: no markup, Markdown, directive or quote survives it."""
    return _CODED.sub(lambda found: f"#{ord(found[0])};", one_line(text)) or " "
