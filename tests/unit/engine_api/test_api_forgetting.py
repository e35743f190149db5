"""What a session keeps of its executions, and for how long."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import sfn_notebook as sfn

PASS = {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}}
TASK = {
    "StartAt": "T",
    "States": {
        "T": {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
            "Parameters": {"FunctionName": "f", "Payload": {"t.$": "$$.Task.Token"}},
            "End": True,
        }
    },
}


def names(session: sfn.Session) -> list[str]:
    return [one.arn.rpartition(":")[2] for one in session.executions()]


def run(session: sfn.Session, first: int, last: int) -> None:
    client = session.client("stepfunctions")
    role = "arn:aws:iam::000000000000:role/r"
    arn = client.create_state_machine(name="p", definition=json.dumps(PASS), roleArn=role)["stateMachineArn"]
    for number in range(first, last):
        client.start_execution(stateMachineArn=arn, name=f"e{number}", input="{}")
        assert session.attach(f"arn:aws:states:us-east-1:000000000000:execution:p:e{number}").wait(10)


def test_of_too_many_the_oldest_that_have_ended_are_forgotten() -> None:
    with sfn.local(clock="instant", seed=1, limits={"kept_executions": 10}) as session:
        session.function("f")(lambda event, context: None)
        waiting = session.state_machine("t", definition=TASK).start()
        waiting.callback("T")
        run(session, 0, 11)  # a tenth more is not worth the looking
        assert len(names(session)) == 10
        assert waiting.arn.rpartition(":")[2] in names(session)
        assert "e0" not in names(session)
        client = session.client("stepfunctions")
        waiting.callback("T").succeed(1)
        assert waiting.result(10) == 1
        run(session, 0, 2)  # their names are free again
        assert client.list_executions(stateMachineArn=waiting_machine(session))["executions"] == []


def waiting_machine(session: sfn.Session) -> str:
    machines = session.client("stepfunctions").list_state_machines()["stateMachines"]
    return next(str(one["stateMachineArn"]) for one in machines if one["name"] == "t")


def test_what_is_forgotten_is_gone_from_the_file_too(tmp_path: Path) -> None:
    options: Any = {"path": tmp_path / "x.sfn", "clock": "instant", "seed": 1, "limits": {"kept_executions": 10}}
    with sfn.local(**options) as session:
        run(session, 0, 30)
        kept = names(session)
    assert len(kept) <= 11
    with sfn.local(**options) as session:
        assert names(session) == kept
        run(session, 30, 45)
        kept = names(session)
    with sfn.local(**options) as session:
        assert names(session) == kept
        rows = session.world._keeper._database.rows("SELECT count(*) FROM executions")  # type: ignore[attr-defined]
        assert rows == [(len(kept),)]
