"""`Executions`: what `session.executions()` lists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import overload

from sfn_notebook._display import Shown
from sfn_notebook.notebook.execution import Execution


class Executions(Sequence[Execution], Shown):
    """Executions, newest first; shown as a table."""

    def __init__(self, executions: Sequence[Execution], statuses: Sequence[str]) -> None:
        self._executions = tuple(executions)
        self.statuses = tuple(statuses)

    @overload
    def __getitem__(self, index: int) -> Execution: ...
    @overload
    def __getitem__(self, index: slice) -> Executions: ...
    def __getitem__(self, index: int | slice) -> Execution | Executions:
        if isinstance(index, slice):
            return Executions(self._executions[index], self.statuses[index])
        return self._executions[index]

    def __iter__(self) -> Iterator[Execution]:
        return iter(self._executions)

    def __len__(self) -> int:
        return len(self._executions)

    def __repr__(self) -> str:
        pairs = zip(self._executions, self.statuses, strict=True)
        return "\n".join(f"{one.machine_name:<24} {status}" for one, status in pairs) or "no executions yet"
