import threading
from collections.abc import Iterator
from typing import Any

import pytest

from sfn_notebook.engine.clock import InstantClock, RealClock
from sfn_notebook.engine.scheduler import Scheduler
from sfn_notebook.engine.strands import Signal, Steps


@pytest.fixture
def scheduler() -> Iterator[Scheduler]:
    made = Scheduler(InstantClock(0.0))
    yield made
    made.close()


class End:
    """Where a strand's end is kept."""

    def __init__(self) -> None:
        self.got: list[tuple[Any, Exception | None]] = []

    def __call__(self, value: Any, error: Exception | None) -> None:
        self.got.append((value, error))


def until(scheduler: Scheduler, *ends: End) -> None:
    assert scheduler.wait(lambda: all(end.got for end in ends), 10)


def test_a_strand_ends_with_its_value_or_its_error(scheduler: Scheduler) -> None:
    def good() -> Steps:
        yield None
        return 5

    def bad() -> Steps:
        yield None
        raise ValueError("no")

    first, second = End(), End()
    with scheduler.lock:
        scheduler.spawn(good(), first)
        scheduler.spawn(bad(), second)
    until(scheduler, first, second)
    assert first.got == [(5, None)]
    assert isinstance(second.got[0][1], ValueError)


def test_strands_take_turns(scheduler: Scheduler) -> None:
    seen: list[str] = []

    def strand(name: str) -> Steps:
        for i in range(3):
            seen.append(f"{name}{i}")
            yield None

    ends = End(), End()
    with scheduler.lock:
        scheduler.spawn(strand("a"), ends[0])
        scheduler.spawn(strand("b"), ends[1])
    until(scheduler, *ends)
    assert seen == ["a0", "b0", "a1", "b1", "a2", "b2"]


def test_a_signal_resumes_with_its_first_answer_only(scheduler: Scheduler) -> None:
    signal, end = Signal(), End()

    def strand() -> Steps:
        return (yield signal)

    with scheduler.lock:
        scheduler.spawn(strand(), end)
    with scheduler.lock:
        signal.succeed("first")
        signal.fail(ValueError("second"))
        scheduler.stir()
    until(scheduler, end)
    assert end.got == [("first", None)]


def test_a_signal_that_has_come_does_not_hold_a_strand(scheduler: Scheduler) -> None:
    signal, end = Signal(), End()
    signal.fail(KeyError("gone"))

    def strand() -> Steps:
        try:
            yield signal
        except KeyError:
            return "caught"

    with scheduler.lock:
        scheduler.spawn(strand(), end)
    until(scheduler, end)
    assert end.got == [("caught", None)]


def test_timers_fire_in_the_order_of_their_time_and_time_jumps(scheduler: Scheduler) -> None:
    seen: list[tuple[str, float]] = []

    def strand(name: str, seconds: float) -> Steps:
        yield from scheduler.sleep(seconds)
        seen.append((name, scheduler.clock.now()))

    ends = End(), End(), End()
    with scheduler.lock:
        for end, (name, seconds) in zip(ends, [("c", 30), ("a", 10), ("b", 20)], strict=True):
            scheduler.spawn(strand(name, seconds), end)
    until(scheduler, *ends)
    assert seen == [("a", 10.0), ("b", 20.0), ("c", 30.0)]


def test_time_stands_still_while_an_answer_is_awaited_and_advance_lets_it_pass(scheduler: Scheduler) -> None:
    fired: list[float] = []
    with scheduler.lock:
        scheduler.outside = 1
        for at in (10.0, 20.0, 40.0):
            scheduler.call_at(at, lambda: fired.append(scheduler.clock.now()))
    scheduler.advance(5)
    assert fired == []
    assert scheduler.clock.now() == 5.0
    scheduler.advance(20)
    assert fired == [10.0, 20.0]
    assert scheduler.clock.now() == 25.0


def test_time_runs_again_once_nothing_is_awaited(scheduler: Scheduler) -> None:
    end = End()

    def strand() -> Steps:
        yield from scheduler.sleep(1000)

    with scheduler.lock:
        scheduler.outside = 1
        scheduler.spawn(strand(), end)
    scheduler.advance(1)
    assert not end.got
    with scheduler.lock:
        scheduler.outside = 0
        scheduler.stir()
    until(scheduler, end)
    assert scheduler.clock.now() == 1000.0


def test_time_does_not_pass_while_a_call_is_in_flight(scheduler: Scheduler) -> None:
    fired: list[int] = []
    with scheduler.lock:
        scheduler.in_flight = 1
        scheduler.call_at(10.0, lambda: fired.append(1))
        scheduler.stir()
    assert not scheduler.wait(lambda: bool(fired), 0.02)
    with scheduler.lock:
        scheduler.in_flight = 0
        scheduler.stir()
    assert scheduler.wait(lambda: bool(fired), 10)


def test_advance_passes_over_a_call_that_never_comes_back(scheduler: Scheduler) -> None:
    fired: list[int] = []
    with scheduler.lock:
        scheduler.in_flight = 1
        scheduler.call_at(10.0, lambda: fired.append(1))
    scheduler.advance(15, patience=0.01)
    assert fired == [1]


def test_a_cancelled_timer_neither_fires_nor_moves_time(scheduler: Scheduler) -> None:
    fired: list[int] = []
    with scheduler.lock:
        timer = scheduler.call_at(10.0, lambda: fired.append(1))
        timer.cancel()
        timer.cancel()
    scheduler.advance(0)
    assert fired == []
    assert scheduler.clock.now() == 0.0


def test_cancelled_timers_do_not_pile_up(scheduler: Scheduler) -> None:
    with scheduler.lock:
        for _ in range(10_000):
            scheduler.call_at(1e9, lambda: None).cancel()
        assert len(scheduler._timers) < 200


def test_a_cancelled_strand_runs_its_finally_and_tells_nobody(scheduler: Scheduler) -> None:
    left, end, signal = [], End(), Signal()

    def strand() -> Steps:
        try:
            yield signal
        finally:
            left.append("tidy")

    with scheduler.lock:
        running = scheduler.spawn(strand(), end)
    scheduler.advance(0)
    with scheduler.lock:
        running.cancel()
        running.cancel()
        signal.succeed(1)
        scheduler.stir()
    scheduler.advance(0)
    assert left == ["tidy"]
    assert end.got == []


def test_a_bug_in_one_action_does_not_end_the_thread(scheduler: Scheduler, caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> None:
        raise ZeroDivisionError

    fired: list[int] = []
    with scheduler.lock:
        scheduler.call_at(1.0, broken)
        scheduler.call_at(2.0, lambda: fired.append(1))
    scheduler.advance(5)
    assert fired == [1]
    assert "ZeroDivisionError" in caplog.text


def test_the_real_clock_waits_for_its_timers() -> None:
    scheduler, end = Scheduler(RealClock()), End()

    def strand() -> Steps:
        yield from scheduler.sleep(0.02)
        return scheduler.clock.now()

    with scheduler.lock:
        begun = scheduler.clock.now()
        scheduler.spawn(strand(), end)
    until(scheduler, end)
    assert round(end.got[0][0] - begun, 3) >= 0.02  # the clock counts milliseconds
    scheduler.close()


def test_on_the_real_clock_timers_fire_although_an_answer_is_awaited() -> None:
    scheduler, fired = Scheduler(RealClock()), threading.Event()
    with scheduler.lock:
        scheduler.outside += 1
        scheduler.call_at(scheduler.clock.now() + 0.01, fired.set)
        scheduler.stir()
    assert fired.wait(10)
    scheduler.close()


def test_everything_runs_on_one_thread_which_ends_with_close() -> None:
    scheduler, end = Scheduler(InstantClock(0.0)), End()
    names: list[str] = []

    def strand() -> Steps:
        names.append(threading.current_thread().name)
        yield None

    with scheduler.lock:
        scheduler.spawn(strand(), end)
    until(scheduler, end)
    scheduler.close()
    scheduler.close()
    assert names == ["sfn-engine"]
    assert "sfn-engine" not in [thread.name for thread in threading.enumerate()]


def test_closing_wakes_those_who_wait() -> None:
    scheduler = Scheduler(InstantClock(0.0))
    results: list[bool] = []
    waiter = threading.Thread(target=lambda: results.append(scheduler.wait(lambda: False, None)))
    waiter.start()
    scheduler.close()
    waiter.join(10)
    assert results == [False]
