"""The one reducer: events of an execution folded into what people look at.

Everything shown of an execution comes from here, whether its events come from the embedded engine, an emulator
or AWS. Folding is incremental (each event costs the same, however long the history) and takes every event once,
whatever pages it comes in.

The status of a *state* is that of its visits: while one of them runs, what runs (WAITING before RETRYING before
RUNNING); after that the worst over its Map iterations, each with its latest visit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sfn_notebook.asl import Machine, State
from sfn_notebook.history import folds
from sfn_notebook.history.data import epoch, parsed
from sfn_notebook.history.describe import details_of
from sfn_notebook.history.outline import Outline
from sfn_notebook.history.tally import Tally
from sfn_notebook.history.visits import ENDED, Pending, Scope, Visit

_ENDS: Final = {
    "ExecutionSucceeded": "SUCCEEDED",
    "ExecutionFailed": "FAILED",
    "ExecutionTimedOut": "TIMED_OUT",
    "ExecutionAborted": "ABORTED",
}
_OF_TASKS: Final = frozenset(kind for kind in folds.FOLDS if kind.startswith(("Task", "Activity", "LambdaFunction")))


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
        self._outline = Outline(definition)
        self._told = 0  # how many events a `Changes` has had
        self._reset()

    def _reset(self) -> None:
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
        self._root = Scope(None, None, ())
        self._visit_at: list[Visit | None] = [None]  # event id -> the visit it belongs to
        self._scope_at: list[Scope] = [self._root]  # event id -> the scope a state entered after it runs in
        self._tallies: dict[str, Tally] = {}
        self._pending: dict[int, Pending] = {}  # by the event that scheduled the task
        self._open: dict[int, Visit] = {}  # visits that have not ended, by the event that entered them
        self._early: dict[int, Mapping[str, Any]] = {}  # events that came before the ones they follow
        self._touched: set[str] = set()
        self._pending_touched = False
        self._folding = False

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

    def unfinished(self) -> list[Visit]:
        """The visits that were entered and never left, as far as they are of the last attempt of what is around.

        Where an execution has ended without success, these are what a redrive goes on with.
        """
        latest: dict[tuple[Visit | None, int | None], Visit] = {}
        for visit in self.visits:
            around = visit.scope.container
            if around is None or visit.entered_id > around.started_id:
                latest[around, visit.scope.index] = visit
        found = [visit for visit in latest.values() if visit.exited_id is None]
        return [visit for visit in found if visit.scope.container is None or visit.scope.container in found]

    def feed(self, events: Iterable[Mapping[str, Any]]) -> Changes:
        """Fold more events in.

        Events that are known already are passed over; one that comes before its predecessors is kept until they
        have come.

        Args:
            events: Events as `GetExecutionHistory` returns them; their `timestamp` a datetime or epoch seconds.
        """
        if self._folding:  # Ctrl-C came in the middle of a fold, and nobody knows what it left behind
            events = [*self.events, *events]
            self._reset()
        self._touched, self._pending_touched, self._folding = set(), False, True
        for event in events:
            if event["id"] > len(self.events):
                self._early[event["id"]] = event
            while (following := self._early.pop(len(self.events) + 1, None)) is not None:
                self._fold(following)
        changed = frozenset(name for name in self._touched if self._show(name))
        fresh = tuple(self.events[self._told :])
        self._told, self._folding = len(self.events), False
        return Changes(fresh, changed, self._pending_touched, self.ended)

    def conclude(self, answer: Mapping[str, Any]) -> None:
        """Take the end from the answer of StartSyncExecution: an Express execution has no events to be asked for.

        Args:
            answer: The answer, as botocore gives it.
        """
        self.status = answer["status"]
        self.input, self.output = parsed(answer.get("input")), parsed(answer.get("output"))
        self.error, self.cause = answer.get("error"), answer.get("cause")
        self.started_at, self.stopped_at = epoch(answer["startDate"]), epoch(answer["stopDate"])

    # -- one event

    def _fold(self, event: Mapping[str, Any]) -> None:
        kind, details = str(event["type"]), details_of(event)
        previous = min(int(event.get("previousEventId", len(self.events))), len(self.events))
        self.events.append(event)
        at = epoch(event.get("timestamp"))
        visit, scope = self._visit_at[previous], self._scope_at[previous]
        if kind in _OF_TASKS and "previousEventId" not in event:
            visit = self._likely_task(kind, details) or visit
        if kind == "EvaluationFailed":
            # it follows the event before the state was entered, but it names the state
            visit = self._entered(str(details.get("state")), otherwise=visit)
        # every event belongs to what it follows, until the fold of its type says otherwise
        self._visit_at.append(visit)
        self._scope_at.append(scope)
        if kind in _ENDS:
            self._end(kind, details, visit, at)
        elif kind == "ExecutionStarted":
            self._begin(details, at)
        elif kind == "ExecutionRedriven":
            self._begin_again()
        elif kind.endswith("StateEntered"):
            self._caught(visit, previous, str(details.get("name", "")))
            self._enter(kind.removesuffix("StateEntered"), details, scope, at)
        elif kind.endswith("StateExited"):
            self._exit(details, visit, at)
        elif visit is not None:
            folds.fold(self, kind, details, visit, at)

    def _entered(self, name: str, *, otherwise: Visit | None) -> Visit | None:
        return next((visit for visit in reversed(self._open.values()) if visit.state == name), otherwise)

    def _begin(self, details: Mapping[str, Any], at: float | None) -> None:
        self.input, self.started_at = parsed(details.get("input")), at
        self._visit_at[-1], self._scope_at[-1] = None, self._root

    def _begin_again(self) -> None:
        self.status, self.stopped_at, self.error, self.cause = "RUNNING", None, None, None
        unfinished = [visit for visit in self.unfinished() if visit.type != "Fail"]  # that is entered again
        for visit in unfinished:
            visit.exited_at, visit.error, visit.cause = None, None, None
            visit.tries_before = len(visit.attempts)
            self._open[visit.entered_id] = visit
            self.mark(visit, "RUNNING")
        top = next((visit for visit in unfinished if visit.scope.container is None), None)
        self._visit_at[-1], self._scope_at[-1] = top, self._root

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
        name = str(details.get("name", ""))
        scope = self._home(name, scope)
        visit = Visit(name, kind, scope, len(self.events), at, details.get("input"))
        self.visits.append(visit)
        self._open[visit.entered_id] = visit
        self._visit_at[-1], self._scope_at[-1] = visit, scope
        # a Fail state fails as soon as it is entered; its error comes with the end around it
        self.mark(visit, "FAILED" if kind == "Fail" else "RUNNING")

    def _home(self, name: str, scope: Scope) -> Scope:
        """The scope a state is entered in: that of the event it follows, unless the definition knows better.

        Branches of a Parallel have no event of their own: the first state of one tells which it is. And emulators
        write events of branches as if they followed one another.
        """
        home = self._outline.home(name)
        container = scope.container
        if home is None:
            opens = container is not None and container.type == "Parallel" and scope.index is None
            return scope.inside(len(self.events)) if opens else scope
        if home.container is None:
            return self._root
        if container is None or container.state != home.container:
            container = self._entered(home.container, otherwise=None)
            scope = scope if container is None else Scope.of(container)
        return scope if home.branch in (None, scope.index) else scope.inside(home.branch)

    def _caught(self, visit: Visit | None, previous: int, name: str) -> None:
        """A state may fail without an event that says so, after its task; the way it was left by tells."""
        left = visit is not None and visit.exited_id == previous and visit.status == "SUCCEEDED"
        if visit is not None and left and self._outline.only_catches(visit.state, name):
            self.mark(visit, "CAUGHT")

    def _likely_task(self, kind: str, details: Mapping[str, Any]) -> Visit | None:
        """The Task an event belongs to that does not say what it follows, as some emulators write them."""
        starts = kind.endswith("Scheduled")
        resource = str(details.get("resource", ""))
        found = None
        for visit in self._open.values():
            running = bool(visit.attempts) and visit.attempts[-1].ended_at is None
            if visit.type == "Task" and running is not starts:
                state = self._outline.states.get(visit.state)
                if state is not None and state.resource == resource:
                    return visit
                found = visit
        return found

    def _exit(self, details: Mapping[str, Any], visit: Visit | None, at: float | None) -> None:
        name = str(details.get("name"))
        while visit is not None and (visit.state != name or visit.exited_id is not None):
            visit = visit.scope.container
        visit = visit or self._entered(name, otherwise=None)
        if visit is None:
            return
        visit.exited_id = len(self.events)
        visit.raw_output = details.get("output")
        visit.raw_assigned = details.get("assignedVariables") or {}
        caught = visit.status in ("FAILED", "TIMED_OUT", "RETRYING")
        self.close(visit, "CAUGHT" if caught else "SUCCEEDED", at)
        self._visit_at[-1], self._scope_at[-1] = visit, visit.scope

    # -- what the folds of single event types use

    def will_retry(self, visit: Visit) -> bool:
        """Whether this state is going to be tried again after its failure, as far as the definition tells."""
        return self._outline.will_retry(visit.state, visit.error, max(1, len(visit.attempts) - visit.tries_before))

    def state_of(self, visit: Visit) -> State | None:
        """The state of the definition, or None."""
        return self._outline.states.get(visit.state)

    def place(self, visit: Visit, scope: Scope | None = None) -> None:
        """The newest event belongs to this visit; a state entered after it runs in this scope."""
        self._visit_at[-1], self._scope_at[-1] = visit, scope or visit.scope

    def mark(self, visit: Visit, status: str) -> None:
        """Give a visit its status, and count it for its state."""
        visit.status = status
        tally = self._tallies.setdefault(visit.state, Tally())
        tally.count(visit)
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
        status = self._tallies[name].status
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
