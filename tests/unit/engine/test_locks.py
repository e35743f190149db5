import threading
from types import BuiltinFunctionType

from sfn_notebook.engine.locks import FairLock


def test_it_is_re_entrant() -> None:
    lock = FairLock()
    with lock, lock:
        assert lock.acquire(blocking=False)
        lock.release()


def test_the_holder_gives_way_to_one_who_waits() -> None:
    lock, came = FairLock(), threading.Event()

    def visit() -> None:
        with lock:
            came.set()

    with lock:
        visitor = threading.Thread(target=visit)
        visitor.start()
        for _ in range(10_000):  # the visitor needs a moment to come to the door
            lock.give_way()
            if came.is_set():
                break
            came.wait(0.001)
        assert came.is_set()
    visitor.join()


def test_a_lock_that_is_held_is_not_taken_without_blocking() -> None:
    lock, taken = FairLock(), []
    with lock:
        other = threading.Thread(target=lambda: taken.append(lock.acquire(blocking=False)))
        other.start()
        other.join()
    assert taken == [False]


def test_a_condition_on_it_waits_and_wakes_even_when_taken_twice() -> None:
    lock = FairLock()
    condition = threading.Condition(lock)  # type: ignore[arg-type]  # a lock by its methods
    seen: list[str] = []

    def wake() -> None:
        with lock:
            seen.append("woken")
            condition.notify_all()

    with lock, lock:
        other = threading.Thread(target=wake)
        other.start()
        assert condition.wait(10)
        assert seen == ["woken"]
    other.join()


def test_ctrl_c_cannot_come_between_the_steps_of_a_condition() -> None:
    condition = threading.Condition(FairLock())  # type: ignore[arg-type]  # a lock by its methods
    # what is written in C runs to its end before a signal is looked at
    assert isinstance(condition._acquire_restore, BuiltinFunctionType)
    assert isinstance(condition._release_save, BuiltinFunctionType)
