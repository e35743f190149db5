"""One state run apart from everything else, and what is seen of it."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from typing import Any

import pytest
from engine_bench import Bench

from sfn_notebook.asl import read
from sfn_notebook.engine.core import Engine
from sfn_notebook.engine.interpret import compile_machine
from sfn_notebook.engine.probe import Probe
from sfn_notebook.engine.records import Execution, Inspection, MachineRecord, TaskCall, TaskFailure
from sfn_notebook.errors import SessionClosed

LAMBDA = "arn:aws:states:::lambda:invoke"


def tried(engine: Engine, state: Any, data: Any, probe: Probe | None = None) -> tuple[Execution, Probe]:
    machine = read({"StartAt": "S", "States": {"S": state}})
    record = MachineRecord(arn="arn:m", name="m", definition="", program=machine, type="EXPRESS")
    execution = Execution(arn="arn:x", name="x", machine=record, input=json.dumps(data))
    probe = probe or Probe()
    engine.test(compile_machine(machine).steps["S"], execution, probe, random=engine.own_random())
    return execution, probe


def doubled(call: TaskCall) -> Any:
    return call.arguments * 2


def failing(call: TaskCall) -> Any:
    raise TaskFailure("Broken", "why")


STAGES: Mapping[str, tuple[Any, dict[str, Any]]] = {
    "a Pass filters its input and joins its result": (
        {"Type": "Pass", "InputPath": "$.a", "Parameters": {"b.$": "$"}, "ResultPath": "$.c", "End": True},
        {
            "afterInputPath": 1,
            "afterParameters": {"b": 1},
            "afterResultSelector": {"b": 1},
            "afterResultPath": {"a": 1, "c": {"b": 1}},
        },
    ),
    "a Task has a result": (
        {"Type": "Task", "Resource": LAMBDA, "InputPath": "$.a", "ResultSelector": {"r.$": "$"}, "End": True},
        {
            "afterInputPath": 1,
            "afterParameters": 1,
            "result": 2,
            "afterResultSelector": {"r": 2},
            "afterResultPath": {"r": 2},
        },
    ),
    "JSONata has arguments and a result": (
        {
            "Type": "Task",
            "QueryLanguage": "JSONata",
            "Resource": LAMBDA,
            "Arguments": "{% $states.input.a + 1 %}",
            "Output": "{% $states.result + 1 %}",
            "End": True,
        },
        {"afterArguments": 2, "result": 4},
    ),
    "a Fail shows its input": ({"Type": "Fail", "Error": "E"}, {"afterInputPath": {"a": 1}}),
}


@pytest.mark.parametrize("case", list(STAGES))
def test_the_stages_of_the_data_flow_are_seen(bench: Bench, case: str) -> None:
    state, stages = STAGES[case]
    assert tried(bench.engine(runners=doubled), state, {"a": 1})[1].seen == stages


def test_where_the_state_leads_is_told_and_not_gone_to(bench: Bench) -> None:
    execution, probe = tried(bench.engine(), {"Type": "Pass", "Next": "Elsewhere"}, {"a": 1})
    assert (execution.status, execution.output, probe.next) == ("SUCCEEDED", '{"a": 1}', "Elsewhere")


def test_variables_are_there_and_what_is_assigned_is_told(bench: Bench) -> None:
    state = {"Type": "Pass", "Parameters": {"x.$": "$x"}, "Assign": {"y.$": "$x"}, "End": True}
    execution, probe = tried(bench.engine(), state, {}, Probe(variables={"x": 5}))
    assert execution.output == '{"x":5}'
    assert probe.variables == {"x": 5, "y": 5}


def test_a_retry_is_told_and_not_made(bench: Bench) -> None:
    retry = [{"ErrorEquals": ["Other"]}, {"ErrorEquals": ["Broken"], "IntervalSeconds": 3, "MaxAttempts": 2}]
    state = {"Type": "Task", "Resource": LAMBDA, "Retry": retry, "End": True}
    execution, probe = tried(bench.engine(runners=failing), state, {}, Probe(retried=1))
    assert (execution.status, execution.error, probe.retry) == ("FAILED", "Broken", (1, 6.0))


def test_when_no_retry_is_left_the_catcher_is_told(bench: Bench) -> None:
    state = {
        "Type": "Task",
        "Resource": LAMBDA,
        "Retry": [{"ErrorEquals": ["Broken"], "MaxAttempts": 2}],
        "Catch": [{"ErrorEquals": ["Other"], "Next": "A"}, {"ErrorEquals": ["States.ALL"], "Next": "B"}],
        "End": True,
    }
    execution, probe = tried(bench.engine(runners=failing), state, {}, Probe(retried=2))
    assert execution.output == '{"Error":"Broken","Cause":"why"}'
    assert probe.caught is not None
    assert (probe.caught[0], probe.caught[1].error, probe.next) == (1, "Broken", "B")


def test_a_context_object_that_is_given_is_the_whole(bench: Bench) -> None:
    state = {"Type": "Pass", "Parameters": {"c.$": "$$"}, "End": True}
    assert tried(bench.engine(), state, {}, Probe(context={"State": {}}))[0].output == '{"c":{"State":{}}}'


def test_a_runner_can_tell_more_of_its_call(bench: Bench) -> None:
    def telling(call: TaskCall) -> Any:
        assert call.inspection is not None
        call.inspection.request = {"method": "GET"}
        return {}

    probe = Probe(inspection=Inspection())
    tried(bench.engine(runners=telling), {"Type": "Task", "Resource": LAMBDA, "End": True}, {}, probe)
    assert probe.inspection is not None
    assert probe.inspection.request == {"method": "GET"}


def test_the_engines_time_stands_still_meanwhile_and_five_minutes_are_the_most(bench: Bench) -> None:
    engine = bench.engine()
    before = engine.now()
    assert tried(engine, {"Type": "Wait", "Seconds": 299, "End": True}, {})[0].status == "SUCCEEDED"
    assert tried(engine, {"Type": "Wait", "Seconds": 301, "End": True}, {})[0].status == "TIMED_OUT"
    assert engine.now() == before


def test_a_wait_ends_although_something_else_waits_for_an_answer(bench: Bench) -> None:
    engine = bench.engine(runners=doubled)
    ask = {"Type": "Task", "Resource": f"{LAMBDA}.waitForTaskToken", "End": True}
    waiting = bench.start(engine, {"StartAt": "Ask", "States": {"Ask": ask}}, 1)
    assert engine.wait_for_events(waiting, 4, 20)
    assert tried(engine, {"Type": "Wait", "Seconds": 60, "End": True}, {})[0].status == "SUCCEEDED"
    assert waiting.running


def test_no_thread_is_left(bench: Bench) -> None:
    engine = bench.engine(runners=doubled)
    tried(engine, {"Type": "Task", "Resource": LAMBDA, "End": True}, 1)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("sfn-")]


def test_closing_the_engine_ends_a_trial(bench: Bench) -> None:
    entered, go_on = threading.Event(), threading.Event()

    def slow(call: TaskCall) -> Any:
        entered.set()
        go_on.wait(20)

    engine, told = bench.engine(runners=slow), []

    def trying() -> None:
        try:
            tried(engine, {"Type": "Task", "Resource": LAMBDA, "End": True}, {})
        except SessionClosed as error:
            told.append(error.message)

    thread = threading.Thread(target=trying)
    thread.start()
    assert entered.wait(20)
    engine.close()
    go_on.set()
    thread.join(20)
    assert told == ["this session was closed"]
    with pytest.raises(SessionClosed):
        tried(engine, {"Type": "Pass", "End": True}, {})
