"""The event types of the three kinds of task."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from sfn_notebook.engine.records import FailureKind


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
