"""An execution as one HTML file: the coloured graph, what came of it, its states, its events.

The file needs nothing else: no script, no font, no picture from elsewhere; it follows the reader's light or dark
setting.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from sfn_notebook import history
from sfn_notebook.display.executions import event_cells, graph_of, outcome, waiting
from sfn_notebook.display.html import Html, join, tag
from sfn_notebook.display.parts import badge, folded, masked, section, table, value
from sfn_notebook.display.style import page_style, style
from sfn_notebook.draw.captions import duration
from sfn_notebook.history.data import epoch, parsed
from sfn_notebook.notebook.execution import Execution

MOST_EVENTS: Final = 2000
MOST_DETAILS: Final = 300  # events; with more of them their details would make a file of many megabytes
# a page of data from a definition and from whatever the tasks returned: nothing in it may run or be fetched
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def page(execution: Execution) -> str:
    """The execution as a whole HTML document, as far as its history is known.

    Task tokens and account ids are masked.

    Args:
        execution: The execution; `execution.refresh()` first, where it still runs.
    """
    run = execution.run
    name = execution.machine_name or "execution"
    drawn = graph_of(execution)
    # the SVG comes from drawing, which escapes what is in it
    figure = tag("figure", Html(drawn.with_(theme="auto").svg)) if drawn else tag("p", "The definition is not known.")
    secrets = [task.token for task in run.pending if task.token]
    beside = tag("div", outcome(run), waiting(run.pending), section("Input", value(run.input, secrets=secrets)))
    body = tag(
        "div",
        tag("h1", name, "  ", badge(run.status)),
        tag("p", _facts(run), class_="muted"),
        tag("div", figure, beside, class_="row"),
        _states(run),
        _events(run, secrets),
        section("Definition", folded("as JSON", value(execution.definition.fields))) if execution.definition else None,
        class_="sfn page",
    )
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        tag("meta", name="viewport", content="width=device-width"),
        tag("title", f"{name}: {run.status}"),
        style(),
        page_style(),
    )
    return f"<!DOCTYPE html>\n{tag('html', head, tag('body', body), lang='en')}\n"


def _facts(run: history.Run) -> str:
    told = [f"{run.last_id} events"]
    if run.started_at is not None:
        told.insert(0, f"started {datetime.fromtimestamp(run.started_at, UTC):%Y-%m-%d %H:%M:%S} UTC")
        if run.stopped_at is not None:
            told.insert(1, f"took {_seconds(run.stopped_at - run.started_at)}")
    return " · ".join(told)


def _states(run: history.Run) -> Html | None:
    visits: dict[str, list[history.Visit]] = {}
    for visit in run.visits:
        visits.setdefault(visit.state, []).append(visit)
    if not visits:
        return None
    rows = [
        (
            name,
            badge(run.statuses.get(name, "NOT_STARTED")),
            len(made),
            _seconds(sum(visit.duration or 0 for visit in made)),
        )
        for name, made in visits.items()
    ]
    return section("States", table(("state", "status", "visits", "time"), rows, numbers=(2, 3)))


def _events(run: history.Run, secrets: list[str]) -> Html:
    detailed = run.last_id <= MOST_DETAILS
    rows = list(_rows(run, secrets, detailed=detailed))
    return section("Events", table(("", "after", "event", ""), rows, numbers=(0, 1), most=MOST_EVENTS))


def _rows(run: history.Run, secrets: list[str], *, detailed: bool) -> Iterator[tuple[Any, ...]]:
    for event in run.events:
        kind, words = event_cells(event)
        details = history.details_of(event) if detailed else {}
        more = folded("details", value(masked(_readable(details), secrets))) if details else None
        yield event["id"], _after(event, run.started_at), kind, join(words, more)


def _readable(details: Mapping[str, Any]) -> dict[str, Any]:
    """The details with the JSON texts in them (input, output, parameters) parsed."""
    return {key: parsed(item) if isinstance(item, str) else item for key, item in details.items()}


def _after(event: Mapping[str, Any], start: float | None) -> str:
    at = epoch(event.get("timestamp"))
    return "" if at is None or start is None else _seconds(at - start)


def _seconds(seconds: float) -> str:
    return duration(round(seconds, 3) if seconds < 60 else seconds)
