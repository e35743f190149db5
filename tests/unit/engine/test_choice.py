from typing import Any

import pytest
from engine_bench import Bench, details, output, types

from sfn_notebook.expressions.choice_rules import TESTS, glob

DATA = {
    "s": "beta",
    "n": 5,
    "f": 2.5,
    "b": True,
    "z": None,
    "t": "2026-01-01T12:00:00Z",
    "s2": "gamma",
    "n2": 6,
    "t2": "2026-01-01T13:00:00+01:00",
    "list": [1, 2],
}


def taken(bench: Bench, rule: Any, data: Any = DATA) -> bool:
    execution = bench.state({"Type": "Choice", "Choices": [{**rule, "Next": "Next"}], "Default": "Caught"}, data)
    assert execution.status == "SUCCEEDED", execution.cause
    return details(execution, "SucceedStateEntered")["name"] == "Next"


@pytest.mark.parametrize(
    ("operator", "variable", "true", "false"),
    [
        ("StringEquals", "$.s", "beta", "Beta"),
        ("StringLessThan", "$.s", "c", "beta"),
        ("StringGreaterThan", "$.s", "alpha", "beta"),
        ("StringLessThanEquals", "$.s", "beta", "alpha"),
        ("StringGreaterThanEquals", "$.s", "beta", "c"),
        ("StringMatches", "$.s", "b*a", "b"),
        ("NumericEquals", "$.n", 5.0, 6),
        ("NumericLessThan", "$.f", 2.6, 2.5),
        ("NumericGreaterThan", "$.n", 4, 5),
        ("NumericLessThanEquals", "$.n", 5, 4),
        ("NumericGreaterThanEquals", "$.n", 5, 6),
        ("BooleanEquals", "$.b", True, False),
        ("TimestampEquals", "$.t", "2026-01-01T13:00:00+01:00", "2026-01-01T12:00:01Z"),
        ("TimestampLessThan", "$.t", "2026-01-01T12:00:00.001Z", "2026-01-01T12:00:00Z"),
        ("TimestampGreaterThan", "$.t", "2026-01-01T11:59:59Z", "2026-01-01T12:00:00Z"),
        ("TimestampLessThanEquals", "$.t", "2026-01-01T12:00:00Z", "2026-01-01T11:00:00Z"),
        ("TimestampGreaterThanEquals", "$.t", "2026-01-01T12:00:00Z", "2026-01-01T13:00:00Z"),
        ("IsNull", "$.z", True, False),
        ("IsNumeric", "$.f", True, False),
        ("IsString", "$.s", True, False),
        ("IsBoolean", "$.b", True, False),
        ("IsTimestamp", "$.t", True, False),
        ("IsPresent", "$.z", True, False),
    ],
)
def test_every_operator(bench: Bench, operator: str, variable: str, true: Any, false: Any) -> None:
    assert taken(bench, {"Variable": variable, operator: true})
    assert not taken(bench, {"Variable": variable, operator: false})


@pytest.mark.parametrize(
    ("operator", "variable", "other", "expected"),
    [
        ("StringLessThanPath", "$.s", "$.s2", True),
        ("StringEqualsPath", "$.s", "$.s2", False),
        ("NumericLessThanPath", "$.n", "$.n2", True),
        ("NumericGreaterThanEqualsPath", "$.n", "$.n2", False),
        ("BooleanEqualsPath", "$.b", "$.b", True),
        ("TimestampEqualsPath", "$.t", "$.t2", True),
        ("StringEqualsPath", "$.s", "$$.State.Name", False),
    ],
)
def test_operands_by_path(bench: Bench, operator: str, variable: str, other: str, *, expected: bool) -> None:
    assert taken(bench, {"Variable": variable, operator: other}) is expected


@pytest.mark.parametrize("operator", sorted(name for name in TESTS if not name.startswith("Is")))
def test_another_type_is_no_match_and_no_error(bench: Bench, operator: str) -> None:
    value = (
        "b*" if operator == "StringMatches" else DATA["t"] if operator[0] == "T" else 5 if operator[0] == "N" else "b"
    )
    assert not taken(bench, {"Variable": "$.list", operator: value})


def test_a_boolean_is_no_number(bench: Bench) -> None:
    assert not taken(bench, {"Variable": "$.b", "NumericEquals": 1})
    assert not taken(bench, {"Variable": "$.b", "IsNumeric": True})


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"And": [{"Variable": "$.n", "NumericEquals": 5}, {"Variable": "$.s", "IsString": True}]}, True),
        ({"And": [{"Variable": "$.n", "NumericEquals": 5}, {"Variable": "$.s", "IsNull": True}]}, False),
        ({"Or": [{"Variable": "$.n", "NumericEquals": 9}, {"Variable": "$.s", "IsString": True}]}, True),
        ({"Not": {"Variable": "$.n", "NumericEquals": 9}}, True),
        (
            {"Not": {"Or": [{"Not": {"Variable": "$.n", "NumericEquals": 5}}, {"Variable": "$.z", "IsNull": True}]}},
            False,
        ),
        # the second is not looked at, so that it may not exist
        ({"And": [{"Variable": "$.x", "IsPresent": True}, {"Variable": "$.x", "NumericEquals": 5}]}, False),
    ],
)
def test_rules_join(bench: Bench, rule: Any, *, expected: bool) -> None:
    assert taken(bench, rule) is expected


def test_a_variable_that_is_not_there(bench: Bench) -> None:
    assert taken(bench, {"Variable": "$.nope", "IsPresent": False})
    execution = bench.state({"Type": "Choice", "Choices": [{"Variable": "$.nope", "NumericEquals": 1, "Next": "Next"}]})
    assert execution.error == "States.Runtime"
    assert str(execution.cause).endswith(
        "Invalid path '$.nope': The choice state's condition path references an invalid value."
    )


def test_no_match_and_no_default(bench: Bench) -> None:
    execution = bench.state(
        {"Type": "Choice", "Choices": [{"Variable": "$.n", "NumericEquals": 1, "Next": "Next"}]}, DATA
    )
    assert execution.error == "States.Runtime"
    assert execution.cause == (
        "An error occurred while executing the state 'S' (entered at the event id #2)."
        " Failed to transition out of the state. The state does not point to a next state."
    )
    assert types(execution) == ["ExecutionStarted", "ChoiceStateEntered", "ExecutionFailed"]


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("log-*.txt", "log-1.txt", True),
        ("log-*.txt", "log-1.txt2", False),
        ("*", "", True),
        ("a*c", "a\nc", True),
        (r"\*", "*", True),
        (r"\*", "x", False),
        (r"a\\b", "a\\b", True),
        (r"\\*", "\\anything", True),
        ("a.c", "abc", False),
        ("(", "(", True),
        (r"\(", "(", True),
        ("a*a", "a", False),
        ("a*a", "aa", True),
        ("*a*b*", "xaxbx", True),
        ("*ab*ab", "abab", True),
        ("*ab*ab", "ab", False),
        ("a**b", "ab", True),
        ("", "", True),
        ("", "x", False),
        ("a\\", "a\\", True),
        ("*a" * 40 + "b", "a" * 20_000, False),
    ],
    ids=lambda value: value[:12] if isinstance(value, str) else None,
)
def test_string_matches(pattern: str, text: str, *, expected: bool) -> None:
    assert glob(pattern)(text) is expected


def test_jsonata_takes_the_first_condition_that_is_true(bench: Bench) -> None:
    choice = {
        "Type": "Choice",
        "QueryLanguage": "JSONata",
        "Choices": [
            {"Condition": "{% $states.input.n > 9 %}", "Next": "Caught"},
            {
                "Condition": "{% $states.input.n > 1 %}",
                "Next": "Next",
                "Output": {"rule": "{% $states.input.n %}"},
                "Assign": {"r": 1},
            },
            {"Condition": True, "Next": "Caught"},
        ],
        "Output": "not this",
        "Assign": {"r": 2},
    }
    execution = bench.state(choice, DATA)
    assert output(execution) == {"rule": 5}
    assert details(execution, "ChoiceStateExited")["assignedVariables"] == {"r": "1"}


def test_a_condition_must_be_a_boolean(bench: Bench) -> None:
    choice = {
        "Type": "Choice",
        "QueryLanguage": "JSONata",
        "Choices": [{"Condition": "{% 1 %}", "Next": "Next"}],
        "Default": "Next",
    }
    execution = bench.state(choice)
    assert execution.error == "States.QueryEvaluationError"
    assert "Expected 'boolean', but was 'number' for value: 1" in str(execution.cause)
    assert details(execution, "EvaluationFailed")["location"] == "Choices[0]/Condition"


def test_default_uses_what_the_state_itself_says(bench: Bench) -> None:
    choice = {
        "Type": "Choice",
        "QueryLanguage": "JSONata",
        "Choices": [{"Condition": False, "Next": "Caught"}],
        "Default": "Next",
        "Output": "default",
        "Assign": {"r": 2},
    }
    execution = bench.state(choice, DATA)
    assert output(execution) == "default"
    assert details(execution, "ChoiceStateExited")["assignedVariables"] == {"r": "2"}


def test_jsonpath_rules_assign_and_filter(bench: Bench) -> None:
    choice = {
        "Type": "Choice",
        "InputPath": "$.in",
        "OutputPath": "$.out",
        "Choices": [{"Variable": "$.n", "NumericEquals": 1, "Next": "Next", "Assign": {"v.$": "$.n"}}],
    }
    execution = bench.state(choice, {"in": {"n": 1, "out": "yes"}})
    assert output(execution) == "yes"
    assert details(execution, "ChoiceStateExited")["assignedVariables"] == {"v": "1"}


def test_a_thousand_rounds(bench: Bench) -> None:
    machine = {
        "StartAt": "Start",
        "QueryLanguage": "JSONata",
        "States": {
            "Start": {"Type": "Pass", "Output": {"n": 0}, "Next": "More?"},
            "More?": {
                "Type": "Choice",
                "Choices": [{"Condition": "{% $states.input.n < 1000 %}", "Next": "Add"}],
                "Default": "Done",
            },
            "Add": {"Type": "Pass", "Output": {"n": "{% $states.input.n + 1 %}"}, "Next": "More?"},
            "Done": {"Type": "Succeed"},
        },
    }
    assert output(bench.run(machine)) == {"n": 1000}
