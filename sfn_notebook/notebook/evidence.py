"""What the history of an execution tells of the data that a state had."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

from sfn_notebook import asl
from sfn_notebook.history import Run, Visit


class Told(Protocol):
    """The execution that a history is of."""

    arn: str
    session: Any
    definition: asl.Machine | None

    @property
    def run(self) -> Run:
        """The fold of its history."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def machine_name(self) -> str:
        """The state machine's name."""

    @property
    def machine_arn(self) -> str:
        """The state machine's ARN."""


def variables_at(run: Run, visit: Visit) -> dict[str, Any]:
    """The workflow variables that a visit saw: assigned before it, in its scope or one around it."""
    around: set[tuple[tuple[str, int | None], ...]] = {()}
    scope = visit.scope
    while scope.container is not None:
        around.add(scope.path)
        scope = scope.container.scope
    found: dict[str, Any] = {}
    for other in sorted(run.visits, key=lambda one: one.exited_id or 0):
        left = other.exited_id is not None and other.exited_id < visit.entered_id
        if left and other.scope.path in around and other.scope.round in (0, visit.scope.round):
            found.update(other.assigned)
    return found


def result_of(run: Run, visit: Visit) -> Any:
    """What came back to a visit before its ResultSelector and Output; None where nothing did, or nothing tells.

    Of a Map or Parallel it is the outputs of its iterations or branches; a distributed Map's are not in the history.
    """
    if visit.type in ("Map", "Parallel"):
        return _outputs(run, visit)
    last = visit.attempts[-1] if visit.attempts else None
    return last.result if last is not None and last.status == "SUCCEEDED" else None


def _outputs(run: Run, visit: Visit) -> list[Any] | None:
    if visit.exited_id is None or visit.error is not None or visit.map_run_arn is not None:
        return None
    last: dict[int, Visit] = {}
    for other in run.visits:
        if other.scope.container is visit and other.scope.index is not None and other.exited_id is not None:
            kept = last.get(other.scope.index)
            if kept is None or (kept.exited_id or 0) < other.exited_id:
                last[other.scope.index] = other
    return [last[index].output for index in sorted(last)]


def error_of(visit: Visit) -> dict[str, str] | None:
    """The error output of a visit that met an error, as Catch hands it on; None when it met none."""
    if visit.error is None:
        return None
    return {"Error": visit.error, **({} if visit.cause is None else {"Cause": visit.cause})}


def context_of(told: Told, visit: Visit) -> dict[str, Any]:
    """The context object that a visit saw, as far as the history tells: no token, and no value of a Map's item."""
    run = told.run
    context: dict[str, Any] = {
        "Execution": {"Id": told.arn, "Input": run.input, "Name": told.name, "StartTime": _moment(run.started_at)},
        "StateMachine": {"Id": told.machine_arn, "Name": told.machine_name},
        "State": {"Name": visit.state, "EnteredTime": _moment(visit.entered_at)},
    }
    if visit.attempts:
        context["State"]["RetryCount"] = len(visit.attempts) - 1
    if visit.map_index:
        context["Map"] = {"Item": {"Index": visit.map_index[-1]}}
    return context


def _moment(at: float | None) -> str | None:
    if at is None:
        return None
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def seen_by(told: Told, visit: Visit) -> Mapping[str, Any]:
    """What an expression of a visit saw besides its input, by the scratchpad's names; what is unknown is left out."""
    known = {
        "result": result_of(told.run, visit),
        "errorOutput": error_of(visit),
        "variables": variables_at(told.run, visit),
        "context": context_of(told, visit),
    }
    return {name: value for name, value in known.items() if value is not None}
