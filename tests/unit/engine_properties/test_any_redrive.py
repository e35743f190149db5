"""Stopped anywhere and redriven, any execution goes on to an end of the same kind, and its history holds together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from any_machine import QUICK, counter, json_values, machines, run, world
from hypothesis import given, settings
from hypothesis import strategies as st

from sfn_notebook.engine.embedded import Embedded
from sfn_notebook.engine.records import Event, Execution


@pytest.fixture(scope="module")
def shared() -> Iterator[Embedded]:
    made = world()
    yield made
    made.close()


def stopped(execution: Execution, length: int) -> Execution:
    """A copy that was stopped after so many events."""
    history = execution.history[:length]
    history.append(Event(history[-1].timestamp, "ExecutionAborted", length + 1, 0, {}))
    copy = Execution(
        arn=execution.arn, name="x", machine=execution.machine, input=execution.input, started=execution.started
    )
    copy.history, copy.status, copy.stopped = history, "ABORTED", history[-1].timestamp
    return copy


@settings(QUICK, max_examples=150)
@given(definition=machines(), data=json_values, share=st.floats(0, 1))
def test_it_goes_on_wherever_it_was_stopped(shared: Embedded, definition: Any, data: Any, share: float) -> None:
    shown = run(shared, definition, data, f"r{next(counter)}")
    if shown is None or shown["status"] == "RUNNING":
        return
    engine = shared._engine  # there is no way from outside to stop at a given event
    whole = shared._store.executions[shown["executionArn"]]  # as above
    execution = stopped(whole, 1 + int(share * (len(whole.history) - 2)))
    length = len(execution.history)
    engine.redrive(execution)
    engine.scheduler.wait(lambda: not execution.running or engine.scheduler.outside > 0, 20)
    assert "The engine failed" not in (execution.cause or "")
    assert not execution.running
    assert execution.status == whole.status, execution.cause
    history = execution.history
    assert [event.id for event in history] == list(range(1, len(history) + 1))
    assert all(0 <= event.previous < event.id for event in history)
    assert history[length].type == "ExecutionRedriven"
    assert sum(event.type == "ExecutionStarted" for event in history) == 1
