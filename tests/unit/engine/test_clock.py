import time

from sfn_notebook.engine.clock import InstantClock, RealClock, iso


def test_the_real_clock_is_the_wall() -> None:
    before = time.time()
    clock = RealClock()
    clock.move(before + 1_000_000)
    assert before - 0.001 <= clock.now() <= time.time() + 0.001  # it counts milliseconds


def test_the_instant_clock_stands_still_until_moved() -> None:
    clock = InstantClock(50.0)
    assert clock.now() == clock.now() == 50.0
    clock.move(60.0)
    clock.move(55.0)
    assert clock.now() == 60.0


def test_an_instant_clock_without_a_start_begins_now() -> None:
    assert abs(InstantClock().now() - time.time()) < 60


def test_iso_has_milliseconds() -> None:
    assert iso(1_767_225_600.25) == "2026-01-01T00:00:00.250Z"
