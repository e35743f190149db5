"""`StateRun`: what one state did in one execution."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sfn_notebook._display import Shown
from sfn_notebook.errors import UnknownName, did_you_mean
from sfn_notebook.history import Attempt, Run, Visit


class StateRun(Shown):
    """One state of one execution: its visits, and of the last one input, output and attempts.

    Attributes:
        name: The state's name.
        status: NOT_STARTED, RUNNING, WAITING, RETRYING, SUCCEEDED, CAUGHT, FAILED, TIMED_OUT or ABORTED.
        visits: Every passage through it, in order; a Map runs it once per item.
    """

    def __init__(self, name: str, status: str, visits: list[Visit]) -> None:
        self.name = name
        self.status = status
        self.visits = visits

    @property
    def input(self) -> Any:
        """The input of the last visit, or None."""
        return self.visits[-1].input if self.visits else None

    @property
    def output(self) -> Any:
        """The output of the last visit, or None."""
        return self.visits[-1].output if self.visits else None

    @property
    def assigned(self) -> Mapping[str, Any]:
        """The variables the last visit assigned."""
        return self.visits[-1].assigned if self.visits else {}

    @property
    def attempts(self) -> list[Attempt]:
        """The tries of the last visit's task, retries included."""
        return self.visits[-1].attempts if self.visits else []

    @property
    def error(self) -> str | None:
        """The error the last visit met, caught or not; or None."""
        return self.visits[-1].error if self.visits else None

    @property
    def cause(self) -> str | None:
        """Its cause, or None."""
        return self.visits[-1].cause if self.visits else None

    @property
    def duration(self) -> float | None:
        """How many seconds the last visit took, or None."""
        return self.visits[-1].duration if self.visits else None

    def __repr__(self) -> str:
        count = len(self.visits)
        return f"<StateRun {self.name}: {self.status}, {count} visit{'' if count == 1 else 's'}>"


class StateRuns(Mapping[str, StateRun]):
    """The states of an execution by name, in the order of the definition.

    Args:
        run: The fold of the history.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        known = [] if run.definition is None else [state.name for state in run.definition.walk()]
        self._names = list(dict.fromkeys([*known, *(visit.state for visit in run.visits)]))

    def __getitem__(self, name: str) -> StateRun:
        if name not in self._names:
            raise UnknownName(f"there is no state {name!r} in this execution.", hint=did_you_mean(name, self._names))
        visits = [visit for visit in self._run.visits if visit.state == name]
        return StateRun(name, self._run.statuses.get(name, "NOT_STARTED"), visits)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __repr__(self) -> str:
        return "\n".join(repr(self[name]) for name in self._names) or "no states yet"

    def _ipython_key_completions_(self) -> list[str]:
        return self._names
