"""What `make demo` shows: an order workflow on the embedded engine, with a task token that waits for a person.

It is written as a user would write it, against the public names only.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

import sfn_notebook as sfn
from sfn_notebook import _json, display, history
from sfn_notebook._status import STATUSES

ANSWERS = ("approve", "reject", "timeout")
SECONDS_TO_DECIDE = 30
ORDER = {"order": "A-17", "items": [{"sku": "kettle", "price": 89}, {"sku": "toaster", "price": 65}]}


def order_workflow(session: sfn.Session, *, seconds_to_decide: float = SECONDS_TO_DECIDE) -> sfn.StateMachine:
    """The demo's state machine with its Lambda functions.

    Args:
        session: Where it is to live.
        seconds_to_decide: How long the person has, in seconds.
    """

    @session.function("price")
    def price(event: dict[str, Any], context: object) -> dict[str, Any]:
        return {**event, "total": sum(item["price"] for item in event["items"])}

    @session.function("ask-a-person")
    def ask(event: dict[str, Any], context: object) -> str:
        return f"a message about order {event['order']} is on its way"  # it would carry event["token"]

    @session.function("ship")
    def ship(event: dict[str, Any], context: object) -> dict[str, Any]:
        return {"order": event["order"], "shipped": True, "total": event["total"]}

    sm = session.state_machine("orders")
    sm.lambda_invoke("Price", "price", payload=sfn.q("$states.input"), output=sfn.q("$states.result.Payload"))
    sm.choice("Large order?").when(sfn.q("$states.input.total > 100"), "Ask a person").otherwise("Ship")
    sm.lambda_invoke(
        "Ask a person",
        "ask-a-person",
        payload={"order": sfn.q("$states.input.order"), "token": sfn.token},
        wait="callback",
        timeout_seconds=seconds_to_decide,
        output=sfn.q("$merge([$states.input, $states.result])"),
        assign={"order": sfn.q("$states.input.order")},
    )
    sm.lambda_invoke("Ship", "ship", payload=sfn.q("$states.input"), output=sfn.q("$states.result.Payload"))
    sm.succeed("Done")
    sm.fail("Not approved", error="NotApproved", cause="the person said no")
    sm.pass_("Nobody answered", output={"shipped": False, "reason": "nobody answered in time"})

    sm["Price"] >> "Large order?"
    sm["Ask a person"] >> "Ship" >> "Done"
    sm["Ask a person"].catch("States.Timeout", "Nobody answered").catch("Rejected", "Not approved")
    sm["Nobody answered"] >> "Done"
    sm.start_at("Price")
    return sm


def run(*, answer: str | None, html: Path, interactive: bool) -> None:
    """Run the order workflow and print what happens.

    Args:
        answer: One of `ANSWERS`, or None to ask the person (or to approve when not `interactive`).
        html: Where the finished picture goes.
        interactive: Whether a person sits at the terminal.
    """
    with sfn.local() as session:
        # nobody has to wait half a minute for a time-out that was asked for on the command line
        seconds = 3 if answer == "timeout" else SECONDS_TO_DECIDE
        machine = order_workflow(session, seconds_to_decide=seconds)
        _title("The workflow")
        click.echo(machine.graph().text)
        _title("Its events, as they come")
        execution = machine.start(ORDER)
        answered = False
        for event in execution.stream():
            _print_event(event)
            if not answered and event["type"] == "TaskSubmitted" and execution.pending:
                answered = True
                _answer(execution.callback("Ask a person"), answer, interactive=interactive)
        _finish(execution, html)


def _print_event(event: Mapping[str, Any]) -> None:
    click.echo(f"  {event['id']:>3}  {history.describe(event)}")


def _answer(pending: sfn.PendingTask, answer: str | None, *, interactive: bool) -> None:
    seconds = max(0, round((pending.deadline or 0) - time.time()))
    click.secho(f"\n  A task token waits in '{pending.state}'; it expires in {seconds} s.", bold=True)
    click.echo(f"  It was sent with {_json.dumps(pending.payload)}")
    if answer is None and interactive:
        answer = click.prompt("  What do you say?", type=click.Choice(ANSWERS), default="approve")
    answer = answer or "approve"
    click.echo(f"  → {answer}\n")
    try:
        if answer == "approve":
            pending.succeed({"approvedBy": "you" if interactive else "the demo itself"})
        elif answer == "reject":
            pending.fail("Rejected", "too expensive")
        else:
            click.echo("  (nobody answers now; the state's TimeoutSeconds ends the wait)\n")
    except sfn.SfnNotebookError as error:
        click.secho(f"  {error}\n", fg="red")


def _finish(execution: sfn.Execution, html: Path) -> None:
    status = STATUSES[execution.status]
    _title("The end")
    click.echo(f"  {status.glyph} {execution.status}")
    if execution.status == "SUCCEEDED":
        click.echo(f"  result  {_json.dumps(execution.output)}")
    else:
        click.echo(f"  error   {execution.error}: {execution.cause}")
    click.echo(f"  path    {' → '.join(execution.run.path)}")
    html.write_text(display.page(execution), encoding="utf-8")
    click.echo(f"  picture {html.resolve().as_uri()}")


def _title(text: str) -> None:
    click.secho(f"\n{text}", bold=True)
    sys.stdout.flush()
