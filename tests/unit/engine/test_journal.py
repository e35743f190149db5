"""What comes in is written down, and a replay lets it in again."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from typing import Any

import pytest

from sfn_notebook.asl import read
from sfn_notebook.engine.clock import InstantClock
from sfn_notebook.engine.journal import Diverged, Journal
from sfn_notebook.engine.journaled import Inlet, JournaledStrand
from sfn_notebook.engine.records import Execution, MachineRecord, TaskFailure

PASS = {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}}


def journal(past: Any = None, clock: InstantClock | None = None) -> Journal:
    machine = MachineRecord(arn="m", name="m", definition=json.dumps(PASS), program=read(PASS))
    execution = Execution(arn="e", name="e", machine=machine, started=100.0)
    return Journal(execution, clock=clock or InstantClock(100.0), past=past)


def test_turns_of_the_same_time_are_one_entry_and_what_comes_in_stands_between() -> None:
    clock = InstantClock(100.0)
    made, came = journal(clock=clock), []
    door = made.door(came.append)
    made.turn()
    made.turn()
    clock.move(130.0)
    door("x")
    made.turn()
    assert made.look_up(lambda: 7) == 7
    made.turn()
    assert json.loads(json.dumps(made.take())) == [[100.0, 2], [130.0, 1, ["x"]], [130.0, 1], [7], [130.0, 1]]
    assert made.take() == []
    assert (came, made.now()) == (["x"], 130.0)


def test_a_replay_takes_the_turns_and_lets_in_what_came() -> None:
    made, seen = journal(past=[[100.0, 1], [130.0, 1, ["x"]], [130.0, 1], [7]]), []
    ready: deque[Any] = deque()

    def steps() -> Iterator[None]:
        seen.append(("first", made.now()))
        yield None
        seen.append(("looked up", made.look_up(lambda: pytest.fail("nothing outside is asked")), made.now()))
        yield None

    made.door(lambda what: seen.append(("came", what, made.now())))
    ready.append(JournaledStrand(made, steps(), lambda value, error: None, ready))  # type: ignore[arg-type]
    assert made.replay(ready) == []
    assert seen == [("first", 100.0), ("came", "x", 130.0), ("looked up", 7, 130.0)]
    assert (len(ready), made.replaying, made.take()) == (1, False, [])


def test_in_a_replay_nothing_is_tied_to_the_outside_until_it_has_caught_up() -> None:
    made, tied, came = journal(past=[[110.0, 1, []]]), [], []
    links = {
        name: made.once(lambda name=name: came.append(name), lambda door, name=name: lambda: tied.append(f"un{name}"))
        for name in ("fired", "cancelled", "wanted")
    }
    links["cancelled"].cancel()
    for link in made.replay(deque()):
        link.make()
    assert came == ["fired"]
    for link in links.values():
        link.cancel()
        link.cancel()
    assert tied == ["unwanted"]


@pytest.mark.parametrize(
    ("past", "why"),
    [
        ([[100.0, 1]], "no branch can take a turn"),
        ([[100.0, 5, []]], "nothing waits at door 5"),
        ([[7]], "something is looked up"),
    ],
)
def test_what_cannot_be_replayed_is_said(past: Any, why: str) -> None:
    with pytest.raises(Diverged, match=why):
        journal(past).replay(deque())


def test_after_its_end_nothing_comes_in() -> None:
    made, came = journal(), []
    door = made.door(came.append)
    made.execution.stopped = 101.0
    door("late")
    assert (came, made.take()) == ([], [])


def test_a_result_comes_in_as_json_and_what_is_none_is_a_failure() -> None:
    made, came = journal(), []
    inlet = Inlet(made.door(lambda *values: came.append(values)))
    inlet.succeed((1, {"a": None}))
    inlet.succeed({1, 2})
    inlet.fail(TaskFailure("E", "c", kind="timed_out"))
    assert came[0] == ([1, {"a": None}], None)
    assert came[1][1][0] == "States.Runtime"
    assert came[2] == (None, ["E", "c", "timed_out"])
