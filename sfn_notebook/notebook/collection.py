"""A state machine as a collection of states by name: look one up, remove, rename, group, say where to start."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sfn_notebook.errors import InvalidArgument
from sfn_notebook.notebook.branch import Branch
from sfn_notebook.notebook.flow import Branch as BranchRecord
from sfn_notebook.notebook.services import Services
from sfn_notebook.notebook.states import State, Target, target_name


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
        self._flow.start = target_name(self.blueprint, state)

    def remove(self, name: str | State) -> None:
        """Take a state away. Edges to it stay, and dangle until it is added again or they are wired anew.

        Raises:
            UnknownName: there never was such a state.
        """
        self._flow.remove(name.name if isinstance(name, State) else name)

    def rename(self, old: str | State, new: str) -> None:
        """Give a state another name; its edges, in and out, follow.

        Raises:
            UnknownName: there is no such state.
            InvalidArgument: another state has that name.
        """
        if not isinstance(new, str) or not new:
            raise InvalidArgument(f"a state's name is a text; given was {new!r}.")
        self._flow.rename(old.name if isinstance(old, State) else old, new)
