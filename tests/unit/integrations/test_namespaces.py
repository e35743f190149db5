import inspect

import pytest

import sfn_notebook as sfn
from sfn_notebook.errors import InvalidArgument, UnknownKeyword, UnknownName
from sfn_notebook.integrations import aws, call_of, optimized
from sfn_notebook.notebook.machine import StateMachine


def test_tab():
    assert {"s3", "sfn", "cloudwatchlogs", "dynamodb"} <= set(dir(aws))
    assert {"glue", "emr_containers", "http"} <= set(dir(optimized))
    assert {"listObjectsV2", "getObject"} <= set(dir(aws.s3))
    assert dir(optimized.sqs) == ["sendMessage"]
    assert "subscribeToShard" not in dir(aws.kinesis)


@pytest.mark.parametrize(
    "named",
    [
        lambda: aws.stepfunctions.startExecution,
        lambda: aws.sfn.start_execution,
        lambda: aws.SFN.StartExecution,
    ],
)
def test_any_casing_and_boto3s_names(named):
    assert named().label == "aws-sdk:sfn:startExecution"


def test_a_name_that_does_not_exist():
    with pytest.raises(AttributeError, match="Did you mean 'getObject'"):
        aws.s3.getObjekt
    with pytest.raises(AttributeError, match="no AWS service 'dynamod'"):
        aws.dynamod
    with pytest.raises(AttributeError, match="Did you mean 'startJobRun'"):
        optimized.glue.startJob
    assert not hasattr(aws, "_repr_html_")


def test_signature_and_docstring():
    call = aws.s3.listObjectsV2
    parameters = inspect.signature(call).parameters
    assert next(iter(parameters)) == "Bucket"
    assert [name for name, one in parameters.items() if one.default is inspect.Parameter.empty] == ["Bucket"]
    assert str(inspect.signature(optimized.sqs.sendMessage)).startswith("(*, QueueUrl: text, MessageBody: text, Delay")
    text = inspect.getdoc(call)
    assert text.startswith("Returns some or all (up to 1,000) of the objects in a bucket")
    assert "    Bucket (text, required): " in text
    assert "S3.NoSuchBucketException" in text
    assert "<" not in text.partition("Args:")[0]
    assert "wait='job'" in optimized.glue.startJobRun.__doc__
    assert "wait='job'" not in text
    assert "Note: .sync gives the output as a JSON text" in optimized.states.startExecution.__doc__
    assert repr(call) == "aws-sdk:s3:listObjectsV2(Bucket, …)"
    assert repr(aws) == "services of AWS SDK integrations: type a dot and press Tab"


def test_names_of_the_sdk_for_java():
    assert "DbInstanceIdentifier" in inspect.signature(aws.rds.stopDBInstance).parameters
    assert "Rds.DbInstanceNotFoundException" in aws.rds.stopDBInstance.__doc__


def test_calling_checks_the_arguments():
    assert aws.s3.getObject(Bucket="b", Key="{% $k %}") == {"Bucket": "b", "Key": "{% $k %}"}
    with pytest.raises(UnknownKeyword, match="Did you mean 'Bucket'"):
        aws.s3.getObject(Buckt="b")
    with pytest.raises(InvalidArgument, match="must be a STRING"):
        aws.s3.getObject(Bucket=1, Key="k")
    with pytest.raises(UnknownKeyword, match=r"at Entries\[0\].Sorce"):
        optimized.events.putEvents(Entries=[{"Sorce": "s"}])


def test_in_the_builder():
    sm = StateMachine("m")
    sm.aws("List", aws.s3.listObjectsV2, Bucket="b")
    sm.optimized("Run", optimized.glue.startJobRun, JobName="j", wait="job")
    sm.task("Any", resource=optimized.sqs.sendMessage, arguments={"QueueUrl": "u", "MessageBody": "b"})
    resources = [state["Resource"].removeprefix("arn:aws:states:::") for state in sm.definition["States"].values()]
    assert resources == ["aws-sdk:s3:listObjectsV2", "glue:startJobRun.sync", "sqs:sendMessage"]


def test_resources():
    assert optimized.glue.startJobRun.resource("job") == "arn:aws:states:::glue:startJobRun.sync"
    assert aws.glue.startJobRun.resource("callback") == "arn:aws:states:::aws-sdk:glue:startJobRun.waitForTaskToken"
    with pytest.raises(InvalidArgument, match="cannot wait with 'job'"):
        aws.glue.startJobRun.resource("job")


def test_rows():
    assert optimized("glue", "startJobRun").patterns == ("response", "job")
    assert optimized("glue", "nosuch") is None


@pytest.mark.parametrize(
    ("given", "label"),
    [
        (("glue", "StartJobRun"), "glue:startJobRun"),
        (("glue:start_job_run",), "glue:startJobRun"),
        (("arn:aws:states:::glue:startJobRun.sync",), "glue:startJobRun"),
        (("arn:aws:states:::aws-sdk:glue:startJobRun.waitForTaskToken",), "aws-sdk:glue:startJobRun"),
        (("aws-sdk:glue", "startJobRun"), "aws-sdk:glue:startJobRun"),
        (("emr-containers", "start_job_run"), "emr-containers:startJobRun"),
        (("s3", "put_object"), "aws-sdk:s3:putObject"),
        (("logs", "FilterLogEvents"), "aws-sdk:cloudwatchlogs:filterLogEvents"),
        (("states", "startExecution"), "states:startExecution"),
        (("http:invoke",), "http:invoke"),
    ],
)
def test_whatever_names_an_action(given, label):
    assert call_of(*given).label == label


@pytest.mark.parametrize(
    ("given", "said"),
    [(("glue",), "which action"), (("glue", "startJobb"), "Did you mean"), (("gleu", "startJobRun"), "no AWS service")],
)
def test_what_names_none(given, said):
    with pytest.raises(UnknownName, match=said):
        call_of(*given)


def test_they_are_public():
    assert sfn.integrations.aws is aws
    assert sfn.integrations.optimized is optimized
