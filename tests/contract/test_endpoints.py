"""One suite of boto3 calls over several Step Functions: what all of them should agree on.

Where another endpoint is known to answer otherwise, `KNOWN` says how; the day it agrees, the test says so too.
"""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from sfn_notebook.engine.embedded import Embedded

pytestmark = pytest.mark.contract

ROLE = "arn:aws:iam::000000000000:role/contract"
KEYS = {"region_name": "us-east-1", "aws_access_key_id": "test", "aws_secret_access_key": "test"}
PATIENCE = 30.0  # seconds an execution may take
KNOWN: dict[tuple[str, str], str] = {
    ("moto", "test_bad_definition"): "its error has no code",
    ("moto", "test_versions"): "it has no versions",
    ("moto", "test_jsonata"): "it cannot run JSONata",
    ("moto", "test_choice"): "a Pass state's text result loses its quotes",
    ("moto", "test_parallel_and_map"): "its JSON has spaces",
    ("moto", "test_stop"): "it forgets the error and the cause of a stop",
    ("moto", "test_bad_input"): "its error has no code",
    ("moto", "test_executions_listed_in_pages"): "two starts without a name are one execution to it",
    ("moto", "test_history_in_pages"): "it knows no reverse order",
    ("moto", "test_express"): "it has no StartSyncExecution when it runs machines itself",
    ("moto", "test_callback_success"): "it refuses the heartbeat of a task without HeartbeatSeconds",
    ("moto", "test_callback_failure"): "it forgets the cause",
    ("moto", "test_activity"): "it has no GetActivityTask",
    ("moto", "test_a_state_by_itself"): "it has no TestState",
    ("moto", "test_a_mocked_state_of_a_machine"): "it has no TestState",
    ("ministack", "test_a_state_by_itself"): "it shows no stage but the input",
    ("ministack", "test_bad_definition"): "it takes any text for a definition",
    ("ministack", "test_bad_name"): "it takes any name",
    ("ministack", "test_versions"): "a version runs what the machine is now",
    ("ministack", "test_pass"): "its events have no previousEventId",
    ("ministack", "test_parallel_and_map"): "its JSON has spaces",
    ("ministack", "test_same_start_twice_is_one_execution"): "it refuses the same start with the same name and input",
    ("ministack", "test_bad_input"): "it takes any text for an input",
    ("ministack", "test_callback_success"): "its history leaves out TaskStarted and TaskSubmitted",
}
"""(endpoint, test) -> how it differs."""
_names = itertools.count()


class Endpoint:
    """A Step Functions endpoint and what these tests do with it."""

    def __init__(self, name: str, client: Callable[[str], Any]) -> None:
        self.name = name
        self.make = client
        self.client = client("stepfunctions")

    def machine(self, definition: dict[str, Any], **more: Any) -> str:
        name = f"contract-{next(_names)}"
        text = json.dumps(definition)
        return self.client.create_state_machine(name=name, definition=text, roleArn=ROLE, **more)["stateMachineArn"]

    def end(self, execution: str) -> dict[str, Any]:
        limit = time.monotonic() + PATIENCE
        while (shown := self.client.describe_execution(executionArn=execution))["status"] == "RUNNING":
            assert time.monotonic() < limit, "it did not end"
            time.sleep(0.02)
        return shown

    def run(self, definition: dict[str, Any], input: Any = None) -> dict[str, Any]:
        machine = self.machine(definition)
        started = self.client.start_execution(stateMachineArn=machine, input=json.dumps(input or {}))
        return self.end(started["executionArn"])

    def events(self, execution: str) -> list[dict[str, Any]]:
        pages = self.client.get_paginator("get_execution_history").paginate(executionArn=execution)
        return [event for page in pages for event in page["events"]]


@pytest.fixture(scope="module", params=["embedded", "moto", "ministack"])
def each(request: pytest.FixtureRequest) -> Iterator[Endpoint]:
    """Each endpoint in its turn."""
    if request.param == "embedded":
        world = Embedded()
        yield Endpoint("embedded", world.client)
        world.close()
        return
    url = request.getfixturevalue(f"{request.param}_url")
    config = Config(inject_host_prefix=False, retries={"total_max_attempts": 1})
    clients: list[Any] = []

    def client(service: str) -> Any:
        clients.append(boto3.client(service, endpoint_url=url, config=config, **KEYS))
        return clients[-1]

    yield Endpoint(request.param, client)
    for one in clients:
        one.close()


@pytest.fixture
def endpoint(each: Endpoint, request: pytest.FixtureRequest) -> Endpoint:
    """The endpoint; a known difference of it is expected."""
    test = request.node.originalname
    if (reason := KNOWN.get((each.name, test))) is not None:
        request.node.add_marker(pytest.mark.xfail(reason=f"{each.name}: {reason}", strict=True))
    return each


def chain(*states: dict[str, Any], names: str = "ABCDEFG", **more: Any) -> dict[str, Any]:
    """States in a row, named A, B, C …"""
    names = names[: len(states)]
    made = {
        name: {**state, **({} if state["Type"] in ("Choice", "Fail", "Succeed") else follow)}
        for name, state, follow in zip(
            names, states, [*({"Next": name} for name in names[1:]), {"End": True}], strict=True
        )
    }
    return {"StartAt": names[0], "States": made, **more}


# -- state machines


def test_create_describe_list_delete(endpoint):
    definition = chain({"Type": "Pass"})
    arn = endpoint.machine(definition)
    shown = endpoint.client.describe_state_machine(stateMachineArn=arn)
    assert (shown["stateMachineArn"], shown["type"], shown["status"]) == (arn, "STANDARD", "ACTIVE")
    assert json.loads(shown["definition"]) == definition
    assert shown["roleArn"] == ROLE
    pages = endpoint.client.get_paginator("list_state_machines").paginate()
    assert arn in [one["stateMachineArn"] for page in pages for one in page["stateMachines"]]
    endpoint.client.delete_state_machine(stateMachineArn=arn)
    with pytest.raises(endpoint.client.exceptions.StateMachineDoesNotExist):
        endpoint.client.describe_state_machine(stateMachineArn=arn)


def test_creating_again_is_the_same(endpoint):
    request = {"name": "contract-again", "definition": json.dumps(chain({"Type": "Pass"})), "roleArn": ROLE}
    first = endpoint.client.create_state_machine(**request)
    again = endpoint.client.create_state_machine(**request)
    assert first["stateMachineArn"] == again["stateMachineArn"]
    assert first["creationDate"] == again["creationDate"]


def test_update(endpoint):
    arn = endpoint.machine(chain({"Type": "Pass", "Result": 1}))
    endpoint.client.update_state_machine(
        stateMachineArn=arn, definition=json.dumps(chain({"Type": "Pass", "Result": 2}))
    )
    execution = endpoint.client.start_execution(stateMachineArn=arn)["executionArn"]
    assert endpoint.end(execution)["output"] == "2"


def test_tags(endpoint):
    arn = endpoint.machine(chain({"Type": "Pass"}), tags=[{"key": "a", "value": "1"}])
    endpoint.client.tag_resource(resourceArn=arn, tags=[{"key": "b", "value": "2"}])
    endpoint.client.untag_resource(resourceArn=arn, tagKeys=["a"])
    assert endpoint.client.list_tags_for_resource(resourceArn=arn)["tags"] == [{"key": "b", "value": "2"}]


def test_bad_definition(endpoint):
    with pytest.raises(endpoint.client.exceptions.InvalidDefinition):
        endpoint.client.create_state_machine(name="contract-bad", definition="not a definition", roleArn=ROLE)


def test_bad_name(endpoint):
    definition = json.dumps(chain({"Type": "Pass"}))
    with pytest.raises(endpoint.client.exceptions.InvalidName):
        endpoint.client.create_state_machine(name="a b", definition=definition, roleArn=ROLE)


def test_versions(endpoint):
    arn = endpoint.machine(chain({"Type": "Pass", "Result": 1}))
    version = endpoint.client.publish_state_machine_version(stateMachineArn=arn)["stateMachineVersionArn"]
    assert version == f"{arn}:1"
    endpoint.client.update_state_machine(
        stateMachineArn=arn, definition=json.dumps(chain({"Type": "Pass", "Result": 2}))
    )
    execution = endpoint.client.start_execution(stateMachineArn=version)["executionArn"]
    assert endpoint.end(execution)["output"] == "1"


# -- executions


def test_pass(endpoint):
    shown = endpoint.run(chain({"Type": "Pass", "Result": {"b": 2}, "ResultPath": "$.r"}), {"a": 1})
    assert (shown["status"], json.loads(shown["output"])) == ("SUCCEEDED", {"a": 1, "r": {"b": 2}})
    assert json.loads(shown["input"]) == {"a": 1}
    assert shown["startDate"] <= shown["stopDate"]
    events = endpoint.events(shown["executionArn"])
    assert [(event["id"], event["type"]) for event in events] == [
        (1, "ExecutionStarted"),
        (2, "PassStateEntered"),
        (3, "PassStateExited"),
        (4, "ExecutionSucceeded"),
    ]
    assert [event["previousEventId"] for event in events] == [0, 0, 2, 3]


def test_jsonata(endpoint):
    state = {"Type": "Pass", "Output": {"sum": "{% $sum($states.input.items.price) %}"}, "Assign": {"n": "{% 1 %}"}}
    last = {"Type": "Pass", "Output": "{% $states.input.sum + $n %}"}
    shown = endpoint.run(chain(state, last, QueryLanguage="JSONata"), {"items": [{"price": 1}, {"price": 2}]})
    assert (shown["status"], shown.get("output")) == ("SUCCEEDED", "4")


def test_choice(endpoint):
    definition = {
        "StartAt": "Big?",
        "States": {
            "Big?": {
                "Type": "Choice",
                "Choices": [{"Variable": "$.n", "NumericGreaterThan": 100, "Next": "Big"}],
                "Default": "Small",
            },
            "Big": {"Type": "Pass", "Result": "big", "End": True},
            "Small": {"Type": "Pass", "Result": "small", "End": True},
        },
    }
    assert [endpoint.run(definition, {"n": n})["output"] for n in (5, 500)] == ['"small"', '"big"']


def test_fail(endpoint):
    shown = endpoint.run(chain({"Type": "Fail", "Error": "E", "Cause": "c"}))
    assert (shown["status"], shown["error"], shown["cause"]) == ("FAILED", "E", "c")
    last = endpoint.events(shown["executionArn"])[-1]
    assert (last["type"], last["executionFailedEventDetails"]) == ("ExecutionFailed", {"error": "E", "cause": "c"})


def test_wait(endpoint):
    shown = endpoint.run(chain({"Type": "Wait", "Seconds": 1}))
    assert shown["status"] == "SUCCEEDED"
    assert (shown["stopDate"] - shown["startDate"]).total_seconds() >= 1


def test_parallel_and_map(endpoint):
    branches = [chain({"Type": "Pass", "Result": number}, names=f"{number}") for number in (1, 2)]
    assert endpoint.run(chain({"Type": "Parallel", "Branches": branches}))["output"] == "[1,2]"
    processor = chain({"Type": "Pass", "Parameters": {"n.$": "States.MathAdd($.n, 1)"}}, names="X")
    shown = endpoint.run(
        chain({"Type": "Map", "ItemsPath": "$.items", "ItemProcessor": processor}), {"items": [{"n": 1}, {"n": 2}]}
    )
    assert json.loads(shown["output"]) == [{"n": 2}, {"n": 3}]


def test_catch(endpoint):
    branch = {"StartAt": "X", "States": {"X": {"Type": "Fail", "Error": "E", "Cause": "c"}}}
    definition = {
        "StartAt": "P",
        "States": {
            "P": {
                "Type": "Parallel",
                "Branches": [branch],
                "Catch": [{"ErrorEquals": ["E"], "ResultPath": "$.caught", "Next": "Late"}],
                "End": True,
            },
            "Late": {"Type": "Pass", "End": True},
        },
    }
    shown = endpoint.run(definition, {"a": 1})
    assert json.loads(shown["output"]) == {"a": 1, "caught": {"Error": "E", "Cause": "c"}}


def test_same_start_twice_is_one_execution(endpoint):
    arn = endpoint.machine(chain({"Type": "Wait", "Seconds": 5}))
    request = {"stateMachineArn": arn, "name": "once", "input": "{}"}
    first = endpoint.client.start_execution(**request)["executionArn"]
    assert endpoint.client.start_execution(**request)["executionArn"] == first
    with pytest.raises(endpoint.client.exceptions.ExecutionAlreadyExists):
        endpoint.client.start_execution(**{**request, "input": '{"other": 1}'})
    endpoint.client.stop_execution(executionArn=first)


def test_stop(endpoint):
    arn = endpoint.machine(chain({"Type": "Wait", "Seconds": 60}))
    execution = endpoint.client.start_execution(stateMachineArn=arn)["executionArn"]
    endpoint.client.stop_execution(executionArn=execution, error="E", cause="c")
    shown = endpoint.end(execution)
    assert (shown["status"], shown["error"], shown["cause"]) == ("ABORTED", "E", "c")
    assert endpoint.events(execution)[-1]["type"] == "ExecutionAborted"


def test_bad_input(endpoint):
    arn = endpoint.machine(chain({"Type": "Pass"}))
    with pytest.raises(endpoint.client.exceptions.InvalidExecutionInput):
        endpoint.client.start_execution(stateMachineArn=arn, input="{not json")


def test_what_does_not_exist(endpoint):
    arn = endpoint.machine(chain({"Type": "Pass"}))
    missing = arn.replace("stateMachine", "execution") + ":none"
    with pytest.raises(endpoint.client.exceptions.ExecutionDoesNotExist):
        endpoint.client.describe_execution(executionArn=missing)
    with pytest.raises(endpoint.client.exceptions.ExecutionDoesNotExist):
        endpoint.client.get_execution_history(executionArn=missing)
    with pytest.raises(endpoint.client.exceptions.StateMachineDoesNotExist):
        endpoint.client.start_execution(stateMachineArn=arn + "-none")


def test_executions_listed_in_pages(endpoint):
    arn = endpoint.machine(chain({"Type": "Pass"}))
    started = {endpoint.client.start_execution(stateMachineArn=arn)["executionArn"] for _ in range(5)}
    for one in started:
        endpoint.end(one)
    pages = endpoint.client.get_paginator("list_executions").paginate(
        stateMachineArn=arn, PaginationConfig={"PageSize": 2}
    )
    listed = [one["executionArn"] for page in pages for one in page["executions"]]
    assert len(listed) == 5
    assert set(listed) == started


def test_history_in_pages(endpoint):
    shown = endpoint.run(chain(*[{"Type": "Pass"} for _ in range(6)]))
    arn = shown["executionArn"]
    pages = endpoint.client.get_paginator("get_execution_history").paginate(
        executionArn=arn, PaginationConfig={"PageSize": 4}
    )
    assert [event["id"] for page in pages for event in page["events"]] == list(range(1, 15))
    backward = endpoint.client.get_execution_history(executionArn=arn, reverseOrder=True)["events"]
    assert [event["id"] for event in backward] == list(range(14, 0, -1))


def test_express(endpoint):
    arn = endpoint.machine(chain({"Type": "Pass", "Result": 7}), type="EXPRESS")
    shown = endpoint.client.start_sync_execution(stateMachineArn=arn)
    assert (shown["status"], shown["output"]) == ("SUCCEEDED", "7")


# -- task tokens


def ask(endpoint: Endpoint) -> tuple[str, str]:
    """An execution that waits for an answer, and its token out of a queue."""
    sqs = endpoint.make("sqs")
    url = sqs.create_queue(QueueName=f"contract-{next(_names)}")["QueueUrl"]
    state = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Parameters": {"QueueUrl": url, "MessageBody": {"token.$": "$$.Task.Token"}},
        "TimeoutSeconds": 60,
    }
    execution = endpoint.client.start_execution(stateMachineArn=endpoint.machine(chain(state)))["executionArn"]
    limit = time.monotonic() + PATIENCE
    while not (messages := sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1).get("Messages")):
        assert time.monotonic() < limit, "no message came"
    return execution, json.loads(messages[0]["Body"])["token"]


def test_callback_success(endpoint):
    execution, token = ask(endpoint)
    endpoint.client.send_task_heartbeat(taskToken=token)
    endpoint.client.send_task_success(taskToken=token, output='{"ok": true}')
    shown = endpoint.end(execution)
    assert (shown["status"], json.loads(shown["output"])) == ("SUCCEEDED", {"ok": True})
    types = [event["type"] for event in endpoint.events(execution)]
    assert types == [
        "ExecutionStarted",
        "TaskStateEntered",
        "TaskScheduled",
        "TaskStarted",
        "TaskSubmitted",
        "TaskSucceeded",
        "TaskStateExited",
        "ExecutionSucceeded",
    ]


def test_callback_failure(endpoint):
    execution, token = ask(endpoint)
    endpoint.client.send_task_failure(taskToken=token, error="No", cause="because")
    shown = endpoint.end(execution)
    assert (shown["status"], shown["error"], shown["cause"]) == ("FAILED", "No", "because")


def test_a_second_answer_is_refused(endpoint):
    execution, token = ask(endpoint)
    endpoint.client.send_task_success(taskToken=token, output="{}")
    endpoint.end(execution)
    with pytest.raises(ClientError) as caught:
        endpoint.client.send_task_success(taskToken=token, output="{}")
    assert caught.value.response["Error"]["Code"] in ("TaskTimedOut", "TaskDoesNotExist", "InvalidToken")


def test_activity(endpoint):
    arn = endpoint.client.create_activity(name=f"contract-{next(_names)}")["activityArn"]
    machine = endpoint.machine(chain({"Type": "Task", "Resource": arn, "TimeoutSeconds": 60}))
    execution = endpoint.client.start_execution(stateMachineArn=machine, input='{"a": 1}')["executionArn"]
    task = endpoint.client.get_activity_task(activityArn=arn, workerName="w")
    assert json.loads(task["input"]) == {"a": 1}
    endpoint.client.send_task_success(taskToken=task["taskToken"], output='"done"')
    assert endpoint.end(execution)["output"] == '"done"'


# -- one state by itself


def test_a_state_by_itself(endpoint):
    state = {"Type": "Pass", "Parameters": {"n.$": "$.a"}, "Next": "B"}
    shown = endpoint.client.test_state(
        definition=json.dumps(state), roleArn=ROLE, input='{"a": 1}', inspectionLevel="DEBUG"
    )
    assert (shown["status"], json.loads(shown["output"]), shown["nextState"]) == ("SUCCEEDED", {"n": 1}, "B")
    assert json.loads(shown["inspectionData"]["afterParameters"]) == {"n": 1}


def test_a_mocked_state_of_a_machine(endpoint):
    definition = chain(
        {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "f"}}
    )
    failed = {"errorOutput": {"error": "E", "cause": "c"}}
    shown = endpoint.client.test_state(definition=json.dumps(definition), stateName="A", input="{}", mock=failed)
    assert (shown["status"], shown["error"], shown["cause"]) == ("FAILED", "E", "c")
