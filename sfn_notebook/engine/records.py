"""What the engine keeps: machines, executions and their events, and what it hands to a task runner.

Records are plain data. The interpreter writes them, the API operations read them; both hold `Engine.lock`
while they do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal, NamedTuple, Protocol

from sfn_notebook.asl import Machine
from sfn_notebook.engine.event_types import EVENT_DETAILS
from sfn_notebook.errors import InvalidArgument
from sfn_notebook.integrations import Resource

JobStep = Literal["start", "look", "stop"]
Status = Literal["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE"]
FailureKind = Literal["failed", "timed_out", "schedule_failed", "start_failed", "submit_failed"]


class Event(NamedTuple):
    """One event of a history, as small as it can be held.

    Attributes:
        timestamp: Epoch seconds.
        type: The event type, such as "PassStateEntered".
        id: Its number, from 1.
        previous: The id of the event it follows, or 0.
        details: What stands under `EVENT_DETAILS[type]`; shared, never to be changed. None when it has none.
    """

    timestamp: float
    type: str
    id: int
    previous: int
    details: Mapping[str, Any] | None = None

    def __repr__(self) -> str:
        # details can hold a task token
        return f"Event({self.id}, {self.type!r}, after {self.previous})"

    def to_api(self) -> dict[str, Any]:
        """The event as GetExecutionHistory shows it, `timestamp` as epoch seconds.

        >>> Event(0.0, "PassStateEntered", 2, 0, {"name": "A"}).to_api()["stateEnteredEventDetails"]
        {'name': 'A'}
        """
        shown: dict[str, Any] = {
            "timestamp": self.timestamp,
            "type": self.type,
            "id": self.id,
            "previousEventId": self.previous,
        }
        if self.details is not None and (member := EVENT_DETAILS[self.type]):
            shown[member] = self.details
        return shown


@dataclass(slots=True, eq=False)
class MachineRecord:
    """A state machine as it stood when it was created or last updated.

    An update makes a new record; executions keep the one they started with.

    Attributes:
        definition: The text as given.
        program: The definition, read.
        created: Epoch seconds.
        revision_id: None until the first update.
        settings: What the API keeps and the interpreter does not read (logging, tracing, encryption).
        compiled: The interpreter's own form of `program`, made at the first start.
    """

    arn: str = field(repr=False)
    name: str
    definition: str = field(repr=False)
    program: Machine = field(repr=False)
    type: str = "STANDARD"
    role_arn: str = field(default="", repr=False)
    created: float = 0.0
    updated: float | None = None
    revision_id: str | None = None
    description: str | None = None
    status: str = "ACTIVE"
    tags: dict[str, str] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    compiled: Any = field(default=None, repr=False)


@dataclass(slots=True, eq=False)
class Execution:
    """One run of a state machine.

    Attributes:
        input: The input's JSON text as given.
        output: The output's JSON text, None unless it succeeded.
        started: Epoch seconds; set by `Engine.start`.
        stopped: Epoch seconds, None while it runs.
        history: Its events; only ever appended to.
        item_count: How many items of a Map Run it processes; None when it is no child of one.
        mocks: What its tasks are told instead of being run, or None.
        redriven_after: How many events it had when it was last redriven; 0 when it was not.
        seed: Where its random numbers begin, its task tokens among them; None when they begin anywhere.
    """

    arn: str = field(repr=False)
    name: str
    machine: MachineRecord = field(repr=False)
    input: str = field(default="{}", repr=False)
    status: Status = "RUNNING"
    output: str | None = field(default=None, repr=False)
    error: str | None = None
    cause: str | None = None
    started: float = 0.0
    stopped: float | None = None
    history: list[Event] = field(default_factory=list, repr=False)
    trace_header: str | None = None
    alias_arn: str | None = None
    version_arn: str | None = None
    map_run_arn: str | None = None
    item_count: int | None = None
    redrive_count: int = 0
    redriven: float | None = None
    mocks: TaskMocks | None = field(default=None, repr=False)
    redriven_after: int = 0
    seed: str | None = field(default=None, repr=False)

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self.stopped is None


@dataclass(frozen=True, slots=True)
class Limits:
    """The quotas of the service.

    https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html

    >>> Limits(payload_bytes=1000).history_events
    25000

    Attributes:
        payload_bytes: The longest input, output or task result, in bytes of UTF-8.
        history_events: The most events a Standard execution may have; Express has no such limit.
        standard_seconds: The longest a Standard execution may run.
        express_seconds: The longest an Express execution may run.
        variable_bytes: The longest value of one variable, and of one `Assign`.
        variables_bytes: All the variables of an execution together.
        inline_concurrency: The most iterations of an inline Map at the same time.
        map_run_children: The most children of a Map Run at the same time.
        cause_chars: Where a cause is cut off.
        open_executions: The most executions that run at the same time.
        redrive_days: For how long after its end an execution can be redriven.
        retention_days: For how long after its end a Standard execution is kept; then its name can be used again.
        kept_executions: How many executions are kept, of this session's own accord; of more, the oldest that have
            ended are forgotten.
        state_machines: The most state machines.
        activities: The most activities.
        activity_pollers: The most workers that wait for tasks of one activity at the same time.
        versions: The most versions of a state machine.
        aliases: The most aliases of a state machine.
        tags: The most tags of a state machine or activity.
        definition_bytes: The longest definition, in bytes of UTF-8.
        request_bytes: The longest request, in bytes.
    """

    payload_bytes: int = 262_144
    history_events: int = 25_000
    standard_seconds: int = 31_536_000
    express_seconds: int = 300
    variable_bytes: int = 262_144
    variables_bytes: int = 10_485_760
    inline_concurrency: int = 40
    map_run_children: int = 10_000
    cause_chars: int = 32_768
    open_executions: int = 1_000_000
    redrive_days: float = 14
    retention_days: float = 90
    kept_executions: int = 50_000
    state_machines: int = 100_000
    activities: int = 100_000
    activity_pollers: int = 1_000
    versions: int = 1_000
    aliases: int = 100
    tags: int = 50
    definition_bytes: int = 1_048_576
    request_bytes: int = 1_048_576

    def __post_init__(self) -> None:
        """Refuse what is no quota."""
        for one in fields(self):
            value = getattr(self, one.name)
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not value >= 0:
                raise InvalidArgument(f"the quota {one.name} is a number from 0 on; given was {value!r}")


@dataclass(slots=True)
class Inspection:
    """What TestState wants to know of a call besides its result; a runner that has it writes it here.

    Attributes:
        reveal_secrets: Whether it may show what a connection adds to a request.
        request: The raw HTTP request, in the members of the API's InspectionDataRequest, or None.
        response: The raw HTTP response, in the members of InspectionDataResponse, or None.
    """

    reveal_secrets: bool = False
    request: Mapping[str, str] | None = field(default=None, repr=False)
    response: Mapping[str, str] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class TaskCall:
    """What a Task asks a runner to do.

    Attributes:
        resource: What to call.
        arguments: What to call it with, after `Parameters` or `Arguments`; any JSON value.
        token: The task token when the task waits for one, else None. It already stands in `arguments`
            wherever the definition puts it.
        execution_arn: The execution that asks.
        state: The name of the Task state.
        attempt: 0 for the first try, then the number of the retry.
        credentials: The evaluated `Credentials` field, or None.
        timeout_seconds: The task's time-out, or None.
        inspection: Where to tell more of the call, or None when nobody asks.
        map_index: Which iteration of the innermost Map around it asks, or None.
        step: What to do about the job of a `.sync` task: start it, see how it does, or stop it.
        started: What starting the job gave, when it has been started.
        waited: Seconds since then.
    """

    resource: Resource
    arguments: Any = field(repr=False)
    token: str | None = field(repr=False)
    execution_arn: str = field(repr=False)
    state: str
    attempt: int = 0
    credentials: Mapping[str, Any] | None = field(default=None, repr=False)
    timeout_seconds: float | None = None
    inspection: Inspection | None = field(default=None, repr=False)
    map_index: int | None = None
    step: JobStep = "start"
    started: Any = field(default=None, repr=False)
    waited: float = 0


class TaskFailure(Exception):
    """A task did not succeed; a runner raises it, the interpreter matches it against Retry and Catch.

    Args:
        error: The error name, such as "Lambda.AWSLambdaException", or None as Step Functions allows it.
        cause: The cause text, or None.
        kind: At which step it failed: it chooses the event (TaskFailed, TaskTimedOut, TaskStartFailed ...).
    """

    def __init__(self, error: str | None, cause: str | None = None, *, kind: FailureKind = "failed") -> None:
        super().__init__(error, cause)
        self.error = error
        self.cause = cause
        self.kind = kind


Runner = Callable[[TaskCall], Any]
"""Blocking; runs on a worker thread; returns the task's JSON value or raises TaskFailure."""


class TaskMocks(Protocol):
    """What the tasks of an execution are told instead of being run; `mocks.Mocks` is it."""

    def covers(self, state: str) -> bool:
        """Whether the tasks of a state are not to be run."""
        ...

    def runner(self, call: TaskCall) -> Runner:
        """What answers this call."""
        ...
