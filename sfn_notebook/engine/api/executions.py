"""Executions: start, stop, describe, list; Express ones to their end.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
"""

from __future__ import annotations

import math
from typing import Any, Final

from sfn_notebook import _json
from sfn_notebook.engine.api.arns import check_name, parse
from sfn_notebook.engine.api.faults import Fault, invalid, too_long, wrong_type
from sfn_notebook.engine.api.forgetting import forget_old
from sfn_notebook.engine.api.jackson import explain
from sfn_notebook.engine.api.paging import page
from sfn_notebook.engine.api.redrives import redrive_status
from sfn_notebook.engine.api.store import Store, Target
from sfn_notebook.engine.records import Execution
from sfn_notebook.errors import InvalidJson, SessionClosed

Request = dict[str, Any]
INCLUDED: Final = {"included": True}
MEMORY_MB: Final = 64  # what Express executions are billed by
BILLED_MS: Final = 100  # a billed duration is a multiple of it


def start_execution(store: Store, request: Request) -> Request:
    """StartExecution: with the same name and input as one that runs it answers with that one."""
    text = input_text(store, request)
    with store.engine.lock:
        target = store.usable(request["stateMachineArn"])
        execution = _started(store, target, request, text)
        return {"executionArn": execution.arn, "startDate": execution.started}


def input_text(store: Store, request: Request) -> str:
    """The input of a request, an empty object when there is none.

    Raises:
        Fault: InvalidExecutionInput.
    """
    text: str = request.get("input") or "{}"
    limit = store.engine.limits.payload_bytes
    if len(text) > limit:
        raise too_long("input", limit)
    length = _json.size(text)
    if length > limit:
        raise Fault(
            "InvalidExecutionInput",
            f"Invalid State Machine Execution Input: 'The input is {length} bytes of UTF-8, "
            f"and at most {limit} (256 KiB) are allowed; hand on a reference to larger data, such as an S3 key'",
        )
    try:
        _json.loads(text)
    except InvalidJson:
        message = f"Invalid State Machine Execution Input: '{explain(text).text}'"
        raise Fault("InvalidExecutionInput", message) from None
    return text


def _started(store: Store, target: Target, request: Request, text: str) -> Execution:
    name = request.get("name") or store.engine.new_id()
    check_name(name)
    record = target.record
    if record.type == "EXPRESS":
        arn = store.arn("express", record.name, name, store.engine.new_id())
    else:
        arn = store.arn("execution", record.name, name)
        before = store.known(arn)
        if before is not None and before.running and before.input == text:
            return before
        if before is not None:
            raise Fault("ExecutionAlreadyExists", f"Execution Already Exists: '{arn}'")
    store.refuse_more_executions()
    execution = Execution(
        arn=arn,
        name=name,
        machine=record,
        input=text,
        trace_header=request.get("traceHeader"),
        alias_arn=target.alias_arn,
        version_arn=target.version_arn,
        mocks=store.mocks.get((record.name, name)),
    )
    store.engine.start(record, execution)
    store.executions[arn] = execution
    target.entry.executions.append(execution)
    forget_old(store)
    return execution


def start_sync_execution(store: Store, request: Request) -> Request:
    """StartSyncExecution: an Express execution, answered when it has ended."""
    text = input_text(store, request)
    engine = store.engine
    with engine.lock:
        target = store.usable(request["stateMachineArn"])
        if target.record.type != "EXPRESS":
            raise wrong_type()
        execution = _started(store, target, request, text)
    if not engine.wait_for_end(execution):
        raise SessionClosed("this session was closed while StartSyncExecution waited for the execution to end")
    with engine.lock:
        included = request.get("includedData") != "METADATA_ONLY"
        answer = _outcome(execution, included=included)
        milliseconds = (answer["stopDate"] - execution.started) * 1000
        billed = max(BILLED_MS, math.ceil(milliseconds / BILLED_MS) * BILLED_MS)
        answer["billingDetails"] = {"billedMemoryUsedInMB": MEMORY_MB, "billedDurationInMilliseconds": billed}
        return answer


def _outcome(execution: Execution, *, included: bool) -> Request:
    """What every description of an execution says. Under the lock."""
    answer: Request = {
        "executionArn": execution.arn,
        "stateMachineArn": execution.machine.arn,
        "name": execution.name,
        "status": execution.status,
        "startDate": execution.started,
        "stopDate": execution.stopped,
        "error": execution.error,
        "cause": execution.cause,
        "traceHeader": execution.trace_header,
    }
    if included:
        answer.update(input=execution.input, inputDetails=INCLUDED)
        if execution.output is not None:
            answer.update(output=execution.output, outputDetails=INCLUDED)
    return {key: value for key, value in answer.items() if value is not None}


def describe_execution(store: Store, request: Request) -> Request:
    """DescribeExecution, of a Standard execution."""
    with store.engine.lock:
        execution = store.execution(request["executionArn"], express_children=True)
        answer = _outcome(execution, included=request.get("includedData") != "METADATA_ONLY")
        answer.update(_belongings(execution))
        answer.update(redrive_status(store, execution))
        return answer


def _belongings(execution: Execution) -> Request:
    found = {
        "mapRunArn": execution.map_run_arn,
        "stateMachineVersionArn": execution.version_arn,
        "stateMachineAliasArn": execution.alias_arn,
        "redriveCount": execution.redrive_count,
        "redriveDate": execution.redriven,
    }
    return {key: value for key, value in found.items() if value is not None}


def stop_execution(store: Store, request: Request) -> Request:
    """StopExecution: it ends as ABORTED; one that has ended stays as it is."""
    with store.engine.lock:
        execution = store.execution(request["executionArn"])
        store.engine.stop(execution, request.get("error"), request.get("cause"))
        return {"stopDate": execution.stopped if execution.stopped is not None else store.engine.now()}


def list_executions(store: Store, request: Request) -> Request:
    """ListExecutions of a state machine, a version or an alias, the newest first."""
    if request.get("mapRunArn") is not None:
        if request.get("stateMachineArn") is not None:
            raise invalid("Must specify either stateMachineArn or mapRunArn, not both.")
        return _list_children(store, request)
    if request.get("stateMachineArn") is None:
        raise invalid("Must specify a stateMachineArn or a mapRunArn.")
    arn = parse(request["stateMachineArn"], "stateMachine")
    with store.engine.lock:
        entry = store.target(arn.text).entry
        if entry.record.type == "EXPRESS":
            raise wrong_type()

        def wanted(execution: Execution) -> bool:
            asked = not arn.rest or arn.text in (execution.version_arn, execution.alias_arn)
            return asked and not store.expired(execution) and _is_wanted(execution, request)

        found, more = page(entry.executions, request, newest_first=True, keep=wanted)
        return {"executions": [_listed(execution) for execution in found], **more}


def _list_children(store: Store, request: Request) -> Request:
    with store.engine.lock:
        children = list(store.map_run(request["mapRunArn"]).children.values())
        found, more = page(children, request, newest_first=True, keep=lambda child: _is_wanted(child, request))
        return {"executions": [_listed(child) for child in found], **more}


def _is_wanted(execution: Execution, request: Request) -> bool:
    redriven = "NOT_REDRIVEN" if execution.redriven is None else "REDRIVEN"
    asked = {"statusFilter": execution.status, "redriveFilter": redriven}
    return all(request.get(filter, value) == value for filter, value in asked.items())


def _listed(execution: Execution) -> Request:
    answer = {
        "executionArn": execution.arn,
        "stateMachineArn": execution.machine.arn,
        "name": execution.name,
        "status": execution.status,
        "startDate": execution.started,
        **_belongings(execution),
    }
    if execution.item_count is not None:
        answer["itemCount"] = execution.item_count
    if execution.stopped is not None:
        answer["stopDate"] = execution.stopped
    return answer
