"""RedriveExecution, and what DescribeExecution says of it.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_RedriveExecution.html
"""

from __future__ import annotations

from typing import Any, Final

from sfn_notebook.engine.api.faults import Fault
from sfn_notebook.engine.api.store import DAY, Store
from sfn_notebook.engine.records import Execution

Request = dict[str, Any]
TOKENS: Final = 10  # client tokens of an execution that are remembered
TOKEN_SECONDS: Final = 900  # and how long


def redrive_execution(store: Store, request: Request) -> Request:
    """RedriveExecution: with a client token that redrove it lately, the answer of then."""
    engine = store.engine
    with engine.lock:
        execution = store.execution(request["executionArn"])
        used = store.redrive_tokens.setdefault(execution.arn, {})
        token, now = request.get("clientToken"), engine.now()
        if token in used and now - used[token] < TOKEN_SECONDS:
            return {"redriveDate": used[token]}
        reason = not_redrivable(store, execution)
        if reason is None and execution.map_run_arn is not None:
            reason = "Execution was started by a Map Run and is redriven with it"
        if reason is not None:
            raise Fault("ExecutionNotRedrivable", reason)
        store.refuse_more_executions()
        engine.redrive(execution)
        if token is not None:
            used.pop(token, None)
            used[token] = now
            while len(used) > TOKENS:
                del used[next(iter(used))]
        return {"redriveDate": execution.redriven}


def not_redrivable(store: Store, execution: Execution) -> str | None:
    """Why an execution cannot be redriven, in AWS's words; None when it can. Under the lock."""
    limits, now = store.engine.limits, store.engine.now()
    if execution.running or execution.status == "SUCCEEDED":
        return f"Execution is {execution.status} and cannot be redriven"
    if execution.machine.status == "DELETING":
        return "State machine is in DELETING status"
    if len(execution.history) >= limits.history_events - 1:
        return "Execution history event limit exceeded"
    if now - execution.started >= limits.standard_seconds:
        return "Execution has exceeded the max execution time"
    if now - (execution.stopped or now) > limits.redrive_days * DAY:
        return "Execution redrivable period exceeded"
    return None


def redrive_status(store: Store, execution: Execution) -> Request:
    """The members of DescribeExecution's answer that tell whether it can be redriven. Under the lock."""
    reason = not_redrivable(store, execution)
    if reason is None:
        return {"redriveStatus": "REDRIVABLE" if execution.map_run_arn is None else "REDRIVABLE_BY_MAP_RUN"}
    return {"redriveStatus": "NOT_REDRIVABLE", "redriveStatusReason": reason}
