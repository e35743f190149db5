"""RedriveExecution: who may be redriven, what is told of it, and how often one request counts."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from sfn_notebook.engine import Limits

DAY = 86_400
FAIL = {
    "StartAt": "Try",
    "States": {
        "Try": {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke",
            "Parameters": {"FunctionName": "try"},
            "End": True,
        }
    },
}


def failing(bench):
    """A failed execution, and the list to which something is added to make it succeed."""
    well = []

    def handler(event, context):
        if not well:
            raise ValueError("not yet")
        return "done"

    bench.world.put_function("try", handler)
    execution = bench.start(bench.machine(FAIL))
    assert bench.end(execution)["status"] == "FAILED"
    return execution, well


def refusal(call, **request):
    with pytest.raises(ClientError) as caught:
        call(**request)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def test_it_goes_on_and_tells(bench):
    execution, well = failing(bench)
    before = bench.client.describe_execution(executionArn=execution)
    assert (before["redriveStatus"], before["redriveCount"], "redriveDate" in before) == ("REDRIVABLE", 0, False)
    well.append(1)
    date = bench.client.redrive_execution(executionArn=execution)["redriveDate"]
    after = bench.end(execution)
    assert after["status"] == "SUCCEEDED"
    assert (after["redriveCount"], after["redriveDate"], after["startDate"]) == (1, date, before["startDate"])
    assert "error" not in after
    assert (after["redriveStatus"], after["redriveStatusReason"]) == (
        "NOT_REDRIVABLE",
        "Execution is SUCCEEDED and cannot be redriven",
    )
    assert bench.events(execution, reverseOrder=True)[-1]["type"] == "ExecutionStarted"


def test_what_ended_well_or_runs_is_refused(bench):
    done = bench.run({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}, name="done")["executionArn"]
    running, _ = bench.token()
    for arn, status in ((done, "SUCCEEDED"), (running, "RUNNING")):
        assert refusal(bench.client.redrive_execution, executionArn=arn) == (
            "ExecutionNotRedrivable",
            f"Execution is {status} and cannot be redriven",
        )


def test_the_period_is_fourteen_days(bench):
    execution, _ = failing(bench)
    bench.world.advance(14 * DAY - 1)
    assert bench.client.describe_execution(executionArn=execution)["redriveStatus"] == "REDRIVABLE"
    bench.world.advance(2)
    told = bench.client.describe_execution(executionArn=execution)
    assert told["redriveStatusReason"] == "Execution redrivable period exceeded"
    assert refusal(bench.client.redrive_execution, executionArn=execution)[0] == "ExecutionNotRedrivable"


def test_a_full_history_cannot_go_on(make_bench):
    bench = make_bench(limits=Limits(history_events=6))
    execution, _ = failing(bench)
    assert refusal(bench.client.redrive_execution, executionArn=execution) == (
        "ExecutionNotRedrivable",
        "Execution history event limit exceeded",
    )


def test_a_deleted_machine_has_no_redrives(bench):
    execution, _ = failing(bench)
    machine = bench.client.describe_execution(executionArn=execution)["stateMachineArn"]
    bench.client.delete_state_machine(stateMachineArn=machine)
    assert refusal(bench.client.redrive_execution, executionArn=execution) == (
        "ExecutionNotRedrivable",
        "State machine is in DELETING status",
    )


def test_a_client_token_counts_once_for_a_quarter_of_an_hour(bench):
    execution, _ = failing(bench)
    asked = {"executionArn": execution, "clientToken": "t"}
    first = bench.client.redrive_execution(**asked)
    bench.end(execution)
    assert bench.client.redrive_execution(**asked)["redriveDate"] == first["redriveDate"]
    assert bench.client.describe_execution(executionArn=execution)["redriveCount"] == 1
    bench.world.advance(901)
    assert bench.client.redrive_execution(**asked)["redriveDate"] > first["redriveDate"]
    assert bench.end(execution)["redriveCount"] == 2


def test_other_executions_are_refused_by_their_arn(bench):
    prefix = "arn:aws:states:us-east-1:000000000000:"
    assert refusal(bench.client.redrive_execution, executionArn=prefix + "execution:m:e")[0] == "ExecutionDoesNotExist"
    assert refusal(bench.client.redrive_execution, executionArn=prefix + "express:m:e:f")[0] == "InvalidArn"


def test_lists_tell_redriven_ones_apart(bench):
    execution, well = failing(bench)
    machine = bench.client.describe_execution(executionArn=execution)["stateMachineArn"]
    other = bench.start(machine)
    bench.end(other)
    well.append(1)
    bench.client.redrive_execution(executionArn=execution)
    bench.end(execution)
    found = {
        wanted: [
            one["executionArn"]
            for one in bench.client.list_executions(stateMachineArn=machine, redriveFilter=wanted)["executions"]
        ]
        for wanted in ("REDRIVEN", "NOT_REDRIVEN")
    }
    assert found == {"REDRIVEN": [execution], "NOT_REDRIVEN": [other]}
