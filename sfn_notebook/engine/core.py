"""The embedded Step Functions: `Engine` runs executions and takes the answers of those they wait for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from sfn_notebook.engine.records import Execution, Limits, MachineRecord, Runner
from sfn_notebook.integrations import Resource


class ActivityTask:
    """What GetActivityTask hands to a worker.

    Attributes:
        token: The task token to answer with.
        input: The task's input as JSON text.
    """

    token: str
    input: str


class Activities:
    """The queues of activity tasks."""

    def take(self, activity_arn: str, *, worker: str | None = None, timeout: float = 60.0) -> ActivityTask | None:
        """The oldest task nobody has taken yet, or None when none came within `timeout` real seconds."""
        raise NotImplementedError


class Engine:
    """An in-process Step Functions without its API.

    Args:
        clock: "real", or "instant": Wait, back-off and time-outs take no time, and while anything waits for an
            outside answer (a task token, an activity) time stands still until `advance`.
        seed: Makes every id, token and random number the same from one engine to the next.
        runner_for: The runner of a resource, or None when nothing can run it.
        limits: The quotas to hold executions to.
    """

    activities: Activities

    def __init__(
        self,
        *,
        clock: Literal["real", "instant"] = "real",
        seed: int | None = None,
        region: str = "us-east-1",
        account: str = "000000000000",
        runner_for: Callable[[Resource], Runner | None],
        limits: Limits | None = None,
    ) -> None:
        raise NotImplementedError

    def now(self) -> float:
        """The engine's time in epoch seconds."""
        raise NotImplementedError

    def new_id(self) -> str:
        """A fresh UUID from the engine's own random numbers."""
        raise NotImplementedError

    def start(self, machine: MachineRecord, execution: Execution) -> None:
        """Start an execution; returns at once. Sets `execution.started`."""
        raise NotImplementedError

    def stop(self, execution: Execution, error: str | None = None, cause: str | None = None) -> None:
        """Stop an execution: it ends as ABORTED; does nothing when it has ended."""
        raise NotImplementedError

    def succeed(self, token: str, output: str) -> None:
        """Answer a task token with its output, a JSON text.

        Raises:
            InvalidToken, TaskDoesNotExist, TaskTimedOut: the token cannot be answered.
            InvalidJson: `output` is not JSON (the token still waits).
        """
        raise NotImplementedError

    def fail(self, token: str, error: str | None = None, cause: str | None = None) -> None:
        """Answer a task token with a failure. Raises as `succeed` does."""
        raise NotImplementedError

    def heartbeat(self, token: str) -> None:
        """Start the heartbeat time of a task token anew. Raises as `succeed` does."""
        raise NotImplementedError

    def wait_for_events(self, execution: Execution, after: int, timeout: float) -> bool:
        """Wait until the history is longer than `after` or the execution has ended; False when neither came.

        Args:
            timeout: Real seconds.
        """
        raise NotImplementedError

    def wait_for_end(self, execution: Execution, timeout: float) -> bool:
        """Wait until the execution has ended; False when it still runs after `timeout` real seconds."""
        raise NotImplementedError

    def advance(self, seconds: float) -> None:
        """Let time pass: everything due in it happens, in order, before this returns.

        Raises:
            NotAvailable: the engine runs on the real clock.
        """
        raise NotImplementedError

    def close(self) -> None:
        """Drop everything that runs and end every thread of the engine. May be called twice."""
        raise NotImplementedError
