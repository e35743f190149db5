"""The main job in real front ends: build, start, block in `wait()`, answer with the buttons, see the cell end."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import jupyter_app
import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser

BUILD = """
import sfn_notebook as sfn
from sfn_notebook import q, token
session = sfn.local()

@session.function("ask")
def ask(event, context):
    return None

sm = session.state_machine("orders")
sm.lambda_invoke("Ask", "ask", payload={"amount": q("$states.input.amount"), "token": token}, wait="callback",
                 timeout_seconds=3600, heartbeat_seconds=600)
sm["Ask"] >> "Ship"
sm
"""
COMPLETE = """
sm.pass_("Ship", output=q("$merge([$states.input, {'shipped': true}])"))
sm["Ask"].catch("Rejected", "Not approved")
sm.fail("Not approved", error="NotApproved", cause="somebody said no")
sm
"""
START = "execution = sm.start({'amount': 250})\nexecution.watch()"
WAIT = "print('ENDED', execution.wait().status, execution.output, execution.error)"
AGAIN = "execution.watch()"
TOKEN = "print('TOKEN', execution.callback('Ask').token)"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page whose errors count only where they come from our module: front ends have some of their own."""
    context = browser.new_context(viewport={"width": 1100, "height": 1000}, reduced_motion="reduce")
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(error.stack or ""))
    yield page
    context.close()
    assert [stack for stack in errors if "blob:" in stack] == []  # where modules of widgets are loaded from


@pytest.fixture(scope="module", params=["lab", "notebook"])
def app(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[jupyter_app.App]:
    with jupyter_app.running(request.param, tmp_path_factory.mktemp(request.param)) as running:
        yield running


def test_buttons_answer_while_the_cell_is_blocked_and_the_picture_stays(
    app: jupyter_app.App, page: Page, shots: Path
) -> None:
    notebook = app.open(page, "success", [BUILD, COMPLETE, START, WAIT, AGAIN, "execution"])
    notebook.run(0)
    notebook.expect_text(0, "There is no state 'Ship'")
    notebook.run(1)
    expect(notebook.output(1).locator("img")).to_be_visible(timeout=jupyter_app.PATIENCE)
    notebook.run(2)
    view = notebook.view(2)
    expect(view.get_by_role("button", name="Send success")).to_be_visible(timeout=jupyter_app.PATIENCE)

    expect(view.get_by_role("row").last).to_be_in_viewport()  # the newest event is in sight from the beginning

    notebook.run(3)
    expect(notebook.cells.nth(3).locator(".jp-InputPrompt")).to_have_text("[*]:", timeout=jupyter_app.PATIENCE)
    view.get_by_role("button", name="Heartbeat").click()
    expect(view).to_contain_text("Heartbeat sent", timeout=jupyter_app.PATIENCE)

    output = view.get_by_label("Output (JSON)")
    output.fill('{"approved": tru')
    view.get_by_role("button", name="Send success").click()
    expect(output).to_have_attribute("aria-invalid", "true")
    page.screenshot(path=shots / f"{app.name}-refused.png")
    assert "ENDED" not in notebook.output(3).inner_text()

    output.fill('{"approved": true, "by": "Zoë"}')
    view.get_by_role("button", name="Send success").click()
    notebook.expect_text(3, "ENDED SUCCEEDED {'approved': True, 'by': 'Zoë', 'shipped': True} None")
    expect(view).to_contain_text("closed", timeout=jupyter_app.PATIENCE)
    expect(view.locator("g[data-state=Ship]")).to_have_attribute("data-status", "SUCCEEDED")

    notebook.run(4)  # a view opened late shows the truth
    expect(notebook.view(4).locator("g[data-state=Ask]")).to_have_attribute("data-status", "SUCCEEDED")
    notebook.run(5)
    notebook.expect_text(5, "succeeded")
    page.screenshot(path=shots / f"{app.name}-done.png")

    saved = notebook.save()
    (finished,) = [output for output in saved["cells"][5]["outputs"] if "data" in output]
    assert "succeeded" in "".join(finished["data"]["text/html"])
    text = json.dumps(saved)
    assert not re.search(r"\b\d{12}\b", text)


def test_failure_a_second_view_and_no_token_in_what_is_saved(app: jupyter_app.App, page: Page) -> None:
    notebook = app.open(page, "failure", [BUILD, COMPLETE, START, AGAIN, TOKEN, WAIT])
    for number in range(4):
        notebook.run(number)
    first, second = notebook.view(2), notebook.view(3)
    for view in (first, second):
        expect(view.get_by_role("button", name="Send success")).to_be_visible(timeout=jupyter_app.PATIENCE)
    notebook.run(4)
    notebook.expect_text(4, "TOKEN")
    token = notebook.output(4).inner_text().split("TOKEN ")[1].strip()
    assert len(token) > 50
    notebook.run(5)
    second.get_by_role("button", name="Failure").click()
    second.get_by_label("Error").fill("Rejected")
    second.get_by_label("Cause").fill("<b>too dear</b>")
    second.get_by_role("button", name="Send failure").click()
    notebook.expect_text(5, "ENDED FAILED None NotApproved")
    for view in (first, second):
        expect(view.locator("g[data-state=Ask]")).to_have_attribute("data-status", "CAUGHT")
        expect(view.get_by_role("button", name="Send success")).to_have_count(0)
    saved = notebook.save()
    del saved["cells"][4]  # the one that was told to print it
    assert token not in json.dumps(saved)
