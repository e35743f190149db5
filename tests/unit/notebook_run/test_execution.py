from __future__ import annotations

import asyncio
import re
import signal
import threading
from collections.abc import Iterator
from typing import Any

import pytest

import sfn_notebook as sfn
from sfn_notebook import q, token
from sfn_notebook.history import Changes


@pytest.fixture
def session() -> Iterator[sfn.Session]:
    with sfn.local(clock="instant", seed=1) as opened:
        opened.function("ask")(lambda event, context: None)
        yield opened


@pytest.fixture
def asking(session: sfn.Session) -> sfn.StateMachine:
    """A machine that waits for an answer."""
    sm = session.state_machine("asking")
    sm.lambda_invoke(
        "Ask",
        "ask",
        payload={"amount": q("$states.input.amount"), "token": token},
        wait="callback",
        timeout_seconds=3600,
        heartbeat_seconds=600,
    )
    sm["Ask"].catch("Rejected", "No") >> sm.succeed("Yes")
    sm.fail("No", error="NotApproved", cause="somebody said no")
    return sm


def test_start_returns_at_once_and_wait_gives_the_execution(asking: sfn.StateMachine) -> None:
    execution = asking.start({"amount": 5})
    assert execution.status == "RUNNING"
    execution.callback("Ask").succeed({"ok": True})
    assert execution.wait(10) is execution
    assert (execution.status, execution.input, execution.output) == ("SUCCEEDED", {"amount": 5}, {"ok": True})
    assert (execution.error, execution.cause) == (None, None)
    assert execution.duration is not None
    assert execution.result() == {"ok": True}


def test_wait_returns_when_the_time_is_over_and_result_says_what_it_does(asking: sfn.StateMachine) -> None:
    execution = asking.start({"amount": 5})
    execution.callback("Ask")
    assert execution.wait(0).run.status == "RUNNING"
    with pytest.raises(sfn.StillRunning, match="still runs after 0 s: waiting for a task token in 'Ask'"):
        execution.result(0)
    assert isinstance(execution.result.__doc__, str)


@pytest.mark.parametrize("timeout", [-1, "5", True, float("nan")])
def test_a_timeout_is_a_number_from_0_on(asking: sfn.StateMachine, timeout: Any) -> None:
    execution = asking.start({"amount": 5})
    with pytest.raises(sfn.InvalidArgument, match="timeout is a number of seconds"):
        execution.wait(timeout)


def test_the_ends_without_a_result(session: sfn.Session, asking: sfn.StateMachine) -> None:
    failed = asking.start({"amount": 5})
    failed.callback().fail("Rejected", "too dear")
    with pytest.raises(sfn.ExecutionFailed, match="failed in state 'No': NotApproved: somebody said no") as caught:
        failed.result(10)
    assert (caught.value.error, caught.value.cause) == ("NotApproved", "somebody said no")
    assert failed.states["Ask"].error == "Rejected"

    stopped = asking.start({"amount": 5})
    assert stopped.stop("Enough", "go home") is stopped
    with pytest.raises(sfn.ExecutionAborted, match="was stopped: Enough: go home"):
        stopped.result(10)

    late = session.state_machine("late", timeout_seconds=5)
    late.wait("W", seconds=60)
    with pytest.raises(sfn.ExecutionTimedOut, match="'late' timed out"):
        late.start({}).result(10)


def test_stopping_twice_changes_nothing(asking: sfn.StateMachine) -> None:
    execution = asking.start({"amount": 5})
    execution.stop("A")
    execution.stop("B")
    assert execution.error == "A"


def test_the_stream_gives_every_event_once_and_ends(asking: sfn.StateMachine) -> None:
    execution = asking.start({"amount": 5})
    stream, seen = execution.stream(), []
    for event in stream:
        seen.append(event)
        if event["type"] == "TaskSubmitted":
            execution.callback().succeed()
    assert [event["id"] for event in seen] == list(range(1, len(seen) + 1))
    assert seen[-1]["type"] == "ExecutionSucceeded"
    assert [event["id"] for event in execution.stream()] == [event["id"] for event in seen]


def test_the_stream_and_the_execution_can_be_awaited(asking: sfn.StateMachine) -> None:
    async def story() -> list[str]:
        execution = asking.start({"amount": 5})
        types = []
        async for event in execution.stream():
            types.append(event["type"])
            if event["type"] == "TaskSubmitted":
                execution.callback().succeed()
        assert (await execution) is execution
        return types

    assert asyncio.run(story())[-1] == "ExecutionSucceeded"


def test_pending_and_callback(session: sfn.Session) -> None:
    sm = session.state_machine("fan")
    ask = sm.branch("ask")
    ask.lambda_invoke("Ask", "ask", payload={"t": token}, wait="callback", timeout_seconds=60)
    sm.map("Each", items=q("[10, 20, 30]"), processor=ask)
    execution = sm.start({})
    second = execution.callback("Ask", map_index=1)
    assert (second.state, second.map_index, second.attempt, second.resource) == ("Ask", (1,), 1, "lambda:invoke")
    assert second.payload == {"FunctionName": "ask", "Payload": {"t": "●●●"}}
    assert second.token not in repr(second)
    second.succeed("two")
    for index in (0, 2):
        execution.callback(map_index=index).succeed(index)
    assert execution.result(10) == [0, "two", 2]
    with pytest.raises(sfn.NothingPending, match="the execution of 'fan' has succeeded"):
        execution.callback()


def test_callback_says_what_is_wrong(asking: sfn.StateMachine) -> None:
    execution = asking.start({"amount": 5})
    with pytest.raises(sfn.UnknownName, match="Did you mean 'Ask'"):
        execution.callback("Aks")
    execution.callback("Ask")
    with pytest.raises(sfn.NothingPending, match=r"no task waits in 'Yes'.*waiting for a task token in 'Ask'"):
        execution.callback("Yes", timeout=0)


def test_a_token_takes_one_answer(asking: sfn.StateMachine) -> None:
    execution = asking.start({"amount": 5})
    task = execution.callback()
    task.heartbeat()
    task.succeed({})
    execution.wait(10)
    for again in (task.succeed, task.fail, task.heartbeat):
        with pytest.raises(sfn.TaskTokenError, match="good for one answer") as caught:
            again()
        assert task.token not in str(caught.value)


def test_a_token_that_has_expired_says_so(session: sfn.Session, asking: sfn.StateMachine) -> None:
    execution = asking.start({"amount": 5})
    task = execution.callback()
    assert task.deadline is not None
    assert task.heartbeat_deadline is not None
    assert (task.deadline - session.now(), task.heartbeat_deadline - session.now()) == (
        pytest.approx(3600, abs=1),
        pytest.approx(600, abs=1),
    )
    session.advance(seconds=601)
    assert (execution.status, execution.error) == ("FAILED", "States.Timeout")
    with pytest.raises(sfn.TaskTimedOut, match="expired"):
        task.succeed({})


@pytest.mark.parametrize("output", [object(), float("nan"), {(1, 2): 3}, {"a": {3}}])
def test_what_is_no_json_is_refused_before_it_is_sent(asking: sfn.StateMachine, output: Any) -> None:
    execution = asking.start({"amount": 5})
    with pytest.raises(sfn.InvalidInput):
        execution.callback().succeed(output)
    assert execution.status == "RUNNING"


def test_what_is_too_long_is_refused_before_it_is_sent(asking: sfn.StateMachine) -> None:
    task = asking.start({"amount": 5}).callback()
    with pytest.raises(sfn.InvalidInput, match="262,1"):
        task.succeed("x" * 262_144)
    with pytest.raises(sfn.InvalidInput, match="the error has 257 characters; at most 256"):
        task.fail("e" * 257)
    with pytest.raises(sfn.InvalidInput, match="the cause has 32,769 characters"):
        task.fail("e", "c" * 32_769)


def test_states_are_what_happened_in_them(asking: sfn.StateMachine) -> None:
    execution = asking.start({"amount": 5})
    execution.callback().succeed({"ok": True})
    execution.wait(10)
    visit = execution.states["Ask"]
    assert (visit.input, visit.output, len(visit.attempts)) == ({"amount": 5}, {"ok": True}, 1)
    assert {name: execution.states[name].status for name in execution.states} == {
        "Ask": "SUCCEEDED",
        "Yes": "SUCCEEDED",
        "No": "NOT_STARTED",
    }
    with pytest.raises(KeyError, match="Did you mean 'Ask'"):
        execution.states["ask"]


def test_text_is_the_same_each_time(asking: sfn.StateMachine) -> None:
    execution = asking.start({"amount": 5})
    waiting = execution.callback()
    shown = [repr(execution), repr(waiting), repr(execution.events()), repr(execution.states)]
    assert shown[0] == "<Execution of 'asking': RUNNING>"
    for text in shown:
        assert not re.search(r"arn:|0x|\d{12}|[0-9a-f]{8}-|20\d\d-", text), text


@pytest.fixture
def ctrl_c() -> Iterator[None]:
    """Ctrl-C is a KeyboardInterrupt, also in a process of a parallel test run, which ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("ctrl_c")
def test_ctrl_c_ends_the_wait_and_not_the_execution(asking: sfn.StateMachine) -> None:
    execution = asking.start({"amount": 5})
    task = execution.callback()
    interrupt = threading.Timer(0.05, signal.raise_signal, [signal.SIGINT])
    interrupt.start()
    with pytest.raises(KeyboardInterrupt):
        _interrupted(execution)
    interrupt.join()
    assert execution.status == "RUNNING"
    task.succeed("later")
    assert execution.result(10) == "later"


def _interrupted(execution: sfn.Execution) -> None:
    # raise_signal runs the handler on the main thread, which is the one that waits
    execution.wait(10)
    raise AssertionError("nobody interrupted")


def test_listeners_hear_every_change_and_one_that_fails_silences_nobody(asking: sfn.StateMachine) -> None:
    execution = asking.start({"amount": 5})
    heard: list[int] = []
    ended = threading.Event()

    def broken(changes: Changes) -> None:
        raise RuntimeError("mine")

    def listener(changes: Changes) -> None:
        heard.extend(event["id"] for event in changes.events)
        if changes.ended:
            ended.set()

    execution.follow(broken)
    leave = execution.follow(listener)
    execution.callback().succeed({})
    assert ended.wait(10)
    last = execution.run.last_id
    assert heard
    assert heard == list(range(heard[0], last + 1))
    leave()
    leave()


def test_closing_tells_the_listeners(session: sfn.Session, asking: sfn.StateMachine) -> None:
    execution = asking.start({"amount": 5})
    closed = threading.Event()
    execution.follow(lambda changes: None, closed.set)
    session.close()
    assert closed.is_set()
    with pytest.raises(sfn.SessionClosed):
        execution.stop()


def test_an_express_machine_is_run_to_its_answer(session: sfn.Session) -> None:
    sm = session.state_machine("quick", type="EXPRESS")
    sm.choice("Good?").when(q("$states.input.good"), "Yes").otherwise("No")
    sm.pass_("Yes", output={"ü": 1})
    sm.fail("No", error="E", cause="c")
    good = sm.run({"good": True})
    assert (good.status, good.output, good.input, good.result()) == ("SUCCEEDED", {"ü": 1}, {"good": True}, {"ü": 1})
    assert (good.machine_name, len(good.events()), good.path) == ("quick", 0, [])
    assert repr(good) == "<Execution of 'quick': SUCCEEDED>"
    bad = sm.run({"good": False})
    with pytest.raises(sfn.ExecutionFailed, match="'quick' failed: E: c"):
        bad.result()


def test_an_express_execution_that_was_only_started_says_what_cannot_be_had(session: sfn.Session) -> None:
    sm = session.state_machine("quick", type="EXPRESS")
    sm.pass_("A")
    with pytest.raises(sfn.NotAvailable, match=r"sm\.run\(\.\.\.\) waits for its answer"):
        sm.start({}).wait(1)


@pytest.fixture
def charging(session: sfn.Session) -> tuple[sfn.StateMachine, list[int]]:
    """A machine whose charge fails until something is in the list."""
    well: list[int] = []

    @session.function("charge")
    def charge(event: Any, context: Any) -> str:
        if not well:
            raise ValueError("no money")
        return "charged"

    sm = session.state_machine("charging")
    (
        sm.pass_("Prepare")
        >> sm.lambda_invoke("Charge", "charge", output=q("$states.result.Payload"))
        >> sm.succeed("Done")
    )
    return sm, well


def test_a_redriven_execution_is_followed_on(charging: tuple[sfn.StateMachine, list[int]]) -> None:
    sm, well = charging
    execution = sm.run({})
    assert execution.status == "FAILED"
    heard: list[str] = []
    ended = threading.Event()

    def listen(changes: Changes) -> None:
        heard.extend(event["type"] for event in changes.events)
        if changes.ended and "ExecutionSucceeded" in heard:
            ended.set()

    execution.follow(listen)
    before = len(execution.events())
    well.append(1)
    assert execution.redrive() is execution
    assert execution.result(10) == "charged"
    assert ended.wait(10)
    assert heard[0] == "ExecutionRedriven"
    assert "redrive 1" in repr(execution.events()[before:])
    assert execution.path == ["Prepare", "Charge", "Done"]
    charge = execution.run.visits[1]
    assert [attempt.status for attempt in charge.attempts] == ["FAILED", "SUCCEEDED"]
    assert execution.run.statuses["Charge"] == "SUCCEEDED"
    assert [event["id"] for event in execution.stream()] == list(range(1, len(execution.events()) + 1))


def test_what_cannot_be_redriven_says_why(
    charging: tuple[sfn.StateMachine, list[int]], asking: sfn.StateMachine
) -> None:
    sm, well = charging
    well.append(1)
    with pytest.raises(sfn.NotAvailable, match="Execution is SUCCEEDED and cannot be redriven"):
        sm.run({}).redrive()
    with pytest.raises(sfn.NotAvailable, match="Execution is RUNNING and cannot be redriven"):
        asking.start({"amount": 1}).redrive()


def test_an_express_execution_shows_the_events_it_logs(session: sfn.Session) -> None:
    sm = session.state_machine("quick", type="EXPRESS", logging="ALL")
    sm.pass_("A", output={"n": 1})
    for execution in (sm.run({}), sm.start({}).wait(10)):
        assert (execution.status, execution.output, execution.path) == ("SUCCEEDED", {"n": 1}, ["A"])
        assert [event["type"] for event in execution.events()] == [
            "ExecutionStarted",
            "PassStateEntered",
            "PassStateExited",
            "ExecutionSucceeded",
        ]
        assert execution.states["A"].output == {"n": 1}


def test_logs_are_what_the_level_says(session: sfn.Session) -> None:
    shown = {}
    for level in ("ALL", "ERROR", "FATAL", "OFF"):
        sm = session.state_machine("quick", type="EXPRESS", logging=level)
        sm.fail("No", error="E", cause="c")
        execution = sm.run({})
        if level == "OFF":
            with pytest.raises(sfn.NotAvailable, match=r"(?s)'quick' logs nothing: its logging is OFF.*logging='ALL'"):
                session.logs(execution)
        else:
            shown[level] = [line["type"] for line in session.logs(execution)]
    assert shown == {
        "ALL": ["ExecutionStarted", "FailStateEntered", "ExecutionFailed"],
        "ERROR": ["FailStateEntered", "ExecutionFailed"],
        "FATAL": ["ExecutionFailed"],
    }
    assert len(session.logs(sm)) == 6  # all executions of the machine, each as its logging was
    assert "arn:" not in repr(session.logs(sm))


def test_log_lines_have_the_form_of_cloudwatch_logs(session: sfn.Session) -> None:
    group = {"cloudWatchLogsLogGroup": {"logGroupArn": "arn:aws:logs:us-east-1:000000000000:log-group:g:*"}}
    sm = session.state_machine("quick", type="EXPRESS", logging={"level": "ALL", "destinations": [group]})
    sm.pass_("A", output={"secret": 1})
    execution = sm.run({"x": 1})
    first, entered, left, _ = session.logs(execution)
    assert first["details"] == {"roleArn": session.role_arn}  # includeExecutionData is off
    assert (entered["details"], left["details"]) == ({"name": "A"}, {"name": "A"})
    assert {key: entered[key] for key in ("id", "type", "previous_event_id", "redrive_count", "execution_arn")} == {
        "id": "2",
        "type": "PassStateEntered",
        "previous_event_id": "0",
        "redrive_count": "0",
        "execution_arn": execution.arn,
    }
    assert entered["event_timestamp"].isdecimal()
    with pytest.raises(sfn.InvalidArgument, match="logging is one of ALL, ERROR, FATAL, OFF"):
        session.state_machine("quick", logging="LOUD")
