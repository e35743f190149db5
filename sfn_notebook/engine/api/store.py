"""What the API keeps besides what runs: state machines with their versions and aliases, executions, activities.

Everything here is read and written under `Engine.lock`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sfn_notebook.engine.api.arns import Arn, parse
from sfn_notebook.engine.api.faults import execution_missing, machine_missing, resource_missing
from sfn_notebook.engine.core import Engine
from sfn_notebook.engine.map_runs import MapRun
from sfn_notebook.engine.records import Execution, MachineRecord, TaskMocks


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


class Store:
    """The records of one world.

    Args:
        engine: What runs the executions; its lock guards this store too.

    Attributes:
        machines: State machine ARN -> entry, in the order of creation.
        executions: Execution ARN -> execution, in the order of starts; Express executions too.
        activities: Activity ARN -> activity, in the order of creation.
        mocks: Names of a state machine and of an execution that is about to be started -> the mocks it gets.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.machines: dict[str, Entry] = {}
        self.executions: dict[str, Execution] = {}
        self.activities: dict[str, Activity] = {}
        self.mocks: dict[tuple[str, str], TaskMocks] = {}

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
        entry = self.machines.get(arn.text)
        if entry is None or arn.rest:
            raise machine_missing(text)
        return entry

    def target(self, text: str) -> Target:
        """What the ARN of a state machine, of a version or of an alias leads to.

        An alias with two versions chooses one by its weights.

        Raises:
            Fault: InvalidArn, StateMachineDoesNotExist.
        """
        arn = parse(text, "stateMachine")
        entry = self.machines.get(arn.unqualified)
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
        execution = self.find(text)
        if execution is None:
            raise execution_missing(text)
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

    def tags(self, text: str) -> dict[str, str]:
        """The tags of a state machine or an activity.

        Raises:
            Fault: InvalidArn, ResourceNotFound.
        """
        arn = parse(text, "stateMachine", "activity")
        if arn.text in self.machines:
            return self.machines[arn.text].record.tags
        if arn.text in self.activities:
            return self.activities[arn.text].tags
        raise resource_missing(text)


def find_version(entry: Entry, arn: Arn) -> Version | None:
    """The version an ARN names, or None."""
    return entry.versions.get(int(arn.rest)) if arn.rest.isdecimal() and arn.rest.isascii() else None
