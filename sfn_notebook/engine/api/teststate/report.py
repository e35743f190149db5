"""What TestState answers: the outcome, and at each inspection level what was seen on the way to it."""

from __future__ import annotations

from typing import Any, Final

from sfn_notebook import _json
from sfn_notebook.engine.failures import TIMEOUT
from sfn_notebook.engine.probe import Probe
from sfn_notebook.engine.records import Execution

Request = dict[str, Any]
NUMBERS: Final = frozenset({"maxConcurrency", "toleratedFailureCount", "toleratedFailurePercentage"})
"""What was seen and is no JSON text in the answer."""


def report(execution: Execution, probe: Probe, level: str) -> Request:
    """The answer.

    Args:
        execution: The execution, which has ended.
        probe: What has watched it.
        level: INFO, DEBUG or TRACE.
    """
    answer = _outcome(execution, probe)
    if level != "INFO":
        answer["inspectionData"] = _inspection(execution, probe)
    return {name: value for name, value in answer.items() if value is not None}


def _outcome(execution: Execution, probe: Probe) -> Request:
    if execution.status == "SUCCEEDED":
        answer: Request = {"status": "SUCCEEDED", "output": execution.output, "nextState": probe.next}
        if probe.caught is not None:
            failure = probe.caught[1]
            answer.update(status="CAUGHT_ERROR", error=failure.error, cause=failure.cause)
        return answer
    if execution.status == "TIMED_OUT":
        return {"status": "FAILED", "error": TIMEOUT}
    status = "FAILED" if probe.retry is None else "RETRIABLE"
    return {"status": status, "error": execution.error, "cause": execution.cause}


def _inspection(execution: Execution, probe: Probe) -> Request:
    made: Request = {"input": execution.input}
    made.update({name: value if name in NUMBERS else _json.dumps(value) for name, value in probe.seen.items()})
    if probe.variables:
        made["variables"] = _json.dumps(probe.variables)
    if (details := _error_details(probe)) is not None:
        made["errorDetails"] = details
    told = probe.inspection
    if told is not None and told.request is not None:
        made["request"] = dict(told.request)
    if told is not None and told.response is not None:
        made["response"] = dict(told.response)
    return made


def _error_details(probe: Probe) -> Request | None:
    if probe.retry is not None:
        index, seconds = probe.retry
        return {"retryIndex": index, "retryBackoffIntervalSeconds": int(seconds)}
    return None if probe.caught is None else {"catchIndex": probe.caught[0]}
