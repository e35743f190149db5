"""Task states: runner calls, task tokens, activities, and the events around them."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from sfn_notebook import _json
from sfn_notebook.asl import JSONATA, State
from sfn_notebook.engine.activities import ActivityTask
from sfn_notebook.engine.basic import RunWaiting
from sfn_notebook.engine.dataflow import Template, compile_path, compile_query, compile_template
from sfn_notebook.engine.failures import HEARTBEAT, RUNTIME, TIMEOUT, StateFailure, fault, shown, too_large
from sfn_notebook.engine.flow import Body, Flow
from sfn_notebook.engine.recorder import NOT_TRUNCATED
from sfn_notebook.engine.records import FailureKind, TaskCall, TaskFailure
from sfn_notebook.engine.retry import compile_rescue, rescued
from sfn_notebook.engine.scheduler import Signal, Timer
from sfn_notebook.engine.tokens import Callback
from sfn_notebook.engine.visit import Visit
from sfn_notebook.errors import InvalidArgument
from sfn_notebook.integrations import Resource, parse_resource

Seconds = Callable[[Visit, Any], float | None]
Answer = Generator[Signal, Any, tuple[Any, str]]  # its end: a value and its JSON text


class Family(NamedTuple):
    """The event types of one kind of task.

    Attributes:
        failed: The event of each way to fail.
    """

    scheduled: str
    started: str
    succeeded: str
    failed: Mapping[FailureKind, str]


FAMILIES: Final[Mapping[str, Family]] = {
    "lambda": Family(
        "LambdaFunctionScheduled",
        "LambdaFunctionStarted",
        "LambdaFunctionSucceeded",
        {
            "failed": "LambdaFunctionFailed",
            "timed_out": "LambdaFunctionTimedOut",
            "schedule_failed": "LambdaFunctionScheduleFailed",
            "start_failed": "LambdaFunctionStartFailed",
            "submit_failed": "LambdaFunctionFailed",
        },
    ),
    "activity": Family(
        "ActivityScheduled",
        "ActivityStarted",
        "ActivitySucceeded",
        {
            "failed": "ActivityFailed",
            "timed_out": "ActivityTimedOut",
            "schedule_failed": "ActivityScheduleFailed",
            "start_failed": "ActivityFailed",
            "submit_failed": "ActivityFailed",
        },
    ),
    "task": Family(
        "TaskScheduled",
        "TaskStarted",
        "TaskSucceeded",
        {
            "failed": "TaskFailed",
            "timed_out": "TaskTimedOut",
            "schedule_failed": "TaskStartFailed",
            "start_failed": "TaskStartFailed",
            "submit_failed": "TaskSubmitFailed",
        },
    ),
}


class HeartbeatMissed(TaskFailure):
    """No heartbeat came in time; recorded as a time-out, matched under its own name too."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A Task state, compiled.

    Attributes:
        base: What stands in the details of each of its events.
        label: What AWS calls it when its result is too long.
    """

    flow: Flow
    resource: Resource
    family: Family
    base: Mapping[str, str]
    label: str
    timeout: Seconds
    heartbeat: Seconds
    credentials: Template | None


def compile_task(state: State) -> RunWaiting:
    """A Task state."""
    try:
        resource = parse_resource(state.resource)
    except InvalidArgument:
        return _unusable(state)
    plan, rescue = _plan(state, resource), compile_rescue(state)
    attempt = _activity_attempt if resource.kind == "activity" else _call_attempt
    return lambda visit: rescued(visit, rescue, lambda again: attempt(again, plan))


def _unusable(state: State) -> RunWaiting:
    def run(visit: Visit) -> Body:
        yield None
        raise fault(visit, f"The resource {state.resource!r} is not one that a Task can have.")

    return run


def _plan(state: State, resource: Resource) -> Plan:
    plain = resource.kind in ("lambda", "activity")
    query = state.query_language == JSONATA
    credentials = state.fields.get("Credentials")
    return Plan(
        flow=Flow(state),
        resource=resource,
        family=FAMILIES[resource.kind if plain else "task"],
        base={} if plain else {"resource": resource.history_resource, "resourceType": resource.resource_type},
        label=resource.arn if plain else resource.resource_type,
        timeout=_compile_seconds(state, "TimeoutSeconds"),
        heartbeat=_compile_seconds(state, "HeartbeatSeconds"),
        credentials=None if credentials is None else compile_template(credentials, "Credentials", query=query),
    )


def _compile_seconds(state: State, field: str) -> Seconds:
    literal, path = state.fields.get(field), state.fields.get(f"{field}Path")
    if path is not None and state.query_language != JSONATA:
        read = compile_path(path, f"{field}Path")

        def from_path(visit: Visit, data: Any) -> float:
            value = read(visit, data)
            if isinstance(value, bool) or not isinstance(value, int) or value <= 0:
                text = value if isinstance(value, str) else shown(value)
                sentence = f'The {field}Path field refers to value "{text}" which is not a valid integer: {path}'
                raise fault(visit, sentence)
            return value

        return from_path
    if state.query_language == JSONATA:
        template = compile_query(literal, field, "number")
        return lambda visit, data: template.fill(visit, data, {"input": visit.input})
    return lambda visit, data: literal


class Attempt:
    """One try of a task: what it waits for and the time it has.

    Attributes:
        submitted: The runner's result.
        answered: The answer to its token: value and JSON text.
        token: Its token, or None.
        timeout: Its time-out in seconds, or None.
    """

    __slots__ = ("_beat", "_deadline", "_heartbeat", "answered", "plan", "submitted", "timeout", "token", "visit")

    def __init__(self, visit: Visit, plan: Plan, *, token: bool) -> None:
        self.visit = visit
        self.plan = plan
        self.submitted = Signal()
        self.answered = Signal()
        self._deadline: Timer | None = None
        self._beat: Timer | None = None
        self._heartbeat: float | None = None
        self.timeout: float | None = None
        self.token = visit.run.tokens.issue(Callback(self.answered, self.beat)) if token else None

    def schedule(self, details: dict[str, Any], data: Any) -> None:
        """Record that it is scheduled; from now on its time runs."""
        self._heartbeat = self.plan.heartbeat(self.visit, data)
        self.timeout = timeout = self.plan.timeout(self.visit, data)
        if timeout is not None:
            details["timeoutInSeconds"] = int(timeout)
        if self._heartbeat is not None and self.plan.resource.kind != "lambda":
            details["heartbeatInSeconds"] = int(self._heartbeat)
        self.visit.branch.trail.record(self.plan.family.scheduled, details)
        if timeout is not None:
            self._deadline = self._after(timeout, TaskFailure(TIMEOUT, kind="timed_out"))

    def start(self, details: Mapping[str, Any] | None) -> None:
        """Record that it has started; from now on heartbeats are expected."""
        self.visit.branch.trail.record(self.plan.family.started, details)
        if self.token is not None:
            self.beat()

    def beat(self) -> None:
        """Start the heartbeat time anew."""
        if self._heartbeat is not None:
            if self._beat is not None:
                self._beat.cancel()
            self._beat = self._after(self._heartbeat, HeartbeatMissed(TIMEOUT, kind="timed_out"))

    def _after(self, seconds: float, failure: TaskFailure) -> Timer:
        def expire() -> None:
            if self.token is not None:
                self.visit.run.tokens.close(self.token)
            self.answered.fail(failure)
            self.submitted.fail(failure)

        run = self.visit.run
        return run.scheduler.call_at(run.now() + seconds, expire)

    def close(self) -> None:
        """It is over: no time runs, no answer is taken."""
        for timer in (self._deadline, self._beat):
            if timer is not None:
                timer.cancel()
        if self.token is not None:
            self.visit.run.tokens.close(self.token)

    def succeed(self, value: Any, text: str) -> None:
        """Record its success.

        Raises:
            TaskFailure: the result is too long.
        """
        if self.visit.run.too_long(text):
            limit = too_large(self.plan.label, terminal=False)
            raise TaskFailure(limit.error, limit.cause)
        details = {**self.plan.base, "output": text, "outputDetails": NOT_TRUNCATED}
        self.visit.branch.trail.record(self.plan.family.succeeded, details)

    def fail(self, failure: TaskFailure) -> StateFailure:
        """Record its failure; what the state fails with."""
        cause = failure.cause
        if cause is not None:
            cause = cause[: self.visit.run.limits.cause_chars]
        also = HEARTBEAT if isinstance(failure, HeartbeatMissed) else None
        made = StateFailure(failure.error, cause, terminal=failure.error == RUNTIME, also=also)
        self.visit.branch.trail.record(self.plan.family.failed[failure.kind], {**self.plan.base, **made.details()})
        return made


def _call_attempt(visit: Visit, plan: Plan) -> Body:
    run, flow = visit.run, plan.flow
    data = flow.enter(visit)
    attempt = Attempt(visit, plan, token=plan.resource.pattern == "callback")
    try:
        visit.token = attempt.token
        arguments = flow.fill_arguments(visit, data)
        credentials = None if plan.credentials is None else plan.credentials.fill(visit, data, {"input": visit.input})
        text = visit.text_of(arguments)
        attempt.schedule(_scheduled(visit, plan, text, credentials), data)
        yield None
        attempt.start(plan.base or None)
        call = TaskCall(
            resource=plan.resource,
            arguments=_json.loads(text),  # its own copy: whatever a runner does to it, this execution's data stays
            token=attempt.token,
            execution_arn=run.execution.arn,
            state=visit.step.name,
            attempt=visit.retries,
            credentials=credentials,
            timeout_seconds=attempt.timeout,
        )
        run.call(visit, call, attempt.submitted)
        if attempt.token is None:
            text = _result_text((yield attempt.submitted))
            value = _json.loads(text)
        else:
            value, text = yield from _callback(visit, attempt)
        attempt.succeed(value, text)
    except TaskFailure as failure:
        raise attempt.fail(failure) from failure
    finally:
        attempt.close()
    return flow.leave(visit, value)


def _result_text(value: Any) -> str:
    try:
        return _json.dumps(value)
    except (TypeError, ValueError) as error:
        raise TaskFailure(RUNTIME, f"The task's result is not a JSON value: {error}") from error


def _callback(visit: Visit, attempt: Attempt) -> Answer:
    """Wait for the call, then for the token's answer, which may have come first."""
    base = attempt.plan.base
    try:
        response = yield attempt.submitted
    except TaskFailure:
        if not attempt.answered.done or attempt.answered.error is not None:
            raise
    else:
        text = _result_text(response)
        details = {**base, "output": text, "outputDetails": NOT_TRUNCATED}
        visit.branch.trail.record("TaskSubmitted", details)
    return (yield from _answer(visit, attempt))


def _answer(visit: Visit, attempt: Attempt) -> Answer:
    scheduler = visit.run.scheduler
    scheduler.outside += 1
    try:
        value, text = yield attempt.answered
    finally:
        scheduler.outside -= 1
    return value, text


def _scheduled(visit: Visit, plan: Plan, text: str, credentials: Any) -> dict[str, Any]:
    if plan.base:
        details: dict[str, Any] = {**plan.base, "region": visit.run.region, "parameters": text}
    else:
        details = {"resource": plan.resource.arn, "input": text, "inputDetails": NOT_TRUNCATED}
    if isinstance(credentials, Mapping) and "RoleArn" in credentials:
        details["taskCredentials"] = {"roleArn": credentials["RoleArn"]}
    return details


def _activity_attempt(visit: Visit, plan: Plan) -> Body:
    run, arn = visit.run, plan.resource.arn
    data = plan.flow.enter(visit)
    arguments = plan.flow.fill_arguments(visit, data)
    text = visit.text_of(arguments)
    if not run.activities.exists(arn):
        raise fault(visit, f"The activity {arn} does not exist.")
    attempt = Attempt(visit, plan, token=True)

    def taken(worker: str | None) -> None:
        try:
            attempt.start({} if worker is None else {"workerName": worker})
        except StateFailure as failure:  # the history is full: the branch fails, not the worker
            attempt.answered.fail(failure)

    task = ActivityTask(attempt.token or "", text, taken)
    try:
        attempt.schedule(_scheduled(visit, plan, text, None), data)
        run.activities.schedule(arn, task)
        value, answer = yield from _answer(visit, attempt)
        attempt.succeed(value, answer)
    except TaskFailure as failure:
        raise attempt.fail(failure) from failure
    finally:
        run.activities.withdraw(arn, task)
        attempt.close()
    return plan.flow.leave(visit, value)
