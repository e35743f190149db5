"""Mocks of an execution that has run: what each of its tasks gave, call by call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sfn_notebook import _json
from sfn_notebook._mocks import MockError, PerItem
from sfn_notebook.errors import NotAvailable
from sfn_notebook.history import Run, Visit
from sfn_notebook.history.describe import details_of

_OF_TASKS: Final = ("Task", "LambdaFunction", "Activity")
_FAILED: Final = ("Failed", "TimedOut", "ScheduleFailed", "StartFailed", "SubmitFailed")
_ENDS: Final = frozenset(f"{kind}{end}" for kind in _OF_TASKS for end in ("Succeeded", *_FAILED))
_STARTS: Final = frozenset(f"{kind}Scheduled" for kind in _OF_TASKS)


def recorded(run: Run) -> dict[str, Any]:
    """The mocks that make another execution see what this one saw.

    Args:
        run: The fold of its history.

    Returns:
        State -> a list of answers, in the order of the calls; of a task inside of a Map, one list for each iteration.
        Tasks that have not ended, and those of a distributed Map's children, are not there.

    Raises:
        NotAvailable: the history holds a result only in part.
    """
    visits = {visit.entered_id: visit for visit in run.visits if visit.type == "Task"}
    owners: dict[int, Visit | None] = {}  # event -> the Task it belongs to
    calls: dict[int, tuple[Visit, Any]] = {}  # the event that scheduled a call -> what came of it
    scheduled: dict[int, int] = {}  # the event that entered a Task -> the one that scheduled its latest call
    for event in run.events:
        number, kind = int(event["id"]), str(event["type"])
        visit = owners[number] = visits.get(number) or owners.get(int(event.get("previousEventId", number - 1)))
        if visit is None:
            continue
        if kind in _STARTS:
            scheduled[visit.entered_id] = number
        elif kind in _ENDS:
            call = scheduled.get(visit.entered_id, number)
            calls[call] = visit, _answer(visit.state, kind, details_of(event))
    return _by_state([calls[number] for number in sorted(calls)])


def _by_state(calls: list[tuple[Visit, Any]]) -> dict[str, Any]:
    found: dict[str, dict[int | None, list[Any]]] = {}
    for visit, answer in calls:
        index = visit.map_index[-1] if visit.map_index else None
        found.setdefault(visit.state, {}).setdefault(index, []).append(answer)
    return {
        state: answers[None]
        if None in answers
        else PerItem({index: answers[index] for index in sorted(one for one in answers if one is not None)})
        for state, answers in found.items()
    }


def _answer(state: str, kind: str, details: Mapping[str, Any]) -> Any:
    if not kind.endswith("Succeeded"):
        return MockError(details.get("error"), details.get("cause"))
    if (details.get("outputDetails") or {}).get("truncated") or "output" not in details:
        raise NotAvailable(f"the history does not hold the whole result of {state!r}.")
    return _json.loads(details["output"])
