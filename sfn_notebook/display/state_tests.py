"""How the test of one state is shown: its verdict, and each stage of its data flow."""

import json
from typing import Any

from sfn_notebook import _display
from sfn_notebook.display.html import Html, tag
from sfn_notebook.display.parts import badge, failure, section, shown, table, value
from sfn_notebook.notebook.tested import LOOKS, Stages, StateTest


@_display.renders(StateTest)
def state_test(tested: StateTest) -> dict[str, Any]:
    """A test: status, error, stages."""
    return {"text/html": shown(*head(tested), _table(tested.stages))}


def head(tested: StateTest) -> tuple[Html, Html | None]:
    """What came of a test, and the error it met."""
    leads = None if tested.next_state is None else f"  → {tested.next_state}"
    by = _handler(tested)
    verdict = tag(
        "p",
        tag("b", tested.state),
        "  ",
        badge(LOOKS.get(tested.status, tested.status)),
        None if by is None else tag("span", f"  {by}", class_="muted"),
        leads,
    )
    met = tested.error is not None or tested.cause is not None or tested.status == "FAILED"
    return verdict, section("Error", failure(tested.error, tested.cause)) if met else None


@_display.renders(Stages)
def stages(seen: Stages) -> dict[str, Any]:
    """Stages: one row each."""
    return {"text/html": shown(_table(seen))}


def _handler(tested: StateTest) -> str | None:
    if tested.catch_index is not None:
        return f"by Catch[{tested.catch_index}]"
    if tested.retry_index is not None:
        return f"by Retry[{tested.retry_index}] after {tested.retry_seconds} s"
    return None


def _table(seen: Stages) -> Html:
    if not seen:
        return tag("p", "no stages", class_="muted")
    rows, above = [], None
    for name, data in seen.items():
        text = json.dumps(data)
        shown_data = tag("span", "the same", class_="muted") if text == above else value(data)
        rows.append((tag("code", name), shown_data))
        above = text
    return table(("stage", ""), rows)
