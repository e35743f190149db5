"""Wherever a durable session is cut off, it goes on to the same history: kill -9 at any event, for any machine."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from any_machine import ROLE, json_values, machines, world
from hypothesis import given, settings
from hypothesis import strategies as st

from sfn_notebook.engine.durable.database import Database
from sfn_notebook.engine.embedded import Embedded
from sfn_notebook.engine.journaled import JournaledStrand

ANSWERS = 6  # how many tokens are answered before an execution is left waiting


def settle(made: Embedded, arn: str) -> Any:
    """Wait until the execution has ended or waits for an answer; it."""
    execution, scheduler = made._store.executions[arn], made._engine.scheduler
    assert scheduler.wait(lambda: not execution.running or (scheduler._quiet and scheduler.outside > 0), 20)
    return execution


def go_on(made: Embedded, arn: str) -> list[Any]:
    """Answer what waits, one token after the other, until the execution ends or the answers are used up; the history.

    Which answer a token gets depends on the history alone, so that an interruption changes nothing.
    """
    client = made.client("stepfunctions")
    while (execution := settle(made, arn)).running:
        tokens = made._engine._tokens._open
        answered = sum(event.type == "TaskSucceeded" for event in execution.history)
        if answered >= ANSWERS:
            break
        # the oldest of those in the history
        texts = [event.details["parameters"] for event in execution.history if event.type == "TaskScheduled"]
        waiting = [token for text in texts for token in tokens if token in text]
        client.send_task_success(taskToken=(waiting or [*tokens])[0], output=json.dumps({"n": answered, "a": [1]}))
    settle(made, arn)
    pages = client.get_paginator("get_execution_history").paginate(executionArn=arn)
    return [event for page in pages for event in page["events"]]


@contextmanager
def copies(folder: Path) -> Iterator[list[Path]]:
    """A copy of the file as a kill would leave it, after each turn of a branch and each transaction."""
    made: list[Path] = []
    commit, step = Database.transaction, JournaledStrand.step

    @contextmanager
    def transaction(self: Database) -> Iterator[Any]:
        with commit(self) as connection:
            yield connection
        copy = folder / f"cut-{len(made)}.sfn"
        for end in ("", "-wal"):
            if (source := Path(f"{self.path}{end}")).exists():
                shutil.copy(source, f"{copy}{end}")
        made.append(copy)

    def stepping(self: JournaledStrand) -> None:
        step(self)
        flush = self._journal._changed.__self__.flush
        flush()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Database, "transaction", transaction)
        patch.setattr(JournaledStrand, "step", stepping)
        yield made


STEADY: Any = {
    "StartAt": "Rest",
    "States": {
        "Rest": {"Type": "Wait", "Seconds": 7, "Next": "Call"},
        "Call": {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke",
            "Parameters": {"FunctionName": "good"},
            "ResultSelector": {"a.$": "$.Payload.a", "id.$": "States.UUID()"},
            "Next": "Ask",
        },
        "Ask": {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
            "Parameters": {"FunctionName": "good", "Payload": {"token.$": "$$.Task.Token"}},
            "HeartbeatSeconds": 50,
            "Next": "Each",
        },
        "Each": {
            "Type": "Map",
            "ItemsPath": "$.a",
            "MaxConcurrency": 1,
            "ItemProcessor": {"StartAt": "Nap", "States": {"Nap": {"Type": "Wait", "Seconds": 1, "End": True}}},
            "End": True,
        },
    },
}
"""Some of everything that takes time, so that there is something to interrupt."""


def both(first: Any, second: Any) -> Any:
    """A machine that runs these beside the steady one; what fails is tried again once, then caught."""
    return {
        "StartAt": "Both",
        "States": {
            "Both": {
                "Type": "Parallel",
                "Branches": [first, second, STEADY],
                "Retry": [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 1, "JitterStrategy": "FULL"}],
                "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Late"}],
                "Next": "Late",
            },
            "Late": {
                "Type": "Pass",
                "QueryLanguage": "JSONata",
                "Output": "{% {'now': $now(), 'random': $random(), 'id': $uuid()} %}",
                "End": True,
            },
        },
    }


@settings(max_examples=20)
@given(
    definition=st.builds(both, machines(1, "x"), machines(1, "y")),
    data=json_values,
    chosen=st.randoms(use_true_random=False),
)
def test_cut_off_anywhere_it_goes_on_to_the_same_history(definition: Any, data: Any, chosen: Any) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        with copies(folder) as cuts:
            made = world(folder / "whole.sfn")
            client = made.client("stepfunctions")
            try:
                machine = client.create_state_machine(name="m", definition=json.dumps(definition), roleArn=ROLE)
            except client.exceptions.InvalidDefinition:
                made.close()
                return
            before = len(cuts)
            arn = client.start_execution(stateMachineArn=machine["stateMachineArn"], input=json.dumps(data), name="e")[
                "executionArn"
            ]
            whole = go_on(made, arn)
            made.close()
        in_memory = world()
        machine = in_memory.client("stepfunctions").create_state_machine(
            name="m", definition=json.dumps(definition), roleArn=ROLE
        )
        in_memory.client("stepfunctions").start_execution(
            stateMachineArn=machine["stateMachineArn"], input=json.dumps(data), name="e"
        )
        assert go_on(in_memory, arn) == whole
        in_memory.close()
        started = cuts[before:]
        for cut in chosen.sample(started, min(4, len(started))):
            again = world(cut)
            if arn not in again._store.executions:  # cut off before the start was answered
                assert cut is started[0]
                again.close()
                continue
            assert go_on(again, arn) == whole
            again.close()
