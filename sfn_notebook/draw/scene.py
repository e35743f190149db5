"""What is in a drawing, before any layout: boxes, groups and arrows, as frozen values.

DOT, Mermaid and text are all written from a scene, so they cannot disagree about what a machine looks like.
Ids are stable: `n-<k>` for a state, `c-<k>` for a Parallel or Map (k counts the states in the order of
`Machine.walk`), `e-<k>` for a transition (k counts `State.edges` in the same order).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from sfn_notebook.asl import Edge, Machine, State
from sfn_notebook.draw.captions import captions
from sfn_notebook.draw.conditions import condition
from sfn_notebook.draw.words import one_line, without_account

Kind = Literal["state", "start", "end", "fork", "join", "missing", "open"]
GROUP_TYPES: Final = frozenset({"Parallel", "Map"})


@dataclass(frozen=True, slots=True)
class Box:
    """One thing to draw.

    Attributes:
        id: Its id in the drawing.
        kind: "state"; "start" and "end" of the machine; "fork" and "join" inside a group; "missing" for a name
            that no state has; "open" for the loose end of a state with neither Next nor End.
        name: The state's name, as it is.
        type: The state's Type.
        captions: The lines under the name.
        status: Its status, or "".
        marks: Notes to show on it.
        reachable: Whether the machine can get there.
    """

    id: str
    kind: Kind
    name: str = ""
    type: str = ""
    captions: tuple[str, ...] = ()
    status: str = ""
    marks: tuple[str, ...] = ()
    reachable: bool = True


@dataclass(frozen=True, slots=True)
class Group:
    """A Parallel or Map: its own box, and a scope for each branch."""

    box: Box
    fork: Box
    join: Box
    scopes: tuple[Scope, ...]


@dataclass(frozen=True, slots=True)
class Arrow:
    """One arrow between two items of a scope.

    Attributes:
        id: Its id in the drawing.
        tail: The id of the item it leaves.
        head: The id of the item it leads to.
        kind: "next", "choice", "default" or "catch" as in the definition; "flow" from Start and forks and to End;
            "join" to the end of a branch; "open" for the loose end of an unfinished state.
        label: Its whole text, "" without one.
    """

    id: str
    tail: str
    head: str
    kind: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a machine (or a branch) holds: its items in the order of the definition, its arrows, its two ends."""

    items: tuple[Box | Group, ...]
    arrows: tuple[Arrow, ...]
    entry: Box
    exit: Box | None

    def boxes(self) -> Iterator[Box]:
        """Every box at any depth; a group's own box comes before those inside it."""
        for item in self.items:
            if isinstance(item, Box):
                yield item
            else:
                yield item.box
                for scope in item.scopes:
                    yield from scope.boxes()


def build(machine: Machine, statuses: Mapping[str, str], marks: Mapping[str, Sequence[str]]) -> Scope:
    """The scene of a machine, finished or not.

    Args:
        machine: What to draw.
        statuses: State name -> status (see `sfn_notebook._status`); other names are passed over.
        marks: State name -> notes to show on it.
    """
    return _Builder(machine, statuses, marks).top()


class _Builder:
    def __init__(self, machine: Machine, statuses: Mapping[str, str], marks: Mapping[str, Sequence[str]]) -> None:
        self._machine = machine
        self._statuses = statuses
        self._marks = marks
        self._numbers: dict[str, int] = {}  # state pointer -> k of its id
        self._first_edges: dict[str, int] = {}  # state pointer -> k of its first edge's id
        self._extras = 0
        edges = 0
        for number, state in enumerate(machine.walk()):
            self._numbers[state.pointer] = number
            self._first_edges[state.pointer] = edges
            edges += sum(1 for _ in state.edges())

    def top(self) -> Scope:
        if not self._machine.states and self._machine.start_at is None:
            nothing = Box("d-1", "missing", "no states yet")
            return Scope((nothing,), (), Box("start", "start", "Start"), None)
        ended = any(_leaves(state) for state in self._machine.states.values())
        return self._scope(self._machine, Box("start", "start", "Start"), Box("end", "end", "End") if ended else None)

    def _scope(self, machine: Machine, entry: Box, exit_: Box | None) -> Scope:
        reached = reachable(machine)
        items: list[Box | Group] = [
            self._item(state, reached=state.name in reached) for state in machine.states.values()
        ]
        heads = {state.name: self._id(state) for state in machine.states.values()}
        arrows: list[Arrow] = []

        def head(name: str) -> str:
            if name not in heads:
                heads[name] = self._extra("d")
                items.append(Box(heads[name], "missing", name, captions=("not there yet",)))
            return heads[name]

        if machine.start_at is not None:
            arrows.append(Arrow(self._extra("f"), entry.id, head(machine.start_at), "flow"))
        for state in machine.states.values():
            tail = self._id(state)
            edges = list(state.edges())
            for number, edge in enumerate(edges, self._first_edges[state.pointer]):
                arrows.append(Arrow(f"e-{number}", tail, head(edge.target), edge.kind, label(edge)))
            if exit_ is not None and _leaves(state):
                arrows.append(Arrow(self._extra("f"), tail, exit_.id, "join" if exit_.kind == "join" else "flow"))
            elif is_open(state):
                loose = Box(self._extra("d"), "open", "?")
                items.append(loose)
                arrows.append(Arrow(self._extra("f"), tail, loose.id, "open"))
        return Scope(tuple(items), tuple(arrows), entry, exit_)

    def _item(self, state: State, *, reached: bool) -> Box | Group:
        box = Box(
            id=self._id(state),
            kind="state",
            name=state.name,
            type=state.type,
            captions=captions(state) + (() if reached else ("not reachable",)),
            status=self._statuses.get(state.name, ""),
            marks=tuple(self._marks.get(state.name, ())),
            reachable=reached,
        )
        if state.type not in GROUP_TYPES:
            return box
        fork, join = Box(f"{box.id}-in", "fork"), Box(f"{box.id}-out", "join")
        return Group(box, fork, join, tuple(self._scope(branch, fork, join) for branch in state.branches))

    def _id(self, state: State) -> str:
        return f"{'c' if state.type in GROUP_TYPES else 'n'}-{self._numbers[state.pointer]}"

    def _extra(self, prefix: str) -> str:
        self._extras += 1
        return f"{prefix}-{self._extras}"


def label(edge: Edge) -> str:
    """The whole text of a transition: a rule's condition, the errors a catcher catches."""
    if edge.kind == "choice":
        return without_account(condition(edge.rule or {}))
    if edge.kind == "default":
        return "default"
    if edge.kind == "catch":
        errors = (edge.rule or {}).get("ErrorEquals")
        names = [one_line(str(name)) for name in errors] if isinstance(errors, list) else []
        return f"catch {', '.join(names) or '?'}"
    return ""


def is_open(state: State) -> bool:
    """Whether the state leads nowhere and does not say that it ends: it is still to be wired."""
    return not state.ends and not any(edge.kind != "catch" for edge in state.edges())


def reachable(machine: Machine) -> frozenset[str]:
    """The names of the states that the machine can get to; all of them while it has no StartAt."""
    if machine.start_at is None:
        return frozenset(machine.states)
    seen: set[str] = set()
    todo = [machine.start_at]
    while todo:
        state = machine.states.get(todo.pop())
        if state is not None and state.name not in seen:
            seen.add(state.name)
            todo.extend(edge.target for edge in state.edges())
    return frozenset(seen)


def _leaves(state: State) -> bool:
    """Whether an arrow leads from the state to the end of its scope (Fail stops where it stands)."""
    return state.ends and state.type != "Fail"
