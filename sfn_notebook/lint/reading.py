"""Checks of the variables that states read: is each one assigned, in reach, and on some path before.

https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping

from sfn_notebook.asl import Machine
from sfn_notebook.asl.variables import assigned_variables, read_variables
from sfn_notebook.errors import did_you_mean
from sfn_notebook.lint.report import Problem
from sfn_notebook.lint.rules import problem

_Names = frozenset[str]
_NONE: _Names = frozenset()


def reading_problems(top: Machine) -> Iterator[Problem]:
    """Variables that are read and not there: nowhere assigned, out of reach, or not assigned yet.

    Only what no path can have assigned is told, so that a variable which one path assigns raises no alarm.
    """
    everywhere = {name: state.name for state in top.walk() for name, _ in assigned_variables(state)}
    yield from _Scope(everywhere).problems(top, _NONE, _NONE)


class _Scope:
    """The walk over a machine and those inside it.

    Args:
        everywhere: Every variable of the whole machine, and a state that assigns it.
    """

    def __init__(self, everywhere: dict[str, str]) -> None:
        self.everywhere = everywhere

    def problems(self, machine: Machine, around: _Names, beyond: _Names) -> Iterator[Problem]:
        """What is wrong in a machine.

        Args:
            machine: The machine, a branch or a processor.
            around: The variables of the scopes around it that may be assigned when it starts.
            beyond: Those that are assigned outside of the distributed Map it stands in.
        """
        assigned = {
            state.name: frozenset(name for name, _ in assigned_variables(state)) for state in machine.states.values()
        }
        own = frozenset[str]().union(*assigned.values())
        before = _before(machine, assigned) if own else dict.fromkeys(machine.states, _NONE)
        for state in machine.states.values():
            if state.name not in before:
                continue  # nothing leads there, which is told of it
            there = before[state.name] | around
            for name in read_variables(state):
                if name not in there:
                    yield self._missing(state.name, state.pointer, name, own=own, beyond=beyond)
            for inner in state.branches:
                if state.type == "Map" and _distributed(inner):
                    yield from self.problems(inner, _NONE, beyond | around | own)
                else:
                    yield from self.problems(inner, there, beyond)

    def _missing(self, state: str, pointer: str, name: str, *, own: _Names, beyond: _Names) -> Problem:
        if name in own:
            return problem("variable_too_early", pointer, state=state, name=name, by=self.everywhere[name])
        if name in beyond:
            return problem("variable_beyond", pointer, state=state, name=name)
        if name in self.everywhere:
            return problem("variable_elsewhere", pointer, state=state, name=name, by=self.everywhere[name])
        return problem("undefined_variable", pointer, state=state, name=name, near=did_you_mean(name, self.everywhere))


def _before(machine: Machine, assigned: dict[str, _Names]) -> dict[str, _Names]:
    """State -> the variables that some path from the start assigns before it; states that none reaches are left out."""
    if machine.start_at is None or machine.start_at not in machine.states:
        return dict.fromkeys(machine.states, frozenset[str]().union(*assigned.values()))
    found: dict[str, _Names] = {machine.start_at: _NONE}
    waiting = deque([machine.start_at])
    while waiting:
        name = waiting.popleft()
        after = found[name] | assigned[name]
        for edge in machine.states[name].edges():
            known = found.get(edge.target)
            if edge.target in machine.states and (known is None or not after <= known):
                found[edge.target] = after if known is None else known | after
                waiting.append(edge.target)
    return found


def _distributed(processor: Machine) -> bool:
    config = processor.fields.get("ProcessorConfig")
    return isinstance(config, Mapping) and config.get("Mode") == "DISTRIBUTED"
