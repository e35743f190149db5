"""Task tokens through the API: answers and every way they are refused."""

import json

import pytest
from botocore.exceptions import ClientError


def test_success(bench):
    execution, token = bench.token()
    bench.client.send_task_success(taskToken=token, output='{"ok": true}')
    done = bench.end(execution)
    assert (done["status"], json.loads(done["output"])) == ("SUCCEEDED", {"ok": True})


def test_failure_with_and_without_words(bench):
    execution, token = bench.token()
    bench.client.send_task_failure(taskToken=token, error="No", cause="because")
    done = bench.end(execution)
    assert (done["status"], done["error"], done["cause"]) == ("FAILED", "No", "because")
    execution, token = bench.token()
    bench.client.send_task_failure(taskToken=token)
    done = bench.end(execution)
    assert done["status"] == "FAILED"
    assert not {"error", "cause"} & set(done)


def test_second_answer(bench):
    _, token = bench.token()
    bench.client.send_task_success(taskToken=token, output="{}")
    for answer in (
        lambda: bench.client.send_task_success(taskToken=token, output="{}"),
        lambda: bench.client.send_task_failure(taskToken=token),
        lambda: bench.client.send_task_heartbeat(taskToken=token),
    ):
        with pytest.raises(
            bench.client.exceptions.TaskTimedOut, match="Task Timed Out: 'Provided task does not exist anymore'"
        ):
            answer()


def test_after_the_timeout(bench):
    execution, token = bench.token()
    bench.world.advance(61)
    assert bench.end(execution)["error"] == "States.Timeout"
    with pytest.raises(bench.client.exceptions.TaskTimedOut):
        bench.client.send_task_success(taskToken=token, output="{}")


def test_not_a_token(bench):
    with pytest.raises(bench.client.exceptions.InvalidToken, match="Invalid Token: 'Invalid token'"):
        bench.client.send_task_heartbeat(taskToken="nonsense")


def test_a_token_of_another_world(bench, make_bench):
    _, token = make_bench(seed=2).token()
    with pytest.raises(bench.client.exceptions.TaskDoesNotExist):
        bench.client.send_task_success(taskToken=token, output="{}")


def test_output_that_is_refused_leaves_the_task_waiting(bench):
    execution, token = bench.token()
    with pytest.raises(ClientError, match=r"Value at 'output' .* length less than or equal to 262144"):
        bench.client.send_task_success(taskToken=token, output=json.dumps("x" * 262_144))
    for wrong in ("nope", "", json.dumps("é" * 140_000, ensure_ascii=False)):
        with pytest.raises(bench.client.exceptions.InvalidOutput, match="Invalid Output"):
            bench.client.send_task_success(taskToken=token, output=wrong)
    bench.client.send_task_heartbeat(taskToken=token)
    bench.client.send_task_success(taskToken=token, output="[1]")
    assert bench.end(execution)["output"] == "[1]"


def test_a_refusal_does_not_repeat_the_token(bench):
    _, token = bench.token()
    bench.client.send_task_success(taskToken=token, output="{}")
    with pytest.raises(bench.client.exceptions.TaskTimedOut) as caught:
        bench.client.send_task_success(taskToken=token, output="{}")
    assert token not in str(caught.value)
