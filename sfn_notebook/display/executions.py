"""How an execution and what belongs to it are shown: snapshots of the history as far as it is known.

Nothing here asks the service, and nothing shows an ARN, an id or a time: the same run gives the same HTML, which is
what makes it comparable (`--nbval`) and safe to save. What moves is the live view's, `execution.watch()`.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sfn_notebook import _display, draw, history
from sfn_notebook.display.html import Html, join, tag
from sfn_notebook.display.parts import badge, failure, masked, picture, section, shown, table, value
from sfn_notebook.draw.captions import duration
from sfn_notebook.notebook.events import Events
from sfn_notebook.notebook.execution import Execution
from sfn_notebook.notebook.executions import Executions
from sfn_notebook.notebook.map_runs import WORDS, MapRun
from sfn_notebook.notebook.pending import PendingTask
from sfn_notebook.notebook.states_run import StateRun

_FAILURES = ("Failed", "TimedOut", "Aborted")  # how the type of an event that is a failure ends
_LONGEST_PATH = 40  # states


@_display.renders(Execution)
def execution(shown_one: Execution) -> dict[str, Any]:
    """An execution: the coloured graph, and beside it status, result, what waits, the path."""
    run = shown_one.run
    head = tag("p", tag("b", shown_one.machine_name), "  ", badge(run.status), _snapshot(run))
    drawn = graph_of(shown_one)
    beside = tag("div", outcome(run), waiting(run.pending), _path(run.path))
    return {
        "text/html": shown(
            head, tag("div", picture(drawn, shown_one.machine_name) if drawn else None, beside, class_="row")
        )
    }


@_display.renders(Events)
def events(listed: Events) -> dict[str, Any]:
    """Events: one row each."""
    if not listed:
        return {"text/html": shown(tag("p", "no events yet", class_="muted"))}
    rows = [(event["id"], *event_cells(event)) for event in listed]
    return {"text/html": shown(table(("", "event", ""), rows, numbers=(0,)))}


@_display.renders(PendingTask)
def pending(task: PendingTask) -> dict[str, Any]:
    """A task that waits, and how to answer it. Its token stays hidden."""
    name = _indexed(task.state, task.map_index)
    head = tag("p", badge("WAITING"), "  ", tag("b", name), tag("span", f"  {task.resource}", class_="muted"))
    how = tag("p", "Answer with ", tag("code", ".succeed(output)"), ", ", tag("code", ".fail(error, cause)"), " or ")
    return {"text/html": shown(head, value(task.payload), join(how, tag("code", ".heartbeat()"), "."))}


@_display.renders(StateRun)
def state(run: StateRun) -> dict[str, Any]:
    """What one state did: its visits, and of the last one input, output and attempts."""
    head = tag("p", tag("b", run.name), "  ", badge(run.status))
    if not run.visits:
        return {"text/html": shown(head, tag("p", "It was not entered.", class_="muted"))}
    last = run.visits[-1]
    parts = [section("Input", value(last.input))]
    if last.status == "SUCCEEDED":
        parts.append(section("Output", value(last.output)))
    if last.error is not None:
        parts.append(section("Error", failure(last.error, last.cause)))
    if last.assigned:
        parts.append(section("Assigned", value(last.assigned)))
    return {"text/html": shown(head, _visits(run.visits), *parts, _attempts(last.attempts))}


@_display.renders(Executions)
def executions(listed: Executions[Execution]) -> dict[str, Any]:
    """Executions: one row each, by the index that picks it."""
    if not listed:
        return {"text/html": shown(tag("p", "no executions yet", class_="muted"))}
    pairs = zip(listed, listed.statuses, strict=True)
    rows = [(index, one.machine_name, badge(status)) for index, (one, status) in enumerate(pairs)]
    return {"text/html": shown(table(("", "state machine", "status"), rows, numbers=(0,)))}


@_display.renders(MapRun)
def map_run(shown_one: MapRun[Execution]) -> dict[str, Any]:
    """A Map Run: how many items and children are in which state."""
    head = tag("p", tag("b", shown_one.state), "  ", badge(shown_one.status))
    items, children = shown_one.items, shown_one.executions
    rows = [
        (WORDS.get(name, name), items[name], children[name])
        for name in items
        if items[name] and name != "resultsWritten"
    ]
    return {"text/html": shown(head, table(("", "items", "executions"), rows, numbers=(1, 2)))}


def graph_of(shown_one: Execution) -> draw.Graph | None:
    """The graph coloured by what is known; None when the definition is not."""
    if shown_one.definition is None:
        return None
    return draw.graph(shown_one.definition, statuses=shown_one.run.statuses)


def outcome(run: history.Run) -> Html | None:
    """The result, or why there is none; None while it runs."""
    if run.status == "SUCCEEDED":
        return section("Result", value(run.output))
    if run.status == "RUNNING":
        return None
    return section("Error" if run.error or run.cause else "Stopped", failure(run.error, run.cause))


def waiting(tasks: Iterable[history.Pending]) -> Html | None:
    """The tasks that wait for an answer, without their tokens; None when none does."""
    rows = [
        (
            tag("b", _indexed(task.state, task.map_index)),
            task.resource,
            _limits(task),
            value(masked(task.parameters, [task.token] if task.token else [])),
        )
        for task in tasks
    ]
    return section("Waits for an answer", table(("state", "called", "within", "with"), rows)) if rows else None


def event_cells(event: Mapping[str, Any]) -> tuple[Html, str]:
    """An event's type, and what it says in a few words."""
    kind = str(event["type"])
    words = history.describe(event).removeprefix(kind).strip()
    return tag("span", kind, class_="bad" if kind.endswith(_FAILURES) else None), words


def _snapshot(run: history.Run) -> Html | None:
    if run.status != "RUNNING":
        return None
    words = f"  as of event {run.last_id}; .watch() shows it live, .refresh() asks for more"
    return tag("span", words, class_="muted")


def _path(names: list[str]) -> Html | None:
    if not names:
        return None
    half = _LONGEST_PATH // 2
    cut = [*names[:half], f"… {len(names) - 2 * half} more …", *names[-half:]]
    return section("Path", tag("p", " → ".join(names if len(names) <= _LONGEST_PATH else cut)))


def _indexed(name: str, indexes: Iterable[int]) -> str:
    return name + "".join(f"[{index}]" for index in indexes)


def _limits(task: history.Pending) -> str:
    limits = ((task.timeout_seconds, ""), (task.heartbeat_seconds, " between heartbeats"))
    return ", ".join(f"{duration(seconds)}{what}" for seconds, what in limits if seconds is not None) or "no limit"


def _visits(visits: list[history.Visit]) -> Html | None:
    """The visits, when there is more than one."""
    if len(visits) == 1:
        return None
    rows = [
        (number, _indexed("", visit.map_index), badge(visit.status), len(visit.attempts) or "", visit.error or "")
        for number, visit in enumerate(visits, 1)
    ]
    return section("Visits", table(("", "item", "status", "attempts", "error"), rows, numbers=(0, 3)))


def _attempts(attempts: list[history.Attempt]) -> Html | None:
    """The tries of a task, when there is more than one."""
    if len(attempts) < 2:
        return None
    rows = [
        (number, badge(attempt.status), history.mask(": ".join(filter(None, (attempt.error, attempt.cause)))))
        for number, attempt in enumerate(attempts, 1)
    ]
    return section("Attempts", table(("", "status", "error"), rows, numbers=(0,)))
