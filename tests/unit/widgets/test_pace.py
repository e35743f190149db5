from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from sfn_notebook.widgets.pace import Pace


class HandTimer:
    """A timer that rings when the test says so."""

    made: ClassVar[list[HandTimer]] = []

    def __init__(self, seconds: float, call: Callable[[], None]) -> None:
        self.seconds, self.call, self.started, self.cancelled = seconds, call, False, False
        self.made.append(self)

    def start(self) -> None:
        self.started = True

    def cancel(self) -> None:
        self.cancelled = True


class Bench:
    def __init__(self) -> None:
        self.time, self.calls = 100.0, 0
        HandTimer.made = []
        self.pace = Pace(self.call, seconds=0.1, clock=lambda: self.time, timer=HandTimer)

    def call(self) -> None:
        self.calls += 1


def test_after_a_quiet_time_a_poke_is_answered_at_once() -> None:
    bench = Bench()
    bench.pace.poke()
    bench.time += 0.2
    bench.pace.poke()
    assert bench.calls == 2
    assert HandTimer.made == []


def test_a_burst_is_two_calls_the_first_at_once_and_one_at_the_end_of_the_pause() -> None:
    bench = Bench()
    for _ in range(100):
        bench.pace.poke()
        bench.time += 0.0005
    assert bench.calls == 1
    (timer,) = HandTimer.made
    assert timer.started
    assert 0.099 < timer.seconds <= 0.1
    bench.time += 0.1
    timer.call()
    assert bench.calls == 2


def test_after_the_late_call_there_is_a_pause_again() -> None:
    bench = Bench()
    bench.pace.poke()
    bench.pace.poke()
    bench.time += 0.1
    HandTimer.made[0].call()
    bench.pace.poke()
    assert bench.calls == 2
    assert len(HandTimer.made) == 2


def test_closing_forgets_the_call_to_come() -> None:
    bench = Bench()
    bench.pace.poke()
    bench.pace.poke()
    bench.pace.close()
    assert HandTimer.made[0].cancelled
