from typing import Any

import pytest
from engine_bench import Bench, details, output, types

PREFIX = "An error occurred while executing the state 'S' (entered at the event id #2). "


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ({"InputPath": "$.nope"}, "Invalid path '$.nope' : No results for path: $['nope']"),
        ({"OutputPath": "$.nope"}, "Invalid path '$.nope' : No results for path: $['nope']"),
        (
            {"Parameters": {"deep": [{"x.$": "$.a.nope"}]}},
            "The JSONPath '$.a.nope' specified for the field 'x.$' could not be found in the input '{\"a\":{\"b\":1}}'",
        ),
        (
            {"Assign": {"x.$": "$.nope"}},
            "The JSONPath '$.nope' specified for the field 'x.$' could not be found in the input '{\"a\":{\"b\":1}}'",
        ),
    ],
)
def test_paths_that_find_nothing(bench: Bench, state: Any, sentence: str) -> None:
    execution = bench.state({"Type": "Pass", **state, "End": True}, {"a": {"b": 1}})
    assert (execution.error, execution.cause) == ("States.Runtime", PREFIX + sentence)
    assert types(execution) == ["ExecutionStarted", "PassStateEntered", "ExecutionFailed"]


def test_a_result_path_that_leads_nowhere_can_be_caught(bench: Bench) -> None:
    task = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "ResultPath": "$.a.b.c", "End": True}
    catch = [{"ErrorEquals": ["States.ResultPathMatchFailure"], "Next": "Caught"}]
    execution = bench.state({**task, "Catch": catch}, {"a": {"b": 1}}, runners=lambda call: 1)
    assert output(execution)["Error"] == "States.ResultPathMatchFailure"
    assert types(execution)[4:6] == ["TaskSucceeded", "TaskStateExited"]


@pytest.mark.parametrize("path", ["$.items[*].x", "$.items[1:]", "$..nope"])
def test_wildcards_of_what_is_not_there_give_an_empty_list(bench: Bench, path: str) -> None:
    assert output(bench.state({"Type": "Pass", "Parameters": {"x.$": path}, "End": True})) == {"x": []}


@pytest.mark.parametrize(
    ("template", "location", "sentence"),
    [
        ("{% $nope %}", "Output", "returned nothing (undefined)."),
        ({"a": ["x", {"b": "{% $nope %}"}]}, "Output/a[1]/b", "returned nothing (undefined)."),
        ("{% 1 + 'a' %}", "Output", "threw an error during evaluation. T2002: "),
        ("{% $error('mine') %}", "Output", "threw an error during evaluation. D3137: mine"),
        ("{% (( %}", "Output", "threw an error during evaluation. "),
    ],
)
def test_expressions_that_fail(bench: Bench, template: Any, location: str, sentence: str) -> None:
    execution = bench.state({"Type": "Pass", "QueryLanguage": "JSONata", "Output": template, "End": True})
    assert execution.error == "States.QueryEvaluationError"
    assert f"specified for the field '{location}' {sentence}" in str(execution.cause)
    failed = details(execution, "EvaluationFailed")
    assert (failed["location"], failed["state"], failed["cause"]) == (location, "S", execution.cause)


def test_null_is_not_nothing(bench: Bench) -> None:
    assert (
        output(bench.state({"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% null %}", "End": True})) is None
    )


def test_the_languages_mix(bench: Bench) -> None:
    machine = {
        "StartAt": "A",
        "States": {
            "A": {"Type": "Pass", "Parameters": {"n.$": "$.n"}, "Assign": {"v.$": "$.n"}, "Next": "B"},
            "B": {"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $states.input.n + $v %}", "Next": "C"},
            "C": {"Type": "Pass", "Parameters": {"sum.$": "$", "v.$": "$v"}, "End": True},
        },
    }
    assert output(bench.run(machine, {"n": 2})) == {"sum": 4, "v": 2}


def test_the_context_object(bench: Bench) -> None:
    execution = bench.state({"Type": "Pass", "Parameters": {"c.$": "$$"}, "End": True}, {"in": 1})
    context = output(execution)["c"]
    assert context == {
        "Execution": {
            "Id": execution.arn,
            "Input": {"in": 1},
            "Name": "x",
            "RoleArn": "arn:aws:iam::000000000000:role/r",
            "StartTime": "2026-01-01T00:00:00.000Z",
            "RedriveCount": 0,
        },
        "StateMachine": {"Id": "arn:aws:states:us-east-1:000000000000:stateMachine:m", "Name": "m"},
        "State": {"Name": "S", "EnteredTime": "2026-01-01T00:00:00.000Z"},
    }


def test_constants_are_not_touched(bench: Bench) -> None:
    constant = {"a": "$.x", "b": ["{% no %} ", None, 1.5], "c": "States.UUID()"}
    assert output(bench.state({"Type": "Pass", "Parameters": constant, "End": True})) == constant
    jsonata = {"Type": "Pass", "QueryLanguage": "JSONata", "Output": {**constant, "d.$": "$.x"}, "End": True}
    assert output(bench.state(jsonata)) == {**constant, "d.$": "$.x"}
