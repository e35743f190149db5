"""`execution.map_runs`: what a person asks about the children of a distributed Map."""

from collections.abc import Iterator
from typing import Any

import pytest

import sfn_notebook as sfn
from sfn_notebook import _display
from sfn_notebook.errors import InvalidArgument


@pytest.fixture
def session() -> Iterator[sfn.Session]:
    opened = sfn.local(clock="instant", seed=1)
    yield opened
    opened.close()


def run(session: sfn.Session, data: Any, *, type: str = "STANDARD", **fields: Any) -> sfn.Execution:
    sm = session.state_machine("orders")
    each = sm.branch("each")
    each.choice("Good?").when(sfn.q("$states.input = 'bad'"), "No").otherwise("Yes")
    each.succeed("Yes")
    each.fail("No", error="E")
    sm.map("Each", processor=each, mode="DISTRIBUTED", execution_type=type, **fields)
    return sm.run(data, timeout=20)


def test_a_map_run_tells_its_counts(session: sfn.Session) -> None:
    execution = run(session, ["a", "bad", "c"], tolerated_failure_count=1, max_concurrency=2)
    (map_run,) = execution.map_runs
    assert repr(map_run) == "<MapRun of 'Each': SUCCEEDED, 2 succeeded, 1 failed of 3 items>"
    assert (map_run.state, map_run.status, map_run.max_concurrency) == ("Each", "SUCCEEDED", 2)
    assert map_run.items["failed"] == map_run.executions["failed"] == 1
    html = _display.mimebundle(map_run)["text/html"]
    assert "failed" in html
    assert map_run.arn not in html


def test_children_are_executions_like_any_other(session: sfn.Session) -> None:
    execution = run(session, ["a", "bad"], tolerated_failure_count=1)
    (map_run,) = execution.map_runs
    children = map_run.children
    assert repr(children) == f"{'orders':<24} SUCCEEDED\n{'orders':<24} FAILED"
    first, second = children
    assert first.output == "a"
    assert second.error == "E"
    assert second.path == ["Good?", "No"]
    assert "No" in second.graph().text


def test_express_children_tell_their_end(session: sfn.Session) -> None:
    (map_run,) = run(session, ["a", "bad"], type="EXPRESS", tolerated_failure_count=1).map_runs
    first, second = map_run.children
    assert (first.status, first.input, first.output) == ("SUCCEEDED", "a", "a")
    assert (second.status, second.error) == ("FAILED", "E")
    assert repr(first) == "<Execution of 'orders': SUCCEEDED>"


def test_tasks_that_wait_in_children_are_answered(session: sfn.Session) -> None:
    @session.function("ask")
    def ask(event: Any, context: Any) -> None:
        return None

    sm = session.state_machine("asking")
    each = sm.branch("each")
    each.lambda_invoke("Ask", "ask", payload={"token": sfn.token}, wait="callback", timeout_seconds=60)
    sm.map("Each", processor=each, mode="DISTRIBUTED", execution_type="STANDARD")
    execution = sm.start([1, 2])
    world: Any = session.world
    children = world._engine.map_runs.children

    def come(kind: str, count: int) -> bool:
        """Whether so many events of a kind have come in the children, within ten seconds."""
        return world._engine.scheduler.wait(
            lambda: sum(event.type == kind for child in children.values() for event in child.history) == count, 10
        )

    assert come("TaskSubmitted", 2)
    (map_run,) = execution.map_runs
    assert repr(map_run) == "<MapRun of 'Each': RUNNING, 2 running of 2 items>"
    assert "2 running of 2 items" in execution.graph().text
    assert [task.state for task in execution.pending] == ["Ask", "Ask"]
    execution.callback("Ask").succeed(0)
    assert come("TaskSucceeded", 1)
    (task,) = map_run.pending
    task.succeed(1)
    assert sorted(execution.result(10)) == [0, 1]
    assert map_run.refresh().pending == execution.pending == []
    assert "2 succeeded of 2 items" in execution.graph().text


def test_an_execution_without_a_distributed_map_has_none(session: sfn.Session) -> None:
    sm = session.state_machine("plain")
    sm.succeed("Done")
    assert sm.run({}).map_runs == []


def test_a_failed_one_says_where_the_reasons_are(session: sfn.Session) -> None:
    execution = run(session, ["bad"])
    with pytest.raises(sfn.ExecutionFailed) as failed:
        execution.result()
    assert "What each child met is in .map_runs[-1].children." in str(failed.value)
    assert execution.map_runs[-1].children[0].error == "E"


def test_no_items(session: sfn.Session) -> None:
    (map_run,) = run(session, []).map_runs
    assert repr(map_run) == "<MapRun of 'Each': SUCCEEDED, nothing yet of 0 items>"


def test_map_runs_are_in_the_order_of_their_starts(session: sfn.Session) -> None:
    retry = [{"error_equals": ["States.ALL"], "max_attempts": 1}]
    runs = run(session, ["bad"], retry=retry).map_runs
    assert [one.status for one in runs] == ["FAILED", "FAILED"]


def test_an_update_says_what_to_change(session: sfn.Session) -> None:
    (map_run,) = run(session, ["a"]).map_runs
    with pytest.raises(InvalidArgument, match="nothing to change"):
        map_run.update()
    with pytest.raises(sfn.SfnNotebookError, match="SUCCEEDED; only one that is RUNNING can be updated"):
        map_run.update(max_concurrency=1)


def test_a_running_one_is_updated() -> None:
    session = sfn.local(seed=1)
    try:
        sm = session.state_machine("slow")
        each = sm.branch("each")
        each.wait("Long", seconds=1000)
        sm.map("Each", processor=each, mode="DISTRIBUTED", execution_type="STANDARD", max_concurrency=1)
        execution = sm.start([1, 2])
        while not execution.map_runs:
            execution.wait_for_news(1)
        (map_run,) = execution.map_runs
        assert map_run.update(max_concurrency=7).max_concurrency == 7
        execution.stop()
        assert map_run.refresh().status == "ABORTED"
    finally:
        session.close()
