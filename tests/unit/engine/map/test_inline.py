import threading
from typing import Any

import pytest
from engine_bench import Bench, chain, details, output, types

from sfn_notebook.engine.records import Limits, TaskFailure

PASS = {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}}
WAIT = {"StartAt": "W", "States": {"W": {"Type": "Wait", "SecondsPath": "$", "End": True}}}


def mapping(**fields: Any) -> dict[str, Any]:
    return {"Type": "Map", "ItemProcessor": PASS, "End": True, **fields}


def test_one_after_the_other(bench: Bench) -> None:
    execution = bench.state(mapping(MaxConcurrency=1), [1, 2])
    assert types(execution)[2:12] == [
        "MapStateStarted",
        *["MapIterationStarted", "PassStateEntered", "PassStateExited", "MapIterationSucceeded"] * 2,
        "MapStateSucceeded",
    ]
    assert chain(execution) == [0, 0, 2, 3, 4, 5, 6, 6, 8, 9, 10, 11, 11, 13]
    assert details(execution, "MapStateStarted") == {"length": 2}
    assert details(execution, "MapIterationStarted", 1) == {"name": "S", "index": 1}


def test_all_at_once(bench: Bench) -> None:
    execution = bench.state(mapping(ItemProcessor=WAIT), [30, 10, 20])
    assert output(execution) == [30, 10, 20]
    assert execution.stopped == execution.started + 30
    assert types(execution)[3:9] == ["MapIterationStarted"] * 3 + ["WaitStateEntered"] * 3
    assert chain(execution)[3:9] == [3, 3, 3, 4, 5, 6]
    assert [details(execution, "MapIterationSucceeded", nth)["index"] for nth in range(3)] == [1, 2, 0]
    last = types(execution).index("MapStateSucceeded")
    assert chain(execution)[last : last + 2] == [last, last]


@pytest.mark.parametrize(("concurrency", "seconds"), [(1, 40), (2, 20), (3, 20), (4, 10), (0, 10), (99, 10)])
def test_as_many_at_once_as_allowed(bench: Bench, concurrency: int, seconds: int) -> None:
    execution = bench.state(mapping(ItemProcessor=WAIT, MaxConcurrency=concurrency), [10, 10, 10, 10])
    assert execution.stopped == execution.started + seconds


def test_no_more_at_once_than_the_quota(bench: Bench) -> None:
    execution = bench.state(mapping(ItemProcessor=WAIT), [10] * 6, limits=Limits(inline_concurrency=2))
    assert execution.stopped == execution.started + 30


def test_no_items(bench: Bench) -> None:
    execution = bench.state(mapping(), [])
    assert types(execution)[1:5] == ["MapStateEntered", "MapStateStarted", "MapStateSucceeded", "MapStateExited"]
    assert chain(execution) == [0, 0, 2, 3, 3, 5]
    assert execution.output == "[]"


@pytest.mark.parametrize("selector", ["ItemSelector", "Parameters"])
def test_items_are_chosen_and_shaped(bench: Bench, selector: str) -> None:
    state = {
        "Type": "Map",
        "InputPath": "$.in",
        "ItemsPath": "$.list",
        selector: {"i.$": "$$.Map.Item.Index", "v.$": "$$.Map.Item.Value", "all.$": "$.unit"},
        "Iterator": PASS,
        "ResultPath": "$.out",
        "End": True,
    }
    execution = bench.state(state, {"in": {"list": ["a", "b"], "unit": "kg"}})
    assert output(execution)["out"] == [{"i": 0, "v": "a", "all": "kg"}, {"i": 1, "v": "b", "all": "kg"}]


def test_items_in_jsonata(bench: Bench) -> None:
    state = mapping(
        QueryLanguage="JSONata",
        Items="{% $states.input.list %}",
        ItemSelector={"i": "{% $states.context.Map.Item.Index %}", "v": "{% $states.context.Map.Item.Value * 2 %}"},
        Output="{% $sum($states.result.v) %}",
    )
    assert output(bench.state(state, {"list": [1, 2, 3]})) == 12


def test_an_iteration_knows_its_item(bench: Bench) -> None:
    states = {
        "P": {"Type": "Pass", "Parameters": {"i.$": "$$.Map.Item.Index", "v.$": "$$.Map.Item.Value"}, "End": True}
    }
    assert output(bench.state(mapping(ItemProcessor={"StartAt": "P", "States": states}), ["x"])) == [{"i": 0, "v": "x"}]


def test_the_context_object_of_the_map_itself_has_no_item(bench: Bench) -> None:
    state = mapping(ItemSelector={"v.$": "$$.Map.Item.Value"}, ResultSelector={"context.$": "$$"})
    assert "Map" not in output(bench.state(state, [1]))["context"]


@pytest.mark.parametrize(
    ("fields", "data", "sentence"),
    [
        ({}, {"a": 1}, 'Reference path "$" must point to array.'),
        ({"ItemsPath": "$.a"}, {"a": 1}, 'Reference path "$.a" must point to array.'),
        (
            {"ItemsPath": "$.b"},
            {"a": 1},
            "The JSONPath '$.b' specified for the field 'ItemsPath' could not be found in the input '{\"a\":1}'",
        ),
        (
            {"ItemsPath": "$.i", "MaxConcurrencyPath": "$.m"},
            {"i": [], "m": "x"},
            'The MaxConcurrencyPath field refers to value "x" which is not a valid integer: $.m',
        ),
        ({"ItemsPath": "$.i", "MaxConcurrencyPath": "$.m"}, {"i": [], "m": -1}, "MaxConcurrency cannot be negative."),
        (
            {"ItemsPath": "$.i", "ToleratedFailureCountPath": "$.m"},
            {"i": [], "m": -1},
            "ToleratedFailureCount cannot be negative.",
        ),
        (
            {"ItemsPath": "$.i", "ToleratedFailurePercentagePath": "$.m"},
            {"i": [], "m": 101},
            "ToleratedFailurePercentage must be between 0 and 100.",
        ),
    ],
)
def test_what_a_map_cannot_run_over(bench: Bench, fields: Any, data: Any, sentence: str) -> None:
    execution = bench.state(mapping(**fields), data)
    assert execution.error == "States.Runtime"
    assert (
        execution.cause == f"An error occurred while executing the state 'S' (entered at the event id #2). {sentence}"
    )


def failing(call: Any) -> Any:
    if call.arguments == "bad":
        raise TaskFailure("E", "c")
    return call.arguments


TASK = {"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": True}}}


def test_a_failed_iteration_aborts_the_others(bench: Bench) -> None:
    processor = {
        "StartAt": "Which",
        "States": {
            "Which": {
                "Type": "Choice",
                "Choices": [{"Variable": "$", "StringEquals": "bad", "Next": "Boom"}],
                "Default": "Long",
            },
            "Long": {"Type": "Wait", "Seconds": 1000, "End": True},
            "Boom": {"Type": "Fail", "Error": "E"},
        },
    }
    execution = bench.state(mapping(ItemProcessor=processor), ["good", "bad", "good"])
    at = types(execution).index("FailStateEntered")
    assert types(execution)[at + 1 :] == [
        "WaitStateEntered",
        "MapIterationAborted",
        "WaitStateAborted",
        "MapIterationFailed",
        "MapIterationAborted",
        "WaitStateAborted",
        "MapStateFailed",
        "ExecutionFailed",
    ]
    assert chain(execution)[at + 2 : at + 8] == [at + 1] * 6
    assert details(execution, "MapIterationFailed") == {"name": "S", "index": 1}
    assert [details(execution, "MapIterationAborted", nth)["index"] for nth in range(2)] == [0, 2]


def test_the_failing_task_of_an_iteration_is_recorded_as_aborted(bench: Bench) -> None:
    execution = bench.state(mapping(ItemProcessor=TASK, MaxConcurrency=1), ["bad"], runners=failing)
    assert types(execution)[-5:] == [
        "TaskFailed",
        "MapIterationFailed",
        "TaskStateAborted",
        "MapStateFailed",
        "ExecutionFailed",
    ]


def test_a_map_is_retried_and_caught(bench: Bench) -> None:
    state = mapping(
        ItemProcessor=TASK,
        Retry=[{"ErrorEquals": ["E"], "MaxAttempts": 1}],
        Catch=[{"ErrorEquals": ["E"], "Next": "Caught"}],
    )
    execution = bench.state(state, ["bad"], runners=failing)
    assert types(execution).count("MapStateStarted") == 2
    assert types(execution).count("MapStateFailed") == 1
    assert output(execution) == {"Error": "E", "Cause": "c"}


def test_items_that_are_no_array_in_jsonata_can_be_caught(bench: Bench) -> None:
    state = mapping(QueryLanguage="JSONata", Items="{% 1 %}", Catch=[{"ErrorEquals": ["States.ALL"], "Next": "Caught"}])
    execution = bench.state(state, {})
    assert types(execution)[1:5] == ["MapStateEntered", "EvaluationFailed", "MapStateFailed", "MapStateExited"]
    assert "Expected 'array', but was 'number' for value: 1" in output(execution)["Cause"]


def test_functions_of_many_items_run_at_the_same_time(bench: Bench) -> None:
    together = threading.Barrier(8)

    def meet(call: Any) -> Any:
        together.wait(10)
        return call.arguments

    execution = bench.state(mapping(ItemProcessor=TASK), list(range(8)), runners=meet)
    assert output(execution) == list(range(8))


@pytest.mark.parametrize(
    ("items", "made"),
    [
        ("{% [1..3] %}", [1, 2, 3]),
        ("{% [] %}", []),
        ([], []),
        ([1, "{% $states.input.n %}", {"a": "{% 'b' %}"}], [1, 7, {"a": "b"}]),
        ("{% $states.input.list.v %}", [1, 2]),
        ("{% [$states.input.list[v = 1]] %}", [{"v": 1}]),
        ("{% $map([1, 2], function($v) { $v * 10 }) %}", [10, 20]),
    ],
)
def test_items_of_jsonata(bench: Bench, items: Any, made: Any) -> None:
    data = {"n": 7, "list": [{"v": 1}, {"v": 2}]}
    assert output(bench.state(mapping(QueryLanguage="JSONata", Items=items), data)) == made


@pytest.mark.parametrize(
    ("items", "sentence"),
    [
        ("{% {'a': 1} %}", "Expected 'array', but was 'object' for value: {\"a\":1}"),
        ("{% null %}", "Expected 'array', but was 'null' for value: null"),
        ("{% 'text' %}", "Expected 'array', but was 'string' for value: \"text\""),
        ("{% $states.input.none %}", "returned nothing (undefined)."),
    ],
)
def test_items_that_are_no_array(bench: Bench, items: str, sentence: str) -> None:
    execution = bench.state(mapping(QueryLanguage="JSONata", Items=items), {})
    assert execution.error == "States.QueryEvaluationError"
    assert sentence in str(execution.cause)
    assert details(execution, "EvaluationFailed")["location"] == "Items"


def test_input_that_is_no_array_in_jsonata(bench: Bench) -> None:
    execution = bench.state(mapping(QueryLanguage="JSONata"), {"a": 1})
    assert execution.error == "States.Runtime"
    assert str(execution.cause).endswith(" Map state input must be an array but was: object")


def test_forty_at_once_and_no_more(bench: Bench) -> None:
    execution = bench.state(mapping(ItemProcessor=WAIT, MaxConcurrency=1000), [10] * 41)
    assert execution.stopped == execution.started + 20


def test_the_innermost_map_gives_the_item(bench: Bench) -> None:
    shown = {"i.$": "$$.Map.Item.Index", "v.$": "$$.Map.Item.Value", "in.$": "$"}
    inner = mapping(
        ItemsPath="$.list",
        ItemProcessor={"StartAt": "P", "States": {"P": {"Type": "Pass", "Parameters": shown, "End": True}}},
    )
    outer = mapping(
        ItemSelector={"list.$": "$$.Map.Item.Value", "at.$": "$$.Map.Item.Index"},
        ItemProcessor={"StartAt": "In", "States": {"In": inner}},
    )
    made = output(bench.state(outer, [["a"], ["b", "c"]]))
    assert [[(item["i"], item["v"]) for item in items] for items in made] == [[(0, "a")], [(0, "b"), (1, "c")]]


def test_an_iteration_sees_outer_variables_and_keeps_its_own(bench: Bench) -> None:
    inside = {
        "Set": {"Type": "Pass", "Assign": {"mine": "{% $outer + $states.input %}"}, "Next": "Get"},
        "Get": {"Type": "Pass", "Output": "{% $mine %}", "End": True},
    }
    machine = {
        "QueryLanguage": "JSONata",
        "StartAt": "A",
        "States": {
            "A": {"Type": "Pass", "Assign": {"outer": 10}, "Next": "M"},
            "M": {
                "Type": "Map",
                "Items": [1, 2],
                "ItemProcessor": {"StartAt": "Set", "States": inside},
                "Output": "{% {'made': $states.result, 'outer': $outer} %}",
                "End": True,
            },
        },
    }
    assert output(bench.run(machine)) == {"made": [11, 12], "outer": 10}


@pytest.mark.parametrize(
    ("selector", "error"),
    [
        ({"QueryLanguage": "JSONata", "ItemSelector": "{% $states.input.none %}"}, "States.QueryEvaluationError"),
        ({"ItemSelector": {"x.$": "$$.Map.Item.Value.none"}}, "States.Runtime"),
        ({"ItemSelector": {"x.$": "States.StringToJson($$.Map.Item.Value)"}}, "States.IntrinsicFailure"),
    ],
)
def test_an_item_selector_without_a_value(bench: Bench, selector: Any, error: str) -> None:
    caught = [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}]
    execution = bench.state(mapping(**selector, Catch=caught), ["not json"])
    if error == "States.Runtime":  # nothing takes that one
        assert execution.error == error
    else:
        assert output(execution)["Error"] == error
