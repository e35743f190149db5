"""In process, on one session's clients, and nowhere else."""

import threading

import boto3
import botocore.session
import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import BotoCoreError

from sfn_notebook.engine.transport import LONG
from sfn_notebook.errors import InvalidArgument, SessionClosed

KEYS = {"region_name": "us-east-1", "aws_access_key_id": "x", "aws_secret_access_key": "x"}


def test_a_real_client(bench):
    assert type(bench.client).__name__ == "SFN"
    assert bench.client.can_paginate("list_state_machines")
    answer = bench.client.list_state_machines()
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert answer["ResponseMetadata"]["RequestId"]


def test_another_client_of_the_process_is_not_answered(bench):
    bench.machine()
    asked = []
    elsewhere = boto3.session.Session().client("stepfunctions", **KEYS)

    def outside(request, **_):
        asked.append(request.url)
        headers = {"Content-Type": "application/x-amz-json-1.0"}
        return AWSResponse(request.url, 200, headers, _Body(b'{"stateMachines": []}'))

    elsewhere.meta.events.register("before-send.sfn", outside)
    assert elsewhere.list_state_machines()["stateMachines"] == []
    assert asked == ["https://states.us-east-1.amazonaws.com/"]


class _Body:
    def __init__(self, body):
        self._body = body

    def stream(self, *_):
        yield self._body


def test_two_worlds_do_not_see_each_other(make_bench):
    one, two = make_bench(), make_bench()
    one.machine()
    assert two.client.list_state_machines()["stateMachines"] == []
    assert len(one.client.list_state_machines()["stateMachines"]) == 1


def test_needs_no_account_and_no_configuration(monkeypatch, tmp_path, make_bench):
    config = tmp_path / "config"
    config.write_text("this is [no configuration")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(config))
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(BotoCoreError):
        botocore.session.get_session().create_client("stepfunctions")
    assert make_bench().machine()


def test_works_with_whatever_a_user_sets(bench):
    client = bench.world.client(
        "stepfunctions",
        region_name="eu-west-1",
        config=Config(retries={"max_attempts": 5}, user_agent_extra="mine"),
        aws_access_key_id="AKIA",
        aws_secret_access_key="x",
    )
    assert client.meta.region_name == "eu-west-1"
    assert "mine" in client.meta.config.user_agent
    assert client.list_state_machines()["stateMachines"] == []


def test_signed_too(bench):
    client = bench.world.client("stepfunctions", config=Config(signature_version="v4"))
    assert client.list_state_machines()["stateMachines"] == []


def test_an_endpoint_would_not_be_asked(bench):
    with pytest.raises(InvalidArgument, match=r"sfn\.connect"):
        bench.world.client("stepfunctions", endpoint_url="http://127.0.0.1:1")


def test_host_prefix(bench):
    express = bench.machine(type="EXPRESS")
    assert bench.client.start_sync_execution(stateMachineArn=express)["status"] == "SUCCEEDED"


def test_one_client_in_many_threads(bench):
    machine, wrong = bench.machine(), []

    def use(number):
        for turn in range(5):
            name = f"e{number}-{turn}"
            arn = bench.client.start_execution(stateMachineArn=machine, name=name)["executionArn"]
            if bench.client.describe_execution(executionArn=arn)["name"] != name:
                wrong.append(name)

    threads = [threading.Thread(target=use, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(bench.client.list_executions(stateMachineArn=machine)["executions"]) == 40


def test_a_closed_world_says_so(bench):
    bench.world.close()
    bench.world.close()
    with pytest.raises(SessionClosed, match="this session was closed"):
        bench.client.list_state_machines()
    with pytest.raises(SessionClosed):
        bench.world.client("stepfunctions")
    with pytest.raises(SessionClosed):
        bench.world.client("sqs")


def test_a_history_is_read_as_botocore_reads_it(bench):
    states = {
        "A": {"Type": "Pass", "Assign": {"v": 1}, "Next": "Each"},
        "Each": {
            "Type": "Map",
            "ItemsPath": "$.items",
            "ItemProcessor": {"StartAt": "B", "States": {"B": {"Type": "Pass", "End": True}}},
            "Next": "No",
        },
        "No": {"Type": "Fail", "Error": "E", "Cause": "é"},
    }
    arn = bench.machine({"StartAt": "A", "States": states})
    execution = bench.client.start_execution(stateMachineArn=arn, input='{"items": [1, 2]}')["executionArn"]
    assert bench.world._engine.wait_for_end(bench.world._store.executions[execution], 10)
    slow = bench.world.client("stepfunctions")
    slow.meta.events.unregister(LONG, unique_id=LONG)
    for options in ({}, {"maxResults": 3}, {"reverseOrder": True}, {"includeExecutionData": False}):
        asked = {"executionArn": execution, **options}
        quick, ordinary = bench.client.get_execution_history(**asked), slow.get_execution_history(**asked)
        for answer in (quick, ordinary):
            told = answer.pop("ResponseMetadata")
            assert told["HTTPStatusCode"] == 200
            assert told["HTTPHeaders"]["x-amzn-requestid"] == told["RequestId"]
        assert quick == ordinary
        first, second = quick["events"][0]["timestamp"], ordinary["events"][0]["timestamp"]
        assert type(first.tzinfo) is type(second.tzinfo)


def test_who_changes_an_answer_changes_nothing_here(bench):
    arn = bench.machine()
    execution = bench.client.start_execution(stateMachineArn=arn)["executionArn"]
    assert bench.world._engine.wait_for_end(bench.world._store.executions[execution], 10)
    first = bench.client.get_execution_history(executionArn=execution)["events"]
    entered = next(event for event in first if "stateEnteredEventDetails" in event)["stateEnteredEventDetails"]
    entered["name"] = entered["inputDetails"]["truncated"] = "changed"
    again = bench.client.get_execution_history(executionArn=execution)["events"]
    entered = next(event for event in again if "stateEnteredEventDetails" in event)["stateEnteredEventDetails"]
    assert entered["name"] != "changed"
    assert entered["inputDetails"] == {"truncated": False}


def test_a_history_that_is_refused_is_refused_in_the_ordinary_way(bench):
    missing = "arn:aws:states:us-east-1:000000000000:execution:m:none"
    with pytest.raises(bench.client.exceptions.ExecutionDoesNotExist, match="none"):
        bench.client.get_execution_history(executionArn=missing)
