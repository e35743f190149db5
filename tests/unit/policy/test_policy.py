"""The least-privilege role of a definition."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sfn_notebook as sfn
from sfn_notebook import asl, integrations
from sfn_notebook.policy import Place, Policy, policy

HERE = Place("aws", "eu-west-1", "111122223333")


def of(*tasks: tuple[str, Any], **fields: Any) -> Policy:
    states = {
        f"S{at}": {"Type": "Task", "Resource": f"arn:aws:states:::{resource}", "Arguments": arguments, **fields}
        for at, (resource, arguments) in enumerate(tasks)
    }
    return policy(asl.read({"QueryLanguage": "JSONata", "States": states}), name="m", place=HERE)


ARN = "arn:aws:{}:eu-west-1:111122223333:{}"


@pytest.mark.parametrize(
    ("resource", "arguments", "actions", "resources"),
    [
        ("sqs:sendMessage", {"QueueUrl": "https://sqs/1/q"}, ["sqs:SendMessage"], [ARN.format("sqs", "q")]),
        ("sns:publish", {"TopicArn": "arn:t"}, ["sns:Publish"], ["arn:t"]),
        ("dynamodb:putItem", {"TableName": "t"}, ["dynamodb:PutItem"], [ARN.format("dynamodb", "table/t")]),
        ("dynamodb:putItem", {"TableName": "{% $t %}"}, ["dynamodb:PutItem"], [ARN.format("dynamodb", "table/*")]),
        ("dynamodb:putItem", {"TableName": "t*"}, ["dynamodb:PutItem"], [ARN.format("dynamodb", "table/*")]),
        ("aws-sdk:s3:listObjectsV2", {"Bucket": "b"}, ["s3:ListBucket"], ["arn:aws:s3:::b"]),
        ("aws-sdk:sfn:listStateMachines", {}, ["states:ListStateMachines"], ["*"]),
        ("aws-sdk:cloudwatch:putMetricData", {}, ["cloudwatch:PutMetricData"], ["*"]),
        ("aws-sdk:ssm:getParameter", {"Name": "/a/b"}, ["ssm:GetParameter"], [ARN.format("ssm", "parameter/a/b")]),
        (
            "events:putEvents",
            {"Entries": [{"EventBusName": "bus"}, {}]},
            ["events:PutEvents"],
            [ARN.format("events", "event-bus/bus"), ARN.format("events", "event-bus/default")],
        ),
    ],
)
def test_a_call_is_allowed_on_what_its_arguments_name(
    resource: str, arguments: Any, actions: list[str], resources: list[str]
) -> None:
    (one,) = of((resource, arguments)).statements
    assert (list(one.actions), list(one.resources)) == (actions, resources)
    assert bool(one.wide) == any("*" in arn for arn in resources)


def test_a_job_is_watched_stopped_and_told_of_by_a_managed_rule() -> None:
    made = of(("states:startExecution.sync:2", {"StateMachineArn": ARN.format("states", "stateMachine:child")}))
    start, watch, rule = made.statements
    assert start.resources == (ARN.format("states", "stateMachine:child"),)
    assert watch.actions == ("states:DescribeExecution", "states:StopExecution")
    assert watch.resources == (ARN.format("states", "execution:child:*"),)
    name = "rule/StepFunctionsGetEventsForStepFunctionsExecutionRule"
    assert rule.resources == (ARN.format("events", name),)


def test_an_http_task_is_bounded_to_its_host_and_method() -> None:
    connection = ARN.format("events", "connection/shop/1")
    arguments = {
        "ApiEndpoint": "https://api.example.com/v1",
        "Method": "POST",
        "InvocationConfig": {"ConnectionArn": connection},
    }
    call, connect, secret = of(("http:invoke", arguments)).statements
    assert call.condition == {
        "StringLike": {"states:HTTPEndpoint": "https://api.example.com/*"},
        "StringEquals": {"states:HTTPMethod": "POST"},
    }
    assert call.resources == (ARN.format("states", "stateMachine:m"),)
    assert connect.resources == (connection,)
    assert secret.resources == (ARN.format("secretsmanager", "secret:events!connection/shop/*"),)


def test_another_role_is_assumed_and_duplicates_are_one() -> None:
    role = "arn:aws:iam::444455556666:role/r"
    (one,) = of(("sqs:sendMessage", {}), Credentials={"RoleArn": role}).statements
    assert (one.actions, one.resources) == (("sts:AssumeRole",), (role,))
    (both,) = of(("sns:publish", {"TopicArn": "arn:a"}), ("sns:publish", {"TopicArn": "arn:b"})).statements
    assert (both.resources, both.states) == (("arn:a", "arn:b"), ("S0", "S1"))


def test_a_distributed_map_runs_itself_reads_and_writes() -> None:
    each = {
        "Type": "Map",
        "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED"}, "States": {}},
        "ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "Parameters": {"Bucket": "b", "Key": "k"}},
        "ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "o", "Prefix": "p"}},
    }
    made = policy(asl.read({"States": {"Each": each}}), name="m", place=HERE)
    allowed = {one.actions[0]: one.resources for one in made.statements}
    assert allowed == {
        "states:StartExecution": (ARN.format("states", "stateMachine:m"),),
        "states:DescribeExecution": (ARN.format("states", "execution:m:*"),),
        "s3:GetObject": ("arn:aws:s3:::b/k",),
        "s3:PutObject": ("arn:aws:s3:::o/p/*",),
    }


def test_every_optimized_integration_in_every_pattern_has_a_role_or_says_why_not() -> None:
    for label, row in integrations.optimized_rows().items():
        for suffix in row.suffixes:
            made = of((label + suffix, {}))
            assert made.statements or made.notes, label
            assert all(one.wide for one in made.statements if any("*" in arn for arn in one.resources)), label


ANY = st.recursive(
    st.none() | st.integers() | st.sampled_from(["arn:aws:states:::sqs:sendMessage", "{% x %}", "https://[", "a*"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["RoleArn", "Bucket", "Entries", "ApiEndpoint", "Mode"]), inner, max_size=3)
    ),
    max_leaves=6,
)
FIELDS = ["Arguments", "Parameters", "Credentials", "ItemReader", "ResultWriter", "ItemProcessor"]
CALLS = [f"arn:aws:states:::{label}" for label in integrations.optimized_rows()]


@given(st.sampled_from(["Task", "Map"]), st.sampled_from(CALLS), st.dictionaries(st.sampled_from(FIELDS), ANY))
def test_it_never_raises(kind: str, resource: str, fields: Any) -> None:
    made = policy(asl.read({"States": {"A": {"Type": kind, "Resource": resource, **fields}}}))
    assert json.loads(made.to_json())["Version"]
    assert repr(made) == repr(policy(asl.read({"States": {"A": {"Type": kind, "Resource": resource, **fields}}})))


def test_the_documents_have_placeholders_and_what_is_shown_no_account() -> None:
    sm = sfn.StateMachine("orders", logging="ALL")
    sm.sqs_send("Send", queue_url="https://sqs.eu-west-1.amazonaws.com/111122223333/q", body="x")
    made = sm.policy(tracing=True, kms_key="k")
    assert [one.why for one in made.statements][1:] == ["logs", "traces with X-Ray", "encrypts executions"]
    assert "${AWS::AccountId}:q" in made.to_json()
    role = json.loads(made.to_cloudformation())["Resources"]["StateMachineRole"]["Properties"]
    only = role["AssumeRolePolicyDocument"]["Statement"][0]["Condition"]
    assert only["StringEquals"] == {"aws:SourceAccount": {"Fn::Sub": "${AWS::AccountId}"}}
    terraform = json.loads(made.to_terraform())["resource"]["aws_iam_role_policy"]["orders_role"]["policy"]
    assert "${data.aws_caller_identity.current.account_id}:q" in terraform
    known = sm.policy(account="111122223333", region="eu-west-1", partition="aws")
    assert "111122223333" in known.to_json()
    assert "111122223333" not in repr(known) + known._repr_mimebundle_()["text/html"]
