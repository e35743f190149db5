"""AWS SDK integrations over every protocol of AWS: what comes back, and how services say no."""

import json
import struct

import botocore.session
import pytest
from botocore.awsrequest import AWSResponse

from sfn_notebook.engine.callers import sdk_dialect
from sfn_notebook.engine.records import TaskFailure
from sfn_notebook.engine.sdk_calls import call, target
from sfn_notebook.engine.services import own_session

S = "arn:aws:states:::aws-sdk:"
ROLE = "arn:aws:iam::000000000000:role/r"
COUNT = iter(range(10_000))


def run(bench, resource, arguments):
    state = {"Type": "Task", "Resource": S + resource, "Arguments": arguments, "End": True}
    definition = {"QueryLanguage": "JSONata", "StartAt": "T", "States": {"T": state}}
    done = bench.run(definition, name=f"sdk{next(COUNT)}")
    return json.loads(done["output"]) if done["status"] == "SUCCEEDED" else (done["error"], done["cause"])


def protocol(service):
    model = botocore.session.get_session().get_service_model(service)
    return model.resolved_protocol


def test_s3_speaks_rest_xml(shared):
    assert protocol("s3") == "rest-xml"
    assert run(shared, "s3:createBucket", {"Bucket": "pictures"}) == {"Location": "/pictures"}
    put = run(shared, "s3:putObject", {"Bucket": "pictures", "Key": "ä/b c", "Body": "text", "Metadata": {"a": "b"}})
    assert put["ETag"].startswith('"')
    got = run(shared, "s3:getObject", {"Bucket": "pictures", "Key": "ä/b c"})
    assert (got["Body"], got["Metadata"], got["ContentLength"]) == ('"text"', {"a": "b"}, 6)
    assert got["LastModified"].endswith("Z")
    for n in range(3):
        run(shared, "s3:putObject", {"Bucket": "pictures", "Key": f"n{n}"})
    page = run(shared, "s3:listObjectsV2", {"Bucket": "pictures", "Prefix": "n", "MaxKeys": 2})
    assert ([one["Key"] for one in page["Contents"]], page["IsTruncated"]) == (["n0", "n1"], True)
    token = page["NextContinuationToken"]
    more = run(shared, "s3:listObjectsV2", {"Bucket": "pictures", "Prefix": "n", "ContinuationToken": token})
    assert [one["Key"] for one in more["Contents"]] == ["n2"]
    assert run(shared, "s3:deleteObject", {"Bucket": "pictures", "Key": "n0"}) == {}
    error, cause = run(shared, "s3:getObject", {"Bucket": "pictures", "Key": "none"})
    assert error == "S3.NoSuchKeyException"
    assert cause.startswith("The specified key does not exist. (Service: S3, Status Code: 404, Request ID: ")
    assert run(shared, "s3:listObjectsV2", {"Bucket": "no-such-bucket"})[0] == "S3.NoSuchBucketException"


def test_an_answer_without_a_body(shared):
    run(shared, "s3:createBucket", {"Bucket": "head"})
    assert "BucketRegion" in run(shared, "s3:headBucket", {"Bucket": "head"})
    error, _ = run(shared, "s3:headObject", {"Bucket": "head", "Key": "none"})
    assert error == "S3.S3Exception"


def test_dynamodb_speaks_json(shared):
    table = {
        "TableName": "sdk",
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST",
    }
    made = run(shared, "dynamodb:createTable", table)["TableDescription"]
    assert (made["TableStatus"], made["CreationDateTime"].endswith("Z")) == ("ACTIVE", True)
    item = {"id": {"S": "1"}, "blob": {"B": "aGk="}, "nothing": {"Nul": True}, "yes": {"Bool": True}, "n": {"N": "1"}}
    assert run(shared, "dynamodb:putItem", {"TableName": "sdk", "Item": item}) == {}
    got = run(shared, "dynamodb:getItem", {"TableName": "sdk", "Key": {"id": {"S": "1"}}})["Item"]
    assert (got["nothing"], got["yes"], got["n"]) == ({"Nul": True}, {"Bool": True}, {"N": "1"})
    assert run(shared, "dynamodb:getItem", {"TableName": "sdk", "Key": {"id": {"S": "2"}}}) == {}
    assert run(shared, "dynamodb:scan", {"TableName": "sdk", "Limit": 1})["Count"] == 1
    refused = {"TableName": "sdk", "Item": item, "ConditionExpression": "attribute_not_exists(id)"}
    error, cause = run(shared, "dynamodb:putItem", refused)
    assert error == "DynamoDb.ConditionalCheckFailedException"
    assert cause.startswith("The conditional request failed (Service: DynamoDb, Status Code: 400, Request ID: ")
    assert run(shared, "dynamodb:createTable", table)[0] == "DynamoDb.ResourceInUseException"


def test_sqs_speaks_json_with_the_codes_of_query(shared):
    url = run(shared, "sqs:createQueue", {"QueueName": "sdk"})["QueueUrl"]
    sent = run(shared, "sqs:sendMessage", {"QueueUrl": url, "MessageBody": {"a": 1}})
    (message,) = run(shared, "sqs:receiveMessage", {"QueueUrl": url, "MaxNumberOfMessages": 1})["Messages"]
    assert (message["MessageId"], message["Body"]) == (sent["MessageId"], '{"a":1}')
    assert run(shared, "sqs:deleteMessage", {"QueueUrl": url, "ReceiptHandle": message["ReceiptHandle"]}) == {}
    assert run(shared, "sqs:receiveMessage", {"QueueUrl": url}) == {}
    error, _ = run(shared, "sqs:sendMessage", {"QueueUrl": url + "x", "MessageBody": "m"})
    assert error == "Sqs.QueueDoesNotExistException"


def test_sns_speaks_query(shared):
    assert protocol("sns") == "query"
    topic = run(shared, "sns:createTopic", {"Name": "sdk"})["TopicArn"]
    assert run(shared, "sns:publish", {"TopicArn": topic, "Message": "m"})["MessageId"]
    assert run(shared, "sns:listTopics", {})["Topics"] == [{"TopicArn": topic}]
    assert run(shared, "sns:publish", {"TopicArn": topic + "x", "Message": "m"})[0] == "Sns.NotFoundException"


def test_iam_speaks_query(shared):
    made = run(shared, "iam:createUser", {"UserName": "ada"})["User"]
    assert (made["UserName"], made["CreateDate"].endswith("Z")) == ("ada", True)
    error, cause = run(shared, "iam:createUser", {"UserName": "ada"})
    assert error == "Iam.EntityAlreadyExistsException"
    assert "(Service: Iam, Status Code: 409, " in cause


def test_rds_speaks_query_with_names_of_its_own(shared):
    arguments = {"DbInstanceIdentifier": "db", "DbInstanceClass": "db.t3.micro", "Engine": "postgres"}
    made = run(shared, "rds:createDBInstance", {**arguments, "AllocatedStorage": 10})["DbInstance"]
    assert made["DbInstanceIdentifier"] == "db"
    assert run(shared, "rds:describeDBInstances", {})["DbInstances"][0]["DbInstanceClass"] == "db.t3.micro"
    error, _ = run(shared, "rds:describeDBInstances", {"DbInstanceIdentifier": "none"})
    assert error == "Rds.DbInstanceNotFoundException"


def test_ec2_speaks_a_query_of_its_own(shared):
    assert protocol("ec2") == "ec2"
    vpc = run(shared, "ec2:createVpc", {"CidrBlock": "10.0.0.0/16"})["Vpc"]
    (found,) = run(shared, "ec2:describeVpcs", {"VpcIds": [vpc["VpcId"]]})["Vpcs"]
    assert (found["CidrBlock"], found["IsDefault"]) == ("10.0.0.0/16", False)
    error, cause = run(shared, "ec2:describeVpcs", {"VpcIds": ["vpc-0"]})
    assert error == "Ec2.Ec2Exception", "its model knows no errors"
    assert "vpc-0" in cause
    assert "(Service: Ec2, Status Code: 400, Request ID: " in cause


def test_sts_speaks_query(shared):
    identity = run(shared, "sts:getCallerIdentity", {})
    assert identity["Account"] == "000000000000"


METRIC = {"MetricName": "m", "Value": 1.5, "Timestamp": "2026-01-31T12:00:00Z", "Unit": "Count"}
A_DAY = {"StartTime": "2026-01-31T00:00:00Z", "EndTime": "2026-02-01T00:00:00Z", "Period": 86_400}


def test_cloudwatch_has_times_and_numbers(shared):
    assert run(shared, "cloudwatch:putMetricData", {"Namespace": "n", "MetricData": [METRIC]}) == {}
    (listed,) = run(shared, "cloudwatch:listMetrics", {"Namespace": "n"})["Metrics"]
    assert listed == {"Namespace": "n", "MetricName": "m", "Dimensions": []}
    asked = {"Namespace": "n", "MetricName": "m", "Statistics": ["Sum"], **A_DAY}
    (point,) = run(shared, "cloudwatch:getMetricStatistics", asked)["Datapoints"]
    assert (point["Sum"], point["Timestamp"][-1]) == (1.5, "Z")
    error, _ = run(shared, "cloudwatch:getDashboard", {"DashboardName": "none"})
    assert error.startswith("CloudWatch.")


def a_text(text):
    return bytes([0x60 + len(text)]) + text.encode() if len(text) < 24 else bytes([0x78, len(text)]) + text.encode()


def a_double(number):
    return b"\xfb" + struct.pack(">d", number)


def over_cbor(monkeypatch, status, body):
    """A CloudWatch client that speaks CBOR and gets this answer; what moto knows speaks other protocols."""
    session = own_session("us-east-1")
    loader = session.get_component("data_loader")
    load = loader.load_service_model

    def cbor(service, kind, api_version=None):
        model = load(service, kind, api_version)
        if kind == "service-2":
            model = {**model, "metadata": {**model["metadata"], "protocols": ["smithy-rpc-v2-cbor"]}}
        return model

    monkeypatch.setattr(loader, "load_service_model", cbor)
    client = session.create_client("cloudwatch")
    assert client.meta.service_model.resolved_protocol == "smithy-rpc-v2-cbor"
    answer = AWSResponse("", status, {"smithy-protocol": "rpc-v2-cbor", "content-type": "application/cbor"}, None)
    answer._content = body
    client.meta.events.register("before-send.cloudwatch", lambda **_: answer)
    return target(client)


def test_times_and_numbers_over_cbor(monkeypatch):
    point = b"\xa2" + a_text("Sum") + a_double(1.5) + a_text("Timestamp") + b"\xc1" + a_double(1_769_860_800)
    service = over_cbor(monkeypatch, 200, b"\xa1" + a_text("Datapoints") + b"\x81" + point)
    asked = {"Namespace": "c", "MetricName": "m", "Statistics": ["Sum"], **A_DAY}
    answer = call(service, "GetMetricStatistics", asked, dialect=sdk_dialect("CloudWatch"))
    assert answer == {"Datapoints": [{"Sum": 1.5, "Timestamp": "2026-01-31T12:00:00Z"}]}


def test_an_error_over_cbor(monkeypatch):
    kind = a_text("__type") + a_text("com.amazonaws.cloudwatch#DashboardNotFoundError")
    service = over_cbor(monkeypatch, 404, b"\xa2" + kind + a_text("message") + a_text("There is none."))
    with pytest.raises(TaskFailure) as caught:
        call(service, "GetDashboard", {"DashboardName": "none"}, dialect=sdk_dialect("CloudWatch"))
    assert caught.value.error.startswith("CloudWatch.")
    assert caught.value.cause.startswith("There is none. (Service: CloudWatch, Status Code: 404")


def test_secretsmanager_speaks_json(shared):
    made = run(shared, "secretsmanager:createSecret", {"Name": "s", "SecretString": "hush"})
    assert made["Arn"].startswith("arn:aws:secretsmanager:us-east-1:000000000000:secret:s")
    got = run(shared, "secretsmanager:getSecretValue", {"SecretId": "s"})
    assert (got["SecretString"], got["CreatedDate"].endswith("Z")) == ("hush", True)
    assert run(shared, "secretsmanager:createSecret", {"Name": "s"})[0] == "SecretsManager.ResourceExistsException"
    error, _ = run(shared, "secretsmanager:getSecretValue", {"SecretId": "none"})
    assert error == "SecretsManager.ResourceNotFoundException"


def test_kms_has_blobs(shared):
    key = run(shared, "kms:createKey", {})["KeyMetadata"]["KeyId"]
    assert run(shared, "kms:encrypt", {"KeyId": key, "Plaintext": "hush"})["CiphertextBlob"]
    assert run(shared, "kms:describeKey", {"KeyId": "none"})[0] == "Kms.NotFoundException"


def test_ssm_speaks_json(shared):
    assert run(shared, "ssm:putParameter", {"Name": "p", "Value": "v", "Type": "String"})["Version"] == 1
    assert run(shared, "ssm:getParameter", {"Name": "p"})["Parameter"]["Value"] == "v"
    assert run(shared, "ssm:getParameter", {"Name": "none"})[0] == "Ssm.ParameterNotFoundException"


def test_events_are_eventbridge(shared):
    entry = {"Source": "s", "DetailType": "t", "Detail": {"a": 1}}
    assert run(shared, "eventbridge:putEvents", {"Entries": [entry]})["FailedEntryCount"] == 0
    assert run(shared, "eventbridge:describeRule", {"Name": "none"})[0] == "EventBridge.ResourceNotFoundException"


def test_logs_are_cloudwatchlogs(shared):
    assert run(shared, "cloudwatchlogs:createLogGroup", {"LogGroupName": "/g"}) == {}
    (group,) = run(shared, "cloudwatchlogs:describeLogGroups", {"LogGroupNamePrefix": "/g"})["LogGroups"]
    assert (group["LogGroupName"], isinstance(group["CreationTime"], int)) == ("/g", True)
    error, _ = run(shared, "cloudwatchlogs:createLogGroup", {"LogGroupName": "/g"})
    assert error == "CloudWatchLogs.ResourceAlreadyExistsException"


def test_lambda_speaks_rest_json(shared):
    assert protocol("lambda") == "rest-json"
    assert run(shared, "lambda:listFunctions", {}) == {"Functions": []}
    error, _ = run(shared, "lambda:getFunction", {"FunctionName": "none"})
    assert error == "Lambda.ResourceNotFoundException"


def test_lambda_invokes_the_notebooks_functions(shared):
    def handler(event, context):
        return {"got": event} if event != "bad" else 1 / 0

    shared.world.put_function("mine", handler)
    answer = run(shared, "lambda:invoke", {"FunctionName": "mine", "Payload": {"a": 1}})
    assert answer == {"ExecutedVersion": "$LATEST", "Payload": '{"got":{"a":1}}', "StatusCode": 200}
    failed = run(shared, "lambda:invoke", {"FunctionName": "mine", "Payload": "bad"})
    assert failed["FunctionError"] == "Unhandled"
    assert json.loads(failed["Payload"])["errorType"] == "ZeroDivisionError"


def test_glue_and_ecs_speak_json(shared):
    command = {"Name": "glueetl", "ScriptLocation": "s3://b/k"}
    assert run(shared, "glue:createJob", {"Name": "j", "Role": ROLE, "Command": command}) == {"Name": "j"}
    assert run(shared, "glue:getJob", {"JobName": "none"})[0] == "Glue.EntityNotFoundException"
    assert run(shared, "ecs:createCluster", {"ClusterName": "c"})["Cluster"]["Status"] == "ACTIVE"
    error, _ = run(shared, "ecs:listTasks", {"Cluster": "none"})
    assert error == "Ecs.ClusterNotFoundException"


def test_step_functions_are_sfn(shared):
    listed = run(shared, "sfn:listActivities", {})
    assert listed == {"Activities": []}
    error, _ = run(
        shared, "sfn:describeExecution", {"ExecutionArn": "arn:aws:states:us-east-1:000000000000:execution:a:b"}
    )
    assert error == "Sfn.ExecutionDoesNotExistException"


def test_a_host_name_for_a_part_of_a_service_is_not_looked_up(shared):
    namespace = run(shared, "servicediscovery:createHttpNamespace", {"Name": "n"})
    assert namespace["OperationId"]
    found = run(shared, "servicediscovery:discoverInstances", {"NamespaceName": "n", "ServiceName": "none"})
    assert "Could not connect" not in str(found)


@pytest.mark.parametrize(
    ("resource", "arguments"),
    [
        ("translate:translateText", {"Text": "a", "SourceLanguageCode": "en", "TargetLanguageCode": "de"}),
        ("ec2:describeIpams", {}),
        ("eks:describeAddonVersions", {}),
        ("glue:listBlueprints", {}),
        ("iam:listServiceSpecificCredentials", {}),
    ],
)
def test_what_moto_does_not_know_says_so(shared, resource, arguments):
    error, cause = run(shared, resource, arguments)
    assert error == "States.Runtime"
    assert cause.startswith(f"State 'T' calls aws-sdk:{resource}, and moto, this session's stand-in for AWS, does not")


def test_a_token_in_any_service(shared):
    url = shared.world.client("sqs").create_queue(QueueName="tokens")["QueueUrl"]
    for language, token in (("JSONata", "{% 'token=' & $states.context.Task.Token %}"), ("JSONPath", None)):
        field = "Arguments" if token else "Parameters"
        body = {"MessageBody": token} if token else {"MessageBody.$": "States.Format('token={}', $$.Task.Token)"}
        state = {
            "Type": "Task",
            "Resource": S + "sqs:sendMessage.waitForTaskToken",
            field: {"QueueUrl": url, **body},
            "End": True,
        }
        definition = {"QueryLanguage": language, "StartAt": "T", "States": {"T": state}}
        execution = shared.start(shared.machine(definition, name=f"token{language}"))
        assert shared.world.wait_for_events(execution, 4, 60)
        (message,) = shared.world.client("sqs").receive_message(QueueUrl=url, VisibilityTimeout=600)["Messages"]
        shared.client.send_task_success(taskToken=message["Body"].removeprefix("token="), output="1")
        assert shared.end(execution)["output"] == "1"


def test_each_iteration_of_a_map_and_each_retry_has_a_token_of_its_own(shared):
    url = shared.world.client("sqs").create_queue(QueueName="many")["QueueUrl"]
    ask = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Arguments": {"QueueUrl": url, "MessageBody": {"token": "{% $states.context.Task.Token %}"}},
        "Retry": [{"ErrorEquals": ["Again"], "MaxAttempts": 1}],
        "End": True,
    }
    each = {
        "Type": "Map",
        "Items": [1, 2, 3],
        "ItemProcessor": {"StartAt": "Ask", "States": {"Ask": ask}},
        "End": True,
    }
    definition = {"QueryLanguage": "JSONata", "StartAt": "Each", "States": {"Each": each}}
    execution = shared.start(shared.machine(definition, name="many"))
    tokens = [sent(shared, url) for _ in range(3)]
    assert len(set(tokens)) == 3
    shared.client.send_task_failure(taskToken=tokens[0], error="Again")
    for token in tokens[1:]:
        shared.client.send_task_success(taskToken=token, output="1")
    shared.world.advance(1)
    again = sent(shared, url)
    assert again not in tokens
    with pytest.raises(shared.client.exceptions.TaskTimedOut):
        shared.client.send_task_success(taskToken=tokens[0], output="1")
    shared.client.send_task_success(taskToken=again, output="2")
    assert sorted(json.loads(shared.end(execution)["output"])) == [1, 1, 2]


def sent(shared, url):
    """The token in the next message of a queue."""
    received = shared.world.client("sqs").receive_message(QueueUrl=url, VisibilityTimeout=600, WaitTimeSeconds=20)
    return json.loads(received["Messages"][0]["Body"])["token"]
