from __future__ import annotations

import json
from typing import Any

import pytest
from told import TOKEN

from sfn_notebook import asl
from sfn_notebook.history import MASKED, mask, mask_value, token_of

UUID = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"
OTHER = "0f1c2d3e-1111-2222-3333-444455556666"


def state(parameters: Any = None, arguments: Any = None) -> asl.State:
    fields: dict[str, Any] = {"Type": "Task", "Resource": "arn:aws:states:::x:y.waitForTaskToken", "End": True}
    if arguments is not None:
        fields |= {"QueryLanguage": "JSONata", "Arguments": arguments}
    else:
        fields |= {"Parameters": parameters}
    found = asl.read({"StartAt": "S", "States": {"S": fields}}).find("S")
    assert found is not None
    return found


PATH, QUERY = "$$.Task.Token", "{% $states.context.Task.Token %}"
# what an integration is called with; the token stands at T
PLACES = {
    "lambda": {"FunctionName": "f", "Payload": {"token": "T", "id": OTHER}},
    "sqs": {"QueueUrl": "https://sqs/1/q", "MessageBody": {"order": OTHER, "answer with": "T"}},
    "sns": {"TopicArn": "arn:t", "Message": {"a": {"b": {"c": "T"}}}},
    "sns attributes": {"TopicArn": "arn:t", "MessageAttributes": {"t": {"DataType": "String", "StringValue": "T"}}},
    "ecs": {
        "TaskDefinition": "d",
        "Overrides": {"ContainerOverrides": [{"Name": "c", "Environment": [{"Name": "ID", "Value": "T"}]}]},
    },
    "eventbridge": {"Entries": [{"Detail": {"x": OTHER}}, {"Detail": {"x": "T"}, "Source": "s"}]},
    "states": {"StateMachineArn": "arn:m", "Input": {"token": OTHER, "mine": "T"}},
    "api gateway": {"ApiEndpoint": "e", "Headers": {"Token": ["T"]}},
    "aws-sdk": {"TableName": "t", "Item": {"id": {"S": OTHER}, "token": {"S": "T"}}},
    "the whole": "T",
}


def filled(value: Any, token: str) -> Any:
    """What the service is called with."""
    if isinstance(value, dict):
        return {key: filled(item, token) for key, item in value.items()}
    if isinstance(value, list):
        return [filled(item, token) for item in value]
    return token if value == "T" else value


def jsonpath(value: Any) -> Any:
    """The template that makes it, in JSONPath; a list that holds the token itself is an intrinsic function."""
    if isinstance(value, list):
        return [jsonpath(item) for item in value]
    if not isinstance(value, dict):
        return value
    made: dict[str, Any] = {}
    for key, item in value.items():
        if item == "T":
            made[f"{key}.$"] = PATH
        elif item == ["T"]:
            made[f"{key}.$"] = f"States.Array({PATH})"
        else:
            made[key] = jsonpath(item)
    return made


def jsonata(value: Any) -> Any:
    """The template that makes it, in JSONata."""
    return filled(value, QUERY)


@pytest.mark.parametrize("token", [TOKEN, UUID, "short"])
@pytest.mark.parametrize("where", list(PLACES))
def test_found_where_jsonata_puts_it(where: str, token: str) -> None:
    assert token_of(filled(PLACES[where], token), state(arguments=jsonata(PLACES[where]))) == token


@pytest.mark.parametrize("token", [TOKEN, UUID])
@pytest.mark.parametrize("where", [where for where in PLACES if where != "the whole"])
def test_found_where_jsonpath_puts_it(where: str, token: str) -> None:
    assert token_of(filled(PLACES[where], token), state(parameters=jsonpath(PLACES[where]))) == token


@pytest.mark.parametrize("where", list(PLACES))
def test_found_without_a_definition(where: str) -> None:
    assert token_of(filled(PLACES[where], TOKEN), None) == TOKEN


@pytest.mark.parametrize("where", ["lambda", "aws-sdk", "api gateway"])
def test_without_a_definition_a_key_tells_an_emulators_token(where: str) -> None:
    assert token_of(filled(PLACES[where], UUID), None) == UUID


def test_found_in_a_body_that_was_sent_as_text() -> None:
    body = {"token": "T", "order": OTHER}
    called = {"QueueUrl": "q", "MessageBody": json.dumps(filled(body, UUID))}
    assert token_of(called, state(arguments={"QueueUrl": "q", "MessageBody": jsonata(body)})) == UUID
    assert token_of(called, None) == UUID


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        (
            f"States.Format('https://here/answer?yes=1&token={{}}&by=mail', {PATH})",
            "https://here/answer?yes=1&token={}&by=mail",
        ),
        (f"States.Format('https://here/approve/{{}}/yes', {PATH})", "https://here/approve/{}/yes"),
        (f"States.Format('{{}}', {PATH})", "{}"),
        ("States.JsonToString($$.Task)", '{"Token":"{}"}'),
        ("$$.Task", {"Token": "{}"}),
        ("$$", {"Execution": {"Id": OTHER, "Name": OTHER}, "Task": {"Token": "{}"}}),
    ],
)
@pytest.mark.parametrize("token", [TOKEN, UUID])
def test_found_inside_what_a_jsonpath_expression_makes(expression: str, value: Any, token: str) -> None:
    called = json.loads(json.dumps({"x": value}).replace("{}", token))
    assert token_of(called, state(parameters={"x.$": expression})) == token


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("'https://here/approve/' & $states.context.Task.Token", "https://here/approve/{}"),
        (
            '"https://here/answer?token=" & $states.context.Task.Token & "&by=mail"',
            "https://here/answer?token={}&by=mail",
        ),
        ("{'order': $states.input.order, 'token': $states.context.Task.Token}", {"order": OTHER, "token": "{}"}),
        ("$string({'t': $states.context.Task.Token})", '{"t":"{}"}'),
        ("[$states.context.Task.Token, $states.input.order][0]", "{}"),
    ],
)
@pytest.mark.parametrize("token", [TOKEN, UUID])
def test_found_inside_what_a_jsonata_expression_makes(expression: str, value: Any, token: str) -> None:
    called = json.loads(json.dumps({"x": value}).replace("{}", token))
    assert token_of(called, state(arguments={"x": f"{{% {expression} %}}"})) == token


def test_found_in_a_link_that_is_written_for_a_url() -> None:
    quoted = TOKEN.replace("/", "%2F").replace("+", "%2B").replace("=", "%3D")
    expression = "{% 'https://here/?t=' & $encodeUrlComponent($states.context.Task.Token) %}"
    assert token_of({"x": f"https://here/?t={quoted}"}, state(arguments={"x": expression})) == TOKEN


@pytest.mark.parametrize("parameters", [None, "", [], {}, {"a": 1, "b": [None, True]}, {"order": "A-17"}])
def test_no_token_where_there_is_none(parameters: Any) -> None:
    assert token_of(parameters, None) is None
    assert token_of(parameters, state(arguments={"elsewhere": QUERY})) is None


def test_a_template_that_sends_no_token_sends_none() -> None:
    assert token_of({"id": UUID}, state(arguments={"id": "{% $states.input.id %}"})) is None


def test_masks_what_is_secret() -> None:
    text = f"arn:aws:sqs:eu-west-1:123456789012:q https://sqs/123456789012/q {TOKEN} 2026 order 1234567890"
    masked = mask(text)
    assert TOKEN not in masked
    assert "123456789012" not in masked
    assert "2026 order 1234567890" in masked
    assert mask(masked) == masked


def test_masks_in_every_text_of_a_value() -> None:
    value = {"a": [UUID, {"b": f"t={UUID}", f"{UUID}": 1}], "n": 5, "x": None}
    assert mask_value(value, UUID) == {"a": [MASKED, {"b": f"t={MASKED}", MASKED: 1}], "n": 5, "x": None}
