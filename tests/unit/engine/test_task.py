import json
import threading
from typing import Any

import pytest
from engine_bench import Bench, chain, details, output, types

from sfn_notebook.engine.core import Engine
from sfn_notebook.engine.records import Execution, Limits, TaskCall, TaskFailure
from sfn_notebook.errors import InvalidJson, InvalidToken, TaskDoesNotExist, TaskTimedOut

LAMBDA = "arn:aws:lambda:us-east-1:000000000000:function:f"
INVOKE = "arn:aws:states:::lambda:invoke"
ASK = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"


def echo(call: TaskCall) -> Any:
    return {"got": call.arguments}


def machine(**fields: Any) -> dict[str, Any]:
    state = {"Type": "Task", "Next": "Next", **fields}
    return {"StartAt": "S", "States": {"S": state, "Next": {"Type": "Succeed"}, "Caught": {"Type": "Succeed"}}}


def asking(bench: Bench, engine: Engine, data: Any = None, **fields: Any) -> tuple[Execution, str]:
    """An execution that waits for a token, and the token."""
    asked = {"MessageBody": {"token.$": "$$.Task.Token"}}
    execution = bench.start(engine, machine(Resource=ASK, Parameters=asked, **fields), data)
    assert engine.wait_for_events(execution, 4, 10)
    return execution, token_of(execution)


def token_of(execution: Execution, nth: int = 0) -> str:
    return str(json.loads(details(execution, "TaskScheduled", nth)["parameters"])["MessageBody"]["token"])


def test_a_service_task(bench: Bench) -> None:
    state = {
        "Type": "Task",
        "Resource": INVOKE,
        "Parameters": {"a.$": "$.x"},
        "TimeoutSeconds": 9,
        "HeartbeatSeconds": 3,
    }
    execution = bench.state({**state, "End": True}, {"x": 1}, runners=echo)
    assert output(execution) == {"got": {"a": 1}}
    assert types(execution) == [
        "ExecutionStarted",
        "TaskStateEntered",
        "TaskScheduled",
        "TaskStarted",
        "TaskSucceeded",
        "TaskStateExited",
        "ExecutionSucceeded",
    ]
    assert chain(execution) == [0, 0, 2, 3, 4, 5, 6]
    named = {"resource": "invoke", "resourceType": "lambda"}
    assert details(execution, "TaskScheduled") == {
        **named,
        "region": "us-east-1",
        "parameters": '{"a":1}',
        "timeoutInSeconds": 9,
        "heartbeatInSeconds": 3,
    }
    assert details(execution, "TaskStarted") == named
    assert details(execution, "TaskSucceeded") == {
        **named,
        "output": '{"got":{"a":1}}',
        "outputDetails": {"truncated": False},
    }


def test_a_function_by_its_arn(bench: Bench) -> None:
    execution = bench.state(
        {"Type": "Task", "Resource": LAMBDA, "TimeoutSeconds": 5, "End": True}, {"x": 1}, runners=echo
    )
    assert types(execution)[2:5] == ["LambdaFunctionScheduled", "LambdaFunctionStarted", "LambdaFunctionSucceeded"]
    assert details(execution, "LambdaFunctionScheduled") == {
        "resource": LAMBDA,
        "input": '{"x": 1}',
        "inputDetails": {"truncated": False},
        "timeoutInSeconds": 5,
    }
    assert details(execution, "LambdaFunctionStarted") is None
    assert output(execution) == {"got": {"x": 1}}


@pytest.mark.parametrize(
    ("resource", "kind", "event"),
    [
        (LAMBDA, "failed", "LambdaFunctionFailed"),
        (LAMBDA, "timed_out", "LambdaFunctionTimedOut"),
        (LAMBDA, "schedule_failed", "LambdaFunctionScheduleFailed"),
        (LAMBDA, "start_failed", "LambdaFunctionStartFailed"),
        (INVOKE, "failed", "TaskFailed"),
        (INVOKE, "timed_out", "TaskTimedOut"),
        (INVOKE, "start_failed", "TaskStartFailed"),
        (INVOKE, "submit_failed", "TaskSubmitFailed"),
    ],
)
def test_the_event_of_a_failure(bench: Bench, resource: str, kind: Any, event: str) -> None:
    def run(call: TaskCall) -> Any:
        raise TaskFailure("E", "c", kind=kind)

    execution = bench.state({"Type": "Task", "Resource": resource, "End": True}, runners=run)
    assert types(execution)[-2:] == [event, "ExecutionFailed"]
    assert details(execution, event)["error"] == "E"
    assert details(execution, "ExecutionFailed") == {"error": "E", "cause": "c"}


def test_jsonpath_takes_a_result_through_every_field(bench: Bench) -> None:
    state = {
        "Type": "Task",
        "Resource": INVOKE,
        "InputPath": "$.in",
        "Parameters": {"n.$": "$.n"},
        "ResultSelector": {"m.$": "$.got.n", "name.$": "$$.State.Name"},
        "ResultPath": "$.out",
        "OutputPath": "$.out.m",
        "Assign": {"raw.$": "$.got"},
        "End": True,
    }
    execution = bench.state(state, {"in": {"n": 5}}, runners=echo)
    assert output(execution) == 5
    assert details(execution, "TaskStateExited")["assignedVariables"] == {"raw": '{"n":5}'}


def test_jsonata_takes_a_result(bench: Bench) -> None:
    state = {
        "Type": "Task",
        "QueryLanguage": "JSONata",
        "Resource": INVOKE,
        "Arguments": {"n": "{% $states.input.n * 2 %}"},
        "Output": {"was": "{% $states.input.n %}", "is": "{% $states.result.got.n %}"},
        "Assign": {"kept": "{% $states.result %}"},
        "End": True,
    }
    execution = bench.state(state, {"n": 5}, runners=echo)
    assert output(execution) == {"was": 5, "is": 10}
    assert details(execution, "TaskStateExited")["assignedVariables"] == {"kept": '{"got":{"n":10}}'}


def test_a_runner_sees_what_it_may_need(bench: Bench) -> None:
    calls: list[TaskCall] = []
    credentials = {"RoleArn.$": "$.role"}
    execution = bench.state(
        {"Type": "Task", "Resource": INVOKE, "Credentials": credentials, "TimeoutSecondsPath": "$.t", "End": True},
        {"role": "arn:r", "t": 7},
        runners=calls.append,
    )
    (call,) = calls
    assert (call.state, call.execution_arn, call.token, call.attempt) == ("S", execution.arn, None, 0)
    assert (call.credentials, call.timeout_seconds) == ({"RoleArn": "arn:r"}, 7)
    assert details(execution, "TaskScheduled")["taskCredentials"] == {"roleArn": "arn:r"}
    assert output(execution) is None


def test_a_runner_cannot_change_the_data_of_the_execution(bench: Bench) -> None:
    kept: list[Any] = []

    def run(call: TaskCall) -> Any:
        call.arguments["in"].append("changed")
        kept.append({"a": (1, 2)})
        return kept[0]

    execution = bench.state(
        {"Type": "Task", "Resource": INVOKE, "ResultPath": "$.r", "End": True}, {"in": [1]}, runners=run
    )
    kept[0]["a"] = "changed"
    assert output(execution) == {"in": [1], "r": {"a": [1, 2]}}


def test_nothing_runs_the_resource(bench: Bench) -> None:
    execution = bench.state({"Type": "Task", "Resource": INVOKE, "End": True})
    assert execution.error == "States.Runtime"
    assert "Nothing in this session runs the resource arn:aws:states:::lambda:invoke." in str(execution.cause)


def test_a_resource_that_is_none(bench: Bench) -> None:
    execution = bench.state({"Type": "Task", "Resource": "nonsense", "End": True})
    assert execution.error == "States.Runtime"
    assert "'nonsense'" in str(execution.cause)


def test_a_runner_that_breaks_fails_the_task_only(bench: Bench) -> None:
    def run(call: TaskCall) -> Any:
        raise SystemExit("bye")

    execution = bench.state(
        {"Type": "Task", "Resource": INVOKE, "Catch": [{"ErrorEquals": ["SystemExit"], "Next": "Caught"}], "End": True},
        runners=run,
    )
    assert output(execution) == {"Error": "SystemExit", "Cause": "bye"}


def test_a_result_that_is_no_json(bench: Bench) -> None:
    execution = bench.state({"Type": "Task", "Resource": INVOKE, "End": True}, runners=lambda call: object())
    assert execution.error == "States.Runtime"
    assert "not a JSON value" in str(execution.cause)


@pytest.mark.parametrize(("resource", "name"), [(INVOKE, "lambda"), (LAMBDA, LAMBDA)])
def test_a_result_that_is_too_long_can_be_caught(bench: Bench, resource: str, name: str) -> None:
    catch = [{"ErrorEquals": ["States.DataLimitExceeded"], "Next": "Caught"}]
    execution = bench.state(
        {"Type": "Task", "Resource": resource, "Catch": catch, "End": True},
        runners=lambda call: "é" * 60,
        limits=Limits(payload_bytes=100),
    )
    # the error output is over this small quota itself; what matters is the failure's event
    failed = details(execution, "TaskFailed" if resource == INVOKE else "LambdaFunctionFailed")
    assert failed["error"] == "States.DataLimitExceeded"
    assert failed["cause"] == (
        f"The state/task '{name}' returned a result with a size exceeding the maximum number of bytes service limit."
    )


def test_a_long_cause_is_cut(bench: Bench) -> None:
    def run(call: TaskCall) -> Any:
        raise TaskFailure("E", "x" * 40_000)

    execution = bench.state({"Type": "Task", "Resource": INVOKE, "End": True}, runners=run)
    assert execution.cause == "x" * 32_768


# -- time


def test_a_call_that_takes_too_long_times_out_and_its_result_is_dropped(bench: Bench) -> None:
    go = threading.Event()

    def slow(call: TaskCall) -> Any:
        go.wait(10)
        return "late"

    engine = bench.engine(clock="real", runners=slow)
    catch = [{"ErrorEquals": ["States.Timeout"], "Next": "Caught"}]
    execution = bench.start(engine, machine(Resource=LAMBDA, TimeoutSeconds=0.02, Catch=catch))
    assert engine.wait_for_end(execution, 10)
    go.set()
    assert types(execution)[2:6] == [
        "LambdaFunctionScheduled",
        "LambdaFunctionStarted",
        "LambdaFunctionTimedOut",
        "TaskStateExited",
    ]
    assert details(execution, "LambdaFunctionTimedOut") == {"error": "States.Timeout"}
    assert output(execution) == {"Error": "States.Timeout"}


@pytest.mark.parametrize(
    ("fields", "data", "sentence"),
    [
        (
            {"TimeoutSecondsPath": "$.t"},
            {"t": "x"},
            'The TimeoutSecondsPath field refers to value "x" which is not a valid integer: $.t',
        ),
        (
            {"HeartbeatSecondsPath": "$.t"},
            {"t": 0},
            'The HeartbeatSecondsPath field refers to value "0" which is not a valid integer: $.t',
        ),
        (
            {"TimeoutSecondsPath": "$.t"},
            {},
            "The JSONPath '$.t' specified for the field 'TimeoutSecondsPath' could not be found in the input '{}'",
        ),
    ],
)
def test_seconds_that_are_none(bench: Bench, fields: Any, data: Any, sentence: str) -> None:
    execution = bench.state({"Type": "Task", "Resource": INVOKE, "End": True, **fields}, data, runners=echo)
    assert execution.error == "States.Runtime"
    assert str(execution.cause).endswith(sentence)


@pytest.mark.parametrize("field", ["TimeoutSeconds", "HeartbeatSeconds"])
@pytest.mark.parametrize("value", [0, -1, 1.5, 100_000_000])
def test_seconds_that_jsonata_gives_are_whole_and_above_zero(bench: Bench, field: str, value: float) -> None:
    state = {"Type": "Task", "QueryLanguage": "JSONata", "Resource": INVOKE, "End": True}
    execution = bench.state({**state, field: "{% $states.input.t %}"}, {"t": value}, runners=echo)
    assert execution.error == "States.QueryEvaluationError"
    assert details(execution, "EvaluationFailed")["location"] == field
    assert str(execution.cause).endswith(f"returned a value that is not a whole number from 1 to 99999999: {value}")


# -- tokens


def test_a_token_waits_until_it_is_answered(bench: Bench) -> None:
    engine = bench.engine(runners=lambda call: {"MessageId": "1"})
    execution, token = asking(bench, engine)
    assert execution.status == "RUNNING"
    engine.succeed(token, '{ "ok": true }')
    assert engine.wait_for_end(execution, 10)
    assert types(execution)[2:7] == [
        "TaskScheduled",
        "TaskStarted",
        "TaskSubmitted",
        "TaskSucceeded",
        "TaskStateExited",
    ]
    assert chain(execution)[:7] == [0, 0, 2, 3, 4, 5, 6]
    assert details(execution, "TaskSubmitted")["output"] == '{"MessageId":"1"}'
    assert details(execution, "TaskSucceeded")["output"] == '{ "ok": true }'
    assert details(execution, "TaskSucceeded")["resource"] == "sendMessage.waitForTaskToken"
    assert output(execution) == {"ok": True}


def test_the_runner_is_told_the_token(bench: Bench) -> None:
    tokens: list[str | None] = []
    engine = bench.engine(runners=lambda call: tokens.append(call.token))
    _, token = asking(bench, engine)
    assert tokens == [token]


def test_a_failure_answer(bench: Bench) -> None:
    engine = bench.engine(runners=echo)
    execution, token = asking(bench, engine, Catch=[{"ErrorEquals": ["No"], "Next": "Caught"}])
    engine.fail(token, "No", "not today")
    assert engine.wait_for_end(execution, 10)
    assert details(execution, "TaskFailed")["error"] == "No"
    assert output(execution) == {"Error": "No", "Cause": "not today"}


def test_a_failure_answer_without_anything(bench: Bench) -> None:
    engine = bench.engine(runners=echo)
    execution, token = asking(bench, engine)
    engine.fail(token)
    assert engine.wait_for_end(execution, 10)
    assert (execution.status, execution.error, execution.cause) == ("FAILED", None, None)
    assert details(execution, "TaskFailed") == {"resource": "sendMessage.waitForTaskToken", "resourceType": "sqs"}


def test_a_second_answer_is_refused(bench: Bench) -> None:
    engine = bench.engine(runners=echo)
    execution, token = asking(bench, engine)
    engine.succeed(token, "1")
    for again in (lambda: engine.succeed(token, "2"), lambda: engine.fail(token), lambda: engine.heartbeat(token)):
        with pytest.raises(TaskTimedOut):
            again()
    assert engine.wait_for_end(execution, 10)
    assert execution.output == "1"


def test_answers_that_fit_nothing(bench: Bench) -> None:
    engine, other = bench.engine(runners=echo), bench.engine(runners=echo, seed=8)
    execution, token = asking(bench, engine)
    with pytest.raises(InvalidToken):
        engine.succeed("x", "1")
    with pytest.raises(TaskDoesNotExist):
        other.succeed(token, "1")
    with pytest.raises(InvalidJson):
        engine.succeed(token, "{")
    engine.succeed(token, "1")
    assert engine.wait_for_end(execution, 10)


def test_an_answer_may_come_before_the_call_returns(bench: Bench) -> None:
    def answering(call: TaskCall) -> Any:
        assert call.token is not None
        engine.succeed(call.token, '"early"')
        return "submitted"

    engine = bench.engine(runners=answering)
    execution = bench.start(engine, machine(Resource=ASK))
    assert engine.wait_for_end(execution, 10)
    assert types(execution)[3:6] == ["TaskStarted", "TaskSubmitted", "TaskSucceeded"]
    assert output(execution) == "early"


def test_an_answer_counts_although_the_call_fails_after_it(bench: Bench) -> None:
    def answering(call: TaskCall) -> Any:
        assert call.token is not None
        engine.succeed(call.token, '"early"')
        raise TaskFailure("E")

    engine = bench.engine(runners=answering)
    execution = bench.start(engine, machine(Resource=ASK))
    assert engine.wait_for_end(execution, 10)
    assert types(execution)[3:5] == ["TaskStarted", "TaskSucceeded"]
    assert output(execution) == "early"


def test_a_call_that_fails_ends_the_wait_for_the_token(bench: Bench) -> None:
    def run(call: TaskCall) -> Any:
        tokens.append(str(call.token))
        raise TaskFailure("E")

    tokens: list[str] = []
    engine = bench.engine(runners=run)
    execution = bench.start(engine, machine(Resource=ASK))
    assert engine.wait_for_end(execution, 10)
    assert types(execution)[3:] == ["TaskStarted", "TaskFailed", "ExecutionFailed"]
    with pytest.raises(TaskTimedOut):
        engine.succeed(tokens[0], "1")


def test_time_stands_still_for_a_token_until_it_is_advanced(bench: Bench) -> None:
    engine = bench.engine(runners=echo)
    execution, token = asking(bench, engine, TimeoutSeconds=3600)
    begun = engine.now()
    engine.advance(3599)
    assert (execution.status, engine.now()) == ("RUNNING", begun + 3599)
    engine.advance(1)
    assert types(execution)[4:] == ["TaskSubmitted", "TaskTimedOut", "ExecutionFailed"]
    assert details(execution, "TaskTimedOut") == {
        "resource": "sendMessage.waitForTaskToken",
        "resourceType": "sqs",
        "error": "States.Timeout",
    }
    assert (execution.error, execution.cause) == ("States.Timeout", None)
    with pytest.raises(TaskTimedOut):
        engine.succeed(token, "1")


def test_heartbeats_keep_a_task_alive(bench: Bench) -> None:
    engine = bench.engine(runners=echo)
    execution, token = asking(
        bench,
        engine,
        HeartbeatSeconds=10,
        TimeoutSeconds=600,
        Catch=[{"ErrorEquals": ["States.HeartbeatTimeout"], "Next": "Caught"}],
    )
    for _ in range(5):
        engine.advance(9)
        engine.heartbeat(token)
    assert execution.status == "RUNNING"
    assert len(execution.history) == 5  # a heartbeat leaves no event
    engine.advance(10)
    assert engine.wait_for_end(execution, 10)
    assert details(execution, "TaskTimedOut")["error"] == "States.Timeout"
    assert output(execution) == {"Error": "States.Timeout"}


def test_a_retried_task_waits_under_a_new_token(bench: Bench) -> None:
    engine = bench.engine(runners=echo)
    execution, first = asking(bench, engine, Retry=[{"ErrorEquals": ["Again"], "IntervalSeconds": 0}])
    engine.fail(first, "Again")
    assert engine.wait_for_events(execution, 8, 10)
    second = token_of(execution, 1)
    assert second != first
    engine.succeed(second, "2")
    assert engine.wait_for_end(execution, 10)
    assert output(execution) == 2


def test_a_token_that_waits_costs_no_thread(bench: Bench) -> None:
    engine = bench.engine(runners=echo)
    branch = machine(Resource=ASK, Parameters={"MessageBody": {"token.$": "$$.Task.Token"}})
    many = {"StartAt": "M", "States": {"M": {"Type": "Parallel", "Branches": [branch] * 100, "End": True}}}
    executions = []
    for _ in range(3):
        execution = bench.start(engine, many)
        executions.append(execution)
        assert engine.scheduler.wait(lambda: types(executions[-1]).count("TaskSubmitted") == 100, 20)
    # the threads of at most a hundred runner calls at a time, and not one for each of three hundred waits
    assert threading.active_count() < 150
    for event in list(execution.history):
        if event.type == "TaskScheduled" and event.details is not None:
            engine.succeed(json.loads(event.details["parameters"])["MessageBody"]["token"], "1")
    assert engine.wait_for_end(execution, 20)
    assert output(execution) == [1] * 100
