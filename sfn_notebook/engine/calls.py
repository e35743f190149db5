"""Runner calls: what happens off the scheduler's thread, and the order in which it comes back."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from typing import Any, Final

from sfn_notebook.engine.records import TaskFailure
from sfn_notebook.engine.scheduler import Scheduler
from sfn_notebook.engine.strands import Signal
from sfn_notebook.engine.workers import Workers

PATIENCE: Final = 1.0  # real seconds a result is kept back for the sake of the order

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

    On an instant clock the results of one execution come back in the order of the calls, so that the same input
    makes the same history whichever thread is quicker; a call that takes long holds the others for `PATIENCE`.
    """

    def __init__(self, scheduler: Scheduler, workers: Workers) -> None:
        self._scheduler = scheduler
        self._workers = workers
        self._held: dict[int, deque[Call]] = {}
        scheduler.when_idle(PATIENCE, self._deliver_held)

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
        while queue and queue[0].finished:
            queue.popleft().deliver()
        if any(other.finished for other in queue):
            self._held[id(queue)] = queue
        else:
            self._held.pop(id(queue), None)

    def _deliver_held(self) -> None:
        for queue in self._held.values():
            for call in [call for call in queue if call.finished]:
                queue.remove(call)
                call.deliver()
        self._held.clear()


def _outcome(job: Callable[[], Any]) -> tuple[Any, TaskFailure | None]:
    try:
        return job(), None
    except TaskFailure as failure:
        return None, failure
    except BaseException as error:  # a worker thread must survive whatever a runner does, sys.exit() too
        log.exception("a task runner failed with an error of its own")
        return None, TaskFailure(type(error).__name__, str(error))
