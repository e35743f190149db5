"""The way that an input takes through a machine, found by running it with nothing called."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from sfn_notebook import _json, asl, engine, history
from sfn_notebook._mocks import Mocks
from sfn_notebook.errors import InvalidArgument
from sfn_notebook.notebook.inputs import input_text
from sfn_notebook.notebook.mocks import checked_mocks
from sfn_notebook.notebook.translate import translated

NAME: Final = "dry-run"
PATIENCE: Final = 60.0  # seconds for an execution that waits for nothing


class DryRun(NamedTuple):
    """What came of it.

    Attributes:
        run: The execution, as its history tells it.
        guessed: The tasks of it that gave `{}`, because no mock said what they give.
    """

    run: history.Run
    guessed: tuple[str, ...]


def dry_run(definition: Mapping[str, Any], input: Any, mocks: Mocks | None) -> DryRun:
    """Run a machine on an engine of its own, on the instant clock; every task is mocked.

    Args:
        definition: The machine's definition.
        input: The execution's input.
        mocks: What the tasks give, see `sfn.mocks`; one that is not named gives `{}`.

    Raises:
        InvalidArgument: it did not end in a minute.
        InvalidDefinition: Step Functions refuses the definition.
    """
    machine = asl.read(definition)
    kinds = {state.name: state.type for state in machine.walk()}
    given = checked_mocks(mocks or {}, kinds)
    answers = {**{name: {} for name, kind in kinds.items() if kind == "Task"}, **given}
    world = engine.Embedded(clock="instant", seed=0)
    try:
        run = _executed(world, machine, input_text(input), answers)
    finally:
        world.close()
    entered = {visit.state for visit in run.visits}
    return DryRun(run, tuple(name for name in answers if name in entered and name not in given))


def _executed(world: Any, machine: asl.Machine, text: str, answers: Mapping[str, Any]) -> history.Run:
    client = world.client("stepfunctions")
    with translated():
        made = client.create_state_machine(
            name=NAME, definition=_json.dumps(machine.fields), roleArn=world.role_arn, type="STANDARD"
        )
        with world.mocking(NAME, None, answers) as name:
            started = client.start_execution(stateMachineArn=made["stateMachineArn"], name=name, input=text)
        arn, run, until = started["executionArn"], history.Run(machine), time.monotonic() + PATIENCE
        while client.describe_execution(executionArn=arn)["status"] == "RUNNING":
            if time.monotonic() > until:
                raise InvalidArgument(f"the dry run did not end in {PATIENCE:.0f} seconds.")
            world.wait_for_events(arn, 1_000_000, 0.5)
        for page in client.get_paginator("get_execution_history").paginate(executionArn=arn):
            run.feed(page["events"])
    return run
