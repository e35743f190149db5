"""`Execution`: start it, watch it, answer its tokens, look at what it did."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Mapping
from typing import TYPE_CHECKING, Any, Final, Protocol

from sfn_notebook import _display, asl, draw, history
from sfn_notebook._display import Shown
from sfn_notebook.errors import InvalidArgument, NotAvailable, UnknownName, did_you_mean
from sfn_notebook.notebook.activity_desk import ActivityDesk
from sfn_notebook.notebook.events import Events, EventStream
from sfn_notebook.notebook.logs import as_event
from sfn_notebook.notebook.map_runs import MapRun
from sfn_notebook.notebook.outcome import failure, nothing_pending, still_running
from sfn_notebook.notebook.pending import PendingTask
from sfn_notebook.notebook.recording import recorded
from sfn_notebook.notebook.states_run import StateRuns
from sfn_notebook.notebook.stream import PASSING, Follower, Listener, Pace, Reader
from sfn_notebook.notebook.translate import translated

if TYPE_CHECKING:
    from sfn_notebook.notebook.machine import StateMachine
    from sfn_notebook.notebook.worlds import World

_CALLBACK_SECONDS: Final = 10.0


class SessionLike(Protocol):
    """What an execution needs of its session."""

    @property
    def world(self) -> World:
        """What stands behind it."""
        ...

    @property
    def activity_desk(self) -> ActivityDesk:
        """Where the tasks of activities are taken that are answered by hand."""
        ...

    def client(self, service: str) -> Any:
        """A boto3 client of the session's world."""
        ...


class Execution(Shown):
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

    SLICE: float = 0.05  # seconds; how long a wait may keep Ctrl-C or a widget waiting

    def __init__(
        self,
        session: SessionLike,
        arn: str,
        *,
        machine: StateMachine | None = None,
        definition: asl.Machine | None = None,
    ) -> None:
        self.session = session
        self.arn = arn
        self.machine = machine
        self.definition = definition
        self.run = history.Run(definition)
        self._lock = threading.RLock()
        self._reader = Reader(arn)
        self._pace = Pace()
        self._follower = Follower(self)

    # -- keeping up with the history

    def poll(self) -> history.Changes | None:
        """Ask for what is new, if it is time to; None when it is not, and when asking failed in a way that may pass.

        Raises:
            SfnNotebookError: the history cannot be read, after trying for a while.
        """
        if self.run.ended or (not self.session.world.pushes and self._pace.left() > 0):
            return None
        try:
            return self.refresh()
        except PASSING as error:
            self._pace.failed(error)
            return None

    def refresh(self) -> history.Changes:
        """Ask for what is new now.

        Raises:
            SfnNotebookError: the history cannot be read.
        """
        with self._lock:
            if self.run.ended:
                return self.run.feed(())
            return self._read()

    def _read(self) -> history.Changes:
        if self._express and "/" in self.arn:  # a Map Run's child: it keeps no history, but can be described
            with translated():
                answer = self.session.client("stepfunctions").describe_execution(executionArn=self.arn)
            if "stopDate" in answer:
                self.concluded(answer)
            return self.run.feed(())
        if self._express:
            changes = self.run.feed(self._logged())
        else:
            changes = self.run.feed(self._reader.read(self.session.client("stepfunctions"), self.run.last_id))
        self._pace.polled(news=bool(changes))
        if changes:
            self._follower.tell(changes)
        return changes

    @property
    def _express(self) -> bool:
        return ":express:" in self.arn

    def _logged(self) -> list[dict[str, Any]]:
        level, lines = self.session.world.logs(self.machine_arn, self.arn)
        if level != "ALL":
            raise NotAvailable(
                f"an Express execution of {self.machine_name!r} was started; its history cannot be asked for.",
                hint="sm.run(...) waits for its answer; and session.state_machine(..., logging='ALL') has executions"
                " log their events, which are shown then.",
            )
        return [as_event(line) for line in lines]

    def concluded(self, answer: Mapping[str, Any]) -> None:
        """Take the end from the answer of StartSyncExecution, and the events from a log that is there at once."""
        with self._lock:
            if self.session.world.pushes:
                level, lines = self.session.world.logs(self.machine_arn, self.arn)
                self.run.feed(as_event(line) for line in lines if level == "ALL")
            self.run.conclude(answer)

    def wait_for_news(self, seconds: float) -> bool:
        """Wait until the history has grown, at most so many seconds; whether it has.

        Raises:
            SfnNotebookError: the history cannot be read, after trying for a while.
        """
        world = self.session.world
        if world.pushes:
            if not world.wait_for_events(self.arn, self.run.last_id, seconds):
                return False
        else:
            time.sleep(min(seconds, self._pace.left()))
        changes = self.poll()
        return bool(changes)

    def follow(self, listener: Listener, closed: Callable[[], None] | None = None) -> Callable[[], None]:
        """Call the listener with every change, on one background thread that all listeners share.

        Args:
            listener: Called with a `history.Changes`.
            closed: Called once when the execution or its session is closed.

        Returns:
            What takes the listener away again.
        """
        return self._follower.add(listener, closed)

    def close(self) -> None:
        """End the background thread, if there is one; the execution goes on."""
        self._follower.close()

    # -- what it is and has

    @property
    def name(self) -> str:
        """The execution's name."""
        return self.arn.split(":")[7] if self.arn.count(":") > 6 else self.arn.split(":")[-1]

    @property
    def machine_name(self) -> str:
        """The name of its state machine."""
        # a child's ARN names the Map behind a slash, by its label or by an id
        return self.arn.split(":")[6].partition("/")[0] if self.arn.count(":") > 5 else ""

    @property
    def machine_arn(self) -> str:
        """The ARN of its state machine, without version or alias."""
        return ":".join([*self.arn.split(":")[:5], "stateMachine", self.machine_name])

    @property
    def status(self) -> str:
        """RUNNING, SUCCEEDED, FAILED, TIMED_OUT or ABORTED, as of now."""
        self.refresh()
        return self.run.status

    @property
    def input(self) -> Any:
        """Its input."""
        self.refresh()
        return self.run.input

    @property
    def output(self) -> Any:
        """Its output; None until it has succeeded."""
        self.refresh()
        return self.run.output

    @property
    def error(self) -> str | None:
        """The error name it ended with, or None."""
        self.refresh()
        return self.run.error

    @property
    def cause(self) -> str | None:
        """The cause it ended with, or None."""
        self.refresh()
        return self.run.cause

    @property
    def duration(self) -> float | None:
        """How many seconds it took; None while it runs."""
        self.refresh()
        if self.run.started_at is None or self.run.stopped_at is None:
            return None
        return self.run.stopped_at - self.run.started_at

    @property
    def path(self) -> list[str]:
        """The names of the states in the order they were entered."""
        self.refresh()
        return self.run.path

    @property
    def states(self) -> StateRuns:
        """Its states by name: `execution.states["Charge"].output`."""
        self.refresh()
        return StateRuns(self.run)

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
        """The picture, coloured by what has happened.

        Raises:
            NotAvailable: the definition is not known.
        """
        if self.definition is None:
            raise NotAvailable(
                "the definition of this execution is not known.", hint="session.attach(arn) fetches it where it can."
            )
        self.refresh()
        return draw.graph(self.definition, statuses=self.run.statuses, title=self.machine_name)

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
        """The tasks that wait for an answer now, the longest waiting first."""
        self.refresh()
        return [self.pending_task(waiting) for waiting in self.run.pending]

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
