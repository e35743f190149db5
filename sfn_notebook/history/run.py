"""The one reducer: events of an execution folded into what people look at.

Everything shown of an execution comes from here, whether its events come from the embedded engine, an emulator
or AWS. Folding is incremental (each event costs the same, however long the history) and takes every event once,
whatever pages it comes in.

The status of a *state* is that of its visits: while one of them runs, what runs (WAITING before RETRYING before
RUNNING); after that the worst over its Map iterations, each with its latest visit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sfn_notebook.asl import Machine
from sfn_notebook.history import folds
from sfn_notebook.history.data import epoch, parsed
from sfn_notebook.history.describe import details_of
from sfn_notebook.history.visits import ENDED, Pending, Scope, Visit

_ENDS: Final = {
    "ExecutionSucceeded": "SUCCEEDED",
    "ExecutionFailed": "FAILED",
    "ExecutionTimedOut": "TIMED_OUT",
    "ExecutionAborted": "ABORTED",
}
# what a state is shown as, the first that any of its visits has
_PRECEDENCE: Final = ("WAITING", "RETRYING", "RUNNING", "FAILED", "TIMED_OUT", "ABORTED", "CAUGHT", "SUCCEEDED")


@dataclass(frozen=True, slots=True)
class Changes:
    """What a feed has changed.

    Attributes:
        events: The events that were new, in order.
        states: The names of states whose status is another now.
        pending_changed: Whether a task began or ceased to wait for an answer.
        ended: Whether the execution has ended.
    """

    events: tuple[Mapping[str, Any], ...]
    states: frozenset[str]
    pending_changed: bool
    ended: bool

    def __bool__(self) -> bool:
        return bool(self.events)


class Run:
    """An execution as its history tells it.

    Args:
        definition: The definition that runs, where it is known: it says where task tokens stand and which states
            have a Retry.

    Attributes:
        events: The events, in order.
        status: RUNNING, SUCCEEDED, FAILED, TIMED_OUT or ABORTED.
        input: The execution's input (parsed JSON), or None.
        output: Its output, once it succeeded.
        error: The error name it ended with, or None.
        cause: The cause, or None.
        started_at: When it started, epoch seconds.
        stopped_at: When it ended, or None.
        visits: Every passage through a state, in the order of entering.
        statuses: State name -> status; a state that was not entered is not in it.

    >>> run = Run()
    >>> changes = run.feed([{"id": 1, "type": "ExecutionStarted", "previousEventId": 0}])
    >>> run.status, changes.ended
    ('RUNNING', False)
    """

    def __init__(self, definition: Machine | None = None) -> None:
        self.definition = definition
        self.events: list[Mapping[str, Any]] = []
        self.status = "RUNNING"
        self.input: Any = None
        self.output: Any = None
        self.error: str | None = None
        self.cause: str | None = None
        self.started_at: float | None = None
        self.stopped_at: float | None = None
        self.visits: list[Visit] = []
        self.statuses: dict[str, str] = {}
        self._states = {} if definition is None else {state.name: state for state in definition.walk()}
        self._root = Scope(None, None, ())
        self._visit_at: list[Visit | None] = [None]  # event id -> the visit it belongs to
        self._scope_at: list[Scope] = [self._root]  # event id -> the scope a state entered after it runs in
        self._latest: dict[str, dict[tuple[int, ...], str]] = {}
        self._counts: dict[str, Counter[str]] = {}
        self._pending: dict[int, Pending] = {}  # by the event that scheduled the task
        self._open: dict[int, Visit] = {}  # visits that have not ended, by the event that entered them
        self._early: dict[int, Mapping[str, Any]] = {}  # events that came before the ones they follow
        self._touched: set[str] = set()
        self._pending_touched = False

    @property
    def last_id(self) -> int:
        """The id of the last event."""
        return len(self.events)

    @property
    def ended(self) -> bool:
        """Whether the execution has ended."""
        return self.status != "RUNNING"

    @property
    def path(self) -> list[str]:
        """The names of the states in the order they were entered."""
        return [visit.state for visit in self.visits]

    @property
    def pending(self) -> list[Pending]:
        """The tasks that wait for an answer, the longest waiting first."""
        return list(self._pending.values())

    def feed(self, events: Iterable[Mapping[str, Any]]) -> Changes:
        """Fold more events in.

        Events that are known already are passed over; one that comes before its predecessors is kept until they
        have come.

        Args:
            events: Events as `GetExecutionHistory` returns them; their `timestamp` a datetime or epoch seconds.
        """
        self._touched, self._pending_touched = set(), False
        first = len(self.events)
        for event in events:
            if event["id"] > len(self.events):
                self._early[event["id"]] = event
            while (following := self._early.pop(len(self.events) + 1, None)) is not None:
                self._fold(following)
        changed = frozenset(name for name in self._touched if self._show(name))
        return Changes(tuple(self.events[first:]), changed, self._pending_touched, self.ended)

    # -- one event

    def _fold(self, event: Mapping[str, Any]) -> None:
        kind, details = str(event["type"]), details_of(event)
        previous = min(int(event.get("previousEventId") or 0), len(self.events))
        self.events.append(event)
        at = epoch(event.get("timestamp"))
        visit, scope = self._visit_at[previous], self._scope_at[previous]
        if kind == "EvaluationFailed":
            # it follows the event before the state was entered, but it names the state
            visit = self._entered(str(details.get("state")), otherwise=visit)
        # every event belongs to what it follows, until the fold of its type says otherwise
        self._visit_at.append(visit)
        self._scope_at.append(scope)
        if kind in _ENDS:
            self._end(kind, details, visit, at)
        elif kind in ("ExecutionStarted", "ExecutionRedriven"):
            self._begin(kind, details, at)
        elif kind.endswith("StateEntered"):
            self._enter(kind.removesuffix("StateEntered"), details, scope, at)
        elif kind.endswith("StateExited"):
            self._exit(details, visit, at)
        elif visit is not None:
            folds.fold(self, kind, details, visit, at)

    def _entered(self, name: str, *, otherwise: Visit | None) -> Visit | None:
        return next((visit for visit in reversed(self._open.values()) if visit.state == name), otherwise)

    def _begin(self, kind: str, details: Mapping[str, Any], at: float | None) -> None:
        self.status, self.stopped_at, self.error, self.cause = "RUNNING", None, None, None
        if kind == "ExecutionStarted":
            self.input, self.started_at = parsed(details.get("input")), at
        self._visit_at[-1], self._scope_at[-1] = None, self._root

    def _end(self, kind: str, details: Mapping[str, Any], visit: Visit | None, at: float | None) -> None:
        self.status, self.stopped_at = _ENDS[kind], at
        self.output = parsed(details.get("output"))
        self.error, self.cause = details.get("error"), details.get("cause")
        if self.status in ("FAILED", "TIMED_OUT"):
            self.blame(visit, self.error, self.cause, at)
        for other in list(self._open.values()):
            failed = other.status in ENDED
            self.close(other, other.status if failed else "ABORTED", at)
        self._pending_touched |= bool(self._pending)
        self._pending.clear()

    def _enter(self, kind: str, details: Mapping[str, Any], scope: Scope, at: float | None) -> None:
        scope = self._branch_scope(scope, str(details.get("name", "")))
        visit = Visit(str(details.get("name", "")), kind, scope, len(self.events), at, parsed(details.get("input")))
        self.visits.append(visit)
        self._open[visit.entered_id] = visit
        self._visit_at[-1], self._scope_at[-1] = visit, scope
        self.mark(visit, "RUNNING")
        if kind == "Fail":
            # a Fail state fails as soon as it is entered; its error comes with the end around it
            visit.status = "FAILED"
            self.mark(visit, "FAILED")

    def _branch_scope(self, scope: Scope, name: str) -> Scope:
        """Branches of a Parallel have no event of their own: the first state of one tells which it is."""
        container = scope.container
        if container is None or container.type != "Parallel" or scope.index is not None:
            return scope
        state = self._states.get(container.state)
        branches = state.branches if state is not None else ()
        index = next((at for at, branch in enumerate(branches) if name in branch.states), None)
        place = len(self.events) if index is None else index
        return Scope(container, place, (*container.scope.key, container.entered_id, place))

    def _exit(self, details: Mapping[str, Any], visit: Visit | None, at: float | None) -> None:
        name = details.get("name")
        while visit is not None and (visit.state != name or visit.exited_id is not None):
            visit = visit.scope.container
        if visit is None:
            return
        visit.exited_id = len(self.events)
        visit.output = parsed(details.get("output"))
        visit.assigned = {key: parsed(value) for key, value in (details.get("assignedVariables") or {}).items()}
        caught = visit.status in ("FAILED", "TIMED_OUT", "RETRYING")
        self.close(visit, "CAUGHT" if caught else "SUCCEEDED", at)
        self._visit_at[-1], self._scope_at[-1] = visit, visit.scope

    # -- what the folds of single event types use

    def has_retry(self, visit: Visit) -> bool:
        """Whether the definition gives this state a Retry."""
        state = self._states.get(visit.state)
        return bool(state is not None and state.fields.get("Retry"))

    def state_of(self, visit: Visit) -> Any:
        """The state of the definition, or None."""
        return self._states.get(visit.state)

    def place(self, visit: Visit, scope: Scope | None = None) -> None:
        """The newest event belongs to this visit; a state entered after it runs in this scope."""
        self._visit_at[-1], self._scope_at[-1] = visit, scope or visit.scope

    def mark(self, visit: Visit, status: str) -> None:
        """Give a visit its status, and count it for its state."""
        visit.status = status
        latest = self._latest.setdefault(visit.state, {})
        counts = self._counts.setdefault(visit.state, Counter())
        old = latest.get(visit.scope.key)
        if old is not None:
            counts[old] -= 1
        latest[visit.scope.key] = status
        counts[status] += 1
        self._touched.add(visit.state)

    def close(self, visit: Visit, status: str, at: float | None) -> None:
        """A visit has ended."""
        self.mark(visit, status)
        visit.exited_at = at
        self._open.pop(visit.entered_id, None)
        for attempt in visit.attempts[-1:]:
            if attempt.status in ("RUNNING", "WAITING"):
                attempt.status, attempt.ended_at = ("ABORTED" if status == "ABORTED" else status), at
            self.no_longer_pending(attempt.scheduled_id)

    def close_inside(self, container: Visit, index: int | None, at: float | None) -> None:
        """What still runs inside a Map or Parallel (or one iteration of it) ends with it."""
        for visit in list(self._open.values()):
            if visit is not container and _inside(visit, container, index):
                self.close(visit, visit.status if visit.status in ENDED else "ABORTED", at)

    def blame(self, visit: Visit | None, error: str | None, cause: str | None, at: float | None) -> None:
        """The visit that ended the execution has failed, and with it what is around it."""
        while visit is not None:
            if visit.exited_id is None and visit.entered_id in self._open:
                visit.error, visit.cause = visit.error or error, visit.cause or cause
                status = "TIMED_OUT" if visit.status == "TIMED_OUT" else "FAILED"
                self.close(visit, "ABORTED" if self.status == "TIMED_OUT" else status, at)
            visit = visit.scope.container

    def pending_now(self, pending: Pending) -> None:
        """A task waits for an answer from now on."""
        self._pending[pending.scheduled_id] = pending
        self._pending_touched = True

    def no_longer_pending(self, scheduled_id: int) -> None:
        """A task waits no longer."""
        self._pending_touched |= self._pending.pop(scheduled_id, None) is not None

    def _show(self, name: str) -> bool:
        """Bring a state's status up to date; whether it is another now."""
        counts = self._counts[name]
        status = next(one for one in _PRECEDENCE if counts[one] > 0)
        changed = self.statuses.get(name) != status
        self.statuses[name] = status
        return changed


def _inside(visit: Visit, container: Visit, index: int | None) -> bool:
    scope: Scope = visit.scope
    while scope.container is not None:
        if scope.container is container:
            return index is None or scope.index == index
        scope = scope.container.scope
    return False
