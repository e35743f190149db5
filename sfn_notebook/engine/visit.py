"""Where an execution stands: `Branch`, one sequence of states, and `Visit`, one state in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from typing import Any, Final, Protocol

from sfn_notebook import _json
from sfn_notebook.engine.clock import iso
from sfn_notebook.engine.failures import too_large
from sfn_notebook.engine.map_runs import MapRun, Processor, Settings, Unit
from sfn_notebook.engine.outside import ActivityQueues, OtherExecutions, TokenDesk, Turns
from sfn_notebook.engine.place import Place
from sfn_notebook.engine.probe import Probe
from sfn_notebook.engine.program import Program, Step
from sfn_notebook.engine.recorder import Recorder, Trail
from sfn_notebook.engine.records import Execution, Limits, TaskCall
from sfn_notebook.engine.storage import Storage
from sfn_notebook.engine.strands import Signal, Strand
from sfn_notebook.expressions.scope import Scope

COUNTS_RETRIES: Final = frozenset({"Task", "Parallel", "Map"})  # the context object of the others has no RetryCount


class Running(Protocol):
    """What a state may ask of the execution it is part of; `run.Run` is it.

    Attributes:
        context: What the context object says of the execution and its state machine.
        probe: What watches its one state, or None.
        dismissed: Whether it ends when a state would be entered.
    """

    execution: Execution
    context: Mapping[str, Any]
    probe: Probe | None
    dismissed: bool
    recorder: Recorder
    scheduler: Turns
    tokens: TokenDesk
    activities: ActivityQueues
    children: OtherExecutions
    limits: Limits
    random: Random
    region: str

    def now(self) -> float:
        """The time in epoch seconds."""
        ...

    def too_long(self, text: str) -> bool:
        """Whether a JSON text is over the payload quota."""
        ...

    def end_between_states(self) -> Signal:
        """End one that was dismissed; what the branch that asks for it waits for then."""
        ...

    def call(self, call: TaskCall, into: Signal) -> bool:
        """Have a runner do a task; the result goes to `into`. False when nothing runs its resource."""
        ...

    def background(self, job: Callable[[], Any], into: Signal) -> None:
        """Do something that blocks; its result or TaskFailure goes to `into`."""
        ...

    @property
    def storage(self) -> Storage:
        """Where datasets lie and results go."""
        ...

    @property
    def closing(self) -> bool:
        """Whether the engine is being closed, and nothing that ends now has an end of its own."""
        ...

    def open_map_run(self, state: str, processor: Processor, label: str | None, settings: Settings) -> MapRun:
        """Start a Map Run."""
        ...

    def map_run(self, arn: str) -> MapRun | None:
        """The Map Run of an ARN, or None."""
        ...

    def start_child(
        self, map_run: MapRun, unit: Unit, program: Program, on_end: Callable[[Execution], object]
    ) -> Execution:
        """Start a child of a Map Run: an execution with a history and a context object of its own."""
        ...

    def redrive_child(
        self, child: Execution, unit: Unit, program: Program, on_end: Callable[[Execution], object]
    ) -> None:
        """Have a child go on where it ended without success; an Express one begins anew."""
        ...


class Branch:
    """One sequence of states: the execution itself, a branch of a Parallel, an iteration of a Map.

    Attributes:
        variables: The workflow variables it sees; replaced, never changed.
        variable_sizes: The bytes of those it has set itself.
        item: `Map.Item` of the context object, or None outside of a Map.
        index: Which iteration or branch, 0 for the execution itself.
        visit: The state it is in.
        strand: What runs it.
        output: Its output and the output's JSON text, once it has ended.
    """

    __slots__ = ("index", "item", "output", "run", "strand", "trail", "variable_sizes", "variables", "visit")

    def __init__(
        self,
        run: Running,
        trail: Trail,
        *,
        variables: Mapping[str, Any],
        item: Mapping[str, Any] | None = None,
        index: int = 0,
    ) -> None:
        self.run = run
        self.trail = trail
        self.variables = variables
        self.variable_sizes: Mapping[str, int] = {}
        self.item = item
        self.index = index
        self.visit: Visit | None = None
        self.strand: Strand | None = None
        self.output: tuple[Any, str] | None = None


class Visit:
    """One visit of a state.

    Attributes:
        input: The state's raw input.
        text: Its JSON text.
        before_id: The event that the state's Entered event follows.
        entered_id: The state's Entered event.
        retries: How often the state was retried.
        token: The task token of this attempt, or None.
        place: Where the state stood before a redrive, until its first try takes it up.
        children: The branches inside, of a Parallel or inline Map.
        map_run: The Map Run of this attempt, of a distributed Map.
    """

    __slots__ = (
        "_context",
        "before_id",
        "branch",
        "children",
        "entered_id",
        "input",
        "map_run",
        "place",
        "retries",
        "run",
        "step",
        "text",
        "token",
    )

    def __init__(self, branch: Branch, step: Step, value: Any, text: str) -> None:
        self.branch = branch
        self.run = branch.run
        self.step = step
        self.input = value
        self.text = text
        self.before_id = self.entered_id = branch.trail.last
        self.retries = 0
        self.token: str | None = None
        self.children: list[Branch] = []
        self.place: Place | None = None
        self.map_run: MapRun | None = None
        self._context: dict[str, Any] | None = None

    def take_place(self) -> Place | None:
        """Where a Map or Parallel stood in its last attempt before a redrive, once; None when it has to begin."""
        place, self.place = self.place, None
        return place if place is not None and place.started_id else None

    def scope(self, data: Any, states: Mapping[str, Any]) -> Scope:
        """What an expression of this state sees: `data` as `$`, `states` in `$states`."""
        run = self.run
        return Scope(
            input=data,
            context=self._context or self.context(),
            variables=self.branch.variables,
            states=states,
            random=run.random,
            now=run.now,
        )

    def context(self, item: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The context object.

        Args:
            item: `Map.Item` of the item a Map is about to start.
        """
        step, probe = self.step, self.run.probe
        if probe is not None and probe.context is not None:
            return {**probe.context, **({} if item is None else {"Map": {"Item": item}})}
        entered = self.run.recorder.history[self.entered_id - 1].timestamp
        state: dict[str, Any] = {"EnteredTime": iso(entered), "Name": step.name}
        if step.type in COUNTS_RETRIES:
            state["RetryCount"] = self.retries
        made: dict[str, Any] = {**self.run.context, "State": state}
        if self.token is not None:
            made["Task"] = {"Token": self.token}
        item = self.branch.item if item is None else item
        if item is not None:
            made["Map"] = {"Item": item}
        self._context = made
        return made

    def forget_context(self) -> None:
        """Make the context object anew when it is next asked for."""
        self._context = None

    def text_of(self, value: Any, *, what: str | None = None, terminal: bool = True) -> str:
        """The JSON text of what this state made, held to the payload quota.

        Raises:
            StateFailure: it is too long; the failure names the state, or `what`.
        """
        if value is self.input:
            return self.text
        text = _json.dumps(value)
        if self.run.too_long(text):
            raise too_large(what or self.step.name, terminal=terminal)
        return text
