"""What a session left in its file goes on when it is opened again."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest

import sfn_notebook as sfn

ROLE = "arn:aws:iam::000000000000:role/r"
ACTIVITY = "arn:aws:states:us-east-1:000000000000:activity:stamp"
ASK: dict[str, Any] = {
    "Type": "Task",
    "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
    "Parameters": {"FunctionName": "ask", "Payload": {"token.$": "$$.Task.Token"}},
}
GO: dict[str, Any] = {
    "Type": "Task",
    "Resource": "arn:aws:states:::lambda:invoke",
    "Parameters": {"FunctionName": "go"},
}


def functions(session: sfn.Session) -> None:
    session.function("ask")(lambda event, context: None)
    session.function("go")(lambda event, context: "went")


def start(session: sfn.Session, states: dict[str, Any], data: Any = None) -> sfn.Execution:
    functions(session)
    states = {name: {**state, "End": True} if "Next" not in state else state for name, state in states.items()}
    return session.state_machine("m", definition={"StartAt": next(iter(states)), "States": states}).start(data or {})


def again(session: sfn.Session) -> sfn.Execution:
    """The execution of the session before, in this one."""
    functions(session)
    (found,) = session.executions()
    return session.attach(found.arn)


def settle(session: sfn.Session) -> None:
    scheduler = session.world._engine.scheduler  # type: ignore[attr-defined]
    assert scheduler.wait(lambda: scheduler._quiet, 10)


def test_a_callback_is_answered_in_the_next_session(opened: Any) -> None:
    execution = start(opened(), {"Ask": {**ASK, "Next": "Then"}, "Then": {"Type": "Pass"}})
    token = execution.callback("Ask").token
    seen = [event["id"] for event in execution.events()]
    execution = again(opened())
    assert [event["id"] for event in execution.events()] == seen
    assert execution.callback("Ask").token == token
    execution.callback("Ask").succeed({"ok": True})
    assert execution.result(10) == {"ok": True}


def test_an_answer_that_was_acknowledged_is_never_lost(opened: Any) -> None:
    session = opened()
    execution = start(session, {"Ask": {**ASK, "Next": "Rest"}, "Rest": {"Type": "Wait", "Seconds": 5}})
    token = execution.callback("Ask").token
    session.client("stepfunctions").send_task_success(taskToken=token, output='"yes"')
    session = opened()
    assert again(session).result(10) == "yes"
    client = session.client("stepfunctions")
    with pytest.raises(client.exceptions.TaskTimedOut):
        client.send_task_success(taskToken=token, output="1")


def test_a_wait_is_due_when_it_was_due_and_time_stands_where_it_stood(opened: Any) -> None:
    session = opened()
    start(
        session,
        {"Both": {"Type": "Parallel", "Branches": [branch(ASK), branch({"Type": "Wait", "Seconds": 600}, "W")]}},
    )
    session.advance(seconds=200)
    before = session.now()
    session = opened()
    assert session.now() == before
    execution = again(session)
    session.advance(seconds=399)
    assert "WaitStateExited" not in {event["type"] for event in execution.events()}
    session.advance(seconds=1)
    assert "WaitStateExited" in {event["type"] for event in execution.events()}


def branch(state: dict[str, Any], name: str = "S") -> dict[str, Any]:
    ends = {} if state["Type"] == "Succeed" else {"End": True}
    return {"StartAt": name, "States": {name: {**state, **ends}}}


def test_time_outs_and_heartbeats_go_on_counting(opened: Any) -> None:
    session = opened()
    start(session, {"Ask": {**ASK, "HeartbeatSeconds": 100, "TimeoutSeconds": 250}})
    session.advance(seconds=60)
    execution = again(session)
    execution.callback("Ask").heartbeat()  # counts from 60 anew
    session = opened()
    execution = again(session)
    session.advance(seconds=99)
    assert execution.status == "RUNNING"
    execution.callback("Ask").heartbeat()  # from 159
    session = opened()
    execution = again(session)
    session.advance(seconds=90)
    assert execution.status == "RUNNING"  # at 249
    session.advance(seconds=1)
    assert execution.status == "FAILED"
    assert execution.error == "States.Timeout"


def test_a_retry_waits_for_the_rest_of_its_back_off(opened: Any) -> None:
    session = opened()

    def fails(event: Any, context: Any) -> Any:
        raise ValueError("not yet")

    retry = [{"ErrorEquals": ["ValueError"], "IntervalSeconds": 1000, "MaxAttempts": 1, "JitterStrategy": "FULL"}]
    both = {"Type": "Parallel", "Branches": [branch(ASK, "A"), branch({**GO, "Retry": retry}, "G")]}
    functions(session)
    session.function("go")(fails)
    execution = session.state_machine("m", definition=branch(both)).start({})
    settle(session)
    session = opened()
    execution = again(session)
    session.advance(seconds=1000)
    kinds = [event["type"] for event in execution.events()]
    assert kinds.count("TaskFailed") == 1
    assert kinds.count("TaskSucceeded") == 1


def test_iterations_and_variables_are_where_they_were(opened: Any) -> None:
    session = opened()
    inner = {
        "StartAt": "Note",
        "States": {
            "Note": {"Type": "Pass", "Assign": {"mine.$": "$.n"}, "Next": "Ask"},
            "Ask": {**ASK, "Next": "Tell"},
            "Tell": {"Type": "Pass", "Parameters": {"mine.$": "$mine", "ours.$": "$ours"}, "End": True},
        },
    }
    states = {
        "Set": {"Type": "Pass", "Assign": {"ours.$": "$.all"}, "Next": "Each"},
        "Each": {"Type": "Map", "ItemsPath": "$.items", "MaxConcurrency": 2, "ItemProcessor": inner},
    }
    execution = start(session, states, {"all": "x", "items": [{"n": 1}, {"n": 2}, {"n": 3}]})
    execution.callback("Ask")
    for _ in range(3):
        execution = again(opened())
        execution.callback("Ask").succeed({})
        settle(execution.session)
    assert again(opened()).result(10) == [{"mine": n, "ours": "x"} for n in (1, 2, 3)]


def test_a_call_in_flight_is_made_again_when_its_function_is_there(opened: Any) -> None:
    session = opened(clock="real", seed=None)
    calls = []
    session.function("go")(lambda event, context: calls.append("first"))
    session.function("ask")(lambda event, context: None)
    definition = {"StartAt": "A", "States": {"A": {**ASK, "Next": "Go"}, "Go": {**GO, "End": True}}}
    execution = session.state_machine("m", definition=definition).start({})
    token = execution.callback("A").token
    session = opened(clock="real", seed=None)
    (found,) = session.executions()
    # the cell that defines "go" has not run yet, and the answer leads there
    session.client("stepfunctions").send_task_success(taskToken=token, output="1")
    assert found.status == "RUNNING"
    session = opened(clock="real", seed=None)  # in flight, and waiting for its function
    session.function("go")(lambda event, context: "second")
    (found,) = session.executions()
    assert found.result(10)["Payload"] == "second"
    assert calls == []


def test_activities_their_tasks_and_their_workers(opened: Any) -> None:
    session = opened()
    session.client("stepfunctions").create_activity(name="stamp", tags=[{"key": "k", "value": "v"}])
    both = [branch({"Type": "Task", "Resource": ACTIVITY, "HeartbeatSeconds": 60}, name) for name in "AB"]
    start(session, {"Both": {"Type": "Parallel", "Branches": both}})
    client = session.client("stepfunctions")
    first = client.get_activity_task(activityArn=ACTIVITY, workerName="w")
    session = opened()
    client = session.client("stepfunctions")
    assert client.list_tags_for_resource(resourceArn=ACTIVITY)["tags"] == [{"key": "k", "value": "v"}]
    second = client.get_activity_task(activityArn=ACTIVITY, workerName="w")
    assert second["taskToken"] != first["taskToken"]
    for task in (first, second):
        client.send_task_success(taskToken=task["taskToken"], output="1")
    assert again(session).result(10) == [1, 1]


def test_a_nested_execution_and_the_one_that_waits_for_it(opened: Any) -> None:
    session = opened()
    functions(session)
    inner = session.state_machine("inner", definition={"StartAt": "A", "States": {"A": {**ASK, "End": True}}}).deploy()
    arn = session.client("stepfunctions").list_state_machines()["stateMachines"][0]["stateMachineArn"]
    start_inner = {
        "Type": "Task",
        "Resource": "arn:aws:states:::states:startExecution.sync:2",
        "Parameters": {"StateMachineArn": arn},
    }
    outer = session.state_machine("outer", definition=branch(start_inner)).start({})
    settle(session)
    assert inner is not None
    session = opened()
    functions(session)
    nested = next(one for one in session.executions() if one.machine_name == "inner")
    nested.callback("A").succeed({"deep": 1})
    assert session.attach(outer.arn).result(10)["Output"] == {"deep": 1}


def test_machines_versions_aliases_and_settings(opened: Any) -> None:
    def all_of(client: Any) -> Any:
        arn = "arn:aws:states:us-east-1:000000000000:stateMachine:m"
        found = [
            client.describe_state_machine(stateMachineArn=arn),
            client.describe_state_machine(stateMachineArn=f"{arn}:1"),
            client.describe_state_machine_alias(stateMachineAliasArn=f"{arn}:live"),
            client.list_state_machine_versions(stateMachineArn=arn),
            client.list_state_machine_aliases(stateMachineArn=arn),
            client.list_tags_for_resource(resourceArn=arn),
            client.list_state_machines(),
        ]
        return [{**one, "ResponseMetadata": None} for one in found]

    client = opened().client("stepfunctions")
    one = json.dumps(branch({"Type": "Pass", "Comment": "\ud800 é"}))
    made = client.create_state_machine(name="m", definition=one, roleArn=ROLE, tags=[{"key": "a", "value": "1"}])
    arn = made["stateMachineArn"]
    versions = [client.publish_state_machine_version(stateMachineArn=arn)["stateMachineVersionArn"]]
    client.update_state_machine(
        stateMachineArn=arn, definition=json.dumps(branch({"Type": "Succeed"})), tracingConfiguration={"enabled": True}
    )
    versions.append(client.publish_state_machine_version(stateMachineArn=arn)["stateMachineVersionArn"])
    routes = [{"stateMachineVersionArn": version, "weight": 50} for version in versions]
    client.create_state_machine_alias(name="live", routingConfiguration=routes)
    client.tag_resource(resourceArn=arn, tags=[{"key": "b", "value": "2"}])
    gone = client.create_state_machine(name="gone", definition=one, roleArn=ROLE)["stateMachineArn"]
    client.delete_state_machine(stateMachineArn=gone)
    before = all_of(client)
    client = opened().client("stepfunctions")
    assert all_of(client) == before
    third = client.publish_state_machine_version(stateMachineArn=arn)["stateMachineVersionArn"]
    assert third == versions[1]  # nothing has changed since, so it is still that one
    client.delete_state_machine_alias(stateMachineAliasArn=f"{arn}:live")
    client.delete_state_machine_version(stateMachineVersionArn=versions[0])
    client = opened().client("stepfunctions")
    assert client.list_state_machine_aliases(stateMachineArn=arn)["stateMachineAliases"] == []
    assert len(client.list_state_machine_versions(stateMachineArn=arn)["stateMachineVersions"]) == 1


def test_what_was_deleted_while_it_ran_ends_at_its_next_state_in_a_later_session_too(opened: Any) -> None:
    session = opened()
    execution = start(session, {"Ask": {**ASK, "Next": "Then"}, "Then": {"Type": "Pass"}})
    execution.callback("Ask")
    arn = execution.machine_arn
    session.client("stepfunctions").delete_state_machine(stateMachineArn=arn)
    session = opened()
    client, execution = session.client("stepfunctions"), again(session)
    assert client.describe_state_machine(stateMachineArn=arn)["status"] == "DELETING"
    execution.callback("Ask").succeed(1)
    assert execution.wait(10).status == "ABORTED"
    with pytest.raises(client.exceptions.StateMachineDoesNotExist):
        client.describe_state_machine(stateMachineArn=arn)


def test_executions_that_have_ended_are_listed_attached_and_read(opened: Any) -> None:
    session = opened()
    sm = session.state_machine("m", definition=branch({"Type": "Pass", "Result": {"é": "\ud83d\ude00"}}))
    runs = [sm.run({"n": n}) for n in range(3)]
    seen = [[(event["id"], event["type"], event["timestamp"]) for event in run.events()] for run in runs]
    session = opened()
    assert [one.arn for one in session.executions()] == [run.arn for run in reversed(runs)]
    for run, events in zip(runs, seen, strict=True):
        found = session.attach(run.arn)
        assert [(event["id"], event["type"], event["timestamp"]) for event in found.events()] == events
        assert found.result() == {"é": "😀"}
    client = session.client("stepfunctions")
    deleted = client.list_state_machines()["stateMachines"][0]["stateMachineArn"]
    client.delete_state_machine(stateMachineArn=deleted)
    session = opened()
    assert len(session.attach(runs[0].arn).events()) == len(seen[0])


def test_names_and_tokens_go_on_where_the_seed_stood(opened: Any, tmp_path: Path) -> None:
    def three(sessions: list[sfn.Session]) -> list[str]:
        return [start(session, {"Ask": ASK}).callback("Ask").token for session in sessions]

    whole = sfn.local(clock="instant", seed=1)
    found = three([whole] * 3)
    arns = [one.arn for one in whole.executions()]
    whole.close()
    cut: list[str] = []
    for _ in range(3):
        session = opened()
        cut += three([session])
    assert cut == found
    assert [one.arn for one in session.executions()] == arns


def test_stopping_and_the_time_limit_of_the_execution(opened: Any) -> None:
    session = opened()
    definition = {"TimeoutSeconds": 500, **branch(ASK)}
    functions(session)
    sm = session.state_machine("m", definition=definition)
    first, second = sm.start({"n": 1}), sm.start({"n": 2})
    first.callback("S")
    session.advance(seconds=300)
    session = opened()
    functions(session)
    session.attach(first.arn).stop()
    session = opened()
    assert session.attach(first.arn).status == "ABORTED"
    session.advance(seconds=199)
    assert session.attach(second.arn).status == "RUNNING"
    session.advance(seconds=1)
    assert session.attach(second.arn).status == "TIMED_OUT"


def test_the_file_is_for_nobody_else(opened: Any, file: Path) -> None:
    opened()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
