"""Whatever is defined and given: the engine ends or waits for something nameable, and its history holds together."""

from __future__ import annotations

import contextlib
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from any_machine import QUICK, ROLE, counter, json_values, machines, run, world
from hypothesis import given, settings
from hypothesis import strategies as st

from sfn_notebook.engine.embedded import Embedded

ENDS = {"ExecutionSucceeded", "ExecutionFailed", "ExecutionTimedOut", "ExecutionAborted"}


@pytest.fixture(scope="module")
def shared() -> Iterator[Embedded]:
    made = world()
    yield made
    made.close()


@QUICK
@given(definition=machines(), data=json_values)
def test_it_ends_or_waits_and_its_history_holds_together(shared: Embedded, definition: Any, data: Any) -> None:
    shown = run(shared, definition, data, f"m{next(counter)}")
    if shown is None:
        return
    assert "The engine failed" not in shown.get("cause", "")
    events = shown["events"]
    assert [event["id"] for event in events] == list(range(1, len(events) + 1))
    for event in events:
        assert 0 <= event["previousEventId"] < event["id"]
    assert events[0]["type"] == "ExecutionStarted"
    if shown["status"] == "RUNNING":
        # the one thing these machines can wait for is an answer to a token
        kinds = Counter(event["type"] for event in events)
        assert kinds["TaskSubmitted"] or "TaskSubmitted" in shown["inside"]
        assert not ENDS & set(kinds)
    else:
        assert events[-1]["type"] in ENDS
        assert sum(event["type"] in ENDS for event in events) == 1
    if shown["status"] == "SUCCEEDED":
        json.loads(shown["output"])
        entered = Counter(
            event["stateEnteredEventDetails"]["name"] for event in events if "stateEnteredEventDetails" in event
        )
        left = Counter(
            event["stateExitedEventDetails"]["name"] for event in events if "stateExitedEventDetails" in event
        )
        assert all(left[name] <= times for name, times in entered.items())
        assert set(left) <= set(entered)


@settings(QUICK, max_examples=25)
@given(definition=machines(), data=json_values)
def test_running_it_twice_gives_the_same_history(definition: Any, data: Any) -> None:
    found = []
    for _ in range(2):
        made = world()
        found.append(run(made, definition, data, "m"))
        made.close()
    assert found[0] is None or found[1] is not None
    if found[0] is not None and found[1] is not None:
        found[0].pop("ResponseMetadata")
        found[1].pop("ResponseMetadata")
        assert found[0] == found[1]


@settings(QUICK, max_examples=100)
@given(
    definition=st.recursive(
        json_values,
        lambda inner: st.dictionaries(
            st.sampled_from(["StartAt", "States", "A", "Type", "Next", "End", "Choices", "Branches", "Retry"]),
            inner,
            max_size=4,
        ),
        max_leaves=12,
    ),
    data=st.text(max_size=10),
)
def test_no_call_raises_anything_but_a_modelled_error(shared: Embedded, definition: Any, data: str) -> None:
    client = shared.client("stepfunctions")
    with contextlib.suppress(client.exceptions.InvalidDefinition, client.exceptions.InvalidExecutionInput):
        arn = client.create_state_machine(name=f"x{next(counter)}", definition=json.dumps(definition), roleArn=ROLE)[
            "stateMachineArn"
        ]
        client.start_execution(stateMachineArn=arn, input=data)
    found = client.validate_state_machine_definition(definition=json.dumps(definition))
    assert found["result"] in ("OK", "FAIL")
