from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from typing import Any

import pytest
from strict_html import Strict

import sfn_notebook as sfn
from sfn_notebook import display, q, token

EVIL = "<script>alert('x')</script>\"&'>"


@pytest.fixture
def session() -> Iterator[sfn.Session]:
    with sfn.local(clock="instant", seed=1) as opened:
        opened.function("ask")(lambda event, context: None)
        yield opened


def story(session: sfn.Session, name: str = "m", state: str = "Ask") -> sfn.Execution:
    sm = session.state_machine(name)
    sm.lambda_invoke(
        state, "ask", payload={"t": token, "said": q("$states.input")}, wait="callback", timeout_seconds=60
    )
    sm[state].catch("Rejected", "No")
    sm.fail("No", error="E", cause="c")
    return sm.start({"said": EVIL})


def bundle(thing: Any) -> dict[str, Any]:
    return dict(thing._repr_mimebundle_())


def everything(session: sfn.Session, state: str = "Ask") -> dict[str, Any]:
    """One of each thing that shows itself."""
    execution = story(session, state=state)
    waiting = execution.callback()
    things: dict[str, Any] = {"pending": bundle(waiting), "running": bundle(execution)}
    waiting.fail(EVIL, EVIL)
    execution.wait(10)
    dangling = session.state_machine("dangling")
    dangling.pass_(state) >> f"{EVIL} too"
    for name, thing in {
        "machine": execution.machine,
        "lint": dangling.lint(),
        "dangling": dangling,
        "state": dangling[state],
        "graph": execution.graph(),
        "failed": execution,
        "events": execution.events(),
        "states": execution.states[state],
        "executions": session.executions(),
    }.items():
        things[name] = bundle(thing)
    return things


def test_everything_is_escaped_and_balanced(session: sfn.Session) -> None:
    for name, made in everything(session, state=EVIL).items():
        parsed = Strict(made["text/html"])
        assert "script" not in parsed.tags, name
        assert not {key for key in parsed.attributes if key.startswith("on")}, name
        for source in parsed.attributes.get("src", []):
            assert source.startswith("data:image/svg+xml;base64,")
            assert "<script" not in base64.b64decode(source.split(",")[1]).decode()


def test_hostile_text_is_shown_as_it_is(session: sfn.Session) -> None:
    made = everything(session, state=EVIL)
    for name in ("dangling", "lint", "states", "events", "state"):
        assert EVIL in Strict(made[name]["text/html"]).words, name


def test_no_token_account_id_arn_or_time_is_in_anything(session: sfn.Session) -> None:
    execution = story(session)
    secret = execution.callback().token
    execution.callback().succeed({})
    execution.wait(10)
    for name, made in everything(session).items():
        text = repr(made)
        assert secret not in text, name
        assert not re.search(r"\b\d{12}\b|arn:aws:states|0x[0-9a-f]{6}|\b20\d\d-\d\d", text), name


def test_the_same_story_is_shown_by_the_same_bytes() -> None:
    shown = []
    for _ in range(2):
        with sfn.local(clock="instant", seed=1) as session:
            session.function("ask")(lambda event, context: None)
            shown.append(everything(session))
    assert shown[0] == shown[1]


def test_text_is_there_for_everything(session: sfn.Session) -> None:
    made = everything(session)
    assert made["running"]["text/plain"] == "<Execution of 'm': RUNNING>"
    assert made["failed"]["text/plain"] == "<Execution of 'm': FAILED>"
    assert "◌" in made["dangling"]["text/plain"]
    assert all("text/plain" in each for each in made.values())


def test_status_is_told_by_glyph_and_words_too(session: sfn.Session) -> None:
    made = everything(session)
    assert "☞ waiting" in Strict(made["pending"]["text/html"]).words.replace("\xa0", " ")
    assert "✗ failed" in Strict(made["failed"]["text/html"]).words.replace("\xa0", " ")


def test_a_failure_shows_error_and_cause(session: sfn.Session) -> None:
    words = Strict(everything(session)["failed"]["text/html"]).words
    assert "not caught" in words or EVIL in words


def test_a_long_history_is_shown_in_part_and_says_so(session: sfn.Session) -> None:
    sm = session.state_machine("loop")
    sm.pass_("Init", assign={"n": 0}) >> "Add"
    sm.pass_("Add", assign={"n": q("$n + 1")}) >> "Again?"
    sm.choice("Again?").when(q("$n < 400"), "Add").otherwise("Done")
    sm.succeed("Done")
    execution = sm.run({}, timeout=30)
    assert len(bundle(execution)["text/html"]) < 60_000
    assert len(execution.path) > 800


def test_a_page_of_its_own_has_all_and_asks_for_nothing(session: sfn.Session) -> None:
    execution = story(session)
    execution.callback().succeed({"ok": EVIL})
    execution.wait(10)
    text = display.page(execution)
    parsed = Strict(text.removeprefix("<!doctype html>"))
    assert EVIL[:27] in parsed.words  # in JSON, a quotation mark has its backslash
    assert not re.search(r"https?://(?!www\.w3\.org)", text)  # nothing is loaded from anywhere


def test_a_renderer_that_fails_fails_no_cell(session: sfn.Session, monkeypatch: pytest.MonkeyPatch) -> None:
    sm = session.state_machine("m")
    sm.pass_("A")
    bundle(sm)  # the renderers are there now
    monkeypatch.setattr("sfn_notebook.display.definitions.picture", lambda *given: 1 / 0)
    made = bundle(sm)
    assert "could not be drawn: ZeroDivisionError" in made["text/plain"]
    assert "text/html" not in made
