from __future__ import annotations

import json
from typing import Any

import pytest
from scripted_execution import TOKEN, ScriptedExecution

from sfn_notebook.errors import EndpointUnreachable
from sfn_notebook.widgets.desk import VISITS, Desk
from sfn_notebook.widgets.story import Story


class Seat:
    """A desk with a task waiting at it."""

    def __init__(self, execution: ScriptedExecution) -> None:
        self.execution = execution
        self.task = execution.until_waiting()
        self.story = Story(execution, {})
        self.desk = Desk(execution, self.story)

    def act(self, verb: str, **fields: Any) -> dict[str, Any]:
        return self.desk.answer({"kind": "act", "verb": verb, "task": self.task, **fields})

    def ask(self, what: str, key: Any = None) -> dict[str, Any]:
        return self.desk.answer({"kind": "ask", "what": what, "key": key})

    def notices(self) -> list[str]:
        self.story.read()
        return [each["text"] for each in self.story.whole()["notices"]]


@pytest.fixture
def seat(execution: ScriptedExecution) -> Seat:
    return Seat(execution)


@pytest.mark.parametrize(
    ("verb", "fields", "answered", "text"),
    [
        ("succeed", {"output": '{"n": 1}'}, ("succeed", '{"n":1}'), "Answered with success."),
        ("succeed", {"output": "null"}, ("succeed", "null"), "Answered with success."),
        (
            "fail",
            {"error": "No", "cause": "why"},
            ("fail", {"error": "No", "cause": "why"}),
            "Answered with a failure.",
        ),
        ("fail", {}, ("fail", {}), "Answered with a failure."),
        ("heartbeat", {}, ("heartbeat",), "Heartbeat sent."),
    ],
)
def test_an_answer_reaches_the_task(
    seat: Seat, verb: str, fields: dict[str, Any], answered: tuple[Any, ...], text: str
) -> None:
    assert seat.act(verb, **fields) == {"ok": True, "text": text}
    assert seat.execution.answers == [answered]


def test_an_answer_is_told_to_every_view_and_not_taken_for_somebody_elses(seat: Seat) -> None:
    seat.act("succeed", output="{}")
    assert seat.notices() == ["Ask: answered with success."]


@pytest.mark.parametrize("text", ['{"a": }', "", "NaN", "{} {}", "{'a': 1}"])
def test_what_is_not_json_is_refused_here_too(seat: Seat, text: str) -> None:
    answer = seat.act("succeed", output=text)
    assert not answer["ok"]
    assert "not valid JSON" in answer["text"]
    assert seat.execution.answers == []


def test_a_task_that_was_answered_elsewhere(seat: Seat) -> None:
    seat.execution.pending[0].succeed({})
    answer = seat.act("succeed", output="{}")
    assert answer == {"ok": False, "text": "It waits no more: its time was up, or it was answered elsewhere."}


def test_an_answer_that_comes_too_late_says_so_and_hides_the_token(seat: Seat) -> None:
    seat.execution.expire()
    seat.execution.refusal.message += f" {TOKEN}"  # type: ignore[union-attr]  # set by expire()
    answer = seat.act("heartbeat")
    assert not answer["ok"]
    assert "Ask waits no more: The task timed out" in answer["text"]
    assert TOKEN not in answer["text"]


def test_an_answer_that_failed_may_be_given_elsewhere_and_is_then_told(seat: Seat) -> None:
    seat.execution.refusal = EndpointUnreachable("nothing answers there")
    assert seat.act("succeed", output="{}") == {"ok": False, "text": "nothing answers there"}
    seat.execution.refusal = None
    seat.execution.pending[0].succeed({})
    assert seat.notices() == ["Ask: answered elsewhere, with success."]


def test_an_error_of_ours_is_shown_and_logged(seat: Seat, caplog: pytest.LogCaptureFixture) -> None:
    seat.execution.refusal = ZeroDivisionError("oh")
    assert seat.act("heartbeat") == {"ok": False, "text": "ZeroDivisionError: oh"}
    assert "could not be answered" in caplog.text


def test_a_message_of_no_sense_is_refused(seat: Seat) -> None:
    assert "cannot 'delete'" in seat.act("delete")["text"]
    assert seat.desk.answer({"kind": "ask", "what": "secrets"})["ok"] is False
    assert seat.desk.answer({})["ok"] is False


def test_the_data_of_a_state(seat: Seat) -> None:
    (visit,) = seat.ask("state", "Prepare")["visits"]
    assert (visit["status"], visit["took"], visit["type"]) == ("SUCCEEDED", 1.0, "Pass")
    assert json.loads(visit["input"]) == json.loads(visit["output"]) == {"order": 17}
    (waiting,) = seat.ask("state", "Ask")["visits"]
    assert (waiting["status"], waiting["took"], waiting["output"]) == ("WAITING", None, None)
    assert [attempt["status"] for attempt in waiting["attempts"]] == ["WAITING"]
    assert seat.ask("state", "Done") == {"ok": True, "visits": [], "more": 0}


def test_only_the_newest_of_many_visits_are_sent(seat: Seat) -> None:
    for _ in range(VISITS + 5):
        seat.execution.enter("Pass", "Prepare")
        seat.execution.leave("Pass", "Prepare")
    answer = seat.ask("state", "Prepare")
    assert (len(answer["visits"]), answer["more"]) == (VISITS, 6)


def test_the_data_of_an_event_is_json_without_its_token(seat: Seat) -> None:
    answer = seat.ask("event", seat.task)
    assert answer["type"] == "TaskScheduled"
    assert json.loads(answer["text"])["parameters"] == {"FunctionName": "ask", "Payload": {"token": "●●●"}}
    assert seat.ask("event", 999) == {"ok": False, "text": "there is no event 999"}


def test_the_time_of_the_world(seat: Seat) -> None:
    assert seat.ask("now") == {"ok": True, "now": seat.execution.time}
