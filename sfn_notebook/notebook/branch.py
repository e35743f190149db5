"""`sm.branch("left")`: states that will be a Parallel's branch or a Map's processor."""

from __future__ import annotations

from dataclasses import replace

from sfn_notebook.notebook.blueprint import Blueprint
from sfn_notebook.notebook.services import Services
from sfn_notebook.notebook.states import Target, target_name


class Branch(Services):
    """A set of states for `branches=` or `processor=`, made with `sm.branch("left")`.

    It has the same methods as the machine. The first state added is where it starts, unless `start_at` says else.
    """

    def __init__(self, blueprint: Blueprint, name: str) -> None:
        self.blueprint = blueprint
        self.scope = name

    @property
    def name(self) -> str:
        """Its name, by which `sm.branch(name)` gives it again."""
        return str(self.scope)

    def start_at(self, state: Target) -> None:
        """Start the branch at this state."""
        with self._flow.edit():
            record = self._flow.branches[self.name]
            self._flow.branches[self.name] = replace(record, start=target_name(self.blueprint, state))

    def __repr__(self) -> str:
        names = [node.name for node in self._flow.declared() if node.branch == self.name]
        return f"Branch {self.name!r}: {', '.join(names) or 'no states yet'}"
