"""A state machine as a collection of states by name: look one up, remove, rename, group, say where to start."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Self

from sfn_notebook.errors import InvalidArgument, NotAvailable
from sfn_notebook.notebook import editing
from sfn_notebook.notebook.branch import Branch
from sfn_notebook.notebook.editing import Renamed
from sfn_notebook.notebook.flow import Branch as BranchRecord
from sfn_notebook.notebook.services import Services
from sfn_notebook.notebook.signatures import checked
from sfn_notebook.notebook.states import Chain, State, Target, target_name


class StateCollection(Services):
    """States by name."""

    @property
    def states(self) -> Mapping[str, State]:
        """Its states by name, those of branches too, first added first."""
        return {node.name: self._handle(node) for node in self._flow.declared()}

    def __getitem__(self, name: str) -> State:
        return self._handle(self._flow.find(name))

    def __contains__(self, name: object) -> bool:
        return name in self._flow.names()

    def __iter__(self) -> Iterator[str]:
        return iter(self._flow.names())

    def __len__(self) -> int:
        return len(self._flow.names())

    def __bool__(self) -> bool:
        return True  # a machine without states is a machine

    def _ipython_key_completions_(self) -> list[str]:
        return self._flow.names()

    def branch(self, name: str) -> Branch:
        """A set of states for `parallel(branches=[...])` or `map(processor=...)`; the same one for the same name.

        It adds states as the machine does: `left = sm.branch("left")`, then `left.pass_("A") >> left.pass_("B")`.
        """
        if not isinstance(name, str) or not name:
            raise InvalidArgument(f"a branch's name is a text; given was {name!r}.")
        self._flow.branches.setdefault(name, BranchRecord(name))
        return Branch(self.blueprint, name)

    def start_at(self, state: Target) -> None:
        """Start at this state, which need not exist yet."""
        target = target_name(self.blueprint, state)
        with self._flow.edit():
            self._flow.start = target

    @checked
    def remove(self, name: str | State, *, bridge: bool = False) -> None:
        """Take a state away. Edges to it stay, and dangle until it is added again or they are wired anew.

        Args:
            name: The state, or its name.
            bridge: Lead the edges that come in to where the state's own edge goes, so that none dangles.

        Raises:
            UnknownName: there never was such a state.
            InvalidArgument: `bridge`, and the state has no single edge out.
        """
        name = name.name if isinstance(name, State) else name
        with self._flow.edit():
            node = self._flow.nodes.get(name)
            if bridge and node is not None and node.type:
                editing.bridge(self._flow, node)
            self._flow.remove(name)

    @checked
    def rename(self, old: str | State, new: str) -> Renamed:
        """Give a state another name. All that refers to it follows.

        Edges, catchers, rules, Default, branches and the start do; and the name in expressions where it can only mean
        the state: a comparison with `$states.context.State.Name`, or a rule on `$$.State.Name`.

        Returns:
            What followed, to look at.

        Raises:
            UnknownName: there is no such state.
            InvalidArgument: another state has that name.

        >>> from sfn_notebook import StateMachine, q
        >>> sm = StateMachine("orders")
        >>> a = sm.pass_("A", output=q("$states.context.State.Name = 'A'")) >> "A"
        >>> sm.rename("A", "B")
        'A' is now 'B'; followed: B/Next, B/Output
        """
        if not isinstance(new, str) or not new:
            raise InvalidArgument(f"a state's name is a text; given was {new!r}.")
        old = old.name if isinstance(old, State) else old
        with self._flow.edit():
            return editing.rename(self._flow, old, new)

    @checked
    def insert(self, state: State | Chain | str, *, before: str | State = "", after: str | State = "") -> None:
        """Put a state, or a chain, before or after another one: the edges follow.

        `before`: what led to that state leads to this one, which leads on to it. `after`: this one comes between that
        state and the next. It moves into the same branch; where it stood before, the edges to it lead to what came
        after it.

        Args:
            state: The state or chain to put there.
            before: The state, or its name, it comes before.
            after: The state, or its name, it comes after.

        Raises:
            UnknownName: there is no such state.
            InvalidArgument: not one of `before` and `after` was given, or no single edge leaves a state that needs one.

        >>> from sfn_notebook import StateMachine
        >>> sm = StateMachine("orders")
        >>> sm.chain(sm.pass_("A"), sm.succeed("Done"))
        A >> Done
        >>> sm.insert(sm.pass_("Audit"), before="Done")
        >>> sm["A"], sm["Audit"]
        (Pass 'A' → 'Audit', Pass 'Audit' → 'Done')
        """
        if bool(before) == bool(after):
            raise InvalidArgument("insert() takes one of before= and after=.")
        place = before or after
        place = place.name if isinstance(place, State) else self._flow.resolve(place)
        first = target_name(self.blueprint, state)
        last = first if isinstance(state, str) else state.ends[1]
        with self._flow.edit():
            editing.insert(self._flow, (first, last), place, before=bool(before))

    def undo(self) -> Self:
        """Take back the last edit that changed the machine, be it a state added, wired, renamed, removed, inserted.

        Loading a definition anew (`session.state_machine(..., definition=)`) begins a new history.

        Raises:
            NotAvailable: there is none.
        """
        return self._step(self._flow.undo, "take back")

    def redo(self) -> Self:
        """Make again the edit that `undo` took back last.

        Raises:
            NotAvailable: there is none.
        """
        return self._step(self._flow.redo, "make again")

    def _step(self, go: Callable[[], bool], what: str) -> Self:
        before = editing.said(self._flow)
        while go():
            if editing.said(self._flow) != before:  # a cell that ran again and said the same is no edit to people
                return self
        raise NotAvailable(f"there is no edit to {what}.")
