"""`session.job`: what it takes, what it says, what it refuses."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import sfn_notebook as sfn


@pytest.fixture
def session() -> Iterator[sfn.Session]:
    with sfn.local(clock="instant", seed=1) as made:
        yield made


def nightly(session: sfn.Session) -> sfn.StateMachine:
    sm = session.state_machine("jobs")
    sm.task("Run", resource="arn:aws:states:::glue:startJobRun.sync", arguments={"JobName": "nightly"})
    return sm


def test_a_job_is_awaited_and_its_result_given(session: sfn.Session) -> None:
    session.job("glue", "nightly", seconds=480, result={"LogGroupName": "/jobs"})
    execution = nightly(session).run()
    assert execution.result()["LogGroupName"] == "/jobs"
    assert execution.duration == 480


def test_a_job_that_fails(session: sfn.Session) -> None:
    session.job("glue", "nightly", fails="disk full")
    execution = nightly(session).run()
    assert execution.error == "States.TaskFailed"
    with pytest.raises(sfn.ExecutionFailed, match="disk full"):
        execution.result()


def test_the_events_say_that_it_is_simulated(session: sfn.Session) -> None:
    session.job("glue", "nightly")
    shown = repr(nightly(session).run().events())
    assert "glue:startJobRun.sync (simulated)" in shown
    assert shown.count("simulated") == 1


def test_the_cell_runs_again(session: sfn.Session) -> None:
    session.job("glue", "nightly", fails=True)
    session.job("glue", "nightly")
    assert [repr(job) for job in session.jobs] == ["<Job glue 'nightly': simulated, takes 1 minute, succeeds>"]
    assert nightly(session).run().status == "SUCCEEDED"


def test_a_job_is_taken_away(session: sfn.Session) -> None:
    session.job("mediaconvert").remove()
    assert session.jobs == []


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        ({"service": "glue"}, "<Job glue any job: simulated, takes 1 minute, succeeds>"),
        (
            {"service": "emr", "name": "a*", "seconds": 7200},
            "<Job elasticmapreduce 'a*': simulated, takes 2 hours, succeeds>",
        ),
        ({"service": "ecs", "fails": True, "seconds": 90}, "<Job ecs any job: simulated, takes 90 seconds, fails>"),
        (
            {"service": "batch", "fails": 2, "seconds": 0},
            "<Job batch any job: simulated, takes 0 seconds, fails 2 times, then succeeds>",
        ),
        (
            {"service": "eks", "action": "runJob", "fails": "no room", "seconds": 0.5},
            "<Job eks:runJob any job: simulated, takes 0.5 seconds, fails: no room>",
        ),
    ],
)
def test_it_shows_itself(session: sfn.Session, options: dict[str, object], shown: str) -> None:
    made = session.job(**options)  # type: ignore[arg-type]
    assert repr(made) == shown


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"service": "glu"}, sfn.UnknownName, "Did you mean 'glue'"),
        ({"service": "sqs"}, sfn.UnknownName, "Jobs that a task can wait for are of: athena, batch"),
        ({"service": "states"}, sfn.InvalidArgument, "nested executions are run"),
        ({"service": "glue", "action": "startRun"}, sfn.UnknownName, "Allowed: startJobRun"),
        ({"service": "glue", "name": ""}, sfn.InvalidArgument, "a job's name is a text"),
        ({"service": "glue", "seconds": -1}, sfn.InvalidArgument, "from 0 on; given was -1"),
        ({"service": "glue", "seconds": float("nan")}, sfn.InvalidArgument, "given was nan"),
        ({"service": "glue", "result": [1]}, sfn.InvalidArgument, "a dict; given was [1]"),
        ({"service": "glue", "result": {"A": {1}}}, sfn.InvalidArgument, "cannot be written as JSON"),
        ({"service": "glue", "fails": -1}, sfn.InvalidArgument, "given was -1"),
        ({"service": "glue", "secs": 1}, sfn.UnknownKeyword, "secs"),
    ],
)
def test_what_it_refuses(session: sfn.Session, options: dict[str, object], error: type[Exception], words: str) -> None:
    with pytest.raises(error) as caught:
        session.job(**options)  # type: ignore[arg-type]
    assert words in str(caught.value)
    assert session.jobs == []


def test_only_the_embedded_engine_simulates() -> None:
    with sfn.connect("http://127.0.0.1:9") as session, pytest.raises(sfn.NotAvailable, match="the services' own"):
        session.job("glue")


@pytest.mark.parametrize("options", [{"allow_writes": True}, {"profile": "p"}, {"services": "azure"}])
def test_options_of_real_calls_go_with_real_calls(options: dict[str, object]) -> None:
    with pytest.raises(sfn.InvalidArgument):
        sfn.local(**options)  # type: ignore[arg-type]
