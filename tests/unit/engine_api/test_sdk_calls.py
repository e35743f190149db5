"""Parameters into boto3 calls and answers into results, with botocore's stubber in the place of AWS."""

from datetime import UTC, datetime

import boto3
import pytest
from botocore.stub import Stubber

from sfn_notebook.engine.callers import sdk_dialect
from sfn_notebook.engine.optimized import dialect_of, optimized_services
from sfn_notebook.engine.records import TaskFailure
from sfn_notebook.engine.sdk_calls import call, target

KEYS = {"region_name": "us-east-1", "aws_access_key_id": "x", "aws_secret_access_key": "x"}
GONE = "AWS.SimpleQueueService.NonExistentQueue"
SQS = "https://sqs.us-east-1.amazonaws.com/000000000000/q"


@pytest.fixture
def stub():
    made = []

    def make(service):
        client = boto3.session.Session().client(service, **KEYS)
        stubber = Stubber(client)
        stubber.activate()
        made.append(stubber)
        return client, stubber

    yield make
    for stubber in made:
        stubber.assert_no_pending_responses()


def test_optimized_keys_and_metadata(stub):
    client, stubber = stub("sqs")
    stubber.add_response(
        "send_message",
        {"MD5OfMessageBody": "0" * 32, "MessageId": "1"},
        {"QueueUrl": SQS, "MessageBody": '{"a":[1,"é"]}', "DelaySeconds": 5},
    )
    arguments = {"QueueUrl": SQS, "MessageBody": {"a": [1, "é"]}, "DelaySeconds": 5.0}
    result = call(target(client), "SendMessage", arguments, dialect=dialect_of(optimized_services()["sqs"]))
    assert list(result) == ["MD5OfMessageBody", "MessageId", "SdkHttpMetadata", "SdkResponseMetadata"]
    assert list(result["SdkHttpMetadata"]) == ["AllHttpHeaders", "HttpHeaders", "HttpStatusCode"]


def test_sdk_keys_at_every_depth(stub):
    client, stubber = stub("rds")
    stubber.add_response(
        "describe_db_instances",
        {"DBInstances": [{"DBInstanceIdentifier": "d", "InstanceCreateTime": datetime(2026, 1, 31, tzinfo=UTC)}]},
        {"DBInstanceIdentifier": "d", "Filters": [{"Name": "n", "Values": ["v"]}]},
    )
    arguments = {"DbInstanceIdentifier": "d", "Filters": [{"Name": "n", "Values": ["v"]}]}
    result = call(target(client), "DescribeDBInstances", arguments, dialect=sdk_dialect("RDS"))
    assert result == {"DbInstances": [{"DbInstanceIdentifier": "d", "InstanceCreateTime": "2026-01-31T00:00:00Z"}]}


def test_times_of_optimized_results_are_milliseconds(stub):
    client, stubber = stub("stepfunctions")
    stubber.add_response(
        "start_execution", {"executionArn": "arn:x", "startDate": datetime(2026, 1, 1, tzinfo=UTC)}, None
    )
    arguments = {"StateMachineArn": "arn:y", "Input": {"a": 1}}
    result = call(target(client), "StartExecution", arguments, dialect=dialect_of(optimized_services()["states"]))
    assert (result["ExecutionArn"], result["StartDate"]) == ("arn:x", 1_767_225_600_000)


def test_attribute_values_keep_their_names_in_the_optimized_form_only(stub):
    item = {"id": {"S": "1"}, "yes": {"BOOL": True}, "none": {"NULL": True}}
    client, stubber = stub("dynamodb")
    for _ in range(2):
        stubber.add_response("get_item", {"Item": item}, {"TableName": "t", "Key": {"id": {"S": "1"}}})
    arguments = {"TableName": "t", "Key": {"id": {"S": "1"}}}
    assert (
        call(target(client), "GetItem", arguments, dialect=dialect_of(optimized_services()["dynamodb"]))["Item"] == item
    )
    assert call(target(client), "GetItem", arguments, dialect=sdk_dialect("DynamoDB"))["Item"] == {
        "id": {"S": "1"},
        "yes": {"Bool": True},
        "none": {"Nul": True},
    }


@pytest.mark.parametrize(("body", "sent"), [({"x": 1}, b'{"x":1}'), ("text", b'"text"'), (3, b"3")])
def test_blobs_are_sent_as_json(stub, body, sent):
    client, stubber = stub("s3")
    stubber.add_response("put_object", {}, {"Bucket": "bucket", "Key": "k", "Body": sent})
    assert (
        call(target(client), "PutObject", {"Bucket": "bucket", "Key": "k", "Body": body}, dialect=sdk_dialect("S3"))
        == {}
    )


def failure(client, operation, arguments, dialect):
    with pytest.raises(TaskFailure) as caught:
        call(target(client), operation, arguments, dialect=dialect)
    return caught.value.error, caught.value.cause


@pytest.mark.parametrize(
    ("service", "operation", "code", "dialect", "error", "cause"),
    [
        (
            "sqs",
            "SendMessage",
            GONE,
            dialect_of(optimized_services()["sqs"]),
            "SQS.QueueDoesNotExistException",
            f"No. (Service: AmazonSQS; Status Code: 400; Error Code: {GONE}; Request ID: None; Proxy: null)",
        ),
        ("sqs", "SendMessage", "Strange", dialect_of(optimized_services()["sqs"]), "SQS.AmazonSQSException", None),
        ("sns", "Publish", "NotFound", dialect_of(optimized_services()["sns"]), "SNS.NotFoundException", None),
        (
            "dynamodb",
            "GetItem",
            "ResourceNotFoundException",
            dialect_of(optimized_services()["dynamodb"]),
            "DynamoDB.ResourceNotFoundException",
            None,
        ),
        (
            "dynamodb",
            "GetItem",
            "ValidationException",
            dialect_of(optimized_services()["dynamodb"]),
            "DynamoDB.AmazonDynamoDBException",
            None,
        ),
        ("dynamodb", "GetItem", "ValidationException", sdk_dialect("DynamoDB"), "DynamoDb.DynamoDbException", None),
        (
            "s3",
            "GetObject",
            "NoSuchKey",
            sdk_dialect("S3"),
            "S3.NoSuchKeyException",
            "No. (Service: S3, Status Code: 400, Request ID: None)",
        ),
        ("stepfunctions", "ListActivities", "InvalidToken", sdk_dialect("SFN"), "Sfn.InvalidTokenException", None),
    ],
)
def test_error_names(stub, service, operation, code, dialect, error, cause):
    arguments = {
        "SendMessage": {"QueueUrl": SQS, "MessageBody": "x"},
        "Publish": {"TopicArn": "arn:x", "Message": "x"},
        "GetItem": {"TableName": "t", "Key": {"id": {"S": "1"}}},
        "GetObject": {"Bucket": "bucket", "Key": "k"},
        "ListActivities": {},
    }[operation]
    client, stubber = stub(service)
    more = {"QueryErrorCode": "QueueDoesNotExist"} if code == GONE else {}
    stubber.add_client_error(operation_name(operation), code, "No.", http_status_code=400, response_meta={})
    stubber._queue[-1]["response"][1]["Error"].update(more)
    found = failure(client, operation, arguments, dialect)
    assert found[0] == error
    if cause is not None:
        assert found[1] == cause


def operation_name(operation):
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in operation).lstrip("_")


def test_a_field_that_does_not_exist(stub):
    client, _ = stub("sqs")
    error, cause = failure(client, "SendMessage", {"QueueURL": SQS}, dialect_of(optimized_services()["sqs"]))
    assert error == "States.Runtime"
    assert cause.startswith('The field "QueueURL" is not supported by Step Functions')
    assert "Did you mean 'QueueUrl'" in cause


def test_a_field_that_is_missing():
    client = boto3.session.Session().client("sqs", **KEYS)
    error, cause = failure(client, "SendMessage", {"QueueUrl": SQS}, dialect_of(optimized_services()["sqs"]))
    assert error == "States.Runtime"
    assert "MessageBody" in cause


def test_nobody_answers():
    client = boto3.session.Session().client("sqs", endpoint_url="http://127.0.0.1:9", **KEYS)
    client.meta.events.register("before-send.sqs", refuse)
    error, _ = failure(client, "ListQueues", {}, dialect_of(optimized_services()["sqs"]))
    assert error == "SQS.SdkClientException"


def refuse(request, **_):
    from botocore.exceptions import NoCredentialsError

    raise NoCredentialsError
