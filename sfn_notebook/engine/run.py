"""One execution while it runs: its strands, its clock, how it ends."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Mapping
from random import Random
from typing import TYPE_CHECKING, Any

from sfn_notebook import _json
from sfn_notebook.engine.activities import Activities
from sfn_notebook.engine.branches import run_branch
from sfn_notebook.engine.calls import Call, Calls
from sfn_notebook.engine.clock import iso
from sfn_notebook.engine.failures import RUNTIME, StateFailure, fault, too_large
from sfn_notebook.engine.program import Program
from sfn_notebook.engine.recorder import NOT_TRUNCATED, Recorder, Trail, history_full
from sfn_notebook.engine.records import Execution, Limits, Status, TaskCall
from sfn_notebook.engine.scheduler import Scheduler, Signal, Timer
from sfn_notebook.engine.tokens import Tokens
from sfn_notebook.engine.visit import Branch, Visit

if TYPE_CHECKING:
    from sfn_notebook.engine.core import Engine

log = logging.getLogger(__name__)


class Run:
    """An execution being interpreted.

    Attributes:
        context: What the context object says of the execution and its state machine.
        recorder: Writes its history.
    """

    def __init__(self, engine: Engine, execution: Execution, *, history_limit: int | None) -> None:
        self.engine = engine
        self.execution = execution
        self.scheduler: Scheduler = engine.scheduler
        self.tokens: Tokens = engine.tokens
        self.activities: Activities = engine.activities
        self.limits: Limits = engine.limits
        self.random: Random = engine.random
        self.region: str = engine.region
        self.now = engine.clock.now
        self.text = _json.dumps
        self._calls: Calls = engine.calls
        self._in_flight: deque[Call] = deque()
        self._limit = history_limit
        self.recorder = Recorder(execution.history, self.now, limit=history_limit, overflow=self._overflow)
        self.context = self._context(_json.loads(execution.input))
        self._root: Branch | None = None
        self._deadline: Timer | None = None

    def _context(self, data: Any) -> Mapping[str, Any]:
        execution, machine = self.execution, self.execution.machine
        return {
            "Execution": {
                "Id": execution.arn,
                "Input": data,
                "Name": execution.name,
                "RoleArn": machine.role_arn,
                "StartTime": iso(execution.started),
                "RedriveCount": execution.redrive_count,
            },
            "StateMachine": {"Id": machine.arn, "Name": machine.name},
        }

    # -- its life

    def begin(self, program: Program, seconds: float) -> None:
        """Start it.

        Args:
            program: Its machine, compiled.
            seconds: How long it may take.
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
        root = self._root = Branch(self, Trail(self.recorder), variables={})
        root.trail.aside("ExecutionStarted", details)
        self._deadline = self.scheduler.call_at(self.now() + seconds, self._timed_out)
        steps = run_branch(root, program, self.context["Execution"]["Input"], execution.input)
        root.strand = self.scheduler.spawn(steps, self._ended)

    def stop(self, error: str | None, cause: str | None) -> None:
        """End it as ABORTED."""
        self._cancel("ABORTED", StateFailure(error, cause), "ExecutionAborted")

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
        self.engine.ended(self)

    def _overflow(self, trail: Trail) -> None:
        raise history_full(self._limit or 0)

    # -- what its states use

    def call(self, visit: Visit, call: TaskCall, into: Signal) -> None:
        """Have a runner do a task; the result goes to `into`.

        Raises:
            StateFailure: nothing runs this resource.
        """
        runner = self.engine.runner_for(call.resource)
        if runner is None:
            raise fault(visit, f"Nothing in this session runs the resource {call.resource.arn}.")
        self._calls.start(self._in_flight, lambda: runner(call), into)

    def too_long(self, text: str) -> bool:
        """Whether a JSON text is over the payload quota."""
        most = self.limits.payload_bytes
        return len(text) * 4 > most and _json.size(text) > most

    def check_variables(self, visit: Visit, texts: Mapping[str, str]) -> None:
        """Hold an Assign to the quotas of variables.

        Raises:
            StateFailure: a value, or all of them together, are too long.
        """
        branch, limits = visit.branch, self.limits
        sizes = {name: _json.size(text) for name, text in texts.items()}
        together = {**branch.variable_sizes, **sizes}
        if sum(sizes.values()) > limits.variable_bytes or sum(together.values()) > limits.variables_bytes:
            raise too_large(visit.step.name, terminal=True)
        branch.variable_sizes = together

    def new_map_run(self, label: str | None) -> str:
        """The ARN of a new Map Run of this execution."""
        machine, engine = self.execution.machine, self.engine
        name = f"{machine.name}/{label or engine.new_id()}"
        return f"arn:aws:states:{engine.region}:{engine.account}:mapRun:{name}:{engine.new_id()}"

    def child_branch(self, map_run: str, value: Any, text: str, *, index: int) -> Branch:
        """The execution of one item of a distributed Map: its own history, its own context object."""
        parent, engine = self.execution, self.engine
        name = engine.new_id()
        label = map_run.split(":mapRun:", 1)[1].split(":", 1)[0]
        child = Execution(
            arn=f"arn:aws:states:{engine.region}:{engine.account}:execution:{label}:{name}",
            name=name,
            machine=parent.machine,
            input=text,
            started=self.now(),
            map_run_arn=map_run,
        )
        run = Run(engine, child, history_limit=self._limit)
        return Branch(run, Trail(run.recorder), variables={}, item={"Index": index, "Value": value}, index=index)
