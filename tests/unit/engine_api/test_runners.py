"""What tasks do: functions, and what is not there yet; the services behind them are tested with moto."""

import json

import pytest

from sfn_notebook.engine.optimized import REWORKED, Rework, optimized_services
from sfn_notebook.errors import MissingDependency
from sfn_notebook.integrations import parse_resource

S = "arn:aws:states:::"
FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:"


def task(resource, parameters=None, **more):
    state = {"Type": "Task", "Resource": resource, "End": True, **more}
    if parameters is not None:
        state["Parameters"] = parameters
    return {"StartAt": "T", "States": {"T": state}}


def test_lambda_invoke_answers_as_recorded(bench):
    bench.world.put_function("double", lambda event, context: event["n"] * 2)
    done = bench.run(task(S + "lambda:invoke", {"FunctionName": "double", "Payload.$": "$"}), input='{"n": 21}')
    output = json.loads(done["output"])
    assert list(output) == [
        "ExecutedVersion", "Payload", "SdkHttpMetadata", "SdkResponseMetadata", "StatusCode",
    ]  # fmt: skip
    assert (output["ExecutedVersion"], output["Payload"], output["StatusCode"]) == ("$LATEST", 42, 200)
    headers = output["SdkHttpMetadata"]["HttpHeaders"]
    assert {key: [value] for key, value in headers.items()} == output["SdkHttpMetadata"]["AllHttpHeaders"]
    assert headers["x-amzn-RequestId"] == output["SdkResponseMetadata"]["RequestId"]
    assert headers["Content-Length"] == "2"


def test_no_payload_is_an_empty_event(bench):
    seen = []
    bench.world.put_function("f", lambda event, context: seen.append(event))
    bench.run(task(S + "lambda:invoke", {"FunctionName": FUNCTION + "f"}))
    assert seen == [{}]


def test_a_function_arn_gives_the_bare_result(bench):
    bench.world.put_function("f", lambda event, context: {"got": event})
    done = bench.run(task(FUNCTION + "f"), input='{"a":1}')
    assert json.loads(done["output"]) == {"got": {"a": 1}}


@pytest.mark.parametrize("kind", ["lambda:invoke", "arn"])
def test_unknown_function(bench, kind):
    resource, parameters = (S + kind, {"FunctionName": "nope"}) if kind != "arn" else (FUNCTION + "nope", None)
    done = bench.run(task(resource, parameters))
    assert done["error"] == "Lambda.ResourceNotFoundException"
    assert done["cause"].startswith(
        f"Function not found: {FUNCTION}nope (Service: AWSLambda; Status Code: 404; "
        "Error Code: ResourceNotFoundException; Request ID: "
    )
    assert done["cause"].endswith("; Proxy: null)")
    assert "sfn_notebook" not in done["cause"]


def test_a_failing_function_can_be_caught_by_its_exception(bench):
    class OutOfStock(Exception):
        pass

    def handler(event, context):
        raise OutOfStock("none left")

    bench.world.put_function("f", handler)
    definition = task(
        S + "lambda:invoke", {"FunctionName": "f"}, Catch=[{"ErrorEquals": ["OutOfStock"], "Next": "Late"}]
    )
    definition["States"]["Late"] = {"Type": "Pass", "End": True}
    caught = json.loads(bench.run(definition)["output"])
    assert caught["Error"] == "OutOfStock"
    cause = json.loads(caught["Cause"])
    assert (cause["errorType"], cause["errorMessage"]) == ("OutOfStock", "none left")
    assert "sfn_notebook" not in caught["Cause"]


@pytest.mark.parametrize(("kind", "status"), [("Event", 202), ("DryRun", 204)])
def test_other_invocation_types(bench, kind, status):
    bench.world.put_function("f", lambda event, context: 1)
    done = bench.run(task(S + "lambda:invoke", {"FunctionName": "f", "InvocationType": kind}))
    output = json.loads(done["output"])
    assert (output["Payload"], output["StatusCode"]) == ("", status)


def test_no_function_name(bench):
    done = bench.run(task(S + "lambda:invoke"), input='{"Payload": {}}')
    assert (done["error"], done["cause"]) == ("States.Runtime", "The field 'FunctionName' is required but was missing")


def test_callback(bench):
    execution, token = bench.token()
    assert len(token) > 100
    submitted = [event for event in bench.events(execution) if event["type"] == "TaskSubmitted"]
    bench.client.send_task_success(taskToken=token, output="{}")
    assert bench.end(execution)["status"] == "SUCCEEDED"
    assert len(submitted) <= 1


@pytest.mark.parametrize("resource", ["bedrockagentcore:invokeHarness", "eks:runJob.sync"])
def test_what_nobody_answers_names_the_state_the_action_and_the_ways_out(bench, resource):
    done = bench.run(task(S + resource))
    assert done["error"] == "States.Runtime"
    assert done["cause"].startswith(f"State 'T' calls {resource}, and moto, this session's stand-in for AWS, does not")
    for way in ("mocks={'T': …}", "session.job(", 'sfn.local(services="aws")'):
        assert way in done["cause"]


def test_an_activity_has_no_runner(bench):
    resource = parse_resource("arn:aws:states:us-east-1:000000000000:activity:a")
    assert bench.world._runners.find(resource) is None


def test_step_functions_calls_itself(bench):
    child = bench.machine({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}, name="child")
    done = bench.run(
        task(S + "states:startExecution", {"StateMachineArn": child, "Input": {"a.$": "$.a"}}), input='{"a":1}'
    )
    output = json.loads(done["output"])
    assert bench.end(output["ExecutionArn"])["output"] == '{"a":1}'
    assert isinstance(output["StartDate"], int)
    listed = bench.run(task(S + "aws-sdk:sfn:listStateMachines", {"MaxResults": 1}), name="list")
    assert [one["Name"] for one in json.loads(listed["output"])["StateMachines"]] == ["child"]


@pytest.mark.parametrize("resource", ["aws-sdk:sfn:listStateMachine", "aws-sdk:dynamo:getItem", "sqs:receiveMessage"])
def test_a_misspelt_integration_is_not_created(bench, resource):
    with pytest.raises(bench.client.exceptions.InvalidDefinition, match=f"{resource} is not recognized"):
        bench.run(task(S + resource, {}))


def test_what_is_missing_here_is_told_in_the_cause(bench, monkeypatch):
    def missing(service, role=None):
        raise MissingDependency("moto is needed", hint="Install it with: pip install 'sfn-notebook[local]'.")

    monkeypatch.setattr(bench.world._services, "shared", missing)
    done = bench.run(task(S + "sqs:sendMessage", {"QueueUrl": "u", "MessageBody": "b"}))
    assert done["error"] == "States.Runtime"
    assert "pip install 'sfn-notebook[local]'" in done["cause"]


class FakeLambda:
    """A lambda service that answers with fixed payloads."""

    def __init__(self, client, answer):
        self.meta = client.meta
        self._answer = answer

    def _make_api_call(self, operation, request):
        assert operation == "Invoke"
        return {**self._answer, "ResponseMetadata": {}}


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ({"StatusCode": 200, "Payload": b'{"x":1}'}, "SUCCEEDED"),
        ({"StatusCode": 200, "FunctionError": "Unhandled", "Payload": b'{"errorType":"Bad"}'}, "FAILED"),
    ],
)
def test_functions_of_an_endpoint(make_bench, monkeypatch, answer, status):
    bench = make_bench(services="http://127.0.0.1:9")
    real = bench.world.client("lambda")
    monkeypatch.setattr(bench.world._services, "shared", lambda service, role=None: FakeLambda(real, answer))
    done = bench.run(task(S + "lambda:invoke", {"FunctionName": "theirs", "Payload": {}}))
    assert done["status"] == status
    if status == "SUCCEEDED":
        assert json.loads(done["output"])["Payload"] == {"x": 1}
    else:
        assert (done["error"], done["cause"]) == ("Bad", '{"errorType": "Bad"}')


def test_every_optimized_action_is_one_of_its_service():
    import botocore.session

    session = botocore.session.get_session()
    for name, service in optimized_services().items():
        for action in service.actions:
            rework = REWORKED.get(f"{name}:{action}") or Rework(action[0].upper() + action[1:])
            operations = session.get_service_model(rework.boto3 or service.boto3).operation_names
            # only these are of an API that is not AWS's: that of Kubernetes
            assert rework.operation in operations or f"{name}:{action}" in ("eks:runJob", "eks:call")
