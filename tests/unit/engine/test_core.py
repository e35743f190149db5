import json
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from engine_bench import Bench, chain, details, output, types

from sfn_notebook.engine.core import Engine
from sfn_notebook.engine.records import Limits, TaskCall
from sfn_notebook.errors import (
    InvalidArgument,
    InvalidDefinition,
    InvalidJson,
    NotAvailable,
    SessionClosed,
    TaskTimedOut,
)

ASK = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"
INVOKE = "arn:aws:states:::lambda:invoke"


def wait(seconds: float) -> dict[str, Any]:
    return {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": seconds, "End": True}}}


def rich() -> dict[str, Any]:
    """A machine that uses every source of chance."""
    item = {
        "Ask": {
            "Type": "Task",
            "Resource": INVOKE,
            "Retry": [{"ErrorEquals": ["E"], "JitterStrategy": "FULL"}],
            "Next": "Id",
        },
        "Id": {
            "Type": "Pass",
            "Parameters": {
                "id.$": "States.UUID()",
                "n.$": "States.MathRandom(1, 1000)",
                "at.$": "$$.State.EnteredTime",
            },
            "End": True,
        },
    }
    return {
        "StartAt": "M",
        "States": {
            "M": {"Type": "Map", "ItemProcessor": {"StartAt": "Ask", "States": item}, "Next": "J"},
            "J": {
                "Type": "Pass",
                "QueryLanguage": "JSONata",
                "Output": ["{% $uuid() %}", "{% $random() %}", "{% $now() %}"],
                "End": True,
            },
        },
    }


def test_the_same_seed_makes_the_same_history_to_the_last_id(bench: Bench) -> None:
    def backwards() -> Callable[[TaskCall], Any]:
        done = [threading.Event() for _ in range(9)]
        done[8].set()

        def run(call: TaskCall) -> Any:
            assert done[call.arguments + 1].wait(10)  # each call ends after the one that began after it
            done[call.arguments].set()
            return call.arguments

        return run

    first, second = (bench.run(rich(), list(range(8)), runners=backwards()) for _ in range(2))
    assert first.arn == second.arn
    assert first.history == second.history
    assert first.history != bench.run(rich(), list(range(8)), runners=lambda call: call.arguments, seed=8).history


def test_an_execution_is_the_same_whatever_runs_beside_it(bench: Bench) -> None:
    machine = {"StartAt": "A", "States": {"A": {"Type": "Pass", "Parameters": {"id.$": "States.UUID()"}, "End": True}}}

    def second(beside: Any) -> Any:
        engine = bench.engine()
        first = bench.start(engine, beside)
        engine.new_id()
        execution = bench.start(engine, machine)
        assert engine.wait_for_end(first, 10)
        assert engine.wait_for_end(execution, 10)
        return output(execution)

    busy = {f"S{i}": {"Type": "Pass", "Parameters": {"id.$": "States.UUID()"}, "Next": f"S{i + 1}"} for i in range(99)}
    assert second(machine) == second({"StartAt": "S0", "States": {**busy, "S99": {"Type": "Succeed"}}})


def test_ids_are_uuids(bench: Bench) -> None:
    engine = bench.engine()
    ids = {engine.new_id() for _ in range(10)}
    assert len(ids) == 10
    assert all(len(text) == 36 and text[14] == "4" for text in ids)


# -- variables


def test_variables_are_assigned_all_at_once(bench: Bench) -> None:
    machine = {
        "StartAt": "A",
        "States": {
            "A": {"Type": "Pass", "Assign": {"x": 1, "y": 2}, "Next": "B"},
            "B": {"Type": "Pass", "Assign": {"x.$": "$y", "y.$": "$x"}, "Next": "C"},
            "C": {
                "Type": "Pass",
                "QueryLanguage": "JSONata",
                "Output": {"x": "{% $x %}", "y": "{% $y %}"},
                "End": True,
            },
        },
    }
    execution = bench.run(machine)
    assert output(execution) == {"x": 2, "y": 1}
    assert details(execution, "PassStateExited", 1)["assignedVariables"] == {"x": "2", "y": "1"}
    assert details(execution, "PassStateExited", 1)["assignedVariablesDetails"] == {"truncated": False}


def test_a_variable_that_was_never_set(bench: Bench) -> None:
    execution = bench.state({"Type": "Pass", "Parameters": {"x.$": "$nope"}, "End": True})
    assert execution.error == "States.Runtime"
    assert "'$nope' specified for the field 'x.$'" in str(execution.cause)


@pytest.mark.parametrize(
    ("limits", "fails"), [({}, False), ({"variable_bytes": 15}, True), ({"variables_bytes": 25}, True)]
)
def test_variables_have_a_quota(bench: Bench, limits: Any, *, fails: bool) -> None:
    machine = {
        "StartAt": "A",
        "States": {
            "A": {"Type": "Pass", "Assign": {"x": "0123456789"}, "Next": "B"},
            "B": {"Type": "Pass", "Assign": {"y": "0123456789", "z": 1}, "Next": "C"},
            "C": {"Type": "Pass", "Assign": {"x": "0", "z": "12345678901"}, "End": True},
        },
    }
    execution = bench.run(machine, limits=Limits(**limits))
    assert (execution.error == "States.DataLimitExceeded") is fails


# -- stop and time-outs


def test_stop(bench: Bench) -> None:
    engine = bench.engine(clock="real")
    execution = bench.start(engine, wait(1000))
    assert engine.wait_for_events(execution, 1, 10)
    engine.stop(execution, "Enough", "it was late")
    assert (execution.status, execution.error, execution.cause) == ("ABORTED", "Enough", "it was late")
    assert types(execution) == ["ExecutionStarted", "WaitStateEntered", "ExecutionAborted"]
    assert chain(execution) == [0, 0, 0]
    assert details(execution, "ExecutionAborted") == {"error": "Enough", "cause": "it was late"}
    engine.stop(execution)
    assert len(execution.history) == 3


def test_stop_while_a_runner_is_in_flight_drops_its_result(bench: Bench) -> None:
    go, begun = threading.Event(), threading.Event()

    def slow(call: TaskCall) -> Any:
        begun.set()
        assert go.wait(10)
        return 1

    engine = bench.engine(runners=slow)
    execution = bench.start(
        engine, {"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": INVOKE, "End": True}}}
    )
    assert begun.wait(10)
    engine.stop(execution)
    assert execution.status == "ABORTED"
    count = len(execution.history)
    go.set()
    engine.advance(0)
    assert len(execution.history) == count
    assert execution.output is None


def test_stop_ends_everything_nested_and_its_tokens(bench: Bench) -> None:
    engine = bench.engine(runners=lambda call: {})
    task = {"Type": "Task", "Resource": ASK, "Parameters": {"t.$": "$$.Task.Token"}, "End": True}
    branch = {"StartAt": "T", "States": {"T": task}}
    mapped = {"StartAt": "M", "States": {"M": {"Type": "Map", "ItemProcessor": branch, "End": True}}}
    execution = bench.start(
        engine, {"StartAt": "P", "States": {"P": {"Type": "Parallel", "Branches": [mapped], "End": True}}}, [1, 2]
    )
    assert engine.scheduler.wait(lambda: types(execution).count("TaskSubmitted") == 2, 10)
    token = json.loads(details(execution, "TaskScheduled")["parameters"])["t"]
    engine.stop(execution)
    assert types(execution)[-1] == "ExecutionAborted"
    with pytest.raises(TaskTimedOut):
        engine.succeed(token, "1")
    # nothing waits any more, so that time runs again for others
    other = bench.start(engine, wait(1000))
    assert engine.wait_for_end(other, 10)


def test_the_machine_times_out(bench: Bench) -> None:
    execution = bench.run({**wait(1000), "TimeoutSeconds": 60})
    assert (execution.status, execution.error, execution.cause) == ("TIMED_OUT", None, None)
    assert types(execution) == ["ExecutionStarted", "WaitStateEntered", "ExecutionTimedOut"]
    assert details(execution, "ExecutionTimedOut") == {}
    assert execution.stopped == execution.started + 60


@pytest.mark.parametrize(("type", "longest"), [("EXPRESS", 300), ("STANDARD", 31_536_000)])
def test_no_execution_runs_longer_than_its_type_allows(bench: Bench, type: str, longest: int) -> None:
    assert bench.run(wait(longest + 1), type=type).status == "TIMED_OUT"
    assert bench.run(wait(longest - 1), type=type).status == "SUCCEEDED"


# -- quotas


def loop() -> dict[str, Any]:
    return {"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "Next": "A"}}}


def test_a_history_ends_at_its_quota(bench: Bench) -> None:
    execution = bench.run(loop())
    assert len(execution.history) == 25_000
    assert (execution.error, execution.cause) == (
        "States.Runtime",
        "The execution reached the maximum number of history events (25000).",
    )
    assert types(execution)[-1] == "ExecutionFailed"


def test_a_full_history_cannot_be_caught_and_ends_every_branch(bench: Bench) -> None:
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}]
    state = {"Type": "Parallel", "Branches": [loop(), loop(), wait(1000)], "Catch": catch, "End": True}
    execution = bench.state(state, limits=Limits(history_events=100))
    assert len(execution.history) == 100
    assert types(execution)[-1] == "ExecutionFailed"


def test_an_express_history_has_no_quota(bench: Bench) -> None:
    states = {"A": {"Type": "Wait", "Seconds": 1, "Next": "A"}}
    execution = bench.run({"StartAt": "A", "States": states}, type="EXPRESS", limits=Limits(history_events=50))
    assert execution.status == "TIMED_OUT"
    assert len(execution.history) > 500


def test_a_worker_that_takes_the_last_place_of_a_history_is_not_to_blame(bench: Bench) -> None:
    engine = bench.engine(limits=Limits(history_events=4))
    arn = "arn:aws:states:us-east-1:000000000000:activity:a"
    execution = bench.start(engine, {"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": arn, "End": True}}})
    assert engine.activities.take(arn, timeout=10) is not None
    assert engine.wait_for_end(execution, 10)
    assert types(execution)[2:] == ["ActivityScheduled", "ExecutionFailed"]


def test_a_full_history_has_room_for_being_stopped(bench: Bench) -> None:
    engine = bench.engine(limits=Limits(history_events=3), clock="real")
    execution = bench.start(engine, wait(1000))
    assert engine.wait_for_events(execution, 1, 10)
    engine.stop(execution)
    assert types(execution)[-1] == "ExecutionAborted"


@pytest.mark.parametrize(
    "state",
    [
        {"Type": "Pass", "Result": "é" * 60, "End": True},
        {"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $pad('', 120, 'x') %}", "End": True},
    ],
)
def test_an_output_over_the_quota_ends_the_execution(bench: Bench, state: Any) -> None:
    execution = bench.state(state, limits=Limits(payload_bytes=100))
    assert types(execution) == ["ExecutionStarted", "PassStateEntered", "ExecutionFailed"]
    assert (execution.error, execution.cause) == (
        "States.DataLimitExceeded",
        "The state/task 'S' returned a result with a size exceeding the maximum number of bytes service limit.",
    )


def test_outputs_that_are_too_long_only_together(bench: Bench) -> None:
    branch = {"StartAt": "P", "States": {"P": {"Type": "Pass", "Result": "x" * 60, "End": True}}}
    execution = bench.state(
        {"Type": "Parallel", "Branches": [branch] * 2, "End": True}, limits=Limits(payload_bytes=100)
    )
    assert execution.error == "States.DataLimitExceeded"


# -- definitions that cannot run


def test_a_state_of_no_known_type(bench: Bench) -> None:
    engine = bench.engine()
    with pytest.raises(InvalidDefinition, match="Did you mean 'Pass'"):
        bench.start(engine, {"StartAt": "A", "States": {"A": {"Type": "Pas"}}})


@pytest.mark.parametrize(
    "state",
    [
        {"Type": "Task", "Resource": INVOKE, "Retry": {"ErrorEquals": []}},
        {"Type": "Choice", "Choices": ["x"]},
        {"Type": "Map", "ItemProcessor": {"ProcessorConfig": "INLINE"}},
    ],
)
def test_fields_of_the_wrong_shape(bench: Bench, state: Any) -> None:
    engine = bench.engine()
    with pytest.raises(InvalidDefinition, match="the state 'A' cannot be read"):
        bench.start(engine, {"StartAt": "A", "States": {"A": state}})


@pytest.mark.parametrize("machine", [{}, {"StartAt": "Nope", "States": {}}])
def test_a_machine_without_a_first_state(bench: Bench, machine: Any) -> None:
    execution = bench.run(machine)
    assert (execution.status, execution.error) == ("FAILED", "States.Runtime")


def test_a_next_that_does_not_exist(bench: Bench) -> None:
    execution = bench.run({"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "Nope"}}})
    assert execution.error == "States.Runtime"
    assert "Failed to transition out of the state." in str(execution.cause)
    assert chain(execution)[-1] == 3


def test_an_input_that_is_no_json(bench: Bench) -> None:
    engine = bench.engine()
    with pytest.raises(InvalidJson):
        bench.start(engine, wait(1), "{")


# -- waiting, threads, the end


def test_waiting_for_events(bench: Bench) -> None:
    engine = bench.engine(runners=lambda call: {})
    machine = {"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": ASK, "TimeoutSeconds": 5, "End": True}}}
    execution = bench.start(engine, machine)
    assert engine.wait_for_events(execution, 4, 10)
    assert not engine.wait_for_events(execution, 5, 0.0)
    assert not engine.wait_for_end(execution, 0.0)
    engine.advance(10)
    assert engine.wait_for_events(execution, 1000, 10)
    assert engine.wait_for_end(execution, 10)


@pytest.mark.parametrize("seconds", [-1, float("nan")])
def test_time_does_not_go_back(bench: Bench, seconds: float) -> None:
    with pytest.raises(InvalidArgument):
        bench.engine().advance(seconds)


def test_only_an_instant_clock_can_be_advanced(bench: Bench) -> None:
    with pytest.raises(NotAvailable, match="real clock"):
        bench.engine(clock="real").advance(1)


def test_advance_lets_several_things_happen_in_order(bench: Bench) -> None:
    engine = bench.engine(runners=lambda call: {})
    ask = {"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": ASK, "End": True}}}
    holding = bench.start(engine, ask)
    executions = [bench.start(engine, wait(seconds)) for seconds in (30, 10, 20)]
    engine.advance(15)
    assert [execution.status for execution in executions] == ["RUNNING", "SUCCEEDED", "RUNNING"]
    engine.advance(15)
    assert [execution.status for execution in executions] == ["SUCCEEDED"] * 3
    stopped = [execution.stopped - execution.started for execution in executions if execution.stopped is not None]
    assert stopped == [30, 10, 20]
    assert holding.status == "RUNNING"


def test_an_engine_that_does_nothing_has_no_thread() -> None:
    before = threading.active_count()
    engine = Engine(runner_for=lambda resource: None)
    assert threading.active_count() == before
    engine.close()


def test_close_drops_what_runs_and_refuses_more(bench: Bench) -> None:
    engine = bench.engine(clock="real", runners=lambda call: {})
    execution = bench.start(engine, wait(1000))
    engine.close()
    engine.close()
    assert execution.status == "RUNNING"
    assert not engine.wait_for_end(execution, 10)
    with pytest.raises(SessionClosed):
        bench.start(engine, wait(1))


def test_others_come_in_while_an_execution_is_busy(bench: Bench) -> None:
    engine = bench.engine(limits=Limits(history_events=10**9))
    execution = bench.start(engine, loop())
    begun = time.monotonic()
    for _ in range(20):
        with engine.lock:
            assert execution.running
    engine.stop(execution)
    assert time.monotonic() - begun < 10
    assert execution.status == "ABORTED"


def test_two_engines_do_not_see_each_other(bench: Bench) -> None:
    one, other = bench.engine(runners=lambda call: {}), bench.engine()
    ask = {"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": ASK, "End": True}}}
    held = bench.start(one, ask)
    free = bench.start(other, wait(1000))
    assert other.wait_for_end(free, 10)
    assert held.status == "RUNNING"


def test_a_bug_in_the_interpreter_fails_the_execution_and_is_logged(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> str:
        raise ZeroDivisionError("oops")

    engine = bench.engine(activity_exists=lambda arn: broken())
    arn = "arn:aws:states:us-east-1:000000000000:activity:a"
    execution = bench.start(engine, {"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": arn, "End": True}}})
    assert engine.wait_for_end(execution, 10)
    assert (execution.error, execution.cause) == ("States.Runtime", "The engine failed: ZeroDivisionError: oops")
    assert "ZeroDivisionError" in caplog.text
