"""A redriven execution goes on where it ended: the rest runs, what was done is kept."""

import json
from typing import Any

import pytest
from engine_bench import Bench, chain, details, output, types

from sfn_notebook.engine.records import Event, Execution, Limits, TaskCall, TaskFailure

INVOKE = "arn:aws:states:::lambda:invoke"


def task(**fields: Any) -> dict[str, Any]:
    return {"Type": "Task", "Resource": INVOKE, "Arguments": "{% $states.input %}", **fields}


class Flaky:
    """A runner that fails in the states named `broken`."""

    def __init__(self, *broken: str) -> None:
        self.broken = set(broken)
        self.calls: list[str] = []

    def __call__(self, call: TaskCall) -> Any:
        self.calls.append(call.state)
        if call.state in self.broken:
            raise TaskFailure("Broken", call.state)
        return {"by": call.state, "of": call.arguments}


def machine(**states: Any) -> dict[str, Any]:
    return {"QueryLanguage": "JSONata", "StartAt": next(iter(states)), "States": states}


EVERYTHING = machine(
    First={"Type": "Pass", "Assign": {"round": 0, "total": 5}, "Next": "Again?"},
    **{
        "Again?": {
            "Type": "Choice",
            "Choices": [{"Condition": "{% $round < 2 %}", "Assign": {"round": "{% $round + 1 %}"}, "Next": "Work"}],
            "Default": "Both",
        },
        "Work": task(Next="Again?", Output={"round": "{% $round %}"}),
        "Both": {
            "Type": "Parallel",
            "Branches": [
                {"StartAt": "Left", "States": {"Left": task(End=True)}},
                {
                    "StartAt": "Each",
                    "States": {
                        "Each": {
                            "Type": "Map",
                            "Items": [1, 2, 3],
                            "MaxConcurrency": 2,
                            "ItemSelector": {"n": "{% $states.context.Map.Item.Value * $total %}"},
                            "ItemProcessor": {
                                "StartAt": "In",
                                "States": {
                                    "In": {"Type": "Pass", "Assign": {"mine": "{% $states.input.n %}"}, "Next": "Try"},
                                    "Try": task(
                                        Catch=[{"ErrorEquals": ["Broken"], "Next": "Late", "Output": "{% $mine %}"}],
                                        Next="Good",
                                    ),
                                    "Good": {"Type": "Pass", "Output": ["{% $mine %}", "{% $round %}"], "End": True},
                                    "Late": {"Type": "Succeed", "Output": "{% $states.input + 1 %}"},
                                },
                            },
                            "End": True,
                        }
                    },
                },
                {"StartAt": "Pause", "States": {"Pause": {"Type": "Wait", "Seconds": 9, "End": True}}},
            ],
            "Output": "{% {'all': $states.result, 'round': $round} %}",
            "Next": "Last",
        },
        "Last": {"Type": "Succeed"},
    },
)


def cut(execution: Execution, length: int) -> Execution:
    """A copy that was stopped after so many events."""
    history = execution.history[:length]
    history.append(Event(history[-1].timestamp, "ExecutionAborted", length + 1, 0, {}))
    copy = Execution(
        arn=execution.arn, name="x", machine=execution.machine, input=execution.input, started=execution.started
    )
    copy.history, copy.status, copy.stopped = history, "ABORTED", history[-1].timestamp
    return copy


@pytest.mark.parametrize("broken", [(), ("Try",)], ids=["well", "caught"])
def test_wherever_it_was_stopped_it_comes_to_the_same_end(bench: Bench, broken: tuple[str, ...]) -> None:
    engine = bench.engine(runners=Flaky(*broken))
    whole = bench.start(engine, EVERYTHING, {"a": 1})
    assert engine.wait_for_end(whole, 20)
    want = output(whole)
    for length in range(1, len(whole.history)):
        stopped = cut(whole, length)
        engine.redrive(stopped)
        assert engine.wait_for_end(stopped, 20)
        assert output(stopped) == want, length
        assert [event.id for event in stopped.history] == list(range(1, len(stopped.history) + 1))
        assert all(event.previous < event.id for event in stopped.history)
        # what was left before is not entered again
        left = [event.details["name"] for event in stopped.history if event.type == "TaskStateExited" and event.details]
        assert sorted(left) == sorted(["Work", "Work", "Left", "Try", "Try", "Try"]), length


def test_the_failed_state_runs_again_with_its_input_and_retries(bench: Bench) -> None:
    runner = Flaky("Charge")
    retry = [{"ErrorEquals": ["Broken"], "MaxAttempts": 2, "IntervalSeconds": 1}]
    definition = machine(
        Prepare={"Type": "Pass", "Output": {"n": 1}, "Next": "Charge"}, Charge=task(Retry=retry, End=True)
    )
    engine = bench.engine(runners=runner)
    execution = bench.start(engine, definition)
    engine.wait_for_end(execution, 20)
    assert (execution.status, execution.error, len(runner.calls)) == ("FAILED", "Broken", 3)
    began, length = execution.started, len(execution.history)

    engine.redrive(execution)
    engine.wait_for_end(execution, 20)
    assert (execution.status, len(runner.calls), execution.redrive_count) == ("FAILED", 6, 1)

    runner.broken.clear()
    engine.redrive(execution)
    engine.wait_for_end(execution, 20)
    assert output(execution) == {"by": "Charge", "of": {"n": 1}}
    assert (execution.redrive_count, execution.started) == (2, began)
    assert types(execution)[length : length + 3] == ["ExecutionRedriven", "TaskScheduled", "TaskStarted"]
    assert chain(execution)[length : length + 2] == [length, length + 1]
    assert [details(execution, "ExecutionRedriven", nth) for nth in (0, 1)] == [
        {"redriveCount": 1},
        {"redriveCount": 2},
    ]
    assert types(execution).count("TaskStateEntered") == 1


def test_the_context_object_tells_of_it(bench: Bench) -> None:
    runner = Flaky("A")
    about = "{% $states.context.Execution %}"
    engine = bench.engine(runners=runner)
    execution = bench.start(engine, machine(A=task(Output=about, End=True)))
    engine.wait_for_end(execution, 20)
    runner.broken.clear()
    engine.redrive(execution)
    engine.wait_for_end(execution, 20)
    told = output(execution)
    assert told["RedriveCount"] == 1
    assert told["RedriveTime"] >= told["StartTime"]


def test_a_fail_state_is_entered_again_and_fails_again(bench: Bench) -> None:
    engine = bench.engine()
    execution = bench.start(engine, machine(A={"Type": "Pass", "Next": "No"}, No={"Type": "Fail", "Error": "E"}))
    engine.wait_for_end(execution, 20)
    engine.redrive(execution)
    engine.wait_for_end(execution, 20)
    assert types(execution)[-3:] == ["ExecutionRedriven", "FailStateEntered", "ExecutionFailed"]
    assert (execution.status, execution.error) == ("FAILED", "E")


def test_only_the_branches_that_failed_run_again(bench: Bench) -> None:
    runner = Flaky("Right")
    branches = [{"StartAt": name, "States": {name: task(End=True)}} for name in ("Left", "Right")]
    both = {"Type": "Parallel", "Branches": branches, "End": True}
    engine = bench.engine(runners=runner)
    execution = bench.start(engine, machine(Both=both))
    engine.wait_for_end(execution, 20)
    # Left may have been aborted by Right's failure; either way it must be there once in the end
    done = "TaskSucceeded" in types(execution)
    runner.broken.clear()
    runner.calls.clear()
    engine.redrive(execution)
    engine.wait_for_end(execution, 20)
    assert [one["by"] for one in output(execution)] == ["Left", "Right"]
    assert sorted(runner.calls) == (["Right"] if done else ["Left", "Right"])
    assert types(execution).count("ParallelStateStarted") == 1


def test_a_result_that_was_too_long_has_all_branches_run_again(bench: Bench) -> None:
    engine = bench.engine(limits=Limits(payload_bytes=300), runners=lambda call: "x" * 200)
    branches = [{"StartAt": name, "States": {name: task(End=True)}} for name in ("L", "R")]
    execution = bench.start(engine, machine(Both={"Type": "Parallel", "Branches": branches, "End": True}))
    engine.wait_for_end(execution, 20)
    assert execution.error == "States.DataLimitExceeded"
    engine.redrive(execution)
    engine.wait_for_end(execution, 20)
    assert types(execution).count("ParallelStateStarted") == 2
    assert types(execution).count("TaskStateExited") == 4


def test_a_timed_out_execution_has_its_time_anew(bench: Bench) -> None:
    definition = {
        **machine(A={"Type": "Wait", "Seconds": 8, "Next": "B"}, B={"Type": "Wait", "Seconds": 8, "End": True})
    }
    engine = bench.engine()
    execution = bench.start(engine, {**definition, "TimeoutSeconds": 10})
    engine.wait_for_end(execution, 20)
    assert execution.status == "TIMED_OUT"
    engine.redrive(execution)
    engine.wait_for_end(execution, 20)
    assert execution.status == "SUCCEEDED"
    assert json.loads(execution.output or "") == {}
    assert types(execution)[-4:] == ["ExecutionTimedOut", "ExecutionRedriven", "WaitStateExited", "ExecutionSucceeded"]
