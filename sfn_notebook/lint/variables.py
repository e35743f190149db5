"""Checks of workflow variables: their names, and that no branch assigns one of the scopes around it.

https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from sfn_notebook.asl import Machine, State
from sfn_notebook.asl.model import escape
from sfn_notebook.asl.variables import assigned_variables
from sfn_notebook.lint.report import Problem
from sfn_notebook.lint.rules import problem

_LONGEST: Final = 80
_RESERVED: Final = "states"


def variable_problems(state: State, machine: Machine) -> Iterator[Problem]:
    """Names that no variable can have."""
    for name, pointer in assigned_variables(state):
        if name == _RESERVED or not _is_name(name):
            yield problem("bad_variable", f"{pointer}/{escape(name)}", state=state.name, name=name)


def _is_name(name: str) -> bool:
    """Whether it starts with a Unicode ID_Start, which _ is not, and goes on with ID_Continue."""
    return name.isidentifier() and not name.startswith("_") and len(name) <= _LONGEST


def scope_problems(machine: Machine, outer: Mapping[str, str] | None = None) -> Iterator[Problem]:
    """Variables that a branch or processor assigns although a scope around it does.

    Args:
        machine: The machine whose states are looked at, with those inside it.
        outer: The variables of the scopes around it, each with the name of a state that assigns it.
    """
    around = outer or {}
    own: dict[str, str] = {}
    for state in machine.states.values():
        for name, pointer in assigned_variables(state):
            if name in around:
                yield problem("outer_variable", pointer, state=state.name, name=name, outer=around[name])
            own.setdefault(name, state.name)
    for state in machine.states.values():
        for branch in state.branches:
            # a distributed Map's items are executions of their own, which see none of these
            yield from scope_problems(branch, {} if _distributed(branch) else {**around, **own})


def _distributed(processor: Machine) -> bool:
    config = processor.fields.get("ProcessorConfig")
    return isinstance(config, Mapping) and config.get("Mode") == "DISTRIBUTED"
