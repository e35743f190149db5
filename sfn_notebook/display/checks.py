"""How differences, policies and costs are shown."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sfn_notebook import _display, cost, policy
from sfn_notebook.display.html import Html, join, tag
from sfn_notebook.display.parts import folded, picture, shown, table
from sfn_notebook.notebook.difference import Difference


@_display.renders(Difference)
def difference(found: Difference) -> dict[str, Any]:
    """A difference: both definitions in one graph, and a row for each value that differs."""
    if not found:
        return {"text/html": shown(tag("p", f"✓ {found!r}", class_="muted"))}
    rows = [(kind, name, tag("code", pointer), old, new) for kind, name, pointer, old, new in found.rows()]
    listed = table(("", "state", "where", found.old, found.new), rows)
    return {"text/html": shown(picture(found.graph(), "both definitions"), listed)}


@_display.renders(policy.Policy)
def role(found: policy.Policy) -> dict[str, Any]:
    """A policy: a row for each statement, and the documents in folds."""
    listed = table(("allowed", "on", "for", "why", "why no narrower"), [_statement(one) for one in found.statements])
    notes = [tag("p", f"ⓘ {note}", class_="muted") for note in found.notes]
    texts = folded("as JSON", _document(found.document)), folded("trust policy", _document(found.trust))
    return {"text/html": shown(tag("p", tag("b", f"role of {found.name}")), listed, *notes, *texts)}


def _statement(one: policy.Statement) -> tuple[Any, ...]:
    on: list[Html] = [tag("div", tag("code", policy.hidden(arn))) for arn in one.resources]
    if one.condition:
        on.append(_document(one.condition))
    return join(*(tag("div", action) for action in one.actions)), join(*on), ", ".join(one.states), one.why, one.wide


@_display.renders(cost.Cost)
def price(found: cost.Cost) -> dict[str, Any]:
    """A cost: both types, the transitions of each state, `.sync` beside polling, and what it rests on."""
    types = table(("", "1,000 executions", "a month"), found.rows(), numbers=(1, 2))
    counts = [(name, cost.number(count)) for name, count in found.transitions.items()]
    polled = [(one.state, f"{one.sync}", f"{one.polling:,}") for one in found.polled]
    loops = table(("job", ".sync", "polling"), polled, numbers=(1, 2)) if polled else None
    said = [tag("p", f"ⓘ {one}", class_="muted") for one in found.assumptions]
    return {"text/html": shown(types, table(("state", "transitions"), counts, numbers=(1,)), loops, *said)}


def _document(made: Mapping[str, Any]) -> Html:
    return tag("pre", policy.hidden(json.dumps(made, ensure_ascii=False, indent=2)))
