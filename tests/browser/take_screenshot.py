"""The README's picture, from a real run in JupyterLab: python tests/browser/take_screenshot.py [--dark] [FILE]."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import jupyter_app
from playwright.sync_api import Browser, sync_playwright

PICTURE = Path(__file__).parents[2] / "notebooks" / "images" / "live-view.png"
CELLS = [
    """
import sfn_notebook as sfn
from sfn_notebook import q, token

session = sfn.local()

@session.function("price")
def price(event, context):
    return {"order": event["order"], "total": sum(item["price"] for item in event["items"])}

@session.function("ask")
def ask(event, context):
    "Here a mail would go out, with a link that holds the token."

sm = session.state_machine("orders")
sm.lambda_invoke("Price", "price", payload=q("$states.input"), output=q("$states.result.Payload"))
sm.choice("Large order?").when(q("$states.input.total > 100"), "Ask a person").otherwise("Ship")
sm["Price"] >> "Large order?"
sm.lambda_invoke("Ask a person", "ask", payload={"total": q("$states.input.total"), "token": token},
                 wait="callback", timeout_seconds=3600, heartbeat_seconds=600) >> "Ship"
sm["Ask a person"].catch("Rejected", "Not approved").catch("States.Timeout", "Not approved")
sm.fail("Not approved", error="NotApproved")
sm.pass_("Ship") >> sm.succeed("Done");""",
    """
execution = sm.start({'order': 'A-17', 'items': [{'sku': 'kettle', 'price': 89}, {'sku': 'toaster', 'price': 65}]})
execution.watch()""",
    "execution.wait()",
]


def take(browser: Browser, app: jupyter_app.App, path: Path) -> None:
    """A cell is blocked in `wait()`, and the desk waits for an answer."""
    page = browser.new_page(viewport={"width": 1240, "height": 940}, reduced_motion="reduce")
    notebook = app.open(page, "orders", [cell.strip() for cell in CELLS])
    page.keyboard.press("Control+b")  # the file browser away
    notebook.run(0)
    notebook.run(1)
    view = notebook.view(1)
    view.get_by_role("button", name="Send success").wait_for(timeout=jupyter_app.PATIENCE)
    notebook.run(2)
    view.get_by_role("button", name="Heartbeat").click()
    view.get_by_text("Heartbeat sent.").wait_for(timeout=jupyter_app.PATIENCE)
    view.get_by_label("Output (JSON)").fill('{"approved": true, "by": "Zoë"}')
    notebook.cells.nth(1).evaluate("cell => cell.scrollIntoView({block: 'start'})")
    page.mouse.move(0, 0)
    page.wait_for_timeout(500)  # a button's hover goes
    path.parent.mkdir(exist_ok=True)
    page.screenshot(path=path)
    page.close()


if __name__ == "__main__":
    dark = "--dark" in sys.argv
    files = [argument for argument in sys.argv[1:] if not argument.startswith("--")]
    with (
        tempfile.TemporaryDirectory() as home,
        jupyter_app.running("lab", Path(home) / "lab", dark=dark) as app,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=jupyter_app.chromium(), args=["--no-sandbox"])
        take(browser, app, Path(files[0]) if files else PICTURE)
        browser.close()
