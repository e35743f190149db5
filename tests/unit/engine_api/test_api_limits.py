"""Every quota of `Limits` bites, and can be set."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError, fields
from typing import Any

import pytest
from botocore.exceptions import ClientError

import sfn_notebook as sfn
from sfn_notebook.engine import Limits

DAY = 86_400
ROLE = "arn:aws:iam::000000000000:role/r"
LONG = "x" * 100
WAIT = {"Type": "Wait", "Seconds": 60, "End": True}
DATA = "States.DataLimitExceeded"
TOO_LONG = "The state/task 'A' returned a result with a size exceeding the maximum number of bytes service limit."


def one(state: Any, **more: Any) -> dict[str, Any]:
    return {"StartAt": "A", "States": {"A": state}, **more}


def passes(**fields: Any) -> dict[str, Any]:
    return one({"Type": "Pass", "End": True, **fields})


def failed(bench: Any, definition: Any, **more: Any) -> tuple[Any, Any, Any]:
    shown = bench.run(definition, **more)
    return shown["status"], shown.get("error"), shown.get("cause")


def refusal(call: Any, **request: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**request)
    return str(caught.value.response["Error"]["Code"])


def payload_bytes(bench: Any) -> Any:
    return failed(bench, passes(Result=LONG)) == ("FAILED", DATA, TOO_LONG)


def history_events(bench: Any) -> Any:
    again = {"Type": "Pass", "Next": "A"}
    ends = {"Type": "Choice", "Choices": [{"Variable": "$.x", "IsPresent": True, "Next": "Z"}], "Default": "A"}
    loop = {"StartAt": "A", "States": {"A": {**again, "Next": "C"}, "C": ends, "Z": {"Type": "Succeed"}}}
    cause = "The execution reached the maximum number of history events (50)."
    return failed(bench, loop) == ("FAILED", "States.Runtime", cause)


def standard_seconds(bench: Any) -> Any:
    shown = bench.run(one(WAIT))
    return (shown["status"], round((shown["stopDate"] - shown["startDate"]).total_seconds())) == ("TIMED_OUT", 50)


def express_seconds(bench: Any) -> Any:
    machine = bench.machine(one(WAIT), type="EXPRESS")
    shown = bench.client.start_sync_execution(stateMachineArn=machine)
    return (shown["status"], shown["billingDetails"]["billedDurationInMilliseconds"]) == ("TIMED_OUT", 50_000)


def variable_bytes(bench: Any) -> Any:
    return failed(bench, passes(Assign={"v": LONG}))[:2] == ("FAILED", DATA)


def variables_bytes(bench: Any) -> Any:
    half = {"Type": "Pass", "End": True, "Assign": {"b": "x" * 40}}
    both = {"StartAt": "A", "States": {"A": {"Type": "Pass", "Assign": {"a": "x" * 40}, "Next": "B"}, "B": half}}
    return failed(bench, both)[:2] == ("FAILED", DATA)


def inline_concurrency(bench: Any) -> Any:
    each = {"Type": "Map", "ItemsPath": "$", "ItemProcessor": passes(), "End": True}
    shown = bench.run({"StartAt": "M", "States": {"M": each}}, input=json.dumps([0] * 60))
    kinds = [event["type"] for event in bench.events(shown["executionArn"], maxResults=1000)]
    return kinds[: kinds.index("MapIterationSucceeded")].count("MapIterationStarted") == 50


def map_run_children(bench: Any) -> Any:
    activity = bench.client.create_activity(name="a")["activityArn"]
    waits = one({"Type": "Task", "Resource": activity, "End": True})
    processor = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, **waits}
    each = {"Type": "Map", "ItemsPath": "$", "ItemProcessor": processor, "End": True}
    execution = bench.start(bench.machine({"StartAt": "M", "States": {"M": each}}), input=json.dumps([0] * 60))
    for _ in range(50):
        bench.client.get_activity_task(activityArn=activity)
    run = bench.client.list_map_runs(executionArn=execution)["mapRuns"][0]["mapRunArn"]
    return bench.client.describe_map_run(mapRunArn=run)["itemCounts"]["running"] == 50


def kept_executions(bench: Any) -> Any:
    machine = bench.machine()
    started = [bench.start(machine) for _ in range(60)]  # some more are kept before the oldest go
    bench.end(started[-1])
    bench.end(bench.start(machine))
    return refusal(bench.client.describe_execution, executionArn=started[0]) == "ExecutionDoesNotExist"


def cause_chars(bench: Any) -> Any:
    execution, token = bench.token()
    bench.client.send_task_failure(taskToken=token, error="E", cause=LONG)
    return bench.end(execution)["cause"] == "x" * 50


def open_executions(bench: Any) -> Any:
    machine = bench.machine(one(WAIT))
    bench.token()
    for _ in range(49):
        bench.start(machine)
    return refusal(bench.client.start_execution, stateMachineArn=machine) == "ExecutionLimitExceeded"


def redrive_days(bench: Any) -> Any:
    execution = bench.run(one({"Type": "Fail"}))["executionArn"]
    bench.world.advance(51 * DAY)
    reason = bench.client.describe_execution(executionArn=execution)["redriveStatusReason"]
    return reason == "Execution redrivable period exceeded"


def retention_days(bench: Any) -> Any:
    machine = bench.machine()
    execution = bench.start(machine, name="e", input="1")
    bench.end(execution)
    bench.world.advance(51 * DAY)
    assert refusal(bench.client.describe_execution, executionArn=execution) == "ExecutionDoesNotExist"
    assert bench.client.list_executions(stateMachineArn=machine)["executions"] == []
    return bench.end(bench.start(machine, name="e", input="2"))["input"] == "2"


def state_machines(bench: Any) -> Any:
    for number in range(50):
        bench.machine(name=f"m{number}")
    return refusal(bench.machine, name="more") == "StateMachineLimitExceeded"


def activities(bench: Any) -> Any:
    for number in range(50):
        bench.client.create_activity(name=f"a{number}")
    return refusal(bench.client.create_activity, name="more") == "ActivityLimitExceeded"


def versions(bench: Any) -> Any:
    machine = bench.machine()
    for number in range(50):
        bench.client.update_state_machine(stateMachineArn=machine, roleArn=f"{ROLE}{number}", publish=True)
    return (
        refusal(bench.client.update_state_machine, stateMachineArn=machine, roleArn=ROLE, publish=True)
        == "ServiceQuotaExceededException"
    )


def aliases(bench: Any) -> Any:
    version = bench.client.publish_state_machine_version(stateMachineArn=bench.machine())["stateMachineVersionArn"]
    routes = [{"stateMachineVersionArn": version, "weight": 100}]
    for number in range(50):
        bench.client.create_state_machine_alias(name=f"a{number}", routingConfiguration=routes)
    return (
        refusal(bench.client.create_state_machine_alias, name="more", routingConfiguration=routes)
        == "ServiceQuotaExceededException"
    )


def tags(bench: Any) -> Any:
    many = [{"key": str(number), "value": "v"} for number in range(51)]
    bench.machine(name="few", tags=many[:50])
    return refusal(bench.machine, name="many", tags=many) == "TooManyTags"


def definition_bytes(bench: Any) -> Any:
    return refusal(bench.machine, definition=passes(Comment=LONG)) == "ValidationException"


def request_bytes(bench: Any) -> Any:
    return refusal(bench.client.list_activities, nextToken=LONG) == "RequestEntityTooLargeException"


def activity_pollers(bench: Any) -> Any:
    arn = bench.client.create_activity(name="a")["activityArn"]
    return refusal(bench.client.get_activity_task, activityArn=arn) == "ActivityWorkerLimitExceeded"


BITES = (
    payload_bytes,
    history_events,
    standard_seconds,
    express_seconds,
    variable_bytes,
    variables_bytes,
    inline_concurrency,
    map_run_children,
    kept_executions,
    cause_chars,
    open_executions,
    redrive_days,
    retention_days,
    state_machines,
    activities,
    versions,
    aliases,
    tags,
    definition_bytes,
    request_bytes,
    activity_pollers,
)


@pytest.mark.parametrize("bites", BITES, ids=lambda bites: bites.__name__)
def test_a_quota_that_is_set_bites(make_bench: Any, bites: Any) -> None:
    value = 0 if bites is activity_pollers else 50
    assert bites(make_bench(limits=Limits(**{bites.__name__: value})))


def test_every_quota_is_shown() -> None:
    assert {bites.__name__ for bites in BITES} == {field.name for field in fields(Limits)}


def test_quotas_are_a_value_of_the_session() -> None:
    with sfn.local(limits={"history_events": 100}) as session:
        assert session.limits == sfn.Limits(history_events=100)
        assert session.limits.payload_bytes == 262_144
        with pytest.raises(FrozenInstanceError):
            session.limits.payload_bytes = 1  # type: ignore[misc]  # that is what is shown


@pytest.mark.parametrize("wrong", [-1, "many", True, None])
def test_what_is_no_quota_is_refused(wrong: Any) -> None:
    with pytest.raises(sfn.InvalidArgument, match="the quota payload_bytes is a number from 0 on; given was"):
        sfn.local(limits={"payload_bytes": wrong})
    with pytest.raises(sfn.UnknownName, match=r"(?s)no quota 'payload_byte'.*payload_bytes"):
        sfn.local(limits={"payload_byte": 5})
    with pytest.raises(sfn.InvalidArgument, match=r"limits is a sfn\.Limits or a dict"):
        sfn.local(limits=5)  # type: ignore[arg-type]  # that is what is shown
