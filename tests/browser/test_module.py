"""The ES module in Chromium with a model of ours in place of Jupyter's."""

from __future__ import annotations

import json
import re

import pytest
from fake_front_end import answer, delta, graph, hear, sent, show, snapshot, waiting
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

IDS = {name: element for element, name in graph().ids.items()}


def test_the_graph_is_recoloured_by_id(page: Page) -> None:
    show(page)
    node = page.locator(f"#{IDS['Prepare']}")
    hear(page, delta(2, states={IDS["Prepare"]: "RUNNING"}))
    assert node.get_attribute("data-status") == "RUNNING"
    before = node.locator("polygon").first.evaluate("shape => getComputedStyle(shape).stroke")
    hear(page, delta(3, states={IDS["Prepare"]: "FAILED"}))
    assert re.fullmatch("Prepare: Pass.*, failed", node.get_attribute("aria-label") or "")
    assert node.locator(".sfn-badge text").text_content() == "✗"
    assert node.locator("polygon").first.evaluate("shape => getComputedStyle(shape).stroke") != before
    assert page.locator(".sfn-heard").text_content() == "Prepare: failed"


def test_status_is_line_and_glyph_and_words_not_colour_alone(page: Page) -> None:
    show(page, snapshot(states={IDS["Ask"]: "WAITING"}))
    ask = page.locator(f"#{IDS['Ask']}")
    assert ask.locator("path").first.evaluate("shape => getComputedStyle(shape).strokeDasharray") != "none"
    assert ask.locator(".sfn-badge text").text_content() == "☞"
    assert (ask.get_attribute("aria-label") or "").endswith(", waiting")


def test_choosing_a_state_asks_for_its_data_by_mouse_and_by_keyboard(page: Page) -> None:
    show(page)
    page.locator(f"#{IDS['Prepare']}").click()
    assert [(each["what"], each["key"]) for each in sent(page, "ask")] == [("state", "Prepare")]
    visit = {
        "type": "Pass",
        "status": "SUCCEEDED",
        "index": [],
        "took": 0.5,
        "error": None,
        "cause": None,
        "attempts": [],
    }
    answer(page, ok=True, more=0, visits=[{**visit, "input": '{"a": 1}', "output": '{"b": "<i>2</i>"}'}])
    panel = page.get_by_label("Data of the chosen state or event")
    expect(panel).to_contain_text('{"b": "<i>2</i>"}')
    expect(panel).to_contain_text("took 0.500 s")
    page.keyboard.press("Tab")
    page.locator(f"#{IDS['Prepare']}").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert sent(page, "ask")[-1]["key"] == "Big?"
    assert page.locator(f"#{IDS['Big?']}").get_attribute("aria-pressed") == "true"
    answer(page, ok=True, more=0, visits=[])
    expect(panel).to_contain_text("not entered yet")


def test_the_graph_is_one_tab_stop(page: Page) -> None:
    show(page)
    assert page.locator('.sfn-svg [tabindex="0"]').count() == 1
    page.locator('.sfn-svg [tabindex="0"]').focus()
    page.keyboard.press("End")
    assert page.locator('.sfn-svg [tabindex="0"]').count() == 1
    assert page.evaluate("document.activeElement.dataset.state") == list(IDS)[-1]


def test_data_of_one_visit_of_many_can_be_chosen_and_follows_the_run(page: Page) -> None:
    show(page)
    page.locator(f"#{IDS['Pack']}").click()
    visit = {
        "type": "Pass",
        "status": "SUCCEEDED",
        "took": 0.1,
        "error": None,
        "cause": None,
        "attempts": [],
        "output": None,
    }
    visits = [{**visit, "index": [number], "input": f"item {number}"} for number in range(3)]
    answer(page, ok=True, more=7, visits=visits)
    panel = page.locator(".sfn-data")
    expect(panel).to_contain_text("item 2")
    assert panel.locator("option").all_text_contents()[0] == "8 of 10, Map index 0"
    panel.locator("select").select_option("0")
    answer(page, ok=True, more=7, visits=visits)
    expect(panel).to_contain_text("item 0")
    asked = len(sent(page, "ask"))
    hear(page, delta(2, states={IDS["Pack"]: "SUCCEEDED"}))
    assert len(sent(page, "ask")) == asked + 1


def test_zoom_pan_and_fit(page: Page) -> None:
    show(page)
    svg = page.locator(".sfn-svg")
    whole = svg.get_attribute("viewBox")
    page.get_by_label("Zoom in").click()
    zoomed = svg.get_attribute("viewBox")
    assert zoomed != whole
    page.get_by_label("Fit the graph").click()
    assert [float(n) for n in (svg.get_attribute("viewBox") or "").split()] == [float(n) for n in (whole or "").split()]
    box = svg.bounding_box()
    assert box
    page.mouse.move(box["x"] + 10, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + 90, steps=3)
    page.mouse.up()
    assert svg.get_attribute("viewBox") != whole
    page.locator('.sfn-svg [tabindex="0"]').focus()
    page.keyboard.press("0")
    page.keyboard.press("+")
    assert svg.get_attribute("viewBox") == zoomed
    page.mouse.wheel(0, 100)
    assert svg.get_attribute("viewBox") == zoomed, "a plain wheel belongs to the notebook"
    page.keyboard.down("Control")
    page.mouse.wheel(0, 100)
    page.wait_for_function("old => document.querySelector('.sfn-svg').getAttribute('viewBox') !== old", arg=zoomed)


def test_dragging_is_not_choosing(page: Page) -> None:
    show(page)
    box = page.locator(f"#{IDS['Prepare']}").bounding_box()
    assert box
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.down()
    page.mouse.move(box["x"] + 50, box["y"] + 50, steps=4)
    page.mouse.up()
    assert sent(page, "ask") == []


# --- events


def rows(first: int, last: int) -> list[list[object]]:
    return [[n, n / 10, "PassStateEntered", f"State {n}", ""] for n in range(first, last + 1)]


def test_events_stream_in_newest_in_sight_capped_and_counted(page: Page) -> None:
    show(page)
    hear(page, delta(2, events=rows(2, 250), total=250))
    hear(page, delta(3, events=rows(251, 1204), total=1204))
    assert page.locator(".sfn-events tbody tr").count() == 200
    assert page.locator(".sfn-events .sfn-count").text_content() == "newest 200 of 1,204"
    expect(page.locator('tr[data-event="1204"]')).to_be_in_viewport()
    assert page.evaluate("model.state.snapshot.events.length") == 300


def test_a_reader_who_scrolled_up_is_left_there(page: Page) -> None:
    show(page)
    hear(page, delta(2, events=rows(2, 100), total=100))
    scroll = page.locator(".sfn-rows")
    scroll.evaluate("box => { box.scrollTop = 0; }")
    newest = page.get_by_role("button", name="Newest")
    expect(newest).to_be_visible()
    hear(page, delta(3, events=rows(101, 120), total=120))
    assert scroll.evaluate("box => box.scrollTop") == 0
    newest.click()
    expect(page.locator('tr[data-event="120"]')).to_be_in_viewport()
    expect(newest).to_be_hidden()


def test_an_event_shows_its_payload(page: Page) -> None:
    show(page, snapshot(events=rows(1, 3), total=3))
    page.locator('tr[data-event="2"]').click()
    assert (sent(page, "ask")[0]["what"], sent(page, "ask")[0]["key"]) == ("event", 2)
    answer(page, ok=True, type="PassStateEntered", text='{\n  "name": "Prepare"\n}')
    expect(page.locator(".sfn-data")).to_contain_text('"name": "Prepare"')
    page.locator('tr[data-event="2"]').focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert sent(page, "ask")[-1]["key"] == 3
    assert page.locator('tr[aria-selected="true"]').get_attribute("data-event") == "3"


def test_a_slow_answer_does_not_replace_a_newer_one(page: Page) -> None:
    show(page, snapshot(events=rows(1, 3), total=3))
    page.locator('tr[data-event="1"]').click()
    page.locator('tr[data-event="2"]').click()
    first, second = (each["ask"] for each in sent(page, "ask"))
    hear(page, {"kind": "answer", "ask": second, "ok": True, "type": "T", "text": "second"})
    hear(page, {"kind": "answer", "ask": first, "ok": True, "type": "T", "text": "first"})
    expect(page.locator(".sfn-data .sfn-code")).to_have_text("second")


# --- the desk


def desk(page: Page, **task: object) -> None:
    show(page, snapshot(pending=[waiting(**task)], waiting=1, callbacks=True))  # type: ignore[arg-type]  # JSON


def test_send_success(page: Page) -> None:
    desk(page)
    page.get_by_label("Output (JSON)").fill('{"approved": true}')
    page.get_by_role("button", name="Send success").click()
    (message,) = sent(page, "act")
    assert (message["verb"], message["task"], message["output"]) == ("succeed", 7, '{"approved": true}')
    expect(page.get_by_role("button", name="Send success")).to_be_disabled()
    answer(page, ok=True, text="Answered with success.")
    hear(
        page,
        delta(2, pending=[], waiting=0, notices=[{"key": 1, "text": "Ask: answered with success.", "tone": "good"}]),
    )
    expect(page.locator(".sfn-card")).to_have_count(0)
    expect(page.locator(".sfn-notices")).to_have_text("Ask: answered with success.")


def test_ctrl_enter_sends(page: Page) -> None:
    desk(page)
    page.get_by_label("Output (JSON)").press("Control+Enter")
    assert sent(page, "act")[0]["output"] == "{}"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{\n  "a": ]\n}', 'Line 2, column 8: a value should stand here, not "]".'),
        ("", "Line 1, column 1: a value should stand here, but the text ends."),
        ("{", "Line 1, column 2: a name in double quotes or } should stand here, but the text ends."),
        ("{'a': 1}", 'Line 1, column 2: a name in double quotes or } should stand here, not "\'".'),
        ("[1,\n2", "Line 2, column 2: , or ] should stand here, but the text ends."),
        ("[1,]", 'Line 1, column 4: a value should stand here, not "]".'),
        ('{"a": 1,}', 'Line 1, column 9: a name in double quotes should stand here, not "}".'),
        ("01", 'Line 1, column 1: a value should stand here, not "0".'),
        ('{"a" 1}', 'Line 1, column 6: : should stand here, not "1".'),
        ("null null", 'Line 1, column 6: nothing more should stand here, not "n".'),
        ("NaN", 'Line 1, column 1: a value should stand here, not "N".'),
    ],
)
def test_invalid_json_is_refused_with_line_and_column(page: Page, text: str, problem: str) -> None:
    desk(page)
    field = page.get_by_label("Output (JSON)")
    field.fill(text)
    page.get_by_role("button", name="Send success").click()
    assert sent(page, "act") == []
    expect(page.locator(".sfn-problem")).to_have_text(problem)
    assert field.get_attribute("aria-invalid") == "true"
    field.fill("null")
    expect(page.locator(".sfn-problem")).to_be_hidden()
    page.get_by_role("button", name="Send success").click()
    assert len(sent(page, "act")) == 1


def test_send_failure_with_error_and_cause(page: Page) -> None:
    desk(page)
    page.get_by_role("button", name="Failure", exact=True).click()
    page.get_by_label("Error").fill("Rejected")
    page.get_by_label("Cause").fill("too dear")
    page.get_by_role("button", name="Send failure").click()
    (message,) = sent(page, "act")
    assert (message["verb"], message["error"], message["cause"]) == ("fail", "Rejected", "too dear")


def test_a_heartbeat_leaves_the_form_as_it_is(page: Page) -> None:
    desk(page)
    page.get_by_label("Output (JSON)").fill('{"half": "written')
    page.get_by_role("button", name="Heartbeat").click()
    assert sent(page, "act")[0]["verb"] == "heartbeat"
    answer(page, ok=True, text="Heartbeat sent.")
    hear(page, delta(2, pending=[waiting(beat=1099.0)]))
    expect(page.locator(".sfn-progress")).to_have_text("Heartbeat sent.")
    assert page.get_by_label("Output (JSON)").input_value() == '{"half": "written'
    expect(page.get_by_role("button", name="Heartbeat")).to_be_enabled()


def test_an_expired_token_says_so_and_the_buttons_come_back(page: Page) -> None:
    desk(page)
    page.get_by_role("button", name="Send success").click()
    answer(page, ok=False, text="Ask waits no more: the task timed out.")
    expect(page.locator(".sfn-progress")).to_have_text("Ask waits no more: the task timed out.")
    expect(page.get_by_role("button", name="Send success")).to_be_enabled()


def test_a_silent_kernel_is_spoken_of(page: Page) -> None:
    desk(page)
    page.get_by_role("button", name="Heartbeat").click()
    expect(page.locator(".sfn-progress")).to_have_text("The kernel is busy.", timeout=4000)
    answer(page, ok=True, text="Heartbeat sent.")
    expect(page.locator(".sfn-progress")).to_have_text("Heartbeat sent.")


def test_without_a_kernel_a_button_says_so(page: Page) -> None:
    desk(page)
    page.evaluate("window.model.dead = true")
    page.get_by_role("button", name="Heartbeat").click()
    expect(page.locator(".sfn-progress")).to_contain_text("There is no kernel behind this view any more")


def test_age_and_countdowns_follow_the_worlds_clock(page: Page) -> None:
    page.clock.install(time=0)
    desk(page)
    card = page.locator(".sfn-card")
    expect(card).to_contain_text("waiting 5 s")
    expect(card).to_contain_text("Times out in 9:55")
    expect(card).to_contain_text("Heartbeat due in 55 s")
    hear(page, delta(2, pending=[waiting()]))
    page.clock.run_for(47_000)
    expect(card).to_contain_text("Times out in 9:06")
    expect(card.locator(".sfn-urgent")).to_have_text("Heartbeat due in 6 s")
    page.clock.run_for(10_000)
    expect(card).to_contain_text("Heartbeat due: time is up")


def test_a_clock_that_stands_still_says_how_to_move_it(page: Page) -> None:
    page.clock.install(time=0)
    show(page, snapshot(clock="instant", pending=[waiting()], waiting=1, callbacks=True))
    card = page.locator(".sfn-card")
    expect(card).to_contain_text("The clock stands still: session.advance(…) moves it.")
    page.clock.run_for(10_000)
    expect(card).to_contain_text("waiting 5 s")
    assert [each["what"] for each in sent(page, "ask")] == ["now"], "one question at a time"
    answer(page, ok=True, now=1305.0)
    expect(card).to_contain_text("Times out in 5:00")


def test_what_has_no_timeout_is_told(page: Page) -> None:
    desk(page, deadline=None, beat=None)
    assert page.locator(".sfn-limits").inner_text() == "No timeout: it would wait for a year"


def test_several_wait_each_with_a_form_of_its_own(page: Page) -> None:
    many = [waiting(7, index=[0]), waiting(8, index=[1], attempt=2)]
    show(page, snapshot(pending=many, waiting=31, callbacks=True))
    cards = page.locator(".sfn-card")
    expect(cards.nth(1)).to_contain_text("Map index 1attempt 2")
    cards.nth(1).get_by_label("Output (JSON)").fill("[2]")
    hear(page, delta(2, pending=[waiting(8, index=[1], attempt=2), waiting(9)], waiting=30))
    assert cards.nth(0).get_by_label("Output (JSON)").input_value() == "[2]", "what was typed stays with its task"
    expect(page.locator(".sfn-desk")).to_contain_text("and 28 more")
    cards.nth(0).get_by_role("button", name="Send success").click()
    assert sent(page, "act")[0]["task"] == 8


def test_a_machine_without_callbacks_has_no_desk(page: Page) -> None:
    show(page)
    expect(page.locator(".sfn-desk")).to_be_hidden()


# --- several views, gaps, and the end


def test_a_view_opened_late_and_a_second_one_show_the_same(page: Page) -> None:
    show(page)
    hear(
        page,
        delta(2, events=rows(2, 40), total=40, states={IDS["Prepare"]: "SUCCEEDED"}, pending=[waiting()], waiting=1),
    )
    page.evaluate("window.view()")
    first, second = page.locator(".sfn-live").all()
    assert first.inner_text() == second.inner_text()
    hear(page, delta(3, states={IDS["Prepare"]: "FAILED"}, status="FAILED"))
    assert page.locator(f"[id='{IDS['Prepare']}'][data-status=FAILED]").count() == 2
    page.evaluate("window.closeFirst()")
    assert page.locator(".sfn-live").count() == 1
    hear(page, delta(4, events=rows(41, 41), total=41))
    expect(page.locator('tr[data-event="41"]')).to_be_visible()


def test_a_gap_asks_for_the_whole_once_and_then_goes_on(page: Page) -> None:
    show(page)
    assert [each["rev"] for each in sent(page, "hello")] == [1]
    hear(page, {"kind": "whole", "snapshot": snapshot()})
    hear(page, delta(4, states={IDS["Prepare"]: "FAILED"}))
    hear(page, delta(5, states={IDS["Prepare"]: "FAILED"}))
    assert len(sent(page, "hello")) == 2
    assert page.locator(f"#{IDS['Prepare']}").get_attribute("data-status") is None
    hear(
        page,
        {
            "kind": "whole",
            "snapshot": snapshot(rev=5, states={IDS["Prepare"]: "CAUGHT"}, events=rows(30, 60), total=60),
        },
    )
    assert page.locator(f"#{IDS['Prepare']}").get_attribute("data-status") == "CAUGHT"
    assert page.locator(".sfn-events tbody tr").count() == 31
    hear(page, delta(5, states={IDS["Prepare"]: "FAILED"}))
    hear(page, delta(6, events=rows(61, 61), total=61))
    assert page.locator(f"#{IDS['Prepare']}").get_attribute("data-status") == "CAUGHT", "an old delta changes nothing"
    assert page.locator(".sfn-events tbody tr").count() == 32


def test_the_end_is_told_with_error_and_cause(page: Page) -> None:
    show(page, snapshot(pending=[waiting()], waiting=1, callbacks=True))
    hear(
        page,
        delta(
            2,
            status="FAILED",
            error="States.Timeout",
            cause="too late",
            stopped=1011.5,
            ended=True,
            pending=[],
            waiting=0,
        ),
    )
    expect(page.locator(".sfn-status")).to_have_text("✗ failed")
    expect(page.get_by_role("alert")).to_have_text("States.Timeout: too late")
    expect(page.locator(".sfn-facts")).to_have_text("11 s · 1 event")
    expect(page.locator(".sfn-desk .sfn-count")).to_have_text("closed")


# --- what comes from outside

EVIL = '"><img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'


def test_texts_are_texts(page: Page) -> None:
    task = waiting(state=EVIL, payload=EVIL)
    notice = {"key": 1, "text": EVIL, "tone": EVIL}
    show(
        page,
        snapshot(
            title=EVIL,
            error=EVIL,
            cause=EVIL,
            events=[[1, 0, EVIL, EVIL, EVIL]],
            pending=[task],
            waiting=1,
            notices=[notice],
        ),
    )
    page.locator("tr[data-event]").click()
    answer(page, ok=True, type=EVIL, text=EVIL)
    expect(page.locator(".sfn-data .sfn-code")).to_have_text(EVIL)
    assert page.locator("img, script:not(head script)").count() == 0
    assert page.evaluate("window.hacked") is None


def test_an_svg_brings_nothing_but_shapes(page: Page) -> None:
    evil = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 99 99" onload="hacked=1"
        xmlns:xlink="http://www.w3.org/1999/xlink">
      <style>body{display:none}</style><script>window.hacked=1</script>
      <foreignObject><body xmlns="http://www.w3.org/1999/xhtml" onload="hacked=1"/></foreignObject>
      <a xlink:href="javascript:hacked=1"><text>link</text></a><image href="http://127.0.0.1:1/x.png"/>
      <use href="http://127.0.0.1:1/#x"/>
      <g id="n-0" class="node state" data-state="A" onclick="window.hacked=1" style="background:url(//127.0.0.1:1/)">
        <title>A</title><path d="M0,0L9,9" fill="url(http://127.0.0.1:1/#x)" stroke="red"/><text>A</text></g></svg>"""
    show(page, svg=evil)
    page.locator("#n-0").click(force=True)
    inner = page.locator(".sfn-svg").evaluate("svg => svg.outerHTML")
    assert not re.search(r"script|foreignObject|<style|href|onclick|onload|url\(|style=\"back", inner)
    assert 'd="M0,0L9,9"' in inner
    assert page.evaluate("window.hacked") is None


def test_buttons_are_large_enough_and_everything_has_a_name(page: Page) -> None:
    show(page, snapshot(events=rows(1, 50), total=50, pending=[waiting()], waiting=1, callbacks=True))
    for button in page.locator(".sfn-live button:visible, .sfn-live summary:visible").all():
        box = button.bounding_box()
        assert box
        assert box["height"] >= 26, button.text_content()
        assert box["width"] >= 26, button.text_content()
    nameless = page.evaluate(
        """() => [...document.querySelectorAll(".sfn-live :is(input, textarea, select)")]
            .filter((field) => !field.labels.length && !field.ariaLabel).length"""
    )
    assert nameless == 0


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_has_contrast_in_both_themes(page: Page, theme: str) -> None:
    states = dict(zip(IDS.values(), ["SUCCEEDED", "CAUGHT", "WAITING", "RUNNING", "FAILED", "ABORTED"], strict=False))
    notices = [{"key": n, "text": tone or "so", "tone": tone} for n, tone in enumerate(["good", "bad", ""])]
    state = snapshot(
        states=states, error="E", pending=[waiting(deadline=1012.0)], waiting=1, notices=notices,
        events=[[1, 0, "TaskFailed", "x", "bad"], [2, 0, "TaskSucceeded", "x", "good"]], total=2,
    )  # fmt: skip
    show(page, state)
    page.evaluate("theme => { document.body.dataset.jpThemeLight = String(theme === 'light'); }", theme)
    page.wait_for_timeout(300)  # transitions of colour, were there any
    poor = page.evaluate(CONTRAST)
    assert poor == []


# contrast of each visible text with the nearest opaque ground behind it, https://www.w3.org/TR/WCAG22/#contrast-minimum
CONTRAST = """() => {
  const numbers = (colour) => (colour.match(/[\\d.]+/g) ?? [0, 0, 0, 0]).map(Number);
  const linear = (c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => 0.2126 * linear(r / 255) + 0.7152 * linear(g / 255) + 0.0722 * linear(b / 255);
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const shape = at.namespaceURI.endsWith("svg") && at.querySelector(":scope > :is(path, polygon, ellipse, circle)");
      const colour = numbers(shape ? getComputedStyle(shape).fill : getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const poor = [];
  for (const element of document.querySelectorAll(".sfn-live *")) {
    const texts = [...element.childNodes].some((node) => node.nodeType === 3 && node.nodeValue.trim());
    if (!texts || !element.checkVisibility() || element.closest("option, title")) continue;
    const style = getComputedStyle(element);
    const inSvg = element.namespaceURI.endsWith("svg");
    const [a, b] = [light(numbers(inSvg ? style.fill : style.color)), light(ground(element))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) poor.push(`${element.outerHTML.slice(0, 90)} ${ratio.toFixed(2)}`);
  }
  return poor;
}"""


def test_the_theme_of_the_front_end_counts_before_the_readers(page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    view = show(page)
    dark = view.evaluate("view => getComputedStyle(view).backgroundColor")
    page.evaluate("document.body.dataset.jpThemeLight = 'true'")
    light = view.evaluate("view => getComputedStyle(view).backgroundColor")
    assert light == "rgb(255, 255, 255)" != dark


def test_a_thousand_states_at_once(page: Page) -> None:
    definition = {
        "StartAt": "S0",
        "States": {
            f"S{n}": {"Type": "Pass", **({"Next": f"S{n + 1}"} if n < 999 else {"End": True})} for n in range(1000)
        },
    }
    drawn = graph(definition)
    show(page, svg=drawn.svg)
    message = delta(2, states=dict.fromkeys(drawn.ids, "SUCCEEDED"))
    took = page.evaluate(
        "message => { const t = performance.now(); model.hear(message); return performance.now() - t; }", message
    )
    assert page.locator(".sfn-svg [data-status=SUCCEEDED]").count() == 1000
    print(f"1000 states recoloured in {took:.0f} ms, {len(json.dumps(message))} bytes")


def test_badges_sit_on_the_corners_of_their_states(page: Page) -> None:
    show(page, snapshot(states=dict.fromkeys(IDS.values(), "SUCCEEDED")))
    for element in IDS.values():
        state = page.locator(f"#{element} > :is(path, polygon, ellipse)").first.bounding_box()
        badge = page.locator(f"#{element} > .sfn-badge circle").bounding_box()
        assert state
        assert badge
        assert state["x"] + state["width"] / 2 < badge["x"] + badge["width"] / 2 < state["x"] + state["width"] + 10
        assert state["y"] - 12 < badge["y"] + badge["height"] / 2 < state["y"] + state["height"] / 2
