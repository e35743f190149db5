"""What an execution may ask of the world around it: time and turns, tokens, activities, runner calls, other executions.

The interpreter reaches everything that is not its own data through these, and through nothing else. So the same
interpreter runs on the engine's own parts, or on ones that write down what comes in (see `journal`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from random import Random
from typing import Any, Protocol

from sfn_notebook.engine.activities import ActivityTask
from sfn_notebook.engine.calls import Call
from sfn_notebook.engine.map_runs import MapRun
from sfn_notebook.engine.records import Execution
from sfn_notebook.engine.storage import Storage
from sfn_notebook.engine.strands import Cancellable, OnEnd, Signal, Steps, Strand
from sfn_notebook.engine.tokens import Callback


class Turns(Protocol):
    """Branches and timers; `scheduler.Scheduler` is it.

    Attributes:
        outside: How many waits there are for somebody's answer.
    """

    outside: int

    def spawn(self, steps: Steps, on_end: OnEnd) -> Strand:
        """Start a strand; `on_end(value, error)` is called when it ends by itself."""
        ...

    def call_at(self, at: float, action: Callable[[], None]) -> Cancellable:
        """Call `action` when it is `at` (epoch seconds)."""
        ...

    def sleep(self, seconds: float) -> Steps:
        """Steps that take so many seconds."""
        ...

    def door(self, act: Callable[..., object]) -> Callable[..., object]:
        """What calls `act`, to be called from outside of the execution's own steps with JSON values."""
        ...


class TokenDesk(Protocol):
    """Task tokens; `tokens.Tokens` is it."""

    def issue(self, callback: Callback, random: Random) -> str:
        """A new token, made of `random`, for something that waits."""
        ...

    def close(self, token: str) -> None:
        """No answer is taken any more."""
        ...


class ActivityQueues(Protocol):
    """Activities; `activities.Activities` is it."""

    def exists(self, activity_arn: str) -> bool:
        """Whether there is an activity of that ARN."""
        ...

    def schedule(self, activity_arn: str, task: ActivityTask) -> None:
        """Put a task at the end of an activity's queue."""
        ...

    def withdraw(self, activity_arn: str, task: ActivityTask) -> None:
        """Take a task back that nobody waits for any more."""
        ...


class RunnerCalls(Protocol):
    """Calls that block; `calls.Calls` is it."""

    def start(self, queue: deque[Call], job: Callable[[], Any], into: Signal) -> None:
        """Run `job` on a worker thread; its result or TaskFailure goes to `into`."""
        ...


class OtherExecutions(Protocol):
    """Executions that this one waits for; `children.Children` is it."""

    def watch(self, arn: str, answer: Signal) -> Execution:
        """Have `answer` succeed when that execution ends; it."""
        ...

    def stop(self, execution: Execution) -> object:
        """Stop it."""
        ...


class MapRunDesk(Protocol):
    """Map Runs; `map_runs.MapRuns` is it.

    Attributes:
        storage: Where datasets lie and results go.
    """

    storage: Storage

    @property
    def closing(self) -> bool:
        """Whether the engine is being closed: what runs is dropped where it stands."""
        ...

    def opened(self, map_run: MapRun) -> None:
        """A Map Run has started."""
        ...

    def find(self, arn: str) -> MapRun | None:
        """The Map Run of an ARN, or None."""
        ...

    def began(self, child: Execution, run: Any) -> None:
        """A child starts, and what runs it."""
        ...

    def ended(self, child: Execution) -> None:
        """A child has ended."""
        ...
