"""`StateRun`: what one state did in one execution."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sfn_notebook._display import Shown
from sfn_notebook.errors import NotAvailable, UnknownName, did_you_mean
from sfn_notebook.history import Attempt, Visit
from sfn_notebook.notebook.data_flow import DataFlow, flow_again, recorded_machine
from sfn_notebook.notebook.evidence import Told, result_of, seen_by, variables_at
from sfn_notebook.notebook.testing import Testable


class StateRun(Shown):
    """One state of one execution: its visits, and of the last one input, output and attempts.

    Attributes:
        name: The state's name.
        status: NOT_STARTED, RUNNING, WAITING, RETRYING, SUCCEEDED, CAUGHT, FAILED, TIMED_OUT or ABORTED.
        visits: Every passage through it, in order; a Map runs it once per item.
    """

    def __init__(self, name: str, status: str, visits: list[Visit], told: Told) -> None:
        self.name = name
        self.status = status
        self.visits = visits
        self._told = told

    @property
    def input(self) -> Any:
        """The input of the last visit, or None."""
        return self.visits[-1].input if self.visits else None

    @property
    def output(self) -> Any:
        """The output of the last visit, or None."""
        return self.visits[-1].output if self.visits else None

    @property
    def result(self) -> Any:
        """What came back to the last visit, before ResultSelector and Output; None where the history does not tell."""
        return result_of(self._told.run, self.visits[-1]) if self.visits else None

    @property
    def variables(self) -> Mapping[str, Any]:
        """The workflow variables that the last visit saw."""
        return variables_at(self._told.run, self.visits[-1]) if self.visits else {}

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

    def seen(self) -> Mapping[str, Any]:
        """What expressions of the last visit saw besides its input: result, errorOutput, variables, context.

        Raises:
            NotAvailable: it was not entered.
        """
        return seen_by(self._told, self._last())

    def data_flow(self) -> DataFlow:
        """Every stage of the last visit's data, each beside its expression.

        The state is run again by itself, through TestState, with the input it had and the result it got: nothing is
        called a second time.

        Raises:
            NotAvailable: it was not entered, the history does not tell what came back to it, or there is no TestState.

        >>> import sfn_notebook as sfn
        >>> with sfn.local(clock="instant") as session:
        ...     sm = session.state_machine("orders")
        ...     add = sm.pass_("Add up", output={"total": sfn.q("$sum($states.input.prices)")})
        ...     sm.run({"prices": [1, 2]}).states["Add up"].data_flow()
        'Add up': ✓ SUCCEEDED
          input                                                 {"prices":[1,2]}
        ≠ output  Output {"total":"{% $sum($states.input.prices) %}"}  {"total":3}
        """
        return self.flow_on(recorded_machine(self._told), self.name)

    def flow_on(self, machine: Testable, state: str, *, mock: Any = None) -> DataFlow:
        """The data flow of a state of a machine, with what the last visit had; `sm.data_flow` is made of it.

        Args:
            machine: The machine.
            state: The state's name.
            mock: What comes back to it, where it is not to be what came back then.
        """
        return flow_again(self._told, self._last(), machine, state=state, mock=mock)

    def _last(self) -> Visit:
        if not self.visits:
            raise NotAvailable(f"{self.name!r} was not entered in this execution, so there is no data of it.")
        return self.visits[-1]

    def __repr__(self) -> str:
        count = len(self.visits)
        return f"<StateRun {self.name}: {self.status}, {count} visit{'' if count == 1 else 's'}>"


class StateRuns(Mapping[str, StateRun]):
    """The states of an execution by name, in the order of the definition.

    Args:
        told: The execution.
    """

    def __init__(self, told: Told) -> None:
        self._told = told
        self._run = run = told.run
        known = [] if run.definition is None else [state.name for state in run.definition.walk()]
        self._names = list(dict.fromkeys([*known, *(visit.state for visit in run.visits)]))

    def __getitem__(self, name: str) -> StateRun:
        if name not in self._names:
            raise UnknownName(f"there is no state {name!r} in this execution.", hint=did_you_mean(name, self._names))
        visits = [visit for visit in self._run.visits if visit.state == name]
        return StateRun(name, self._run.statuses.get(name, "NOT_STARTED"), visits, self._told)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __repr__(self) -> str:
        return "\n".join(repr(self[name]) for name in self._names) or "no states yet"

    def _ipython_key_completions_(self) -> list[str]:
        return self._names
