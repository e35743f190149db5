"""The dispatch table: what each state type does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from sfn_notebook.asl import Machine, State
from sfn_notebook.engine.basic import compile_fail, compile_pass, compile_succeed, compile_wait
from sfn_notebook.engine.choice import compile_choice
from sfn_notebook.engine.map import compile_map
from sfn_notebook.engine.mocked import Mock, Work, mocked_parallel, mocked_step, mocked_task
from sfn_notebook.engine.mocked_map import mocked_map
from sfn_notebook.engine.parallel import compile_parallel
from sfn_notebook.engine.program import Program, Step
from sfn_notebook.engine.task import compile_task
from sfn_notebook.errors import InvalidDefinition, did_you_mean

AT_ONCE: Final[Mapping[str, Callable[[State], Callable[..., Any]]]] = {
    "Pass": compile_pass,
    "Choice": compile_choice,
    "Succeed": compile_succeed,
    "Fail": compile_fail,
}
WAITING: Final[Mapping[str, Callable[[State], Callable[..., Any]]]] = {
    "Task": compile_task,
    "Wait": compile_wait,
}
NESTED: Final[Mapping[str, Callable[[State, tuple[Program, ...]], Callable[..., Any]]]] = {
    "Parallel": compile_parallel,
    "Map": compile_map,
}


MOCKED: Final[Mapping[str, Callable[[State, Mock], Work]]] = {
    "Task": mocked_task,
    "Parallel": mocked_parallel,
    "Map": mocked_map,
}


def compile_machine(machine: Machine) -> Program:
    """Compile a machine and everything nested in it.

    Raises:
        InvalidDefinition: a state is of no known type, or its fields are not of the shape they must have.
    """
    return Program(machine.start_at, {name: compile_state(state) for name, state in machine.states.items()})


def compile_state(state: State, mock: Mock | None = None) -> Step:
    """Compile one state and everything nested in it.

    Args:
        state: The state.
        mock: What a Task, Map or Parallel is told instead of doing its work, or None.

    Raises:
        InvalidDefinition: as `compile_machine`.
    """
    try:
        if mock is not None:
            return mocked_step(state, MOCKED[state.type](state, mock))
        return _compile(state)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        if isinstance(error, InvalidDefinition):
            raise
        raise InvalidDefinition(
            f"the state {state.name!r} cannot be read: {type(error).__name__}: {error}",
            hint="lint() says what is wrong with a definition.",
        ) from error


def _compile(state: State) -> Step:
    if state.type in AT_ONCE:
        return Step(state.name, state.type, AT_ONCE[state.type](state), waits=False)
    if state.type in WAITING:
        return Step(state.name, state.type, WAITING[state.type](state), waits=True)
    if state.type in NESTED:
        inner = tuple(compile_machine(branch) for branch in state.branches)
        return Step(state.name, state.type, NESTED[state.type](state, inner), waits=True)
    known = (*AT_ONCE, *WAITING, *NESTED)
    raise InvalidDefinition(
        f"the state {state.name!r} has Type {state.type!r}, which does not exist", hint=did_you_mean(state.type, known)
    )
