"""Activities: done by a worker in the notebook, or by hand."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

import sfn_notebook as sfn


@pytest.fixture
def session() -> Iterator[sfn.Session]:
    with sfn.local(clock="instant", seed=1) as made:
        yield made


def machine(session: sfn.Session, name: str = "orders", **fields: Any) -> sfn.StateMachine:
    arn = session.client("stepfunctions").create_activity(name="pick")["activityArn"]
    sm = session.state_machine(name)
    sm.task("Pick", resource=arn, arguments={"order": sfn.q("$states.input.order")}, **fields)
    return sm


def test_a_worker_does_the_tasks(session: sfn.Session) -> None:
    sm = machine(session)
    with session.worker("pick", lambda task: {"picked": task["order"]}, name="me") as worker:
        assert [sm.run({"order": n}).result() for n in range(3)] == [{"picked": n} for n in range(3)]
        assert repr(worker) == "<Worker of 'pick': running>"
    assert repr(worker) == "<Worker of 'pick': stopped>"
    assert not [one for one in threading.enumerate() if one.name.startswith("sfn-worker")]


def test_what_it_raises_fails_the_task(session: sfn.Session) -> None:
    def pick(task: Any) -> None:
        raise KeyError("shelf")

    session.worker("pick", pick)
    execution = machine(session).run({"order": 1})
    assert (execution.error, execution.cause) == ("KeyError", "'shelf'")


def test_it_may_give_an_error(session: sfn.Session) -> None:
    session.worker("pick", lambda task: sfn.error("OutOfStock", "none left"))
    execution = machine(session).run({"order": 1})
    assert (execution.error, execution.cause) == ("OutOfStock", "none left")


def test_what_is_no_json_fails_the_task(session: sfn.Session) -> None:
    session.worker("pick", lambda task: {1, 2})
    assert machine(session).run({"order": 1}).error == "TypeError"


def test_the_cell_runs_again(session: sfn.Session) -> None:
    first = session.worker("pick", lambda task: 1)
    second = session.worker("pick", lambda task: 2)
    assert (first.running, second.running) == (False, True)
    assert machine(session).run({"order": 1}).result() == 2


def test_it_sends_heartbeats(session: sfn.Session) -> None:
    with sfn.local() as real:
        beaten = threading.Event()
        client = real.client("stepfunctions")
        client.meta.events.register("before-call.sfn.SendTaskHeartbeat", lambda **_: beaten.set())
        real.worker("pick", lambda task: beaten.wait(20), heartbeat=0.01)
        assert machine(real, heartbeat_seconds=60).run({"order": 1}).result() is True


def test_a_closed_session_has_no_worker() -> None:
    session = sfn.local()
    worker = session.worker("pick", lambda task: task)
    session.close()
    worker.stop()
    assert not worker.running


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("", len), "an activity is its name or its ARN"),
        (("pick", 5), "the function that does the work"),
    ],
)
def test_what_it_refuses(session: sfn.Session, arguments: Any, words: str) -> None:
    with pytest.raises(sfn.InvalidArgument, match=words):
        session.worker(*arguments)
    with pytest.raises(sfn.InvalidArgument, match="above 0"):
        session.worker("pick", len, heartbeat=0)


# -- by hand


def test_an_activity_is_pending_until_a_worker_takes_it(session: sfn.Session) -> None:
    execution = machine(session).start({"order": 7})
    task = execution.callback("Pick")
    assert repr(task) == "<PendingTask Pick: waits for a worker (activity:pick)>"
    assert task.payload == {"order": 7}
    assert execution.states["Pick"].status == "WAITING"
    session.worker("pick", lambda given: given)
    execution.wait(20)
    assert execution.pending == []
    with pytest.raises(sfn.NothingPending, match="waits no more"):
        task.succeed({})


def test_it_is_answered_by_hand(session: sfn.Session) -> None:
    execution = machine(session).start({"order": 7})
    execution.callback("Pick").succeed({"by": "hand"})
    assert execution.result(20) == {"by": "hand"}
    assert "sfn-notebook-desk" in str([dict(one) for one in execution.events()])


def test_it_fails_by_hand(session: sfn.Session) -> None:
    execution = machine(session).start({"order": 7})
    execution.callback("Pick").fail("Dropped", "it fell")
    execution.wait(20)
    assert (execution.error, execution.cause) == ("Dropped", "it fell")


def test_a_heartbeat_takes_it_and_it_stays_on_the_desk(session: sfn.Session) -> None:
    execution = machine(session, heartbeat_seconds=60).start({"order": 7})
    execution.callback("Pick").heartbeat()
    (task,) = execution.pending
    session.advance(seconds=50)
    task.heartbeat()
    session.advance(seconds=50)
    task.succeed(1)
    assert execution.result(20) == 1


def test_of_several_the_one_that_is_meant_is_answered(session: sfn.Session) -> None:
    sm = machine(session)
    executions = [sm.start({"order": n}) for n in range(3)]
    for execution in executions:
        execution.callback("Pick")
    for n in (2, 0, 1):
        executions[n].callback("Pick").succeed({"answer": n})
    assert [execution.result(20) for execution in executions] == [{"answer": n} for n in range(3)]
