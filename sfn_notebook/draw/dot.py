"""A scene as DOT: the text that Graphviz lays out.

Labels are Graphviz's HTML-like labels, so every text in them goes through `_text`; every other value goes
through the `graphviz` package's quoting. https://graphviz.org/doc/info/shapes.html#html
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final
from unicodedata import east_asian_width

import graphviz

from sfn_notebook._status import STATUSES
from sfn_notebook.asl import STATE_TYPES
from sfn_notebook.draw.palette import ROLES, Theme
from sfn_notebook.draw.scene import GROUP_TYPES, Arrow, Box, Group, Scope
from sfn_notebook.draw.words import one_line, printable, wrap

FONT: Final = "Helvetica,Arial,sans-serif"
ZERO_WIDTH: Final = "\u200b"
NAME_SIZE, CAPTION_SIZE = 13, 10
NAME_LINES = 5  # a name has at most 80 characters; what is longer is cut

_GRAPH: Final = {
    "bgcolor": "transparent",
    "compound": "true",  # arrows may end at the border of a group
    "fontname": FONT,
    "nodesep": "0.35",
    "ranksep": "0.42",
    "pad": "0.1",
}
# Graphviz's time explodes where long arrows share a target, as catchers do: beyond LARGE boxes straight
# arrows and fewer rounds of improvement keep 1,000 states within about a second
LARGE: Final = 250
_QUICK: Final = {"nslimit": "0.5", "nslimit1": "0.5", "mclimit": "0.1", "splines": "line"}
_NODE: Final = {
    "fontname": FONT,
    "fontsize": str(NAME_SIZE),
    "penwidth": "1.2",
    "margin": "0.16,0.09",
    "height": "0.45",
}
_EDGE: Final = {"fontname": FONT, "fontsize": str(CAPTION_SIZE), "penwidth": "1.2", "arrowsize": "0.75"}

# one outline for each type, as on paper: a decision is a diamond, a stop sign stops
SHAPES: Final[Mapping[str, Mapping[str, str]]] = {
    "Task": {"shape": "box", "style": "rounded,filled"},
    "Pass": {"shape": "box", "style": "filled"},
    "Choice": {"shape": "diamond", "style": "filled", "margin": "0.1,0.04"},
    "Wait": {"shape": "hexagon", "style": "filled", "margin": "0.04,0.04"},
    "Succeed": {"shape": "ellipse", "style": "filled", "margin": "0.1,0.02"},
    "Fail": {"shape": "octagon", "style": "filled", "margin": "0.06,0.06"},
}
UNKNOWN_SHAPE: Final = {"shape": "note", "style": "filled"}
_NAME_WIDTHS: Final = {"Choice": 16, "Wait": 22}  # a diamond is twice as wide as what it holds
_NAME_WIDTH: Final = 30
_LABEL: Final = (30, 3)  # characters, lines

# widths in em, for what Graphviz's tables do not know and would take for a space
_PLAIN_EM, _OTHER_EM, _WIDE_EM = 0.58, 0.8, 1.05

_ARROWS: Final[Mapping[str, Mapping[str, str]]] = {  # kind -> how it differs; colours are roles
    "next": {},
    "choice": {},
    "default": {},
    "flow": {},
    "join": {"arrowhead": "none"},
    "open": {"style": "dashed"},
    "catch": {"style": "dashed", "color": "caught"},
}


def dot(scope: Scope, *, theme: Theme = "light", title: str = "") -> str:
    """The DOT text of a scene.

    Args:
        scope: The scene of the whole machine.
        theme: "light" or "dark" ("auto" is laid out as light).
        title: A heading over the drawing, or "".
    """
    layout = _GRAPH | _QUICK if sum(1 for _ in scope.boxes()) > LARGE else dict(_GRAPH)
    drawing = graphviz.Digraph("machine", graph_attr=layout, node_attr=dict(_NODE), edge_attr=dict(_EDGE))
    if title:
        line = _font(one_line(title), "ink", theme, size=NAME_SIZE + 1, bold=True)
        label = line.html if line.known else _rows([line], align="left")
        drawing.attr("graph", label=f"<{label}>", labelloc="t", labeljust="l")
    text: str = _Writer(scope, theme).write(drawing, scope).source
    return text


class _Writer:
    def __init__(self, scope: Scope, theme: Theme) -> None:
        self._theme = theme
        self._unreachable = {box.id for box in scope.boxes() if not box.reachable}

    def write(self, drawing: graphviz.Digraph, scope: Scope) -> graphviz.Digraph:
        if scope.arrows:
            self._small(drawing, scope.entry)
        for item in scope.items:
            self._item(drawing, item)
        if scope.exit is not None:
            self._small(drawing, scope.exit)
        groups = {item.box.id: item for item in scope.items if isinstance(item, Group)}
        for arrow in scope.arrows:
            self._arrow(drawing, arrow, groups)
        return drawing

    def _item(self, drawing: graphviz.Digraph, item: Box | Group) -> None:
        if isinstance(item, Group):
            self._group(drawing, item)
        elif item.kind == "state":
            self._state(drawing, item)
        else:
            self._placeholder(drawing, item)

    def _state(self, drawing: graphviz.Digraph, box: Box) -> None:
        shape = SHAPES.get(box.type, UNKNOWN_SHAPE)
        attributes = {**shape, **self._look(box, shape["style"])}
        label = f"<{self._lines(box)}>"
        drawing.node(box.id, label=label, **self._names(box), **attributes)

    def _group(self, drawing: graphviz.Digraph, group: Group) -> None:
        with drawing.subgraph(name=f"cluster_{group.box.id}") as cluster:
            look = self._look(group.box, "rounded,filled")
            look["fillcolor"] = self._colour("panel")
            if not group.box.status and group.box.reachable:
                look["color"] = self._colour("frame")
            label = f"<{self._lines(group.box)}>"
            cluster.attr("graph", label=label, labeljust="l", margin="12", **self._names(group.box), **look)
            self._small(cluster, group.fork)
            for scope in group.scopes:
                self._scope_of(cluster, scope)
            self._small(cluster, group.join)
            if not any(arrow.head == group.join.id for scope in group.scopes for arrow in scope.arrows):
                cluster.edge(group.fork.id, group.join.id, style="invis")

    def _scope_of(self, cluster: graphviz.Digraph, scope: Scope) -> None:
        groups = {item.box.id: item for item in scope.items if isinstance(item, Group)}
        for item in scope.items:
            self._item(cluster, item)
        for arrow in scope.arrows:
            self._arrow(cluster, arrow, groups)

    def _small(self, drawing: graphviz.Digraph, box: Box) -> None:
        """Start, End, and the dots where a group forks and joins."""
        if box.kind in ("fork", "join"):
            dot = {"shape": "circle", "width": "0.09", "height": "0.09", "fixedsize": "true", "label": ""}
            drawing.node(box.id, **dot, style="filled", color=self._colour("line"), fillcolor=self._colour("line"))
            return
        colours = {"color": self._colour("line"), "fillcolor": self._colour("panel")}
        shape = "doublecircle" if box.kind == "end" else "circle"
        label = f"<{_font(box.name, 'words', self._theme).html}>"
        round_ = {"shape": shape, "style": "filled", "fixedsize": "true", "width": "0.5", "height": "0.5"}
        drawing.node(box.id, label=label, id=box.id, _attributes={"class": box.kind}, **round_, **colours)

    def _placeholder(self, drawing: graphviz.Digraph, box: Box) -> None:
        """A name that no state has yet, or a loose end: dashed, unfilled."""
        loose = {"shape": "circle", "margin": "0.01", "height": "0.3", "width": "0.3"}
        shape = loose if box.kind == "open" else {"shape": "box"}
        style = "dashed" if box.kind == "open" else "rounded,dashed"
        text = self._lines(box, "muted") if box.kind == "missing" else _font("?", "muted", self._theme).html
        drawing.node(box.id, label=f"<{text}>", style=style, color=self._colour("line"), **shape, **self._names(box))

    def _arrow(self, drawing: graphviz.Digraph, arrow: Arrow, groups: Mapping[str, Group]) -> None:
        tail, head = groups.get(arrow.tail), groups.get(arrow.head)
        ends = {}
        if tail is not None and tail is head:  # from a group to itself: the arrow stays inside
            ends["constraint"] = "false"
        else:
            ends |= {"ltail": f"cluster_{arrow.tail}"} if tail else {}
            ends |= {"lhead": f"cluster_{arrow.head}"} if head else {}
        look = dict(_ARROWS[arrow.kind])
        colour = "faint" if arrow.tail in self._unreachable else look.pop("color", "muted")
        look["color"] = self._colour(colour)
        if arrow.label:
            whole = graphviz.escape(printable(arrow.label))
            look |= {"label": f"<{self._edge_label(arrow)}>", "tooltip": whole, "labeltooltip": whole}
        drawing.edge(
            tail.join.id if tail else arrow.tail,
            head.fork.id if head else arrow.head,
            id=arrow.id,
            _attributes={"class": arrow.kind},
            **look,
            **ends,
        )

    def _edge_label(self, arrow: Arrow) -> str:
        role = "caught" if arrow.kind == "catch" else "words"
        lines = wrap(arrow.label, *_LABEL)
        text = '<br align="left"/>'.join(map(_text, lines)) + '<br align="left"/>'
        words = f"<i>{text}</i>" if arrow.kind == "default" else text
        width = max(_width(line, CAPTION_SIZE) for line in lines)
        # nothing holds its room open when the reader's font is a wide one: it would run into an arrow
        piece = _Piece(f'<font color="{self._colour(role)}">{words}</font>', width, known=False)
        return _rows([piece], align="text", room=4)

    def _lines(self, box: Box, ink: str = "") -> str:
        """Name, captions, status and marks of a box, one under another."""
        style = STATUSES.get(box.status)
        status_role = f"status-{box.status.lower()}"
        ink = ink or ("ink" if box.reachable else "muted")
        width = _NAME_WIDTHS.get(box.type, _NAME_WIDTH)
        name = [_font(line, ink, self._theme, size=NAME_SIZE, bold=True) for line in wrap(box.name, width, NAME_LINES)]
        if style:
            name[0] = _font(f"{style.glyph} ", status_role, self._theme, size=NAME_SIZE, bold=True) + name[0]
        lines = name + [_font(caption, "muted", self._theme) for caption in box.captions]
        if style:
            lines.append(_font(style.label, status_role, self._theme, bold=True))
        lines += [_font(line, "caught", self._theme) for mark in box.marks for line in wrap(f"⚠ {mark}", 36, 2)]
        return _rows(lines, align="left" if box.type in GROUP_TYPES else "center")

    def _look(self, box: Box, style: str) -> dict[str, str]:
        """Colours and line of a box, from its status."""
        status = STATUSES.get(box.status)
        if status is None:
            line = "line" if box.reachable else "faint"
            return {"style": style, "color": self._colour(line), "fillcolor": self._colour("surface")}
        name = box.status.lower()
        width = {"penwidth": "2.6" if status.line == "bold" else "1.8"}
        line_style = style if status.line in ("solid", "bold") else f"{style},{status.line}"
        colours = {"color": self._colour(f"status-{name}"), "fillcolor": self._colour(f"tint-{name}")}
        return {"style": line_style, **width, **colours}

    def _names(self, box: Box) -> dict[str, str]:
        kind = box.type.lower() if box.type in STATE_TYPES else "unknown" if box.kind == "state" else ""
        return {"id": box.id, "class": f"{box.kind} {kind}".strip(), "tooltip": graphviz.escape(tip(box))}

    def _colour(self, role: str) -> str:
        return ROLES[role].on(self._theme)


_KINDS: Final = {"missing": "a state", "open": "the next state is still to be chosen"}


def tip(box: Box) -> str:
    """A box in one sentence: its tooltip and its accessible name."""
    status = STATUSES.get(box.status)
    told = [
        _KINDS.get(box.kind, box.type),
        *box.captions,
        status.label if status else "",
        *box.marks,
    ]
    return printable(f"{box.name}: {', '.join(filter(None, told))}")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A piece of an HTML-like label.

    Attributes:
        width: The points it takes at most.
        known: Whether Graphviz can tell how wide it is.
    """

    html: str
    width: float
    known: bool

    def __add__(self, other: _Piece) -> _Piece:
        return _Piece(self.html + other.html, self.width + other.width, self.known and other.known)


def _font(text: str, role: str, theme: Theme, *, size: int = CAPTION_SIZE, bold: bool = False) -> _Piece:
    inner = f"<b>{_text(text)}</b>" if bold else _text(text)
    marked = f'<font point-size="{size}" color="{ROLES[role].on(theme)}">{inner}</font>'
    return _Piece(marked, _width(text, size), text.isascii())


def _width(text: str, size: int) -> float:
    """The points that a text takes, with some to spare."""
    ems = (_PLAIN_EM if c.isascii() else _WIDE_EM if east_asian_width(c) in "WF" else _OTHER_EM for c in text)
    return sum(ems) * size


def _rows(lines: Sequence[_Piece], *, align: str, room: int = 1) -> str:
    """Lines one under another, as a table without borders: it spaces them evenly."""
    cells = "".join(f'<tr><td align="{align}"{_wide(line)}>{line.html}</td></tr>' for line in lines)
    return f'<table border="0" cellborder="0" cellspacing="0" cellpadding="{room}">{cells}</table>'


def _wide(line: _Piece) -> str:
    return "" if line.known else f' width="{ceil(line.width)}"'


def _text(text: str) -> str:
    r"""The one place where a text enters an HTML-like label.

    Graphviz replaces `\N`, `\G` and the like even there, and even when the backslash is an entity;
    a zero-width space behind the backslash keeps it what it is.
    """
    return html.escape(printable(text)).replace("\\", f"\\{ZERO_WIDTH}") or " "
