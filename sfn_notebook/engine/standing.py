"""Where an execution stood when it ended without success, read from its history: what a redrive goes on with.

https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from sfn_notebook import history
from sfn_notebook.asl import Machine, State
from sfn_notebook.engine.failures import DATA_LIMIT, StateFailure
from sfn_notebook.engine.place import Place
from sfn_notebook.engine.records import Event
from sfn_notebook.engine.retry import matches

Branches = dict[int | None, list[history.Visit]]
_CAUGHT: Final = "CAUGHT"


def standing(machine: Machine, events: Iterable[Event]) -> Place | None:
    """Where an execution stood; None when it had entered no state.

    Args:
        machine: Its definition, or the processor of the Map it is an item of.
        events: Its history.
    """
    run = history.Run(machine)
    run.feed(event.to_api() for event in events)
    inside: dict[history.Visit | None, Branches] = {}
    for visit in run.visits:
        around = visit.scope.container
        if around is None or visit.entered_id > around.started_id:
            inside.setdefault(around, {}).setdefault(visit.scope.index, []).append(visit)
    return _Reading(machine, inside, run.error).branch(inside.get(None, {}).get(None, []))


class _Reading:
    """A fold being read.

    Args:
        machine: The definition.
        inside: The visits of the last attempt of every container, by branch.
        error: The error the execution ended with.
    """

    def __init__(self, machine: Machine, inside: Mapping[history.Visit | None, Branches], error: str | None) -> None:
        self._states = {state.name: state for state in machine.walk()}
        self._inside = inside
        self._error = error

    def branch(self, visits: list[history.Visit]) -> Place | None:
        """Where a branch stood."""
        if not visits:
            return None
        last = visits[-1]
        variables: dict[str, str] = {}
        for visit in visits if last.type != "Choice" else visits[:-1]:
            variables.update(visit.raw_assigned)
        if last.exited_id is None:
            return self._within(last, variables)
        state = self._states[last.state]
        if state.type == "Choice":
            left = last.raw_output, last.raw_assigned
            return Place(last.state, last.raw_input, last.exited_id, variables, last.entered_id, left)
        return Place(_after(state, last), last.raw_output, last.exited_id, variables)

    def _within(self, visit: history.Visit, variables: Mapping[str, str]) -> Place:
        if visit.type == "Fail":  # it is entered again, and fails again
            return Place(visit.state, visit.raw_input, visit.entered_id, variables)
        branches = {index or 0: self.branch(inner) for index, inner in self._inside.get(visit, {}).items()}
        begun = {index: place for index, place in branches.items() if place is not None}
        whole = bool(begun) and all(place.state is None for place in begun.values())
        if self._error == DATA_LIMIT and whole:  # its own result was too long: all of it runs again
            return Place(visit.state, visit.raw_input, visit.entered_id, variables, visit.entered_id)
        return Place(
            visit.state,
            visit.raw_input,
            visit.entered_id,
            variables,
            visit.entered_id,
            started_id=visit.started_id,
            inside=begun,
            map_run_arn=visit.map_run_arn,
        )


def _after(state: State, visit: history.Visit) -> str | None:
    """The state that follows one that was left; None when its branch ends with it."""
    if visit.status == _CAUGHT:
        failure = StateFailure(visit.error, visit.cause)
        for entry in state.fields.get("Catch") or ():
            if matches(frozenset(entry.get("ErrorEquals", ())), failure):
                return str(entry["Next"])
    return None if state.ends else state.next
