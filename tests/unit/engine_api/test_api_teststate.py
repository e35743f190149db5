"""TestState where it really runs: the session's functions and calls, its clocks, its endpoint, and what is left."""

from __future__ import annotations

import json
import threading
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

ROLE = "arn:aws:iam::000000000000:role/test"
BAKE = {
    "Type": "Task",
    "Resource": "arn:aws:states:::lambda:invoke",
    "Parameters": {"FunctionName": "bake", "Payload.$": "$"},
    "OutputPath": "$.Payload",
    "Retry": [{"ErrorEquals": ["ValueError"], "IntervalSeconds": 4}],
    "Next": "Eat",
}


def outcome(client: Any, definition: Any, data: Any = None, **more: Any) -> dict[str, Any]:
    answer = client.test_state(definition=json.dumps(definition), input=json.dumps(data or {}), **more)
    del answer["ResponseMetadata"]
    return answer


@pytest.mark.parametrize("clock", ["instant", "real"])
def test_a_task_without_mock_runs_the_sessions_function(make_bench: Any, clock: str) -> None:
    bench = make_bench(clock=clock)
    bench.world.put_function("bake", lambda event, context: {"baked": event["dough"]})
    answer = outcome(bench.client, BAKE, {"dough": 3}, roleArn=ROLE)
    assert answer == {"status": "SUCCEEDED", "output": '{"baked":3}', "nextState": "Eat"}


def test_a_real_failure_that_would_be_retried_is_told_after_one_try(bench: Any) -> None:
    tries = []

    def bake(event: Any, context: Any) -> None:
        tries.append(event)
        raise ValueError("no yeast")

    bench.world.put_function("bake", bake)
    answer = outcome(bench.client, BAKE, roleArn=ROLE, inspectionLevel="DEBUG")
    assert (answer["status"], answer["error"], len(tries)) == ("RETRIABLE", "ValueError", 1)
    assert answer["inspectionData"]["errorDetails"] == {"retryIndex": 0, "retryBackoffIntervalSeconds": 4}


def test_a_call_of_a_service_is_really_made(bench: Any) -> None:
    machine = bench.machine()
    start = {
        "Type": "Task",
        "Resource": "arn:aws:states:::states:startExecution",
        "Parameters": {"StateMachineArn": machine, "Name": "started"},
        "End": True,
    }
    assert outcome(bench.client, start, roleArn=ROLE)["status"] == "SUCCEEDED"
    listed = bench.client.list_executions(stateMachineArn=machine)["executions"]
    assert [one["name"] for one in listed] == ["started"]


def test_nothing_is_left(bench: Any) -> None:
    bench.world.put_function("bake", lambda event, context: None)
    before = bench.world.now()
    outcome(bench.client, BAKE, roleArn=ROLE)
    outcome(bench.client, {"Type": "Wait", "Seconds": 100, "End": True})
    assert bench.client.list_state_machines()["stateMachines"] == []
    assert bench.world.api.store.executions == {}
    assert bench.world.now() == before
    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith("sfn-")]


def test_the_ids_of_what_comes_after_are_the_same_with_a_test_between(make_bench: Any) -> None:
    def name(*, tested: bool) -> str:
        bench = make_bench(seed=5)
        if tested:
            outcome(bench.client, {"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $uuid() %}", "End": True})
        return str(bench.start(bench.machine()))

    assert name(tested=True) == name(tested=False)


def test_the_context_object_is_that_of_an_express_execution_nobody_started(bench: Any) -> None:
    state = {"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $states.context %}", "End": True}
    context = json.loads(outcome(bench.client, state, {"a": 1})["output"])
    name, machine = context["Execution"]["Name"], context["StateMachine"]["Name"]
    assert context["Execution"].keys() == {"Id", "Input", "Name", "RoleArn", "StartTime"}
    assert context["Execution"]["Id"] == f"arn:aws:states:us-east-1:000000000000:express:{machine}:{name}"
    assert context["Execution"]["RoleArn"] is None
    assert context["StateMachine"]["Id"] == f"arn:aws:states:us-east-1:000000000000:stateMachine:{machine}"
    assert context["State"].keys() == {"Name", "EnteredTime"}


@pytest.mark.parametrize(
    ("more", "role"), [({"roleArn": ROLE}, ROLE), ({}, r"arn:aws:iam::000000000000:role/")], ids=["given", "none"]
)
def test_a_mocked_test_has_a_role_in_its_context(bench: Any, more: Any, role: str) -> None:
    state = {
        "Type": "Task",
        "QueryLanguage": "JSONata",
        "Resource": "arn:aws:states:::sns:publish",
        "Output": "{% $states.context.Execution.RoleArn %}",
        "End": True,
    }
    assert json.loads(outcome(bench.client, state, mock={"result": "{}"}, **more)["output"]).startswith(role)


def test_over_the_endpoint(bench: Any) -> None:
    bench.world.put_function("bake", lambda event, context: "bread")
    client = boto3.client(
        "stepfunctions",
        endpoint_url=bench.world.serve(),
        region_name="us-east-1",
        aws_access_key_id="a",
        aws_secret_access_key="b",
        config=Config(inject_host_prefix=False, proxies={}),
    )
    assert outcome(client, BAKE, roleArn=ROLE)["output"] == '"bread"'
    client.close()


@pytest.mark.parametrize("member", ["context", "variables", "mock", "stateConfiguration"])
def test_what_is_too_long_is_refused(bench: Any, member: str) -> None:
    text = json.dumps("é" * 140_000)
    mock: dict[str, Any] = {"result": "{}"}
    given: dict[str, Any] = {
        "context": {"context": text},
        "variables": {"variables": text},
        "mock": {"mock": {"result": text}},
        "stateConfiguration": {"stateConfiguration": {"mapItemReaderData": text}},
    }[member]
    with pytest.raises(ClientError, match="Member must have length less than or equal to 262144"):
        outcome(bench.client, {**BAKE, "Resource": "arn:aws:states:::sns:publish"}, **{"mock": mock, **given})


def test_tests_at_the_same_time_do_not_meet(bench: Any) -> None:
    bench.world.put_function("bake", lambda event, context: event)
    got: dict[int, Any] = {}

    def test(number: int) -> None:
        got[number] = json.loads(outcome(bench.client, BAKE, {"n": number}, roleArn=ROLE)["output"])

    threads = [threading.Thread(target=test, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert got == {number: {"n": number} for number in range(8)}
