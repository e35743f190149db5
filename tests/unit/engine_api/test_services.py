"""moto in its own process: started when needed, gone afterwards; and tasks that call it."""

import json
import subprocess
import sys
import textwrap
import urllib.request

import pytest

from sfn_notebook.engine import moto
from sfn_notebook.engine.services import Services
from sfn_notebook.errors import MissingDependency, ServiceError

S = "arn:aws:states:::"


@pytest.fixture(scope="module")
def world():
    from sfn_notebook.engine.embedded import Embedded

    made = Embedded(clock="instant", seed=1)
    yield made
    made.close()


def run(world, resource, arguments, **more):
    client = world.client("stepfunctions")
    state = {"Type": "Task", "Resource": S + resource, "Arguments": arguments, "End": True, **more}
    definition = {"QueryLanguage": "JSONata", "StartAt": "T", "States": {"T": state}}
    name = f"m{len(client.list_state_machines()['stateMachines'])}"
    role = "arn:aws:iam::000000000000:role/test"
    machine = client.create_state_machine(name=name, definition=json.dumps(definition), roleArn=role)
    execution = client.start_execution(stateMachineArn=machine["stateMachineArn"])["executionArn"]
    assert world.wait_for_events(execution, 1_000_000, 60)
    done = client.describe_execution(executionArn=execution)
    return json.loads(done["output"]) if done["status"] == "SUCCEEDED" else (done["error"], done["cause"])


def test_queue(world):
    sqs = world.client("sqs")
    url = sqs.create_queue(QueueName="orders")["QueueUrl"]
    assert url.startswith("http://127.0.0.1:")
    assert url.endswith("/000000000000/orders"), "one account for everything"
    sent = run(world, "sqs:sendMessage", {"QueueUrl": url, "MessageBody": {"order": 1}})
    (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
    assert (message["MessageId"], message["Body"]) == (sent["MessageId"], '{"order":1}')
    error, cause = run(world, "sqs:sendMessage", {"QueueUrl": url + "x", "MessageBody": "b"})
    assert error == "SQS.QueueDoesNotExistException"
    assert cause.startswith("The specified queue does not exist. (Service: AmazonSQS; Status Code: 400; ")


def test_callback_through_a_queue(world):
    client, sqs = world.client("stepfunctions"), world.client("sqs")
    url = sqs.create_queue(QueueName="ask")["QueueUrl"]
    state = {
        "Type": "Task",
        "Resource": S + "sqs:sendMessage.waitForTaskToken",
        "Parameters": {"QueueUrl": url, "MessageBody": {"token.$": "$$.Task.Token"}},
        "TimeoutSeconds": 60,
        "End": True,
    }
    definition = json.dumps({"StartAt": "Ask", "States": {"Ask": state}})
    machine = client.create_state_machine(name="ask", definition=definition, roleArn="arn:aws:iam::000000000000:role/r")
    execution = client.start_execution(stateMachineArn=machine["stateMachineArn"])["executionArn"]
    assert world.wait_for_events(execution, 4, 60)
    (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
    client.send_task_success(taskToken=json.loads(message["Body"])["token"], output='"yes"')
    assert world.wait_for_events(execution, 1_000, 60)
    assert client.describe_execution(executionArn=execution)["output"] == '"yes"'
    types = [event["type"] for event in client.get_execution_history(executionArn=execution)["events"]]
    assert types[3:6] == ["TaskStarted", "TaskSubmitted", "TaskSucceeded"]


def test_topic(world):
    topic = world.client("sns").create_topic(Name="news")["TopicArn"]
    assert topic == "arn:aws:sns:us-east-1:000000000000:news"
    assert "MessageId" in run(world, "sns:publish", {"TopicArn": topic, "Message": {"a": 1}})
    error, _ = run(world, "sns:publish", {"TopicArn": topic + "x", "Message": "m"})
    assert error == "SNS.NotFoundException"


def test_table(world):
    world.client("dynamodb").create_table(
        TableName="t",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    key = {"id": {"S": "1"}}
    run(world, "dynamodb:putItem", {"TableName": "t", "Item": {**key, "n": {"N": "3"}}})
    update = {
        "UpdateExpression": "SET n = :n",
        "ExpressionAttributeValues": {":n": {"N": "4"}},
        "ReturnValues": "ALL_NEW",
    }
    updated = run(world, "dynamodb:updateItem", {"TableName": "t", "Key": key, **update})
    assert updated["Attributes"] == {**key, "n": {"N": "4"}}
    got = run(world, "dynamodb:getItem", {"TableName": "t", "Key": key})
    assert (got["Item"], got["SdkHttpMetadata"]["HttpStatusCode"]) == ({**key, "n": {"N": "4"}}, 200)
    assert run(world, "aws-sdk:dynamodb:getItem", {"TableName": "t", "Key": key}) == {"Item": got["Item"]}
    refused = {"TableName": "t", "Item": key, "ConditionExpression": "attribute_not_exists(id)"}
    assert run(world, "dynamodb:putItem", refused)[0] == "DynamoDB.ConditionalCheckFailedException"
    assert run(world, "aws-sdk:dynamodb:getItem", {"TableName": "none", "Key": key})[0] == (
        "DynamoDb.ResourceNotFoundException"
    )
    run(world, "dynamodb:deleteItem", {"TableName": "t", "Key": key})
    assert "Item" not in run(world, "dynamodb:getItem", {"TableName": "t", "Key": key})


def test_bucket(world):
    world.client("s3").create_bucket(Bucket="bucket")
    run(world, "aws-sdk:s3:putObject", {"Bucket": "bucket", "Key": "k", "Body": {"x": 1}})
    got = run(world, "aws-sdk:s3:getObject", {"Bucket": "bucket", "Key": "k"})
    assert (json.loads(got["Body"]), got["ContentLength"]) == ({"x": 1}, 7)
    listed = run(world, "aws-sdk:s3:listObjectsV2", {"Bucket": "bucket"})
    assert [(one["Key"], one["Size"]) for one in listed["Contents"]] == [("k", 7)]
    error, cause = run(world, "aws-sdk:s3:getObject", {"Bucket": "bucket", "Key": "none"})
    assert error == "S3.NoSuchKeyException"
    assert cause.startswith("The specified key does not exist. (Service: S3, Status Code: 404, Request ID: ")


def test_started_at_the_first_need_only():
    idle = Services("moto", region="us-east-1", account="000000000000")
    assert idle._moto is None
    idle.client("sqs")
    url = idle._moto.url
    idle.client("s3")
    assert idle._moto.url == url
    idle.close()
    idle.close()
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(url, timeout=5)


def test_ends_with_its_parent():
    script = textwrap.dedent(
        """
        import os, sys
        from sfn_notebook.engine.moto import Moto
        moto = Moto("000000000000")
        print(moto.url, flush=True)
        os._exit(9)
        """
    )
    died = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert died.returncode == 9
    assert gone(died.stdout.strip())


def gone(url):
    """Whether nobody listens there any more; a process that has just lost its parent may take a moment."""
    for _ in range(200):
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except urllib.error.HTTPError:
            continue
        except OSError:
            return True
    return False


def test_without_moto_the_message_says_what_to_install(monkeypatch, tmp_path):
    program = tmp_path / "program.py"
    program.write_text('print(\'{"missing": "moto"}\')')
    monkeypatch.setattr(moto, "_PROGRAM", program)
    with pytest.raises(MissingDependency) as caught:
        Services("moto", region="us-east-1", account="000000000000").client("sqs")
    assert "needs 'moto'" in caught.value.message
    assert "pip install 'sfn-notebook[local]'" in caught.value.hint


def test_a_moto_that_breaks_is_explained(monkeypatch, tmp_path):
    program = tmp_path / "program.py"
    program.write_text("raise SystemExit('it is Monday')")
    monkeypatch.setattr(moto, "_PROGRAM", program)
    with pytest.raises(ServiceError, match=r"exit code 1.*it is Monday"):
        Services("moto", region="us-east-1", account="000000000000").client("sqs")


def test_a_file_named_moto_beside_the_notebook_is_not_moto(monkeypatch, tmp_path):
    (tmp_path / "moto.py").write_text("raise RuntimeError('not me')")
    monkeypatch.chdir(tmp_path)
    beside = Services("moto", region="us-east-1", account="000000000000")
    assert beside.client("sqs").list_queues()["ResponseMetadata"]["HTTPStatusCode"] == 200
    beside.close()


def test_an_endpoint_is_asked_directly(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    elsewhere = Services("http://127.0.0.1:4566", region="us-east-1", account="000000000000")
    client = elsewhere.client("sqs")
    assert client.meta.endpoint_url == "http://127.0.0.1:4566"
    assert client.meta.config.proxies == {}
    assert elsewhere.shared("sqs") is elsewhere.shared("sqs")
    elsewhere.close()


def test_aws_is_this_machines_configuration(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "mine")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    real = Services("aws", region="eu-west-1", account="000000000000")
    client = real.client("sqs")
    assert client.meta.endpoint_url == "https://sqs.eu-west-1.amazonaws.com"
    assert client._get_credentials().access_key == "mine"
