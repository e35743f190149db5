"""What the API keeps besides what runs: state machines with their versions and aliases, executions, activities.

Everything here is read and written under `Engine.lock`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from sfn_notebook.engine.api.arns import Arn, parse
from sfn_notebook.engine.api.faults import (
    Fault,
    execution_missing,
    invalid,
    machine_deleting,
    machine_missing,
    resource_missing,
)
from sfn_notebook.engine.core import Engine
from sfn_notebook.engine.map_runs import MapRun
from sfn_notebook.engine.records import Execution, MachineRecord, TaskMocks

DAY: Final = 86_400  # seconds


@dataclass(slots=True, eq=False)
class Version:
    """A published version of a state machine.

    Attributes:
        created: Epoch seconds.
    """

    arn: str
    number: int
    record: MachineRecord
    created: float
    description: str | None = None


@dataclass(slots=True, eq=False)
class Alias:
    """An alias of a state machine.

    Attributes:
        routes: Version ARN -> its share of the executions in per cent.
        created: Epoch seconds.
        updated: Epoch seconds.
    """

    arn: str
    name: str
    routes: dict[str, int]
    created: float
    updated: float
    description: str | None = None


@dataclass(slots=True, eq=False)
class Entry:
    """A state machine: its newest record and what belongs to its name.

    Attributes:
        executions: Its executions, the oldest first.
        published: The highest version number so far; numbers are not used again.
    """

    record: MachineRecord
    versions: dict[int, Version] = field(default_factory=dict)
    aliases: dict[str, Alias] = field(default_factory=dict)
    executions: list[Execution] = field(default_factory=list)
    published: int = 0

    @property
    def deleting(self) -> bool:
        """Whether it was deleted, and only waits for its executions to end."""
        return self.record.status == "DELETING"


@dataclass(slots=True, eq=False)
class Activity:
    """An activity.

    Attributes:
        created: Epoch seconds.
    """

    arn: str
    name: str
    created: float
    settings: Mapping[str, Any]
    tags: dict[str, str]


@dataclass(frozen=True, slots=True)
class Target:
    """What an ARN given to StartExecution leads to."""

    entry: Entry
    record: MachineRecord
    version_arn: str | None = None
    alias_arn: str | None = None


class Archive(Protocol):
    """What a store is kept in beyond the end of the process; `durable.FileKeeper` is it."""

    def answered(self, operation: str, request: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
        """An operation is about to be answered: write what it has changed."""
        ...

    def fill(self, execution: Execution) -> None:
        """Read the history of an execution that has ended in an earlier session."""
        ...

    def forgotten(self, executions: Iterable[Execution]) -> None:
        """These executions are kept no longer."""
        ...


class Store:
    """The records of one world.

    Args:
        engine: What runs the executions; its lock guards this store too.
        archive: What they are kept in, or None: in memory only.

    Attributes:
        machines: State machine ARN -> entry, in the order of creation.
        executions: Execution ARN -> execution, in the order of starts; Express executions too.
        activities: Activity ARN -> activity, in the order of creation.
        mocks: Names of a state machine and of an execution that is about to be started -> the mocks it gets.
        redrive_tokens: Execution ARN -> client token -> when it redrove the execution, the oldest first.
    """

    def __init__(self, engine: Engine, archive: Archive | None = None) -> None:
        self.engine = engine
        self.archive = archive
        self.machines: dict[str, Entry] = {}
        self.executions: dict[str, Execution] = {}
        self.activities: dict[str, Activity] = {}
        self.mocks: dict[tuple[str, str], TaskMocks] = {}
        self.redrive_tokens: dict[str, dict[str, float]] = {}

    def arn(self, kind: str, *names: str) -> str:
        """An ARN of this world.

        Args:
            kind: "stateMachine", "execution", "express" or "activity".
            names: What follows, in order.
        """
        return ":".join(("arn:aws:states", self.engine.region, self.engine.account, kind, *names))

    def machine(self, text: str) -> Entry:
        """The state machine of an ARN without version or alias.

        Raises:
            Fault: InvalidArn, StateMachineDoesNotExist.
        """
        arn = parse(text, "stateMachine")
        entry = self.entry(arn.text)
        if entry is None or arn.rest:
            raise machine_missing(text)
        return entry

    def entry(self, arn: str) -> Entry | None:
        """The state machine of an unqualified ARN, or None; one being deleted stays until its executions have ended."""
        entry = self.machines.get(arn)
        if entry is not None and entry.deleting and not any(one.running for one in entry.executions):
            del self.machines[arn]
            return None
        return entry

    def changeable(self, text: str) -> Entry:
        """The state machine of an ARN without version or alias, unless it is being deleted.

        Raises:
            Fault: InvalidArn, StateMachineDoesNotExist, StateMachineDeleting; ValidationException for the ARN of a
                distributed Map.
        """
        refuse_label(parse(text, "stateMachine"))
        entry = self.machine(text)
        if entry.deleting:
            raise machine_deleting(text)
        return entry

    def usable(self, text: str) -> Target:
        """What an ARN given to start an execution leads to.

        Raises:
            Fault: InvalidArn, StateMachineDoesNotExist, StateMachineDeleting; ValidationException for the ARN of a
                distributed Map.
        """
        refuse_label(parse(text, "stateMachine"))
        target = self.target(text)
        if target.entry.deleting:
            raise machine_deleting(text)
        return target

    def refuse_more_executions(self) -> None:
        """Hold to the quota of open executions.

        Raises:
            Fault: ExecutionLimitExceeded.
        """
        if self.engine.running >= self.engine.limits.open_executions:
            raise Fault("ExecutionLimitExceeded", "The maximum number of running executions has been reached")

    def target(self, text: str) -> Target:
        """What the ARN of a state machine, of a version or of an alias leads to.

        An alias with two versions chooses one by its weights.

        Raises:
            Fault: InvalidArn, StateMachineDoesNotExist.
        """
        arn = parse(text, "stateMachine")
        entry = self.entry(arn.unqualified)
        if entry is None:
            raise machine_missing(text)
        if not arn.rest:
            return Target(entry, entry.record)
        if arn.rest in entry.aliases:
            return self._routed(entry, entry.aliases[arn.rest])
        version = find_version(entry, arn)
        if version is None:
            raise machine_missing(text)
        return Target(entry, version.record, version_arn=version.arn)

    def _routed(self, entry: Entry, alias: Alias) -> Target:
        chosen = next(iter(alias.routes))
        if len(alias.routes) > 1:
            chosen = self.engine.random.choices([*alias.routes], weights=[*alias.routes.values()])[0]
        version = find_version(entry, parse(chosen, "stateMachine"))
        if version is None:
            raise machine_missing(chosen)
        return Target(entry, version.record, version_arn=version.arn, alias_arn=alias.arn)

    def find(self, text: str) -> Execution | None:
        """The execution of an ARN, children of Map Runs too, or None."""
        return self.executions.get(text) or self.engine.map_runs.children.get(text)

    def execution(self, text: str, *, express_children: bool = False) -> Execution:
        """The Standard execution of an ARN.

        Args:
            text: The ARN.
            express_children: Whether it may be an Express execution that a Map Run has started.

        Raises:
            Fault: InvalidArn (an Express execution's too: it keeps no history to ask for), ExecutionDoesNotExist.
        """
        if not (express_children and text in self.engine.map_runs.children):
            parse(text, "execution")
        execution = self.known(text)
        if execution is None:
            raise execution_missing(text)
        if self.archive is not None:
            self.archive.fill(execution)
        return execution

    def map_run(self, text: str) -> MapRun:
        """The Map Run of an ARN.

        Raises:
            Fault: InvalidArn, ResourceNotFound.
        """
        found = self.engine.map_runs.find(parse(text, "mapRun").text)
        if found is None:
            raise resource_missing(text)
        return found

    def known(self, arn: str) -> Execution | None:
        """The execution of an ARN, or None when there is none or it is kept no longer."""
        execution = self.find(arn)
        return None if execution is None or self.expired(execution) else execution

    def expired(self, execution: Execution) -> bool:
        """Whether it has ended so long ago that it is kept no longer."""
        kept = self.engine.limits.retention_days * DAY
        return execution.stopped is not None and self.engine.now() - execution.stopped > kept

    def tags(self, text: str) -> dict[str, str]:
        """The tags of a state machine or an activity.

        Raises:
            Fault: InvalidArn, ResourceNotFound.
        """
        arn = parse(text, "stateMachine", "activity")
        entry = self.entry(arn.text)
        if entry is not None:
            return entry.record.tags
        if arn.text in self.activities:
            return self.activities[arn.text].tags
        raise resource_missing(text)


def refuse_label(arn: Arn) -> None:
    """Refuse the ARN of a distributed Map, `stateMachine:name/label`, where a state machine is wanted.

    Raises:
        Fault: ValidationException.
    """
    if "/" in arn.name:
        raise invalid(f"The ARN of a distributed Map state cannot be used here: '{arn.text}'")


def find_version(entry: Entry, arn: Arn) -> Version | None:
    """The version an ARN names, or None."""
    return entry.versions.get(int(arn.rest)) if arn.rest.isdecimal() and arn.rest.isascii() else None
