"""Executions whose tasks are told what they give: every form of a mock, every way a task waits, every refusal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

import sfn_notebook as sfn

BUSY = sfn.error("Lambda.TooManyRequestsException", "later")


@pytest.fixture
def session() -> Iterator[sfn.Session]:
    with sfn.local(clock="instant", seed=1) as opened:
        yield opened


@pytest.fixture
def orders(session: sfn.Session) -> sfn.StateMachine:
    """One Lambda task that retries twice; there is no such function, so whatever is not mocked fails."""
    sm = session.state_machine("orders")
    sm.lambda_invoke("Charge", "charge", output=sfn.q("$states.result")).retry(
        "Lambda.TooManyRequestsException", max_attempts=2
    )
    return sm


def types(execution: Any) -> list[str]:
    return [event["type"] for event in execution.events()]


def test_a_value_answers_every_call_and_the_history_is_the_usual_one(orders: sfn.StateMachine) -> None:
    execution = orders.run({}, mocks={"Charge": {"Payload": {"paid": True}}})
    assert execution.result() == {"Payload": {"paid": True}}
    assert types(execution) == [
        "ExecutionStarted", "TaskStateEntered", "TaskScheduled", "TaskStarted", "TaskSucceeded", "TaskStateExited",
        "ExecutionSucceeded",
    ]  # fmt: skip
    assert execution.events()[2]["taskScheduledEventDetails"]["resourceType"] == "lambda"


def test_a_list_is_one_answer_for_each_call(orders: sfn.StateMachine) -> None:
    execution = orders.run({}, mocks={"Charge": [BUSY, BUSY, [1, 2]]})
    assert execution.result() == [1, 2]
    assert [attempt.error for attempt in execution.states["Charge"].attempts] == [BUSY.error, BUSY.error, None]
    assert execution.states["Charge"].attempts[0].cause == "later"


def test_a_call_too_many_is_told(orders: sfn.StateMachine) -> None:
    with pytest.raises(sfn.ExecutionFailed, match=r"The mock of state 'Charge' has 1 answer, and this is call 2"):
        orders.run({}, mocks={"Charge": [BUSY]}).result()


def test_later_visits_of_a_state_count_too(session: sfn.Session) -> None:
    sm = session.state_machine("poll")
    look = sm.sqs_send("Look", queue_url="http://q", body="?")
    choice = sm.choice("Done?").when(sfn.q("$states.input.done"), "End").otherwise("Look")
    look >> choice
    sm.succeed("End")
    execution = sm.run({}, mocks={"Look": [{"done": False}, {"done": False}, {"done": True}]})
    assert execution.result() == {"done": True}
    assert len(execution.states["Look"].visits) == 3


def test_a_function_is_called_with_the_arguments_and_what_it_raises_is_the_error(orders: sfn.StateMachine) -> None:
    orders.lambda_invoke("Charge", "charge", payload={"n": sfn.q("$states.input.n")})
    assert orders.run({"n": 2}, mocks={"Charge": lambda asked: asked["Payload"]["n"] * 2}).result() == 4

    def broken(asked: Any) -> Any:
        raise ValueError("no card")

    failed = orders.run({"n": 2}, mocks={"Charge": broken})
    assert (failed.error, failed.cause) == ("ValueError", "no card")
    assert orders.run({"n": 1}, mocks={"Charge": lambda asked: sfn.error("Odd")}).error == "Odd"


def test_a_function_may_stand_in_a_list(orders: sfn.StateMachine) -> None:
    assert orders.run({}, mocks={"Charge": [BUSY, lambda asked: asked["FunctionName"]]}).result() == "charge"


def test_each_iteration_of_a_map_has_its_own(session: sfn.Session) -> None:
    sm = session.state_machine("each")
    inner = sm.branch("inner")
    inner.lambda_invoke("One", "one").retry("Busy", max_attempts=1)
    sm.map("Each", items=sfn.q("$states.input"), processor=inner)
    mocks = {"One": sfn.mocks.per_item(["a", [sfn.error("Busy"), "b"], lambda asked: "c"])}
    assert sm.run([1, 2, 3], mocks=mocks).result() == ["a", "b", "c"]
    with pytest.raises(sfn.ExecutionFailed, match=r"The mock of state 'One' has nothing for iteration 1"):
        sm.run([1, 2], mocks={"One": sfn.mocks.per_item({0: "a"})}).result()


def test_per_item_outside_of_a_map_is_told(orders: sfn.StateMachine) -> None:
    failed = orders.run({}, mocks={"Charge": sfn.mocks.per_item(["a"])})
    assert failed.error == "States.Runtime"
    assert "has nothing for a task outside of a Map" in failed.cause


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ("glue:startJobRun.sync", ["TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskSucceeded"]),
        ("sqs:sendMessage.waitForTaskToken", ["TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskSucceeded"]),
        ("aws-sdk:iam:listUsers", ["TaskScheduled", "TaskStarted", "TaskSucceeded"]),
        (
            "arn:aws:lambda:us-east-1:000000000000:function:f",
            ["LambdaFunctionScheduled", "LambdaFunctionStarted", "LambdaFunctionSucceeded"],
        ),
        (
            "arn:aws:states:us-east-1:000000000000:activity:nobody",
            ["ActivityScheduled", "ActivityStarted", "ActivitySucceeded"],
        ),
    ],
)
def test_every_way_of_waiting(session: sfn.Session, resource: str, expected: list[str]) -> None:
    definition = {
        "StartAt": "T",
        "States": {"T": {"Type": "Task", "Resource": "", "TimeoutSeconds": 5, "End": True}},
    }
    arn = resource if resource.startswith("arn:") else f"arn:aws:states:::{resource}"
    definition["States"]["T"]["Resource"] = arn  # type: ignore[index]
    client = session.client("stepfunctions")
    machine = client.create_state_machine(name="m", definition=json.dumps(definition), roleArn=session.role_arn)[
        "stateMachineArn"
    ]
    with session.world.mocking("m", None, {"T": {"ok": 1}}) as name:
        execution = session.attach(client.start_execution(stateMachineArn=machine, name=name)["executionArn"])
    assert execution.result() == {"ok": 1}
    assert types(execution)[2:-2] == expected


@pytest.mark.parametrize(
    ("error", "event", "name"),
    [
        ("States.Timeout", "TaskTimedOut", "States.Timeout"),
        ("States.HeartbeatTimeout", "TaskTimedOut", "States.Timeout"),
        ("Mine", "TaskFailed", "Mine"),
    ],
)
def test_time_outs_have_their_event(orders: sfn.StateMachine, error: str, event: str, name: str) -> None:
    orders["Charge"].catch(error, "Late")
    orders.succeed("Late")
    execution = orders.run({}, mocks={"Charge": sfn.error(error)})
    assert execution.status == "SUCCEEDED"
    assert event in types(execution)
    assert execution.states["Charge"].error == name


@pytest.mark.parametrize("wait", ["job", "callback"])
@pytest.mark.parametrize(
    ("error", "submitted"),
    [
        ("States.TaskFailed", True),
        ("States.Timeout", True),
        ("Declined", True),
        (None, True),
        ("StepFunctions.StateMachineDoesNotExistException", False),
    ],
)
def test_a_job_fails_after_it_was_submitted(
    session: sfn.Session, wait: Any, error: str | None, *, submitted: bool
) -> None:
    sm = session.state_machine("jobs")
    arn = "arn:aws:states:us-east-1:000000000000:stateMachine:other"
    given = {"token": sfn.token} if wait == "callback" else {}
    sm.start_execution("Job", arn, wait=wait, input=given, timeout_seconds=60)
    assert ("TaskSubmitted" in types(sm.run({}, mocks={"Job": sfn.error(error)}))) is submitted


def test_express_machines_take_mocks_too(session: sfn.Session) -> None:
    sm = session.state_machine("quick", type="EXPRESS")
    sm.lambda_invoke("Charge", "charge")
    assert sm.run({}, mocks={"Charge": "paid"}).result() == "paid"


def test_mocks_are_for_one_execution(orders: sfn.StateMachine) -> None:
    assert orders.run({}, mocks={"Charge": 1}).result() == 1
    assert orders.run({}).error == "Lambda.ResourceNotFoundException"
    assert orders.start({}, name="named", mocks={"Charge": 2}).result() == 2


def test_what_is_refused(orders: sfn.StateMachine) -> None:
    orders.pass_("Prepare")
    with pytest.raises(sfn.UnknownName, match=r"there is no state 'Chrage'.\nDid you mean 'Charge'\?"):
        orders.run({}, mocks={"Chrage": 1})
    with pytest.raises(sfn.InvalidArgument, match="'Prepare' is a Pass state, and only Task states are mocked"):
        orders.run({}, mocks={"Prepare": 1})
    with pytest.raises(sfn.InvalidArgument, match=r"the mock of 'Charge' is nothing a task can answer: .*set"):
        orders.run({}, mocks={"Charge": [{1}]})
    with pytest.raises(sfn.InvalidArgument, match="mocks is a dict"):
        orders.run({}, mocks=["Charge"])
    with pytest.raises(sfn.InvalidArgument, match=r"per_item.. takes a list"):
        sfn.mocks.per_item("no")
    with pytest.raises(sfn.InvalidArgument, match="texts; given was 5"):
        sfn.error(5)  # type: ignore[arg-type]


def test_a_map_is_mocked_inside(session: sfn.Session) -> None:
    sm = session.state_machine("each")
    inner = sm.branch("inner")
    inner.pass_("One")
    sm.map("Each", items=[1], processor=inner)
    with pytest.raises(sfn.InvalidArgument, match=r"is a Map state.*\nMock the tasks inside of it."):
        sm.run({}, mocks={"Each": 1})


def test_elsewhere_tasks_are_run() -> None:
    with sfn.connect("http://127.0.0.1:9") as session:
        sm = session.state_machine("orders")
        sm.lambda_invoke("Charge", "charge")
        with pytest.raises(sfn.NotAvailable, match=r"mocks need the embedded engine; this session \(endpoint\)"):
            sm.run({}, mocks={"Charge": 1})


def test_children_of_a_distributed_map_are_told_too(session: sfn.Session) -> None:
    one = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage",
        "Arguments": {"QueueUrl": "u", "MessageBody": "b"},
        "End": True,
    }
    config = {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}
    processor = {"ProcessorConfig": config, "StartAt": "One", "States": {"One": one}}
    each = {"Type": "Map", "Items": "{% $states.input %}", "ItemProcessor": processor, "End": True}
    definition = {"QueryLanguage": "JSONata", "StartAt": "Each", "States": {"Each": each}}
    sm = session.state_machine("many", definition=definition)
    execution = sm.run([1, 2], mocks={"One": sfn.mocks.per_item(["a", "b"])})
    assert execution.result() == ["a", "b"]
    assert "MapRunStarted" in types(execution)


def test_a_machine_without_tasks_has_nothing_to_mock(session):
    sm = session.state_machine("plain")
    sm.pass_("P")
    with pytest.raises(sfn.UnknownName, match="This state machine has no Task to mock"):
        sm.run({}, mocks={"Q": 1})
    with pytest.raises(sfn.InvalidArgument, match="logs are of a state machine or an execution; given was 'plain'"):
        session.logs("plain")
    with pytest.raises(sfn.UnknownKeyword, match=r"By position: of\.$"):
        session.logs()
