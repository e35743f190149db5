"""A Task's Resource, read."""

import pytest

from sfn_notebook.errors import InvalidArgument
from sfn_notebook.integrations import parse_resource


@pytest.mark.parametrize(
    ("arn", "kind", "label", "pattern"),
    [
        ("arn:aws:states:::lambda:invoke", "optimized", "lambda:invoke", "response"),
        ("arn:aws:states:::lambda:invoke.waitForTaskToken", "optimized", "lambda:invoke", "callback"),
        ("arn:aws:states:::glue:startJobRun.sync", "optimized", "glue:startJobRun", "job"),
        ("arn:aws:states:::states:startExecution.sync:2", "optimized", "states:startExecution", "job"),
        ("arn:aws-cn:states:::aws-sdk:s3:getObject", "aws-sdk", "aws-sdk:s3:getObject", "response"),
        ("arn:aws:states:::http:invoke", "http", "http:invoke", "response"),
        ("arn:aws:states:us-east-1:000000000000:activity:Pick", "activity", "states:Pick", "response"),
        (
            "arn:aws:lambda:us-east-1:000000000000:function:charge:$LATEST",
            "lambda",
            "lambda:charge:$LATEST",
            "response",
        ),
    ],
)
def test_every_form_is_read(arn: str, kind: str, label: str, pattern: str) -> None:
    resource = parse_resource(arn)
    assert (resource.kind, resource.label, resource.pattern) == (kind, label, pattern)


@pytest.mark.parametrize(
    "arn", ["", "lambda:invoke", "arn:aws:states:::sqs", "arn:aws:states:::aws-sdk:s3", "arn:aws:s3:::bucket"]
)
def test_anything_else_is_refused_with_the_forms_allowed(arn: str) -> None:
    with pytest.raises(InvalidArgument, match=r"waitForTaskToken"):
        parse_resource(arn)


def test_what_the_history_shows_of_it() -> None:
    resource = parse_resource("arn:aws:states:::aws-sdk:sqs:sendMessage.waitForTaskToken")
    assert (resource.resource_type, resource.history_resource) == ("aws-sdk:sqs", "sendMessage.waitForTaskToken")
