"""The order of a task's events, for every way to call something and every way that ends.

The orders recorded on AWS lie beside the repository and are no part of it; without them, the cases here remain.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from sfn_notebook.asl import read
from sfn_notebook.engine.core import Engine
from sfn_notebook.engine.records import Execution, MachineRecord, TaskCall, TaskFailure

TABLE = "task_event_sequences.json"
PREFIX = "arn:aws:states:us-east-1:000000000000"
FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:f"
CUT = ("?", "states:startExecution.sync", "states:startExecution.sync:2")
"""What is left out: a state without its Resource, and nested executions, which tests/unit/engine_api runs."""
OWN: list[Mapping[str, Any]] = [
    {"resource": resource, "sequence": ["TaskStateEntered", *events]}
    for resource, family, submitted in (
        ("LAMBDA-ARN", "LambdaFunction", []),
        ("http:invoke", "Task", []),
        ("aws-sdk:s3:getObject", "Task", []),
        ("glue:startJobRun.sync", "Task", ["TaskSubmitted"]),
        ("aws-sdk:sqs:sendMessage.waitForTaskToken", "Task", ["TaskSubmitted"]),
        ("ACTIVITY", "Activity", []),
    )
    for begun in [[f"{family}Scheduled", f"{family}Started", *submitted]]
    for events in (
        [*begun, f"{family}Succeeded", "TaskStateExited"],
        [*begun, f"{family}Failed", "TaskStateExited"],
        [*begun, f"{family}Failed", "ExecutionFailed"],
        [*begun, f"{family}TimedOut", "ExecutionFailed"],
        [*begun, f"{family}Failed", *begun, f"{family}TimedOut", *begun, f"{family}Succeeded", "TaskStateExited"],
    )
]


def rows() -> Iterator[Any]:
    for row in OWN:
        yield pytest.param(row, id=f"own {row['resource']} {' '.join(row['sequence'][1:])}")
    for parent in Path(__file__).resolve().parents:
        if (table := parent / "shared" / "aws" / TABLE).is_file():
            for number, row in enumerate(json.loads(table.read_text(encoding="utf-8"))):
                if row["resource"] not in CUT:
                    yield pytest.param(row, id=f"recorded {number} {row['resource']}")
            return


def arn(resource: str) -> str:
    return {"LAMBDA-ARN": FUNCTION, "ACTIVITY": f"{PREFIX}:activity:a"}.get(resource, f"arn:aws:states:::{resource}")


class Play:
    """One task, whose attempts end as a sequence of events has them."""

    def __init__(self, resource: str, sequence: list[str]) -> None:
        self.resource = resource
        self.ends = [type for type in sequence if type.endswith(("Succeeded", "Failed", "TimedOut"))]
        self.ends = [type for type in self.ends if not type.startswith("Execution")]
        self.exits = sequence[-1] != "ExecutionFailed"
        self.calls = 0
        self.token = ""
        self.engine = Engine(clock="instant", seed=1, runner_for=lambda resource: self.run)

    @property
    def answered(self) -> bool:
        """Whether an attempt ends by an answer to its token."""
        return self.resource == "ACTIVITY" or self.resource.endswith(".waitForTaskToken")

    @property
    def end(self) -> str:
        """How the present attempt ends: Succeeded, Failed, TimedOut."""
        return re.findall("Succeeded|Failed|TimedOut", self.ends[self.calls - 1])[0]

    def run(self, call: TaskCall) -> Any:
        """The runner of every attempt."""
        if call.step == "stop":
            return {}
        if call.step != "look":
            self.calls += 1
            self.token = call.token or ""
            if self.answered or call.resource.pattern == "job":
                return {}
        if self.end == "Failed" or (self.end == "TimedOut" and call.resource.pattern == "response"):
            raise TaskFailure("E", "c", kind="timed_out" if self.end == "TimedOut" else "failed")
        if call.step == "look":
            return {"again": 1_000} if self.end == "TimedOut" else {"output": {}}
        return {}

    def answer(self) -> None:
        """Answer the token as the attempt is to end."""
        if self.end == "Succeeded":
            self.engine.succeed(self.token, "{}")
        elif self.end == "Failed":
            self.engine.fail(self.token, "E", "c")
        else:
            self.engine.advance(60)

    def definition(self) -> Mapping[str, Any]:
        retries, caught = len(self.ends) - 1, self.exits and not self.ends[-1].endswith("Succeeded")
        state: dict[str, Any] = {"Type": "Task", "Resource": arn(self.resource), "TimeoutSeconds": 60, "End": True}
        if retries:
            state["Retry"] = [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "MaxAttempts": retries}]
        if caught:
            state["Catch"] = [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}]
        if self.ends[-1].endswith("Succeeded") and not self.exits:
            state["ResultSelector"] = {"none.$": "$.none"}  # what became of the result failed the state
        return {"StartAt": "T", "States": {"T": state, "Caught": {"Type": "Succeed"}}}


def history(play: Play) -> list[str]:
    """The event types of the one task, played to the end of the sequence."""
    definition, activity = play.definition(), arn("ACTIVITY")
    role = "arn:aws:iam::000000000000:role/r"
    machine = MachineRecord(
        arn=f"{PREFIX}:stateMachine:m",
        name="m",
        definition=json.dumps(definition),
        program=read(definition),
        role_arn=role,
    )
    execution = Execution(arn=f"{PREFIX}:execution:m:x", name="x", machine=machine, input="{}")
    engine = play.engine
    engine.start(machine, execution)
    for attempt in range(len(play.ends) if play.answered else 0):
        if play.resource == "ACTIVITY":
            task = engine.activities.take(activity, worker=None, timeout=20)
            assert task is not None
            play.calls, play.token = attempt + 1, task.token
        else:
            assert engine.wait_for_events(execution, 4 + 4 * attempt, 20)
        play.answer()
    assert engine.wait_for_end(execution, 20)
    return [event.type for event in execution.history]


@pytest.mark.parametrize("row", list(rows()))
def test_the_events_of_a_task_come_in_the_order_of_the_table(row: Mapping[str, Any]) -> None:
    play = Play(row["resource"], row["sequence"])
    try:
        seen = history(play)[1:]
    finally:
        play.engine.close()
    # a few rows end where another branch of the same execution ended it
    assert seen[: len(row["sequence"])] == row["sequence"]
