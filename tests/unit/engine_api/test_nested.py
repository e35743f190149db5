from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from sfn_notebook.engine.embedded import Embedded

ROLE = "arn:aws:iam::000000000000:role/r"


class Nest:
    """A world with a machine that starts another one."""

    def __init__(self) -> None:
        self.world = Embedded(clock="instant", seed=1)
        self.client = self.world.client("stepfunctions")

    def machine(self, name: str, states: dict[str, Any], **more: Any) -> str:
        definition = json.dumps({"StartAt": next(iter(states)), "States": states, **more})
        made = self.client.create_state_machine(name=name, definition=definition, roleArn=ROLE)
        return str(made["stateMachineArn"])

    def parent(self, child: str, suffix: str, **fields: Any) -> str:
        task = {
            "Type": "Task",
            "Resource": f"arn:aws:states:::states:startExecution{suffix}",
            "Parameters": {"StateMachineArn": child, "Input.$": "$"},
            "End": True,
            **fields,
        }
        return self.machine("parent", {"Start": task})

    def run(self, machine: str, data: Any = None) -> dict[str, Any]:
        arn = self.client.start_execution(stateMachineArn=machine, input=json.dumps(data or {}))["executionArn"]
        execution = self.world._store.executions[arn]
        assert self.world._engine.wait_for_end(execution, 10)
        return dict(self.client.describe_execution(executionArn=arn))

    def types(self, arn: str) -> list[str]:
        return [event["type"] for event in self.client.get_execution_history(executionArn=arn)["events"]]

    def executions(self, machine: str) -> list[dict[str, Any]]:
        return list(self.client.list_executions(stateMachineArn=machine)["executions"])


@pytest.fixture
def nest() -> Iterator[Nest]:
    made = Nest()
    yield made
    made.world.close()


WAIT_THEN_GIVE = {
    "W": {"Type": "Wait", "Seconds": 3600, "Next": "P"},
    "P": {"Type": "Pass", "Parameters": {"got.$": "$.n"}, "End": True},
}


@pytest.mark.parametrize(("suffix", "output"), [(".sync", '{"got":5}'), (".sync:2", {"got": 5})])
def test_a_parent_waits_for_its_child(nest: Nest, suffix: str, output: Any) -> None:
    child = nest.machine("child", WAIT_THEN_GIVE)
    shown = nest.run(nest.parent(child, suffix), {"n": 5})
    told = json.loads(shown["output"])
    assert (told["Status"], told["Output"]) == ("SUCCEEDED", output)
    assert told["Input"] == (json.dumps({"n": 5}, separators=(",", ":")) if suffix == ".sync" else {"n": 5})
    assert told["StopDate"] - told["StartDate"] == 3_600_000
    assert set(told) == {
        "ExecutionArn",
        "Input",
        "InputDetails",
        "Name",
        "Output",
        "OutputDetails",
        "StartDate",
        "StateMachineArn",
        "Status",
        "StopDate",
    }
    assert nest.types(shown["executionArn"]) == [
        "ExecutionStarted",
        "TaskStateEntered",
        "TaskScheduled",
        "TaskStarted",
        "TaskSubmitted",
        "TaskSucceeded",
        "TaskStateExited",
        "ExecutionSucceeded",
    ]


def test_a_parent_that_does_not_wait_goes_on(nest: Nest) -> None:
    child = nest.machine("child", {"P": {"Type": "Pass", "End": True}})
    told = json.loads(nest.run(nest.parent(child, ""))["output"])
    assert {"ExecutionArn", "StartDate"} <= set(told)


def test_a_child_that_fails_fails_the_task(nest: Nest) -> None:
    child = nest.machine("child", {"F": {"Type": "Fail", "Error": "E", "Cause": "c"}})
    shown = nest.run(nest.parent(child, ".sync:2"))
    assert (shown["status"], shown["error"]) == ("FAILED", "States.TaskFailed")
    cause = json.loads(shown["cause"])
    assert (cause["Status"], cause["Error"], cause["Cause"]) == ("FAILED", "E", "c")


def test_a_task_that_times_out_stops_its_child(nest: Nest) -> None:
    child = nest.machine("child", {"W": {"Type": "Wait", "Seconds": 3600, "End": True}})
    shown = nest.run(nest.parent(child, ".sync", TimeoutSeconds=60))
    assert shown["error"] == "States.Timeout"
    assert [one["status"] for one in nest.executions(child)] == ["ABORTED"]


def test_stopping_the_parent_stops_the_child(nest: Nest) -> None:
    activity = nest.client.create_activity(name="never")["activityArn"]
    child = nest.machine("child", {"T": {"Type": "Task", "Resource": activity, "End": True}})
    parent = nest.parent(child, ".sync:2")
    arn = nest.client.start_execution(stateMachineArn=parent)["executionArn"]
    execution = nest.world._store.executions[arn]
    assert nest.world._engine.scheduler.wait(lambda: len(execution.history) >= 5, 10)
    nest.client.stop_execution(executionArn=arn)
    assert [one["status"] for one in nest.executions(child)] == ["ABORTED"]


def test_a_machine_that_is_not_there(nest: Nest) -> None:
    missing = "arn:aws:states:us-east-1:000000000000:stateMachine:none"
    shown = nest.run(nest.parent(missing, ".sync"))
    assert (shown["status"], shown["error"]) == ("FAILED", "StepFunctions.StateMachineDoesNotExistException")
    assert "TaskSubmitted" not in nest.types(shown["executionArn"])


def test_an_express_child_is_run_to_its_answer_and_time_goes_on_for_it(nest: Nest) -> None:
    definition = json.dumps({"StartAt": "W", "States": {**WAIT_THEN_GIVE, "W": {**WAIT_THEN_GIVE["W"], "Seconds": 60}}})
    made = nest.client.create_state_machine(name="child", definition=definition, roleArn=ROLE, type="EXPRESS")
    child = {"StateMachineArn": made["stateMachineArn"], "Input": {"n": 5}}
    resource = "arn:aws:states:::aws-sdk:sfn:startSyncExecution"
    task = {"Type": "Task", "Resource": resource, "Parameters": child, "TimeoutSeconds": 61, "End": True}
    other = {"Type": "Wait", "Seconds": 3600, "End": True}
    both = [{"StartAt": "T", "States": {"T": task}}, {"StartAt": "O", "States": {"O": other}}]
    shown = nest.run(nest.machine("parent", {"Both": {"Type": "Parallel", "Branches": both, "End": True}}))
    told = json.loads(shown["output"])[0]
    assert (told["Status"], told["Output"]) == ("SUCCEEDED", '{"got":5}')
    assert told["BillingDetails"]["BilledDurationInMilliseconds"] == 60_000
    assert (shown["stopDate"] - shown["startDate"]).total_seconds() == 3600


def test_a_child_is_told_who_has_started_it(nest: Nest) -> None:
    child = nest.machine("child", {"P": {"Type": "Pass", "End": True}})
    started_by = "AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID"
    given = {"StateMachineArn": child, "Input": {f"{started_by}.$": "$$.Execution.Id"}}
    shown = nest.run(nest.parent(child, ".sync:2", Parameters=given))
    assert json.loads(shown["output"])["Output"] == {started_by: shown["executionArn"]}


def test_a_parent_that_gives_its_token_to_a_child_waits_for_the_answer(nest: Nest) -> None:
    answer = {
        "Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:sfn:sendTaskSuccess",
        "Parameters": {"TaskToken.$": "$.token", "Output": {"from": "child"}},
        "End": True,
    }
    child = nest.machine("child", {"Answer": answer})
    given = {"StateMachineArn": child, "Input": {"token.$": "$$.Task.Token"}}
    shown = nest.run(nest.parent(child, ".waitForTaskToken", Parameters=given))
    assert json.loads(shown["output"]) == {"from": "child"}
