"""Executions: start, stop, describe, list."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError

PREFIX = "arn:aws:states:us-east-1:000000000000:"
PASS = {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}
FAIL = {"StartAt": "A", "States": {"A": {"Type": "Fail", "Error": "E", "Cause": "c"}}}


def test_start_and_describe(bench):
    done = bench.run(PASS, name="m", input='{"a": 1}')
    assert done["executionArn"].startswith(PREFIX + "execution:m:")
    assert done["status"] == "SUCCEEDED"
    assert (done["input"], json.loads(done["output"])) == ('{"a": 1}', {"a": 1})
    assert done["inputDetails"] == done["outputDetails"] == {"included": True}
    assert done["stateMachineArn"] == PREFIX + "stateMachine:m"
    assert done["startDate"] <= done["stopDate"]
    assert (done["redriveCount"], done["redriveStatus"]) == (0, "NOT_REDRIVABLE")
    assert done["redriveStatusReason"] == "Execution is SUCCEEDED and cannot be redriven"


def test_failed_execution_says_why(bench):
    done = bench.run(FAIL)
    assert (done["status"], done["error"], done["cause"]) == ("FAILED", "E", "c")
    assert "output" not in done
    assert done["redriveStatus"] == "REDRIVABLE"


def test_same_name_and_input_is_the_same_execution_while_it_runs(bench):
    execution, _ = bench.token()
    name = execution.rpartition(":")[2]
    machine = PREFIX + "stateMachine:callback"
    again = bench.client.start_execution(stateMachineArn=machine, name=name)
    assert again["executionArn"] == execution
    with pytest.raises(
        bench.client.exceptions.ExecutionAlreadyExists, match=f"Execution Already Exists: '{execution}'"
    ):
        bench.client.start_execution(stateMachineArn=machine, name=name, input='{"other": 1}')
    bench.client.stop_execution(executionArn=execution)
    with pytest.raises(bench.client.exceptions.ExecutionAlreadyExists):
        bench.client.start_execution(stateMachineArn=machine, name=name)


@pytest.mark.parametrize("text", ["nope", "{", '{"a": NaN}', "{'a': 1}", "1 2"])
def test_input_that_is_no_json(bench, text):
    machine = bench.machine(PASS)
    with pytest.raises(bench.client.exceptions.InvalidExecutionInput, match="Invalid State Machine Execution Input: '"):
        bench.client.start_execution(stateMachineArn=machine, input=text)
    assert bench.client.list_executions(stateMachineArn=machine)["executions"] == []


def test_input_of_256_kib_is_the_most(bench):
    machine = bench.machine(PASS)
    most = json.dumps("x" * (262_144 - 2))
    assert bench.end(bench.start(machine, input=most))["status"] == "SUCCEEDED"
    with pytest.raises(ClientError, match=r"Value at 'input' .* length less than or equal to 262144"):
        bench.client.start_execution(stateMachineArn=machine, input=json.dumps("x" * (262_144 - 1)))
    longer = json.dumps("é" * 140_000, ensure_ascii=False)
    with pytest.raises(bench.client.exceptions.InvalidExecutionInput, match=r"at most 262144 \(256 KiB\)"):
        bench.client.start_execution(stateMachineArn=machine, input=longer)


def test_bad_execution_name(bench):
    with pytest.raises(bench.client.exceptions.InvalidName):
        bench.client.start_execution(stateMachineArn=bench.machine(PASS), name="a b")


def test_unknown_execution(bench):
    with pytest.raises(bench.client.exceptions.ExecutionDoesNotExist, match="Execution Does Not Exist"):
        bench.client.describe_execution(executionArn=PREFIX + "execution:m:x")
    for wrong in ("x", PREFIX + "stateMachine:m", PREFIX + "execution:m"):
        with pytest.raises(bench.client.exceptions.InvalidArn):
            bench.client.describe_execution(executionArn=wrong)


def test_stop(bench):
    execution, token = bench.token()
    stopped = bench.client.stop_execution(executionArn=execution, error="Enough", cause="we have seen it")
    done = bench.client.describe_execution(executionArn=execution)
    assert (done["status"], done["error"], done["cause"]) == ("ABORTED", "Enough", "we have seen it")
    assert done["stopDate"] == stopped["stopDate"]
    assert bench.events(execution)[-1]["type"] == "ExecutionAborted"
    again = bench.client.stop_execution(executionArn=execution)
    assert again["stopDate"] == stopped["stopDate"]
    with pytest.raises(bench.client.exceptions.TaskTimedOut):
        bench.client.send_task_success(taskToken=token, output="{}")


def test_metadata_only_leaves_the_data_out(bench):
    execution = bench.run(PASS, input='{"secret": 1}')["executionArn"]
    shown = bench.client.describe_execution(executionArn=execution, includedData="METADATA_ONLY")
    assert not {"input", "output", "inputDetails", "outputDetails"} & set(shown)


def test_list_newest_first_with_filters_and_pages(bench):
    machine = bench.machine(PASS)
    started = [bench.start(machine, name=f"e{index}") for index in range(5)]
    for one in started:
        bench.end(one)
    first = bench.client.list_executions(stateMachineArn=machine, maxResults=2)
    late = bench.start(machine, name="late")
    rest = bench.client.list_executions(stateMachineArn=machine, maxResults=9, nextToken=first["nextToken"])
    listed = [one["executionArn"] for one in first["executions"] + rest["executions"]]
    assert listed == started[::-1]
    assert "nextToken" not in rest
    bench.end(late)
    assert bench.client.list_executions(stateMachineArn=machine)["executions"][0]["executionArn"] == late
    for status, count in (("SUCCEEDED", 6), ("RUNNING", 0), ("FAILED", 0)):
        listed = bench.client.list_executions(stateMachineArn=machine, statusFilter=status)["executions"]
        assert len(listed) == count
    assert bench.client.list_executions(stateMachineArn=machine, redriveFilter="REDRIVEN")["executions"] == []
    assert len(bench.client.list_executions(stateMachineArn=machine, redriveFilter="NOT_REDRIVEN")["executions"]) == 6


def test_list_wants_to_know_of_what(bench):
    with pytest.raises(ClientError, match="Must specify"):
        bench.client.list_executions()
    with pytest.raises(bench.client.exceptions.StateMachineDoesNotExist):
        bench.client.list_executions(stateMachineArn=PREFIX + "stateMachine:none")


def test_a_token_of_another_list_is_refused(bench):
    one, two = bench.machine(PASS, name="one"), bench.machine(PASS, name="two")
    for _ in range(2):
        bench.start(one)
    token = bench.client.list_executions(stateMachineArn=one, maxResults=1)["nextToken"]
    for wrong in (token[:-4], "nonsense", "eyJ4IjogMX0="):
        with pytest.raises(bench.client.exceptions.InvalidToken, match="Invalid Token: 'Invalid token'"):
            bench.client.list_executions(stateMachineArn=one, nextToken=wrong)
    with pytest.raises(bench.client.exceptions.InvalidToken):
        bench.client.list_executions(stateMachineArn=two, nextToken=token)


def test_express_is_run_to_its_end(bench):
    machine = bench.machine(PASS, type="EXPRESS")
    done = bench.client.start_sync_execution(stateMachineArn=machine, input='{"a":1}', name="e")
    assert done["executionArn"].startswith(PREFIX + "express:m:e:")
    assert (done["status"], done["output"]) == ("SUCCEEDED", '{"a":1}')
    assert done["billingDetails"] == {"billedMemoryUsedInMB": 64, "billedDurationInMilliseconds": 100}
    failed = bench.client.start_sync_execution(stateMachineArn=bench.machine(FAIL, name="f", type="EXPRESS"))
    assert (failed["status"], failed["error"], failed["cause"]) == ("FAILED", "E", "c")


def test_express_and_standard_are_not_confused(bench):
    standard, express = bench.machine(PASS, name="s"), bench.machine(PASS, name="x", type="EXPRESS")
    refused = bench.client.exceptions.StateMachineTypeNotSupported
    with pytest.raises(refused, match="This operation is not supported by this type of state machine"):
        bench.client.start_sync_execution(stateMachineArn=standard)
    with pytest.raises(refused):
        bench.client.list_executions(stateMachineArn=express)
    execution = bench.start(express)
    with pytest.raises(bench.client.exceptions.InvalidArn, match="Resource type not valid in this context: express"):
        bench.client.describe_execution(executionArn=execution)


def test_many_threads_start_at_once(bench):
    machine = bench.machine(PASS)
    with ThreadPoolExecutor(8) as pool:
        arns = list(pool.map(lambda index: bench.start(machine, name=f"e{index}", input=str(index)), range(40)))
    assert [bench.end(arn)["output"] for arn in arns] == [str(index) for index in range(40)]
