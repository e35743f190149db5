"""What a redriven Map Run does again, and what it keeps."""

from typing import Any

import pytest
from distributed_maps import PUT, WAIT, FakeStorage, distributed, reader
from engine_bench import Bench, chain, details, output, types

from sfn_notebook.engine.core import Engine
from sfn_notebook.engine.map_runs import MapRun
from sfn_notebook.engine.records import Execution, Limits, TaskCall, TaskFailure

INVOKE = "arn:aws:states:::lambda:invoke"
STEPS = {
    "StartAt": "First",
    "States": {
        "First": {"Type": "Task", "Resource": INVOKE, "Next": "Second"},
        "Second": {"Type": "Task", "Resource": INVOKE, "End": True},
    },
}


class Flaky:
    """A runner that fails for some inputs of the second task, until it is mended."""

    def __init__(self, *broken: Any) -> None:
        self.broken = set(broken)
        self.calls: list[tuple[str, Any]] = []

    def __call__(self, call: TaskCall) -> Any:
        self.calls.append((call.state, call.arguments))
        if call.state == "Second" and call.arguments in self.broken:
            raise TaskFailure("Broken", None)
        return call.arguments


def start(bench: Bench, state: Any, data: Any, **options: Any) -> tuple[Engine, Execution]:
    engine = bench.engine(**options)
    parent = bench.start(engine, {"StartAt": "S", "States": {"S": state}}, data)
    assert engine.wait_for_end(parent, 20)
    return engine, parent


def again(engine: Engine, parent: Execution) -> None:
    engine.redrive(parent)
    assert engine.wait_for_end(parent, 20)


def the_run(engine: Engine) -> MapRun:
    (found,) = engine.map_runs.by_arn.values()
    return found


def counts(counted: dict[str, int]) -> dict[str, int]:
    return {name: number for name, number in counted.items() if number}


def test_what_failed_goes_on_and_what_was_pending_starts(bench: Bench) -> None:
    runner = Flaky("b")
    engine, parent = start(bench, distributed(STEPS, MaxConcurrency=1), ["a", "b", "c"], runners=runner)
    run = the_run(engine)
    assert counts(run.items) == {"failed": 1, "pending": 1, "succeeded": 1, "total": 3}
    failed = run.children[1]
    runner.broken.clear()
    runner.calls.clear()
    again(engine, parent)
    assert output(parent) == ["a", "b", "c"]
    # the failed child goes on at its second state
    assert runner.calls == [("Second", "b"), ("First", "c"), ("Second", "c")]
    assert counts(run.items) == {"succeeded": 3, "total": 3}
    assert (run.status, run.redrive_count) == ("SUCCEEDED", 1)
    assert run.redriven is not None
    assert failed is run.children[1]
    assert (failed.redrive_count, failed.status) == (1, "SUCCEEDED")
    assert "ExecutionRedriven" in types(failed)


def test_the_history_of_the_parent(bench: Bench) -> None:
    runner = Flaky("b")
    engine, parent = start(bench, distributed(STEPS), ["b"], runners=runner)
    before = len(parent.history)
    runner.broken.clear()
    again(engine, parent)
    assert types(parent)[before:] == [
        "ExecutionRedriven",
        "MapRunRedriven",
        "MapRunSucceeded",
        "MapStateSucceeded",
        "MapStateExited",
        "ExecutionSucceeded",
    ]
    arn = details(parent, "MapRunStarted")["mapRunArn"]
    assert details(parent, "MapRunRedriven") == {"mapRunArn": arn, "redriveCount": 1}
    assert all(0 <= previous < number for number, previous in enumerate(chain(parent), 1))


def test_it_can_fail_again_and_be_redriven_again(bench: Bench) -> None:
    runner = Flaky("a", "b")
    engine, parent = start(
        bench, distributed(STEPS, ToleratedFailureCount=1, MaxConcurrency=1), ["c", "a", "b"], runners=runner
    )
    assert parent.error == "States.ExceedToleratedFailureThreshold"
    again(engine, parent)
    assert parent.error == "States.ExceedToleratedFailureThreshold"
    run = the_run(engine)
    assert counts(run.items) == {"failed": 2, "succeeded": 1, "total": 3}
    runner.broken.discard("a")
    again(engine, parent)
    assert parent.status == "SUCCEEDED"
    assert run.redrive_count == 2
    assert counts(run.items) == {"failed": 1, "succeeded": 2, "total": 3}


def test_express_children_begin_anew_under_the_same_arn(bench: Bench) -> None:
    runner = Flaky("b")
    engine, parent = start(bench, distributed(STEPS, type="EXPRESS"), ["b"], runners=runner)
    (arn,) = engine.map_runs.children
    runner.broken.clear()
    runner.calls.clear()
    again(engine, parent)
    assert output(parent) == ["b"]
    assert list(engine.map_runs.children) == [arn]
    assert runner.calls == [("First", "b"), ("Second", "b")]


def test_more_than_may_run_wait_as_pending_redrive(bench: Bench) -> None:
    engine = bench.engine(clock="real")
    parent = bench.start(engine, {"StartAt": "S", "States": {"S": distributed(WAIT)}}, [1, 2, 3])
    assert engine.scheduler.wait(lambda: len(engine.map_runs.children) == 3, 10)
    engine.stop(parent)
    run = the_run(engine)
    run.settings.concurrency = 1
    engine.redrive(parent)
    assert engine.scheduler.wait(lambda: run.executions["running"] == 1, 10)
    with engine.lock:
        assert counts(run.items) == {"pendingRedrive": 2, "running": 1, "total": 3}
        assert [child.status for child in run.children.values()] == ["RUNNING", "PENDING_REDRIVE", "PENDING_REDRIVE"]
    engine.stop(parent)
    assert counts(run.items) == {"aborted": 3, "total": 3}
    assert {child.status for child in run.children.values()} == {"ABORTED"}


def test_a_child_without_room_in_its_history_is_left_as_it_is(bench: Bench) -> None:
    rule = {"Variable": "$", "StringEquals": "long", "Next": "A"}
    long = {
        "StartAt": "A",
        "States": {
            "A": {"Type": "Choice", "Choices": [rule], "Default": "B"},
            "B": {"Type": "Succeed"},
        },
    }
    limits = Limits(history_events=20)
    engine, parent = start(bench, distributed(long), ["long", "short"], limits=limits)
    assert parent.status == "FAILED"
    again(engine, parent)
    assert parent.error == "States.ExceedToleratedFailureThreshold"
    run = the_run(engine)
    assert run.items["failuresNotRedrivable"] == 1
    assert run.children[0].redrive_count == 0


def test_items_that_could_not_be_read_are_read_now(bench: Bench) -> None:
    storage = FakeStorage()
    state = distributed(ItemReader=reader(InputType="JSON"))
    engine, parent = start(bench, state, {}, storage=storage)
    assert parent.error == "States.ItemReaderFailed"
    storage.files["b/k"] = b"[1]"
    again(engine, parent)
    assert output(parent) == [1]
    assert the_run(engine).redrive_count == 1


def test_items_that_were_read_are_kept(bench: Bench) -> None:
    storage, runner = FakeStorage({"b/k": '["a", "b"]'}), Flaky("b")
    state = distributed(STEPS, ItemReader=reader(InputType="JSON"))
    engine, parent = start(bench, state, {}, storage=storage, runners=runner)
    storage.files["b/k"] = b"[]"
    runner.broken.clear()
    again(engine, parent)
    assert output(parent) == ["a", "b"]


@pytest.mark.parametrize("long", [True, False])
def test_after_some_errors_a_new_run_begins(bench: Bench, *, long: bool) -> None:
    state = distributed() if long else distributed(ItemSelector={"v.$": "$$.Map.Item.Value.x"})
    data = ["x" * 200_000, "y" * 200_000] if long else [{}]
    engine, parent = start(bench, state, data)
    assert parent.error == ("States.DataLimitExceeded" if long else "States.Runtime")
    again(engine, parent)
    assert len(engine.map_runs.by_arn) == 2
    assert types(parent).count("MapRunStarted") == 2
    assert "MapRunRedriven" not in types(parent)


def test_results_of_all_attempts_are_exported(bench: Bench) -> None:
    storage, runner = FakeStorage(), Flaky("b")
    writer = {"Resource": PUT, "Parameters": {"Bucket": "out"}, "WriterConfig": {"Transformation": "COMPACT"}}
    state = distributed(STEPS, ResultWriter=writer)
    engine, parent = start(bench, state, ["a", "b"], storage=storage, runners=runner)
    assert storage.json(f"out/{the_run(engine).id}/FAILED_0.json")
    runner.broken.clear()
    again(engine, parent)
    assert storage.json(f"out/{the_run(engine).id}/SUCCEEDED_0.json") == ["a", "b"]
    files = storage.json(f"out/{the_run(engine).id}/manifest.json")["ResultFiles"]
    assert [len(files[name]) for name in ("FAILED", "PENDING", "SUCCEEDED")] == [0, 0, 1]
