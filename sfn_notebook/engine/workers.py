"""The threads on which task runners block.

Not `concurrent.futures`: its threads keep the interpreter from ending while a runner hangs, and a notebook
function that never returns must not do that.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from queue import SimpleQueue


class Workers:
    """Daemon threads, made when work comes and none is free.

    Args:
        limit: The most threads; more work waits for a free one.
        name: What the threads are called, for those who look at a stack dump.
    """

    def __init__(self, *, limit: int = 256, name: str = "sfn-runner") -> None:
        self._limit = limit
        self._name = name
        self._jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._free = threading.Semaphore(0)
        self._threads: list[threading.Thread] = []
        self._closed = False

    def submit(self, job: Callable[[], None]) -> None:
        """Run a job on a worker thread. A job must not raise; after `close` it is dropped."""
        if self._closed:
            return
        self._jobs.put(job)
        if not self._free.acquire(blocking=False) and len(self._threads) < self._limit:
            thread = threading.Thread(target=self._work, name=f"{self._name}-{len(self._threads)}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def close(self, grace: float = 5.0) -> bool:
        """End the threads; a job that is running may finish for `grace` seconds. False when one still runs."""
        self._closed = True
        for _ in self._threads:
            self._jobs.put(None)
        deadline = time.monotonic() + grace
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(max(0.0, deadline - time.monotonic()))
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        return not self._threads

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            if not self._closed:
                job()
            self._free.release()
