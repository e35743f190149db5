"""Distributed Maps, their children and redrives in a session that is opened again."""

from __future__ import annotations

import json
from typing import Any

import pytest

ROLE = "arn:aws:iam::000000000000:role/r"
ASK = {
    "Type": "Task",
    "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
    "Parameters": {"FunctionName": "ask", "Payload": {"token.$": "$$.Task.Token", "n.$": "$.n"}},
    "End": True,
}
BOTH = {"Type": "Pass", "Next": "Ask"}


def definition(type: str = "STANDARD", **more: Any) -> str:
    processor = {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": type},
        "StartAt": "Enter",
        "States": {"Enter": BOTH, "Ask": ASK},
    }
    each = {"Type": "Map", "ItemProcessor": processor, "MaxConcurrency": 2, "End": True, **more}
    return json.dumps({"StartAt": "Each", "States": {"Each": each}})


class Sessions:
    """One session after the other, with what the tests ask of it."""

    def __init__(self, opened: Any) -> None:
        self._opened = opened
        self.again()

    def again(self) -> Any:
        self.session = self._opened()
        self.session.function("ask")(lambda event, context: None)
        self.client = self.session.client("stepfunctions")
        return self.client

    def settle(self) -> None:
        scheduler = self.session.world._engine.scheduler
        assert scheduler.wait(lambda: scheduler._quiet, 10)

    def start(self, text: str, items: int) -> str:
        made = self.client.create_state_machine(name="m", definition=text, roleArn=ROLE)
        data = json.dumps([{"n": n} for n in range(items)])
        started = self.client.start_execution(stateMachineArn=made["stateMachineArn"], input=data)
        self.settle()
        return str(started["executionArn"])

    def tokens(self) -> list[str]:
        self.settle()
        return list(self.session.world._engine._tokens._open)

    def all_of(self, arn: str) -> Any:
        (listed,) = self.client.list_map_runs(executionArn=arn)["mapRuns"]
        children = self.client.list_executions(mapRunArn=listed["mapRunArn"])["executions"]
        histories = [
            self.client.get_execution_history(executionArn=child["executionArn"])["events"] for child in children
        ]
        described = self.client.describe_map_run(mapRunArn=listed["mapRunArn"])
        described.pop("ResponseMetadata")
        return listed, children, histories, described, self.history(arn)

    def history(self, arn: str) -> Any:
        return self.client.get_execution_history(executionArn=arn)["events"]


@pytest.fixture
def sessions(opened: Any) -> Sessions:
    return Sessions(opened)


def test_children_that_wait_are_answered_and_those_to_come_are_started(sessions: Sessions) -> None:
    arn = sessions.start(definition(), 4)
    for answered in range(4):
        before = sessions.all_of(arn)
        sessions.again()
        sessions.settle()
        assert sessions.all_of(arn) == before
        sessions.client.send_task_success(taskToken=sessions.tokens()[0], output=str(answered))
        sessions.settle()
    before = sessions.all_of(arn)
    assert before[3]["status"] == "SUCCEEDED"
    assert before[3]["itemCounts"]["succeeded"] == 4
    sessions.again()
    assert sessions.all_of(arn) == before
    assert sessions.client.describe_execution(executionArn=arn)["output"] == "[0,1,2,3]"


def test_an_update_of_a_map_run_is_kept(sessions: Sessions) -> None:
    arn = sessions.start(definition(), 4)
    (listed,) = sessions.client.list_map_runs(executionArn=arn)["mapRuns"]
    sessions.client.update_map_run(mapRunArn=listed["mapRunArn"], maxConcurrency=3)
    sessions.settle()
    before = sessions.all_of(arn)
    assert len(before[1]) == 3
    sessions.again()
    sessions.settle()
    assert sessions.all_of(arn) == before


def test_a_child_that_was_stopped_stays_so(sessions: Sessions) -> None:
    arn = sessions.start(definition(ToleratedFailureCount=4), 3)
    child = sessions.all_of(arn)[1][0]["executionArn"]
    sessions.client.stop_execution(executionArn=child, error="E")
    sessions.settle()
    before = sessions.all_of(arn)
    assert before[3]["itemCounts"]["aborted"] == 1
    sessions.again()
    sessions.settle()
    assert sessions.all_of(arn) == before


@pytest.mark.parametrize("type", ["STANDARD", "EXPRESS"])
def test_a_redrive_goes_on_after_opening_again_at_any_point(sessions: Sessions, type: str) -> None:
    text = definition(type).replace(".waitForTaskToken", "").replace('"token.$": "$$.Task.Token", ', "")
    if type == "STANDARD":
        text = definition(type)
    arn = sessions.start(text, 2)
    if type == "STANDARD":
        sessions.client.send_task_failure(taskToken=sessions.tokens()[0], error="E", cause="c")
        sessions.settle()
        assert sessions.client.describe_execution(executionArn=arn)["status"] == "FAILED"
        before = sessions.all_of(arn)
        sessions.again()
        assert sessions.all_of(arn) == before
        sessions.client.redrive_execution(executionArn=arn)
        sessions.settle()
        again = sessions.history(arn)
        assert again[: len(before[4])] == before[4]
        sessions.again()
        sessions.settle()
        assert sessions.history(arn) == again
        for _ in range(2):
            sessions.client.send_task_success(taskToken=sessions.tokens()[0], output="1")
        sessions.settle()
    assert sessions.client.describe_execution(executionArn=arn)["status"] == "SUCCEEDED"
    before = sessions.history(arn)
    sessions.again()
    assert sessions.history(arn) == before


def test_mocks_are_not_kept_and_their_execution_does_not_call_the_real_thing(opened: Any) -> None:
    session = opened()
    session.function("go")(lambda event, context: pytest.fail("called"))
    go = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "go"}}
    states = {"Wait": {"Type": "Wait", "Seconds": 50, "Next": "Go"}, "Go": {**go, "End": True}}
    ask = {**ASK, "Parameters": {"FunctionName": "ask", "Payload": {"token.$": "$$.Task.Token"}}}
    session.function("ask")(lambda event, context: None)
    waiting = session.state_machine("other", definition={"StartAt": "A", "States": {"A": ask}}).start()
    waiting.callback("A")
    execution = session.state_machine("m", definition={"StartAt": "Wait", "States": states}).start(mocks={"Go": 1})
    sessions_scheduler = session.world._engine.scheduler
    assert sessions_scheduler.wait(lambda: sessions_scheduler._quiet, 10)
    session = opened()
    found = session.attach(execution.arn)
    assert found.status == "FAILED"
    assert "mock" in found.cause
