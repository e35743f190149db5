"""How a graph, a state machine and a lint report are shown."""

from collections.abc import Mapping
from typing import Any

from sfn_notebook import _display, draw, lint
from sfn_notebook.display.html import Html, join, tag
from sfn_notebook.display.parts import picture, section, shown, table
from sfn_notebook.notebook.machine import StateMachine
from sfn_notebook.notebook.states import Chain, State

_TONES = {"error": "bad", "warning": "warn", "info": "muted"}


@_display.renders(draw.Graph)
def graph(drawing: draw.Graph) -> dict[str, Any]:
    """A graph: HTML for notebooks, SVG for what takes pictures only."""
    return {"text/html": shown(picture(drawing)), "image/svg+xml": drawing.with_(theme="auto").svg}


@_display.renders(lint.Report)
def report(found: lint.Report) -> dict[str, Any]:
    """A lint report: one row for each problem."""
    return {"text/html": shown(problems(found))}


@_display.renders(StateMachine)
def machine(sm: StateMachine) -> Mapping[str, Any]:
    """A state machine: its graph, and beside it what lint says."""
    found = sm.lint()
    head = tag("p", tag("b", sm.name), tag("span", f"  {sm.type}, {sm.query_language}", class_="muted"))
    beside = tag("div", section("To look at", problems(found))) if found else None
    return {"text/html": shown(head, tag("div", picture(sm.graph().with_(title=""), sm.name), beside, class_="row"))}


@_display.renders(State)
@_display.renders(Chain)
def wired(state: State | Chain) -> Mapping[str, Any]:
    """A state or a chain as the last line of a cell: the machine as it stands now."""
    return machine(state.machine)


@_display.renders(lint.Rules)
def rules(listed: lint.Rules) -> dict[str, Any]:
    """Everything lint can say: one row for each rule."""
    rows = [(_severity(one.severity), tag("code", one.code), one.message, one.hint) for one in listed]
    return {"text/html": shown(table(("", "code", "what it says", "how to mend it"), rows))}


def problems(found: lint.Report) -> Html:
    """The problems as a table, or a word that there are none; and what is ignored, with the reasons."""
    notes = [tag("p", note, class_="muted") for note in found.notes]
    if not found:
        return join(tag("p", "✓ no problems", class_="muted"), *notes)
    return join(table(("", "where", "problem"), [_problem(one) for one in found]), *notes)


def _severity(severity: lint.Severity) -> Html:
    return tag("span", f"{lint.GLYPHS[severity]} {severity}", class_=_TONES[severity])


def _problem(one: lint.Problem) -> tuple[Html, Html, Html]:
    kind = _severity(one.severity)
    where = join(one.state or "the machine", tag("br"), tag("code", one.pointer or "/", class_="muted"))
    said = join(one.message, join(tag("br"), tag("span", one.hint, class_="muted")) if one.hint else None)
    return kind, where, said
