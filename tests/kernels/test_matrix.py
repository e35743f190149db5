"""Do the buttons answer while a cell is blocked in `execution.wait()`? Versions of ipykernel by kinds of front end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from protocol_front_end import FrontEnd

pytestmark = pytest.mark.kernels

BUILD = """
import logging, threading, time
import sfn_notebook as sfn
session = sfn.local()
session.function("ask")(lambda event, context: None)
sm = session.state_machine("orders")
sm.lambda_invoke("Ask", "ask", payload={"token": sfn.token}, wait="callback",
                 timeout_seconds=600, heartbeat_seconds=300)
sm["Ask"] >> sm.succeed("Done")
"""
WATCH = "execution = sm.start({}); view = execution.watch(); display(view)"
WAIT = "print('ENDED', execution.wait({seconds}).run.status, execution.run.output)"

NEWEST = "newest"
KERNELS = [NEWEST, "7.3.0", "6.31.0"]
# kernel, whether the front end has subshells of its own, whether a click is answered while the cell is blocked
MATRIX = [
    pytest.param(NEWEST, False, True, id="newest"),
    pytest.param(NEWEST, True, True, id="newest-subshell"),
    pytest.param("7.3.0", True, True, id="7.3-subshell"),
    pytest.param("7.3.0", False, False, id="7.3"),
    pytest.param("6.31.0", False, True, id="6.31-pumped"),
]
Pythons = Callable[[str], str]


def click(front: FrontEnd, verb: str, **fields: Any) -> str:
    """Press a button of the card of the waiting task; returns the number of the message."""
    (card,) = front.snapshot()["pending"]
    ask = f"{verb}-{len(front.heard)}"
    front.send(front.view(), {"kind": "act", "ask": ask, "verb": verb, "task": card["task"], **fields})
    return ask


def answered(front: FrontEnd, ask: str) -> Callable[[], bool]:
    return lambda: any(message.get("ask") == ask for message in front.heard)


def ready(front: FrontEnd, *, same_cell: str = "") -> str:
    """Build, start, watch; returns the id of the cell."""
    front.cell(BUILD)
    cell = front.run(WATCH + same_cell)
    assert front.until(lambda: front.snapshot().get("pending")), front.text(cell)
    return cell


@pytest.mark.parametrize(("version", "subshell", "works"), MATRIX)
def test_clicks_while_the_cell_is_blocked(
    kernel_python: Pythons, tmp_path: Path, version: str, subshell: bool, works: bool
) -> None:
    with FrontEnd(kernel_python(version), tmp_path, subshell=subshell) as front:
        if version != NEWEST:
            assert front.version == version
        ready(front)
        cell = front.run(WAIT.format(seconds=15 if works else 3))
        beat = click(front, "heartbeat")
        assert front.until(answered(front, beat), 5 if works else 1) is works
        success = click(front, "succeed", output='{"approved": true}')
        assert front.until(lambda: front.ended(cell), 10)
        if works:
            assert front.text(cell) == "ENDED SUCCEEDED {'approved': True}\n"
        else:
            # nothing is lost: it is answered as soon as the kernel is free, and the view says why it took so long
            assert front.text(cell) == "ENDED RUNNING None\n"
            assert "install ipykernel 7.4" in front.models[front.view()]["busy"]
            assert front.until(answered(front, success), 5)
            assert front.cell("print(execution.wait(5).run.status)") == "SUCCEEDED\n"
        texts = [message["text"] for message in front.heard if message["kind"] == "answer"]
        assert texts == ["Heartbeat sent.", "Answered with success."]


@pytest.mark.parametrize("version", [NEWEST, "6.31.0"])
def test_built_watched_and_waited_for_in_one_cell(kernel_python: Pythons, tmp_path: Path, version: str) -> None:
    with FrontEnd(kernel_python(version), tmp_path) as front:
        cell = ready(front, same_cell="\n" + WAIT.format(seconds=15))
        click(front, "fail", error="Rejected", cause="too dear")
        assert front.until(lambda: front.ended(cell), 10)
        assert front.text(cell) == "ENDED FAILED None\n"
        assert front.until(lambda: front.snapshot().get("error") == "Rejected", 5)


@pytest.mark.parametrize("version", [NEWEST, "6.31.0"])
def test_cells_keep_their_order_and_their_output(kernel_python: Pythons, tmp_path: Path, version: str) -> None:
    with FrontEnd(kernel_python(version), tmp_path) as front:
        ready(front)
        cell = front.run(f"print('before'); {WAIT.format(seconds=15)}; print('after')")
        second, third = front.run("print('second')"), front.run("print('third', sm)")
        front.until(lambda: "before" in front.text(cell))
        click(front, "heartbeat")
        click(front, "succeed", output="{}")
        assert front.until(lambda: front.ended(third), 15)
        assert front.text(cell) == "before\nENDED SUCCEEDED {}\nafter\n"
        assert (front.text(second), front.text(third)[:5]) == ("second\n", "third")


@pytest.mark.parametrize("version", KERNELS)
def test_a_wait_that_is_interrupted_leaves_the_view_alive(kernel_python: Pythons, tmp_path: Path, version: str) -> None:
    with FrontEnd(kernel_python(version), tmp_path) as front:
        ready(front)
        cell = front.run(WAIT.format(seconds=15))
        front.until(lambda: False, 0.5)
        front._manager.interrupt_kernel()
        assert front.until(lambda: front.ended(cell), 10)
        assert "KeyboardInterrupt" in front.text(cell)
        front.until(answered(front, click(front, "succeed", output="[]")), 5)
        assert front.cell("print(execution.result(5))") == "[]\n"


@pytest.mark.parametrize("version", KERNELS)
def test_nothing_is_left_when_the_session_is_closed(kernel_python: Pythons, tmp_path: Path, version: str) -> None:
    with FrontEnd(kernel_python(version), tmp_path) as front:
        front.cell(BUILD + "before = {thread.name for thread in threading.enumerate()}")
        ready(front)
        assert front.cell(WATCH) == ""
        front.cell("session.close()")
        left = front.cell("print(*{thread.name for thread in threading.enumerate()} - before)")
        assert left == "\n"


def test_a_view_opened_late_says_hello_while_the_cell_is_blocked(kernel_python: Pythons, tmp_path: Path) -> None:
    with FrontEnd(kernel_python(NEWEST), tmp_path) as front:
        ready(front)
        cell = front.run(WAIT.format(seconds=15))
        front.send(front.view(), {"kind": "hello", "rev": 0})
        assert front.until(lambda: any(message["kind"] == "whole" for message in front.heard), 5)
        (whole,) = (message["snapshot"] for message in front.heard if message["kind"] == "whole")
        assert [card["state"] for card in whole["pending"]] == ["Ask"]
        click(front, "succeed", output="{}")
        assert front.until(lambda: front.ended(cell), 10)


def test_no_token_is_in_any_message(kernel_python: Pythons, tmp_path: Path) -> None:
    with FrontEnd(kernel_python(NEWEST), tmp_path) as front:
        ready(front)
        token = front.cell("print(execution.callback('Ask').token)").strip()
        assert len(token) > 20
        for number in range(1, 9):
            front.send(front.view(), {"kind": "ask", "ask": f"e{number}", "what": "event", "key": number})
        front.send(front.view(), {"kind": "ask", "ask": "s", "what": "state", "key": "Ask"})
        assert front.until(answered(front, "s"), 5)
        click(front, "succeed", output="{}")
        assert front.until(lambda: front.snapshot().get("ended"), 5)
        assert token not in repr([front.models, front.heard])
