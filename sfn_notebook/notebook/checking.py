"""What can be known of a machine before it runs: how it differs from another, what it may do, what it costs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from sfn_notebook import asl, cost, diff, history
from sfn_notebook import policy as policies
from sfn_notebook._mocks import Mocks
from sfn_notebook.errors import InvalidArgument, NotAvailable
from sfn_notebook.notebook import sources
from sfn_notebook.notebook.deploy import SessionLike, describe, find
from sfn_notebook.notebook.difference import Difference
from sfn_notebook.notebook.dry_run import dry_run
from sfn_notebook.notebook.signatures import NOT_GIVEN, checked
from sfn_notebook.notebook.translate import translated

DEPLOYED = "deployed"


class Checkable(Protocol):
    """What checking needs of a machine."""

    type: str
    logging: Any
    session: SessionLike | None

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def arn(self) -> str | None:
        """Its ARN, once it was deployed."""

    @property
    def definition(self) -> dict[str, Any]:
        """Its definition."""


class Checking:
    """A machine that can be checked."""

    @checked
    def policy(
        self: Checkable,
        *,
        account: str | None = None,
        region: str | None = None,
        partition: str | None = None,
        tracing: bool = False,
        kms_key: str | None = None,
    ) -> policies.Policy:
        """The least-privilege role for what this machine calls, with why each statement is there.

        Args:
            account: The account's id; without it (or `region`, `partition`) a placeholder stands there.
            region: The region.
            partition: "aws", "aws-cn", …
            tracing: Whether it traces with X-Ray.
            kms_key: The ARN or id of the customer managed key that encrypts it.

        Returns:
            The `Policy`: `.to_json()`, `.to_cloudformation()`, `.to_terraform()`, `.trust`.

        >>> import sfn_notebook as sfn
        >>> sm = sfn.StateMachine("orders")
        >>> state = sm.aws("Read", "s3:getObject", Bucket="in", Key="orders.csv")
        >>> sm.policy()
        role of 'orders': 1 statement
        • s3:GetObject
            on arn:${AWS::Partition}:s3:::in/orders.csv
            for Read: calls aws-sdk:s3:getObject
        """
        given = {"account": account, "region": region, "partition": partition}
        level = self.logging.get("level") if isinstance(self.logging, Mapping) else self.logging
        return policies.policy(
            asl.read(self.definition),
            name=self.name,
            place=policies.Place(**{key: value for key, value in given.items() if value is not None}),
            logging=level not in (None, "OFF"),
            tracing=tracing,
            kms_key=kms_key,
        )

    @checked
    def cost(
        self: Checkable,
        path: Any = NOT_GIVEN,
        *,
        mocks: Mocks | None = None,
        rates: Mapping[str, float] | None = None,
        per_month: float = 1,
        seconds: float | None = None,
        memory_mb: float = 64,
        job_seconds: float = 600,
        poll_seconds: float = 30,
    ) -> cost.Cost:
        """What executions cost: by the way one takes or took, or by assumptions.

        Args:
            path: An execution, whose way is counted as it was; or an input, whose way is found by running it on an
                engine of its own where nothing is called.
            mocks: What the tasks give to that input, as for `run`; one that is not named gives `{}`.
            rates: Without a path: `{"Big?→Approve": 0.3}` is the share of visits that go that way,
                `{"Charge": 0.1}` the retries for each visit, `{"Each": 50}` the items of a Map.
            per_month: How many executions a month.
            seconds: How long one takes; that of the execution, else one second.
            memory_mb: The memory of one Express execution.
            job_seconds: How long a job of a `.sync` task takes, for the comparison with a poll loop.
            poll_seconds: How often that loop would look.

        Returns:
            The `Cost`, with what it rests on in `.assumptions`.

        Raises:
            InvalidArgument: a figure is out of range, or `rates` and a path are given.
            InvalidInput: the input is no JSON.
            UnknownName: `rates` or `mocks` names what is not there.

        >>> import sfn_notebook as sfn
        >>> sm = sfn.StateMachine("orders")
        >>> sm.pass_("A") >> sm.succeed("B")
        A >> B
        >>> sm.cost(per_month=10_000, seconds=2).standard_month
        0.5
        >>> sm.cost({"total": 5}).transitions
        {'A': 1, 'B': 1}
        """
        machine, job = asl.read(self.definition), cost.Job(job_seconds, poll_seconds)
        if path is NOT_GIVEN:
            return cost.estimate(
                machine,
                rates=rates,
                type=self.type,
                seconds=seconds,
                memory_mb=memory_mb,
                per_month=per_month,
                job=job,
            )
        if rates is not None:
            raise InvalidArgument("cost() takes a path or rates=, not both.")
        transitions, took, said = _path(path) if _ran(path) else _path_of_input(self.definition, path, mocks)
        return cost.priced(
            machine,
            transitions,
            type=self.type,
            seconds=took if seconds is None else seconds,
            memory_mb=memory_mb,
            per_month=per_month,
            job=job,
            assumptions=said,
        )

    @checked
    def diff(self: Checkable, other: Any = DEPLOYED) -> Difference:
        """What differs from another definition to this one.

        Args:
            other: A machine, an execution (what it runs), a definition (dict, text or path, see `sfn.load`), or
                "deployed" (the default): what Step Functions has under this name.

        Returns:
            The `Difference`: what became of `other` so that it is this machine.

        Raises:
            NotAvailable: the machine has no session, or nothing of its name is deployed.
            InvalidDefinition: `other` is no definition.

        >>> import sfn_notebook as sfn
        >>> sm = sfn.load({"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": 2, "End": True}}})
        >>> sm.diff({"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": 1, "End": True}}})
        other → machine
        ± A: changed
            /States/A/Seconds: 1 → 2
        """
        title, definition = _deployed(self) if _means_deployed(other) else _given(other)
        return Difference(diff.compare(definition, self.definition), old=title, new=self.name)


_Path = tuple[dict[str, float], float | None, tuple[str, ...]]  # transitions by state, seconds, what that leaves out


def _ran(path: Any) -> bool:
    return isinstance(getattr(path, "run", None), history.Run)


def _path(execution: Any) -> _Path:
    execution.refresh()
    return _counted(execution.run, "every execution goes the way of this one")


def _path_of_input(definition: Mapping[str, Any], input: Any, mocks: Mocks | None) -> _Path:
    dry = dry_run(definition, input, mocks)
    said = ["every execution goes the way of this input, found by a dry run"]
    if dry.guessed:
        said.append(f"there {', '.join(dry.guessed)} gave {{}}; mocks= says what tasks give")
    if dry.run.status != "SUCCEEDED":
        said.append(f"the dry run ended as {dry.run.status}: {dry.run.error}")
    return _counted(dry.run, *said)


def _counted(run: history.Run, *assumptions: str) -> _Path:
    transitions: dict[str, float] = {}
    for visit in run.visits:
        transitions[visit.state] = transitions.get(visit.state, 0) + max(1, len(visit.attempts))
    said = list(assumptions)
    if run.stopped_at is None:
        said.append("it still runs: what it has done so far is counted")
    if any(event["type"] == "MapRunStarted" for event in run.events):
        said.append("the executions of a distributed Map have histories of their own, and are not counted")
    took = None if run.stopped_at is None or run.started_at is None else max(0.0, run.stopped_at - run.started_at)
    return transitions, took, tuple(said)


def _means_deployed(other: Any) -> bool:
    return isinstance(other, str) and other == DEPLOYED


def _given(other: Any) -> tuple[str, Mapping[str, Any]]:
    definition = getattr(other, "definition", None)
    if isinstance(definition, asl.Machine):
        return "the execution", definition.fields
    if isinstance(definition, Mapping):
        return str(getattr(other, "name", "other")), definition
    return (other.name if isinstance(other, Path) else "other"), sources.read(other).definition


def _deployed(machine: Checkable) -> tuple[str, Mapping[str, Any]]:
    if machine.session is None:
        raise NotAvailable(
            f"the machine {machine.name!r} has no session, so nothing of it is deployed.",
            hint="Say what to compare it with: sm.diff(other).",
        )
    client = machine.session.client("stepfunctions")
    with translated():
        there = describe(client, machine.arn or find(client, machine.name))
    if there is None:
        raise NotAvailable(f"no state machine {machine.name!r} is deployed.", hint="sm.deploy() brings it there.")
    return DEPLOYED, asl.read(there["definition"]).fields
