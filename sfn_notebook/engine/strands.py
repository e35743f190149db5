"""Branches as generators: `Strand` runs one, `Signal` is what it waits for."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Generator
from typing import Any, Protocol


class Signal:
    """Something that comes once: a value or an error. One branch may wait for it."""

    __slots__ = ("_wake", "done", "error", "value")

    def __init__(self) -> None:
        self.done = False
        self.value: Any = None
        self.error: BaseException | None = None
        self._wake: Callable[[], None] | None = None

    def succeed(self, value: Any = None) -> None:
        """It has come, with this value. Only the first of all answers counts."""
        self._settle(value, None)

    def fail(self, error: BaseException) -> None:
        """It has come, and the branch that waits gets this error."""
        self._settle(None, error)

    def when_done(self, wake: Callable[[], None] | None) -> None:
        """Call `wake` once it has come; None forgets an earlier one."""
        self._wake = wake
        if wake is not None and self.done:
            self._wake = None
            wake()

    def _settle(self, value: Any, error: BaseException | None) -> None:
        if self.done:
            return
        self.done, self.value, self.error = True, value, error
        wake, self._wake = self._wake, None
        if wake is not None:
            wake()


Steps = Generator[Signal | None, Any, Any]
OnEnd = Callable[[Any, Exception | None], None]


class Cancellable(Protocol):
    """Something due that can be called off."""

    def cancel(self) -> None:
        """Forget it."""
        ...


class Sleeper(ABC):
    """What has timers can let a branch sleep.

    Attributes:
        now: The time in epoch seconds.
    """

    now: Callable[[], float]

    @abstractmethod
    def call_at(self, at: float, action: Callable[[], None]) -> Cancellable:
        """Call `action` when it is `at` (epoch seconds)."""

    def sleep(self, seconds: float) -> Steps:
        """Steps that take so many seconds: `yield from scheduler.sleep(2)`."""
        signal = Signal()
        timer = self.call_at(self.now() + seconds, signal.succeed)
        try:
            yield signal
        finally:
            timer.cancel()


class Strand:
    """A running generator."""

    __slots__ = ("_on_end", "_ready", "_steps", "_waiting", "ended")

    def __init__(self, steps: Steps, on_end: OnEnd, ready: deque[Strand]) -> None:
        self._steps = steps
        self._on_end = on_end
        self._ready = ready
        self._waiting: Signal | None = None
        self.ended = False

    def step(self) -> None:
        """Run it up to its next yield."""
        if self.ended:
            return
        signal, self._waiting = self._waiting, None
        try:
            if signal is None:
                awaited = self._steps.send(None)
            elif signal.error is not None:
                awaited = self._steps.throw(signal.error)
            else:
                awaited = self._steps.send(signal.value)
        except StopIteration as stop:
            self.ended = True
            self._on_end(stop.value, None)
            return
        except Exception as error:  # noqa: BLE001  # whoever started the strand knows what its failures mean
            self.ended = True
            self._on_end(None, error)
            return
        if awaited is None:
            self._ready.append(self)
        else:
            self._waiting = awaited
            awaited.when_done(self._wake)

    def cancel(self) -> None:
        """End it where it stands; its `finally` clauses run, `on_end` is not called."""
        if self.ended:
            return
        self.ended = True
        if self._waiting is not None:
            self._waiting.when_done(None)
        self._steps.close()

    def _wake(self) -> None:
        self._ready.append(self)
