"""From an event of the engine to the message that the live view sends to the browser."""

from __future__ import annotations

import statistics
import threading
import time
from typing import Any

from clockwork import milli, table

import sfn_notebook as sfn

ROUNDS = 15
CHAIN = 500


def _machine(session: sfn.Session) -> sfn.StateMachine:
    session.function("ask")(lambda event, context: None)
    sm = session.state_machine("waits")
    sm.lambda_invoke("Ask", "ask", payload={"token": sfn.token}, wait="callback", timeout_seconds=60)
    sm["Ask"] >> sm.succeed("Done")
    return sm


def _one_answer(machine: sfn.StateMachine) -> float:
    """Seconds from the answer to a token to the first message that follows it."""
    execution = machine.start({})
    arrived = threading.Event()
    answered = [float("inf")]
    came = [0.0]

    def record(content: Any, buffers: Any = None) -> None:
        if not came[0] and time.perf_counter() >= answered[0]:
            came[0] = time.perf_counter()
            arrived.set()

    view = execution.watch()
    waiting = execution.callback("Ask")
    time.sleep(0.3)  # the messages about the waiting itself have gone out
    view.send = record
    answered[0] = time.perf_counter()
    waiting.succeed({})
    if not arrived.wait(10):
        raise RuntimeError("the live view sent no message within 10 s")
    return came[0] - answered[0]


def _burst(session: sfn.Session) -> tuple[int, int, float]:
    """Events, messages and seconds of an execution that is watched and then runs as fast as it can."""
    sm = session.state_machine("chain")
    sm.lambda_invoke("Ask", "ask", payload={"token": sfn.token}, wait="callback", timeout_seconds=60) >> "S0"
    for n in range(CHAIN):
        sm.pass_(f"S{n}", output={"n": n}) >> (f"S{n + 1}" if n + 1 < CHAIN else sm.succeed("Done"))
    execution = sm.start({})
    view = execution.watch()
    waiting = execution.callback("Ask")
    time.sleep(0.3)  # the messages about the waiting itself have gone out
    messages: list[Any] = []
    view.send = lambda content, buffers=None: messages.append(content)
    before = len(execution.events())
    start = time.perf_counter()
    waiting.succeed({})
    execution.wait(60)
    took = time.perf_counter() - start
    time.sleep(0.5)  # the last batch
    return len(execution.events()) - before, len(messages), took


def report() -> None:
    """The delay of a single event, and how many messages a burst becomes."""
    with sfn.local() as session:
        machine = _machine(session)
        delays = [_one_answer(machine) for _ in range(ROUNDS + 1)][1:]
        events, messages, took = _burst(session)
    table(
        f"Event to widget message, median of {ROUNDS}",
        ["what", "measured"],
        [
            ("answer given -> message", milli(statistics.median(delays))),
            ("slowest", milli(max(delays))),
            (f"burst of {events:,} events in {milli(took)}", f"{messages} messages"),
        ],
    )
