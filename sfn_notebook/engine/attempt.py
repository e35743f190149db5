"""One try of a task: its token, its time-outs, its events."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sfn_notebook.engine.dataflow import Template
from sfn_notebook.engine.failures import HEARTBEAT, RUNTIME, TIMEOUT, StateFailure, too_large
from sfn_notebook.engine.families import Family
from sfn_notebook.engine.flow import Flow
from sfn_notebook.engine.recorder import NOT_TRUNCATED
from sfn_notebook.engine.records import TaskFailure
from sfn_notebook.engine.strands import Cancellable, Signal
from sfn_notebook.engine.tokens import Callback
from sfn_notebook.engine.visit import Visit
from sfn_notebook.integrations import Resource

Seconds = Callable[[Visit, Any], float | None]


class HeartbeatMissed(TaskFailure):
    """No heartbeat came in time; recorded as a time-out, matched under its own name too."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A Task state, compiled.

    Attributes:
        base: What stands in the details of each of its events.
        label: What AWS calls it when its result is too long.
    """

    flow: Flow
    resource: Resource
    family: Family
    base: Mapping[str, str]
    label: str
    timeout: Seconds
    heartbeat: Seconds
    credentials: Template | None


class Attempt:
    """One try of a task: what it waits for and the time it has.

    Attributes:
        submitted: The runner's result.
        answered: The answer to its token: value and JSON text.
        token: Its token, or None.
        timeout: Its time-out in seconds, or None.
    """

    __slots__ = ("_beat", "_deadline", "_heartbeat", "answered", "plan", "submitted", "timeout", "token", "visit")

    def __init__(self, visit: Visit, plan: Plan, *, token: bool) -> None:
        self.visit = visit
        self.plan = plan
        self.submitted = Signal()
        self.answered = Signal()
        self._deadline: Cancellable | None = None
        self._beat: Cancellable | None = None
        self._heartbeat: float | None = None
        self.timeout: float | None = None
        self.token = self._issue() if token else None

    def _issue(self) -> str:
        run = self.visit.run
        return run.tokens.issue(Callback(self.answered, self.beat), run.random)

    def schedule(self, details: dict[str, Any], data: Any) -> None:
        """Record that it is scheduled; from now on its time runs."""
        self._heartbeat = self.plan.heartbeat(self.visit, data)
        self.timeout = timeout = self.plan.timeout(self.visit, data)
        if timeout is not None:
            details["timeoutInSeconds"] = int(timeout)
        if self._heartbeat is not None and self.plan.resource.kind != "lambda":
            details["heartbeatInSeconds"] = int(self._heartbeat)
        self.visit.branch.trail.record(self.plan.family.scheduled, details)
        if timeout is not None:
            self._deadline = self._after(timeout, TaskFailure(TIMEOUT, kind="timed_out"))

    def start(self, details: Mapping[str, Any] | None) -> None:
        """Record that it has started; from now on heartbeats are expected."""
        self.visit.branch.trail.record(self.plan.family.started, details)
        if self.token is not None:
            self.beat()

    def beat(self) -> None:
        """Start the heartbeat time anew."""
        if self._heartbeat is not None:
            if self._beat is not None:
                self._beat.cancel()
            self._beat = self._after(self._heartbeat, HeartbeatMissed(TIMEOUT, kind="timed_out"))

    def _after(self, seconds: float, failure: TaskFailure) -> Cancellable:
        def expire() -> None:
            if self.token is not None:
                self.visit.run.tokens.close(self.token)
            self.answered.fail(failure)
            self.submitted.fail(failure)

        run = self.visit.run
        return run.scheduler.call_at(run.now() + seconds, expire)

    def close(self) -> None:
        """It is over: no time runs, no answer is taken."""
        for timer in (self._deadline, self._beat):
            if timer is not None:
                timer.cancel()
        if self.token is not None:
            self.visit.run.tokens.close(self.token)

    def succeed(self, value: Any, text: str) -> None:
        """Record its success.

        Raises:
            TaskFailure: the result is too long.
        """
        if self.visit.run.too_long(text):
            limit = too_large(self.plan.label, terminal=False)
            raise TaskFailure(limit.error, limit.cause)
        details = {**self.plan.base, "output": text, "outputDetails": NOT_TRUNCATED}
        self.visit.branch.trail.record(self.plan.family.succeeded, details)

    def fail(self, failure: TaskFailure) -> StateFailure:
        """Record its failure; what the state fails with."""
        cause = failure.cause
        if cause is not None:
            cause = cause[: self.visit.run.limits.cause_chars]
        also = HEARTBEAT if isinstance(failure, HeartbeatMissed) else None
        made = StateFailure(failure.error, cause, terminal=failure.error == RUNTIME, also=also)
        self.visit.branch.trail.record(self.plan.family.failed[failure.kind], {**self.plan.base, **made.details()})
        return made
