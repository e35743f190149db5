"""Runner calls: what happens off the scheduler's thread, and the order in which it comes back."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from sfn_notebook.engine.records import TaskFailure
from sfn_notebook.engine.scheduler import Scheduler
from sfn_notebook.engine.strands import Signal
from sfn_notebook.engine.workers import Workers

log = logging.getLogger(__name__)


class Call:
    """One runner call in flight."""

    __slots__ = ("error", "finished", "into", "value")

    def __init__(self, into: Signal) -> None:
        self.into = into
        self.finished = False
        self.value: Any = None
        self.error: TaskFailure | None = None

    def deliver(self) -> None:
        """Hand the result to the branch that waits, if it still does."""
        if self.error is None:
            self.into.succeed(self.value)
        else:
            self.into.fail(self.error)


class Calls:
    """Runs calls on worker threads and brings their results to the scheduler's thread.

    On the real clock a result comes when it is there. On an instant clock the results of one execution come back
    in the order of the calls, each when everything before it has had its effect, so that the same input makes the
    same history whichever thread is quicker. A call that takes long does not hold the others for ever: see
    `Scheduler`.
    """

    def __init__(self, scheduler: Scheduler, workers: Workers) -> None:
        self._scheduler = scheduler
        self._workers = workers
        self._holding: dict[int, deque[Call]] = {}  # the queues that hold finished calls
        self._since: float | None = None
        scheduler.inbox = self

    def start(self, queue: deque[Call], job: Callable[[], Any], into: Signal) -> None:
        """Run `job` on a worker thread; its result or TaskFailure goes to `into`.

        Args:
            queue: The calls of the same execution in flight; kept here.
            job: What to do.
            into: Where its result goes.
        """
        call = Call(into)
        queue.append(call)
        self._scheduler.in_flight += 1

        def work() -> None:
            self._scheduler.calling.inside = True
            value, error = _outcome(job)
            with self._scheduler.lock:
                call.value, call.error, call.finished = value, error, True
                self._scheduler.in_flight -= 1
                self._finished(queue, call)
                self._scheduler.stir()

        self._workers.submit(work)

    def _finished(self, queue: deque[Call], call: Call) -> None:
        if not self._scheduler.clock.instant:
            queue.remove(call)
            call.deliver()
            return
        self._holding[id(queue)] = queue
        if self._since is None:
            self._since = time.monotonic()

    def held_since(self) -> float | None:
        """Since when (`time.monotonic`) a finished call is kept back, None when none is."""
        return self._since

    def deliver(self, *, late: bool) -> bool:
        """Deliver the next result. False when there is none whose turn it is.

        Args:
            late: Do not wait for its turn.
        """
        for key, queue in self._holding.items():
            call = next((call for call in queue if call.finished), None) if late else queue[0]
            if call is not None and call.finished:
                queue.remove(call)
                if not any(other.finished for other in queue):
                    del self._holding[key]
                self._since = time.monotonic() if self._holding else None
                call.deliver()
                return True
        return False


def _outcome(job: Callable[[], Any]) -> tuple[Any, TaskFailure | None]:
    try:
        return job(), None
    except TaskFailure as failure:
        return None, failure
    except BaseException as error:  # a worker thread must survive whatever a runner does, sys.exit() too
        log.exception("a task runner failed with an error of its own")
        return None, TaskFailure(type(error).__name__, str(error))
