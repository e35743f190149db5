"""What is said against a Resource."""

import pytest

from sfn_notebook.integrations import call_faults, parse_resource


def faults(resource):
    return [(one.kind, one.message, one.hint) for one in call_faults(parse_resource(f"arn:aws:states:::{resource}"))]


@pytest.mark.parametrize(
    ("resource", "kind", "message", "hint"),
    [
        ("aws-sdk:dynamo:getItem", "unknown_call", "no service 'dynamo'", "Did you mean 'dynamodb'"),
        ("aws-sdk:logs:filterLogEvents", "unknown_call", "no service 'logs'", "calls this service 'cloudwatchlogs'"),
        ("aws-sdk:stepfunctions:listExecutions", "unknown_call", "no service", "calls this service 'sfn'"),
        ("aws-sdk:S3:getObject", "unknown_call", "no service 'S3'", "calls this service 's3'"),
        ("aws-sdk:s3:getObjekt", "unknown_call", "no action 's3:getObjekt'", "Did you mean 'getObject'"),
        ("aws-sdk:s3:GetObject", "unknown_call", "no action 's3:GetObject'", "camelCase: 'getObject'"),
        ("aws-sdk:s3:list_objects_v2", "unknown_call", "no action", "camelCase: 'listObjectsV2'"),
        ("aws-sdk:kinesis:subscribeToShard", "unsupported_call", "it streams events", "Lambda function"),
        ("aws-sdk:sts:assumeRole", "unsupported_call", "AWS excludes it", "Lambda function"),
        (
            "aws-sdk:bedrockagentcore:invokeHarness",
            "unsupported_call",
            "it streams events",
            "optimized integration: bedrockagentcore:invokeHarness",
        ),
        ("aws-sdk:iotdataplane:publish", "unlisted_call", "does not list the service 'iotdataplane'", "may refuse it"),
        ("aws-sdk:lookoutvision:detectAnomalies", "unlisted_call", "'lookoutvision' is unknown", "nothing about it"),
        (
            "aws-sdk:glue:startJobRun.sync",
            "no_such_pattern",
            "do not wait for jobs",
            "startJobRun with wait='job'",
        ),
        ("aws-sdk:glue:startCrawler.sync", "no_such_pattern", "do not wait for jobs", "Poll it"),
        ("gleu:startJobRun", "unknown_call", "no optimized integration 'gleu:startJobRun'", "Did you mean 'glue'"),
        ("glue:startJobRuns", "unknown_call", "no optimized integration", "Did you mean 'startJobRun'"),
        ("glue:startCrawler", "unknown_call", "no optimized", "As an SDK integration: aws-sdk:glue:startCrawler."),
        ("s3:putObject", "unknown_call", "no optimized", "As an SDK integration: aws-sdk:s3:putObject."),
        (
            "dynamodb:putItem.sync",
            "no_such_pattern",
            "dynamodb:putItem does not know .sync",
            "can wait for: 'response'",
        ),
        ("glue:startJobRun.sync:2", "no_such_pattern", "does not know .sync:2", "'response', 'job'"),
        (
            "glue:startJobRun.waitForTaskToken",
            "no_such_pattern",
            "does not know",
            "SDK integration can wait for a",
        ),
        ("http:invoke.waitForTaskToken", "no_such_pattern", "http:invoke does not know", "'response'"),
    ],
)
def test_each_fault(resource, kind, message, hint):
    ((found, said, mend),) = faults(resource)
    assert found == kind
    assert message in said
    assert hint in mend


@pytest.mark.parametrize(
    "resource",
    [
        "glue:startJobRun.sync",
        "states:startExecution.sync:2",
        "aws-sdk:s3:getObject",
        "aws-sdk:sqs:sendMessage.waitForTaskToken",
        "http:invoke",
    ],
)
def test_sound_ones(resource):
    assert faults(resource) == []


def test_functions_and_activities_are_not_the_catalogues():
    for arn in ("arn:aws:lambda:us-east-1:1:function:f", "arn:aws:states:us-east-1:1:activity:a"):
        assert list(call_faults(parse_resource(arn))) == []
