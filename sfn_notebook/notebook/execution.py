"""`Execution`: start it, watch it, answer its tokens, look at what it did."""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import TYPE_CHECKING, Any, Final

from sfn_notebook import _display, asl, draw, history
from sfn_notebook._display import Shown
from sfn_notebook.errors import InvalidArgument, NotAvailable, UnknownName, did_you_mean
from sfn_notebook.notebook.events import Events, EventStream
from sfn_notebook.notebook.following import Followed, SessionLike
from sfn_notebook.notebook.map_runs import MapRun
from sfn_notebook.notebook.old_names import OldExecution
from sfn_notebook.notebook.outcome import failure, nothing_pending, still_running
from sfn_notebook.notebook.pending import PendingTask
from sfn_notebook.notebook.recording import recorded
from sfn_notebook.notebook.states_run import StateRuns
from sfn_notebook.notebook.stream import Pace
from sfn_notebook.notebook.translate import translated

if TYPE_CHECKING:
    from sfn_notebook.notebook.machine import StateMachine

_CALLBACK_SECONDS: Final = 10.0


class Execution(Followed, OldExecution, Shown):
    """One run of a state machine, on whatever stands behind its session.

    It is the same object for a run that was just started and for one attached to by its ARN. What it knows comes
    from the history of the execution alone.

    Args:
        session: The session.
        arn: The execution's ARN.
        machine: The state machine it was started from, where that is known.
        definition: The definition that runs, where that is known.

    Attributes:
        run: The fold of the history so far (`sfn_notebook.history.Run`).
        definition: The definition that runs, read; or None.
    """

    def __init__(
        self,
        session: SessionLike,
        arn: str,
        *,
        machine: StateMachine | None = None,
        definition: asl.Machine | None = None,
    ) -> None:
        super().__init__(session, arn, definition)
        self.machine = machine

    # -- what it shows

    @property
    def states(self) -> StateRuns:
        """Its states by name: `execution.states["Charge"].output`."""
        self.refresh()
        return StateRuns(self)

    @property
    def map_runs(self) -> list[MapRun[Execution]]:
        """The Map Runs of its distributed Maps, the first started first."""
        self.refresh()
        client = self.session.client("stepfunctions")
        with translated():
            pages = list(client.get_paginator("list_map_runs").paginate(executionArn=self.arn))
        arns = [one["mapRunArn"] for page in reversed(pages) for one in reversed(page["mapRuns"])]
        names = {visit.map_run_arn: visit.state for visit in self.run.visits}
        return [self._map_run(client, arn, names.get(arn, "")) for arn in arns]

    def _map_run(self, client: Any, arn: str, state: str) -> MapRun[Execution]:
        found = None if self.definition is None else self.definition.find(state)
        inner = found.branches[0] if found is not None and found.branches else None
        return MapRun(client, arn, state=state, child=lambda child: Execution(self.session, child, definition=inner))

    def events(self) -> Events:
        """The events so far, as `GetExecutionHistory` returns them."""
        self.refresh()
        return Events(self.run.events)

    def stream(self) -> EventStream:
        """Every event from the first on, each as soon as it is there: `for event in execution.stream()`."""
        return EventStream(self)

    def graph(self) -> draw.Graph:
        """The picture, coloured by what has happened; a distributed Map says how its items do.

        Raises:
            NotAvailable: the definition is not known.
        """
        if self.definition is None:
            raise NotAvailable(
                "the definition of this execution is not known.", hint="session.attach(arn) fetches it where it can."
            )
        self.refresh()
        notes = {one.state: [one.counted] for one in self.map_runs} if self._has_map_runs() else {}
        return draw.graph(self.definition, statuses=self.run.statuses, marks=notes, title=self.machine_name)

    def _has_map_runs(self) -> bool:
        return any(visit.map_run_arn is not None for visit in self.run.visits)

    def watch(self, **options: Any) -> Any:
        """The live view: graph, events and callback desk. As last expression of a cell it shows itself.

        Raises:
            NotAvailable: no widgets are there.
        """
        factory = _display.live_view("watch")
        if factory is None:
            raise NotAvailable("there is no live view here.", hint="import sfn_notebook in a notebook with ipywidgets.")
        return factory(self, **options)

    def mocks(self) -> dict[str, Any]:
        """What each of its tasks gave, call by call: for `sm.run(..., mocks=...)` and `sfn.mocks.MockFile`.

        Raises:
            NotAvailable: the history holds a result only in part.

        >>> import sfn_notebook as sfn
        >>> with sfn.local(clock="instant") as session:
        ...     sm = session.state_machine("orders")
        ...     charge = sm.lambda_invoke("Charge", "charge").retry("Busy")
        ...     sm.run(mocks={"Charge": [sfn.error("Busy"), "paid"]}).mocks()
        {'Charge': [error('Busy'), 'paid']}
        """
        self.refresh()
        return recorded(self.run)

    # -- waiting

    def wait(self, timeout: float | None = None) -> Execution:
        """Wait to the end, whatever the end. Ctrl-C ends the wait, not the execution.

        The buttons of the live view keep working meanwhile; `await execution` does the same.

        Args:
            timeout: How many seconds at most.

        Returns:
            The execution, ended or not.
        """
        end = _end(timeout)
        pump = _display.loaded_view("pump")
        while not self.run.ended and (left := end - time.monotonic()) > 0:
            self.wait_for_news(min(self.SLICE, left))
            if pump is not None:
                pump()
        return self

    def __await__(self) -> Generator[Any, None, Execution]:
        return self._wait_async().__await__()

    async def _wait_async(self) -> Execution:
        async for _ in self.stream():
            pass
        return self

    def result(self, timeout: float | None = None) -> Any:
        """Wait for the output.

        Args:
            timeout: How many seconds at most.

        Returns:
            The output.

        Raises:
            ExecutionFailed, ExecutionTimedOut, ExecutionAborted: it ended without one.
            StillRunning: the time is over, and the execution is not.
        """
        self.wait(timeout)
        self.refresh()
        if not self.run.ended:
            raise still_running(self.machine_name, self.run, timeout)
        if self.run.status == "SUCCEEDED":
            return self.run.output
        raise failure(self.machine_name, self.run)

    # -- acting on it

    @property
    def pending(self) -> list[PendingTask]:
        """The tasks that wait for an answer now, the longest waiting first; those in children of its Map Runs last.

        As long as a distributed Map runs, each of its running children is asked for its history.
        """
        self.refresh()
        return [
            *map(self.pending_task, self.run.pending),
            *(task for one in self._open_map_runs() for task in one.pending),
        ]

    def _open_map_runs(self) -> list[MapRun[Execution]]:
        client = self.session.client("stepfunctions")
        running = [(visit.map_run_arn, visit.state) for visit in self.run.visits if visit.status == "RUNNING"]
        return [self._map_run(client, arn, state) for arn, state in running if arn is not None]

    def pending_task(self, waiting: history.Pending) -> PendingTask:
        """A waiting task, as something that can be answered."""
        return PendingTask(self.session, waiting, take=lambda: self.session.activity_desk.token(self, waiting))

    def callback(
        self, state: str | None = None, *, map_index: int | None = None, timeout: float = _CALLBACK_SECONDS
    ) -> PendingTask:
        """The task that waits for an answer; waits a little for it to get there.

        Args:
            state: The state's name; without it, any.
            map_index: Which iteration of a Map, when there are several.
            timeout: How many seconds to wait for it at most.

        Raises:
            UnknownName: there is no such state.
            NothingPending: nothing waits there; the message says what the execution does.
        """
        self._check_state(state)
        end = _end(timeout)
        while True:
            for task in self.pending:
                if state in (None, task.state) and map_index in (None, *task.map_index[-1:]):
                    return task
            if self.run.ended or time.monotonic() >= end:
                raise nothing_pending(self.machine_name, self.run, state)
            self.wait_for_news(self.SLICE)

    def _check_state(self, state: str | None) -> None:
        names = [] if self.definition is None else [known.name for known in self.definition.walk()]
        if state is not None and names and state not in names:
            raise UnknownName(f"there is no state {state!r} in this execution.", hint=did_you_mean(state, names))

    def stop(self, error: str | None = None, cause: str | None = None) -> Execution:
        """Stop it: it ends as ABORTED. One that has ended stays as it is.

        Args:
            error: An error name to record.
            cause: A cause to record.

        Returns:
            The execution.
        """
        given = {name: text for name, text in (("error", error), ("cause", cause)) if text is not None}
        with translated():
            self.session.client("stepfunctions").stop_execution(executionArn=self.arn, **given)
        self.refresh()
        return self

    def redrive(self) -> Execution:
        """Have it go on where it ended without success: what failed, was stopped or timed out runs again.

        It is the same execution with the same definition and input, and its events go on. Mend what made it fail first.

        Returns:
            The execution, running again.

        Raises:
            NotAvailable: it cannot be redriven; the message says why.

        >>> import sfn_notebook as sfn
        >>> session = sfn.local(clock="instant")
        >>> @session.function("charge")
        ... def charge(event, context):
        ...     raise ValueError("no money")
        >>> sm = session.state_machine("orders")
        >>> sm.lambda_invoke("Charge", "charge", output="{% $states.result.Payload %}")
        Task 'Charge'
        >>> execution = sm.run({})
        >>> @session.function("charge")
        ... def charge(event, context):
        ...     return "charged"
        >>> execution.redrive().result()
        'charged'
        >>> session.close()
        """
        with self._lock:
            with translated():
                self.session.client("stepfunctions").redrive_execution(executionArn=self.arn)
            self._pace = Pace()
            end = _end(_CALLBACK_SECONDS)
            while not self._read() and time.monotonic() < end:  # on AWS a history may be a little late
                time.sleep(self._pace.left())
        return self

    def __repr__(self) -> str:
        return f"<Execution of {self.machine_name!r}: {self.run.status}>"


def _end(timeout: float | None) -> float:
    if timeout is None:
        return float("inf")
    if isinstance(timeout, bool) or not isinstance(timeout, (int, float)) or not timeout >= 0:
        raise InvalidArgument(f"timeout is a number of seconds from 0 on, or None; given was {timeout!r}.")
    return time.monotonic() + timeout
