"""The discrete-event scheduler: one thread that runs every branch of every execution in turns.

A branch is a generator. It yields a `Signal` and is resumed when that has a value or an error, or it yields None
to let the others run first. Whatever takes time is a signal: a timer, a runner's result, a task token's answer,
the end of children. A branch that waits costs no thread.

Everything here happens under `Scheduler.lock`; other threads take it to read or change records.
"""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Final, Protocol

from sfn_notebook.engine.clock import Clock
from sfn_notebook.engine.locks import FairLock
from sfn_notebook.engine.strands import OnEnd, Sleeper, Steps, Strand

SLICE: Final = 0.002  # seconds of running strands between two chances for other threads

PATIENCE: Final = 1.0  # real seconds a result is kept back for the sake of the order

log = logging.getLogger(__name__)


class Inbox(Protocol):
    """Results that come from other threads."""

    def held_since(self) -> float | None:
        """Since when (`time.monotonic`) one is kept back, None when none is."""
        ...

    def deliver(self, *, late: bool) -> bool:
        """Deliver the next one, `late` even when it is not its turn. False when there is none."""
        ...


class Timer:
    """A call at a time; see `Scheduler.call_at`."""

    __slots__ = ("action", "at", "scheduler")

    def __init__(self, at: float, action: Callable[[], None], scheduler: Scheduler) -> None:
        self.at = at
        self.action: Callable[[], None] | None = action
        self.scheduler = scheduler

    def cancel(self) -> None:
        """Forget it."""
        if self.action is not None:
            self.action = None
            self.scheduler.timer_cancelled()


class Scheduler(Sleeper):
    """Runs strands and timers on one daemon thread, made at the first use.

    Args:
        clock: Where time comes from. With an instant clock time jumps to the next timer when nothing can run and
            no runner call is in flight, except while `outside` is not zero: then it stands still until `advance`.

    Attributes:
        lock: The one lock; strands run under it.
        ready: The strands that can take a turn, in order.
        outside: How many waits there are for somebody's answer.
        in_flight: How many runner calls there are.
        calling: Its `inside` tells a thread on which a runner call runs.
        on_rest: Called when there is nothing to do but wait, before the wait.
        inbox: Results that wait for their turn; delivered one by one when nothing can run, or after `PATIENCE`.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.now = clock.now
        self.lock = FairLock()
        self.ready: deque[Strand] = deque()
        self.outside = 0
        self.in_flight = 0
        self.calling = threading.local()
        self.on_rest: Callable[[], object] | None = None
        self.inbox: Inbox | None = None
        self.closed = False
        self._changed = threading.Condition(self.lock)  # type: ignore[arg-type]  # a lock by its methods
        self._wake = threading.Condition(self.lock)  # type: ignore[arg-type]  # a lock by its methods
        self._timers: list[tuple[float, int, Timer]] = []
        self._cancelled = 0
        self._order = itertools.count()
        self._horizon = float("-inf")
        self._impatient = False
        self._quiet = True
        self._watchers = 0  # threads in `wait`
        self._thread: threading.Thread | None = None

    # -- for strands and for those who hold the lock

    def spawn(self, steps: Steps, on_end: OnEnd) -> Strand:
        """Start a strand; `on_end(value, error)` is called when it ends by itself."""
        return self.launch(Strand(steps, on_end, self.ready))

    def launch(self, strand: Strand) -> Strand:
        """Let a strand take its first turn; it."""
        self.ready.append(strand)
        self.stir()
        return strand

    def call_at(self, at: float, action: Callable[[], None]) -> Timer:
        """Call `action` on the scheduler's thread when it is `at` (epoch seconds)."""
        timer = Timer(at, action, self)
        heapq.heappush(self._timers, (at, next(self._order), timer))
        return timer

    def door(self, act: Callable[..., object]) -> Callable[..., object]:
        """What calls `act`: itself, as nothing is written down here."""
        return act

    def timer_cancelled(self) -> None:
        """Keep cancelled timers from filling the heap."""
        self._cancelled += 1
        if self._cancelled > 64 and self._cancelled * 2 > len(self._timers):
            self._timers = [entry for entry in self._timers if entry[2].action is not None]
            heapq.heapify(self._timers)
            self._cancelled = 0

    # -- for other threads

    def stir(self) -> None:
        """Something changed from outside: have the thread look."""
        self._quiet = False
        if self._thread is None and not self.closed:
            self._thread = threading.Thread(target=self._work, name="sfn-engine", daemon=True)
            self._thread.start()
        elif self._thread is not threading.current_thread():
            self._wake.notify_all()

    def wait(self, condition: Callable[[], bool], timeout: float | None) -> bool:
        """Wait (real seconds) until the condition holds; it is looked at whenever something may have changed."""
        deadline = None if timeout is None else time.monotonic() + timeout
        with self.lock:
            self._watchers += 1
            try:
                while not (holds := condition()) and not self.closed:
                    remaining = None if deadline is None else deadline - time.monotonic()
                    if remaining is not None and remaining <= 0:
                        break
                    self._changed.wait(remaining)
            finally:
                self._watchers -= 1
            return holds

    def advance(self, seconds: float, *, patience: float = 30.0) -> None:
        """Let so much time pass on an instant clock; what is due happens, in order, before this returns.

        Args:
            seconds: How much.
            patience: Real seconds to wait for runner calls in flight; after that time passes over them.
        """
        with self.lock:
            self._impatient = False
            self.stir()
            self._impatient = not self.wait(lambda: self._quiet, patience)
            self._horizon = self.clock.now() + seconds
            self.stir()
            self.wait(lambda: self._quiet and self.clock.now() >= self._horizon, patience)
            self._impatient = False

    def close(self) -> None:
        """End the thread."""
        with self.lock:
            self.closed = True
            self.ready.clear()
            self._timers.clear()
            self._wake.notify_all()
            self._changed.notify_all()
            thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join()

    # -- the thread

    def _work(self) -> None:
        with self.lock:
            while not self.closed:
                if self.ready:
                    self._run_slice()
                elif not self._deliver(late=False) and not self._fire_next():
                    self._quiet = self.in_flight == 0 or self._impatient
                    self._changed.notify_all()
                    self._rest()

    def _rest(self) -> None:
        if self.on_rest is not None:
            self._guarded(self.on_rest)
        since = None if self.inbox is None else self.inbox.held_since()
        if since is None:
            self._wake.wait(self._until_next())
        elif not self._wake.wait(max(0.0, since + PATIENCE - time.monotonic())):
            self._deliver(late=True)

    def _deliver(self, *, late: bool) -> bool:
        return self.inbox is not None and self.inbox.deliver(late=late)

    def _run_slice(self) -> None:
        ready, until = self.ready, time.monotonic() + SLICE
        while ready and time.monotonic() < until:
            self._guarded(ready.popleft().step)
        since = None if self.inbox is None else self.inbox.held_since()
        if since is not None and time.monotonic() - since > PATIENCE:
            self._deliver(late=True)
        self._changed.notify_all()
        self.lock.give_way(self._watchers)

    def _fire_next(self) -> bool:
        """Fire the next timer if it is due, or let time jump. False when there is nothing to do but wait."""
        timers = self._timers
        while timers and timers[0][2].action is None:
            heapq.heappop(timers)
            self._cancelled -= 1
        if not self._due():
            return False
        if self.clock.instant and (not timers or (self.outside and timers[0][0] > self._horizon)):
            self.clock.move(self._horizon)
            return True
        at, _, timer = heapq.heappop(timers)
        self.clock.move(at)
        action, timer.action = timer.action, None
        if action is not None:
            self._guarded(action)
        return True

    @staticmethod
    def _guarded(action: Callable[[], object]) -> None:
        try:
            action()
        except Exception:  # a bug, and not one to end every execution of the session
            log.exception("the engine's scheduler failed")

    def _due(self) -> bool:
        now = self.clock.now()
        first = self._timers[0][0] if self._timers else None
        if not self.clock.instant:
            return first is not None and first <= now
        if self.in_flight and not self._impatient:
            return False
        return now < self._horizon or (first is not None and (not self.outside or first <= self._horizon))

    def _until_next(self) -> float | None:
        if self.clock.instant or not self._timers:
            return None
        # a wall clock can be set, so look again now and then
        return min(max(0.0, self._timers[0][0] - self.clock.now()), 60.0)
