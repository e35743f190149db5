"""What is said against the arguments of a call."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sfn_notebook.integrations import action_of, argument_faults, optimized_rows, parse_resource
from sfn_notebook.integrations.actions import sdk_action


def faults(resource, arguments, language="JSONata"):
    action = action_of(parse_resource(f"arn:aws:states:::{resource}"))
    return [(one.kind, one.where, one.message, one.hint) for one in argument_faults(action, arguments, language)]


@pytest.mark.parametrize(
    ("resource", "arguments", "kind", "where", "message", "hint"),
    [
        (
            "aws-sdk:rds:stopDBInstance",
            {"DBInstanceIdentifier": "d"},
            "unknown_parameter",
            "DBInstanceIdentifier",
            'The field "DBInstanceIdentifier" is not supported by Step Functions',
            "Step Functions spells it 'DbInstanceIdentifier'.",
        ),
        ("aws-sdk:s3:getObject", {"Bucket": "b", "key": "k"}, "unknown_parameter", "key", '"key"', "spells it 'Key'"),
        (
            "ecs:runTask",
            {"TaskDefinition": "t", "NetworkConfiguration": {"awsvpcConfiguration": {"Subnets": ["s"]}}},
            "unknown_parameter",
            "NetworkConfiguration.awsvpcConfiguration",
            '"awsvpcConfiguration" is not supported',
            "spells it 'AwsvpcConfiguration'",
        ),
        (
            "events:putEvents",
            {"Entries": [{"Source": "s"}, {"DetailTyp": "d"}]},
            "unknown_parameter",
            "Entries[1].DetailTyp",
            '"DetailTyp" is not supported',
            "Did you mean 'DetailType'",
        ),
        ("aws-sdk:sts:getCallerIdentity", {"A": 1}, "unknown_parameter", "A", '"A"', "It takes no parameters."),
        ("glue:startJobRun", {}, "missing_parameter", "JobName", 'The field "JobName" is required', "It is text."),
        ("http:invoke", {"ApiEndpoint": "e", "Method": "GET"}, "missing_parameter", "", '"InvocationConfig" or', ""),
        ("aws-sdk:s3:listObjectsV2", {"Bucket": "b", "MaxKeys": "9"}, "parameter_type", "MaxKeys", "an INTEGER", "'9'"),
        ("aws-sdk:s3:listObjectsV2", {"Bucket": "b", "MaxKeys": 1.5}, "parameter_type", "MaxKeys", "an INTEGER", "1.5"),
        ("aws-sdk:s3:listObjectsV2", {"Bucket": 5}, "parameter_type", "Bucket", "a STRING", "As a text it is '5'"),
        ("dynamodb:getItem", {"TableName": "t", "Key": {"n": {"N": 5}}}, "parameter_type", "Key.n.N", "STRING", "'5'"),
        ("dynamodb:getItem", {"TableName": "t", "Key": {"n": 5}}, "parameter_shape", "Key.n", "an OBJECT", "was 5"),
        ("dynamodb:getItem", {"TableName": "t", "Key": []}, "parameter_shape", "Key", "an OBJECT", "a list"),
        ("batch:submitJob", {"JobName": "n", "JobQueue": "q", "JobDefinition": "d", "DependsOn": {}}, "parameter_shape",
         "DependsOn", "an ARRAY", "an object"),
        ("elasticmapreduce:setClusterTerminationProtection", {"ClusterId": "c", "TerminationProtected": "true"},
         "parameter_type", "TerminationProtected", "a BOOLEAN", "'true'"),
        ("lambda:invoke", {"FunctionName": "f", "InvocationType": "Evnt"}, "parameter_choice", "InvocationType",
         "'Evnt' is no value of the field 'InvocationType'", "Did you mean 'Event'"),
        ("http:invoke", {"ApiEndpoint": "e", "Method": "X", "InvocationConfig": {"ConnectionArn": "c"}},
         "parameter_choice", "Method", "'X'", "Allowed: 'GET'"),
        ("elasticmapreduce:createCluster", {"Name": "n", "Instances": {}, "Steps": []}, "unknown_parameter", "Steps",
         '"Steps"', ""),
        ("glue:startJobRun", [], "parameter_shape", "", "What the call gets must be an OBJECT", "a list"),
    ],
)  # fmt: skip
def test_each_fault(resource, arguments, kind, where, message, hint):
    ((found, place, said, mend),) = faults(resource, arguments)
    assert (found, place) == (kind, where)
    assert message in said
    assert hint in mend


@pytest.mark.parametrize(
    ("resource", "arguments", "language"),
    [
        ("aws-sdk:rds:stopDBInstance", {"DbInstanceIdentifier": "d"}, "JSONata"),
        ("aws-sdk:s3:listObjectsV2", {"Bucket": "{% $b %}", "MaxKeys": "{% $n %}"}, "JSONata"),
        ("aws-sdk:s3:listObjectsV2", "{% $states.input %}", "JSONata"),
        ("aws-sdk:s3:listObjectsV2", {"Bucket.$": "$.b", "MaxKeys.$": "$.n"}, "JSONPath"),
        ("dynamodb:putItem", {"TableName": "t", "Item": {"a.$": "$.a", "b": {"M": {"c.$": "$.c"}}}}, "JSONPath"),
        ("dynamodb:putItem", {"TableName": "${Table}", "Item": {}, "ReturnValues": "${Which}"}, "JSONPath"),
        ("sqs:sendMessage", {"QueueUrl": "u", "MessageBody": {"any": ["json"]}}, "JSONata"),
        ("lambda:invoke", {"FunctionName": "f", "Payload": 5}, "JSONata"),
        ("glue:startJobRun", {"JobName": "j", "Arguments": {"--any key": "v"}}, "JSONata"),
        ("aws-sdk:s3:listObjectsV2", {"Bucket": "b", "Prefix": None, "MaxKeys": 10.0}, "JSONata"),
        # the SDK fills in an idempotency token
        ("emr-serverless:startJobRun", {"ApplicationId": "a", "ExecutionRoleArn": "r"}, "JSONata"),
        ("http:invoke", {"ApiEndpoint": "e", "Method": "GET", "Authentication": {"ConnectionArn": "c"}}, "JSONata"),
        ("bedrock:invokeModel", {"ModelId": "m", "Body": {"prompt": "p"}, "Input": {"S3Uri": "s3://b/k"}}, "JSONata"),
        ("bedrock:invokeModel", {"ModelId": "m", "Input": {"S3Uri": "s3://b/k"}}, "JSONata"),
        (
            "elasticmapreduce:modifyInstanceFleetByName",
            {"ClusterId": "c", "InstanceFleetName": "f", "InstanceFleet": {"TargetSpotCapacity": 1}},
            "JSONata",
        ),
    ],
)
def test_sound_ones(resource, arguments, language):
    assert faults(resource, arguments, language) == []


def test_a_path_under_a_name_that_does_not_exist_is_told_too():
    (fault,) = faults("aws-sdk:s3:getObject", {"Bucket.$": "$.b", "Keys.$": "$.k", "Key": "k"}, "JSONPath")
    assert fault[1] == "Keys.$"
    assert fault[3] == "Did you mean 'Key'?"


def test_in_jsonata_a_name_that_ends_like_a_path_is_no_path():
    (fault,) = faults("aws-sdk:s3:listObjectsV2", {"Bucket.$": "$.b"})
    assert (fault[0], fault[3]) == ("unknown_parameter", "Step Functions spells it 'Bucket'.")


@pytest.mark.parametrize("row", optimized_rows().values(), ids=lambda row: row.label)
def test_every_optimized_row_knows_what_it_takes(row):
    action = action_of(parse_resource(row.resource()))
    assert action.parameters.kind == "structure"
    assert action.parameters.members
    assert all(name[0].isupper() for name in action.parameters.members)
    required = {name for name, member in action.parameters.members.items() if member.required}
    missing = {one.place[-1] for one in argument_faults(action, {}, "JSONata") if one.place}
    assert missing == required
    assert action.documentation


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), lambda x: st.lists(x) | st.dictionaries(
    st.sampled_from(["Item", "TableName", "Item.$", "a", "M", "S", "N", "L", "BOOL"]), x)))  # fmt: skip
def test_any_json_is_judged_and_never_raises(arguments):
    for language in ("JSONata", "JSONPath"):
        for fault in argument_faults(sdk_action("dynamodb", "putItem"), arguments, language):
            assert fault.message
