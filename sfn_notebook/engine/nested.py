"""What a `.sync` task waits for after its call: a job of another service, or the execution it has started.

https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-sync
https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import replace
from typing import Any, Final

from sfn_notebook import _json
from sfn_notebook.engine.attempt import Attempt
from sfn_notebook.engine.failures import TASK_FAILED
from sfn_notebook.engine.records import Execution, TaskCall, TaskFailure
from sfn_notebook.engine.strands import Signal, Steps

START: Final = "states:startExecution"
_PARSED: Final = ".sync:2"  # gives input and output as JSON, not as JSON text
_INCLUDED: Final = {"Included": True}


def wait_for_job(attempt: Attempt, call: TaskCall, response: Any) -> Generator[Signal, Any, tuple[Any, str]]:
    """Wait for the end of what a task has started; what the task gives, as a value and as JSON text.

    Whoever has the task's token can end it early; the job is left alone then. A task that is given up takes its job
    with it.

    Args:
        attempt: The task.
        call: The call that started the job.
        response: What that gave.

    Raises:
        TaskFailure: it ended otherwise than with success, or the task's time is over.
    """
    if call.resource.label == START:
        steps, stop = _child(attempt, response["ExecutionArn"])
    else:
        steps, stop = _job(attempt, replace(call, started=response))

    def ended(value: Any, error: Exception | None) -> None:
        if error is None:
            attempt.answered.succeed((value, _json.dumps(value)))
        else:
            attempt.answered.fail(error)

    watch = attempt.visit.run.scheduler.spawn(steps, ended)
    try:
        value, text = yield attempt.answered
    except TaskFailure as failure:
        if failure.kind == "timed_out":
            stop()
        raise
    except GeneratorExit:
        if not attempt.visit.run.closing:  # a session that ends leaves jobs alone: it may go on another day
            stop()
        raise
    finally:
        watch.cancel()
    return value, text


def _job(attempt: Attempt, call: TaskCall) -> tuple[Steps, Callable[[], object]]:
    """Look at a job until it is over, at the pace its runner wants."""
    run = attempt.visit.run
    begun = run.now()

    def steps() -> Steps:
        while True:
            looked = Signal()
            run.call(replace(call, step="look", waited=run.now() - begun), looked)
            seen = yield looked
            if "output" in seen:
                return seen["output"]
            yield from run.scheduler.sleep(seen["again"])

    return steps(), lambda: run.call(replace(call, step="stop"), Signal())


def _child(attempt: Attempt, arn: str) -> tuple[Steps, Callable[[], object]]:
    """Wait for an execution of this engine."""
    children, ended = attempt.visit.run.children, Signal()
    child = children.watch(arn, ended)

    def steps() -> Steps:
        yield ended
        told = _described(child, parse=attempt.plan.resource.suffix == _PARSED)
        if child.status != "SUCCEEDED":
            raise TaskFailure(TASK_FAILED, _json.dumps(told))
        return told

    return steps(), lambda: children.stop(child) if child.running else None


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
