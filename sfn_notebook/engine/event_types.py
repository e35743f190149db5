"""The types of events, and where each has its details."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_STATES: Final = ("Choice", "Map", "Parallel", "Pass", "Succeed", "Task", "Wait")
_OUTCOMES: Final = {
    "Activity": ("Failed", "ScheduleFailed", "Scheduled", "Started", "Succeeded", "TimedOut"),
    "Execution": ("Aborted", "Failed", "Redriven", "Started", "Succeeded", "TimedOut"),
    "LambdaFunction": ("Failed", "ScheduleFailed", "Scheduled", "StartFailed", "Succeeded", "TimedOut"),
    "MapIteration": ("Aborted", "Failed", "Started", "Succeeded"),
    "MapRun": ("Failed", "Redriven", "Started"),
    "Task": ("Failed", "Scheduled", "StartFailed", "Started", "SubmitFailed", "Submitted", "Succeeded", "TimedOut"),
}
_BARE: Final = (
    "LambdaFunctionStarted",
    "MapRunAborted",
    "MapRunSucceeded",
    "MapStateAborted",
    "MapStateFailed",
    "MapStateSucceeded",
    "ParallelStateAborted",
    "ParallelStateFailed",
    "ParallelStateStarted",
    "ParallelStateSucceeded",
    "TaskStateAborted",
    "WaitStateAborted",
)

EVENT_DETAILS: Final[Mapping[str, str | None]] = {
    **{f"{state}StateEntered": "stateEnteredEventDetails" for state in (*_STATES, "Fail")},
    **{f"{state}StateExited": "stateExitedEventDetails" for state in _STATES},
    **{
        f"{subject}{outcome}": f"{subject[0].lower()}{subject[1:]}{outcome}EventDetails"
        for subject, outcomes in _OUTCOMES.items()
        for outcome in outcomes
    },
    "MapStateStarted": "mapStateStartedEventDetails",
    "EvaluationFailed": "evaluationFailedEventDetails",
    **dict.fromkeys(_BARE),
}
"""Event type -> the member of the API's HistoryEvent that holds its details, or None when it has none."""
