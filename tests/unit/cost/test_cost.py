"""What executions cost."""

from __future__ import annotations

import threading
from typing import Any

import pytest

import sfn_notebook as sfn
from sfn_notebook import asl
from sfn_notebook.cost import Cost, Job, estimate

LOOP: dict[str, Any] = {
    "StartAt": "Submit",
    "States": {
        "Submit": {"Type": "Pass", "Next": "Wait"},
        "Wait": {"Type": "Wait", "Seconds": 30, "Next": "Get"},
        "Get": {"Type": "Pass", "Next": "Done?"},
        "Done?": {"Type": "Choice", "Choices": [{"Next": "Wait"}], "Default": "End"},
        "End": {"Type": "Succeed"},
    },
}
SYNC = {"StartAt": "J", "States": {"J": {"Type": "Task", "Resource": "arn:aws:states:::glue:startJobRun.sync"}}}


@pytest.mark.parametrize(
    ("seconds", "poll", "transitions", "price"),
    [(600, 30, 61, 1.53), (3600, 30, 361, 9.03), (28800, 30, 2881, 72.03), (28800, 10, 8641, 216.03)],
)
def test_polling_beside_sync(seconds: float, poll: float, transitions: int, price: float) -> None:
    made = estimate(asl.read(SYNC), job=Job(seconds, poll))
    (one,) = made.polled
    assert (one.sync, one.polling) == (1, transitions)
    assert transitions * 0.025 == pytest.approx(price, abs=0.006)
    assert made.standard * 1000 == pytest.approx(0.025)
    assert not made.express_fits


def test_a_loop_is_counted_by_its_rate() -> None:
    made = estimate(asl.read(LOOP), rates={"Done?→Wait": 0.95})
    assert made.transitions["Wait"] == pytest.approx(20, abs=0.001)
    assert made.total == pytest.approx(62, abs=0.001)
    assert "a loop does not end" in str(estimate(asl.read(LOOP), rates={"Done?→Wait": 1}).assumptions)


def test_retries_maps_and_branches_are_counted() -> None:
    inner = {"StartAt": "In", "States": {"In": {"Type": "Task", "Retry": [{}], "End": True}}}
    both = {"Type": "Parallel", "Branches": [inner], "End": True}
    each = {"Type": "Map", "ItemProcessor": {"StartAt": "P", "States": {"P": both}}, "End": True}
    made = estimate(asl.read({"StartAt": "Each", "States": {"Each": each}}), rates={"Each": 50, "In": 0.1})
    assert made.transitions == pytest.approx({"Each": 1, "P": 50, "In": 55})


def test_express_rounds_time_and_memory_up() -> None:
    gb_second = 0.00001667
    assert Cost("EXPRESS", {}, seconds=0.01).express == pytest.approx(1e-6 + 0.1 * 64 / 1024 * gb_second)
    assert Cost("EXPRESS", {}, seconds=30, memory_mb=65).express == pytest.approx(1e-6 + 30 * 0.125 * gb_second)
    month = Cost("EXPRESS", {}, per_month=10_000)
    assert month.total_month == month.express * 10_000


def test_an_execution_is_counted_as_it_went() -> None:
    with sfn.local(clock="instant") as session:
        sm = session.state_machine("orders")
        task = sm.lambda_invoke("Charge", "charge").retry("Busy", max_attempts=2)
        assert task >> sm.wait("Pause", seconds=5)
        execution = sm.run(mocks={"Charge": [sfn.error("Busy"), {"Payload": 1}]})
        made = sm.cost(execution, per_month=1000)
        assert made.transitions == {"Charge": 2, "Pause": 1}
        assert made.standard_month == pytest.approx(0.075)
        assert made.seconds >= 5
        assert "every execution goes the way of this one" in repr(made)
        assert "Charge" in made._repr_mimebundle_()["text/html"]
        with pytest.raises(sfn.InvalidArgument, match=r"takes a path or rates=, not both"):
            sm.cost(execution, rates={"Charge": 1})


def ordering() -> sfn.StateMachine:
    sm = sfn.StateMachine("orders")
    sm.lambda_invoke("Charge", "charge", output={"total": sfn.q("$states.result.Payload.total")}).retry(
        "Busy", max_attempts=2
    )
    sm.choice("Large?").when(sfn.q("$states.input.total > 100"), "Ship").otherwise("Small")
    sm.wait("Ship", seconds=3600)
    sm.fail("Small", error="TooSmall")
    sm["Charge"] >> "Large?"
    return sm


def test_an_input_is_run_dry_to_find_its_way() -> None:
    busy_once = [sfn.error("Busy"), {"Payload": {"total": 101}}]
    made = ordering().cost({"order": 7}, mocks={"Charge": busy_once})
    assert made.transitions == {"Charge": 2, "Large?": 1, "Ship": 1}
    assert made.seconds == pytest.approx(3601, abs=5)
    assert "every execution goes the way of this input, found by a dry run" in repr(made)
    small = ordering().cost({}, mocks={"Charge": {"Payload": {"total": 1}}})
    assert small.transitions == {"Charge": 1, "Large?": 1, "Small": 1}
    assert "the dry run ended as FAILED: TooSmall" in repr(small)


def test_a_dry_run_says_what_it_guessed() -> None:
    made = ordering().cost(None)
    assert made.transitions == {"Charge": 1}
    assert "there Charge gave {}; mocks= says what tasks give" in repr(made)
    assert "the dry run ended as FAILED: States.QueryEvaluationError" in repr(made)


def test_a_dry_run_leaves_nothing_behind_and_refuses_what_is_no_input() -> None:
    before = set(threading.enumerate())
    ordering().cost({"a": 1}, mocks={"Charge": {"Payload": {"total": 1}}})
    assert set(threading.enumerate()) <= before
    with pytest.raises(sfn.UnknownName, match="there is no state 'Chrage'"):
        ordering().cost({}, mocks={"Chrage": 1})
    with pytest.raises(sfn.InvalidInput, match="cannot be written as JSON"):
        ordering().cost({1, 2})


@pytest.mark.parametrize(
    ("rates", "error", "words"),
    [
        ({"Wat": 1}, sfn.UnknownName, "no state and no way 'Wat'"),
        ({"Wait": -1}, sfn.InvalidArgument, "'Wait' is -1"),
        ({"Done?→Wait": 2}, sfn.InvalidArgument, "a share is 0 … 1"),
        ({"Done?→Wait": 0.8, "Done?→End": 0.8}, sfn.InvalidArgument, "are 1.6 together"),
    ],
)
def test_rates_that_cannot_be_are_refused(rates: Any, error: Any, words: str) -> None:
    with pytest.raises(error, match=words.replace("?", r"\?")):
        estimate(asl.read(LOOP), rates=rates)
