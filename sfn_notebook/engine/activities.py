"""Activities: queues of tasks that workers outside take and answer."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from sfn_notebook.engine.scheduler import Scheduler

LOOK_SECONDS: Final = 1.0  # how long it may go unnoticed that a worker is gone


@dataclass(slots=True, eq=False)
class ActivityTask:
    """What GetActivityTask hands to a worker.

    Attributes:
        token: The task token to answer with.
        input: The task's input as JSON text.
        taken: Called with the worker's name when a worker takes it.
    """

    token: str = field(repr=False)
    input: str
    taken: Callable[[str | None], None] = field(repr=False)


class Activities:
    """The queue of every activity.

    Args:
        exists: Whether there is an activity of that ARN.
    """

    def __init__(self, scheduler: Scheduler, exists: Callable[[str], bool]) -> None:
        self.exists = exists
        self._scheduler = scheduler
        self._queues: dict[str, deque[ActivityTask]] = {}
        self._pollers: Counter[str] = Counter()
        self._dismissed: Counter[tuple[str, str | None]] = Counter()

    def schedule(self, activity_arn: str, task: ActivityTask) -> None:
        """Put a task at the end of an activity's queue. Under the lock."""
        self._queues.setdefault(activity_arn, deque()).append(task)

    def withdraw(self, activity_arn: str, task: ActivityTask) -> None:
        """Take a task back that nobody waits for any more. Under the lock."""
        queue = self._queues.get(activity_arn, ())
        if task in queue:
            self._queues[activity_arn].remove(task)

    def pollers(self, activity_arn: str) -> int:
        """How many workers wait for a task of an activity. Under the lock."""
        return self._pollers[activity_arn]

    def dismiss(self, activity_arn: str, worker: str) -> None:
        """Have those of this name who wait for a task wait no more; they get none."""
        with self._scheduler.lock:
            self._dismissed[activity_arn, worker] += 1
            self._scheduler.stir()

    def take(
        self,
        activity_arn: str,
        *,
        worker: str | None = None,
        timeout: float = 60.0,
        gone: Callable[[], bool] = lambda: False,
    ) -> ActivityTask | None:
        """The oldest task nobody has taken yet, or None when none came.

        Args:
            activity_arn: The activity.
            worker: The worker's name, for the history.
            timeout: Real seconds to wait for one.
            gone: Whether the worker waits no longer; it gets no task then.
        """
        end = time.monotonic() + timeout
        with self._scheduler.lock:
            queue = self._queues.setdefault(activity_arn, deque())
            who = activity_arn, worker
            dismissed = self._dismissed[who]

            def over() -> bool:
                return bool(queue) or self._dismissed[who] != dismissed

            self._pollers[activity_arn] += 1
            try:
                while not self._scheduler.wait(over, min(LOOK_SECONDS, end - time.monotonic())):
                    if gone() or self._scheduler.closed or time.monotonic() >= end:
                        return None
                if gone() or self._dismissed[who] != dismissed:
                    return None
            finally:
                self._pollers[activity_arn] -= 1
            task = queue.popleft()
            task.taken(worker)
            self._scheduler.stir()
            return task
