"""Ten thousand executions of every kind leave no thread, no file and no memory behind, but for what is kept of them."""

from __future__ import annotations

import gc
import json
import sys
import threading
from pathlib import Path
from typing import Any

import psutil
import pytest
from any_machine import ROLE, bad, good

from sfn_notebook.engine.embedded import Embedded
from sfn_notebook.engine.records import Limits

KEPT = 500
CALL = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "good"}}
ASK = {
    "Type": "Task",
    "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
    "Parameters": {"FunctionName": "good", "Payload": {"token.$": "$$.Task.Token"}},
}
INNER = {"StartAt": "In", "States": {"In": {"Type": "Pass", "End": True}}}

NAP = {"StartAt": "Nap", "States": {"Nap": {"Type": "Wait", "Seconds": 3, "End": True}}}


def one(state: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"StartAt": "S", "States": {"S": {**state, "End": True}}, **more}


def loop() -> dict[str, Any]:
    count = {"Type": "Pass", "Parameters": {"n.$": "States.MathAdd($.n, 1)"}, "Next": "More?"}
    rule = {"Variable": "$.n", "NumericLessThan": 5, "Next": "Count"}
    choice = {"Type": "Choice", "Choices": [rule], "Default": "Done"}
    return {"StartAt": "Count", "States": {"Count": count, "More?": choice, "Done": {"Type": "Succeed"}}}


KINDS: dict[str, dict[str, Any]] = {
    "pass": one({"Type": "Pass"}),
    "loop": loop(),
    "jsonata": one({"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $states.input.n + $random() %}"}),
    "wait": one({"Type": "Wait", "Seconds": 30}),
    "parallel": one({"Type": "Parallel", "Branches": [INNER, NAP]}),
    "map": one({"Type": "Map", "ItemsPath": "$.items", "ItemProcessor": INNER}),
    "distributed": one(
        {
            "Type": "Map",
            "ItemsPath": "$.items",
            "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, **INNER},
        }
    ),
    "call": one(CALL),
    "fails": one({**CALL, "Parameters": {"FunctionName": "bad"}, "Retry": [{"ErrorEquals": ["ValueError"]}]}),
    "times out": {**one({"Type": "Wait", "Seconds": 30}), "TimeoutSeconds": 5},
    "asks": one({**ASK, "HeartbeatSeconds": 60, "TimeoutSeconds": 90}),
    "asks in vain": one({**ASK, "TimeoutSeconds": 1}),
    "stopped": one({**ASK, "TimeoutSeconds": 900}),
}


class Soaked:
    """A world and what has run in it."""

    def __init__(self, path: Path | None = None) -> None:
        self.world = Embedded(clock="instant", seed=1, limits=Limits(kept_executions=KEPT), path=path)
        self.world.put_function("good", good)
        self.world.put_function("bad", bad)
        self.machines = {kind: self._create(kind) for kind in KINDS}
        self.done = 0

    def ask(self, operation: str, **request: Any) -> Any:
        answer = self.world.api.answer(operation, json.dumps(request).encode())
        assert answer.status == 200, answer.body
        return json.loads(answer.body)

    def _create(self, kind: str) -> str:
        name, definition = kind.replace(" ", "-"), json.dumps(KINDS[kind])
        return str(self.ask("CreateStateMachine", name=name, definition=definition, roleArn=ROLE)["stateMachineArn"])

    def run(self, count: int) -> None:
        """So many executions, to their ends."""
        engine = self.world._engine
        data = json.dumps({"n": 0, "items": [1, 2, 3]})
        while self.done < count:
            started = {}
            for kind, machine in self.machines.items():
                arn = self.ask("StartExecution", stateMachineArn=machine, input=data)["executionArn"]
                started[arn] = kind
                self.done += 1
            executions = {self.world._store.executions[arn]: kind for arn, kind in started.items()}
            assert engine.scheduler.wait(lambda: engine.scheduler._quiet, 20)
            for execution, kind in executions.items():
                if kind == "stopped":
                    self.ask("StopExecution", executionArn=execution.arn)
                if kind == "asks":
                    scheduled = next(event.details for event in execution.history if event.type == "TaskScheduled")
                    token = json.loads((scheduled or {})["parameters"])["Payload"]["token"]
                    self.ask("SendTaskSuccess", taskToken=token, output="1")
            engine.advance(3600)
            assert all(not execution.running for execution in executions)

    def left(self) -> dict[str, int]:
        """What there is now."""
        gc.collect()
        process = psutil.Process()
        return {
            "threads": threading.active_count(),
            "files": process.num_fds(),
            "objects": len(gc.get_objects()),
            "megabytes": process.memory_info().rss // 2**20,
            "timers": len(self.world._engine.scheduler._timers),
            "tokens": len(self.world._engine._tokens),
            "runs": len(self.world._engine._runs),
        }


def soak(first: int, last: int, path: Path | None = None) -> tuple[dict[str, int], dict[str, int]]:
    soaked = Soaked(path)
    try:
        soaked.run(first)
        early = soaked.left()
        soaked.run(last)
        late = soaked.left()
        ended = {one.status for one in soaked.world._store.executions.values()}
        assert ended == {"SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"}
    finally:
        soaked.world.close()
    return early, late


@pytest.mark.skipif(sys.platform == "win32", reason="counts file descriptors")
@pytest.mark.parametrize(("first", "last", "durable"), [(2_000, 10_000, False), (700, 2_000, True)])
def test_nothing_but_what_is_kept_grows(first: int, last: int, durable: bool, tmp_path: Path) -> None:
    threads = threading.active_count()
    files = psutil.Process().num_fds()
    early, late = soak(first, last, tmp_path / "soak.sfn" if durable else None)
    assert late["threads"] <= early["threads"] + 2
    assert late["files"] <= early["files"] + 2
    assert late["timers"] <= 130  # cancelled ones are swept from 64 on
    assert late["tokens"] == late["runs"] == 0
    assert late["objects"] < early["objects"] * 1.1
    assert late["megabytes"] <= early["megabytes"] + 25  # what the allocator keeps, and 8,000 executions are far more
    assert threading.active_count() <= threads
    assert psutil.Process().num_fds() <= files + 1
