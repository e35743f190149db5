"""`Executions`: what `session.executions()` lists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol, TypeVar, overload

from sfn_notebook._display import Shown


class Ran(Protocol):
    """What a list of executions asks of one; `execution.Execution` is it."""

    @property
    def machine_name(self) -> str:
        """The name of its state machine."""
        ...


One_co = TypeVar("One_co", bound=Ran, covariant=True)


class Executions(Sequence[One_co], Shown):
    """Executions in a list, and their statuses; shown as a table."""

    def __init__(self, executions: Sequence[One_co], statuses: Sequence[str]) -> None:
        self._executions = tuple(executions)
        self.statuses = tuple(statuses)

    @overload
    def __getitem__(self, index: int) -> One_co: ...
    @overload
    def __getitem__(self, index: slice) -> Executions[One_co]: ...
    def __getitem__(self, index: int | slice) -> One_co | Executions[One_co]:
        if isinstance(index, slice):
            return Executions(self._executions[index], self.statuses[index])
        return self._executions[index]

    def __iter__(self) -> Iterator[One_co]:
        return iter(self._executions)

    def __len__(self) -> int:
        return len(self._executions)

    def __repr__(self) -> str:
        pairs = zip(self._executions, self.statuses, strict=True)
        return "\n".join(f"{one.machine_name:<24} {status}" for one, status in pairs) or "no executions yet"
