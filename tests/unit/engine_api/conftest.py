"""A world with its Step Functions client, and short words for what every test here does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from sfn_notebook.engine.embedded import Embedded

ROLE = "arn:aws:iam::000000000000:role/test"
PREFIX = "arn:aws:states:us-east-1:000000000000:"
PASS = {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}
CALLBACK = {
    "StartAt": "Ask",
    "States": {
        "Ask": {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
            "Parameters": {"FunctionName": "ask", "Payload": {"token.$": "$$.Task.Token"}},
            "TimeoutSeconds": 60,
            "End": True,
        }
    },
}
WAIT = {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 3600, "End": True}}}


class Bench:
    """A world and what tests do with it."""

    def __init__(self, **options: Any) -> None:
        self.world = Embedded(**{"clock": "instant", "seed": 1, **options})
        self.client = self.world.client("stepfunctions")

    def machine(self, definition: Any = PASS, *, name: str = "m", **more: Any) -> str:
        text = definition if isinstance(definition, str) else json.dumps(definition)
        return self.client.create_state_machine(name=name, definition=text, roleArn=ROLE, **more)["stateMachineArn"]

    def start(self, machine: str, **more: Any) -> str:
        return self.client.start_execution(stateMachineArn=machine, **more)["executionArn"]

    def end(self, execution: str) -> dict[str, Any]:
        """Wait to the end; what DescribeExecution says then."""
        assert self.world.wait_for_events(execution, 1_000_000, 20), "it did not end"
        return self.client.describe_execution(executionArn=execution)

    def run(self, definition: Any, *, name: str = "m", **more: Any) -> dict[str, Any]:
        return self.end(self.start(self.machine(definition, name=name), **more))

    def events(self, execution: str, **more: Any) -> list[dict[str, Any]]:
        return self.client.get_execution_history(executionArn=execution, **more)["events"]

    def token(self) -> tuple[str, str]:
        """An execution that waits for a task token, and the token."""
        given: list[str] = []
        self.world.put_function("ask", lambda event, context: given.append(event["token"]))
        execution = self.start(self.machine(CALLBACK, name="callback"))
        assert self.world.wait_for_events(execution, 4, 20)
        return execution, given[-1]


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench()
    yield made
    made.world.close()


@pytest.fixture(scope="module")
def shared() -> Iterator[Bench]:
    """One for all tests of a file: a world takes its time to make, and moto more. Names of machines are to differ."""
    made = Bench()
    yield made
    made.world.close()


@pytest.fixture
def make_bench() -> Iterator[Any]:
    made: list[Bench] = []

    def make(**options: Any) -> Bench:
        made.append(Bench(**options))
        return made[-1]

    yield make
    for one in made:
        one.world.close()
