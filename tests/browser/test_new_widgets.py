"""Forms, activities, secrets and redrives in a real JupyterLab, and what of them is on the disk afterwards."""

from __future__ import annotations

import json
from collections.abc import Iterator

import jupyter_app
import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser

SETUP = "import sfn_notebook as sfn\nfrom sfn_notebook import q\nsession = sfn.local()"
FORM = "form = sfn.integrations.optimized.ecs.runTask.form(Cluster=q('$states.input.cluster'))\nform"
ARGUMENTS = "print('MADE', form.arguments, form.line)"
ACTIVITY = """
arn = session.client("stepfunctions").create_activity(name="approve")["activityArn"]
sm = session.state_machine("approval")
sm.activity("Approve", arn, timeout_seconds=3600) >> sm.succeed("Done")
execution = sm.start({"amount": 250})
execution.watch()
"""
WAIT = "print('ENDED', execution.wait().status, execution.output)"
SECRET = "key = sfn.secret('Shop key')\nkey"
CONNECTION = "session.connection('shop', api_key=('X-Api-Key', key))"
TOKENS = "print('TOKENS', list(session.activity_desk._mine.values()))"
REDRIVE = """
@session.function("charge")
def charge(event, context):
    if event["poor"]: raise ValueError("no money")
    return "charged"
sm = session.state_machine("charging")
sm.lambda_invoke("Charge", "charge", payload={"poor": True}, output=q("$states.result.Payload"))
execution = sm.run({})
execution.watch()
"""
MENDED = """
@session.function("charge")
def charge(event, context):
    return "charged"
print('AGAIN', execution.redrive().result())
"""
SEARCH = "sfn.integrations.search('start glue job')"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[jupyter_app.App]:
    with jupyter_app.running("lab", tmp_path_factory.mktemp("lab")) as running:
        yield running


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


def test_a_form_is_filled_in_and_tables_stand_to_the_left(app: jupyter_app.App, page: Page) -> None:
    notebook = app.open(page, "form", [SETUP, FORM, ARGUMENTS, SEARCH])
    notebook.run(0)
    notebook.run(1)
    form = notebook.output(1)
    expect(form).to_contain_text('The field "TaskDefinition" is required', timeout=jupyter_app.PATIENCE)
    form.get_by_title("TaskDefinition", exact=True).first.fill("task:1")
    page.keyboard.press("Tab")
    expect(form).to_contain_text("✓ complete", timeout=jupyter_app.PATIENCE)

    form.locator("select", has_text="Tags").select_option("Tags")  # a list of objects
    form.get_by_role("button", name="add an item").press("Enter")
    expect(form.get_by_title("take away this one")).to_be_visible(timeout=jupyter_app.PATIENCE)
    form.locator("select", has_text="Value").select_option("Key")
    form.get_by_title("Key", exact=True).first.fill("Zoë <b>")
    page.keyboard.press("Tab")
    expect(form).to_contain_text('Tags=[{"Key": "Zoë <b>"}]', timeout=jupyter_app.PATIENCE)
    notebook.run(2)
    notebook.expect_text(2, "MADE {'TaskDefinition': 'task:1', 'Cluster': '{% $states.input.cluster %}', 'Tags': [{'K")
    notebook.expect_text(2, 'Cluster=q("$states.input.cluster")')

    notebook.run(3)
    cell = notebook.output(3).locator(".sfn td").first
    expect(cell).to_have_text("glue:startJobRun", timeout=jupyter_app.PATIENCE)
    expect(cell).to_have_css("text-align", "left")
    expect(cell.locator("code")).to_have_css("overflow-wrap", "break-word")

    saved = notebook.save()
    (shown,) = saved["cells"][1]["outputs"]
    assert "TaskDefinition" in "".join(shown["data"]["text/html"])  # what GitHub shows


def test_an_activity_is_answered_and_no_secret_or_token_is_saved(app: jupyter_app.App, page: Page) -> None:
    notebook = app.open(page, "activity", [SETUP, ACTIVITY, WAIT, SECRET, CONNECTION, TOKENS])
    notebook.run(0)
    notebook.run(1)
    view = notebook.view(1)
    expect(view.get_by_role("button", name="Send success")).to_be_visible(timeout=jupyter_app.PATIENCE)
    notebook.run(2)
    view.get_by_label("Output (JSON)").fill('{"approved": true}')
    view.get_by_role("button", name="Send success").click()
    notebook.expect_text(2, "ENDED SUCCEEDED {'approved': True}")

    notebook.run(3)
    box = notebook.cells.nth(3).locator("input[type=password]")
    expect(box).to_be_visible(timeout=jupyter_app.PATIENCE)
    box.fill("hunter2-Zoë")
    box.press("Enter")
    notebook.expect_text(3, "<Secret 'Shop key'>")
    notebook.run(4)
    notebook.expect_text(4, "<Connection 'shop' (API key)>")

    notebook.run(5)
    notebook.expect_text(5, "TOKENS")
    token = notebook.output(5).inner_text().split("'")[1]
    assert len(token) > 50
    page.get_by_role("menuitem", name="Settings", exact=True).click()
    page.get_by_text("Save Widget State Automatically").click()
    for _ in range(20):  # the front end writes the setting down before it follows it
        saved = notebook.save()
        if "widgets" in saved["metadata"]:
            break
        page.wait_for_timeout(200)
    assert "widgets" in saved["metadata"]  # the state of the widgets is on the disk too
    del saved["cells"][5]  # the one that was told to print it
    text = json.dumps(saved, ensure_ascii=False)
    assert "hunter2" not in text
    assert token not in text


def test_a_view_follows_a_redrive(app: jupyter_app.App, page: Page) -> None:
    notebook = app.open(page, "redrive", [SETUP, REDRIVE, MENDED])
    notebook.run(0)
    notebook.run(1)
    view = notebook.view(1)
    expect(view.locator("g[data-state=Charge]")).to_have_attribute("data-status", "FAILED")
    expect(view.locator(".sfn-failure")).to_have_css("padding-left", "12px")
    notebook.run(2)
    notebook.expect_text(2, "AGAIN charged")
    expect(view.locator("g[data-state=Charge]")).to_have_attribute("data-status", "SUCCEEDED")
    expect(view.locator(".sfn-failure")).to_be_hidden()
    expect(view).to_contain_text("ExecutionRedriven")
