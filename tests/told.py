"""Histories written by hand, in the shape GetExecutionHistory gives them, for the tests of what reads them."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

BEGIN = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
TOKEN = "AAAAKgAAAAIAAAAA" + "x7/Qz+9k" * 12 + "=="


class Told:
    """A history that grows event by event, one second each.

    An event follows the one told before it, unless `after` names another id.
    """

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []

    def __call__(self, kind: str, *, after: int | None = None, **details: Any) -> int:
        number = len(self.events) + 1
        event: dict[str, Any] = {
            "id": number,
            "type": kind,
            "timestamp": BEGIN + dt.timedelta(seconds=number),
            "previousEventId": number - 1 if after is None else after,
        }
        if details:
            event[_member(kind)] = details
        self.events.append(event)
        return number

    def begin(self, input: Any = None) -> int:
        """ExecutionStarted; the first state follows event 0, as on AWS."""
        self("ExecutionStarted", input=json.dumps(input if input is not None else {}))
        return 0

    def enter(self, kind: str, name: str, input: Any = None, *, after: int | None = None) -> int:
        return self(f"{kind}StateEntered", after=after, name=name, input=json.dumps(input))

    def leave(self, kind: str, name: str, output: Any = None, *, after: int | None = None) -> int:
        return self(f"{kind}StateExited", after=after, name=name, output=json.dumps(output))

    def schedule(self, *, after: int | None = None, callback: bool = False, **more: Any) -> int:
        details = {"resourceType": "lambda", "resource": f"invoke{'.waitForTaskToken' if callback else ''}"}
        parameters = json.dumps({"FunctionName": "ask", "Payload": {"token": TOKEN}} if callback else {})
        return self("TaskScheduled", after=after, **{**details, "parameters": parameters, **more})

    def wait(self, name: str, *, after: int | None = None, **more: Any) -> int:
        """A Task entered, scheduled and submitted: it waits for its token."""
        self.enter("Task", name, after=after)
        self.schedule(callback=True, **more)
        self("TaskStarted", resourceType="lambda", resource="invoke.waitForTaskToken")
        return self("TaskSubmitted", resourceType="lambda", resource="invoke.waitForTaskToken")


def _member(kind: str) -> str:
    for shared in ("StateEntered", "StateExited"):
        if kind.endswith(shared):
            return f"s{shared[1:]}EventDetails"
    return f"{kind[0].lower()}{kind[1:]}EventDetails"
