"""The widget's ES module on a page without Jupyter: a model that records what the view sends."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page

from sfn_notebook import asl, draw
from sfn_notebook.widgets import front

MODEL = """
async ([module, css, state]) => {
  const imported = await import(URL.createObjectURL(new Blob([module], {type: "text/javascript"})));
  const listeners = {};
  window.model = {
    state, sent: [],
    get(key) { return this.state[key]; },
    set(key, value) { this.state[key] = value; (listeners[`change:${key}`] ?? []).forEach((each) => each()); },
    save_changes() {},
    on(event, each) { (listeners[event] ??= []).push(each); },
    off(event, each) { listeners[event] = (listeners[event] ?? []).filter((other) => other !== each); },
    send(message) { if (this.dead) throw new Error("comm closed"); this.sent.push(message); },
    hear(message) { (listeners["msg:custom"] ?? []).forEach((each) => each(message)); },
  };
  window.listeners = listeners;
  window.view = async () => {
    const el = document.createElement("div");
    document.body.append(el);
    const gone = await imported.default.render({model: window.model, el});
    return () => { gone(); el.remove(); };
  };
  const style = document.createElement("style");
  style.textContent = css;
  document.head.append(style);
  await imported.default.initialize({model: window.model});
  window.closeFirst = await window.view();
}
"""

DEFINITION = {
    "QueryLanguage": "JSONata",
    "StartAt": "Prepare",
    "States": {
        "Prepare": {"Type": "Pass", "Next": "Big?"},
        "Big?": {
            "Type": "Choice",
            "Choices": [{"Condition": "{% $states.input.total > 100 %}", "Next": "Ask"}],
            "Default": "Each",
        },
        "Ask": {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
            "Arguments": {"FunctionName": "ask", "Payload": {"token": "{% $states.context.Task.Token %}"}},
            "TimeoutSeconds": 600,
            "HeartbeatSeconds": 60,
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Rejected"}],
            "Next": "Each",
        },
        "Each": {
            "Type": "Map",
            "ItemProcessor": {"StartAt": "Pack", "States": {"Pack": {"Type": "Pass", "End": True}}},
            "Next": "Done",
        },
        "Rejected": {"Type": "Fail", "Error": "Rejected"},
        "Done": {"Type": "Succeed"},
    },
}


def graph(definition: Any = None) -> draw.Graph:
    return draw.graph(asl.read(definition or DEFINITION), theme="auto")


def snapshot(**changes: Any) -> dict[str, Any]:
    """A snapshot of an execution that has just begun."""
    return {
        "rev": 1,
        "title": "orders",
        "clock": "real",
        "status": "RUNNING",
        "started": 1000.0,
        "stopped": None,
        "now": 1010.0,
        "error": None,
        "cause": None,
        "states": {},
        "events": [[1, 0.0, "ExecutionStarted", "", ""]],
        "total": 1,
        "pending": [],
        "waiting": 0,
        "notices": [],
        "callbacks": False,
        "ended": False,
        **changes,
    }


def waiting(task: int = 7, **changes: Any) -> dict[str, Any]:
    """A task that waits for its token."""
    return {
        "task": task,
        "state": "Ask",
        "index": [],
        "attempt": 0,
        "since": 1005.0,
        "deadline": 1605.0,
        "beat": 1065.0,
        "payload": '{\n  "token": "•••"\n}',
        **changes,
    }


def show(page: Page, state: dict[str, Any] | None = None, svg: str | None = None) -> Locator:
    """Open the view on the page; returns it."""
    drawn = graph()
    traits = {
        "svg": svg if svg is not None else drawn.svg,
        "names": drawn.ids,
        "snapshot": state or snapshot(),
        "height": 480,
        "busy": "The kernel is busy.",
    }
    page.set_content("<!doctype html><title>view</title><body></body>")
    page.evaluate(MODEL, [front.module(), front.styles(), traits])
    return page.locator(".sfn-live").first


def hear(page: Page, message: dict[str, Any]) -> None:
    """A message of the kernel arrives."""
    page.evaluate("message => window.model.hear(message)", message)


def delta(rev: int, **changes: Any) -> dict[str, Any]:
    return {"kind": "delta", "rev": rev, "now": 1010.0 + rev, **changes}


def sent(page: Page, kind: str) -> list[dict[str, Any]]:
    """The messages of that kind which the view has sent."""
    return [message for message in page.evaluate("window.model.sent") if message["kind"] == kind]


def answer(page: Page, **content: Any) -> None:
    """Answer the newest question or action of the view."""
    newest = [message for message in page.evaluate("window.model.sent") if "ask" in message][-1]
    hear(page, {"kind": "answer", "ask": newest["ask"], **content})
