from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from told import BEGIN, TOKEN, Told

from sfn_notebook import asl
from sfn_notebook.history import Run

TASK = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": True}
RECORDED = Path(__file__).parents[4] / "shared" / "conformance" / "execution.jsonl"


def machine(**states: Any) -> asl.Machine:
    return asl.read({"StartAt": next(iter(states), None), "States": states})


def folded(told: Told, definition: asl.Machine | None = None) -> Run:
    run = Run(definition)
    run.feed(told.events)
    return run


def one_task(*outcome: tuple[str, dict[str, Any]]) -> Told:
    told = Told()
    told.enter("Task", "Charge", {"n": 1}, after=told.begin({"n": 1}))
    told.schedule()
    told("TaskStarted")
    for kind, details in outcome:
        told(kind, **details)
    return told


def test_an_execution_from_start_to_end() -> None:
    told = one_task(("TaskSucceeded", {"output": "{}"}))
    told.leave("Task", "Charge", {"paid": True})
    told("ExecutionSucceeded", output='{"paid":true}')
    run = folded(told)
    assert (run.status, run.input, run.output, run.error) == ("SUCCEEDED", {"n": 1}, {"paid": True}, None)
    assert (run.started_at, run.stopped_at) == (BEGIN.timestamp() + 1, BEGIN.timestamp() + 7)
    assert run.path == ["Charge"]
    assert run.statuses == {"Charge": "SUCCEEDED"}
    (visit,) = run.visits
    assert (visit.input, visit.output, visit.duration) == ({"n": 1}, {"paid": True}, 4)
    assert [attempt.status for attempt in visit.attempts] == ["SUCCEEDED"]


def test_times_may_be_epoch_seconds() -> None:
    run = Run()
    run.feed([{"id": 1, "type": "ExecutionStarted", "timestamp": 12.5, "previousEventId": 0}])
    assert run.started_at == 12.5


def test_a_failed_task_that_nothing_catches_fails_the_execution() -> None:
    told = one_task(("TaskFailed", {"error": "E", "cause": "c"}), ("ExecutionFailed", {"error": "E", "cause": "c"}))
    run = folded(told)
    assert (run.status, run.error, run.cause) == ("FAILED", "E", "c")
    assert run.statuses == {"Charge": "FAILED"}
    assert (run.visits[0].error, run.visits[0].cause, run.visits[0].exited_id) == ("E", "c", None)


def test_a_timed_out_task_shows_as_timed_out() -> None:
    gone = {"error": "States.Timeout"}
    run = folded(one_task(("TaskTimedOut", gone), ("ExecutionFailed", gone)))
    assert run.statuses == {"Charge": "TIMED_OUT"}


def test_a_caught_failure_is_told_from_success() -> None:
    told = one_task(("TaskFailed", {"error": "E"}))
    told.leave("Task", "Charge", {})
    told.enter("Pass", "Late")
    run = folded(told)
    assert run.statuses == {"Charge": "CAUGHT", "Late": "RUNNING"}
    assert run.visits[0].error == "E"


def test_a_failure_after_the_task_is_told_by_the_way_it_was_left() -> None:
    caught = {**TASK, "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Late"}]}
    told = one_task(("TaskSucceeded", {"output": "{}"}))
    told.leave("Task", "Charge", {})
    told.enter("Pass", "Late")
    run = folded(told, machine(Charge=caught, Late={"Type": "Pass", "End": True}))
    assert run.statuses["Charge"] == "CAUGHT"


@pytest.mark.parametrize(
    ("retry", "status"),
    [
        (None, "FAILED"),
        ([{"ErrorEquals": ["States.ALL"]}], "RETRYING"),
        ([{"ErrorEquals": ["E"]}], "RETRYING"),
        ([{"ErrorEquals": ["States.TaskFailed"]}], "RETRYING"),
        ([{"ErrorEquals": ["Other"]}], "FAILED"),
        ([{"ErrorEquals": ["E"], "MaxAttempts": 0}], "FAILED"),
    ],
)
def test_whether_a_failure_is_retried_is_known_at_once(retry: Any, status: str) -> None:
    state = TASK if retry is None else {**TASK, "Retry": retry}
    run = folded(one_task(("TaskFailed", {"error": "E"})), machine(Charge=state))
    assert run.statuses == {"Charge": status}
    assert run.status == "RUNNING"


def test_every_attempt_of_a_retried_task_is_kept() -> None:
    told = one_task(("TaskFailed", {"error": "E", "cause": "once"}))
    told.schedule()
    told("TaskStarted")
    told("TaskSucceeded")
    told.leave("Task", "Charge", {})
    run = folded(told)
    assert run.statuses == {"Charge": "SUCCEEDED"}
    assert [(attempt.status, attempt.error) for attempt in run.visits[0].attempts] == [
        ("FAILED", "E"),
        ("SUCCEEDED", None),
    ]


# -- tokens


def test_a_task_waits_from_its_submission_to_its_answer() -> None:
    told = Told()
    told.wait("Ask", after=told.begin(), timeoutInSeconds=60, heartbeatInSeconds=10)
    run = Run()
    before = run.feed(told.events[:-1])
    submitted = run.feed(told.events)
    assert (before.pending_changed, submitted.pending_changed) == (False, True)
    (pending,) = run.pending
    assert (pending.token, pending.state, pending.resource) == (TOKEN, "Ask", "lambda:invoke")
    assert (pending.timeout_seconds, pending.heartbeat_seconds) == (60, 10)
    assert pending.scheduled_at == BEGIN.timestamp() + 3
    assert run.statuses == {"Ask": "WAITING"}
    assert TOKEN not in repr(pending)
    told("TaskSucceeded")
    assert run.feed(told.events).pending_changed
    assert run.pending == []


@pytest.mark.parametrize("kind", ["TaskSucceeded", "TaskFailed", "TaskTimedOut"])
def test_an_answer_ends_the_wait(kind: str) -> None:
    told = Told()
    told.wait("Ask", after=told.begin())
    told(kind)
    assert folded(told).pending == []


@pytest.mark.parametrize("kind", ["ExecutionAborted", "ExecutionTimedOut", "ExecutionFailed"])
def test_the_end_of_the_execution_ends_the_wait(kind: str) -> None:
    told = Told()
    told.wait("Ask", after=told.begin())
    told(kind)
    run = folded(told)
    assert run.pending == []
    assert run.ended
    assert run.visits[0].status in ("ABORTED", "FAILED")
    assert run.visits[0].exited_at is not None


def test_a_retried_callback_waits_under_its_new_token() -> None:
    told = Told()
    told.wait("Ask", after=told.begin())
    told("TaskTimedOut", error="States.Timeout")
    new = TOKEN.replace("x7", "y8")
    told.schedule(callback=True, parameters=json.dumps({"Payload": {"token": new}}))
    told("TaskSubmitted", resource="invoke.waitForTaskToken", resourceType="lambda")
    (pending,) = folded(told).pending
    assert (pending.token, pending.attempt) == (new, 2)


def test_a_task_that_waits_for_no_token_is_not_pending() -> None:
    told = one_task()
    told("TaskSubmitted", resource="startExecution.sync", resourceType="states")
    assert folded(told).pending == []


# -- branches


def parallel(outcome: Callable[[Told, int, int], None]) -> Told:
    told = Told()
    told.enter("Parallel", "Both", after=told.begin())
    started = told("ParallelStateStarted")
    left = told.enter("Task", "L", after=started)
    right = told.enter("Task", "R", after=started)
    left = told.schedule(after=left)
    right = told.schedule(after=right)
    outcome(told, left, right)
    return told


@pytest.mark.parametrize("known", [True, False])
def test_events_of_branches_are_told_apart_by_what_they_follow(*, known: bool) -> None:
    def finish(told: Told, left: int, right: int) -> None:
        left = told("TaskSucceeded", after=left)
        right = told("TaskFailed", after=right, error="E")
        told.leave("Task", "L", "l", after=left)
        told("ParallelStateFailed", after=right)
        told("ExecutionFailed", error="E")

    branches = [{"StartAt": name, "States": {name: TASK}} for name in "LR"]
    definition = machine(Both={"Type": "Parallel", "Branches": branches, "End": True}) if known else None
    run = folded(parallel(finish), definition)
    assert run.statuses == {"Both": "FAILED", "L": "SUCCEEDED", "R": "FAILED"}
    assert {visit.state: len(visit.attempts) for visit in run.visits} == {"Both": 0, "L": 1, "R": 1}
    if known:
        assert [visit.scope.index for visit in run.visits] == [None, 0, 1]


def test_a_branch_that_still_ran_when_another_failed_is_aborted() -> None:
    def finish(told: Told, left: int, right: int) -> None:
        right = told("TaskFailed", after=right, error="E")
        failed = told("ParallelStateFailed", after=right)
        told.leave("Parallel", "Both", {}, after=failed)

    run = folded(parallel(finish))
    assert run.statuses == {"Both": "CAUGHT", "L": "ABORTED", "R": "FAILED"}


def map_of(told: Told, *, items: int, after: int | None = None) -> int:
    told.enter("Map", "Each", after=after)
    return told("MapStateStarted", length=items)


def test_iterations_are_told_apart_however_they_interleave() -> None:
    told = Told()
    started = map_of(told, items=3, after=told.begin())
    begun = [told("MapIterationStarted", after=started, name="Each", index=index) for index in range(2)]
    entered = [told.enter("Task", "Work", index, after=at) for index, at in enumerate(begun)]
    scheduled = [told.schedule(after=at, callback=True) for at in entered]
    for at in reversed(scheduled):
        told("TaskSubmitted", after=at, resource="invoke.waitForTaskToken", resourceType="lambda")
    run = folded(told)
    assert [visit.map_index for visit in run.visits] == [(), (0,), (1,)]
    assert [visit.input for visit in run.visits[1:]] == [0, 1]
    assert sorted(pending.map_index for pending in run.pending) == [(0,), (1,)]
    assert run.statuses == {"Each": "RUNNING", "Work": "WAITING"}
    # the third begins when one of the others is done; AWS lets it follow what that one did last
    left = told.leave("Task", "Work", "done", after=told("TaskSucceeded", after=scheduled[1] + 1))
    told("MapIterationSucceeded", after=left, name="Each", index=1)
    told.enter("Task", "Work", 2, after=told("MapIterationStarted", after=left, name="Each", index=2))
    run.feed(told.events)
    assert [(visit.map_index, visit.status) for visit in run.visits[1:]] == [
        ((0,), "WAITING"),
        ((1,), "SUCCEEDED"),
        ((2,), "RUNNING"),
    ]
    assert run.visits[0].length == 3


def test_a_state_in_a_map_is_shown_as_the_worst_of_its_iterations_when_all_are_over() -> None:
    told = Told()
    started = map_of(told, items=2, after=told.begin())
    first = told.enter("Task", "Work", after=told("MapIterationStarted", after=started, name="Each", index=0))
    second = told.enter("Task", "Work", after=told("MapIterationStarted", after=started, name="Each", index=1))
    told.leave("Task", "Work", after=told("TaskFailed", after=first, error="E"))
    run = folded(told)
    assert run.statuses["Work"] == "RUNNING"
    told.leave("Task", "Work", after=second)
    run.feed(told.events)
    assert run.statuses["Work"] == "CAUGHT"


def test_nested_maps() -> None:
    told = Told()
    told.enter("Map", "Outer", after=told.begin())
    started = told("MapStateStarted", length=2)
    for outer in range(2):
        told("MapIterationStarted", after=started, name="Outer", index=outer)
        told.enter("Map", "Inner")
        inside = told("MapStateStarted", length=1)
        told("MapIterationStarted", after=inside, name="Inner", index=0)
        told.enter("Pass", "P")
        left = told.leave("Pass", "P")
        told("MapIterationSucceeded", after=left, name="Inner", index=0)
        told("MapStateSucceeded", after=left)
        left = told.leave("Map", "Inner", after=left)
        started = told("MapIterationSucceeded", after=left, name="Outer", index=outer)
    told("MapStateSucceeded")
    told.leave("Map", "Outer", after=left)
    run = folded(told)
    assert [visit.map_index for visit in run.visits if visit.state == "P"] == [(0, 0), (1, 0)]
    assert set(run.statuses.values()) == {"SUCCEEDED"}


def test_a_retried_map_replaces_what_its_first_try_showed() -> None:
    told = Told()
    started = map_of(told, items=1, after=told.begin())
    told.enter("Task", "Work", after=told("MapIterationStarted", after=started, name="Each", index=0))
    failed = told("TaskFailed", error="E")
    told("MapIterationFailed", name="Each", index=0)
    assert folded(told).statuses["Work"] == "FAILED"
    started = told("MapStateStarted", after=failed, length=1)
    told.enter("Task", "Work", after=told("MapIterationStarted", after=started, name="Each", index=0))
    told.leave("Task", "Work")
    assert folded(told).statuses["Work"] == "SUCCEEDED"


def test_a_map_in_a_loop_shows_its_latest_round() -> None:
    told = Told()
    after: int | None = told.begin()
    for outcome in ("TaskFailed", "TaskSucceeded"):
        started = map_of(told, items=1, after=after)
        told.enter("Task", "Work", after=told("MapIterationStarted", after=started, name="Each", index=0))
        told(outcome)
        left = told.leave("Task", "Work")
        told("MapStateSucceeded")
        after = told.leave("Map", "Each", after=left)
    assert folded(told).statuses == {"Each": "SUCCEEDED", "Work": "SUCCEEDED"}


def test_a_state_in_a_loop_shows_its_latest_visit() -> None:
    told = one_task(("TaskFailed", {"error": "E"}))
    told.leave("Task", "Charge")
    told.enter("Task", "Charge")
    told.schedule()
    told("TaskSucceeded")
    told.leave("Task", "Charge")
    run = folded(told)
    assert [visit.status for visit in run.visits] == ["CAUGHT", "SUCCEEDED"]
    assert run.statuses == {"Charge": "SUCCEEDED"}


def test_an_emulator_that_does_not_say_what_an_event_follows() -> None:
    branches = [{"StartAt": name, "States": {name: {**TASK, "Resource": f"arn:{name}"}}} for name in "LR"]
    definition = machine(
        Both={"Type": "Parallel", "Branches": branches, "Next": "After"}, After={"Type": "Pass", "End": True}
    )
    told = Told()
    told.begin()
    told.enter("Parallel", "Both")
    told.enter("Task", "L")
    told.enter("Task", "R")
    told("TaskScheduled", resource="arn:R", resourceType="lambda")
    told("TaskScheduled", resource="arn:L", resourceType="lambda")
    told("TaskFailed", resource="arn:R", error="E")
    told("TaskSucceeded", resource="arn:L")
    told.leave("Task", "L")
    told.leave("Task", "R")
    told.leave("Parallel", "Both")
    told.enter("Pass", "After")
    for event in told.events:
        del event["previousEventId"]
    run = folded(told, definition)
    assert run.statuses == {"Both": "SUCCEEDED", "L": "SUCCEEDED", "R": "CAUGHT", "After": "RUNNING"}
    assert [visit.scope.index for visit in run.visits] == [None, 0, 1, None]


# -- the end


def test_a_stopped_execution() -> None:
    told = one_task()
    told("ExecutionAborted", error="Mine", cause="enough")
    run = folded(told)
    assert (run.status, run.error, run.cause, run.statuses) == ("ABORTED", "Mine", "enough", {"Charge": "ABORTED"})


def test_a_timed_out_execution() -> None:
    told = one_task()
    told("ExecutionTimedOut")
    run = folded(told)
    assert run.status == "TIMED_OUT"
    assert run.visits[0].exited_at is not None


def test_a_fail_state_tells_its_error() -> None:
    told = Told()
    told.enter("Fail", "No", after=told.begin())
    told("ExecutionFailed", error="NotApproved", cause="said no")
    run = folded(told)
    assert run.statuses == {"No": "FAILED"}
    assert run.visits[0].error == "NotApproved"


def test_an_expression_that_fails_before_its_state_has_done_anything() -> None:
    told = Told()
    told.enter("Pass", "P", after=told.begin())
    told("EvaluationFailed", after=0, state="P", error="States.QueryEvaluationError", cause="c", location="Output")
    told("ExecutionFailed", error="States.QueryEvaluationError")
    run = folded(told)
    assert run.statuses == {"P": "FAILED"}
    assert run.visits[0].error == "States.QueryEvaluationError"


def test_a_redriven_execution_runs_again() -> None:
    told = one_task(("TaskFailed", {"error": "E"}), ("ExecutionFailed", {"error": "E"}))
    run = folded(told)
    told("ExecutionRedriven", redriveCount=1)
    assert not run.feed(told.events).ended
    assert (run.status, run.error, run.stopped_at) == ("RUNNING", None, None)


def test_unknown_kinds_of_events_change_nothing() -> None:
    told = one_task()
    told("SomethingNew", name="Charge")
    told("TaskSucceeded")
    told.leave("Task", "Charge")
    assert folded(told).statuses == {"Charge": "SUCCEEDED"}


# -- feeding


def long_story() -> Told:
    told = Told()
    started = map_of(told, items=4, after=told.begin())
    ends = [told("MapIterationStarted", after=started, name="Each", index=index) for index in range(4)]
    ends = [told.enter("Task", "Work", after=at) for at in ends]
    ends = [told.schedule(after=at, callback=True) for at in ends]
    ends = [told("TaskSubmitted", after=at, resource="invoke.waitForTaskToken", resourceType="lambda") for at in ends]
    ends = [told(kind, after=at) for kind, at in zip(["TaskSucceeded", "TaskFailed"] * 2, ends, strict=True)]
    ends = [told.leave("Task", "Work", after=at) for at in ends[:3]]
    return told


def state_of(run: Run) -> dict[str, Any]:
    visits = [
        (visit.state, visit.status, visit.map_index, visit.exited_id, len(visit.attempts)) for visit in run.visits
    ]
    waiting = [pending.scheduled_id for pending in run.pending]
    return {"visits": visits, "statuses": dict(run.statuses), "waiting": waiting, "events": run.events}


@given(st.data())
def test_pages_in_any_order_and_any_overlap_tell_the_same(data: st.DataObject) -> None:
    events = long_story().events
    whole = Run()
    whole.feed(events)
    pages = data.draw(st.lists(st.lists(st.sampled_from(events), max_size=12), max_size=6))
    pages = data.draw(st.permutations([*pages, *([event] for event in events)]))
    run = Run()
    fresh = [event["id"] for page in pages for event in run.feed(page).events]
    assert fresh == [event["id"] for event in events]  # each once, in order
    assert state_of(run) == state_of(whole)


def test_changes_say_what_is_new() -> None:
    told = one_task()
    run = Run()
    first = run.feed(told.events)
    assert (first.states, len(first.events), first.ended) == (frozenset({"Charge"}), 4, False)
    again = run.feed(told.events)
    assert (again.states, again.events) == (frozenset(), ())
    assert not again
    told("TaskSucceeded")
    assert run.feed(told.events).states == frozenset()  # it runs on until it is left
    told.leave("Task", "Charge")
    told("ExecutionSucceeded", output="{}")
    last = run.feed(told.events)
    assert (last.states, last.ended) == (frozenset({"Charge"}), True)


class Watched(dict[str, Any]):
    """An event that counts how often it is looked at."""

    looks = 0

    def get(self, *arguments: Any) -> Any:
        Watched.looks += 1
        return super().get(*arguments)


def test_what_was_folded_is_not_looked_at_again() -> None:
    events: list[Mapping[str, Any]] = [Watched(event) for event in long_story().events]
    run = Run()
    run.feed(events)
    looks = Watched.looks
    run.feed([{"id": len(events) + 1, "type": "TaskStateAborted", "previousEventId": len(events)}])
    assert Watched.looks == looks


def test_data_is_parsed_only_when_it_is_looked_at() -> None:
    told = Told()
    told.begin()
    told("PassStateEntered", after=0, name="P", input="{ this was cut off")
    run = folded(told)
    assert run.visits[0].input == "{ this was cut off"


def recorded() -> Iterator[Any]:
    if not RECORDED.exists():
        yield pytest.param(None, marks=pytest.mark.skip(reason="the recordings are not here"), id="recorded")
        return
    for line in RECORDED.read_text("utf-8").splitlines():
        case = json.loads(line)
        yield pytest.param(case, id=case["id"].rsplit("/", 1)[-1])


@pytest.mark.parametrize("case", list(recorded()))
def test_what_aws_recorded_is_understood(case: dict[str, Any]) -> None:
    run = Run(asl.read(case["definition"]) if isinstance(case["definition"], dict) else None)
    run.feed(case["events"])
    assert run.last_id == len(case["events"])
    assert run.ended
    left_open = [visit for visit in run.visits if visit.status in ("RUNNING", "WAITING", "RETRYING")]
    assert left_open == []
    failed = {visit.state for visit in run.visits if visit.status in ("FAILED", "TIMED_OUT")}
    assert bool(failed) == (run.status == "FAILED") or _caught_inside(run)


def _caught_inside(run: Run) -> bool:
    """A Map that tolerates or catches leaves failed states behind in a run that succeeds."""
    return run.status == "SUCCEEDED" and "CAUGHT" in run.statuses.values()


class Interrupted(dict[str, Any]):
    """An event in whose folding Ctrl-C comes, once."""

    armed = True

    def items(self) -> Any:
        if self.armed:
            self.armed = False
            raise KeyboardInterrupt
        return super().items()


def test_ctrl_c_in_the_middle_of_a_fold_spoils_nothing() -> None:
    events: list[dict[str, Any]] = long_story().events
    whole = Run()
    whole.feed(events)
    for broken in range(1, len(events)):
        run = Run()
        run.feed(events[:2])
        with pytest.raises(KeyboardInterrupt):
            run.feed([Interrupted(event) if event["id"] == broken + 2 else event for event in events])
        told = run.feed(events[run.last_id :]).events
        assert [event["id"] for event in told] == list(range(3, len(events) + 1))
        assert state_of(run) == state_of(whole)
        if broken + 2 == len(events):
            break
