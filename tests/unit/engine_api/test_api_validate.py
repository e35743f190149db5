"""ValidateStateMachineDefinition, and what CreateStateMachine says of the same."""

import json
from pathlib import Path

import pytest

RECORDED = Path(__file__).parents[4] / "shared" / "conformance"


def recorded(name):
    file = RECORDED / name
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def validate(bench, definition, **options):
    text = definition if isinstance(definition, str) else json.dumps(definition)
    answer = bench.client.validate_state_machine_definition(definition=text, **options)
    del answer["ResponseMetadata"]
    return answer


@pytest.mark.parametrize("case", recorded("validate.jsonl"), ids=lambda case: case["id"].rpartition("/")[2])
def test_recorded_on_aws(bench, case):
    assert validate(bench, **case["request"]) == case["response"]["validation_response"]


# What AWS recorded here was asked with a versionDescription, which the recording does not hold.
NOT_ASKED = "test_create_with_version_description_no_publish"


@pytest.mark.parametrize("case", recorded("create_error.jsonl"), ids=lambda case: case["id"].rpartition("/")[2])
def test_recorded_refusals(bench, case):
    more = {"versionDescription": "x"} if case["id"].endswith(NOT_ASKED) else {}
    with pytest.raises(bench.client.exceptions.ClientError) as caught:
        bench.machine(case["definition"], type=case["type"], **more)
    (answer,) = case["answer"].values()
    if "Error" in answer:
        assert caught.value.response["Error"] == answer["Error"]
    else:
        assert str(caught.value) == answer["exception_value"]


def test_sound(bench):
    answer = validate(bench, {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}})
    assert answer == {"result": "OK", "diagnostics": [], "truncated": False}


def test_dangling_target_and_no_end_in_aws_order(bench):
    answer = validate(bench, {"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "NOPE"}}})
    assert answer["result"] == "FAIL"
    assert answer["diagnostics"] == [
        {
            "severity": "ERROR",
            "code": "MISSING_TRANSITION_TARGET",
            "message": "Missing 'Next' target: NOPE",
            "location": "/States/A/Next",
        },
        {"severity": "ERROR", "code": "MISSING_END_STATE", "message": "Workflow has no terminal state"},
    ]


def test_locations_write_indices_as_aws_does(bench):
    rule = {"Variable": "$.a", "IsNull": True, "Next": "NOPE"}
    answer = validate(
        bench,
        {
            "StartAt": "C",
            "States": {"C": {"Type": "Choice", "Choices": [rule], "Default": "D"}, "D": {"Type": "Succeed"}},
        },
    )
    assert [one["location"] for one in answer["diagnostics"]] == ["/States/C/Choices[0]/Next"]


def test_a_name_that_is_a_number_is_no_index(bench):
    states = {"1": {"Type": "Pass", "Output": {"2": ["{% x %}"]}, "Next": "3/4"}}
    answer = validate(bench, {"QueryLanguage": "JSONata", "StartAt": "1", "States": states})
    assert [one.get("location") for one in answer["diagnostics"]] == [
        "/States/1/Next",
        "/States/1/Output/2[0]",
        None,
    ]


def test_warnings_only_when_asked_for(bench):
    definition = {"StartAt": "A", "States": {"A": {"Type": "Pass", "Parameters": {"x": "$.y"}, "End": True}}}
    assert validate(bench, definition)["diagnostics"] == []
    found = validate(bench, definition, severity="WARNING")
    assert (found["result"], [one["code"] for one in found["diagnostics"]]) == ("OK", ["NO_DOLLAR"])


def test_advice_of_our_own_is_no_diagnostic(bench):
    task = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken", "End": True}
    answer = validate(bench, {"StartAt": "A", "States": {"A": task}}, severity="WARNING")
    assert answer["diagnostics"] == []


def test_truncated(bench):
    states = {f"S{number}": {"Type": "Pass", "Next": f"missing{number}"} for number in range(4)}
    answer = validate(bench, {"StartAt": "S0", "States": states}, maxResults=2)
    assert (len(answer["diagnostics"]), answer["truncated"]) == (2, True)


def test_all_errors_stand_in_the_refusal(bench):
    states = {"A": {"Type": "Pass", "Next": "X"}, "B": {"Type": "Succeed"}}
    with pytest.raises(bench.client.exceptions.InvalidDefinition) as caught:
        bench.machine({"StartAt": "A", "States": states})
    assert caught.value.response["Error"]["Message"] == (
        "Invalid State Machine Definition: 'MISSING_TRANSITION_TARGET: Missing 'Next' target: X at /States/A/Next, "
        'MISSING_TRANSITION_TARGET: State "B" is not reachable. at /States/B\''
    )


def parallels(depth):
    state, name = {"Type": "Pass", "End": True}, "inside"
    for level in range(depth):
        branch = {"StartAt": name, "States": {name: state}}
        state, name = {"Type": "Parallel", "Branches": [branch], "End": True}, f"P{level}"
    return {"StartAt": name, "States": {name: state}}


def long_chain():
    states = {f"S{n}": {"Type": "Pass", "Comment": "x" * 900, "Next": f"S{n + 1}"} for n in range(1000)}
    return {"StartAt": "S0", "States": {**states, "S1000": {"Type": "Succeed"}}}


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (json.dumps(parallels(40)), []),
        (json.dumps(parallels(100)), ["TOO_DEEPLY_NESTED"]),
        ('{"a":' * 10_000 + "1" + "}" * 10_000, ["TOO_DEEPLY_NESTED"]),
        ("[" * 500_000, ["INVALID_JSON_DESCRIPTION"]),
        ('{"StartAt": NaN}', ["INVALID_JSON_DESCRIPTION"]),
        ("\x00\x01\xff", ["INVALID_JSON_DESCRIPTION"]),
        ('{"StartAt": "A", "StartAt": "A", "States": {"A": {"Type": "Succeed"}}}', []),
        (json.dumps(long_chain()), []),
        (" ", ["MISSING_DESCRIPTION"]),
        ("null", ["MISSING_DESCRIPTION"]),
        ("[]", ["SCHEMA_VALIDATION_FAILED"]),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else None,
)
def test_any_text_is_answered(bench, text, codes):
    assert [one["code"] for one in validate(bench, text)["diagnostics"]] == codes


def test_an_unsupported_field_is_said_as_aws_says_it(bench):
    definition = {"StartAt": "M", "States": {"M": {**parallels(1)["States"]["P0"], "TimeoutSeconds": 5}}}
    assert validate(bench, definition)["diagnostics"] == [
        {
            "severity": "ERROR",
            "code": "SCHEMA_VALIDATION_FAILED",
            "message": "Field 'TimeoutSeconds' is not supported",
            "location": "/States/M",
        }
    ]


def test_a_bare_name_in_jsonata_is_refused_at_creation(bench):
    state = {"Type": "Pass", "Output": {"v": ["{% phone %}"]}, "End": True}
    with pytest.raises(bench.client.exceptions.InvalidDefinition) as caught:
        bench.machine({"QueryLanguage": "JSONata", "StartAt": "E", "States": {"E": state}})
    assert caught.value.response["Error"]["Message"] == (
        "Invalid State Machine Definition: 'UNSUPPORTED_JSONATA_EXPRESSION: Reference to 'phone' at the top level is"
        " not supported. at /States/E/Output/v[0]'"
    )
