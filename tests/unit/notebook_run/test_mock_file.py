"""MockConfigFile.json read and written, and executions recorded into mocks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import sfn_notebook as sfn

BUSY = sfn.error("Lambda.ResourceNotReadyException", "Lambda resource is not ready.")
LATE = sfn.error("Lambda.TimeoutException")
FILE = {
    "StateMachines": {
        "orders": {
            "TestCases": {
                "HappyPath": {"Charge": "Paid", "Tell": "Told"},
                "RetryPath": {"Charge": "PaidLate", "Tell": "Told"},
            }
        }
    },
    "MockedResponses": {
        "Paid": {"0": {"Return": {"paid": True}}},
        "Told": {"0": {"Return": None}},
        "PaidLate": {
            "3": {"Return": {"paid": True}},
            "0": {"Throw": {"Error": BUSY.error, "Cause": BUSY.cause}},
            "1-2": {"Throw": {"Error": LATE.error}},
        },
    },
}


@pytest.fixture
def session() -> Iterator[sfn.Session]:
    with sfn.local(clock="instant", seed=1) as opened:
        yield opened


@pytest.fixture
def orders(session: sfn.Session) -> sfn.StateMachine:
    sm = session.state_machine("orders")
    charge = sm.lambda_invoke("Charge", "charge", output=sfn.q("$states.result")).retry("States.ALL", max_attempts=5)
    charge >> sm.lambda_invoke("Tell", "tell", output=sfn.q("$states.input"))
    return sm


def written(tmp_path: Path, content: Any) -> Path:
    path = tmp_path / "MockConfigFile.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def test_read_and_run(orders: sfn.StateMachine, tmp_path: Path) -> None:
    file = sfn.mocks.load(written(tmp_path, FILE))
    assert list(file) == ["HappyPath", "RetryPath"]
    assert len(file) == 2
    assert repr(file) == "orders: HappyPath, RetryPath"
    assert file["RetryPath"]["Charge"] == [BUSY, LATE, LATE, {"paid": True}]
    assert orders.run({}, mocks=file["HappyPath"]).result() == {"paid": True}
    execution = orders.run({}, mocks=file["orders", "RetryPath"])
    assert [one.error for one in execution.states["Charge"].attempts] == [BUSY.error, LATE.error, LATE.error, None]


def test_what_was_read_is_written_again(tmp_path: Path) -> None:
    first = sfn.mocks.load(written(tmp_path, FILE))
    first.save(tmp_path / "again.json")
    again = sfn.mocks.load(tmp_path / "again.json")
    assert again.machines == first.machines
    told = json.loads((tmp_path / "again.json").read_text())["MockedResponses"]
    assert told["orders.RetryPath.Charge"]["1-2"] == {"Throw": {"Error": LATE.error}}
    assert len(told) == 3  # what two cases share is written once


def test_true_and_one_are_two_answers(tmp_path: Path) -> None:
    sfn.mocks.MockFile({"m": {"c": {"A": [1, True, True]}}}).save(tmp_path / "f")
    assert json.loads((tmp_path / "f").read_text())["MockedResponses"]["m.c.A"] == {
        "0": {"Return": 1}, "1-2": {"Return": True},
    }  # fmt: skip


def test_a_case_of_two_machines(tmp_path: Path) -> None:
    file = sfn.mocks.MockFile({"a": {"Case": {"A": [1]}}, "b": {"Case": {"B": [2]}}})
    assert list(file) == ["Case"]
    assert file["b", "Case"] == {"B": [2]}
    with pytest.raises(sfn.InvalidArgument, match=r"2 state machines have a test case 'Case'.\nSay which: file\['a'"):
        file["Case"]
    with pytest.raises(sfn.UnknownName, match=r"no test case 'Cas' in this file.\nDid you mean 'Case'"):
        file["Cas"]


@pytest.mark.parametrize("mock", [lambda asked: 1, [1, lambda asked: 1], sfn.mocks.per_item([1])])
def test_what_the_format_has_no_words_for(mock: Any, tmp_path: Path) -> None:
    with pytest.raises(sfn.InvalidArgument, match="a MockConfigFile can only list answers"):
        sfn.mocks.MockFile({"m": {"c": {"A": mock}}}).save(tmp_path / "f")
    assert not (tmp_path / "f").exists()


def changed(**responses: Any) -> dict[str, Any]:
    return {**FILE, "MockedResponses": {**FILE["MockedResponses"], **responses}}


@pytest.mark.parametrize(
    ("content", "error", "said"),
    [
        ("{", sfn.InvalidJson, "not valid JSON"),
        ("[]", sfn.InvalidArgument, "the whole of it: it has to be an object"),
        ({}, sfn.InvalidArgument, "/StateMachines: it is missing"),
        ({**FILE, "MockedResponse": {}}, sfn.InvalidArgument, "/MockedResponse: Did you mean 'MockedResponses'"),
        ({"StateMachines": {"m": {}}}, sfn.InvalidArgument, "/StateMachines/m/TestCases: it is missing"),
        (
            {
                "StateMachines": {"m": {"TestCases": {"c": {"A": "Piad"}}}},
                "MockedResponses": {"Paid": {"0": {"Return": 1}}},
            },
            sfn.InvalidArgument,
            "/StateMachines/m/TestCases/c/A: there is no response 'Piad'. Did you mean 'Paid'",
        ),
        (changed(Paid={}), sfn.InvalidArgument, "/MockedResponses/Paid: it has no answer"),
        (changed(Paid={"x": {"Return": 1}}), sfn.InvalidArgument, "/Paid/x: its name is a number of a call"),
        (changed(Paid={"2-1": {"Return": 1}}), sfn.InvalidArgument, "/Paid/2-1: its name is a number"),
        (
            changed(Paid={"1": {"Return": 1}}),
            sfn.InvalidArgument,
            "after 0 calls comes 1; the calls are numbered from 0",
        ),
        (
            changed(Paid={"0-2": {"Return": 1}, "2": {"Return": 1}}),
            sfn.InvalidArgument,
            "after 3 calls comes 2; the calls are numbered from 0, without gaps",
        ),
        (changed(Paid={"0-999999": {"Return": 1}}), sfn.InvalidArgument, "the calls are numbered from 0"),
        (changed(Paid={"0": {}}), sfn.InvalidArgument, "/Paid/0: it has one of 'Return' and 'Throw'"),
        (changed(Paid={"0": {"Return": 1, "Throw": {}}}), sfn.InvalidArgument, "it has one of 'Return' and 'Throw'"),
        (
            changed(Paid={"0": {"Throw": {"Error": 5}}}),
            sfn.InvalidArgument,
            "/Paid/0/Throw: it has 'Error' and 'Cause'",
        ),
        (
            changed(Paid={"0": {"Throw": {"Eror": "x"}}}),
            sfn.InvalidArgument,
            "/Paid/0/Throw: it has 'Error' and 'Cause'",
        ),
    ],
)
def test_what_is_no_such_file(tmp_path: Path, content: Any, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        sfn.mocks.load(written(tmp_path, content))


def test_no_file_and_no_text(tmp_path: Path) -> None:
    with pytest.raises(sfn.InvalidArgument, match=r"nope.json' cannot be read: No such file"):
        sfn.mocks.load(tmp_path / "nope.json")
    (tmp_path / "b").write_bytes(b"\xff\xfe")
    with pytest.raises(sfn.InvalidArgument, match="cannot be read: it is no text in UTF-8"):
        sfn.mocks.load(tmp_path / "b")


# -- recording


def test_a_recorded_run_is_repeated_by_its_mocks(
    orders: sfn.StateMachine, session: sfn.Session, tmp_path: Path
) -> None:
    calls: list[Any] = []

    @session.function("charge")
    def charge(event: Any, context: Any) -> Any:
        calls.append(event)
        if len(calls) < 3:
            raise ConnectionError("no line")
        return {"paid": True}

    @session.function("tell")
    def tell(event: Any, context: Any) -> Any:
        return "told"

    first = orders.run({})
    mocks = first.mocks()
    assert [one.error for one in mocks["Charge"][:2]] == ["ConnectionError", "ConnectionError"]
    assert json.loads(mocks["Charge"][0].cause)["errorMessage"] == "no line"
    assert mocks["Charge"][2]["Payload"] == {"paid": True}
    sfn.mocks.MockFile({"orders": {"Recorded": mocks}}).save(tmp_path / "f.json")
    second = orders.run({}, mocks=sfn.mocks.load(tmp_path / "f.json")["Recorded"])
    assert len(calls) == 3
    assert second.output == first.output
    assert [event["type"] for event in second.events()] == [event["type"] for event in first.events()]


def test_loops_time_outs_and_items_are_recorded(session: sfn.Session) -> None:
    sm = session.state_machine("all")
    inner = sm.branch("inner")
    inner.lambda_invoke("One", "one").retry("Busy")
    each = sm.map("Each", items=sfn.q("$states.input.items"), processor=inner, output=sfn.q("$states.input"))
    look = sm.lambda_invoke("Look", "look", output={"n": sfn.q("$states.result")}).catch("States.Timeout", "Late")
    each >> look >> sm.choice("Again?").when(sfn.q("$states.input.n < 3"), "Look").otherwise("Late")
    sm.succeed("Late")
    given = {
        "One": sfn.mocks.per_item([["a"], [sfn.error("Busy", "b"), "c"]]),
        "Look": [1, 2, sfn.error("States.Timeout")],
    }
    mocks = sm.run({"items": [1, 2]}, mocks=given).mocks()
    assert mocks == given
    assert sm.run({"items": [1, 2]}, mocks=mocks).mocks() == given


def test_a_running_execution_tells_what_it_has(session: sfn.Session) -> None:
    session.function("ask")(lambda event, context: None)
    sm = session.state_machine("ask")
    ask = {"payload": {"token": sfn.token}, "wait": "callback", "timeout_seconds": 60}
    sm.lambda_invoke("First", "f") >> sm.lambda_invoke("Ask", "ask", **ask)
    execution = sm.start({}, mocks={"First": 1})
    execution.callback("Ask")
    assert execution.mocks() == {"First": [1]}
