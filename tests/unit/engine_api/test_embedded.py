"""The world as a whole: what sessions ask of it."""

import threading

import pytest

from sfn_notebook.engine.embedded import Embedded
from sfn_notebook.errors import InvalidArgument, NotAvailable, NotFound, UnknownName

WAIT = {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 3600, "End": True}}}


def invoke(name):
    parameters = {"FunctionName": name, "Payload.$": "$"}
    task = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": parameters, "End": True}
    return {"StartAt": "T", "States": {"T": task}}


def test_waits_for_events(bench):
    execution, token = bench.token()
    count = len(bench.events(execution))
    assert bench.world.wait_for_events(execution, count - 1, 0.0)
    assert not bench.world.wait_for_events(execution, count, 0.01)
    threading.Timer(0.05, lambda: bench.client.send_task_success(taskToken=token, output="{}")).start()
    assert bench.world.wait_for_events(execution, count, 20)
    assert len(bench.events(execution)) > count
    assert bench.world.wait_for_events(execution, 1_000_000, 20), "an end is worth telling too"


def test_waits_for_nothing_unknown(bench):
    with pytest.raises(NotFound):
        bench.world.wait_for_events("arn:x", 0, 0)


def test_instant_clock_jumps_and_stands_still(bench):
    before = bench.world.now()
    assert bench.run(WAIT)["status"] == "SUCCEEDED"
    assert bench.world.now() - before >= 3600
    execution, _ = bench.token()
    still = bench.world.now()
    bench.world.advance(30)
    assert bench.world.now() == still + 30 == bench.world.clock.now()
    assert bench.client.describe_execution(executionArn=execution)["status"] == "RUNNING"


def test_real_clock_cannot_be_advanced(make_bench):
    with pytest.raises(NotAvailable):
        make_bench(clock="real").world.advance(1)


def test_a_seed_makes_the_same_run(make_bench):
    def history():
        bench = make_bench(seed=7)
        bench.world.put_function("f", lambda event, context: {"id": context.aws_request_id})
        return bench.events(bench.run(invoke("f"), input='{"a":1}')["executionArn"])

    assert history() == history()


def test_region_and_account(make_bench):
    bench = make_bench(region="eu-central-1", account="123456789012")
    assert bench.machine() == "arn:aws:states:eu-central-1:123456789012:stateMachine:m"
    assert bench.world.put_function("f", print) == "arn:aws:lambda:eu-central-1:123456789012:function:f"


def test_functions_come_and_go(bench):
    bench.world.put_function("f", lambda event, context: 1)
    assert bench.run(invoke("f"), name="a")["status"] == "SUCCEEDED"
    bench.world.remove_function("f")
    assert bench.run(invoke("f"), name="b")["error"] == "Lambda.ResourceNotFoundException"
    with pytest.raises(UnknownName):
        bench.world.remove_function("f")


def test_a_function_uses_the_clients_of_its_world(bench):
    def answer(event, context):
        client = bench.world.client("stepfunctions")
        return [one["name"] for one in client.list_state_machines()["stateMachines"]]

    bench.world.put_function("list", answer)
    assert '"Payload":["m"]' in bench.run(invoke("list"))["output"]


def test_unknown_choices_are_refused():
    with pytest.raises(InvalidArgument, match='Allowed: "real", "instant"'):
        Embedded(clock="fast")
    with pytest.raises(InvalidArgument, match='Allowed: "moto", "aws", or a URL'):
        Embedded(services="localstack")


def test_nothing_is_left_after_close(make_bench):
    before = set(threading.enumerate())
    bench = make_bench()
    bench.world.put_function("f", lambda event, context: 1)
    bench.run(invoke("f"))
    bench.token()
    bench.world.close()
    assert [thread.name for thread in set(threading.enumerate()) - before] == []


def test_close_while_an_execution_is_awaited(make_bench):
    bench = make_bench()
    execution, _ = bench.token()
    woken = []
    waiter = threading.Thread(target=lambda: woken.append(bench.world.wait_for_events(execution, 1_000, 60)))
    waiter.start()
    bench.world.close()
    waiter.join(20)
    assert woken == [False]
