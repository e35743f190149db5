"""The embedded Step Functions: `Engine` runs executions and takes the answers of those they wait for."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from random import Random
from typing import Literal

from sfn_notebook import _json
from sfn_notebook.engine.activities import Activities
from sfn_notebook.engine.calls import Calls
from sfn_notebook.engine.children import Children
from sfn_notebook.engine.clock import SEEDED_START, Clock, InstantClock, RealClock
from sfn_notebook.engine.interpret import compile_machine
from sfn_notebook.engine.journal import Journal
from sfn_notebook.engine.journaled import Journaling
from sfn_notebook.engine.locks import FairLock
from sfn_notebook.engine.map_runs import MapRuns
from sfn_notebook.engine.probe import Probe
from sfn_notebook.engine.program import Program, Step
from sfn_notebook.engine.records import Execution, Limits, MachineRecord, Runner, TaskFailure
from sfn_notebook.engine.resume import Keeper, resume
from sfn_notebook.engine.run import Parts, Run, new_id
from sfn_notebook.engine.scheduler import Scheduler
from sfn_notebook.engine.storage import NoStorage, Storage
from sfn_notebook.engine.strands import Signal
from sfn_notebook.engine.tokens import Tokens
from sfn_notebook.engine.trial import Trials
from sfn_notebook.engine.workers import Workers
from sfn_notebook.errors import InvalidArgument, NotAvailable, SessionClosed
from sfn_notebook.integrations import Resource

log = logging.getLogger(__name__)


class Engine:
    """An in-process Step Functions without its API.

    Args:
        clock: "real", or "instant": Wait, back-off and time-outs take no time, and while anything waits for an
            outside answer (a task token, an activity) time stands still until `advance`.
        seed: Makes every id, token and random number the same from one engine to the next; on the instant clock
            the time begins at 2026-01-01 then.
        runner_for: The runner of a resource, or None when nothing can run it.
        limits: The quotas to hold executions to.
        activity_exists: Whether there is an activity of an ARN.
        find_execution: The execution of an ARN, or None; asked when a task waits for one it has started.
        storage: What distributed Maps read from and write to.
        keeper: What keeps executions beyond the end of the process; without one they are in memory only.
        starts_at: Where the time of the instant clock begins, in epoch seconds.

    Attributes:
        activities: The queues of activity tasks.
        map_runs: The Map Runs of distributed Maps, and their children.
        random: Where ids come from; each execution has a stream of its own for what happens in it.
        seed: As given.
        started: How many executions were started.
        on_end: Called under the lock with each execution that has ended.
        lock: The one lock that guards records; `with engine.lock:` around reading more than one field.
    """

    def __init__(
        self,
        *,
        clock: Literal["real", "instant"] = "real",
        seed: int | None = None,
        region: str = "us-east-1",
        account: str = "000000000000",
        runner_for: Callable[[Resource], Runner | None],
        limits: Limits | None = None,
        activity_exists: Callable[[str], bool] = lambda arn: True,
        find_execution: Callable[[str], Execution | None] = lambda arn: None,
        storage: Storage | None = None,
        keeper: Keeper | None = None,
        starts_at: float | None = None,
    ) -> None:
        self.clock: Clock = RealClock()
        if clock == "instant":
            self.clock = InstantClock(SEEDED_START if starts_at is None and seed is not None else starts_at)
        self.limits = limits or Limits()
        self.scheduler = Scheduler(self.clock)
        self.lock: FairLock = self.scheduler.lock
        self.activities = Activities(self.scheduler, activity_exists)
        self._workers = Workers()
        self.on_end: Callable[[Execution], object] = lambda execution: None
        self._children = Children(find_execution, self.stop)
        self.random = Random(seed)
        self.region = region
        self.account = account
        self._keeper = keeper
        self._tokens = Tokens()
        self._runs: dict[Execution, Run] = {}
        self.map_runs = MapRuns(storage or NoStorage(), began=self._runs.__setitem__, ended=self._ended)
        calls = Calls(self.scheduler, self._workers)
        if keeper is not None:
            self._tokens = Tokens(closing=keeper.token_closed, closed_before=keeper.was_closed)
            self._journaling = Journaling(
                self.scheduler, self._tokens, self.activities, calls, self._children, self.map_runs, keeper.flush
            )
            self.scheduler.on_rest = keeper.settle
        self._parts = Parts(
            clock=self.clock,
            region=region,
            account=account,
            limits=self.limits,
            scheduler=self.scheduler,
            tokens=self._tokens,
            activities=self.activities,
            calls=calls,
            children=self._children,
            map_runs=self.map_runs,
            runner_for=runner_for,
        )
        self._trials = Trials(self._parts)
        self.seed = seed
        self.started = 0
        self._closed = False

    def now(self) -> float:
        """The engine's time in epoch seconds."""
        return self.clock.now()

    @property
    def running(self) -> int:
        """How many executions run."""
        return len(self._runs)

    def new_id(self) -> str:
        """A fresh UUID from the engine's own random numbers."""
        return new_id(self.random)

    def start(self, machine: MachineRecord, execution: Execution) -> None:
        """Start an execution; returns at once. Sets `execution.started`.

        Raises:
            InvalidJson: its input is not JSON.
            SessionClosed: the engine was closed.
        """
        with self.lock:
            if self._closed:
                raise SessionClosed("this session was closed")
            program = _compiled(machine)
            execution.machine = machine
            execution.started = self.now()
            self._run(execution, self._new_journal(execution)).begin(program, self._seconds(machine))

    def redrive(self, execution: Execution) -> None:
        """Have an execution that ended without success go on where it ended; returns at once.

        Raises:
            SessionClosed: the engine was closed.
        """
        with self.lock:
            if self._closed:
                raise SessionClosed("this session was closed")
            program = _compiled(execution.machine)
            execution.status, execution.stopped = "RUNNING", None
            execution.error = execution.cause = None
            execution.redriven = self.now()
            execution.redriven_after = len(execution.history)
            execution.redrive_count += 1
            self._run(execution, self._new_journal(execution)).begin_again(program, self._seconds(execution.machine))

    def _new_journal(self, execution: Execution) -> Journal | None:
        self.started += 1
        # its own stream: what other executions and callers draw does not change this one
        execution.seed = None if self.seed is None else f"{self.seed}/{self.started}"
        return None if self._keeper is None else self._keeper.begin(execution)

    def _run(self, execution: Execution, journal: Journal | None) -> Run:
        run = self._runs[execution] = Run(
            self._parts if journal is None else self._journaling.parts(self._parts, journal),
            execution,
            random=Random(execution.seed),
            history_limit=self.limits.history_events if execution.machine.type == "STANDARD" else None,
            on_end=self._ended,
        )
        return run

    def _seconds(self, machine: MachineRecord) -> float:
        """How long an execution of a machine may take."""
        standard = machine.type == "STANDARD"
        longest = self.limits.standard_seconds if standard else self.limits.express_seconds
        seconds = machine.program.fields.get("TimeoutSeconds")
        return min(longest, longest if seconds is None else seconds)

    def own_random(self) -> Random:
        """Random numbers apart from all others: what is drawn changes nothing else. Of a seed, the same each time."""
        return Random(None if self.seed is None else f"{self.seed}/own")

    def test(self, step: Step, execution: Execution, probe: Probe, *, random: Random) -> None:
        """Run one state to its end, apart from everything else; nothing of it is left here.

        Args:
            step: The state, compiled.
            execution: What it is to think it is part of; its outcome stands here afterwards.
            probe: What watches it.
            random: Where its tokens, ids and random numbers come from.

        Raises:
            SessionClosed: the engine was closed before it ended.
        """
        if self._closed or not self._trials.run(step, execution, probe, random=random):
            raise SessionClosed("this session was closed")

    def _ended(self, execution: Execution) -> None:
        self._runs.pop(execution, None)
        self._children.ended(execution)
        self.on_end(execution)

    def submit(self, job: Callable[[], None]) -> None:
        """Run a job on one of the engine's threads; it must not raise. Once the engine is closed it is dropped."""
        self._workers.submit(job)

    def resume(self, journals: Iterable[Journal]) -> None:
        """Have executions of an earlier session go on: see `resume.resume`."""
        with self.lock:
            resume(journals, scheduler=self.scheduler, begin=self._begin_again, ended=self._ended)

    def _begin_again(self, journal: Journal) -> Run:
        """Begin a replay as the execution began, or as its last redrive did."""
        execution = journal.execution
        run, seconds = self._run(execution, journal), self._seconds(execution.machine)
        begin = run.begin_again if execution.redriven_after else run.begin
        begin(_compiled(execution.machine), seconds)
        return run

    def stop(self, execution: Execution, error: str | None = None, cause: str | None = None) -> None:
        """Stop an execution: it ends as ABORTED; does nothing when it has ended.

        The results of runner calls in flight are dropped.
        """
        with self.lock:
            run = self._runs.get(execution)
            if run is not None:
                run.halt(error, cause)
                self.scheduler.stir()

    def dismiss(self, execution: Execution) -> None:
        """Have an execution end as ABORTED when its next state would be entered, or as it ends without one."""
        with self.lock:
            run = self._runs.get(execution)
            if run is not None:
                run.halt(None, None, "next state")

    def succeed(self, token: str, output: str) -> None:
        """Answer a task token with its output, a JSON text.

        Raises:
            InvalidToken, TaskDoesNotExist, TaskTimedOut: the token cannot be answered.
            InvalidJson: `output` is not JSON (the token still waits).
        """
        value = _json.loads(output)
        with self.lock:
            self._tokens.take(token).answer.succeed((value, output))
            self.scheduler.stir()

    def fail(self, token: str, error: str | None = None, cause: str | None = None) -> None:
        """Answer a task token with a failure.

        Raises:
            InvalidToken, TaskDoesNotExist, TaskTimedOut: the token cannot be answered.
        """
        with self.lock:
            self._tokens.take(token).answer.fail(TaskFailure(error, cause))
            self.scheduler.stir()

    def heartbeat(self, token: str) -> None:
        """Start the heartbeat time of a task token anew.

        Raises:
            InvalidToken, TaskDoesNotExist, TaskTimedOut: the token cannot be answered.
        """
        with self.lock:
            self._tokens.find(token).beat()
            self.scheduler.stir()

    def wait_for_events(self, execution: Execution, after: int, timeout: float) -> bool:
        """Wait until the history is longer than `after` or the execution has ended; False when neither came.

        Args:
            execution: The execution.
            after: How many events are known already.
            timeout: Real seconds.
        """
        return self.scheduler.wait(lambda: len(execution.history) > after or not execution.running, timeout)

    def wait_for_end(self, execution: Execution, timeout: float | None = None) -> bool:
        """Wait until the execution has ended; False when it still runs after `timeout` real seconds.

        A task may wait for one too (it calls StartSyncExecution): time goes on for its sake.
        """
        scheduler = self.scheduler
        if getattr(scheduler.calling, "inside", False):
            with self.lock:
                ended = Signal()
                scheduler.in_flight -= 1
                ended.when_done(self._call_goes_on)
                self._children.tell(execution, ended)
                scheduler.stir()
        return scheduler.wait(lambda: not execution.running, timeout)

    def _call_goes_on(self) -> None:
        self.scheduler.in_flight += 1

    def advance(self, seconds: float) -> None:
        """Let time pass: everything due in it happens, in order, before this returns.

        Raises:
            NotAvailable: the engine runs on the real clock.
            InvalidArgument: `seconds` is negative.
        """
        if not seconds >= 0:
            raise InvalidArgument(f"time cannot be advanced by {seconds} seconds", hint="It only goes forward.")
        if not self.clock.instant:
            raise NotAvailable(
                "time cannot be advanced: this session runs on the real clock",
                hint='Open it with sfn.local(clock="instant").',
            )
        self.scheduler.advance(seconds)

    def freeze(self) -> None:
        """Keep what there is as it is now; what comes later, as from calls that are broken off, is not kept."""
        with self.lock:
            if self._keeper is not None:
                self._keeper.close()

    def close(self) -> None:
        """Drop everything that runs and end every thread of the engine. May be called twice."""
        with self.lock:
            self.freeze()
            self._closed = self.map_runs.closing = True
            for run in list(self._runs.values()):
                run.cancel()
            self._runs.clear()
        self._trials.close()
        self.scheduler.close()
        if not self._workers.close():
            log.warning("a task runner is still running; its thread ends when it returns")


def _compiled(machine: MachineRecord) -> Program:
    if not isinstance(machine.compiled, Program):
        machine.compiled = compile_machine(machine.program)
    return machine.compiled
