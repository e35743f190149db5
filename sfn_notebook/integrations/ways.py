"""The ways a Task can call an action, the preferred first, with what each gives and costs: `options(...)`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

from sfn_notebook.integrations.actions import Action, optimized_action, sdk_action
from sfn_notebook.integrations.resource import Pattern
from sfn_notebook.integrations.rows import MachineType, Row, optimized_rows
from sfn_notebook.integrations.sdk import sdk_names
from sfn_notebook.integrations.sdk_names import uncapitalize
from sfn_notebook.integrations.tables import table

EVENTS: Final = 25_000  # that the history of a Standard execution may have; one more fails it
LAMBDA_MB: Final = 128

# counted from recorded histories: a call has 5 events, one that waits for a job or a token has 6 (TaskSubmitted)
_CALL: Final = 5
_WAITING: Final = 6
_ROUND_EVENTS: Final = 9  # of a poll loop: Wait 2, the call 5, Choice 2
_ROUND_TRANSITIONS: Final = 3
_STARTS: Final = re.compile(r"(start|create|run|submit|import|export|restore|copy)([A-Z]\w*)")
_EXPRESS_SECONDS: Final = 300  # that an Express execution may take
_SHORT_SECONDS: Final = 0.1  # a function that only makes one call


@dataclass(frozen=True, slots=True)
class Job:
    """What is assumed of the job.

    Attributes:
        seconds: How long it takes.
        poll: How many seconds pass between two looks at it.
    """

    seconds: float
    poll: float

    @property
    def rounds(self) -> int:
        """How often one looks."""
        return max(1, -(-int(self.seconds) // max(1, int(self.poll))))


@dataclass(frozen=True, slots=True)
class Way:
    """One way to call an action.

    Attributes:
        kind: "optimized", "aws-sdk" or "lambda".
        wait: "response", "job", "callback", or "poll" for a loop in the state machine.
        title: The way in a few words.
        resource: The Resource of the Task.
        types: The types of state machine that can go this way.
        polls: Who looks whether the job is done, or "" when nobody waits.
        transitions: State transitions of a Standard execution.
        events: Events of the history.
        price: USD for a thousand of them, in a Standard machine.
        deploys: What there has to be besides the state machine.
        result: What the Task gives.
        line: What to type.
        notes: What else to know.
    """

    kind: Literal["optimized", "aws-sdk", "lambda"]
    wait: Pattern | Literal["poll"]
    title: str
    resource: str
    types: tuple[MachineType, ...]
    polls: str
    transitions: int
    events: int
    price: float
    deploys: str
    result: str
    line: str
    notes: tuple[str, ...] = ()

    @property
    def waits(self) -> bool:
        """Whether the Task, or the loop, ends only when the job is done."""
        return self.wait != "response"


def ways_to_call(action: Action, job: Job) -> Iterator[Way]:
    """All of them, the preferred first.

    Args:
        action: What is called, as either integration has it.
        job: What is assumed of the job, where the call starts one.
    """
    row, sdk = _both(action)
    if row is not None:
        yield from _optimized(row)
    if sdk is not None:
        yield from _sdk(sdk, row, job)
    if action.label not in ("lambda:invoke", "aws-sdk:lambda:invoke"):
        yield _function(action, row, job)


def _both(action: Action) -> tuple[Action | None, Action | None]:
    """The optimized and the SDK integration of the same call."""
    if action.row is not None:
        service = next((name for name, client in sdk_names().items() if client == action.row.client), None)
        name = uncapitalize(action.row.operation or "")
        twin = sdk_action(service, name) if service and name else None
        return action, None if twin is None or twin.sdk is None or twin.sdk.unsupported(name) else twin
    operation = action.operation
    wanted = (action.sdk.client, operation.name) if action.sdk and operation else None
    rows = [one for one in optimized_rows().values() if (one.client, one.operation) == wanted]
    return (optimized_action(rows[0].service, rows[0].action) if rows else None), action


# -- the ways


def _optimized(action: Action) -> Iterator[Way]:
    row = action.row
    assert row is not None  # noqa: S101  # for the type checker
    order: tuple[Pattern, ...] = ("job", "callback", "response") if "job" in row.patterns else ("response", "callback")
    for pattern in order:
        if pattern in row.patterns:
            yield _task(
                action, pattern, _POLLS[pattern].format(poll=row.poll or "the cluster"), _result(action, pattern)
            )


def _sdk(action: Action, row: Action | None, job: Job) -> Iterator[Way]:
    yield _task(action, "response", "", _result(action, "response"))
    look = _look(action, row)
    if look:
        yield _loop(action, look, job)
    yield _task(action, "callback", _POLLS["callback"], _result(action, "callback"))


_POLLS: Final[dict[Pattern, str]] = {
    "response": "",
    "job": "Step Functions, by {poll}",
    "callback": "nobody: whoever has the task token answers",
}
_TITLES: Final[dict[Pattern, str]] = {
    "response": "goes on when the call has answered",
    "job": "waits for the job",
    "callback": "waits for a task token",
}


def _task(action: Action, pattern: Pattern, polls: str, result: str) -> Way:
    kind = action.kind
    types = Row.types(pattern)
    name = "optimized integration" if kind == "optimized" else "SDK integration"
    notes = []
    if pattern == "callback":
        notes.append("Something that gets the token must answer it; give timeout_seconds=.")
    if action.row and action.row.note:
        notes.append(action.row.note)
    if action.sdk and not action.sdk.listed:
        notes.append("AWS does not list this service: it may be refused.")
    return Way(
        kind=kind,
        wait=pattern,
        title=f"{name}, {_TITLES[pattern]}",
        resource=action.resource(pattern),
        types=types,
        polls=polls,
        transitions=1,
        events=_CALL if pattern == "response" else _WAITING,
        price=1000 * _transition(),
        deploys="nothing; the role may make the call" + (" and look at the job" if pattern == "job" else ""),
        result=result,
        line=_line(action, pattern),
        notes=tuple(notes),
    )


def _loop(action: Action, look: str, job: Job) -> Way:
    transitions = 1 + _ROUND_TRANSITIONS * job.rounds
    events = _CALL + _ROUND_EVENTS * job.rounds
    operation = look[0].upper() + look[1:]
    return Way(
        kind="aws-sdk",
        wait="poll",
        title="SDK integration with a poll loop of your own",
        resource=action.resource(),
        types=Row.types("response" if job.seconds <= _EXPRESS_SECONDS else "job"),
        polls=f"your state machine, by {operation}: Wait, call, Choice",
        transitions=transitions,
        events=events,
        price=1000 * transitions * _transition(),
        deploys="nothing; the role may make both calls",
        result=f"what {operation} answers",
        line="\n".join(
            (
                _line(action, "response"),
                f'sm.wait("Wait", seconds={job.poll:g})',
                f'sm.aws("{operation}", "{action.service}:{look}", ...)',
                'sm.choice("Done?")',
            )
        ),
        notes=(f"Fails: {events:,} events, and {EVENTS:,} is the limit.",) if events > EVENTS else (),
    )


def _function(action: Action, row: Action | None, job: Job) -> Way:
    prices: dict[str, Any] = table("prices")["lambda"]
    name = action.name[:1].upper() + action.name[1:]
    long = bool(_look(action, row)) or bool(row and "job" in row.patterns)
    fits = job.seconds <= prices["longest_seconds"]
    seconds = job.seconds if long and fits else _SHORT_SECONDS
    gb_seconds = seconds * LAMBDA_MB / 1024
    notes = ["Code to write, test and keep up to date; use it for what no integration does."]
    if long:
        limit = prices["longest_seconds"] // 60
        waits = f"It can wait for the job itself, and pays for the time; at most {limit} minutes."
        notes.append(waits if fits else f"It cannot wait for this job: a function has {limit} minutes.")
    return Way(
        kind="lambda",
        wait="response",
        title="Lambda function",
        resource="arn:aws:states:::lambda:invoke",
        types=("STANDARD", "EXPRESS"),
        polls="your function" if long and fits else "",
        transitions=1,
        events=_CALL,
        price=1000 * (_transition() + prices["per_request"] + gb_seconds * prices["per_gb_second"]),
        deploys="a function, its role and its code",
        result="whatever the function returns, in Payload",
        line=f'sm.lambda_invoke("{name}", "{_dashed(action.name)}", payload=...)',
        notes=tuple(notes),
    )


# -- the words


def _line(action: Action, pattern: Pattern) -> str:
    name = action.name[:1].upper() + action.name[1:]
    shape = action.parameters
    required = [key for key, member in shape.members.items() if member.required] + list(shape.either[:1])
    method, label = ("optimized", action.label) if action.row else ("aws", f"{action.service}:{action.name}")
    parts = [f'"{name}"', f'"{label}"', *(f"{key}=..." for key in required)]
    if pattern != "response":
        parts.append(f'wait="{pattern}"')
    if pattern == "callback":
        parts.append("timeout_seconds=3600")
    return f"sm.{method}({', '.join(parts)})"


def _result(action: Action, pattern: Pattern) -> str:
    if pattern == "callback":
        return "what is sent with the token"
    if pattern == "job" and action.row is not None:
        return f"what {action.row.poll} tells at the end" if action.row.poll else "how the job ended"
    keys = list(action.result.members)
    return ", ".join(keys[:5]) + (", …" if len(keys) > 5 else "") if keys else "an object without fields"


def _look(action: Action, row: Action | None) -> str:
    """The action that tells how a job is; "" when this one starts none, or none is found."""
    if action.sdk is None:
        return ""
    if row is not None and row.row is not None and "job" in row.patterns:
        return uncapitalize(row.row.poll or "")
    started = _STARTS.fullmatch(action.name)
    if row is not None or started is None:
        return ""
    things = (started[2], started[2].removesuffix("Job"), started[2] + "s")
    names = [f"{verb}{thing}" for thing in things for verb in ("get", "describe")]
    return next((name for name in names if name in action.sdk.actions), "")


def _transition() -> float:
    return float(table("prices")["standard"]["per_transition"])


def _dashed(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower()
