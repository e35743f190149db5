"""What a history folds into: visits of states, their attempts, and the tasks that wait for an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sfn_notebook.history.data import parsed

# a state is over with these
ENDED: Final = frozenset({"SUCCEEDED", "CAUGHT", "FAILED", "TIMED_OUT", "ABORTED"})


@dataclass(eq=False, slots=True)
class Scope:
    """Where states run: the machine itself, one iteration of a Map, or a branch of a Parallel.

    Attributes:
        container: The visit of the Map or Parallel around it; None for the machine itself.
        index: Which iteration or branch; None for the machine itself, and where it cannot be told.
        path: Names of the containers with indexes, outermost first; the same for an iteration that runs again.
        round: The event that entered the outermost container, 0 for the machine itself.
    """

    container: Visit | None
    index: int | None
    path: tuple[tuple[str, int | None], ...]
    round: int = 0

    @classmethod
    def of(cls, container: Visit, index: int | None = None) -> Scope:
        """The scope of an iteration or a branch of a container."""
        around = container.scope
        return cls(container, index, (*around.path, (container.state, index)), around.round or container.entered_id)

    def inside(self, index: int) -> Scope:
        """The scope of another iteration or branch of the same container."""
        return self if self.container is None else Scope.of(self.container, index)

    @property
    def map_index(self) -> tuple[int, ...]:
        """The indexes of the Map iterations around, outermost first."""
        if self.container is None:
            return ()
        around = self.container.scope.map_index
        return (*around, self.index) if self.container.type == "Map" and self.index is not None else around


@dataclass(eq=False, slots=True)
class Attempt:
    """One try of a Task.

    Attributes:
        scheduled_id: The event that scheduled it.
        scheduled_at: When, epoch seconds.
        status: RUNNING, WAITING, SUCCEEDED, FAILED, TIMED_OUT or ABORTED.
        ended_at: When it ended, or None.
        error: The error name of a failed one, or None.
        cause: Its cause, or None.
        raw_result: What came back, as it stands in the history; `result` reads it.
    """

    scheduled_id: int
    scheduled_at: float | None
    status: str = "RUNNING"
    ended_at: float | None = None
    error: str | None = None
    cause: str | None = None
    raw_result: Any = field(default=None, repr=False)

    @property
    def result(self) -> Any:
        """What came back of it (parsed JSON), before ResultSelector and Output; None while nothing has."""
        return parsed(self.raw_result)


@dataclass(eq=False, slots=True)
class Visit:
    """One passage of an execution through a state.

    Attributes:
        state: The state's name.
        type: Its type: "Task", "Map", …
        scope: Where it ran.
        status: RUNNING, WAITING, RETRYING, SUCCEEDED, CAUGHT, FAILED, TIMED_OUT or ABORTED.
        entered_id: The event that entered it.
        entered_at: When, epoch seconds; None when the history says no time.
        exited_id: The event that left it, or None.
        exited_at: When it ended, or None.
        error: The error it met (caught or not), or None.
        cause: Its cause, or None.
        attempts: The tries of a Task, retries included.
        length: How many items a Map has, or None.
        started_id: The event that began the last attempt of a Map or Parallel, or 0.
        map_run_arn: The Map Run of a distributed Map, or None.
        tries_before: How many attempts there were before the last redrive: its retries are counted anew.
        raw_input: Its input as it stands in the history; `input` reads it.
        raw_output: Its output likewise.
        raw_assigned: The variables it assigned likewise.
    """

    state: str
    type: str
    scope: Scope
    entered_id: int
    entered_at: float | None
    raw_input: Any = field(default=None, repr=False)
    status: str = "RUNNING"
    exited_id: int | None = None
    exited_at: float | None = None
    raw_output: Any = field(default=None, repr=False)
    raw_assigned: Mapping[str, Any] = field(default_factory=dict, repr=False)
    error: str | None = None
    cause: str | None = None
    attempts: list[Attempt] = field(default_factory=list)
    length: int | None = None
    started_id: int = 0
    map_run_arn: str | None = field(default=None, repr=False)
    tries_before: int = 0

    # a history may hold gigabytes of data, and hardly any of it is ever looked at: it is parsed when it is

    @property
    def input(self) -> Any:
        """Its input (parsed JSON)."""
        return parsed(self.raw_input)

    @property
    def output(self) -> Any:
        """Its output, once it was left."""
        return parsed(self.raw_output)

    @property
    def assigned(self) -> dict[str, Any]:
        """The variables it assigned."""
        return {name: parsed(value) for name, value in self.raw_assigned.items()}

    @property
    def map_index(self) -> tuple[int, ...]:
        """The indexes of the Map iterations it ran in, outermost first."""
        return self.scope.map_index

    @property
    def duration(self) -> float | None:
        """How many seconds it took, or None while it runs."""
        if self.entered_at is None or self.exited_at is None:
            return None
        return self.exited_at - self.entered_at

    def __repr__(self) -> str:
        where = "".join(f"[{index}]" for index in self.map_index)
        return f"<Visit {self.state}{where}: {self.status}>"


@dataclass(eq=False, slots=True)
class Pending:
    """A task that waits for somebody to answer its token.

    Attributes:
        state: The state's name.
        token: The task token; None when the history does not show it. Never in the repr.
        scheduled_id: The TaskScheduled event, by which it is known without its token.
        scheduled_at: When, epoch seconds.
        timeout_seconds: How long it may take, or None when nobody said.
        heartbeat_seconds: How long it may go without a heartbeat, or None.
        resource: What was called: "lambda:invoke", "sqs:sendMessage", …
        parameters: What it was called with (parsed; it holds the token).
        map_index: The indexes of the Map iterations it runs in.
        attempt: Which try, from 1.
        activity: The ARN of the activity whose worker is to take it, or None when it waits for its token.
    """

    state: str
    token: str | None = field(repr=False)
    scheduled_id: int
    scheduled_at: float | None
    timeout_seconds: int | None
    heartbeat_seconds: int | None
    resource: str
    parameters: Any = field(repr=False)
    map_index: tuple[int, ...]
    attempt: int
    activity: str | None = None
