from __future__ import annotations

import io
import json
import socket
import threading
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

import sfn_notebook as sfn

KEYS = {"region_name": "us-east-1", "aws_access_key_id": "any", "aws_secret_access_key": "any"}
ROLE = "arn:aws:iam::000000000000:role/r"
CODE = """
import os

def handler(event, context):
    print("a line of the log")
    if event.get("bad"):
        raise ValueError("no " + os.environ["COLOUR"])
    if event.get("leave"):
        os._exit(3)
    return {"got": event, "colour": os.environ["COLOUR"], "name": context.function_name}
"""
Clients = Callable[..., Any]


@pytest.fixture(scope="module")
def session() -> Iterator[sfn.Session]:
    with sfn.local() as opened:
        yield opened


@pytest.fixture(scope="module")
def clients(session: sfn.Session) -> Iterator[Clients]:
    """Makes boto3 clients of the endpoint."""
    made: list[Any] = []
    url = session.serve()

    def client(service: str, **options: Any) -> Any:
        made.append(boto3.client(service, endpoint_url=url, **KEYS, **options))
        return made[-1]

    yield client
    for one in made:
        one.close()


def packed(source: str = CODE, name: str = "app.py") -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as file:
        file.writestr(name, source)
    return held.getvalue()


def ended(client: Any, execution: str) -> dict[str, Any]:
    limit = time.monotonic() + 30
    while (shown := client.describe_execution(executionArn=execution))["status"] == "RUNNING":
        assert time.monotonic() < limit
        time.sleep(0.01)
    return dict(shown)


def test_it_is_the_same_world_as_the_sessions(session: sfn.Session, clients: Clients) -> None:
    session.state_machine("mine").pass_("A", output=1)
    arn = session.state_machine("mine").run({}, timeout=10).arn
    assert clients("stepfunctions").describe_execution(executionArn=arn)["output"] == "1"


def test_refusals_are_modelled_errors(clients: Clients) -> None:
    client = clients("stepfunctions")
    with pytest.raises(client.exceptions.InvalidArn, match="Invalid Arn"):
        client.describe_state_machine(stateMachineArn="nonsense")
    with pytest.raises(ClientError) as caught:
        client.describe_state_machine(stateMachineArn="arn:aws:states:us-east-1:000000000000:stateMachine:none")
    assert caught.value.response["Error"]["Code"] == "StateMachineDoesNotExist"
    assert caught.value.response["ResponseMetadata"]["RequestId"]


def test_express_machines_answer_at_once(clients: Clients) -> None:
    client = clients("stepfunctions", config=Config(inject_host_prefix=False))
    definition = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": "Zoë", "End": True}}})
    arn = client.create_state_machine(name="x", definition=definition, roleArn=ROLE, type="EXPRESS")["stateMachineArn"]
    assert client.start_sync_execution(stateMachineArn=arn)["output"] == '"Zoë"'


def test_the_services_are_behind_it_and_bytes_stay_as_they_are(clients: Clients) -> None:
    s3 = clients("s3")
    s3.create_bucket(Bucket="bucket")
    body = bytes(range(256)) * 20_000
    s3.put_object(Bucket="bucket", Key="a/b c%2F+ü", Body=body)
    assert [one["Key"] for one in s3.list_objects_v2(Bucket="bucket")["Contents"]] == ["a/b c%2F+ü"]
    assert s3.get_object(Bucket="bucket", Key="a/b c%2F+ü")["Body"].read() == body
    with pytest.raises(s3.exceptions.NoSuchKey):
        s3.get_object(Bucket="bucket", Key="none")


@pytest.fixture
def function(clients: Clients) -> Iterator[Any]:
    """A function created through the API."""
    client = clients("lambda")
    trust = {"Version": "2012-10-17", "Statement": []}
    iam = clients("iam")
    role = iam.create_role(RoleName="lambda", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    client.create_function(
        FunctionName="app",
        Runtime="python3.12",
        Role=role,
        Handler="app.handler",
        Code={"ZipFile": packed()},
        Environment={"Variables": {"COLOUR": "red"}},
        Timeout=10,
    )
    yield client
    client.delete_function(FunctionName="app")
    iam.delete_role(RoleName="lambda")


def test_python_that_was_uploaded_runs(function: Any) -> None:
    answer = function.invoke(FunctionName="app", Payload=b'{"a": "\xc3\xbc"}')
    assert json.loads(answer["Payload"].read()) == {"got": {"a": "ü"}, "colour": "red", "name": "app"}
    assert (answer["StatusCode"], answer["ExecutedVersion"]) == (200, "$LATEST")
    assert function.invoke(FunctionName="app", InvocationType="DryRun")["StatusCode"] == 204
    assert function.invoke(FunctionName="app", InvocationType="Event")["StatusCode"] == 202


@pytest.mark.parametrize(
    ("event", "kind", "message"),
    [("bad", "ValueError", "no red"), ("leave", "Runtime.ExitError", "exit status 3")],
)
def test_its_failures_are_lambdas(function: Any, event: str, kind: str, message: str) -> None:
    answer = function.invoke(FunctionName="app", Payload=json.dumps({event: True}))
    told = json.loads(answer["Payload"].read())
    assert (answer["FunctionError"], told["errorType"]) == ("Unhandled", kind)
    assert message in told["errorMessage"]


def test_new_code_and_new_settings_take_effect(function: Any) -> None:
    function.update_function_configuration(FunctionName="app", Environment={"Variables": {"COLOUR": "blue"}})
    assert b"blue" in function.invoke(FunctionName="app", Payload=b"{}")["Payload"].read()
    function.update_function_code(FunctionName="app", ZipFile=packed("handler = lambda event, context: 'new'"))
    assert function.invoke(FunctionName="app")["Payload"].read() == b'"new"'


def test_versions_and_aliases_keep_what_they_were(function: Any, clients: Clients) -> None:
    def answer(**options: Any) -> tuple[Any, Any]:
        came = function.invoke(FunctionName="app", Payload=b"{}", **options)
        return json.loads(came["Payload"].read()), came["ExecutedVersion"]

    version = function.publish_version(FunctionName="app")["Version"]
    alias = function.create_alias(FunctionName="app", Name="live", FunctionVersion=version)["AliasArn"]
    function.update_function_code(FunctionName="app", ZipFile=packed("handler = lambda event, context: 'new'"))
    assert answer() == ("new", "$LATEST")
    assert [answer(Qualifier=which)[1] for which in (version, "live")] == [version, version]
    assert answer(Qualifier="live")[0]["colour"] == "red"
    newer = function.publish_version(FunctionName="app")["Version"]
    function.update_alias(FunctionName="app", Name="live", FunctionVersion=newer)
    assert answer(Qualifier="live") == ("new", newer)
    assert answer(Qualifier=version)[0]["colour"] == "red"
    task = {"Type": "Task", "Resource": alias, "End": True}
    client = clients("stepfunctions")
    definition = json.dumps({"StartAt": "A", "States": {"A": task}})
    machine = client.create_state_machine(name="alias", definition=definition, roleArn=ROLE)["stateMachineArn"]
    assert ended(client, client.start_execution(stateMachineArn=machine)["executionArn"])["output"] == '"new"'
    function.delete_alias(FunctionName="app", Name="live")
    with pytest.raises(function.exceptions.ResourceNotFoundException, match=r"Function not found: arn:.*:app:live"):
        answer(Qualifier="live")


def test_its_surroundings_are_lambdas(function: Any, session: sfn.Session) -> None:
    code = """
import os, sys, boto3, shared
def handler(event, context):
    here = boto3.client("stepfunctions")  # finds the endpoint, a region and credentials by itself
    if event.get("bad"):
        raise ValueError("no")
    told = [shared.WHAT, here.meta.endpoint_url, here.meta.region_name]
    return [*told, os.environ["_HANDLER"], context.function_version]
"""
    layer = {"ZipFile": packed("WHAT = 'layer'", "python/shared.py")}
    arn = function.publish_layer_version(LayerName="shared", Content=layer)["LayerVersionArn"]
    function.update_function_configuration(FunctionName="app", Layers=[arn])
    function.update_function_code(FunctionName="app", ZipFile=packed(code))
    told = json.loads(function.invoke(FunctionName="app", Payload=b"{}")["Payload"].read())
    assert told == ["layer", session.serve(), "us-east-1", "app.handler", "$LATEST"]
    failed = json.loads(function.invoke(FunctionName="app", Payload=b'{"bad": 1}')["Payload"].read())
    assert failed["stackTrace"][0].startswith('  File "/var/task/app.py", line 6, in handler')


def test_a_function_that_takes_too_long_is_given_up(function: Any) -> None:
    function.update_function_configuration(FunctionName="app", Timeout=1)
    code = "import time\nhandler = lambda event, context: time.sleep(30)"
    function.update_function_code(FunctionName="app", ZipFile=packed(code))
    answer = function.invoke(FunctionName="app", Payload=b"{}")
    assert json.loads(answer["Payload"].read())["errorType"] == "Sandbox.Timedout"


def test_a_machine_calls_it(function: Any, clients: Clients) -> None:
    client = clients("stepfunctions")
    arn = function.get_function(FunctionName="app")["Configuration"]["FunctionArn"]
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": arn, "Payload.$": "$"},
        "OutputPath": "$.Payload",
        "End": True,
    }
    definition = json.dumps({"StartAt": "A", "States": {"A": task}})
    machine = client.create_state_machine(name="calls", definition=definition, roleArn=ROLE)["stateMachineArn"]
    good = ended(client, client.start_execution(stateMachineArn=machine, input='{"n": 1}')["executionArn"])
    assert json.loads(good["output"])["got"] == {"n": 1}
    bad = ended(client, client.start_execution(stateMachineArn=machine, input='{"bad": true}')["executionArn"])
    assert (bad["status"], bad["error"]) == ("FAILED", "ValueError")


def test_a_function_of_the_notebook_can_be_invoked_too(session: sfn.Session, clients: Clients) -> None:
    @session.function
    def double(event: Any, context: Any) -> Any:
        return event["n"] * 2

    client = clients("lambda")
    assert client.invoke(FunctionName="double", Payload=b'{"n": 4}')["Payload"].read() == b"8"
    with pytest.raises(client.exceptions.InvalidRequestContentException):
        client.invoke(FunctionName="double", Payload=b"{no json")


def test_an_activity_worker_polls_through_it(clients: Clients) -> None:
    client = clients("stepfunctions", config=Config(read_timeout=70))
    activity = client.create_activity(name="work")["activityArn"]
    definition = {"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": activity, "End": True}}}
    machine = client.create_state_machine(name="act", definition=json.dumps(definition), roleArn=ROLE)
    with ThreadPoolExecutor() as pool:
        polled = pool.submit(client.get_activity_task, activityArn=activity)
        execution = client.start_execution(stateMachineArn=machine["stateMachineArn"], input='{"a": 1}')
        task = polled.result(30)
    assert json.loads(task["input"]) == {"a": 1}
    client.send_task_success(taskToken=task["taskToken"], output="2")
    assert ended(client, execution["executionArn"])["output"] == "2"


def test_a_worker_that_hung_up_takes_no_task(clients: Clients, session: sfn.Session) -> None:
    client = clients("stepfunctions")
    activity = client.create_activity(name="left")["activityArn"]
    port = int(session.serve().rpartition(":")[2])
    body = json.dumps({"activityArn": activity})
    for _ in range(3):
        worker = socket.create_connection(("127.0.0.1", port))
        worker.sendall(
            f"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Amz-Target: AWSStepFunctions.GetActivityTask\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
        )
        time.sleep(0.1)
        worker.close()
    definition = {"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": activity, "End": True}}}
    machine = client.create_state_machine(name="left", definition=json.dumps(definition), roleArn=ROLE)
    time.sleep(0.2)
    execution = client.start_execution(stateMachineArn=machine["stateMachineArn"])["executionArn"]
    task = client.get_activity_task(activityArn=activity)
    client.send_task_success(taskToken=task["taskToken"], output="3")
    assert ended(client, execution)["output"] == "3"


def test_a_hundred_workers_wait_and_nobody_else_does(clients: Clients) -> None:
    client = clients("stepfunctions", config=Config(read_timeout=70, max_pool_connections=120))
    activity = client.create_activity(name="crowd")["activityArn"]
    definition = {"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": activity, "End": True}}}
    machine = client.create_state_machine(name="crowd", definition=json.dumps(definition), roleArn=ROLE)
    with ThreadPoolExecutor(100) as pool:
        polled = [pool.submit(client.get_activity_task, activityArn=activity) for _ in range(100)]
        for _ in range(100):
            client.start_execution(stateMachineArn=machine["stateMachineArn"])
        tokens = {one.result(30)["taskToken"] for one in polled}
    assert len(tokens) == 100


def test_logs_are_in_cloudwatch_logs(session: sfn.Session) -> None:
    with sfn.connect(session.serve()) as other:
        sm = other.state_machine("logging", type="EXPRESS", logging="ALL")
        sm.pass_("A", output={"n": 1})
        first, second = sm.run({}), sm.run({})
        limit = time.monotonic() + 30
        while True:
            try:
                if len(other.logs(sm)) == 8:
                    break
            except sfn.NotFound:  # the log group is made with the first line
                pass
            assert time.monotonic() < limit
            time.sleep(0.05)
        assert [line["type"] for line in other.logs(first)] == [
            "ExecutionStarted",
            "PassStateEntered",
            "PassStateExited",
            "ExecutionSucceeded",
        ]
        assert {line["execution_arn"] for line in other.logs(sm)} == {first.arn, second.arn}
        started = sm.start({})
        while len(other.logs(started)) < 4:
            assert time.monotonic() < limit
            time.sleep(0.05)
        assert started.result(10) == {"n": 1}


def test_many_ask_at_once(clients: Clients) -> None:
    client = clients("stepfunctions", config=Config(max_pool_connections=32))
    definition = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}})
    machine = client.create_state_machine(name="many", definition=definition, roleArn=ROLE)["stateMachineArn"]

    def once(number: int) -> str:
        started = client.start_execution(stateMachineArn=machine, input=str(number))
        return str(ended(client, started["executionArn"])["output"])

    with ThreadPoolExecutor(32) as pool:
        assert list(pool.map(once, range(100))) == [str(number) for number in range(100)]


def ask(url: str, **headers: str) -> tuple[int, bytes]:
    target = {"X-Amz-Target": "AWSStepFunctions.ListStateMachines"}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, b"{}", {**target, **headers})) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


@pytest.mark.parametrize(
    "headers", [{"Origin": "http://evil.example"}, {"Host": "evil.example"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_a_web_page_cannot_reach_it(session: sfn.Session, headers: dict[str, str]) -> None:
    status, body = ask(session.serve(), **headers)
    assert status == 403
    assert json.loads(body)["__type"] == "AccessDeniedException"


def test_other_programs_can(session: sfn.Session) -> None:
    assert ask(session.serve())[0] == 200
    assert ask(session.serve(), Host="sync-127.0.0.1")[0] == 200


def test_serving_again_is_the_same_place(session: sfn.Session) -> None:
    url = session.serve()
    assert session.serve() == url
    with pytest.raises(sfn.InvalidArgument, match="answers at http"):
        session.serve(1)


def test_a_port_that_is_taken_or_is_none_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, sfn.local() as session:
        with pytest.raises(sfn.InvalidArgument, match=f"port {taken.getsockname()[1]} of this machine cannot be used"):
            session.serve(taken.getsockname()[1])
        for port in (-1, 65536, "80", True):
            with pytest.raises(sfn.InvalidArgument, match="not a port"):
                session.serve(port)  # type: ignore[arg-type]  # on purpose
        assert session.serve().startswith("http://127.0.0.1:")


def test_only_the_engine_can_be_served() -> None:
    with sfn.connect("http://127.0.0.1:9") as session, pytest.raises(sfn.NotAvailable):
        session.serve()


def test_closing_ends_all_of_it() -> None:
    before = set(threading.enumerate())
    session = sfn.local()
    url = session.serve()
    held = [socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2]))) for _ in range(3)]
    ask(url)
    session.close()
    session.close()
    assert set(threading.enumerate()) <= before
    with pytest.raises(OSError, match=r"refused|reset|Connection"):
        ask(url)
    for one in held:
        one.close()
    with pytest.raises(sfn.SessionClosed):
        session.serve()
