"""The parts that everything shown is put together from."""

import base64
import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

from sfn_notebook import draw, history
from sfn_notebook._status import STATUSES
from sfn_notebook.display.html import Html, join, tag
from sfn_notebook.display.style import style

LONGEST_JSON: Final = 4000  # characters of a value that are shown
MOST_ROWS: Final = 200


def shown(*children: Any) -> str:
    """The parts as one piece of HTML with its style sheet: what a renderer gives as `text/html`."""
    return str(tag("div", style(), *children, class_="sfn"))


def picture(graph: draw.Graph, name: str = "") -> Html:
    """A graph as an image, and as text in a fold under it.

    Args:
        graph: The graph.
        name: What to call it where it cannot be seen; without it, the graph's title.

    The SVG goes into the address of an `<img>`, because this is what survives: notebooks that are not trusted,
    GitHub and other readers strip an `<svg>` from HTML and leave its words. Its own style sheet follows the
    `color-scheme` around it. (`Graph.svg` and `page` have the tooltips that an image cannot have.)
    """
    svg = graph.with_(theme="auto").svg
    address = "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
    alt = f"Graph of {name or graph.title or 'the state machine'}; as text below it"
    image = tag("img", src=address, alt=alt)
    return tag("figure", image, folded("as text", tag("pre", graph.text)))


def folded(summary: str, *children: Any) -> Html:
    """A fold that opens."""
    return tag("details", tag("summary", summary), *children)


def badge(status: str) -> Html:
    """A status: glyph, words and line, besides its colour."""
    look = STATUSES.get(status)
    if look is None:
        return tag("span", status, class_="badge")
    role = status.lower()
    line, width = ("solid", 2.5) if look.line == "bold" else (look.line, 1.5)
    drawn = f"color:var(--sfn-status-{role});background:var(--sfn-tint-{role});border:{width}px {line}"
    return tag("span", f"{look.glyph} {look.label}", class_="badge", style=drawn)


def table(
    headers: Sequence[str], rows: Iterable[Sequence[Any]], *, numbers: Sequence[int] = (), most: int = MOST_ROWS
) -> Html:
    """A table.

    Args:
        headers: Its column heads.
        rows: Its rows.
        numbers: The columns to set as numbers.
        most: How many rows are shown; of more, those in the middle are left out, and it says so.
    """
    body = list(rows)
    hidden = len(body) - most
    told = [tag("tr", *_cells(row, numbers)) for row in body]
    if hidden > 0:
        words = tag("td", f"… {hidden} more …", colspan=len(headers), class_="muted")
        told[most // 2 : most // 2 + hidden] = [tag("tr", words)]
    heads = [tag("th", head, class_="number" if at in numbers else None) for at, head in enumerate(headers)]
    return tag("table", tag("thead", tag("tr", *heads)), tag("tbody", *told))


def _cells(row: Sequence[Any], numbers: Sequence[int]) -> list[Html]:
    return [tag("td", cell, class_="number" if at in numbers else None) for at, cell in enumerate(row)]


def value(data: Any, *, secrets: Iterable[str] = ()) -> Html:
    """A JSON value, readable, with task tokens and account ids masked.

    Args:
        data: The value.
        secrets: Tokens that are known, whatever they look like.
    """
    text = json.dumps(masked(data, secrets), ensure_ascii=False, indent=2, default=repr)
    if len(text) > LONGEST_JSON:
        text = f"{text[:LONGEST_JSON]}\n… {len(text) - LONGEST_JSON} more characters"
    return tag("pre", text)


def masked(data: Any, secrets: Iterable[str] = ()) -> Any:
    """The value with every known token, everything like a token, and every account id hidden."""
    for token in secrets:
        data = history.mask_value(data, token)
    return history.mask_value(data)


def section(head: str, *children: Any) -> Html:
    """A part with a heading."""
    return join(tag("h4", head), *children)


def failure(error: str | None, cause: str | None) -> Html:
    """An error and its cause."""
    words = tag("p", tag("b", history.mask(error or "no error name")), class_="bad")
    return join(words, tag("pre", history.mask(cause)) if cause else None)
