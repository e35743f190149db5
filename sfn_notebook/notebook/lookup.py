"""What a session finds of what ran: its executions, those of others, and what they logged."""

from __future__ import annotations

import threading
import weakref
from typing import Any, Final

from sfn_notebook import asl
from sfn_notebook.errors import InvalidArgument, InvalidDefinition, NotAvailable, SfnNotebookError
from sfn_notebook.notebook.execution import Execution
from sfn_notebook.notebook.executions import Executions
from sfn_notebook.notebook.logs import Logs, no_logs
from sfn_notebook.notebook.machine import StateMachine
from sfn_notebook.notebook.part import Part
from sfn_notebook.notebook.signatures import checked
from sfn_notebook.notebook.translate import translated

STATUSES: Final = ("RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE")


class Lookup(Part):
    """The part of a session that finds executions: its own, those of others, and what they logged."""

    def __init__(self) -> None:
        super().__init__()
        self._machines: dict[str, StateMachine] = {}
        self._executions: weakref.WeakValueDictionary[str, Execution] = weakref.WeakValueDictionary()
        self._lock = threading.Lock()

    @checked
    def executions(self, machine: StateMachine | None = None, *, status: str | None = None) -> Executions[Execution]:
        """The executions, newest first.

        Args:
            machine: Of this state machine only; without it, of every one opened in this session; of every one there is
                in an embedded one, whose file may hold those of earlier sessions.
            status: With this status only.
        """
        if status is not None and status not in STATUSES:
            raise InvalidArgument(f"no such status: {status!r}.", hint=f"Allowed: {', '.join(STATUSES)}.")
        machines = [machine] if machine is not None else list(self._machines.values())
        arns = [one.arn for one in machines if one.arn is not None]
        if machine is None and self.world.private:
            arns = self._all_arns()
        wanted = {} if status is None else {"statusFilter": status}
        found: list[dict[str, Any]] = []
        with translated():
            pages = self.client("stepfunctions").get_paginator("list_executions")
            for arn in arns:
                for page in pages.paginate(stateMachineArn=arn, **wanted):
                    found.extend(page["executions"])
        found.sort(key=lambda item: item["startDate"], reverse=True)
        by_arn = {one.arn: one for one in machines}
        return Executions(
            [self._execution(item["executionArn"], by_arn.get(item["stateMachineArn"])) for item in found],
            [str(item["status"]) for item in found],
        )

    def _all_arns(self) -> list[str]:
        """The state machines there are, but for Express ones, whose executions cannot be listed."""
        with translated():
            pages = self.client("stepfunctions").get_paginator("list_state_machines").paginate()
            return [
                one["stateMachineArn"] for page in pages for one in page["stateMachines"] if one["type"] != "EXPRESS"
            ]

    @checked
    def logs(self, of: StateMachine | Execution) -> Logs:
        """What executions left in CloudWatch Logs, as the machine's `logging` says; Express ones leave nothing else.

        Args:
            of: A state machine: all of its executions, the oldest first. Or one execution.

        Raises:
            NotAvailable: the machine does not log, or was not deployed yet.
            InvalidArgument: it is neither a state machine nor an execution.

        >>> import sfn_notebook as sfn
        >>> with sfn.local(clock="instant") as session:
        ...     sm = session.state_machine("quick", type="EXPRESS", logging="ERROR")
        ...     sm.fail("No", error="E", cause="c")
        ...     session.logs(sm.run())
        Fail 'No'
            2  FailStateEntered         No
            3  ExecutionFailed          E: c
        """
        self.check_open()
        if not isinstance(of, (StateMachine, Execution)):
            raise InvalidArgument(
                f"logs are of a state machine or an execution; given was {of!r}.",
                hint="Such as session.logs(sm), or session.logs(session.attach(arn)).",
            )
        execution = of if isinstance(of, Execution) else None
        name = of.machine_name if isinstance(of, Execution) else of.name
        arn = of.machine_arn if isinstance(of, Execution) else of.arn
        if arn is None:
            raise NotAvailable(f"the state machine {name!r} was not deployed yet.", hint="Run it once: sm.run(...).")
        level, lines = self.world.logs(arn, None if execution is None else execution.arn)
        if level == "OFF" and not lines:
            raise no_logs(name)
        return Logs(lines)

    @checked
    def attach(self, arn: str) -> Execution:
        """The execution of that ARN, whoever started it; its definition is fetched.

        Raises:
            InvalidArgument: it is not an execution's ARN.
            NotFound: there is no such execution.
        """
        with translated():
            there = self.client("stepfunctions").describe_state_machine_for_execution(executionArn=arn)
        try:
            definition: asl.Machine | None = asl.read(there["definition"])
        except (InvalidDefinition, SfnNotebookError):
            definition = None  # it cannot be drawn; its events can be read all the same
        execution = self._execution(arn, self._machines.get(there.get("name", "")), definition)
        execution.refresh()
        return execution

    def _execution(
        self, arn: str, machine: StateMachine | None = None, definition: asl.Machine | None = None
    ) -> Execution:
        """The one `Execution` of an ARN."""
        if definition is None and machine is not None:
            definition = asl.read(machine.definition)
        with self._lock:
            execution = self._executions.get(arn)
            if execution is None:
                execution = Execution(self, arn, machine=machine, definition=definition)
                self._executions[arn] = execution
            return execution
