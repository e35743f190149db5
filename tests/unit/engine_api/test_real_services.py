"""sfn.local(services="aws"): calls are real. AWS is played by a moto that is reached as AWS would be."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import botocore.session
import pytest

import sfn_notebook as sfn
from sfn_notebook.engine.moto import Moto
from sfn_notebook.engine.real_calls import reads_only

READING = """
s3:ListObjectsV2 s3:GetObject s3:HeadObject s3:SelectObjectContent dynamodb:GetItem dynamodb:BatchGetItem
dynamodb:TransactGetItems dynamodb:Query dynamodb:Scan ec2:DescribeInstances glue:GetJobRun
logs:FilterLogEvents batch:DescribeJobs iam:SimulatePrincipalPolicy kms:Verify rekognition:DetectLabels
cloudtrail:LookupEvents sts:GetCallerIdentity secretsmanager:GetSecretValue servicediscovery:DiscoverInstances
translate:TranslateText
"""
CHANGING = """
s3:PutObject s3:DeleteObject s3:CopyObject s3:RestoreObject dynamodb:PutItem dynamodb:BatchWriteItem
dynamodb:ExecuteStatement dynamodb:TransactWriteItems sqs:SendMessage sqs:ReceiveMessage sns:Publish
events:PutEvents lambda:Invoke glue:StartJobRun batch:SubmitJob ec2:RunInstances ec2:TerminateInstances
iam:CreateUser kms:Encrypt kms:CreateKey ssm:SendCommand ses:VerifyEmailIdentity stepfunctions:GetActivityTask
sts:AssumeRole sts:GetSessionToken cloudformation:DetectStackDrift athena:StartQueryExecution
bedrock-runtime:InvokeModel license-manager:CheckoutLicense
"""


@pytest.mark.parametrize("call", READING.split())
def test_what_reads(call: str) -> None:
    assert reads_only(*call.split(":"))


@pytest.mark.parametrize("call", CHANGING.split())
def test_what_may_change_something(call: str) -> None:
    assert not reads_only(*call.split(":"))


def test_no_operation_that_says_it_writes_is_taken_for_one_that_reads() -> None:
    session = botocore.session.get_session()
    writes = ("Create", "Delete", "Put", "Update", "Modify", "Start", "Stop", "Run", "Send", "Terminate", "Invoke")
    for service in ("s3", "dynamodb", "ec2", "iam", "glue", "lambda", "sagemaker", "rds", "sqs", "stepfunctions"):
        names = session.get_service_model(service).operation_names
        assert not [name for name in names if name.startswith(writes) and reads_only(service, name)]


@pytest.fixture(scope="module")
def account() -> Iterator[str]:
    moto = Moto("000000000000")
    yield moto.url
    moto.close()


@pytest.fixture
def configured(account: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """This machine's configuration leads to that moto."""
    config = tmp_path / "config"
    config.write_text("[profile work]\naws_access_key_id = WORK\naws_secret_access_key = x\nregion = us-east-1\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_ENDPOINT_URL", account)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "MINE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    return account


def queue(account: str) -> tuple[Any, str]:
    keys = {"aws_access_key_id": "x", "aws_secret_access_key": "x", "region_name": "us-east-1"}
    client = boto3.Session(**keys).client("sqs", endpoint_url=account)
    return client, client.create_queue(QueueName="q")["QueueUrl"]


def test_reading_is_allowed(configured: str) -> None:
    _, url = queue(configured)
    with sfn.local(services="aws", clock="instant") as session:
        sm = session.state_machine("reads")
        sm.aws("List", "sqs:listQueues")
        assert sm.run().result()["QueueUrls"] == [url]


def test_writing_is_refused_and_nothing_is_sent(configured: str) -> None:
    client, url = queue(configured)
    with sfn.local(services="aws", clock="instant") as session:
        sm = session.state_machine("writes")
        sm.sqs_send("Send", queue_url=url, body="m")
        execution = sm.run()
        assert execution.error == "States.Runtime"
        assert "sqs:SendMessage may change something in a real account" in str(execution.cause)
        assert "allow_writes=True" in str(execution.cause)
    assert "Messages" not in client.receive_message(QueueUrl=url)


def test_writing_is_done_when_the_session_was_opened_for_it(configured: str) -> None:
    client, url = queue(configured)
    with sfn.local(services="aws", clock="instant", allow_writes=True) as session:
        sm = session.state_machine("writes")
        sm.sqs_send("Send", queue_url=url, body="m")
        assert sm.run().status == "SUCCEEDED"
        assert repr(session) == "<Session embedded, real calls to AWS, writing too>"
    assert client.receive_message(QueueUrl=url)["Messages"][0]["Body"] == "m"


def test_the_session_says_that_calls_are_real(configured: str) -> None:
    with sfn.local(services="aws") as session:
        assert repr(session) == "<Session embedded, real calls to AWS, reading only>"


def test_a_profile_and_a_role(configured: str) -> None:
    seen: list[str] = []
    with sfn.local(services="aws", clock="instant", profile="work") as session:
        world: Any = session.world
        role = "arn:aws:iam::000000000000:role/other"
        for name, options in (("plain", {}), ("assumed", {"credentials": {"RoleArn": role}})):
            sm = session.state_machine(name)
            sm.aws("Who", "sts:getCallerIdentity", **options)
            seen.append(json.dumps(sm.run().result()))
        keys = {role: client._get_credentials().access_key for (_, role), client in world._services._clients.items()}
    assert keys[None] == "WORK"
    assert keys[role] != "WORK"
    assert "assumed-role/other/sfn-notebook" in seen[1]


def test_a_result_of_a_distributed_map_is_a_write_too(configured: str) -> None:
    with sfn.local(services="aws") as session:
        world: Any = session.world
        with pytest.raises(sfn.NotAvailable, match="s3:PutObject may change something"):
            world._services.permit("s3", "PutObject")
