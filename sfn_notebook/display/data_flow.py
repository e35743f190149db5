"""How what was tried is shown: an expression in the scratchpad, and the data flow of one state."""

import json
from typing import Any, Final

from sfn_notebook import _display
from sfn_notebook.display.html import Html, join, tag
from sfn_notebook.display.parts import failure, folded, shown, table, value
from sfn_notebook.display.state_tests import head
from sfn_notebook.notebook.data_flow import DataFlow, Stage
from sfn_notebook.notebook.scratchpad import Tried

_LONG: Final = 600  # characters of a value that are shown unfolded


@_display.renders(Tried)
def tried(found: Tried) -> dict[str, Any]:
    """What an expression read, and what it gave."""
    rows = [(tag("code", name), _data(data)) for name, data in found.reads.items()]
    if found.ok:
        rows.append((tag("b", "result"), _data(found.result)))
    else:
        place = tag("p", "at ", tag("code", found.place)) if found.place else None
        hint = tag("p", found.hint) if found.hint else None
        rows.append((tag("b", "error"), join(failure(found.error, found.cause), place, hint)))
    return {"text/html": shown(tag("p", tag("code", found.expression)), table(("", ""), rows))}


@_display.renders(DataFlow)
def data_flow(flow: DataFlow) -> dict[str, Any]:
    """The stages in order; each with its expression and its data, and marked where it has changed."""
    rows = [(_mark(stage), tag("code", stage.name), _expression(stage), _shown(stage)) for stage in flow]
    return {"text/html": shown(*head(flow.test), table(("", "stage", "made by", "data"), rows))}


def _mark(stage: Stage) -> Html | None:
    return tag("span", "≠", class_="warn", title="not as the stage before") if stage.changed else None


def _expression(stage: Stage) -> Html | None:
    if stage.expression is None:
        return None
    return join(tag("p", stage.field, class_="muted"), _data(stage.expression))


def _shown(stage: Stage) -> Html:
    same = not stage.changed and stage.name not in ("input", "request", "response")
    return tag("span", "the same", class_="muted") if same else _data(stage.value)


def _data(data: Any) -> Html:
    told = value(data)
    length = len(json.dumps(data, ensure_ascii=False))
    return told if length <= _LONG else folded(f"{length} characters", told)
