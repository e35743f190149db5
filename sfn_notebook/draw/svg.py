"""Graphviz's SVG made fit for a page: stable, accessible, without links, in both themes if asked.

What comes out has one root with a viewBox, `role="img"`, `<title>` and `<desc>`; each state is a
`<g id="n-0" class="node state task" data-state="…" data-status="…">` with its tooltip as `<title>`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final
from xml.etree import ElementTree as ET

from sfn_notebook.draw.dot import CAPTION_SIZE, ZERO_WIDTH, tip
from sfn_notebook.draw.palette import ROLES, Theme
from sfn_notebook.draw.scene import Arrow, Box, Group, Scope
from sfn_notebook.draw.words import one_line, printable

NAMESPACE: Final = "http://www.w3.org/2000/svg"
CLASS: Final = "sfn-graph"
_ROLE_OF: Final = {pair.light: role for role, pair in reversed(list(ROLES.items()))}
_KEPT: Final = frozenset({"svg", "g", "title", "path", "polygon", "polyline", "ellipse", "circle", "rect", "text"})

_PLACE: Final = frozenset({"x", "y", "text-anchor"})
_POINT: Final = re.compile(r"(-?[\d.]+),-?[\d.]+")  # gives the x of each point

# text without Graphviz: a fixed font and its measures
_MONO: Final = "ui-monospace,Menlo,Consolas,DejaVu Sans Mono,monospace"
_LINE_HEIGHT, _CHARACTER = 18, 7.9


def finish(drawn: bytes, scope: Scope, *, title: str, theme: Theme) -> str:
    """The finished SVG text of what Graphviz drew from a scene.

    Args:
        drawn: Graphviz's SVG.
        scope: The scene it was drawn from; names, statuses and tooltips come from here.
        title: What the picture is called.
        theme: "auto" adds a style sheet that follows the reader's light or dark setting.
    """
    root = _plain(ET.fromstring(drawn))  # noqa: S314 - Graphviz's own output
    boxes = {box.id: box for box in scope.boxes()}
    arrows = {arrow.id: arrow for arrow in _arrows(scope)}
    for group in list(root.iter("g")):
        _join_lines(group)
        _name(group, boxes, arrows)
    if theme == "auto":
        _follow(root)
    width, height = (root.get(side, "0").removesuffix("pt") for side in ("width", "height"))
    return _text(root, title=title, about=_about(scope), width=width, height=height)


def from_text(text: str, *, title: str, theme: Theme) -> str:
    """The SVG of a text drawing: what is shown where Graphviz is not installed."""
    lines = text.splitlines()
    root = ET.Element("svg")
    width = round(max(map(len, lines), default=1) * _CHARACTER) + 2 * CAPTION_SIZE
    height = (len(lines) + 1) * _LINE_HEIGHT
    root.set("viewBox", f"0 0 {width} {height}")
    for number, line in enumerate(lines, 1):
        element = ET.SubElement(root, "text", x=str(CAPTION_SIZE), y=str(number * _LINE_HEIGHT))
        element.attrib |= {"font-family": _MONO, "font-size": "13", "fill": ROLES["ink"].on(theme)}
        element.text = printable(line).replace(" ", "\u00a0")
    if theme == "auto":
        _follow(root)
    return _text(root, title=title, about="Drawn as text", width=str(width), height=str(height))


def _plain(element: ET.Element) -> ET.Element:
    """The tree without namespaces, links, titles and what else does not belong."""
    plain = ET.Element(element.tag.rpartition("}")[2])
    plain.attrib.update({name: value for name, value in element.attrib.items() if not name.startswith("{")})
    plain.text = element.text.replace(ZERO_WIDTH, "") if element.text and element.text.strip() else None
    for child in element:
        tag = child.tag.rpartition("}")[2]
        if tag == "a":
            plain.extend(_plain(child))
        elif tag in _KEPT and tag != "title":
            inner = _plain(child)
            # the group that Graphviz puts round a link has no use without it
            plain.extend(inner) if inner.get("id", "").startswith("a_") else plain.append(inner)
    return plain


def _join_lines(group: ET.Element) -> None:
    """Each line of a label as one text, centred in its box.

    Graphviz writes a text for each piece of a line, at the place its own font measures gave it; the reader's font
    has other measures.
    """
    centre = _centre(group) if group.get("class", "").startswith("node") else None
    lines: dict[str, ET.Element] = {}
    for piece in group.findall("text"):
        line = lines.get(piece.get("y", ""))
        if line is None:
            lines[piece.get("y", "")] = piece
            if centre is not None:
                piece.attrib |= {"text-anchor": "middle", "x": f"{centre:g}"}
            continue
        span = ET.SubElement(line, "tspan", {key: value for key, value in piece.items() if key not in _PLACE})
        span.text = piece.text
        group.remove(piece)


def _centre(group: ET.Element) -> float | None:
    """The middle of a node's outline, from left to right."""
    for shape in group:
        if shape.tag == "ellipse":
            return float(shape.get("cx", 0))
        if shape.tag in ("path", "polygon"):
            across = [float(x) for x in _POINT.findall(shape.get("points") or shape.get("d") or "")]
            return (min(across) + max(across)) / 2 if across else None
    return None


def _name(group: ET.Element, boxes: Mapping[str, Box], arrows: Mapping[str, Arrow]) -> None:
    box, arrow = boxes.get(group.get("id", "")), arrows.get(group.get("id", ""))
    if box is not None:
        group.set("data-state", printable(box.name))
        if box.status:
            group.set("data-status", box.status)
        _title(group, tip(box))
    elif arrow is not None and arrow.label:
        _title(group, arrow.label)
    elif arrow is None and group.get("id") not in ("start", "end"):
        group.attrib.pop("id", None)  # Graphviz's own numbering: other graphs of the page have it too


def _title(group: ET.Element, text: str) -> None:
    title = ET.Element("title")
    title.text = printable(text)
    group.insert(0, title)


def _follow(root: ET.Element) -> None:
    """Classes for the colours, and a style sheet that sets them for the reader's theme.

    The colours are custom properties, so a page that knows better (a notebook's own theme) can set them.
    """
    used: set[tuple[str, str]] = set()
    for element in root.iter():
        for attribute in ("fill", "stroke"):
            role = _ROLE_OF.get(element.get(attribute, ""))
            if role is not None:
                used.add((attribute, role))
                element.set("class", f"{element.get('class', '')} {attribute}-{role}".strip())
    style = ET.Element("style")
    style.text = _rules(used)
    root.insert(0, style)


def _rules(used: set[tuple[str, str]]) -> str:
    """The style sheet for the roles that a drawing uses as fill or as stroke."""
    roles = {role for _, role in used}
    light, dark = properties(roles, "light"), properties(roles, "dark")
    rules = "".join(f".{CLASS} .{kind}-{role}{{{kind}:var(--sfn-{role})}}" for kind, role in sorted(used))
    return f".{CLASS}{{{light}}}@media (prefers-color-scheme:dark){{.{CLASS}{{{dark}}}}}{rules}"


def properties(roles: Iterable[str], theme: Theme) -> str:
    """The custom properties that give each role its colour, as CSS declarations."""
    return "".join(f"--sfn-{role}:{ROLES[role].on(theme)};" for role in sorted(roles))


def _text(root: ET.Element, *, title: str, about: str, width: str, height: str) -> str:
    view = root.get("viewBox", f"0 0 {width} {height}")
    root.attrib.clear()
    root.attrib |= {"xmlns": NAMESPACE, "class": CLASS, "role": "img"}
    root.attrib |= {"viewBox": view, "width": width, "height": height}
    for tag, text in (("desc", about), ("title", title)):
        element = ET.Element(tag)
        element.text = printable(text)
        root.insert(0, element)
    return ET.tostring(root, encoding="unicode")


def _about(scope: Scope) -> str:
    """What the picture shows, in a sentence, for those who cannot see it."""
    boxes = [box for box in scope.boxes() if box.kind == "state"]
    told = [f"{len(boxes)} state{'' if len(boxes) == 1 else 's'}"]
    if scope.arrows and scope.arrows[0].tail == scope.entry.id:
        first = next((box.name for box in scope.boxes() if box.id == scope.arrows[0].head), "")
        told.append(f"starts with {one_line(first)}")
    return ", ".join(told) + "."


def _arrows(scope: Scope) -> Iterator[Arrow]:
    yield from scope.arrows
    for item in scope.items:
        if isinstance(item, Group):
            for inner in item.scopes:
                yield from _arrows(inner)
