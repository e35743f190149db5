import threading
from collections import deque
from collections.abc import Iterator
from typing import Any

import pytest

from sfn_notebook.engine import scheduler as scheduler_module
from sfn_notebook.engine.calls import Call, Calls
from sfn_notebook.engine.clock import Clock, InstantClock, RealClock
from sfn_notebook.engine.scheduler import Scheduler
from sfn_notebook.engine.strands import Signal, Steps
from sfn_notebook.engine.workers import Workers


class Rig:
    """A scheduler with calls, and what came back in which order."""

    def __init__(self, clock: Clock) -> None:
        self.scheduler, self.workers = Scheduler(clock), Workers()
        self.calls = Calls(self.scheduler, self.workers)
        self.came: list[Any] = []

    def call(self, queue: deque[Call], job: Any) -> None:
        signal = Signal()

        def strand() -> Steps:
            self.came.append((yield signal))

        with self.scheduler.lock:
            self.scheduler.spawn(strand(), lambda value, error: None)
            self.calls.start(queue, job, signal)

    def until(self, count: int) -> None:
        assert self.scheduler.wait(lambda: len(self.came) == count, 10)


@pytest.fixture(params=["instant", "real"])
def rig(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rig]:
    monkeypatch.setattr(scheduler_module, "PATIENCE", 0.05)
    made = Rig(InstantClock(0.0) if request.param == "instant" else RealClock())
    yield made
    made.scheduler.close()
    assert made.workers.close()


def test_on_an_instant_clock_results_come_in_the_order_of_the_calls(rig: Rig) -> None:
    queue: deque[Call] = deque()
    second_done = threading.Event()

    def first() -> str:
        assert second_done.wait(10)
        return "first"

    def second() -> str:
        second_done.set()
        return "second"

    rig.call(queue, first)
    rig.call(queue, second)
    rig.until(2)
    if rig.scheduler.clock.instant:
        assert rig.came == ["first", "second"]
    assert set(rig.came) == {"first", "second"}
    assert not queue


def test_a_call_that_never_comes_back_does_not_hold_the_others_for_ever(rig: Rig) -> None:
    queue: deque[Call] = deque()
    go = threading.Event()
    rig.call(queue, lambda: go.wait(10) and "first")
    rig.call(queue, lambda: "second")
    rig.until(1)
    assert rig.came == ["second"]
    go.set()
    rig.until(2)


def test_executions_do_not_wait_for_each_other(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    go = threading.Event()
    monkeypatch.setattr(scheduler_module, "PATIENCE", 1000)
    rig.call(deque(), lambda: go.wait(10) and "slow")
    rig.call(deque(), lambda: "quick")
    rig.until(1)
    assert rig.came == ["quick"]
    go.set()
    rig.until(2)


def test_each_result_has_its_effect_before_the_next_one_comes() -> None:
    rig = Rig(InstantClock(0.0))
    queue: deque[Call] = deque()
    all_done = threading.Barrier(3)
    seen: list[str] = []

    def strand(name: str, signal: Signal) -> Steps:
        yield signal
        for step in range(3):
            seen.append(f"{name}{step}")
            yield None
        rig.came.append(name)

    with rig.scheduler.lock:
        for name in ("a", "b", "c"):
            signal = Signal()
            rig.scheduler.spawn(strand(name, signal), lambda value, error: None)
            rig.calls.start(queue, lambda: all_done.wait(10), signal)
    rig.until(3)
    assert seen == [f"{name}{step}" for name in ("a", "b", "c") for step in range(3)]
    rig.scheduler.close()
    assert rig.workers.close()


def test_a_strand_that_never_rests_does_not_keep_results_back_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduler_module, "PATIENCE", 0.02)
    rig = Rig(InstantClock(0.0))

    def busy() -> Steps:
        while True:
            yield None

    with rig.scheduler.lock:
        rig.scheduler.spawn(busy(), lambda value, error: None)
    rig.call(deque(), lambda: "through")
    rig.until(1)
    rig.scheduler.close()
    assert rig.workers.close()
