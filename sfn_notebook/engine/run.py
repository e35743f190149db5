"""One execution while it runs: its strands, its clock, how it ends."""

from __future__ import annotations

import logging
import uuid
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, Literal

from sfn_notebook import _json
from sfn_notebook.engine.branches import run_branch
from sfn_notebook.engine.calls import Call
from sfn_notebook.engine.clock import Clock, iso
from sfn_notebook.engine.failures import RUNTIME, StateFailure
from sfn_notebook.engine.map_runs import MapRun, Processor, Settings, Unit
from sfn_notebook.engine.outside import (
    ActivityQueues,
    MapRunDesk,
    OtherExecutions,
    RunnerCalls,
    TokenDesk,
    Turns,
)
from sfn_notebook.engine.place import Place
from sfn_notebook.engine.probe import Probe
from sfn_notebook.engine.program import Program
from sfn_notebook.engine.recorder import NOT_TRUNCATED, Recorder, Trail, history_full
from sfn_notebook.engine.records import Execution, Limits, MachineRecord, Runner, Status, TaskCall
from sfn_notebook.engine.standing import standing
from sfn_notebook.engine.storage import Storage
from sfn_notebook.engine.strands import Cancellable, Signal
from sfn_notebook.engine.visit import Branch
from sfn_notebook.integrations import Resource

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Parts:
    """What the executions of one engine share.

    Attributes:
        runner_for: The runner of a resource, or None when nothing can run it.
    """

    clock: Clock
    region: str
    account: str
    limits: Limits
    scheduler: Turns
    tokens: TokenDesk
    activities: ActivityQueues
    calls: RunnerCalls
    children: OtherExecutions
    map_runs: MapRunDesk
    runner_for: Callable[[Resource], Runner | None]

    def arn(self, kind: str, name: str) -> str:
        """An ARN of this service, region and account."""
        return f"arn:aws:states:{self.region}:{self.account}:{kind}:{name}"


class Run:
    """An execution being interpreted.

    Args:
        parts: What it shares with others.
        execution: Its record.
        random: Where its tokens, ids and random numbers come from.
        history_limit: The most events, or None.
        on_end: Called when it has ended.
        probe: What watches its one state, or None.
        in_flight: The calls whose results come back in one order with its own: its parent's, for the child of a
            Map Run.

    Attributes:
        halt: `stop`, for those outside.
        dismissed: Whether it ends when a state would be entered.
    """

    def __init__(
        self,
        parts: Parts,
        execution: Execution,
        *,
        random: Random,
        history_limit: int | None,
        on_end: Callable[[Execution], object] = lambda execution: None,
        probe: Probe | None = None,
        in_flight: deque[Call] | None = None,
    ) -> None:
        self._parts = parts
        self._limit = history_limit
        self._on_end = on_end
        self._in_flight: deque[Call] = deque() if in_flight is None else in_flight
        self._root: Branch | None = None
        self._deadline: Cancellable | None = None
        self.execution = execution
        self.dismissed = False
        self.probe = probe
        self.scheduler = parts.scheduler
        self.tokens = parts.tokens
        self.activities = parts.activities
        self.children = parts.children
        self.limits = parts.limits
        self.random = random
        self.region = parts.region
        self.now = parts.clock.now
        self.recorder = Recorder(execution.history, self.now, limit=history_limit, overflow=self._overflow)
        self.halt = self.scheduler.door(self.stop)
        self.context = self._context(_json.loads(execution.input))

    def _context(self, data: Any) -> Mapping[str, Any]:
        execution, machine = self.execution, self.execution.machine
        about: dict[str, Any] = {
            "Id": execution.arn,
            "Input": data,
            "Name": execution.name,
            "RoleArn": machine.role_arn or None,
            "StartTime": iso(execution.started),
        }
        if self.probe is None:  # as recorded: TestState's context object has none
            about["RedriveCount"] = execution.redrive_count
        if execution.redriven is not None:
            about["RedriveTime"] = iso(execution.redriven)
        return {"Execution": about, "StateMachine": {"Id": machine.arn, "Name": machine.name}}

    # -- its life

    def begin(self, program: Program, seconds: float | None, *, item: Mapping[str, Any] | None = None) -> None:
        """Start it.

        Args:
            program: Its machine, compiled.
            seconds: How long it may take; None when something else sees to that.
            item: `Map.Item` of its context object, of the child of a Map Run.
        """
        execution = self.execution
        details: dict[str, Any] = {
            "input": execution.input,
            "inputDetails": NOT_TRUNCATED,
            "roleArn": execution.machine.role_arn,
        }
        if execution.alias_arn is not None:
            details["stateMachineAliasArn"] = execution.alias_arn
        if execution.version_arn is not None:
            details["stateMachineVersionArn"] = execution.version_arn
        variables = {} if self.probe is None else self.probe.variables
        root = self._root = Branch(self, Trail(self.recorder), variables=variables, item=item)
        root.trail.aside("ExecutionStarted", details)
        self._go(root, program, seconds)

    def begin_again(self, program: Program, seconds: float | None, *, item: Mapping[str, Any] | None = None) -> None:
        """Have it go on where it ended without success; its history goes on too.

        Args:
            program: Its machine, compiled.
            seconds: How long it may take from now on; None when something else sees to that.
            item: `Map.Item` of its context object, of the child of a Map Run.
        """
        execution = self.execution
        place = standing(execution.machine.program, execution.history)
        root = self._root = Branch(self, Trail(self.recorder, len(execution.history)), variables={}, item=item)
        root.trail.record("ExecutionRedriven", {"redriveCount": execution.redrive_count})
        self._go(root, program, seconds, place)

    def _go(self, root: Branch, program: Program, seconds: float | None, place: Place | None = None) -> None:
        if seconds is not None:
            self._deadline = self.scheduler.call_at(self.now() + seconds, self._timed_out)
        steps = run_branch(root, program, self.context["Execution"]["Input"], self.execution.input, place)
        root.strand = self.scheduler.spawn(steps, self._ended)

    def stop(self, error: str | None, cause: str | None, when: Literal["now", "next state"] = "now") -> None:
        """End it as ABORTED, now or when its next state would be entered."""
        if when == "next state":
            self.dismissed = True
        else:
            self._cancel("ABORTED", StateFailure(error, cause), "ExecutionAborted")

    def end_between_states(self) -> Signal:
        """End one that was dismissed; what the branch that asks for it waits for then."""
        self.scheduler.call_at(self.now(), lambda: self.stop(None, None))  # a branch cannot end itself
        return Signal()

    def cancel(self) -> None:
        """Drop it where it stands; nothing is recorded."""
        if self._deadline is not None:
            self._deadline.cancel()
        if self._root is not None and self._root.strand is not None:
            self._root.strand.cancel()

    def _timed_out(self) -> None:
        self._cancel("TIMED_OUT", StateFailure(None, None), "ExecutionTimedOut")

    def _cancel(self, status: Status, failure: StateFailure, event: str) -> None:
        self.cancel()
        if self._root is not None:
            self._root.trail.aside(event, failure.details(), previous=0)  # as recorded: it follows nothing
        self._finish(status, failure)

    def _ended(self, _: Any, error: Exception | None) -> None:
        root = self._root
        if root is None:
            return
        if error is None and root.output is not None:
            self.execution.output = root.output[1]
            details = {"output": root.output[1], "outputDetails": NOT_TRUNCATED}
            root.trail.record("ExecutionSucceeded", details)
            self._finish("SUCCEEDED", StateFailure(None, None))
            return
        failure = error if isinstance(error, StateFailure) else self._broken(error)
        previous = root.trail.last if failure.at is None else failure.at
        root.trail.record("ExecutionFailed", failure.details(), previous=previous)
        self._finish("FAILED", failure)

    def _broken(self, error: Exception | None) -> StateFailure:
        log.error("the engine failed at %s", self.execution.arn, exc_info=error)
        return StateFailure(RUNTIME, f"The engine failed: {type(error).__name__}: {error}", terminal=True)

    def _finish(self, status: Status, failure: StateFailure) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        execution = self.execution
        execution.error, execution.cause = failure.error, failure.cause
        execution.stopped = self.now()
        execution.status = status
        self._root = None
        self._on_end(execution)

    def _overflow(self, trail: Trail) -> None:
        raise history_full(self._limit or 0)

    # -- what its states use

    def call(self, call: TaskCall, into: Signal) -> bool:
        """Have a runner do a task; the result goes to `into`. False when nothing runs its resource."""
        mocks = self.execution.mocks
        mocked = mocks is not None and mocks.covers(call.state)
        runner = mocks.runner(call) if mocks is not None and mocked else self._parts.runner_for(call.resource)
        if runner is None:
            return False
        self._parts.calls.start(self._in_flight, lambda: runner(call), into)
        return True

    def too_long(self, text: str) -> bool:
        """Whether a JSON text is over the payload quota."""
        most = self.limits.payload_bytes
        return len(text) * 4 > most and _json.size(text) > most

    def background(self, job: Callable[[], Any], into: Signal) -> None:
        """Do something that blocks; its result or TaskFailure goes to `into`."""
        self._parts.calls.start(self._in_flight, job, into)

    # -- Map Runs

    @property
    def storage(self) -> Storage:
        """Where datasets lie and results go."""
        return self._parts.map_runs.storage

    @property
    def closing(self) -> bool:
        """Whether the engine is being closed, and nothing that ends now has an end of its own."""
        return self._parts.map_runs.closing

    def open_map_run(self, state: str, processor: Processor, label: str | None, settings: Settings) -> MapRun:
        """Start a Map Run.

        Args:
            state: The Map state.
            processor: What its children are.
            label: Its Label; made up when it has none.
            settings: What can be changed while it runs.
        """
        parent = self.execution.machine
        name = f"{parent.name.partition('/')[0]}/{label or new_id(self.random)}"
        machine = MachineRecord(
            arn=self._parts.arn("stateMachine", name),
            name=name,
            definition=_json.dumps(processor.machine.fields),
            program=processor.machine,
            type=processor.type,
            role_arn=parent.role_arn,
            created=parent.created,
            settings=parent.settings,
        )
        arn = self._parts.arn("mapRun", f"{name}:{new_id(self.random)}")
        map_run = MapRun(arn, self.execution, machine, state, settings, started=self.now())
        self._parts.map_runs.opened(map_run)
        return map_run

    def map_run(self, arn: str) -> MapRun | None:
        """The Map Run of an ARN, or None."""
        return self._parts.map_runs.find(arn)

    def start_child(
        self, map_run: MapRun, unit: Unit, program: Program, on_end: Callable[[Execution], object]
    ) -> Execution:
        """Start a child of a Map Run: an execution with a history and a context object of its own.

        Args:
            map_run: The Map Run.
            unit: What it gets.
            program: What it runs.
            on_end: Called when it has ended.
        """
        name = new_id(self.random)
        standard = map_run.machine.type == "STANDARD"
        kind, rest = ("execution", name) if standard else ("express", f"{name}:{new_id(self.random)}")
        child = Execution(
            arn=self._parts.arn(kind, f"{map_run.machine.name}:{rest}"),
            name=name,
            machine=map_run.machine,
            input=unit.text,
            started=self.now(),
            map_run_arn=map_run.arn,
            item_count=unit.items,
            mocks=self.execution.mocks,
        )
        self._child(child, on_end).begin(program, self._child_seconds(child), item=unit.item)
        return child

    def redrive_child(
        self, child: Execution, unit: Unit, program: Program, on_end: Callable[[Execution], object]
    ) -> None:
        """Have a child go on where it ended without success; an Express one begins anew.

        Args:
            child: The child.
            unit: What it gets.
            program: What it runs.
            on_end: Called when it has ended.
        """
        child.status, child.stopped, child.error, child.cause = "RUNNING", None, None, None
        if child.machine.type == "STANDARD":
            child.redriven, child.redrive_count = self.now(), child.redrive_count + 1
            self._child(child, on_end).begin_again(program, self._child_seconds(child), item=unit.item)
        else:
            child.started = self.now()
            child.history.clear()
            self._child(child, on_end).begin(program, self._child_seconds(child), item=unit.item)

    def _child(self, child: Execution, on_end: Callable[[Execution], object]) -> Run:
        def ended(execution: Execution) -> None:
            self._parts.map_runs.ended(execution)
            on_end(execution)

        limit = self.limits.history_events if child.machine.type == "STANDARD" else None
        run = Run(
            self._parts,
            child,
            random=self.random,
            history_limit=limit,
            on_end=ended,
            in_flight=self._in_flight,
        )
        self._parts.map_runs.began(child, run)
        return run

    def _child_seconds(self, child: Execution) -> float | None:
        """How long a child may take; a Standard one ends with its parent at the latest."""
        return None if child.machine.type == "STANDARD" else self.limits.express_seconds


def new_id(random: Random) -> str:
    """A fresh UUID.

    >>> new_id(Random(1))
    'cd613e30-d8f1-4adf-91b7-584a2265b1f5'
    """
    return str(uuid.UUID(int=random.getrandbits(128), version=4))
