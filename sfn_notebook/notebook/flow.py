"""The store behind a state machine under construction: states by name, and what was said about each.

All states of a machine, those of branches too, stand in one flat store: Step Functions wants their names unique over
the whole machine anyway. Edges are names, so they may lead to what is not there yet, and saying something twice is
saying it once. `layout.py` makes the nested definition out of it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from sfn_notebook.errors import InvalidArgument, UnknownName, did_you_mean
from sfn_notebook.notebook.cells import NO_CELL, Cell
from sfn_notebook.notebook.undo import History, Snapshot

ENDLESS: Final = ("Choice", "Succeed", "Fail")
"""The types from which no single edge leads on."""
SubKind = Literal["first", "branch", "literal"]


@dataclass(frozen=True, slots=True)
class Origin:
    """Who said something about a state.

    Attributes:
        cell: The cell, as far as it is known.
        generation: How often the state had been declared then.
        declares: Whether the state was declared in the same breath: the same run of a cell, the same handle.
    """

    cell: Cell = NO_CELL
    generation: int = 0
    declares: bool = False

    def supersedes(self, older: Origin) -> bool:
        """Whether saying something now takes back what was said then: the cell runs again, or the state is replaced."""
        rerun = self.cell.id is not None and self.cell.id == older.cell.id and self.cell.run != older.cell.run
        return rerun or (self.declares and older.declares and older.generation < self.generation)


@dataclass(slots=True)
class Entry:
    """One retrier, catcher or Choice rule: its ASL without `Next`, and where it leads."""

    key: Hashable
    fields: dict[str, Any]
    target: str | None = None
    origin: Origin = Origin()


class Entries:
    """Retriers, catchers or rules of one state, in order, each key once."""

    __slots__ = ("_items",)

    def __init__(self) -> None:
        self._items: list[Entry] = []

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def put(self, entry: Entry) -> None:
        """Say one thing: it replaces what it supersedes and what has its key, else it comes last of its origin."""
        stale = [old for old in self._items if entry.origin.supersedes(old.origin)]
        place = next((i for i, old in enumerate(self._items) if old.key == entry.key), None)
        if place is not None:
            self._items[place] = entry
        else:
            together = [i + 1 for i, old in enumerate(self._items) if old.origin == entry.origin]
            first_stale = next((i for i, old in enumerate(self._items) if old in stale), len(self._items))
            self._items.insert(together[-1] if together else first_stale, entry)
        kept = [old for old in self._items if not any(old is gone for gone in stale)]
        self._items = sorted(kept, key=_takes_everything)

    def read(self, entries: Iterable[Entry]) -> None:
        """Have just these, in this order, as they stand in a definition."""
        self._items = list(entries)

    def clear(self) -> None:
        """Take everything back."""
        self._items.clear()

    def __copy__(self) -> Entries:
        made = Entries()
        made._items = [replace(one) for one in self._items]  # its own class
        return made


def _takes_everything(entry: Entry) -> bool:
    """AWS wants States.ALL last; in which order cells said it does not matter."""
    names = entry.fields.get("ErrorEquals")
    return isinstance(names, list) and "States.ALL" in names


@dataclass(slots=True)
class Sub:
    """A sub-machine of a Parallel or Map.

    Attributes:
        where: "Branches", "ItemProcessor" or "Iterator".
        kind: "first": `value` names its first state; "branch": `value` names a `Branch`; "literal": it is ASL.
        value: See `kind`.
        fields: Fields of the sub-machine besides StartAt and States, such as ProcessorConfig.
    """

    where: str
    kind: SubKind
    value: Any
    fields: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Branch:
    """A named set of states that will be a branch or a processor."""

    name: str
    start: str | None = None
    fields: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Node:
    """One state name: what was declared of it, and its edges. `type` is "" while only edges name it.

    `open` is a state read from a definition that says of it neither where it leads nor that it ends.
    `piece` is the use of a fragment that made it.
    """

    name: str
    type: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    branch: str | None = None
    subs: list[Sub] = field(default_factory=list)
    next: str | None = None
    default: str | None = None
    retriers: Entries = field(default_factory=Entries)
    catchers: Entries = field(default_factory=Entries)
    rules: Entries = field(default_factory=Entries)
    declared_at: int = 0
    generation: int = 0
    cell: Cell = NO_CELL
    open: bool = False
    piece: str | None = None

    def targets(self) -> Iterator[str]:
        """The names its edges lead to, those that count for its type."""
        if self.type == "Choice":
            yield from (entry.target for entry in self.rules if entry.target)
            if self.default:
                yield self.default
        elif self.type not in ("Succeed", "Fail"):
            if self.next:
                yield self.next
            yield from (entry.target for entry in self.catchers if entry.target)


class Flow:
    """States and branches by name."""

    def __init__(self) -> None:
        self.nodes: dict[str, Node] = {}
        self.branches: dict[str, Branch] = {}
        self.start: str | None = None
        self._declared = 0
        self._renamed: dict[str, str] = {}
        self._removed: set[str] = set()
        self.history = History()

    def node(self, name: str) -> Node:
        """The node of that name, made when it is not there: edges may come before states."""
        return self.history.touched(self.nodes.setdefault(name, Node(name)))

    @contextlib.contextmanager
    def edit(self) -> Iterator[None]:
        """One edit: whole or not at all, and a step of `undo`. Edits inside it are part of it."""
        outermost = self.history.opened is None
        if outermost:
            self.history.opened = self._snapshot()
        before = self.history.opened
        try:
            yield
        except BaseException:
            if outermost and before is not None:
                self._restore(before)
            raise
        else:
            if outermost and before is not None:
                self.history.done(before)
        finally:
            if outermost:
                self.history.opened = None

    def adopt(self, other: Flow) -> None:
        """Hold what another one holds, in one edit."""
        with self.edit():
            self.nodes, self.branches, self.start = other.nodes, other.branches, other.start
            self._declared = other._declared

    def undo(self) -> bool:
        """Take the last edit back; False when there is none."""
        return self._go(self.history.past, self.history.future)

    def redo(self) -> bool:
        """Make the edit that was taken back last; False when there is none."""
        return self._go(self.history.future, self.history.past)

    def _go(self, source: list[Snapshot], back: list[Snapshot]) -> bool:
        if not source:
            return False
        here = self._snapshot()
        for node in self.nodes.values():
            here.keep(node)
        self._restore(source.pop())
        back.append(here)
        return True

    def _snapshot(self) -> Snapshot:
        marks = (dict(self.nodes), dict(self.branches), self.start, self._declared)
        return Snapshot((*marks, dict(self._renamed), set(self._removed)))

    def _restore(self, snapshot: Snapshot) -> None:
        snapshot.give_back()
        self.nodes, self.branches, self.start, self._declared, self._renamed, self._removed = snapshot.marks

    def resolve(self, name: str) -> str:
        """What an edge means by a name: a cell that still says the old name of a renamed state means that state."""
        seen: set[str] = set()
        while name in self._renamed and name not in seen and not self._is_declared(name):
            seen.add(name)
            name = self._renamed[name]
        return name

    def _is_declared(self, name: str) -> bool:
        return name in self.nodes and bool(self.nodes[name].type)

    def declared(self) -> list[Node]:
        """The declared states, first declared first."""
        return sorted((node for node in self.nodes.values() if node.type), key=lambda node: node.declared_at)

    def find(self, name: str) -> Node:
        """A declared state.

        Raises:
            UnknownName: there is none of that name.
        """
        node = self.nodes.get(name)
        if node is None or not node.type:
            raise UnknownName(f"there is no state {name!r}.", hint=did_you_mean(str(name), self.names()))
        return self.history.touched(node)

    def names(self) -> list[str]:
        """The names of the declared states, first declared first."""
        return [node.name for node in self.declared()]

    def declare(self, name: str, type: str, *, branch: str | None = None, cell: Cell = NO_CELL) -> Node:
        """Add a state, or replace what was declared of it; its edges stay, and its branch unless one is given."""
        node = self.node(name)
        if not node.type:
            self._declared += 1
            node.declared_at = self._declared
        elif node.type != type and type in ENDLESS:
            node.next = None  # the state it takes the place of had an edge, it can have none
        node.type, node.branch, node.cell = type, branch or node.branch, cell
        node.fields, node.subs, node.open = {}, [], False
        node.generation += 1
        self._removed.discard(name)
        return node

    def remove(self, name: str) -> None:
        """Take a state away; edges to it stay and dangle. Removing it again does nothing.

        Raises:
            UnknownName: there never was a state of that name.
        """
        if name in self._removed and not self._is_declared(name):
            return
        self.find(name)
        del self.nodes[name]
        self._removed.add(name)

    def rename(self, old: str, new: str) -> None:
        """Give a state another name; edges, branches and the start follow. Renaming it again does nothing.

        Raises:
            UnknownName: there is no state of the old name.
            InvalidArgument: another state has the new name.
        """
        again = self._renamed.get(old) == new and new in self.nodes
        if again and not self._is_declared(old):
            return
        node = self.find(old)
        if old == new:
            return
        if again:
            self._merge(node, self.history.touched(self.nodes[new]))
        elif self._is_declared(new):
            raise InvalidArgument(f"there is already a state {new!r}; {old!r} cannot take its name.")
        else:
            self._move(node, new)
        self._follow(old, new)
        self._renamed[old] = new

    def _move(self, node: Node, new: str) -> None:
        old = node.name
        node.name = new
        # a new dict keeps the place in the order; an undeclared node of the new name only held edges nobody can see
        self.nodes = {new if name == old else name: one for name, one in self.nodes.items() if name != new}

    def _merge(self, node: Node, into: Node) -> None:
        """The cell that declares the old name ran again after the renaming: it is the same state."""
        into.type, into.fields, into.subs, into.branch = node.type, node.fields, node.subs, node.branch or into.branch
        into.generation, into.cell = into.generation + 1, node.cell
        into.next, into.default = node.next or into.next, node.default or into.default
        for mine, theirs in (
            (into.retriers, node.retriers), (into.catchers, node.catchers), (into.rules, node.rules)
        ):  # fmt: skip
            if len(theirs):
                mine.clear()
            for entry in theirs:
                mine.put(entry)
        del self.nodes[node.name]

    def _follow(self, old: str, new: str) -> None:
        self.redirect(old, new)
        for name, branch in self.branches.items():
            if branch.start == old:
                self.branches[name] = replace(branch, start=new)
        self.start = new if self.start == old else self.start

    def redirect(self, old: str, new: str, *, keep: Iterable[str] = ()) -> None:
        """Have every edge to one state lead to another, but those of the states to `keep`."""
        kept = set(keep)
        for node in self.nodes.values():
            if node.name in kept:
                continue
            self.history.touched(node)
            node.next = new if node.next == old else node.next
            node.default = new if node.default == old else node.default
            for entry in (*node.catchers, *node.rules):
                entry.target = new if entry.target == old else entry.target
            for sub in node.subs:
                if sub.kind == "first" and sub.value == old:
                    sub.value = new
