"""How what a Task can call is shown: what a search found, the ways to call something, one action."""

from collections.abc import Mapping
from typing import Any

from sfn_notebook import _display, integrations
from sfn_notebook.display.html import Html, join, tag
from sfn_notebook.display.parts import folded, shown, table
from sfn_notebook.integrations.options import figures, types
from sfn_notebook.integrations.shapes import Shape

DEEPEST = 3  # levels of a shape that are opened


@_display.renders(integrations.Found)
def found(hits: integrations.Found) -> Mapping[str, Any]:
    """What a search found: one row for each action."""
    rows = [(tag("code", one.label), _waits(one), one.about, one.title) for one in hits]
    body = table(("action", "", "what it does", "service"), rows) if rows else None
    return {"text/html": shown(tag("p", tag("b", hits.summary)), body)}


def _waits(hit: integrations.Hit) -> Html:
    optimized = not hit.label.startswith("aws-sdk:")
    notes = [f"waits for {hit.waits}"] if optimized and hit.waits else []
    notes += [f"also {hit.also}"] if hit.also else []
    notes += [] if hit.listed else ["⚠ not listed by AWS"]
    return tag("span", "; ".join(notes), class_="muted")


@_display.renders(integrations.Options)
def options(ways: integrations.Options) -> Mapping[str, Any]:
    """The ways to call an action: one row for each, the preferred first."""
    rows = [_way(number, way) for number, way in enumerate(ways, 1)]
    heads = ("", "way", "waits by", "costs of 1,000", "deploy", "result")
    return {
        "text/html": shown(tag("p", tag("b", ways.head)), table(heads, rows), tag("p", ways.assumed, class_="muted"))
    }


def _way(number: int, way: integrations.Way) -> tuple[Any, ...]:
    notes = [join(tag("br"), tag("span", note, class_="muted")) for note in way.notes]
    title = join(tag("b", way.title), tag("br"), types(way), *notes, tag("pre", way.line))
    return number, title, way.polls or "–", figures(way), way.deploys, way.result


@_display.renders(integrations.Call)
def call(named: integrations.Call) -> Mapping[str, Any]:
    """An action: what it does, what it takes, what it gives."""
    action = named.action
    head = join(tag("b", action.label), tag("span", f"  {action.title}", class_="muted"))
    about = (named.__doc__ or "").partition("\n\n")[0]
    parts = [tag("p", head), tag("p", about), _members(action.parameters, 1)]
    if action.result.members:
        parts.append(folded("result", _members(action.result, 1)))
    if action.errors:
        parts.append(folded("errors", tag("p", ", ".join(action.errors))))
    return {"text/html": shown(*parts)}


def _members(shape: Shape, depth: int) -> Html:
    """The members of a structure as a table, nested ones in folds."""
    if not shape.members:
        return tag("p", "no parameters", class_="muted")
    rows = []
    for name, member in shape.members.items():
        inner = member.shape
        while inner.kind in ("list", "map"):
            inner = inner.item
        more = folded("fields", _members(inner, depth + 1)) if inner.kind == "structure" and depth < DEEPEST else None
        needed = tag("b", "required") if member.required else ""
        rows.append(
            (tag("code", name), needed, member.shape.words, join(member.shape.summary, more and join(" ", more)))
        )
    return table(("name", "", "what it is", "about"), rows)
