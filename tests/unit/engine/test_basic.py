from typing import Any

import pytest
from engine_bench import Bench, chain, details, output, types

from sfn_notebook.expressions.timestamps import parse_timestamp


@pytest.mark.parametrize(
    ("state", "data", "expected"),
    [
        ({}, {"a": 1}, {"a": 1}),
        ({"Result": [1]}, {"a": 1}, [1]),
        ({"Result": [1], "ResultPath": "$.r"}, {"a": 1}, {"a": 1, "r": [1]}),
        ({"Result": [1], "ResultPath": None}, {"a": 1}, {"a": 1}),
        ({"InputPath": "$.a"}, {"a": {"b": 2}}, {"b": 2}),
        ({"InputPath": None}, {"a": 1}, {}),
        ({"OutputPath": "$.a"}, {"a": 3}, 3),
        ({"OutputPath": None}, {"a": 3}, {}),
        ({"Parameters": {"x.$": "$.a", "y": {"z.$": "$$.State.Name"}}}, {"a": 3}, {"x": 3, "y": {"z": "S"}}),
        (
            {"InputPath": "$.a", "Parameters": {"x.$": "$.b"}, "ResultPath": "$.r"},
            {"a": {"b": 2}},
            {"a": {"b": 2}, "r": {"x": 2}},
        ),
        (
            {"QueryLanguage": "JSONata", "Output": {"x": "{% $states.input.a + 1 %}", "y": [2]}},
            {"a": 3},
            {"x": 4, "y": [2]},
        ),
        ({"QueryLanguage": "JSONata", "Output": None}, {"a": 3}, None),
    ],
)
def test_pass_moves_data_as_its_fields_say(bench: Bench, state: Any, data: Any, expected: Any) -> None:
    assert output(bench.state({"Type": "Pass", **state, "End": True}, data)) == expected


def test_a_chain_has_the_events_of_aws(bench: Bench) -> None:
    execution = bench.run(
        {"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Succeed"}}}, {"n": 1}
    )
    assert types(execution) == [
        "ExecutionStarted",
        "PassStateEntered",
        "PassStateExited",
        "SucceedStateEntered",
        "SucceedStateExited",
        "ExecutionSucceeded",
    ]
    assert chain(execution) == [0, 0, 2, 3, 4, 5]
    assert details(execution, "PassStateEntered") == {
        "name": "A",
        "input": '{"n": 1}',
        "inputDetails": {"truncated": False},
    }
    assert details(execution, "ExecutionStarted")["roleArn"] == "arn:aws:iam::000000000000:role/r"


def test_data_that_is_not_touched_keeps_its_text(bench: Bench) -> None:
    execution = bench.run({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}, '{ "a" : 1.50 }')
    assert execution.output == '{ "a" : 1.50 }'


def test_ten_thousand_states_in_a_row_do_not_recurse(bench: Bench) -> None:
    states: dict[str, Any] = {f"S{i}": {"Type": "Pass", "Next": f"S{i + 1}"} for i in range(10_000)}
    states["S10000"] = {"Type": "Succeed"}
    execution = bench.run({"StartAt": "S0", "States": states})
    assert execution.status == "SUCCEEDED"
    assert len(execution.history) == 20_004


@pytest.mark.parametrize(
    ("state", "error", "cause"),
    [
        ({"Error": "E", "Cause": "because"}, "E", "because"),
        ({}, None, None),
        ({"ErrorPath": "$.e", "CausePath": "States.Format('at {}', $.c)"}, "Bad", "at noon"),
        (
            {"QueryLanguage": "JSONata", "Error": "{% $states.input.e %}", "Cause": "{% 'at ' & $states.input.c %}"},
            "Bad",
            "at noon",
        ),
    ],
)
def test_fail_ends_the_execution(bench: Bench, state: Any, error: Any, cause: Any) -> None:
    execution = bench.state({"Type": "Fail", **state}, {"e": "Bad", "c": "noon"})
    assert (execution.status, execution.error, execution.cause) == ("FAILED", error, cause)
    assert types(execution)[-2:] == ["FailStateEntered", "ExecutionFailed"]
    assert chain(execution)[-1] == 2


def test_fail_says_when_its_path_is_no_text(bench: Bench) -> None:
    execution = bench.state({"Type": "Fail", "ErrorPath": "$.e"}, {"e": 3})
    assert execution.error == "States.Runtime"
    assert "does not reference a string value: $.e == 3" in str(execution.cause)


@pytest.mark.parametrize(
    ("state", "seconds"),
    [
        ({"Seconds": 90}, 90),
        ({"SecondsPath": "$.s"}, 60),
        ({"Timestamp": "2026-01-01T00:01:00.5Z"}, 60.5),
        ({"TimestampPath": "$.t"}, 3600),
        ({"QueryLanguage": "JSONata", "Seconds": "{% $states.input.s * 2 %}"}, 120),
        ({"QueryLanguage": "JSONata", "Timestamp": "{% $states.input.t %}"}, 3600),
        ({"Timestamp": "2020-01-01T00:00:00Z"}, 0),
        ({"TimestampPath": "$.small"}, 60),
        ({"TimestampPath": "$.nano"}, 60.5),
        ({"Seconds": 0}, 0),
    ],
)
def test_wait_takes_its_time_on_the_clock_and_none_on_the_wall(bench: Bench, state: Any, seconds: float) -> None:
    small, nano = "2026-01-01t00:01z", "2026-01-01T00:01:00.500000000Z"
    data = {"s": 60, "t": "2026-01-01T02:00:00+01:00", "small": small, "nano": nano}
    execution = bench.state({"Type": "Wait", **state, "End": True}, data)
    assert output(execution) == data
    assert execution.stopped is not None
    assert execution.stopped - execution.started == seconds


@pytest.mark.parametrize(
    ("state", "data", "sentence"),
    [
        ({"SecondsPath": "$.s"}, {"s": "5"}, "The SecondsPath parameter does not reference an integer value: $.s == 5"),
        ({"SecondsPath": "$.s"}, {"s": -5}, "The SecondsPath parameter references a negative value: $.s == -5"),
        (
            {"SecondsPath": "$.s"},
            {"s": 1.5},
            "The SecondsPath parameter does not reference an integer value: $.s == 1.5",
        ),
        (
            {"SecondsPath": "$.s"},
            {"s": 100_000_000},
            "The SecondsPath parameter references a value greater than 99999999: $.s == 100000000",
        ),
        (
            {"TimestampPath": "$.t"},
            {"t": "2026-02-30T00:00:00Z"},
            (
                "The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format"
                " string: $.t == 2026-02-30T00:00:00Z"
            ),
        ),
        (
            {"SecondsPath": "$.s"},
            {},
            "The JSONPath '$.s' specified for the field 'SecondsPath' could not be found in the input '{}'",
        ),
        (
            {"TimestampPath": "$.t"},
            {"t": "tomorrow"},
            (
                "The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format"
                " string: $.t == tomorrow"
            ),
        ),
    ],
)
def test_wait_says_what_it_cannot_wait_for(bench: Bench, state: Any, data: Any, sentence: str) -> None:
    execution = bench.state({"Type": "Wait", **state, "End": True}, data)
    assert execution.error == "States.Runtime"
    assert (
        execution.cause == f"An error occurred while executing the state 'S' (entered at the event id #2). {sentence}"
    )


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-01",
        "2026-01-01 00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-01-01T25:00:00Z",
        "2026-01-01t00:00:00z",
        5,
        None,
    ],
)
def test_what_is_no_timestamp(text: Any) -> None:
    assert parse_timestamp(text) is None


def test_timestamps_keep_every_digit() -> None:
    earlier, later = (parse_timestamp(f"2026-01-01T00:00:00.{digits}Z") for digits in ("000000001", "00000000100"))
    assert earlier == later
    assert earlier is not None
    assert earlier[1] == "000000001"
