"""The protocol: requests checked by the service model, answers that fit it, failures that stay answers."""

import json

import botocore.session
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ParamValidationError
from botocore.model import ListShape, MapShape, StructureShape

from sfn_notebook.engine.api import OPERATIONS, wire

ROLE = "arn:aws:iam::000000000000:role/x"
MODEL = botocore.session.get_session().get_service_model("stepfunctions")


def unfit(value, shape, path="answer"):
    """What of an answer is not in the model."""
    if isinstance(shape, StructureShape):
        unknown = [f"{path}.{key}" for key in value if key not in shape.members]
        missing = [f"{path}.{key} is missing" for key in shape.required_members if key not in value]
        inner = [
            text
            for key, one in value.items()
            if key in shape.members
            for text in unfit(one, shape.members[key], f"{path}.{key}")
        ]
        return unknown + missing + inner
    if isinstance(shape, ListShape):
        return [text for one in value for text in unfit(one, shape.member, path + "[]")]
    if isinstance(shape, MapShape):
        return [text for one in value.values() for text in unfit(one, shape.value, path)]
    kinds = {"string": str, "integer": int, "long": int, "boolean": bool, "timestamp": float, "float": (int, float)}
    if not isinstance(value, kinds[shape.type_name]):
        return [f"{path} is {value!r}"]
    allowed = shape.metadata.get("enum")
    return [f"{path} is {value!r}"] if allowed and value not in allowed else []


@pytest.fixture
def asked(bench, monkeypatch):
    """Every operation's answers, as they went out."""
    seen = []
    for name, act in OPERATIONS.items():

        def spy(store, request, act=act, name=name):
            answer = act(store, request)
            seen.append((name, answer))
            return answer

        monkeypatch.setattr(wire, "OPERATIONS", {**wire.OPERATIONS, name: spy})
    return seen


def test_every_operation_of_the_model_is_there():
    assert set(OPERATIONS) == set(MODEL.operation_names)


def test_answers_fit_the_model(bench, asked):
    client = bench.client
    machine = client.create_state_machine(
        name="m",
        roleArn="arn:aws:iam::000000000000:role/x",
        definition=json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}),
        publish=True,
        tags=[{"key": "a", "value": "b"}],
    )
    arn, version = machine["stateMachineArn"], machine["stateMachineVersionArn"]
    client.update_state_machine(stateMachineArn=arn, roleArn="arn:aws:iam::000000000000:role/y")
    client.publish_state_machine_version(stateMachineArn=arn)
    alias = client.create_state_machine_alias(
        name="x", routingConfiguration=[{"stateMachineVersionArn": version, "weight": 100}]
    )["stateMachineAliasArn"]
    client.update_state_machine_alias(stateMachineAliasArn=alias, description="d")
    client.describe_state_machine_alias(stateMachineAliasArn=alias)
    client.list_state_machine_aliases(stateMachineArn=arn)
    client.list_state_machine_versions(stateMachineArn=arn)
    client.describe_state_machine(stateMachineArn=version)
    client.list_state_machines()
    client.list_tags_for_resource(resourceArn=arn)
    execution = bench.start(alias, traceHeader="Root=1")
    bench.end(execution)
    client.describe_state_machine_for_execution(executionArn=execution)
    client.list_executions(stateMachineArn=arn)
    client.get_execution_history(executionArn=execution)
    express = bench.machine(name="e", type="EXPRESS")
    client.start_sync_execution(stateMachineArn=express)
    waiting, token = bench.token()
    client.send_task_heartbeat(taskToken=token)
    client.stop_execution(executionArn=waiting)
    activity = client.create_activity(name="a")["activityArn"]
    client.describe_activity(activityArn=activity)
    client.list_activities()
    client.validate_state_machine_definition(definition="{}")
    _the_rest(bench, arn, version, alias, activity)
    assert {name for name, _ in asked} == set(MODEL.operation_names)
    problems = [
        (name, text) for name, answer in asked for text in unfit(answer, MODEL.operation_model(name).output_shape)
    ]
    assert problems == []


def _the_rest(bench, machine, version, alias, activity):
    client = bench.client
    bench.world.put_function("broken", lambda event, context: 1 / 0)
    failed = bench.run(_task("arn:aws:states:::lambda:invoke", Parameters={"FunctionName": "broken"}), name="f")
    client.redrive_execution(executionArn=failed["executionArn"])
    for answer in (client.send_task_success, client.send_task_failure):
        bench.start(bench.machine(_task(activity), name="w"))
        task = client.get_activity_task(activityArn=activity)["taskToken"]
        answer(taskToken=task, **({"output": "1"} if answer == client.send_task_success else {}))
    processor = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, **_task(activity)}
    each = {"Type": "Map", "ItemsPath": "$", "ItemProcessor": processor, "End": True}
    mapped = bench.start(bench.machine({"StartAt": "M", "States": {"M": each}}, name="d"), input="[1]")
    client.get_activity_task(activityArn=activity)
    run = client.list_map_runs(executionArn=mapped)["mapRuns"][0]["mapRunArn"]
    client.describe_map_run(mapRunArn=run)
    client.update_map_run(mapRunArn=run, maxConcurrency=2)
    child = client.list_executions(mapRunArn=run)["executions"][0]["executionArn"]
    client.describe_execution(executionArn=child)
    client.test_state(definition=json.dumps({"Type": "Pass", "End": True}), roleArn=ROLE, inspectionLevel="TRACE")
    client.tag_resource(resourceArn=machine, tags=[{"key": "k", "value": "v"}])
    client.untag_resource(resourceArn=machine, tagKeys=["k"])
    client.delete_state_machine_alias(stateMachineAliasArn=alias)
    client.delete_state_machine_version(stateMachineVersionArn=version)
    client.delete_state_machine(stateMachineArn=machine)
    client.delete_activity(activityArn=activity)


def _task(resource, **fields):
    return {"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": resource, **fields, "End": True}}}


def test_a_failure_of_our_own_is_an_answer(bench, monkeypatch):
    def broken(store, request):
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(wire, "OPERATIONS", {**OPERATIONS, "ListActivities": broken})
    with pytest.raises(ClientError) as caught:
        bench.client.list_activities()
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500
    assert caught.value.response["ResponseMetadata"]["RetryAttempts"] == 0
    assert caught.value.response["Error"] == {
        "Code": "InternalServerError",
        "Message": "The embedded engine failed at ListActivities: ZeroDivisionError: division by zero",
    }


@pytest.fixture
def lax(bench):
    """A client that sends whatever it is given."""
    return bench.world.client("stepfunctions", config=Config(parameter_validation=False))


CONSTRAINT = "failed to satisfy constraint: Member must"
NULL = f"1 validation error detected: Value null at 'executionArn' {CONSTRAINT} not be null"
TWO = (
    f"2 validation errors detected: Value '' at 'executionArn' {CONSTRAINT} have length greater than or equal to 1; "
    f"Value '1001' at 'maxResults' {CONSTRAINT} have value less than or equal to 1000"
)


@pytest.mark.parametrize(("asked_for", "message"), [({}, NULL), ({"executionArn": "", "maxResults": 1001}, TWO)])
def test_requests_are_checked_by_the_model(lax, asked_for, message):
    with pytest.raises(ClientError) as caught:
        lax.get_execution_history(**asked_for)
    assert caught.value.response["Error"] == {"Code": "ValidationException", "Message": message}


def test_wrong_types_are_refused(bench):
    answer = bench.world.api.answer("StartExecution", b'{"stateMachineArn": 3}')
    assert (answer.status, json.loads(answer.body)["__type"]) == (400, "SerializationException")
    assert "'stateMachineArn' should be a string, not a number" in json.loads(answer.body)["message"]
    for body in (b"nope", b"[]", b"\xff"):
        assert bench.world.api.answer("ListActivities", body).status == 400


def test_sensitive_values_are_not_repeated(lax):
    with pytest.raises(ClientError) as caught:
        lax.send_task_failure(taskToken="secret" * 400)
    assert "secret" not in str(caught.value)
    assert "Value at 'taskToken' failed" in str(caught.value)


def test_unknown_enum(lax):
    with pytest.raises(ClientError, match=r"Member must satisfy enum value set: \[STANDARD, EXPRESS\]"):
        lax.create_state_machine(name="m", definition="{}", roleArn="arn", type="FAST")


def test_unknown_operation(bench):
    answer = bench.world.api.answer("Nothing", b"{}")
    assert json.loads(answer.body)["__type"] == "UnknownOperationException"


def test_boto3_still_checks_first(bench):
    with pytest.raises(ParamValidationError):
        bench.client.describe_execution()
