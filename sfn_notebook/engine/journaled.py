"""The world around an execution with its journal in between: see `outside` for what each class stands for."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from random import Random
from typing import Any

from sfn_notebook import _json
from sfn_notebook.engine.activities import Activities, ActivityTask
from sfn_notebook.engine.calls import Call, Calls
from sfn_notebook.engine.children import Children
from sfn_notebook.engine.failures import RUNTIME
from sfn_notebook.engine.journal import Door, Journal, Link, Undo
from sfn_notebook.engine.map_runs import MapRun, MapRuns
from sfn_notebook.engine.records import Execution, TaskFailure
from sfn_notebook.engine.run import Parts, Run
from sfn_notebook.engine.scheduler import Scheduler
from sfn_notebook.engine.strands import Cancellable, OnEnd, Signal, Sleeper, Steps, Strand
from sfn_notebook.engine.tokens import Callback, Tokens, new_token


@dataclass(frozen=True, slots=True)
class Journaling:
    """What the journals of an engine stand before.

    Attributes:
        flush: Writes what has not been written; a call is only made when everything before it has been.
    """

    scheduler: Scheduler
    tokens: Tokens
    activities: Activities
    calls: Calls
    children: Children
    map_runs: MapRuns
    flush: Callable[[], object]

    def parts(self, parts: Parts, journal: Journal) -> Parts:
        """An engine's parts, with a journal before them."""
        map_runs = JournaledMapRuns(self.map_runs)
        return replace(
            parts,
            clock=JournalClock(journal, instant=parts.clock.instant),
            scheduler=JournaledTurns(journal, self.scheduler),
            tokens=JournaledTokens(journal, self.tokens),
            activities=JournaledActivities(journal, self.activities),
            calls=JournaledCalls(journal, self.calls, self.flush),
            children=JournaledChildren(journal, self.children, map_runs.running),
            map_runs=map_runs,
        )


class Inlet(Signal):
    """The outer side of a signal: what settles it goes through a door.

    Args:
        door: Settles the signal; called with a value, and a failure's name, cause and kind or None.
    """

    __slots__ = ("_door",)

    def __init__(self, door: Door) -> None:
        super().__init__()
        self._door = door

    def succeed(self, value: Any = None) -> None:
        """It has come, with this value."""
        try:
            plain = _json.loads(_json.dumps(value))  # what a replay will see
        except (TypeError, ValueError) as error:
            self.fail(TaskFailure(RUNTIME, f"The task's result is not a JSON value: {error}"))
        else:
            self._door(plain, None)

    def fail(self, error: BaseException) -> None:
        """It has failed."""
        failure = error if isinstance(error, TaskFailure) else TaskFailure(type(error).__name__, str(error))
        self._door(None, [failure.error, failure.cause, failure.kind])


def _settle(signal: Signal, value: Any, failure: list[Any] | None) -> None:
    if failure is None:
        signal.succeed(value)
    else:
        signal.fail(TaskFailure(failure[0], failure[1], kind=failure[2]))


class JournaledStrand(Strand):
    """A strand whose turns are counted."""

    __slots__ = ("_journal",)

    def __init__(self, journal: Journal, steps: Steps, on_end: OnEnd, ready: deque[Strand]) -> None:
        super().__init__(steps, on_end, ready)
        self._journal = journal

    def step(self) -> None:
        """Take a turn."""
        if not self.ended:
            self._journal.turn()
            super().step()


class JournalClock:
    """The time of a journal."""

    def __init__(self, journal: Journal, *, instant: bool) -> None:
        self.instant = instant
        self.now = journal.now

    def move(self, to: float) -> None:
        """Nothing: the journal follows the engine's clock."""


class JournaledTurns(Sleeper):
    """Branches and timers."""

    def __init__(self, journal: Journal, real: Scheduler) -> None:
        self._journal = journal
        self._real = real
        self.now = journal.now

    @property
    def outside(self) -> int:
        """How many waits there are for somebody's answer, in the whole engine."""
        return self._real.outside

    @outside.setter
    def outside(self, count: int) -> None:
        self._real.outside = count

    def spawn(self, steps: Steps, on_end: OnEnd) -> Strand:
        """Start a strand."""
        return self._real.launch(JournaledStrand(self._journal, steps, on_end, self._real.ready))

    def door(self, act: Callable[..., object]) -> Callable[..., object]:
        """What calls `act`, and has it written down first."""
        return self._journal.door(act)

    def call_at(self, at: float, action: Callable[[], None]) -> Cancellable:
        """Call `action` when it is `at`."""
        return self._journal.once(action, lambda door: self._real.call_at(at, door).cancel)


class JournaledTokens:
    """Task tokens."""

    def __init__(self, journal: Journal, real: Tokens) -> None:
        self._journal = journal
        self._real = real
        self._links: dict[str, Link] = {}

    def issue(self, callback: Callback, random: Random) -> str:
        """A new token for something that waits."""
        token = new_token(random)
        beat = self._journal.door(callback.beat)

        def tie(door: Door) -> Undo:
            self._real.open(token, Callback(_TokenInlet(door), beat))
            return partial(self._real.close, token)

        def answered(text: str, failure: list[Any] | None) -> None:
            value = None if failure else (_json.loads(text), text)
            _settle(callback.answer, value, failure)

        self._links[token] = self._journal.once(answered, tie)
        return token

    def close(self, token: str) -> None:
        """No answer is taken any more."""
        link = self._links.pop(token, None)
        if link is not None:
            link.cancel()


class _TokenInlet(Inlet):
    """The answer to a token: a value with its text, of which the text is enough."""

    __slots__ = ()

    def succeed(self, value: Any = None) -> None:
        self._door(value[1], None)


class JournaledActivities:
    """Activities."""

    def __init__(self, journal: Journal, real: Activities) -> None:
        self._journal = journal
        self._real = real
        self._links: dict[ActivityTask, Link] = {}

    def exists(self, activity_arn: str) -> bool:
        """Whether there is an activity of that ARN."""
        return bool(self._journal.look_up(lambda: self._real.exists(activity_arn)))

    def schedule(self, activity_arn: str, task: ActivityTask) -> None:
        """Put a task at the end of an activity's queue."""

        def tie(door: Door) -> Undo:
            queued = ActivityTask(task.token, task.input, door)
            self._real.schedule(activity_arn, queued)
            return lambda: self._real.withdraw(activity_arn, queued)

        self._links[task] = self._journal.once(task.taken, tie)

    def withdraw(self, activity_arn: str, task: ActivityTask) -> None:
        """Take a task back that nobody waits for any more."""
        link = self._links.pop(task, None)
        if link is not None:
            link.cancel()


class JournaledCalls:
    """Runner calls. One that was in flight when the process ended is made again."""

    def __init__(self, journal: Journal, real: Calls, flush: Callable[[], object]) -> None:
        self._journal = journal
        self._real = real
        self._flush = flush

    def start(self, queue: deque[Call], job: Callable[[], Any], into: Signal) -> None:
        """Run `job` on a worker thread; its result or TaskFailure goes to `into`."""

        def flushed() -> Any:
            self._flush()
            return job()

        def tie(door: Door) -> Undo:
            self._real.start(queue, flushed, Inlet(door))
            return lambda: None  # its result finds nobody

        self._journal.once(partial(_settle, into), tie)


class JournaledChildren:
    """Executions that this one waits for.

    Args:
        journal: The journal.
        real: The engine's.
        own: The children of this one's Map Runs, which are part of the replay, and what runs them.
    """

    def __init__(self, journal: Journal, real: Children, own: Mapping[Execution, Run]) -> None:
        self._journal = journal
        self._real = real
        self._own = own

    def watch(self, arn: str, answer: Signal) -> Execution:
        """Have `answer` succeed when that execution ends; it.

        Raises:
            TaskFailure: there is none.
        """
        running = self._journal.look_up(lambda: self._real.running(arn))
        child = self._real.find(arn)
        if not running:
            answer.succeed()
            return child

        def tie(door: Door) -> Undo:
            self._real.watch(arn, Inlet(door))
            return lambda: None

        self._journal.once(partial(_settle, answer), tie)
        return child

    def stop(self, execution: Execution) -> None:
        """Stop it; in a replay it was."""
        if (run := self._own.get(execution)) is not None:
            run.stop(None, None)
        elif not self._journal.replaying:
            self._real.stop(execution)


class JournaledMapRuns:
    """The Map Runs of one execution; their children are interpreted with it.

    Attributes:
        running: The children that run, and what runs each.
    """

    def __init__(self, real: MapRuns) -> None:
        self._real = real
        self.storage = real.storage
        self.running: dict[Execution, Run] = {}

    @property
    def closing(self) -> bool:
        """Whether the engine is being closed."""
        return self._real.closing

    def opened(self, map_run: MapRun) -> None:
        """A Map Run has started."""
        self._real.opened(map_run)

    def find(self, arn: str) -> MapRun | None:
        """The Map Run of an ARN, or None."""
        return self._real.find(arn)

    def began(self, child: Execution, run: Run) -> None:
        """A child starts."""
        self.running[child] = run
        self._real.began(child, run)

    def ended(self, child: Execution) -> None:
        """A child has ended."""
        self.running.pop(child, None)
        self._real.ended(child)
