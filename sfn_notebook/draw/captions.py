"""What stands under a state's name in a drawing: what it does, in a few words."""

import math
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from sfn_notebook import integrations
from sfn_notebook._status import STATUSES
from sfn_notebook.asl import State
from sfn_notebook.draw.conditions import query
from sfn_notebook.draw.words import one_line, shorten, without_account
from sfn_notebook.errors import InvalidArgument

WIDTH: Final = 36  # characters of a caption
DEFAULT_ATTEMPTS: Final = 3  # MaxAttempts of a retrier that sets none
_WAITS: Final = {"response": "", "job": "waits for job", "callback": f"{STATUSES['WAITING'].glyph} waits for token"}
_UNITS: Final = ((86_400, "d"), (3600, "h"), (60, "min"), (1, "s"))


def captions(state: State) -> tuple[str, ...]:
    """The lines under the state's name; each at most `WIDTH` characters.

    >>> from sfn_notebook import asl
    >>> captions(asl.read({"States": {"A": {"Type": "Wait", "Seconds": 90}}}).states["A"])
    ('wait 1 min 30 s',)
    """
    describe = _CAPTIONS.get(state.type)
    if describe is None:
        return ("no Type yet" if not state.type else f"unknown Type {shorten(state.type, 20)}",)
    retry = retries(state)
    return tuple(shorten(without_account(line), WIDTH) for line in (*describe(state), retry) if line)


def retries(state: State) -> str:
    """The most attempts of each retrier, such as `↻ 3` or `↻ 2, 5`; "" without Retry."""
    attempts = [
        str(retrier.get("MaxAttempts", DEFAULT_ATTEMPTS))
        for retrier in _list(state.fields.get("Retry"))
        if isinstance(retrier, Mapping)
    ]
    return f"{STATUSES['RETRYING'].glyph} {', '.join(attempts)}" if attempts else ""


def duration(seconds: float) -> str:
    """A length of time in its two largest units.

    >>> duration(3600), duration(90061), duration(0.25)
    ('1 h', '1 d 1 h', '0.25 s')
    """
    if seconds < 1 or not math.isfinite(seconds):
        return f"{seconds:g} s"
    parts = []
    rest = round(seconds)
    for size, unit in _UNITS:
        if rest >= size:
            parts.append(f"{rest // size} {unit}")
            rest %= size
    return " ".join(parts[:2])


def _task(state: State) -> tuple[str, ...]:
    if not state.resource:
        return ("no Resource yet",)
    try:
        resource = integrations.parse_resource(state.resource)
    except InvalidArgument:
        return (state.resource.removeprefix("arn:aws:states:::"),)
    label = f"activity {resource.action}" if resource.kind == "activity" else resource.label
    called = _request(state) if resource.kind == "http" else _function(state)
    return (f"{label} {called}".rstrip(), _WAITS[resource.pattern])


def _function(state: State) -> str:
    """The function a lambda:invoke calls, by its name only (its ARN would show the account)."""
    arguments = state.fields.get("Arguments") or state.fields.get("Parameters")
    name = arguments.get("FunctionName") if isinstance(arguments, Mapping) else None
    if not isinstance(name, str) or name.startswith("{%"):
        return ""
    return name.partition(":function:")[2] or name


def _request(state: State) -> str:
    """The method and host an HTTP Task calls; a path is too long for a drawing, and may say too much."""
    arguments = state.fields.get("Arguments") or state.fields.get("Parameters")
    given = arguments if isinstance(arguments, Mapping) else {}
    method, endpoint = (
        text if isinstance(text, str) and not text.startswith("{%") else ""
        for text in (given.get("Method"), given.get("ApiEndpoint"))
    )
    try:
        host = urlsplit(endpoint).hostname or ""
    except ValueError:
        host = ""
    return f"{method} {host}".strip()


def _wait(state: State) -> tuple[str, ...]:
    for field, form in (("Seconds", "wait {}"), ("SecondsPath", "wait {} s"), ("Timestamp", "until {}")):
        if field in state.fields:
            value = state.fields[field]
            number = isinstance(value, (int, float)) and not isinstance(value, bool)
            return (form.format(duration(value) if number else query(value)),)
    if "TimestampPath" in state.fields:
        return (f"until {query(state.fields['TimestampPath'])}",)
    return ("no time yet",)


def _fail(state: State) -> tuple[str, ...]:
    error = state.fields.get("Error", state.fields.get("ErrorPath"))
    return (f"Fail: {query(error)}" if error else "Fail",)


def _map(state: State) -> tuple[str, ...]:
    how = " · ".join(filter(None, (_concurrency(state), _mode(state))))
    return (f"∀ {_items(state)}", how, "" if state.branches else "no processor yet")


def _items(state: State) -> str:
    reader = state.fields.get("ItemReader")
    if isinstance(reader, Mapping) and isinstance(reader.get("Resource"), str):
        return one_line(reader["Resource"]).removeprefix("arn:aws:states:::")
    items = state.fields.get("Items", state.fields.get("ItemsPath"))
    if isinstance(items, list):
        return f"{len(items)} items"
    return query(items) if items else "items"


def _concurrency(state: State) -> str:
    most = state.fields.get("MaxConcurrency", state.fields.get("MaxConcurrencyPath"))
    return f"max {query(most)}" if most else ""


def _mode(state: State) -> str:
    config = next((branch.fields.get("ProcessorConfig") for branch in state.branches), None)
    distributed = isinstance(config, Mapping) and config.get("Mode") == "DISTRIBUTED"
    return "distributed" if distributed else ""


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


_CAPTIONS: Final[Mapping[str, Callable[[State], tuple[str, ...]]]] = {
    "Task": _task,
    "Pass": lambda state: ("Pass",),
    "Wait": _wait,
    "Choice": lambda state: (),
    "Succeed": lambda state: ("Succeed",),
    "Fail": _fail,
    "Parallel": lambda state: ("Parallel", "" if state.branches else "no branches yet"),
    "Map": _map,
}
