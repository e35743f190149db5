import pytest

from sfn_notebook.errors import InvalidArgument, UnknownKeyword
from sfn_notebook.notebook.machine import StateMachine
from sfn_notebook.notebook.values import path, q, token

ARN = "arn:aws:states:::"
FUNCTION = "arn:aws:lambda:us-east-1:1:function:f"
ACTIVITY = "arn:aws:states:us-east-1:1:activity:a"


def made(add, query_language="JSONata"):
    sm = StateMachine("m", query_language=query_language)
    add(sm)
    (state,) = sm.definition["States"].values()
    return {key: value for key, value in state.items() if key not in ("Type", "End")}


@pytest.mark.parametrize(
    ("add", "expected"),
    [
        (
            lambda sm: sm.task("T", resource=FUNCTION, arguments={"a": 1}, timeout_seconds=5),
            {"Resource": FUNCTION, "Arguments": {"a": 1}, "TimeoutSeconds": 5},
        ),
        (
            lambda sm: sm.task("T", resource="glue:startJobRun", arguments=q("$x"), wait="job"),
            {"Resource": f"{ARN}glue:startJobRun.sync", "Arguments": "{% $x %}"},
        ),
        (
            lambda sm: sm.task("T", resource=f"{ARN}sqs:sendMessage.waitForTaskToken", arguments=None, wait="callback"),
            {"Resource": f"{ARN}sqs:sendMessage.waitForTaskToken", "Arguments": None},
        ),
        (
            lambda sm: sm.lambda_invoke("T", "f", payload={"t": token}, wait="callback", qualifier="1"),
            {
                "Resource": f"{ARN}lambda:invoke.waitForTaskToken",
                "Arguments": {
                    "FunctionName": "f",
                    "Payload": {"t": "{% $states.context.Task.Token %}"},
                    "Qualifier": "1",
                },
            },
        ),
        (
            lambda sm: sm.lambda_invoke("T", q("$f"), payload=None, wait="response", arguments={"ClientContext": "c"}),
            {
                "Resource": f"{ARN}lambda:invoke",
                "Arguments": {"FunctionName": "{% $f %}", "Payload": None, "ClientContext": "c"},
            },
        ),
        (
            lambda sm: sm.sqs_send("T", queue_url="u", body={"a": 1}, delay_seconds=3, heartbeat_seconds=7),
            {
                "Resource": f"{ARN}sqs:sendMessage",
                "Arguments": {"QueueUrl": "u", "MessageBody": {"a": 1}, "DelaySeconds": 3},
                "HeartbeatSeconds": 7,
            },
        ),
        (
            lambda sm: sm.sns_publish("T", topic_arn="t", message="m", subject="s"),
            {"Resource": f"{ARN}sns:publish", "Arguments": {"TopicArn": "t", "Message": "m", "Subject": "s"}},
        ),
        (
            lambda sm: sm.dynamodb_get_item("T", table="t", key={"id": {"S": "a"}}),
            {"Resource": f"{ARN}dynamodb:getItem", "Arguments": {"TableName": "t", "Key": {"id": {"S": "a"}}}},
        ),
        (
            lambda sm: sm.dynamodb_put_item("T", table="t", item={"id": {"S": "a"}}, condition_expression="c"),
            {
                "Resource": f"{ARN}dynamodb:putItem",
                "Arguments": {"TableName": "t", "Item": {"id": {"S": "a"}}, "ConditionExpression": "c"},
            },
        ),
        (
            lambda sm: sm.dynamodb_update_item("T", table="t", key={}, update_expression="SET a = :a"),
            {
                "Resource": f"{ARN}dynamodb:updateItem",
                "Arguments": {"TableName": "t", "Key": {}, "UpdateExpression": "SET a = :a"},
            },
        ),
        (
            lambda sm: sm.dynamodb_delete_item("T", table="t", key={}, arguments={"ReturnValues": "ALL_OLD"}),
            {
                "Resource": f"{ARN}dynamodb:deleteItem",
                "Arguments": {"TableName": "t", "Key": {}, "ReturnValues": "ALL_OLD"},
            },
        ),
        (
            lambda sm: sm.http(
                "T", endpoint="https://e", method="POST", connection="arn:c", body={"a": 1}, query={"q": "1"}
            ),
            {
                "Resource": f"{ARN}http:invoke",
                "Arguments": {
                    "ApiEndpoint": "https://e",
                    "Method": "POST",
                    "InvocationConfig": {"ConnectionArn": "arn:c"},
                    "QueryParameters": {"q": "1"},
                    "RequestBody": {"a": 1},
                },
            },
        ),
        (
            lambda sm: sm.start_execution("T", "arn:sm", input=q("$states.input"), wait="job"),
            {
                "Resource": f"{ARN}states:startExecution.sync:2",
                "Arguments": {"StateMachineArn": "arn:sm", "Input": "{% $states.input %}"},
            },
        ),
        (lambda sm: sm.activity("T", ACTIVITY, heartbeat_seconds=5), {"Resource": ACTIVITY, "HeartbeatSeconds": 5}),
        (
            lambda sm: sm.aws("T", "s3:listObjectsV2", Bucket="b", timeout_seconds=5),
            {"Resource": f"{ARN}aws-sdk:s3:listObjectsV2", "Arguments": {"Bucket": "b"}, "TimeoutSeconds": 5},
        ),
        (
            lambda sm: sm.aws("T", "aws-sdk:sfn:listActivities", wait="callback", arguments={"MaxResults": 1}),
            {"Resource": f"{ARN}aws-sdk:sfn:listActivities.waitForTaskToken", "Arguments": {"MaxResults": 1}},
        ),
    ],
)
def test_each_task_writes_its_call(add, expected):
    assert made(add) == expected


def test_the_same_in_jsonpath():
    assert made(lambda sm: sm.lambda_invoke("T", path("$.f"), payload=path("$")), "JSONPath") == {
        "Resource": f"{ARN}lambda:invoke",
        "Parameters": {"FunctionName.$": "$.f", "Payload.$": "$"},
    }
    assert made(
        lambda sm: sm.lambda_invoke("T", "f", payload=q("$states.input"), query_language="JSONata"), "JSONPath"
    ) == {
        "Resource": f"{ARN}lambda:invoke",
        "QueryLanguage": "JSONata",
        "Arguments": {"FunctionName": "f", "Payload": "{% $states.input %}"},
    }


@pytest.mark.parametrize(
    ("attempt", "error", "said"),
    [
        (lambda sm: sm.task("T", resource="nope"), InvalidArgument, "not a Task resource"),
        (lambda sm: sm.task("T", resource=5), InvalidArgument, "given was 5"),
        (lambda sm: sm.task("T", resource=FUNCTION, wait="callback"), UnknownKeyword, "lambda_invoke"),
        (lambda sm: sm.task("T", resource="sqs:sendMessage", wait="token"), InvalidArgument, "'response', 'job'"),
        (lambda sm: sm.task("T", resource="ecs:runTask.sync", wait="callback"), InvalidArgument, "already says"),
        (lambda sm: sm.aws("T", "s3:getObject", wait="job"), InvalidArgument, "do not wait for jobs"),
        (lambda sm: sm.aws("T", "getObject", Bucket="b"), InvalidArgument, "not a Task resource"),
        (lambda sm: sm.aws("T", "s3:getObject", bucket="b"), UnknownKeyword, "has no 'bucket'"),
        (lambda sm: sm.activity("T", FUNCTION), InvalidArgument, "not an activity's ARN"),
        (lambda sm: sm.lambda_invoke("T", print), InvalidArgument, "@session.function"),
        (lambda sm: sm.lambda_invoke("T", ""), InvalidArgument, "no name of a function: ''"),
        (lambda sm: sm.start_execution("T", StateMachine("child")), InvalidArgument, "run its deploy\\(\\) first"),
        (lambda sm: sm.sns_publish("T", message="m"), InvalidArgument, "one of topic_arn="),
        (lambda sm: sm.lambda_invoke("T", "f", paylod={}), UnknownKeyword, "Did you mean 'payload'"),
        (lambda sm: sm.lambda_invoke("T", "f", payload=path("$.a")), UnknownKeyword, "is JSONPath"),
    ],
)
def test_refused_where_it_is_typed(attempt, error, said):
    sm = StateMachine("m")
    with pytest.raises(error, match=said):
        attempt(sm)
    assert len(sm) == 0
