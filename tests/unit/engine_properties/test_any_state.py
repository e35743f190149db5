"""Whatever state is tested: it is answered or refused, and it does what it does in an execution."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from any_machine import QUICK, ROLE, counter, json_values, machines, run, world
from hypothesis import assume, given
from hypothesis import strategies as st

from sfn_notebook.asl import read
from sfn_notebook.engine.embedded import Embedded

ALONE = ("Pass", "Wait", "Succeed", "Choice", "Task")  # what can be compared with its visit in an execution


@pytest.fixture(scope="module")
def shared() -> Iterator[Embedded]:
    made = world()
    yield made
    made.close()


mocks = st.one_of(
    st.none(),
    st.fixed_dictionaries(
        {"result": json_values.map(json.dumps), "fieldValidationMode": st.sampled_from(["STRICT", "PRESENT", "NONE"])}
    ),
    st.sampled_from(["ValueError", "States.Runtime", "E"]).map(lambda name: {"errorOutput": {"error": name}}),
)


@QUICK
@given(definition=machines(), data=json_values, mock=mocks, variables=json_values)
def test_every_state_is_answered_or_refused(
    shared: Embedded, definition: Any, data: Any, mock: Any, variables: Any
) -> None:
    client = shared.client("stepfunctions")
    for state in read(definition).walk():
        request = {"input": json.dumps(data), "variables": json.dumps(variables), "roleArn": ROLE}
        if mock is not None:
            request["mock"] = mock
        try:
            answer = client.test_state(
                definition=json.dumps(definition), stateName=state.name, inspectionLevel="DEBUG", **request
            )
        except (client.exceptions.InvalidDefinition, client.exceptions.ValidationException):
            continue
        assert json.loads(answer["inspectionData"]["input"]) == data
        assert ("output" in answer) == (answer["status"] in ("SUCCEEDED", "CAUGHT_ERROR"))
        if answer["status"] == "SUCCEEDED":
            assert "error" not in answer
            assert "errorDetails" not in answer["inspectionData"]


@QUICK
@given(definition=machines(), data=json_values)
def test_it_does_what_it_does_in_an_execution(shared: Embedded, definition: Any, data: Any) -> None:
    definition = without_retries(definition)  # a test only tells of them
    text = json.dumps(definition)
    assume("$$" not in text)  # the context object is another one
    assume("uuid" not in text.lower() and "MathRandom" not in text)  # no two are alike
    shown = run(shared, definition, data, f"s{next(counter)}")
    assume(shown is not None)
    client = shared.client("stepfunctions")
    for name, (entered, left, variables) in visits(shown["events"]).items():
        state = read(definition).states[name]
        if state.type in ALONE and not state.resource.endswith(".waitForTaskToken"):
            answer = client.test_state(
                definition=text, stateName=name, input=entered, variables=json.dumps(variables), roleArn=ROLE
            )
            # a test takes five minutes at most
            assert answer.get("error") == "States.Timeout" or same(answer.get("output"), left), (name, answer)


def without_retries(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_retries(item) for key, item in value.items() if key != "Retry"}
    return [without_retries(item) for item in value] if isinstance(value, list) else value


def same(got: str | None, want: str | None) -> bool:
    """Whether two outputs are one, but for what Lambda says of each call."""
    if got is None or want is None:
        return got is want
    return scrubbed(json.loads(got)) == scrubbed(json.loads(want))


def scrubbed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: scrubbed(item) for key, item in value.items() if not key.startswith("Sdk") and key != "Cause"}
    return [scrubbed(item) for item in value] if isinstance(value, list) else value


def visits(events: list[dict[str, Any]]) -> dict[str, tuple[str, str | None, dict[str, Any]]]:
    """State -> its input, its output and the variables it saw, of the states of the top level that were entered."""
    variables: dict[str, Any] = {}
    found: dict[str, tuple[str, str | None, dict[str, Any]]] = {}
    for event in events:
        entered, left = event.get("stateEnteredEventDetails"), event.get("stateExitedEventDetails")
        if entered is not None and len(entered["name"]) == 1:  # names inside others are longer
            found[entered["name"]] = (entered["input"], None, dict(variables))
        elif left is not None and left["name"] in found:
            text, _, seen = found[left["name"]]
            found[left["name"]] = (text, left["output"], seen)
            variables.update({name: json.loads(value) for name, value in left.get("assignedVariables", {}).items()})
    return found
