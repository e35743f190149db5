import itertools
from typing import Any

from engine_bench import Bench, chain, details, output, types

from sfn_notebook.engine.records import TaskFailure


def branch(*states: Any) -> dict[str, Any]:
    """States in a row, named by position."""
    named = {f"{chr(65 + i)}": state for i, state in enumerate(states)}
    names = list(named)
    for name, following in itertools.pairwise(names):
        named[name] = {**named[name], "Next": following}
    if named[names[-1]]["Type"] not in ("Fail", "Succeed"):
        named[names[-1]] = {**named[names[-1]], "End": True}
    return {"StartAt": names[0], "States": named}


PASS = {"Type": "Pass"}
BOOM = {"Type": "Fail", "Error": "Boom", "Cause": "it went off"}


def test_branches_run_in_turns_on_chains_of_their_own(bench: Bench) -> None:
    state = {"Type": "Parallel", "Branches": [branch(PASS, PASS), branch(PASS, PASS)], "Next": "Next"}
    execution = bench.state(state, {"x": 1})
    assert types(execution)[2:14] == [
        "ParallelStateStarted",
        *["PassStateEntered", "PassStateExited"] * 4,
        "ParallelStateSucceeded",
        "ParallelStateExited",
        "SucceedStateEntered",
    ]
    # two branches from the same event; the Exited event passes the Succeeded one by
    assert chain(execution)[2:15] == [2, 3, 4, 3, 6, 5, 8, 7, 10, 11, 11, 13, 14]
    assert output(execution) == [{"x": 1}, {"x": 1}]
    assert details(execution, "ParallelStateStarted") is None


def test_branches_wait_at_the_same_time(bench: Bench) -> None:
    waits = [
        branch({"Type": "Wait", "Seconds": seconds}, {"Type": "Pass", "Result": seconds}) for seconds in (30, 10, 20)
    ]
    execution = bench.state({"Type": "Parallel", "Branches": waits, "End": True})
    assert output(execution) == [30, 10, 20]
    assert execution.stopped == execution.started + 30
    assert [details(execution, "PassStateExited", nth)["output"] for nth in range(3)] == ["10", "20", "30"]


def test_the_data_flow_of_a_parallel(bench: Bench) -> None:
    state = {
        "Type": "Parallel",
        "InputPath": "$.in",
        "Parameters": {"p.$": "$.n"},
        "Branches": [branch(PASS), branch({"Type": "Pass", "Result": 2})],
        "ResultSelector": {"first.$": "$[0].p", "second.$": "$[1]"},
        "ResultPath": "$.out",
        "End": True,
    }
    assert output(bench.state(state, {"in": {"n": 1}})) == {"in": {"n": 1}, "out": {"first": 1, "second": 2}}


def test_a_parallel_in_jsonata(bench: Bench) -> None:
    state = {
        "Type": "Parallel",
        "QueryLanguage": "JSONata",
        "Arguments": {"n": "{% $states.input.n + 1 %}"},
        "Branches": [branch(PASS)],
        "Output": "{% $states.result[0].n %}",
        "End": True,
    }
    assert output(bench.state(state, {"n": 1})) == 2


def test_a_failed_branch_aborts_the_others(bench: Bench) -> None:
    waiting = branch({"Type": "Wait", "Seconds": 1000})
    passing = branch(PASS)
    failing = branch({"Type": "Wait", "Seconds": 5}, BOOM)
    execution = bench.state({"Type": "Parallel", "Branches": [waiting, passing, failing], "End": True})
    assert (execution.error, execution.cause) == ("Boom", "it went off")
    assert types(execution)[-4:] == ["FailStateEntered", "WaitStateAborted", "ParallelStateFailed", "ExecutionFailed"]
    last = len(execution.history)
    assert chain(execution)[-3:] == [last - 3, last - 3, last - 1]
    assert execution.stopped == execution.started + 5


def test_a_task_that_fails_its_branch_is_recorded_as_aborted(bench: Bench) -> None:
    def run(call: Any) -> Any:
        raise TaskFailure("E", "c")

    task = branch({"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage"})
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}]
    execution = bench.state({"Type": "Parallel", "Branches": [task], "Catch": catch, "End": True}, runners=run)
    assert types(execution)[3:10] == [
        "TaskStateEntered",
        "TaskScheduled",
        "TaskStarted",
        "TaskFailed",
        "TaskStateAborted",
        "ParallelStateFailed",
        "ParallelStateExited",
    ]
    assert chain(execution)[3:10] == [3, 4, 5, 6, 7, 7, 9]
    assert output(execution) == {"Error": "E", "Cause": "c"}


def test_what_is_nested_in_an_aborted_branch_is_aborted_too(bench: Bench) -> None:
    inner = {"Type": "Map", "ItemProcessor": branch({"Type": "Wait", "Seconds": 1000}), "ItemsPath": "$.items"}
    failing = branch({"Type": "Wait", "Seconds": 5}, BOOM)
    execution = bench.state({"Type": "Parallel", "Branches": [branch(inner), failing], "End": True}, {"items": [1, 2]})
    after = types(execution)[types(execution).index("FailStateEntered") + 1 :]
    assert after == [
        "MapStateAborted",
        *["MapIterationAborted", "WaitStateAborted"] * 2,
        "ParallelStateFailed",
        "ExecutionFailed",
    ]


def test_a_retried_parallel_starts_again(bench: Bench) -> None:
    retry = [{"ErrorEquals": ["Boom"], "MaxAttempts": 1, "IntervalSeconds": 7}]
    execution = bench.state({"Type": "Parallel", "Branches": [branch(BOOM)], "Retry": retry, "End": True})
    assert types(execution) == [
        "ExecutionStarted",
        "ParallelStateEntered",
        *["ParallelStateStarted", "FailStateEntered"] * 2,
        "ParallelStateFailed",
        "ExecutionFailed",
    ]
    assert chain(execution) == [0, 0, 2, 3, 4, 5, 6, 7]
    assert execution.stopped == execution.started + 7


def test_a_runtime_error_in_a_branch_ends_the_execution_at_once(bench: Bench) -> None:
    broken = branch({"Type": "Pass", "Parameters": {"m.$": "$.nope"}})
    waiting = branch({"Type": "Wait", "Seconds": 1000})
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}]
    execution = bench.state(
        {"Type": "Parallel", "Branches": [broken, waiting], "Catch": catch, "End": True}, {"x": "a"}
    )
    assert types(execution) == [
        "ExecutionStarted",
        "ParallelStateEntered",
        "ParallelStateStarted",
        "PassStateEntered",
        "WaitStateEntered",
        "ExecutionFailed",
    ]
    assert chain(execution) == [0, 0, 2, 3, 3, 4]
    assert execution.cause == (
        "An error occurred while executing the state 'A' (entered at the event id #4). The JSONPath '$.nope'"
        " specified for the field 'm.$' could not be found in the input '{\"x\":\"a\"}'"
    )


def test_a_failure_after_the_branches_is_the_parallels_own(bench: Bench) -> None:
    state = {"Type": "Parallel", "Branches": [branch(PASS)], "ResultSelector": {"m.$": "$.nope"}, "End": True}
    execution = bench.state(state, {"x": "a"})
    assert types(execution)[-2:] == ["ParallelStateSucceeded", "ExecutionFailed"]
    assert chain(execution)[-2:] == [5, 6]
    assert "(entered at the event id #2)" in str(execution.cause)
    assert 'could not be found in the input \'[{"x":"a"}]\'' in str(execution.cause)


def test_branches_see_outer_variables_and_keep_their_own(bench: Bench) -> None:
    def reading(value: int) -> dict[str, Any]:
        setting = {"Type": "Pass", "Assign": {"inner": value}}
        return branch(setting, {"Type": "Pass", "Parameters": {"o.$": "$outer", "i.$": "$inner"}})

    machine = {
        "StartAt": "Set",
        "States": {
            "Set": {"Type": "Pass", "Assign": {"outer": 1}, "Next": "Both"},
            "Both": {"Type": "Parallel", "Branches": [reading(1), reading(2)], "Next": "After"},
            "After": {"Type": "Pass", "Parameters": {"r.$": "$", "o.$": "$outer"}, "Next": "Lost"},
            "Lost": {"Type": "Pass", "Parameters": {"i.$": "$inner"}, "End": True},
        },
    }
    execution = bench.run(machine)
    assert details(execution, "ParallelStateExited")["output"] == '[{"o":1,"i":1},{"o":1,"i":2}]'
    assert execution.error == "States.Runtime"
    assert "'$inner'" in str(execution.cause)


def test_parallels_nest_deeply(bench: Bench) -> None:
    inner = branch(PASS)
    for _ in range(50):
        inner = branch({"Type": "Parallel", "Branches": [inner, branch(PASS)]})
    execution = bench.run(inner, 1)
    assert execution.status == "SUCCEEDED"
    assert types(execution).count("ParallelStateExited") == 50
