from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from scripted_execution import TOKEN, ScriptedExecution

from sfn_notebook import _display
from sfn_notebook.widgets import LiveView, front
from sfn_notebook.widgets.kernel import Way, pump


class Seen:
    """A view and what it has sent."""

    def __init__(self, execution: ScriptedExecution) -> None:
        self.execution = execution
        self.view = LiveView(execution)
        self.messages: list[dict[str, Any]] = []
        self.view.send = lambda content, buffers=None: self.messages.append(content)
        self.view._pace._seconds = 0.0
        self.view._pace._free_at = 0.0

    def say(self, **message: Any) -> None:
        """A message of the browser."""
        self.view._handle_custom_msg(message, [])

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [message for message in self.messages if message["kind"] == kind]


@pytest.fixture
def seen(execution: ScriptedExecution) -> Iterator[Seen]:
    seen = Seen(execution)
    yield seen
    seen.view.close()


def test_each_event_is_a_message_and_the_numbers_have_no_hole(seen: Seen) -> None:
    seen.execution.until_waiting()
    deltas = seen.of("delta")
    assert [delta["rev"] for delta in deltas] == list(range(1, seen.execution.run.last_id + 1))
    assert any("WAITING" in delta.get("states", {}).values() for delta in deltas)


def test_a_view_that_says_hello_hears_the_whole_and_then_no_gap(seen: Seen) -> None:
    seen.execution.until_waiting()
    seen.say(kind="hello", rev=0)
    (whole,) = seen.of("whole")
    assert whole["snapshot"]["rev"] == seen.of("delta")[-1]["rev"]
    assert len(whole["snapshot"]["pending"]) == 1
    seen.execution.pending[0].succeed({})
    assert seen.of("delta")[-1]["rev"] == whole["snapshot"]["rev"] + 1


def test_the_state_for_a_reloaded_page_is_of_now(seen: Seen) -> None:
    assert seen.view.get_state()["snapshot"]["total"] == 0
    seen.execution.until_waiting()
    assert seen.view.get_state()["snapshot"]["total"] == seen.execution.run.last_id


def test_an_answer_goes_to_the_task_and_its_outcome_back(seen: Seen) -> None:
    task = seen.execution.until_waiting()
    seen.say(kind="act", ask="a-1", verb="succeed", task=task, output='{"ok": 1}')
    assert seen.execution.answers == [("succeed", '{"ok":1}')]
    assert seen.of("answer") == [{"kind": "answer", "ask": "a-1", "ok": True, "text": "Answered with success."}]
    assert seen.of("delta")[-1]["notices"][0]["text"] == "Ask: answered with success."


def test_no_token_leaves_python(seen: Seen) -> None:
    task = seen.execution.until_waiting()
    seen.say(kind="hello", rev=0)
    seen.say(kind="ask", ask="1", what="event", key=task)
    seen.say(kind="ask", ask="2", what="state", key="Ask")
    seen.say(kind="act", ask="3", verb="fail", task=task, error="No", cause=TOKEN)
    seen.execution.finish()
    everything = json.dumps([seen.messages, seen.view.get_state(), seen.view._repr_mimebundle_()], ensure_ascii=False)
    assert "●●●" in everything
    assert TOKEN not in everything


def test_at_the_end_the_snapshot_is_in_the_trait_that_is_saved(seen: Seen) -> None:
    seen.execution.until_waiting()
    assert seen.view.snapshot["total"] == 0
    seen.execution.pending[0].succeed({})
    seen.execution.finish()
    assert seen.view.snapshot["status"] == "SUCCEEDED"
    assert seen.view.snapshot == seen.view._story.whole()


def test_a_failing_reader_shows_that_the_view_stopped(seen: Seen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seen.view._story, "read", lambda: 1 / 0)
    seen.execution.add("ExecutionStarted", executionStartedEventDetails={"input": "{}"})
    assert seen.of("delta")[-1]["notices"][0]["text"] == "This view stopped: ZeroDivisionError: division by zero"


def test_a_closed_view_follows_no_more(execution: ScriptedExecution) -> None:
    view = LiveView(execution)
    assert len(execution.listeners) == 1
    view.close()
    view.close()
    assert execution.listeners == []


def test_the_text_is_always_the_same_and_the_picture_comes_with_the_end(
    seen: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = {"text/plain": "other", "text/html": "<p>done</p>", "image/svg+xml": "<svg/>"}
    monkeypatch.setattr(_display, "mimebundle", lambda thing: picture)
    seen.execution.until_waiting()
    running, _ = seen.view._repr_mimebundle_()
    assert running["text/plain"] == "Live view of an execution of 'orders'"
    assert "text/html" not in running
    seen.execution.finish()
    ended, _ = seen.view._repr_mimebundle_()
    assert ended == {**running, **picture, "text/plain": running["text/plain"]}


def test_the_first_output_does_not_depend_on_who_is_quicker(
    execution: ScriptedExecution, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_display, "mimebundle", lambda thing: {"text/html": "<p>done</p>"})
    view = LiveView(execution)
    execution.until_waiting()
    execution.finish()
    assert "text/html" not in view._repr_mimebundle_()[0]
    assert "text/html" in LiveView(execution)._repr_mimebundle_()[0]


def test_a_closed_session_is_told_on_the_view(seen: Seen) -> None:
    seen.view._let_go()
    assert "session was closed" in seen.of("delta")[-1]["notices"][0]["text"]


def test_watch_is_the_live_view(execution: ScriptedExecution) -> None:
    factory = _display.live_view("watch")
    assert factory is not None
    view = factory(execution)
    assert isinstance(view, LiveView)
    view.close()


def test_without_a_kernel_the_buttons_say_who_answers_and_pumping_does_nothing(seen: Seen) -> None:
    assert seen.view.busy == Way.NONE.value
    assert "await execution" in seen.view.busy
    assert _display.live_view("pump") is pump
    pump()


def test_the_module_is_one_module() -> None:
    module = front.module()
    assert module.count("export ") == 1
    assert "import " not in [line[:7] for line in module.splitlines()]
    assert '"WAITING"' in module


def test_nothing_is_loaded_from_elsewhere() -> None:
    for text in (front.module(), front.styles()):
        assert "http" not in text.replace("http://www.w3.org/2000/svg", "")
        assert "innerHTML" not in text
