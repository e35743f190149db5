from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

import sfn_notebook as sfn
from sfn_notebook import q

ROLE = "arn:aws:iam::000000000000:role/r"


@pytest.fixture
def session() -> Iterator[sfn.Session]:
    with sfn.local(clock="instant", seed=1) as opened:
        yield opened


def passing(session: sfn.Session, name: str = "m") -> sfn.StateMachine:
    sm = session.state_machine(name)
    sm.pass_("A", output=q("$states.input"))
    return sm


def test_the_same_name_is_the_same_machine(session: sfn.Session) -> None:
    assert session.state_machine("m") is session.state_machine("m")
    assert session.state_machine("m") is not session.state_machine("n")


def test_two_sessions_do_not_see_each_other() -> None:
    with sfn.local() as one, sfn.local() as other:
        arn = passing(one).start({}).arn
        assert other.client("stepfunctions").list_state_machines()["stateMachines"] == []
        with pytest.raises(sfn.NotFound):
            other.attach(arn)


def test_the_client_is_a_genuine_one_and_others_are_untouched(session: sfn.Session) -> None:
    client = session.client("stepfunctions")
    assert client.meta.service_model.service_name == "stepfunctions"
    keys = {"region_name": "us-east-1", "aws_access_key_id": "x", "aws_secret_access_key": "x"}
    foreign = boto3.client("stepfunctions", **keys)
    asked: list[str] = []

    def refuse(request: Any, **_: Any) -> None:
        asked.append(request.url)
        raise ConnectionError("not today")

    foreign.meta.events.register("before-send.stepfunctions", refuse)
    with pytest.raises(ConnectionError):
        foreign.list_state_machines()
    assert asked == ["https://states.us-east-1.amazonaws.com/"]


def test_a_users_own_function_answers_with_the_sessions_client(session: sfn.Session) -> None:
    client = session.client("stepfunctions")

    @session.function
    def approve(event: Any, context: Any) -> None:
        client.send_task_success(taskToken=event["token"], output='{"ok": true}')

    sm = session.state_machine("m")
    sm.lambda_invoke("Ask", "approve", payload={"token": sfn.token}, wait="callback", timeout_seconds=9)
    assert sm.run({}, timeout=10).output == {"ok": True}


def test_executions_are_listed_newest_first_and_by_status(session: sfn.Session) -> None:
    sm = passing(session)
    bad = session.state_machine("bad")
    bad.fail("No", error="E")
    first = sm.run({"n": 1}, timeout=10)
    session.advance(seconds=1)
    second = bad.run({}, timeout=10)
    assert [one.arn for one in session.executions()] == [second.arn, first.arn]
    assert [one.arn for one in session.executions(status="FAILED")] == [second.arn]
    assert [one.arn for one in session.executions(sm)] == [first.arn]
    assert repr(session.executions()).splitlines()[0].split() == ["bad", "FAILED"]
    with pytest.raises(sfn.InvalidArgument, match="no such status: 'DONE'"):
        session.executions(status="DONE")


def test_attach_by_arn_gives_the_definition_and_the_events(session: sfn.Session) -> None:
    started = passing(session).run({"a": 1}, timeout=10)
    arn = started.arn
    del started
    gc.collect()
    attached = session.attach(arn)
    assert attached.run.status == "SUCCEEDED"
    assert attached.definition is not None
    assert attached.path == ["A"]
    assert attached is session.attach(arn)


@pytest.mark.parametrize("arn", ["", "nonsense", "arn:aws:states:us-east-1:000000000000:stateMachine:m"])
def test_attach_refuses_what_is_no_execution(session: sfn.Session, arn: str) -> None:
    with pytest.raises(sfn.SfnNotebookError) as caught:
        session.attach(arn)
    assert isinstance(caught.value, (sfn.InvalidArgument, sfn.NotFound))


def test_advance_takes_every_unit(session: sfn.Session) -> None:
    before = session.now()
    session.advance(seconds=1, minutes=1, hours=1, days=1)
    assert session.now() - before == pytest.approx(86400 + 3600 + 60 + 1)
    with pytest.raises(sfn.InvalidArgument, match="cannot go back"):
        session.advance(seconds=-1)
    with sfn.local() as real, pytest.raises(sfn.NotAvailable):
        real.advance(seconds=1)


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (lambda: sfn.local(clok="instant"), "clock"),
        (lambda: sfn.connect("http://127.0.0.1:1", regoin="x"), "region"),
        (lambda: sfn.aws(profil="x"), "profile"),
    ],
)
def test_a_misspelt_option_is_told(call: Any, word: str) -> None:
    with pytest.raises(TypeError, match=f"Did you mean '{word}'"):
        call()


def test_misspelt_options_of_a_session_are_told(session: sfn.Session) -> None:
    with pytest.raises(sfn.UnknownKeyword, match="Did you mean 'query_language'"):
        session.state_machine("m", query_langage="JSONPath")
    with pytest.raises(sfn.UnknownKeyword, match="Did you mean 'minutes'"):
        session.advance(minuts=1)


@pytest.mark.parametrize("options", [{"clock": "fast"}, {"services": "mars"}, {"clock": None}])
def test_a_wrong_option_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(sfn.InvalidArgument, match=r"given was"):
        sfn.local(**options)


def open_files() -> int:
    """How many files and sockets are open, where the system tells."""
    listed = Path("/proc/self/fd")
    return len(list(listed.iterdir())) if listed.exists() else 0


def test_closing_leaves_nothing_and_closes_for_good() -> None:
    before = set(threading.enumerate())
    files = open_files()
    session = sfn.local()
    execution = passing(session).start({})
    heard: list[object] = []
    execution.follow(heard.append)
    execution.wait(10)
    session.client("sqs").create_queue(QueueName="q")
    session.close()
    session.close()
    assert set(threading.enumerate()) <= before
    gc.collect()
    assert open_files() <= files
    with pytest.raises(sfn.SessionClosed, match="was closed"):
        session.client("sqs")
    assert repr(session) == "<Session embedded (closed)>"


def test_what_was_known_is_still_there_when_the_session_is_closed() -> None:
    with sfn.local() as session:
        execution = passing(session).run({"a": 1}, timeout=10)
    assert execution.output == {"a": 1}
    assert execution.path == ["A"]


def test_the_instant_clock_and_a_seed_give_the_same_history_each_time() -> None:
    def history() -> list[Any]:
        with sfn.local(clock="instant", seed=7) as session:
            sm = session.state_machine("m")
            sm.wait("W", seconds=60) >> sm.pass_("A", output={"id": q("$uuid()"), "n": q("$random()")})
            execution = sm.run({}, timeout=10)
            first = execution.events()[0]["timestamp"]
            return [execution.arn, *({**e, "timestamp": e["timestamp"] - first} for e in execution.events())]

    assert history() == history()
