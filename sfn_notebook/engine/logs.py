"""What an execution leaves in CloudWatch Logs: its events as log lines, as the machine's logging says.

Standard and Express executions log alike. Nothing is written while they run: a log is read from their history.
https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from sfn_notebook.engine.records import Event, Execution

DATA: Final = frozenset({"input", "output", "parameters", "assignedVariables"})
"""The members of an event's details that are execution data; each may have `Details` beside it."""

_FATAL: Final = frozenset({"ExecutionAborted", "ExecutionFailed", "ExecutionTimedOut"})
_WRONG: Final = ("Aborted", "Failed", "TimedOut")


def logs_at(level: str, kind: str) -> bool:
    """Whether an event of a type is logged at a level.

    https://docs.aws.amazon.com/step-functions/latest/dg/cloudwatch-log-level.html

    >>> [logs_at(level, "TaskFailed") for level in ("ALL", "ERROR", "FATAL", "OFF")]
    [True, True, False, False]
    """
    if level == "ERROR":
        return kind.endswith(_WRONG) or kind == "FailStateEntered"
    return level == "ALL" or (level == "FATAL" and kind in _FATAL)


def log_of(execution: Execution) -> Iterator[dict[str, Any]]:
    """The log lines of an execution so far, each as the JSON object that CloudWatch Logs holds as text."""
    configuration = execution.machine.settings.get("loggingConfiguration") or {}
    level, data = configuration.get("level", "OFF"), configuration.get("includeExecutionData", False)
    for redrives, event in _with_redrives(execution.history):
        if logs_at(level, event.type):
            details = event.details or {}
            yield {
                "id": str(event.id),
                "type": event.type,
                "details": dict(details) if data else without_data(details),
                "redrive_count": str(redrives),
                "previous_event_id": str(event.previous),
                "event_timestamp": str(round(event.timestamp * 1000)),
                "execution_arn": execution.arn,
            }


def _with_redrives(events: Iterable[Event]) -> Iterator[tuple[int, Event]]:
    redrives = 0
    for event in events:
        redrives += event.type == "ExecutionRedriven"
        yield redrives, event


def without_data(details: Mapping[str, Any]) -> dict[str, Any]:
    """The details of an event without execution data."""
    return {name: value for name, value in details.items() if name.removesuffix("Details") not in DATA}
