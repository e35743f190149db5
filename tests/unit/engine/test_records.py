from typing import get_args

import botocore.loaders
import pytest

from sfn_notebook.engine.event_types import EVENT_DETAILS
from sfn_notebook.engine.records import Event, Execution, MachineRecord, Status, TaskCall, TaskFailure
from sfn_notebook.integrations import parse_resource


def shapes() -> dict[str, dict[str, object]]:
    model = botocore.loaders.Loader().load_service_model("stepfunctions", "service-2")
    return model["shapes"]


def test_every_event_type_of_the_api_has_its_details_member() -> None:
    members = shapes()["HistoryEvent"]["members"]
    assert set(EVENT_DETAILS) == set(shapes()["HistoryEventType"]["enum"])
    assert {member for member in EVENT_DETAILS.values() if member} <= set(members)
    assert {member for member in members if member.endswith("Details")} == set(filter(None, EVENT_DETAILS.values()))


def test_the_statuses_are_those_of_the_api() -> None:
    assert set(get_args(Status)) == set(shapes()["ExecutionStatus"]["enum"])


def test_an_event_is_shown_as_the_api_shows_it() -> None:
    event = Event(12.5, "TaskSucceeded", 5, 4, {"output": "1"})
    assert event.to_api() == {
        "timestamp": 12.5,
        "type": "TaskSucceeded",
        "id": 5,
        "previousEventId": 4,
        "taskSucceededEventDetails": {"output": "1"},
    }
    assert "Details" not in str(Event(0.0, "MapStateFailed", 3, 2).to_api())


def test_no_repr_shows_data_tokens_or_accounts() -> None:
    machine = MachineRecord(
        arn="arn:aws:states:us-east-1:123456789012:stateMachine:m", name="m", definition="SECRET", program=None
    )
    execution = Execution(
        arn="arn:aws:states:us-east-1:123456789012:execution:m:x", name="x", machine=machine, input="SECRET"
    )
    call = TaskCall(
        parse_resource("arn:aws:states:::sqs:sendMessage"), {"a": "SECRET"}, "SECRET", "arn:123456789012", "Ask"
    )
    event = Event(0.0, "TaskScheduled", 3, 2, {"parameters": "SECRET"})
    shown = f"{machine!r} {execution!r} {call!r} {event!r}"
    assert "SECRET" not in shown
    assert "123456789012" not in shown


@pytest.mark.parametrize(("stopped", "running"), [(None, True), (1.0, False)])
def test_an_execution_runs_until_it_has_stopped(stopped: float | None, *, running: bool) -> None:
    machine = MachineRecord(arn="a", name="m", definition="", program=None)
    assert Execution(arn="x", name="x", machine=machine, stopped=stopped).running is running


def test_a_task_failure_says_at_which_step() -> None:
    failure = TaskFailure("E", "c", kind="submit_failed")
    assert (failure.error, failure.cause, failure.kind) == ("E", "c", "submit_failed")
