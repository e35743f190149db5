import threading
from typing import Any

import pytest
from engine_bench import Bench, details, output, types

from sfn_notebook.engine.activities import ActivityTask
from sfn_notebook.engine.core import Engine
from sfn_notebook.engine.records import Execution
from sfn_notebook.errors import TaskTimedOut

ARN = "arn:aws:states:us-east-1:000000000000:activity:work"


def started(bench: Bench, engine: Engine, **fields: Any) -> Execution:
    state = {"Type": "Task", "Resource": ARN, "Parameters": {"n.$": "$.n"}, "End": True, **fields}
    return bench.start(engine, {"StartAt": "S", "States": {"S": state, "Caught": {"Type": "Succeed"}}}, {"n": 1})


def taken(engine: Engine, worker: str | None = None) -> ActivityTask:
    task = engine.activities.take(ARN, worker=worker, timeout=10)
    assert task is not None
    return task


def test_a_worker_takes_a_task_and_answers(bench: Bench) -> None:
    engine = bench.engine()
    execution = started(bench, engine, TimeoutSeconds=60, HeartbeatSeconds=10)
    task = taken(engine, "me")
    assert task.input == '{"n":1}'
    assert task.token not in repr(task)
    engine.succeed(task.token, '{"done":true}')
    assert engine.wait_for_end(execution, 10)
    assert types(execution)[2:5] == ["ActivityScheduled", "ActivityStarted", "ActivitySucceeded"]
    assert details(execution, "ActivityScheduled") == {
        "resource": ARN,
        "input": '{"n":1}',
        "inputDetails": {"truncated": False},
        "timeoutInSeconds": 60,
        "heartbeatInSeconds": 10,
    }
    assert details(execution, "ActivityStarted") == {"workerName": "me"}
    assert output(execution) == {"done": True}


def test_a_worker_without_a_name(bench: Bench) -> None:
    engine = bench.engine()
    execution = started(bench, engine)
    engine.fail(taken(engine).token, "E", "c")
    assert engine.wait_for_end(execution, 10)
    assert details(execution, "ActivityStarted") == {}
    assert details(execution, "ActivityFailed") == {"error": "E", "cause": "c"}
    assert execution.error == "E"


def test_a_worker_may_wait_for_a_task(bench: Bench) -> None:
    engine, got = bench.engine(), []
    worker = threading.Thread(target=lambda: got.append(engine.activities.take(ARN, timeout=10)))
    worker.start()
    started(bench, engine)
    worker.join(10)
    assert isinstance(got[0], ActivityTask)


def test_there_may_be_no_task(bench: Bench) -> None:
    assert bench.engine().activities.take(ARN, timeout=0) is None


def test_tasks_are_taken_once_and_in_order(bench: Bench) -> None:
    engine = bench.engine()
    branch = {"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": ARN, "End": True}}}
    bench.start(
        engine, {"StartAt": "M", "States": {"M": {"Type": "Map", "ItemProcessor": branch, "End": True}}}, [1, 2, 3]
    )
    assert [taken(engine).input for _ in range(3)] == ["1", "2", "3"]
    assert engine.activities.take(ARN, timeout=0) is None


def test_time_stands_still_for_a_worker_and_a_task_nobody_took_in_time_is_withdrawn(bench: Bench) -> None:
    engine = bench.engine()
    execution = started(bench, engine, TimeoutSeconds=60)
    engine.advance(59)
    assert execution.status == "RUNNING"
    engine.advance(1)
    assert types(execution)[2:] == ["ActivityScheduled", "ActivityTimedOut", "ExecutionFailed"]
    assert engine.activities.take(ARN, timeout=0) is None


def test_heartbeats_begin_when_the_task_is_taken(bench: Bench) -> None:
    engine = bench.engine()
    execution = started(bench, engine, HeartbeatSeconds=10, TimeoutSeconds=1000)
    engine.advance(100)
    assert execution.status == "RUNNING"
    task = taken(engine)
    engine.advance(9)
    engine.heartbeat(task.token)
    engine.advance(9)
    assert execution.status == "RUNNING"
    engine.advance(1)
    assert engine.wait_for_end(execution, 10)
    assert execution.error == "States.Timeout"
    with pytest.raises(TaskTimedOut):
        engine.succeed(task.token, "1")


def test_an_activity_that_does_not_exist(bench: Bench) -> None:
    engine = bench.engine(activity_exists=lambda arn: False)
    execution = started(bench, engine)
    assert engine.wait_for_end(execution, 10)
    assert types(execution) == ["ExecutionStarted", "TaskStateEntered", "ExecutionFailed"]
    assert str(execution.cause).endswith(f"(entered at the event id #2). The activity {ARN} does not exist.")
