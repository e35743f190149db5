"""Task states: runner calls, task tokens and activities."""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping
from typing import Any, Final

from sfn_notebook import _json
from sfn_notebook.asl import JSONATA, State
from sfn_notebook.engine.activities import ActivityTask
from sfn_notebook.engine.attempt import Attempt, Plan, Seconds
from sfn_notebook.engine.basic import LONGEST_SECONDS, RunWaiting
from sfn_notebook.engine.dataflow import compile_path, compile_query, compile_template, strip
from sfn_notebook.engine.failures import RUNTIME, StateFailure, shown
from sfn_notebook.engine.families import FAMILIES
from sfn_notebook.engine.faults import evaluation_failed, fault
from sfn_notebook.engine.flow import Body, Flow
from sfn_notebook.engine.nested import wait_for_job
from sfn_notebook.engine.recorder import NOT_TRUNCATED
from sfn_notebook.engine.records import TaskCall, TaskFailure
from sfn_notebook.engine.retry import compile_rescue, rescued
from sfn_notebook.engine.strands import Signal
from sfn_notebook.engine.visit import Visit
from sfn_notebook.errors import InvalidArgument
from sfn_notebook.integrations import Resource, parse_resource

_DIGITS: Final = re.compile(r"[0-9]{1,9}")
Answer = Generator[Signal, Any, tuple[Any, str]]  # its end: a value and its JSON text


def compile_task(state: State) -> RunWaiting:
    """A Task state."""
    try:
        resource = parse_resource(state.resource)
    except InvalidArgument:
        return _unusable(state)
    plan, rescue = _plan(state, resource), compile_rescue(state)
    attempt = _activity_attempt if resource.kind == "activity" else _call_attempt
    return lambda visit: rescued(
        visit, rescue, lambda again: (_call_attempt if _mocked(again) else attempt)(again, plan)
    )


def _mocked(visit: Visit) -> bool:
    mocks = visit.run.execution.mocks
    return mocks is not None and mocks.covers(visit.step.name)


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
            value: Any = read(visit, data)
            if isinstance(value, str) and _DIGITS.fullmatch(value):
                value = int(value)  # as recorded of MaxConcurrencyPath: a text that is a whole number is taken for it
            if not _is_time(value):
                text = value if isinstance(value, str) else shown(value)
                sentence = f'The {field}Path field refers to value "{text}" which is not a valid integer: {path}'
                raise fault(visit, sentence)
            return float(value)

        return from_path
    if state.query_language == JSONATA:
        return _seconds_from_query(literal, field)
    return lambda visit, data: literal


def _seconds_from_query(text: Any, field: str) -> Seconds:
    template = compile_query(text, field, "number")

    def from_query(visit: Visit, data: Any) -> float:
        value: float = template.fill(visit, data, {"input": visit.input})
        if not template.static and not _is_time(value):
            sentence = (
                f"The JSONata expression '{strip(text)}' specified for the field '{field}' returned a value that is"
                f" not a whole number from 1 to {LONGEST_SECONDS}: {shown(value)}"
            )
            raise evaluation_failed(visit, sentence, field)
        return value

    return from_query


def _is_time(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= LONGEST_SECONDS


def _call_attempt(visit: Visit, plan: Plan) -> Body:
    run, flow = visit.run, plan.flow
    data = flow.enter(visit)
    activity = plan.resource.kind == "activity"  # one that is mocked; the others are not called
    # a job may be ended early by whoever has its token
    attempt = Attempt(visit, plan, token=activity or plan.resource.pattern != "response")
    try:
        visit.token = attempt.token
        arguments = flow.fill_arguments(visit, data)
        credentials = None if plan.credentials is None else plan.credentials.fill(visit, data, {"input": visit.input})
        text = visit.text_of(arguments)
        attempt.schedule(_scheduled(visit, plan, text, credentials), data)
        yield None
        attempt.start({} if activity else plan.base or None)
        call = TaskCall(
            resource=plan.resource,
            arguments=_json.loads(text),  # its own copy: whatever a runner does to it, this execution's data stays
            token=attempt.token,
            execution_arn=run.execution.arn,
            state=visit.step.name,
            attempt=visit.retries,
            credentials=credentials,
            timeout_seconds=attempt.timeout,
            inspection=None if run.probe is None else run.probe.inspection,
            map_index=None if visit.branch.item is None else visit.branch.item.get("Index"),
        )
        if not run.call(call, attempt.submitted):
            raise fault(visit, f"Nothing in this session runs the resource {call.resource.arn}.")
        if _mocked(visit):
            value, text = yield from _told(attempt)
        elif plan.resource.pattern == "job":
            value, text = yield from _job(attempt, call)
        elif attempt.token is None:
            text = _result_text((yield attempt.submitted))
            value = _json.loads(text)
        else:
            value, text = yield from _callback(visit, attempt)
        attempt.succeed(value, text)
    except TaskFailure as failure:
        raise attempt.fail(failure) from failure
    finally:
        attempt.close()
    if run.probe is not None:
        run.probe.seen["result"] = value
    return flow.leave(visit, value)


def _result_text(value: Any) -> str:
    try:
        return _json.dumps(value)
    except (TypeError, ValueError) as error:
        raise TaskFailure(RUNTIME, f"The task's result is not a JSON value: {error}") from error


def _told(attempt: Attempt) -> Answer:
    """Wait for what a mock says; the events are those of the real thing."""
    waits = attempt.plan.resource.pattern != "response"
    try:
        value = yield attempt.submitted
    except TaskFailure as failure:
        if waits and not _refused_at_once(failure.error):
            _submitted(attempt, {})
        raise
    text = _result_text(value)
    if waits:
        _submitted(attempt, {})
    return _json.loads(text), text


def _refused_at_once(error: str | None) -> bool:
    """Whether a mock's error is one with which a service refuses a call, and not how a job or a callback ends.

    Errors of services are named as `Glue.EntityNotFoundException` is.
    """
    return error == RUNTIME or (error is not None and "." in error and not error.startswith("States."))


def _job(attempt: Attempt, call: TaskCall) -> Answer:
    """Wait for the call that starts the job, then for the job."""
    response = yield attempt.submitted
    _submitted(attempt, response)
    return (yield from wait_for_job(attempt, call, response))


def _submitted(attempt: Attempt, response: Any) -> None:
    details = {**attempt.plan.base, "output": _result_text(response), "outputDetails": NOT_TRUNCATED}
    attempt.visit.branch.trail.record("TaskSubmitted", details)


def _callback(visit: Visit, attempt: Attempt) -> Answer:
    """Wait for the call, then for the token's answer, which may have come first."""
    try:
        response = yield attempt.submitted
    except TaskFailure:
        if not attempt.answered.done or attempt.answered.error is not None:
            raise
    else:
        _submitted(attempt, response)
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
