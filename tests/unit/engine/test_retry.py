import itertools
import json
from collections.abc import Callable
from typing import Any

import pytest
from engine_bench import Bench, chain, details, output, types

from sfn_notebook.engine.failures import StateFailure
from sfn_notebook.engine.records import TaskCall, TaskFailure
from sfn_notebook.engine.retry import Retrier, matches

SEND = "arn:aws:states:::sqs:sendMessage"


def failing(
    error: str | None, cause: str | None = "c", *, times: int = 99, **options: Any
) -> Callable[[TaskCall], Any]:
    """A runner that fails so many times."""
    calls: list[TaskCall] = []

    def run(call: TaskCall) -> Any:
        calls.append(call)
        if len(calls) <= times:
            raise TaskFailure(error, cause, **options)
        return {"calls": len(calls), "attempt": call.attempt}

    return run


def task(**fields: Any) -> dict[str, Any]:
    return {"Type": "Task", "Resource": SEND, "End": True, **fields}


@pytest.mark.parametrize(
    ("errors", "error", "expected"),
    [
        ({"E"}, "E", True),
        ({"E"}, "F", False),
        ({"States.ALL"}, "E", True),
        ({"States.ALL"}, None, True),
        ({"States.ALL"}, "States.Timeout", True),
        ({"States.ALL"}, "States.Runtime", False),
        ({"States.Runtime"}, "States.Runtime", False),
        ({"States.TaskFailed"}, "E", True),
        ({"States.TaskFailed"}, "States.Timeout", False),
        ({"States.TaskFailed"}, "States.Runtime", False),
        ({"States.Timeout"}, "States.Timeout", True),
        ({"States.ALL"}, "States.DataLimitExceeded", False),
        ({"States.DataLimitExceeded"}, "States.DataLimitExceeded", True),
        ({"States.ALL"}, "States.IntrinsicFailure", True),
        ({"States.Permissions"}, "States.Permissions", True),
        ({"states.all"}, "E", False),
        ({"State.ALL"}, "E", False),
    ],
)
def test_what_an_error_equals_takes(errors: set[str], error: str | None, *, expected: bool) -> None:
    assert matches(frozenset(errors), StateFailure(error, None)) is expected


def test_a_failure_that_ends_the_execution_is_taken_by_nothing() -> None:
    assert not matches(frozenset({"States.ALL", "E"}), StateFailure("E", None, terminal=True))


def test_a_missed_heartbeat_goes_by_two_names() -> None:
    missed = StateFailure("States.Timeout", None, also="States.HeartbeatTimeout")
    assert matches(frozenset({"States.HeartbeatTimeout"}), missed)
    assert matches(frozenset({"States.Timeout"}), missed)


def test_the_delay_grows_up_to_its_limit() -> None:
    retrier = Retrier(frozenset(), interval=3, rate=2, longest=20)
    assert [retrier.delay(used) for used in range(5)] == [3, 6, 12, 20, 20]
    assert Retrier(frozenset(), interval=1, rate=10).delay(5000) == 99_999_999


def test_a_retry_waits_and_schedules_again(bench: Bench) -> None:
    retry = [{"ErrorEquals": ["E"], "IntervalSeconds": 3, "BackoffRate": 2, "MaxAttempts": 3}]
    execution = bench.state(task(Retry=retry), runners=failing("E", times=2))
    assert output(execution) == {"calls": 3, "attempt": 2}
    assert types(execution)[1:-2] == [
        "TaskStateEntered",
        *["TaskScheduled", "TaskStarted", "TaskFailed"] * 2,
        *["TaskScheduled", "TaskStarted", "TaskSucceeded"],
    ]
    assert chain(execution) == [0, 0, *range(2, len(execution.history))]
    times = [event.timestamp - execution.started for event in execution.history if event.type == "TaskScheduled"]
    assert times == [0, 3, 9]


def test_a_retry_that_is_used_up_fails(bench: Bench) -> None:
    execution = bench.state(task(Retry=[{"ErrorEquals": ["States.ALL"], "MaxAttempts": 2}]), runners=failing("E"))
    assert (execution.status, execution.error, execution.cause) == ("FAILED", "E", "c")
    assert types(execution).count("TaskFailed") == 3


def test_no_attempts_means_no_retry(bench: Bench) -> None:
    execution = bench.state(task(Retry=[{"ErrorEquals": ["States.ALL"], "MaxAttempts": 0}]), runners=failing("E"))
    assert types(execution).count("TaskFailed") == 1


def test_each_retrier_counts_for_itself(bench: Bench) -> None:
    errors = iter(["A", "B", "A", "B", "A"])

    def run(call: TaskCall) -> Any:
        raise TaskFailure(next(errors))

    retry = [{"ErrorEquals": ["A"], "MaxAttempts": 2}, {"ErrorEquals": ["B"], "MaxAttempts": 5}]
    execution = bench.state(task(Retry=retry), runners=run)
    assert execution.error == "A"
    assert types(execution).count("TaskFailed") == 5


def test_the_first_retrier_that_matches_decides(bench: Bench) -> None:
    retry = [{"ErrorEquals": ["E"], "MaxAttempts": 1}, {"ErrorEquals": ["States.ALL"], "MaxAttempts": 9}]
    execution = bench.state(task(Retry=retry), runners=failing("E"))
    assert types(execution).count("TaskFailed") == 2


def test_jitter_is_random_below_the_delay_and_comes_from_the_seed(bench: Bench) -> None:
    retry = [{"ErrorEquals": ["E"], "IntervalSeconds": 100, "JitterStrategy": "FULL", "MaxAttempts": 5}]

    def times() -> list[float]:
        execution = bench.state(task(Retry=retry), runners=failing("E"))
        at = [event.timestamp for event in execution.history if event.type == "TaskScheduled"]
        return [later - earlier for earlier, later in itertools.pairwise(at)]

    first = times()
    assert first == times()
    assert all(0 <= seconds <= 100 * 2**n for n, seconds in enumerate(first))
    assert len(set(first)) == 5


def test_the_longest_delay_holds(bench: Bench) -> None:
    retry = [{"ErrorEquals": ["E"], "IntervalSeconds": 10, "BackoffRate": 10, "MaxDelaySeconds": 30, "MaxAttempts": 3}]
    execution = bench.state(task(Retry=retry), runners=failing("E"))
    assert execution.stopped == execution.started + 10 + 30 + 30


def test_the_context_object_counts_retries(bench: Bench) -> None:
    seen: list[Any] = []

    def run(call: TaskCall) -> Any:
        seen.append(call.arguments)
        raise TaskFailure("E")

    bench.state(
        task(Retry=[{"ErrorEquals": ["E"], "MaxAttempts": 2}], Parameters={"n.$": "$$.State.RetryCount"}), runners=run
    )
    assert seen == [{"n": 0}, {"n": 1}, {"n": 2}]


@pytest.mark.parametrize(
    ("catch", "expected"),
    [
        ({}, {"Error": "E", "Cause": "c"}),
        ({"ResultPath": "$.err"}, {"in": 1, "err": {"Error": "E", "Cause": "c"}}),
        ({"ResultPath": None}, {"in": 1}),
    ],
)
def test_catch_hands_the_error_on(bench: Bench, catch: Any, expected: Any) -> None:
    caught = [{"ErrorEquals": ["Other"], "Next": "Next"}, {"ErrorEquals": ["E"], "Next": "Caught", **catch}]
    execution = bench.state(task(Catch=caught), {"in": 1}, runners=failing("E"))
    assert output(execution) == expected
    assert types(execution)[4:7] == ["TaskFailed", "TaskStateExited", "SucceedStateEntered"]
    assert details(execution, "SucceedStateEntered")["name"] == "Caught"


def test_catch_in_jsonata_has_the_error_output(bench: Bench) -> None:
    catch = {
        "ErrorEquals": ["States.ALL"],
        "Next": "Caught",
        "Output": {
            "why": "{% $states.errorOutput.Error & ':' & $states.errorOutput.Cause %}",
            "in": "{% $states.input %}",
        },
        "Assign": {"last": "{% $states.errorOutput.Error %}"},
    }
    execution = bench.state(task(Catch=[catch], QueryLanguage="JSONata"), {"in": 1}, runners=failing("E"))
    assert output(execution) == {"why": "E:c", "in": {"in": 1}}
    assert details(execution, "TaskStateExited")["assignedVariables"] == {"last": '"E"'}


def test_catch_in_jsonpath_assigns_from_the_error(bench: Bench) -> None:
    catch = {"ErrorEquals": ["States.ALL"], "Next": "Caught", "Assign": {"last.$": "$.Error"}}
    execution = bench.state(task(Catch=[catch]), runners=failing("E"))
    assert details(execution, "TaskStateExited")["assignedVariables"] == {"last": '"E"'}


def test_an_error_without_name_or_cause_stays_so(bench: Bench) -> None:
    execution = bench.state(
        task(Catch=[{"ErrorEquals": ["States.ALL"], "Next": "Caught"}]), runners=failing(None, None)
    )
    assert output(execution) == {}
    assert details(execution, "TaskFailed") == {"resource": "sendMessage", "resourceType": "sqs"}


def test_retry_comes_before_catch(bench: Bench) -> None:
    state = task(Retry=[{"ErrorEquals": ["E"], "MaxAttempts": 1}], Catch=[{"ErrorEquals": ["E"], "Next": "Caught"}])
    execution = bench.state(state, runners=failing("E"))
    assert types(execution).count("TaskFailed") == 2
    assert execution.status == "SUCCEEDED"


def test_a_runtime_error_is_not_caught(bench: Bench) -> None:
    state = task(Parameters={"x.$": "$.nope"}, Catch=[{"ErrorEquals": ["States.ALL"], "Next": "Caught"}])
    execution = bench.state(state, runners=failing("E", times=0))
    assert types(execution) == ["ExecutionStarted", "TaskStateEntered", "ExecutionFailed"]
    assert execution.error == "States.Runtime"


def test_a_failed_expression_is_recorded_once_an_attempt_and_can_be_caught(bench: Bench) -> None:
    state = task(
        QueryLanguage="JSONata",
        Arguments={"MessageBody": "{% $states.input.nope %}"},
        Retry=[{"ErrorEquals": ["States.QueryEvaluationError"], "MaxAttempts": 1}],
        Catch=[{"ErrorEquals": ["States.ALL"], "Next": "Caught"}],
    )
    execution = bench.state(state, runners=failing("E", times=0))
    assert types(execution)[1:5] == ["TaskStateEntered", "EvaluationFailed", "EvaluationFailed", "TaskStateExited"]
    cause = (
        "An error occurred while executing the state 'S' (entered at the event id #2). The JSONata expression"
        " '$states.input.nope' specified for the field 'Arguments/MessageBody' returned nothing (undefined)."
    )
    assert details(execution, "EvaluationFailed") == {
        "error": "States.QueryEvaluationError",
        "cause": cause,
        "location": "Arguments/MessageBody",
        "state": "S",
    }
    assert output(execution) == {"Error": "States.QueryEvaluationError", "Cause": cause}


def test_a_catch_that_fails_itself_fails_the_state(bench: Bench) -> None:
    catch = {"ErrorEquals": ["States.ALL"], "Next": "Caught", "Output": "{% $nope %}"}
    boom = {"StartAt": "B", "States": {"B": {"Type": "Fail", "Error": "E"}}}
    state = {"Type": "Parallel", "QueryLanguage": "JSONata", "Branches": [boom], "Catch": [catch], "End": True}
    execution = bench.state(state)
    assert types(execution) == [
        "ExecutionStarted",
        "ParallelStateEntered",
        "ParallelStateStarted",
        "FailStateEntered",
        "ParallelStateFailed",
        "EvaluationFailed",
        "ParallelStateFailed",
        "ExecutionFailed",
    ]
    assert chain(execution) == [0, 0, 2, 3, 4, 4, 6, 7]
    assert details(execution, "EvaluationFailed")["location"] == "Catch[0]/Output"


def test_an_intrinsic_function_that_fails_can_be_caught(bench: Bench) -> None:
    state = task(
        Parameters={"x.$": "States.StringToJson($.text)"},
        Catch=[{"ErrorEquals": ["States.IntrinsicFailure"], "Next": "Caught"}],
    )
    caught = output(bench.state(state, {"text": "{"}, runners=failing("E", times=0)))
    assert "The function 'States.StringToJson($.text)' had the following error: " in caught["Cause"]


@pytest.mark.parametrize(
    ("call", "path"),
    [
        ("States.Array($.other, $.a['b, c'].d)", "$.a['b, c'].d"),
        ("States.Format('$.x {}', States.JsonToString($.other.z))", "$.other.z"),
        ("States.Array($$.Nope)", "$$.Nope"),
        ("States.Array($v.x)", "$v.x"),
    ],
)
def test_the_argument_that_is_not_there_is_named(bench: Bench, call: str, path: str) -> None:
    execution = bench.state({"Type": "Pass", "Parameters": {"v.$": call}, "End": True}, {"other": 1})
    assert f"The JsonPath argument for the field '{path}' could not be found" in str(execution.cause)


def test_an_indefinite_argument_that_finds_nothing_is_an_empty_list(bench: Bench) -> None:
    state = {"Type": "Pass", "Parameters": {"v.$": "States.ArrayLength($.items[*].x)"}, "End": True}
    assert output(bench.state(state)) == {"v": 0}


def test_an_argument_of_an_intrinsic_function_that_is_not_there(bench: Bench) -> None:
    state = {"Type": "Pass", "Parameters": {"v.$": "States.Format('{}', $.nope)"}, "End": True}
    execution = bench.state(state, {"other": 1})
    assert execution.error == "States.Runtime"
    assert str(execution.cause).endswith(
        "The function 'States.Format('{}', $.nope)' had the following error: The JsonPath argument for the field"
        f" '$.nope' could not be found in the input '{json.dumps({'other': 1}, separators=(',', ':'))}'"
    )
