"""`MapRun`: the children of one distributed Map in one execution."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Generic, Protocol, TypeVar

from sfn_notebook._display import Shown
from sfn_notebook.errors import InvalidArgument
from sfn_notebook.notebook.executions import Executions, Ran
from sfn_notebook.notebook.pending import PendingTask
from sfn_notebook.notebook.translate import translated

WORDS: Final = {"timedOut": "timed out", "pendingRedrive": "pending redrive"}
_NOT_STATES: Final = ("total", "resultsWritten", "failuresNotRedrivable")


class Child(Ran, Protocol):
    """What a Map Run asks of a child; `execution.Execution` is it."""

    @property
    def pending(self) -> Sequence[PendingTask]:
        """The tasks that wait for an answer now."""
        ...


One_co = TypeVar("One_co", bound=Child, covariant=True)


class MapRun(Shown, Generic[One_co]):
    """One Map Run, as it was when it was last asked for.

    Args:
        client: A Step Functions client.
        arn: Its ARN.
        state: The name of the Map state, "" when it is not known.
        child: Makes an execution of a child's ARN.

    Attributes:
        state: The name of the Map state, "" when it is not known.
    """

    def __init__(self, client: Any, arn: str, *, state: str, child: Callable[[str], One_co]) -> None:
        self.arn = arn
        self.state = state
        self._client = client
        self._child = child
        self._told: Mapping[str, Any] = {}
        self.refresh()

    def refresh(self) -> MapRun[One_co]:
        """Ask for its status and counts now; the Map Run itself."""
        with translated():
            self._told = self._client.describe_map_run(mapRunArn=self.arn)
        return self

    @property
    def status(self) -> str:
        """RUNNING, SUCCEEDED, FAILED or ABORTED."""
        return str(self._told["status"])

    @property
    def items(self) -> dict[str, int]:
        """How many items are in which state, by the API's names."""
        return dict(self._told["itemCounts"])

    @property
    def executions(self) -> dict[str, int]:
        """How many children are in which state, by the API's names."""
        return dict(self._told["executionCounts"])

    @property
    def max_concurrency(self) -> int:
        """How many children may run at once; 0 sets no limit."""
        return int(self._told["maxConcurrency"])

    @property
    def children(self) -> Executions[One_co]:
        """Its child executions so far, the first started first."""
        return self._listed()

    @property
    def pending(self) -> list[PendingTask]:
        """The tasks in its children that wait for an answer now; each running child is asked for its history."""
        return [task for child in self._listed(statusFilter="RUNNING") for task in child.pending]

    def _listed(self, **wanted: str) -> Executions[One_co]:
        found: list[Mapping[str, Any]] = []
        with translated():
            for page in self._client.get_paginator("list_executions").paginate(mapRunArn=self.arn, **wanted):
                found.extend(page["executions"])
        found.reverse()
        return Executions([self._child(one["executionArn"]) for one in found], [str(one["status"]) for one in found])

    def update(
        self,
        *,
        max_concurrency: int | None = None,
        tolerated_failure_count: int | None = None,
        tolerated_failure_percentage: float | None = None,
    ) -> MapRun[One_co]:
        """Change how it goes on, while it runs.

        Args:
            max_concurrency: The most children at once; 0 sets no limit.
            tolerated_failure_count: How many items may fail.
            tolerated_failure_percentage: How many of a hundred items may fail.

        Returns:
            The Map Run.

        Raises:
            InvalidArgument: nothing is to be changed.
        """
        given = {
            "maxConcurrency": max_concurrency,
            "toleratedFailureCount": tolerated_failure_count,
            "toleratedFailurePercentage": tolerated_failure_percentage,
        }
        wanted = {key: value for key, value in given.items() if value is not None}
        if not wanted:
            raise InvalidArgument("update() was given nothing to change.", hint="For instance: max_concurrency=10.")
        with translated():
            self._client.update_map_run(mapRunArn=self.arn, **wanted)
        return self.refresh()

    @property
    def counted(self) -> str:
        """How its items do, in words: "2 succeeded, 1 failed of 3 items"."""
        items = self.items
        counted = [name for name, number in items.items() if number and name not in _NOT_STATES]
        told = ", ".join(f"{items[name]} {WORDS.get(name, name)}" for name in counted) or "nothing yet"
        total = items["total"]
        return f"{told} of {total} item{'' if total == 1 else 's'}"

    def __repr__(self) -> str:
        return f"<MapRun of {self.state!r}: {self.status}, {self.counted}>"
