"""Nested executions: a Task that starts another state machine and waits for its end, `.sync` and `.sync:2`.

https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, Final

from sfn_notebook import _json
from sfn_notebook.engine.attempt import Attempt
from sfn_notebook.engine.failures import TASK_FAILED
from sfn_notebook.engine.records import Execution, TaskFailure
from sfn_notebook.engine.strands import Signal

START: Final = "states:startExecution"
_PARSED: Final = ".sync:2"  # gives input and output as JSON, not as JSON text
_INCLUDED: Final = {"Included": True}


def wait_for_child(attempt: Attempt, arn: str) -> Generator[Signal, Any, dict[str, Any]]:
    """Wait for the end of the execution that a task has started; what the task gives.

    A task that is given up takes its child with it.

    Raises:
        TaskFailure: it ended otherwise than with success, or the task's time is over.
    """
    children = attempt.visit.run.children
    child = children.watch(arn, attempt.answered)
    try:
        yield attempt.answered
    finally:
        if child.running:
            children.stop(child)
    told = _described(child, parse=attempt.plan.resource.suffix == _PARSED)
    if child.status != "SUCCEEDED":
        raise TaskFailure(TASK_FAILED, _json.dumps(told))
    return told


def _described(child: Execution, *, parse: bool) -> dict[str, Any]:
    """What DescribeExecution says, in the keys of a task's result."""
    read: Callable[[str], Any] = _json.loads if parse else str
    told: dict[str, Any] = {"ExecutionArn": child.arn, "Input": read(child.input), "InputDetails": _INCLUDED}
    told["Name"] = child.name
    if child.output is not None:
        told.update(Output=read(child.output), OutputDetails=_INCLUDED)
    told.update(
        StartDate=round(child.started * 1000),
        StateMachineArn=child.machine.arn,
        Status=child.status,
        StopDate=round((child.stopped or 0) * 1000),
    )
    told.update({key: text for key, text in (("Error", child.error), ("Cause", child.cause)) if text is not None})
    return told
