"""Traps of working with other services: it runs, and there is a better way or a surprise in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from sfn_notebook.asl import JSONATA, Machine, State
from sfn_notebook.asl.model import escape
from sfn_notebook.errors import InvalidArgument
from sfn_notebook.integrations import Row, action_of, optimized_rows, parse_resource, plain
from sfn_notebook.integrations.tables import table
from sfn_notebook.lint.graphs import loops
from sfn_notebook.lint.http import SECRET
from sfn_notebook.lint.report import Problem
from sfn_notebook.lint.rules import problem

EVENTS: Final = 25_000  # events that the history of a Standard execution holds
_EVENTS_OF: Final = {"Task": 5}  # entered, scheduled, started, succeeded, exited; any other state has two
_HOST: Final = r"https://[^/'\"{}\s]+"
_OPEN_QUERY: Final = re.compile(rf"""\{{%\s*(['"]){_HOST}\1\s*&""")
_OPEN_FORMAT: Final = re.compile(rf"States\.Format\(\s*'{_HOST}\{{\}}")
_TIMEOUTS: Final = frozenset({"States.Timeout", "States.HeartbeatTimeout"})


def trap_problems(state: State) -> Iterator[Problem]:
    """The traps in one state."""
    yield from _secrets(state)
    if state.type == "Map":
        yield from _unbounded(state)
    if state.type != "Task" or not state.resource:
        return
    try:
        resource = parse_resource(state.resource)
    except InvalidArgument:
        return  # told where the Resource is looked at
    if resource.kind == "aws-sdk" and resource.pattern == "response":
        row = _optimized().get(_called(state) or ("", ""))
        if row is not None and "" in row.suffixes:
            yield problem("optimized_exists", f"{state.pointer}/Resource", state=state.name, better=row.resource())
    if resource.pattern == "callback":
        yield from _hidden_timeout(state)
    if resource.kind == "http":
        yield from _open_host(state)


def loop_problems(machine: Machine, machine_type: str) -> Iterator[Problem]:
    """The traps in the loops of one machine: asking again and again for a job's end, and data that grows."""
    for group in loops(machine):
        if machine_type == "STANDARD":
            yield from _polling(group)
        for state in group:
            yield from _growing(state)


def _secrets(state: State) -> Iterator[Problem]:
    """What has the form of a key or a token; an HTTP Task is looked at more closely elsewhere."""
    for field in ("Parameters", "Arguments", "Result", "Output", "Assign", "ItemSelector"):
        if field in state.fields and not state.resource.startswith("arn:aws:states:::http:"):
            for pointer, value in _texts(state.fields[field], f"{state.pointer}/{field}"):
                if SECRET.search(value) is not None:
                    name = pointer.rpartition("/")[2]
                    yield problem("secret_value", pointer, state=state.name, name=name)


def _texts(value: Any, pointer: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield from _texts(one, f"{pointer}/{escape(str(key))}")
    elif isinstance(value, (list, tuple)):
        for index, one in enumerate(value):
            yield from _texts(one, f"{pointer}/{index}")
    elif isinstance(value, str):
        yield pointer, value


def _unbounded(state: State) -> Iterator[Problem]:
    processor = state.fields.get("ItemProcessor")
    config = processor.get("ProcessorConfig") if isinstance(processor, Mapping) else None
    distributed = isinstance(config, Mapping) and config.get("Mode") == "DISTRIBUTED"
    if distributed and "MaxConcurrencyPath" not in state.fields and not state.fields.get("MaxConcurrency"):
        yield problem("map_unbounded", state.pointer, state=state.name)


def _called(state: State) -> tuple[str, str] | None:
    """What a Task calls: boto3's service, and the operation without what people spell differently."""
    try:
        action = action_of(parse_resource(state.resource)) if state.type == "Task" and state.resource else None
    except InvalidArgument:
        return None
    if action is None:
        return None
    if action.row is not None:
        return (action.row.client or "", plain(action.row.operation or ""))
    return (action.sdk.client, plain(action.name)) if action.sdk is not None else None


@cache
def _optimized() -> Mapping[tuple[str, str], Row]:
    """Call -> the optimized integration that makes it with the same parameters."""
    rows = (row for row in optimized_rows().values() if row.client and row.operation and not row.own_parameters)
    return {(row.client or "", plain(row.operation or "")): row for row in rows}


@cache
def _polls() -> Mapping[tuple[str, str], Row]:
    """Call that tells how a job is -> the optimized integration that waits for the job."""
    return {(row.client or "", plain(row.poll)): row for row in optimized_rows().values() if row.poll}


def _polling(group: tuple[State, ...]) -> Iterator[Problem]:
    waits = [state for state in group if state.type == "Wait"]
    if not waits or all(state.type != "Choice" for state in group):
        return
    for state in group:
        row = _polls().get(_called(state) or ("", ""))
        if row is None:
            continue
        events = sum(_EVENTS_OF.get(one.type, 2) for one in group)
        price = 1000 * table("prices")["standard"]["per_transition"]
        seconds = sum(one.fields["Seconds"] for one in waits if isinstance(one.fields.get("Seconds"), int))
        words = {
            "row": row.resource("job"),
            "states": len(group),
            "price": f"{price * len(group):.3g}",
            "sync_price": f"{price:.3g}",
            "events": events,
            "most": f"{EVENTS:,}",
            "rounds": f"{EVENTS // events:,}",
            "after": f", after {EVENTS // events * seconds / 3600:,.0f} hours" if seconds else "",
        }
        yield problem("poll_loop", state.pointer, state=state.name, **words)


def _growing(state: State) -> Iterator[Problem]:
    """A state of a loop that puts what it had into what it makes."""
    assigned = state.fields.get("Assign")
    for key, value in assigned.items() if isinstance(assigned, Mapping) else ():
        name = str(key).removesuffix(".$")
        if isinstance(value, str) and _appends(value, rf"\${re.escape(name)}(?!\w)", state.query_language):
            yield problem("grows", f"{state.pointer}/Assign", state=state.name, what=f"the variable {name!r}")
    path = state.fields.get("ResultPath")
    if state.query_language == JSONATA or not isinstance(path, str) or path == "$":
        return
    # a Pass hands its Parameters on as its result
    for field in ("ResultSelector", *(("Parameters",) if state.type == "Pass" else ())):
        template = state.fields.get(field)
        if isinstance(template, Mapping):
            made = [one for key, one in template.items() if str(key).endswith(".$") and isinstance(one, str)]
            if any(_appends(one, rf"{re.escape(path)}(?![\w.\[])", state.query_language) for one in made):
                yield problem("grows", f"{state.pointer}/{field}", state=state.name, what=f"what stands at {path}")


def _appends(expression: str, itself: str, language: str) -> bool:
    r"""Whether an expression makes something longer of what it reads.

    >>> _appends("{% $append($all, $states.result) %}", r"\$all", JSONATA)
    True
    """
    calls = r"\$append\(\s*" if language == JSONATA else r"States\.(?:Array|Format|JsonMerge)\([^)]*?"
    return re.search(calls + itself, expression) is not None


def _hidden_timeout(state: State) -> Iterator[Problem]:
    catchers = state.fields.get("Catch")
    for index, entry in enumerate(catchers if isinstance(catchers, (list, tuple)) else ()):
        errors = entry.get("ErrorEquals") if isinstance(entry, Mapping) else None
        names = {one for one in errors if isinstance(one, str)} if isinstance(errors, (list, tuple)) else set()
        if names & _TIMEOUTS:
            return
        if "States.ALL" in names:
            yield problem("timeout_hidden", f"{state.pointer}/Catch/{index}/ErrorEquals", state=state.name)
            return


def _open_host(state: State) -> Iterator[Problem]:
    for field in ("Arguments", "Parameters"):
        given = state.fields.get(field)
        if isinstance(given, Mapping):
            for key in ("ApiEndpoint", "ApiEndpoint.$"):
                if _open(given.get(key)):
                    yield problem("http_open_host", f"{state.pointer}/{field}/{key}", state=state.name)


def _open(endpoint: Any) -> bool:
    return isinstance(endpoint, str) and bool(_OPEN_QUERY.match(endpoint) or _OPEN_FORMAT.match(endpoint))
