"""A Map state: which of the two it is."""

from __future__ import annotations

from sfn_notebook.asl import State
from sfn_notebook.engine.basic import RunWaiting
from sfn_notebook.engine.map.distributed import compile_distributed
from sfn_notebook.engine.map.inline import run_inline
from sfn_notebook.engine.map.plan import compile_plan, processor_config
from sfn_notebook.engine.program import Program
from sfn_notebook.engine.retry import compile_rescue, rescued


def compile_map(state: State, branches: tuple[Program, ...]) -> RunWaiting:
    """A Map state."""
    distributed = processor_config(state).get("Mode") == "DISTRIBUTED"
    plan = compile_plan(state, branches[0] if branches else Program(None, {}), pairs=distributed)
    attempt, rescue = compile_distributed(state, plan) if distributed else run_inline(plan), compile_rescue(state)
    return lambda visit: rescued(visit, rescue, attempt, failed_event="MapStateFailed")
