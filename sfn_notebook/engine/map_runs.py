"""Map Runs: the children of one attempt of a distributed Map, their settings and their counts.

https://docs.aws.amazon.com/step-functions/latest/dg/concepts-examine-map-run.html
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from sfn_notebook.asl import Machine
from sfn_notebook.engine.failures import DATA_LIMIT, RUNTIME
from sfn_notebook.engine.records import Execution, MachineRecord, Status
from sfn_notebook.engine.storage import Storage

COUNTED_AS: Final[Mapping[Status, str]] = {
    "RUNNING": "running",
    "SUCCEEDED": "succeeded",
    "FAILED": "failed",
    "TIMED_OUT": "timedOut",
    "ABORTED": "aborted",
    "PENDING_REDRIVE": "pendingRedrive",
}
UNSUCCESSFUL: Final = frozenset({"FAILED", "TIMED_OUT", "ABORTED"})
NOT_RESUMED: Final = frozenset({RUNTIME, DATA_LIMIT})  # after these a redrive starts a new Map Run
_COUNTS: Final = (
    "pending",
    "running",
    "succeeded",
    "failed",
    "timedOut",
    "aborted",
    "total",
    "resultsWritten",
    "failuresNotRedrivable",
    "pendingRedrive",
)


class Unit(NamedTuple):
    """What one child gets.

    Attributes:
        number: Its place among the units, from 0.
        items: How many items it holds.
        text: The child's input, a JSON text.
        item: `Map.Item` of the context object; None for a batch.
    """

    number: int
    items: int
    text: str
    item: Mapping[str, Any] | None


class Processor(NamedTuple):
    """What the children of a Map Run are.

    Attributes:
        machine: The ItemProcessor.
        type: STANDARD or EXPRESS.
    """

    machine: Machine
    type: str


@dataclass(slots=True)
class Settings:
    """What UpdateMapRun can change while a Map Run runs.

    Attributes:
        concurrency: The most children at the same time; 0 sets no limit of its own.
        tolerated_count: How many items may fail, None when only the percentage counts.
        tolerated_percentage: How many of a hundred items may fail, None when only the count does.
    """

    concurrency: int = 0
    tolerated_count: int | None = None
    tolerated_percentage: float | None = None

    def exceeded(self, failed: int, total: int) -> bool:
        """Whether that many failed items are too many: over either threshold, or any when there is none.

        >>> Settings(tolerated_count=2).exceeded(2, 4), Settings(tolerated_percentage=49).exceeded(2, 4)
        (False, True)
        """
        if self.tolerated_count is None and self.tolerated_percentage is None:
            return failed > 0
        over_count = self.tolerated_count is not None and failed > self.tolerated_count
        over_share = self.tolerated_percentage is not None and failed * 100 > self.tolerated_percentage * total
        return over_count or over_share


@dataclass(slots=True, eq=False)
class MapRun:
    """One Map Run.

    Attributes:
        parent: The execution it is part of.
        machine: What its children run; its ARN and name end with the label.
        state: The name of the Map state.
        settings: What can be changed while it runs.
        started: Epoch seconds.
        stopped: Epoch seconds, None while it runs.
        units: What there is to do, in order.
        planned: Whether the items are read and the units known.
        children: The number of a unit -> its child, in the order of starts.
        items: Counts of items, by the API's names.
        executions: Counts of children, by the API's names.
        error: The error it failed with, or None.
        update: Changes its settings, given all of them; None when nobody runs it.
        changed: Called after an update; None when no child runs yet.
    """

    arn: str = field(repr=False)
    parent: Execution = field(repr=False)
    machine: MachineRecord = field(repr=False)
    state: str
    settings: Settings
    started: float
    status: Status = "RUNNING"
    stopped: float | None = None
    error: str | None = None
    redrive_count: int = 0
    redriven: float | None = None
    planned: bool = False
    units: list[Unit] = field(default_factory=list, repr=False)
    children: dict[int, Execution] = field(default_factory=dict, repr=False)
    items: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_COUNTS, 0), repr=False)
    executions: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_COUNTS, 0), repr=False)
    update: Callable[..., object] | None = field(default=None, repr=False)
    changed: Callable[[], None] | None = field(default=None, repr=False)
    _before: dict[int, Status] = field(default_factory=dict, repr=False)

    @property
    def id(self) -> str:
        """The last part of its ARN."""
        return self.arn.rsplit(":", 1)[1]

    def plan(self, units: list[Unit]) -> None:
        """Know what there is to do."""
        self.units, self.planned = units, True
        for counts, number in ((self.items, sum(unit.items for unit in units)), (self.executions, len(units))):
            counts["pending"] = counts["total"] = number

    def set(self, concurrency: int, tolerated_count: int | None, tolerated_percentage: float | None) -> None:
        """Change its settings; takes effect at once."""
        self.settings = Settings(concurrency, tolerated_count, tolerated_percentage)
        if self.changed is not None:
            self.changed()

    def move(self, unit: Unit, before: str, after: str) -> None:
        """Count a unit under another name than before."""
        for counts, number in ((self.items, unit.items), (self.executions, 1)):
            counts[before] -= number
            counts[after] += number

    def exceeded(self) -> bool:
        """Whether more items have failed than are tolerated."""
        failed = self.items["failed"] + self.items["timedOut"] + self.items["aborted"]
        return self.settings.exceeded(failed, self.items["total"])

    def end(self, status: Status, now: float, error: str | None = None) -> None:
        """It has ended."""
        self.status, self.stopped, self.error = status, now, error
        self.update = self.changed = None
        for number, before in self._before.items():
            self.children[number].status = before
            self.move(self.units[number], "pendingRedrive", COUNTED_AS[before])
        self._before.clear()

    @property
    def resumable(self) -> bool:
        """Whether a redrive goes on with it instead of starting a new one."""
        return self.status in UNSUCCESSFUL and self.error not in NOT_RESUMED

    def begin_again(self, now: float, *, history_limit: int | None) -> None:
        """Go on after a redrive: what did not succeed is to be done again, except children without room for it.

        Args:
            now: The time.
            history_limit: The most events of a Standard child, or None.
        """
        self.status, self.stopped, self.error = "RUNNING", None, None
        self.redriven, self.redrive_count = now, self.redrive_count + 1
        for number, child in self.children.items():
            if child.status not in UNSUCCESSFUL:
                continue
            if history_limit is not None and len(child.history) >= history_limit - 1:
                self.items["failuresNotRedrivable"] += self.units[number].items
                self.executions["failuresNotRedrivable"] += 1
                continue
            self.move(self.units[number], COUNTED_AS[child.status], "pendingRedrive")
            self._before[number] = child.status
            child.status = "PENDING_REDRIVE"

    def waiting(self) -> list[Unit]:
        """What is still to be started, or started again."""
        return [unit for unit in self.units if unit.number not in self.children or unit.number in self._before]

    def taken_up(self, unit: Unit) -> Execution | None:
        """A unit is about to run; its child when it had one before a redrive."""
        again = self._before.pop(unit.number, None) is not None
        self.move(unit, "pendingRedrive" if again else "pending", "running")
        return self.children[unit.number] if again else None


class MapRuns:
    """The Map Runs of an engine and their children.

    Args:
        storage: Where their datasets lie and their results go.
        began: Called with a child that starts, and what runs it.
        ended: Called with a child that has ended.

    Attributes:
        closing: The engine is being closed: what runs is dropped where it stands, and none of it is a Map Run's end.
        by_arn: ARN -> Map Run, in the order of their starts.
        children: ARN -> child.
    """

    def __init__(
        self,
        storage: Storage,
        *,
        began: Callable[[Execution, Any], object],
        ended: Callable[[Execution], object],
    ) -> None:
        self.storage = storage
        self.closing = False
        self.by_arn: dict[str, MapRun] = {}
        self.children: dict[str, Execution] = {}
        self._began = began
        self._ended = ended

    def opened(self, map_run: MapRun) -> None:
        """A Map Run has started."""
        self.by_arn[map_run.arn] = map_run

    def find(self, arn: str) -> MapRun | None:
        """The Map Run of an ARN, or None."""
        return self.by_arn.get(arn)

    def began(self, child: Execution, run: object) -> None:
        """A child starts."""
        self.children[child.arn] = child
        self._began(child, run)

    def ended(self, child: Execution) -> None:
        """A child has ended."""
        self._ended(child)

    def forget(self, parents: Container[Execution]) -> list[Execution]:
        """Forget the Map Runs of these executions; the children that are forgotten with them."""
        gone = [map_run for map_run in self.by_arn.values() if map_run.parent in parents]
        for map_run in gone:
            del self.by_arn[map_run.arn]
            for child in map_run.children.values():
                self.children.pop(child.arn, None)
        return [child for map_run in gone for child in map_run.children.values()]

    def of(self, parent: Execution) -> list[MapRun]:
        """The Map Runs of an execution, the oldest first."""
        return [map_run for map_run in self.by_arn.values() if map_run.parent is parent]
