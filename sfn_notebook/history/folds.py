"""What each type of event inside a state says of its visit, as one table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

from sfn_notebook.asl import State
from sfn_notebook.history.data import parsed
from sfn_notebook.history.tokens import token_of
from sfn_notebook.history.visits import Attempt, Pending, Scope, Visit

CALLBACK: Final = ".waitForTaskToken"


class _Run(Protocol):
    """The run, as far as an event may change it."""

    events: list[Mapping[str, Any]]

    @property
    def last_id(self) -> int: ...
    def state_of(self, visit: Visit) -> State | None: ...
    def will_retry(self, visit: Visit) -> bool: ...
    def mark(self, visit: Visit, status: str) -> None: ...
    def place(self, visit: Visit, scope: Scope | None = None) -> None: ...
    def close_inside(self, container: Visit, index: int | None, at: float | None) -> None: ...
    def pending_now(self, pending: Pending) -> None: ...
    def no_longer_pending(self, scheduled_id: int) -> None: ...


DESK: Final = "sfn-notebook-desk"  # the worker's name when a task is taken to be answered by hand

Fold = Callable[[_Run, Mapping[str, Any], Visit, float | None], None]


def fold(run: _Run, kind: str, details: Mapping[str, Any], visit: Visit, at: float | None) -> None:
    """Fold one event that happens inside a state; a type that is not in the table changes nothing."""
    known = FOLDS.get(kind)
    if known is not None:
        known(run, details, visit, at)


# -- tasks


def _scheduled(run: _Run, details: Mapping[str, Any], visit: Visit, at: float | None) -> None:
    attempt = Attempt(run.last_id, at)
    visit.attempts.append(attempt)
    run.mark(visit, "RUNNING")
    resource = str(details.get("resource", ""))
    # emulators that write the whole ARN here write no TaskSubmitted: the task waits at once
    if resource.startswith("arn:aws") and resource.endswith(CALLBACK):
        _wait(run, details, visit)


def _activity_scheduled(run: _Run, details: Mapping[str, Any], visit: Visit, at: float | None) -> None:
    """Somebody has to take it: a worker, or whoever answers by hand."""
    _scheduled(run, details, visit, at)
    attempt = visit.attempts[-1]
    attempt.status = "WAITING"
    run.mark(visit, "WAITING")
    arn = str(details.get("resource", ""))
    run.pending_now(
        Pending(
            state=visit.state,
            token=None,
            scheduled_id=attempt.scheduled_id,
            scheduled_at=attempt.scheduled_at,
            timeout_seconds=details.get("timeoutInSeconds"),
            heartbeat_seconds=details.get("heartbeatInSeconds"),
            resource=":".join(arn.split(":")[-2:]),
            parameters=parsed(details.get("input")),
            map_index=visit.map_index,
            attempt=len(visit.attempts),
            activity=arn,
        )
    )


def _activity_started(run: _Run, details: Mapping[str, Any], visit: Visit, at: float | None) -> None:
    if details.get("workerName") == DESK or not visit.attempts:
        return
    attempt = visit.attempts[-1]
    attempt.status = "RUNNING"
    run.no_longer_pending(attempt.scheduled_id)
    run.mark(visit, "RUNNING")


def _submitted(run: _Run, details: Mapping[str, Any], visit: Visit, at: float | None) -> None:
    if str(details.get("resource", "")).endswith(CALLBACK) and visit.attempts:
        scheduled = run.events[visit.attempts[-1].scheduled_id - 1]
        _wait(run, scheduled.get("taskScheduledEventDetails") or {}, visit)


def _wait(run: _Run, details: Mapping[str, Any], visit: Visit) -> None:
    parameters = parsed(details.get("parameters"))
    attempt = visit.attempts[-1]
    attempt.status = "WAITING"
    run.mark(visit, "WAITING")
    resource = str(details.get("resource", "")).split(":")[-1].removesuffix(CALLBACK)
    run.pending_now(
        Pending(
            state=visit.state,
            token=token_of(parameters, run.state_of(visit)),
            scheduled_id=attempt.scheduled_id,
            scheduled_at=attempt.scheduled_at,
            timeout_seconds=details.get("timeoutInSeconds"),
            heartbeat_seconds=details.get("heartbeatInSeconds"),
            resource=f"{details.get('resourceType', '')}:{resource}",
            parameters=parameters,
            map_index=visit.map_index,
            attempt=len(visit.attempts),
        )
    )


def _done(run: _Run, details: Mapping[str, Any], visit: Visit, at: float | None) -> None:
    _end_attempt(run, visit, "SUCCEEDED", at).raw_result = details.get("output")
    run.mark(visit, "RUNNING")


def _failed(status: str) -> Fold:
    def end(run: _Run, details: Mapping[str, Any], visit: Visit, at: float | None) -> None:
        if not visit.attempts:  # it could not even be scheduled
            visit.attempts.append(Attempt(run.last_id, at))
        attempt = _end_attempt(run, visit, status, at)
        attempt.error, attempt.cause = details.get("error"), details.get("cause")
        visit.error, visit.cause = attempt.error, attempt.cause
        run.mark(visit, "RETRYING" if run.will_retry(visit) else status)

    return end


def _end_attempt(run: _Run, visit: Visit, status: str, at: float | None) -> Attempt:
    if not visit.attempts:
        visit.attempts.append(Attempt(run.last_id, at))
    attempt = visit.attempts[-1]
    attempt.status, attempt.ended_at = status, at
    run.no_longer_pending(attempt.scheduled_id)
    return attempt


def _evaluation_failed(run: _Run, details: Mapping[str, Any], visit: Visit, at: float | None) -> None:
    visit.error, visit.cause = details.get("error"), details.get("cause")
    run.mark(visit, "RETRYING" if run.will_retry(visit) else "FAILED")


# -- Map and Parallel


def _map_started(run: _Run, details: Mapping[str, Any], visit: Visit, at: float | None) -> None:
    container = _around(visit, "Map")
    if container is not None:
        container.length = details.get("length", container.length)
        container.started_id = run.last_id
        run.mark(container, "RUNNING")  # again, when it is retried
        run.place(container)


def _parallel_started(run: _Run, details: Mapping[str, Any], visit: Visit, at: float | None) -> None:
    container = _around(visit, "Parallel")
    if container is not None:
        container.started_id = run.last_id
        run.mark(container, "RUNNING")
        run.place(container, Scope.of(container))


def _map_run_started(run: _Run, details: Mapping[str, Any], visit: Visit, at: float | None) -> None:
    container = _around(visit, "Map")
    if container is not None:
        container.map_run_arn = details.get("mapRunArn")


def _iteration_started(run: _Run, details: Mapping[str, Any], visit: Visit, at: float | None) -> None:
    container, index = _named(visit, details), int(details.get("index", 0))
    if container is not None:
        run.place(container, Scope.of(container, index))


def _iteration_ended(run: _Run, details: Mapping[str, Any], visit: Visit, at: float | None) -> None:
    container = _named(visit, details)
    if container is not None:
        run.close_inside(container, int(details.get("index", 0)), at)
        run.place(container)


def _container_failed(kind: str) -> Fold:
    def fail(run: _Run, details: Mapping[str, Any], visit: Visit, at: float | None) -> None:
        container = _around(visit, kind)
        if container is None:
            return
        container.error = details.get("error") or container.error or visit.error
        container.cause = details.get("cause") or container.cause or visit.cause
        run.close_inside(container, None, at)
        run.mark(container, "RETRYING" if run.will_retry(container) else "FAILED")
        run.place(container)

    return fail


def _container_succeeded(kind: str) -> Fold:
    def succeed(run: _Run, details: Mapping[str, Any], visit: Visit, at: float | None) -> None:
        container = _around(visit, kind)
        if container is not None:
            run.close_inside(container, None, at)
            run.place(container)

    return succeed


def _around(visit: Visit | None, kind: str) -> Visit | None:
    """The nearest Map or Parallel, this one or around, that has not failed or been left already."""
    while visit is not None and (visit.type != kind or visit.exited_id is not None or visit.status == "FAILED"):
        visit = visit.scope.container
    return visit


def _named(visit: Visit | None, details: Mapping[str, Any]) -> Visit | None:
    while visit is not None and (
        visit.type != "Map" or visit.state != details.get("name") or visit.exited_id is not None
    ):
        visit = visit.scope.container
    return visit


FOLDS: Final[Mapping[str, Fold]] = {
    **dict.fromkeys(("TaskScheduled", "LambdaFunctionScheduled"), _scheduled),
    "ActivityScheduled": _activity_scheduled,
    "ActivityStarted": _activity_started,
    "TaskSubmitted": _submitted,
    **dict.fromkeys(("TaskSucceeded", "ActivitySucceeded", "LambdaFunctionSucceeded"), _done),
    **dict.fromkeys(
        (
            "TaskFailed",
            "TaskStartFailed",
            "TaskSubmitFailed",
            "ActivityFailed",
            "ActivityScheduleFailed",
            "LambdaFunctionFailed",
            "LambdaFunctionScheduleFailed",
            "LambdaFunctionStartFailed",
        ),
        _failed("FAILED"),
    ),
    **dict.fromkeys(("TaskTimedOut", "ActivityTimedOut", "LambdaFunctionTimedOut"), _failed("TIMED_OUT")),
    "EvaluationFailed": _evaluation_failed,
    "MapStateStarted": _map_started,
    "ParallelStateStarted": _parallel_started,
    "MapRunStarted": _map_run_started,
    "MapIterationStarted": _iteration_started,
    **dict.fromkeys(("MapIterationSucceeded", "MapIterationFailed", "MapIterationAborted"), _iteration_ended),
    "MapStateSucceeded": _container_succeeded("Map"),
    "ParallelStateSucceeded": _container_succeeded("Parallel"),
    **dict.fromkeys(("MapStateFailed", "MapStateAborted", "MapRunFailed", "MapRunAborted"), _container_failed("Map")),
    **dict.fromkeys(("ParallelStateFailed", "ParallelStateAborted"), _container_failed("Parallel")),
}
"""Type of event -> its fold. `visit` is that of the event it follows."""
