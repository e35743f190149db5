from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

import sfn_notebook as sfn
from sfn_notebook.errors import EndpointUnreachable, Throttled
from sfn_notebook.notebook.execution import Execution
from sfn_notebook.notebook.stream import LARGEST_PAGE, SMALLEST_PAGE, Pace, Reader

ARN = "arn:aws:states:us-east-1:000000000000:execution:m:e"
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


class Server:
    """GetExecutionHistory over a list, and how often and for how much it was asked."""

    def __init__(self, *, knows_reverse: bool = True) -> None:
        self.events: list[dict[str, Any]] = []
        self.asked: list[int] = []
        self.failures: list[Exception] = []
        self._knows_reverse = knows_reverse

    def grow(self, count: int) -> None:
        for number in range(len(self.events) + 1, len(self.events) + count + 1):
            kind = "ExecutionStarted" if number == 1 else "PassStateEntered"
            details = {"stateEnteredEventDetails": {"name": "A", "input": "{}"}} if number > 1 else {}
            at = BEGIN + timedelta(seconds=number)
            self.events.append({"id": number, "previousEventId": number - 1, "type": kind, "timestamp": at, **details})

    def end(self) -> None:
        self.grow(1)
        self.events[-1]["type"] = "ExecutionSucceeded"
        self.events[-1].pop("stateEnteredEventDetails", None)
        self.events[-1]["executionSucceededEventDetails"] = {"output": "1"}

    def get_execution_history(
        self, *, executionArn: str, maxResults: int, reverseOrder: bool = False, nextToken: str = "0"
    ) -> dict[str, Any]:
        if self.failures:
            raise self.failures.pop(0)
        events = self.events[::-1] if reverseOrder and self._knows_reverse else self.events
        page = events[int(nextToken) : int(nextToken) + maxResults]
        self.asked.append(len(page))
        after = int(nextToken) + maxResults
        return {"events": page, **({"nextToken": str(after)} if after < len(events) else {})}


def new(reader: Reader, server: Server, after: int) -> list[int]:
    return sorted({event["id"] for event in reader.read(server, after) if event["id"] > after})


def test_the_first_read_is_everything_in_the_largest_pages() -> None:
    server = Server()
    server.grow(2500)
    assert new(Reader(ARN), server, 0) == list(range(1, 2501))
    assert server.asked == [LARGEST_PAGE, LARGEST_PAGE, 500]


@pytest.mark.parametrize("growth", [1, SMALLEST_PAGE - 1, SMALLEST_PAGE, SMALLEST_PAGE + 1, 300, 1001, 2500])
@pytest.mark.parametrize("knows_reverse", [True, False])
def test_whatever_is_new_is_read_and_nothing_is_lost(growth: int, *, knows_reverse: bool) -> None:
    server, reader = Server(knows_reverse=knows_reverse), Reader(ARN)
    server.grow(1200)
    after = len(new(reader, server, 0))
    for _ in range(4):
        server.grow(growth)
        assert new(reader, server, after) == list(range(after + 1, len(server.events) + 1))
        after = len(server.events)


def test_following_a_long_history_costs_what_is_new() -> None:
    server, reader = Server(), Reader(ARN)
    server.grow(20_000)
    after = len(new(reader, server, 0))
    server.asked.clear()
    for _ in range(10):
        server.grow(3)
        new(reader, server, after)
        after += 3
    assert len(server.asked) == 10
    assert sum(server.asked) <= 10 * SMALLEST_PAGE


def throttled() -> ClientError:
    return ClientError({"Error": {"Code": "ThrottlingException", "Message": "Rate exceeded"}}, "GetExecutionHistory")


class World:
    pushes = False

    def now(self) -> float:
        return 0.0


class FakeSession:
    """A session whose Step Functions is a `Server`."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.world: Any = World()

    def client(self, service: str) -> Server:
        return self.server


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> Callable[[], float]:
    """Time that passes by itself when somebody sleeps."""
    clock = [0.0]
    monkeypatch.setattr("time.sleep", lambda seconds: clock.__setitem__(0, clock[0] + max(seconds, 0.001)))
    monkeypatch.setattr("time.monotonic", lambda: clock[0])
    return lambda: clock[0]


@pytest.mark.parametrize("error", [throttled(), EndpointConnectionError(endpoint_url="http://x")])
def test_what_may_pass_is_survived_and_nothing_is_lost_or_doubled(error: Exception, quick: Callable[[], float]) -> None:
    server = Server()
    server.grow(3)
    execution = Execution(FakeSession(server), ARN)
    execution._pace = Pace(clock=quick)
    server.failures = [error, error]
    stream = execution.stream()
    seen = [next(stream)["id"] for _ in range(3)]
    server.end()
    server.failures = [error, error, error]
    seen.extend(event["id"] for event in stream)
    assert seen == [1, 2, 3, 4]
    assert execution.run.output == 1


def test_what_does_not_pass_is_told_after_a_while(quick: Callable[[], float]) -> None:
    server = Server()
    server.grow(1)
    execution = Execution(FakeSession(server), ARN)
    execution._pace = Pace(clock=quick)
    server.failures = [throttled()] * 50
    with pytest.raises(Throttled, match="Rate exceeded"):
        execution.wait(3600)
    assert quick() > 20
    server.failures.clear()
    server.end()
    assert execution.wait(60).run.status == "SUCCEEDED"


def test_what_cannot_pass_is_told_at_once(quick: Callable[[], float]) -> None:
    server = Server()
    execution = Execution(FakeSession(server), ARN)
    server.failures = [ClientError({"Error": {"Code": "ExecutionDoesNotExist", "Message": "no"}}, "x")]
    with pytest.raises(sfn.NotFound):
        execution.wait(3600)
    assert quick() < 1


def test_the_pace_slows_down_while_nothing_happens_and_picks_up_with_news() -> None:
    now = [0.0]
    pace = Pace(clock=lambda: now[0])
    left = []
    for _ in range(8):
        pace.polled(news=False)
        left.append(pace.left())
    assert left[0] < 0.5
    assert 1.5 < left[-1] < 2.5
    pace.polled(news=True)
    assert pace.left() < 0.5


def test_a_throttled_pace_slows_down_further_and_gives_up_at_last() -> None:
    now = [0.0]
    pace = Pace(clock=lambda: now[0])
    for _ in range(7):
        pace.failed(EndpointUnreachable("gone"))
    assert 7 < pace.left() < 13
    with pytest.raises(EndpointUnreachable):
        pace.failed(EndpointUnreachable("gone"))
