from __future__ import annotations

import json
from typing import Any

from scripted_execution import START, TOKEN, ScriptedExecution

from sfn_notebook import draw
from sfn_notebook.widgets.story import CARDS, EVENTS_KEPT, Story


def told(execution: ScriptedExecution) -> tuple[Story, dict[str, str]]:
    ids = {name: element for element, name in draw.graph(execution.definition).ids.items()}
    return Story(execution, ids), ids


def fold(whole: dict[str, Any], delta: dict[str, Any] | None) -> dict[str, Any]:
    """What the browser makes of a delta."""
    if delta is None:
        return whole
    assert delta["rev"] == whole["rev"] + 1
    known = {
        **whole,
        **{key: value for key, value in delta.items() if key not in ("kind", "states", "events", "notices")},
    }
    known["states"] = {**whole["states"], **delta.get("states", {})}
    known["events"] = [*whole["events"], *delta.get("events", [])][-EVENTS_KEPT:]
    known["notices"] = [*whole["notices"], *delta.get("notices", [])][-6:]
    return known


def test_the_deltas_add_up_to_the_whole_event_by_event(execution: ScriptedExecution) -> None:
    story, _ = told(execution)
    known = story.whole()

    def take(_: object) -> None:
        nonlocal known
        story.read()
        known = fold(known, story.delta())
        assert known == story.whole()

    execution.follow(take)
    execution.until_waiting()
    execution.pending[0].succeed({"ok": True})
    execution.finish()
    assert known["rev"] == execution.run.last_id
    assert known["status"] == "SUCCEEDED"
    assert known["stopped"] == execution.time
    assert set(known["states"].values()) == {"SUCCEEDED"}


def test_a_delta_says_only_what_is_new(execution: ScriptedExecution) -> None:
    story, ids = told(execution)
    execution.add("ExecutionStarted", executionStartedEventDetails={"input": "{}"})
    execution.enter("Pass", "Prepare")
    story.read()
    story.delta()
    execution.leave("Pass", "Prepare")
    story.read()
    delta = story.delta()
    assert delta is not None
    assert delta == {
        "kind": "delta",
        "rev": 2,
        "now": START + 3,
        "states": {ids["Prepare"]: "SUCCEEDED"},
        "events": [[3, 2.0, "PassStateExited", "Prepare", ""]],
        "total": 3,
    }
    assert len(json.dumps(delta)) < 200
    assert story.delta() is None


def test_a_story_begun_late_tells_the_same(execution: ScriptedExecution) -> None:
    early, _ = told(execution)
    execution.until_waiting()
    early.read()
    early.delta()
    late, _ = told(execution)
    assert {**late.whole(), "rev": 0} == {**early.whole(), "rev": 0}


def test_a_waiting_task_has_its_limits_in_the_worlds_time_and_no_token(execution: ScriptedExecution) -> None:
    scheduled = execution.until_waiting()
    story, _ = told(execution)
    (card,) = story.whole()["pending"]
    assert {key: value for key, value in card.items() if key != "payload"} == {
        "task": scheduled,
        "state": "Ask",
        "index": [],
        "attempt": 1,
        "since": START + scheduled,
        "deadline": START + scheduled + 600,
        "beat": START + scheduled + 60,
    }
    assert json.loads(card["payload"])["FunctionName"] == "ask"
    assert TOKEN not in json.dumps(story.whole())


def test_a_token_that_looks_like_any_text_stays_here_too(execution: ScriptedExecution) -> None:
    execution.until_waiting()
    execution.pending[0].fail("Again", "")
    plain = "6ab6ab5c-3d5b-4c3e-9a45-0a1b2c3d4e5f"
    execution.schedule(plain)
    execution.pending[0].fail("Custom", f"the token was {plain}")
    story, _ = told(execution)
    assert "the token was ●●●" in str(story.whole()["events"][-1])
    assert plain not in json.dumps(story.whole())


def test_a_heartbeat_begins_its_countdown_anew(execution: ScriptedExecution) -> None:
    scheduled = execution.until_waiting()
    story, _ = told(execution)
    story.delta()
    execution.time += 50
    story.beat(scheduled)
    delta = story.delta()
    assert delta is not None
    assert delta["pending"][0]["beat"] == execution.time + 60


def test_who_answered_is_said_unless_it_was_here(execution: ScriptedExecution) -> None:
    scheduled = execution.until_waiting()
    story, _ = told(execution)
    execution.pending[0].succeed({})
    story.read()
    assert [each["text"] for each in story.whole()["notices"]] == ["Ask: answered elsewhere, with success."]

    again = execution.schedule()
    story.read()
    story.answered(again, here=True)
    execution.pending[0].fail("No", "")
    story.read()
    assert len(story.whole()["notices"]) == 1
    assert scheduled != again


def test_a_task_that_expired_says_so(execution: ScriptedExecution) -> None:
    scheduled = execution.until_waiting()
    story, _ = told(execution)
    execution.time_out(scheduled)
    story.read()
    assert [each["text"] for each in story.whole()["notices"]] == ["Ask: its time was up before anybody answered."]
    assert story.whole()["pending"] == []
    assert story.whole()["error"] == "States.Timeout"


def test_a_long_history_is_told_by_its_newest_rows_and_counted_whole(execution: ScriptedExecution) -> None:
    story, _ = told(execution)
    execution.add("ExecutionStarted", executionStartedEventDetails={"input": "{}"})
    for _ in range(EVENTS_KEPT):
        execution.enter("Pass", "Prepare")
        execution.leave("Pass", "Prepare")
    story.read()
    delta = story.delta()
    assert delta is not None
    assert len(delta["events"]) == len(story.whole()["events"]) == EVENTS_KEPT
    assert story.whole()["total"] == 2 * EVENTS_KEPT + 1 == delta["events"][-1][0]


def test_many_waiting_tasks_are_counted_and_the_longest_waiting_shown() -> None:
    inner = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken", "End": True}
    definition = {
        "StartAt": "Each",
        "States": {"Each": {"Type": "Map", "Iterator": {"StartAt": "Ask", "States": {"Ask": inner}}, "End": True}},
    }
    execution = ScriptedExecution(definition)
    execution.add("ExecutionStarted", executionStartedEventDetails={"input": "[]"})
    execution.enter("Map", "Each")
    started = execution.add("MapStateStarted", mapStateStartedEventDetails={"length": 25})
    for index in range(25):
        execution.add("MapIterationStarted", started, mapIterationStartedEventDetails={"name": "Each", "index": index})
        execution.enter("Task", "Ask")
        execution.schedule(f"{TOKEN}{index}")
    story, _ = told(execution)
    assert story.whole()["waiting"] == 25
    assert [card["index"] for card in story.whole()["pending"]] == [[index] for index in range(CARDS)]
