"""What an endpoint is asked to do, through boto3 alone: definitions, and how a run of each is timed."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import boto3

ROLE = "arn:aws:iam::000000000000:role/benchmark"
PATIENCE = 120.0  # seconds until an endpoint is given up
FAKE = {"region_name": "us-east-1", "aws_access_key_id": "test", "aws_secret_access_key": "test"}
Clients = Callable[[str], Any]
_SERIAL = itertools.count(1)


class TooSlow(Exception):
    """The endpoint did not get there in time."""


@dataclass(frozen=True)
class Load:
    """One kind of work.

    Attributes:
        action: What the seconds are of.
        unit: What there are `units` of in one run.
        times: How often it is measured.
        prepare: With clients of an endpoint, the run: it gives its seconds.
    """

    name: str
    action: str
    unit: str
    units: int
    times: int
    prepare: Callable[[Clients], Callable[[], float]]
    note: str = ""


def client(service: str, url: str) -> Any:
    """A boto3 client of an endpoint; host prefixes would need a name server."""
    config = boto3.session.Config(inject_host_prefix=False, read_timeout=PATIENCE, retries={"max_attempts": 0})
    return boto3.client(service, endpoint_url=url, config=config, **FAKE)


# -- executions that run to their end


def _executed(definition: dict[str, Any], data: Any = None) -> Callable[[Clients], Callable[[], float]]:
    """From `start_execution` to the first `describe_execution` that is terminal."""

    def prepare(clients: Clients) -> Callable[[], float]:
        stepfunctions = clients("stepfunctions")
        arn = _create(stepfunctions, f"measured-{next(_SERIAL)}", definition)

        def run() -> float:
            start = time.perf_counter()
            _finished(stepfunctions, _start(stepfunctions, arn, data), start)
            return time.perf_counter() - start

        return run

    return prepare


def _create(stepfunctions: Any, name: str, definition: dict[str, Any]) -> str:
    made = stepfunctions.create_state_machine(name=name, definition=json.dumps(definition), roleArn=ROLE)
    return str(made["stateMachineArn"])


def _start(stepfunctions: Any, machine: str, data: Any) -> str:
    text = json.dumps({"n": 0} if data is None else data, separators=(",", ":"))
    name = f"run-{next(_SERIAL)}"  # moto makes up the same one each time
    return str(stepfunctions.start_execution(stateMachineArn=machine, name=name, input=text)["executionArn"])


def _finished(stepfunctions: Any, execution: str, start: float) -> None:
    pause = 0.0005
    while (found := stepfunctions.describe_execution(executionArn=execution))["status"] == "RUNNING":
        _patience(start)
        time.sleep(pause)
        pause = min(pause * 1.2, 0.05)
    if found["status"] != "SUCCEEDED":
        raise RuntimeError(f"{found['status']}: {found.get('error')}: {found.get('cause')}")


def _patience(start: float) -> None:
    if time.perf_counter() - start > PATIENCE:
        raise TooSlow


def chain(length: int) -> dict[str, Any]:
    """Pass states in a row, each making its output from its input."""
    states = {
        f"S{n}": {
            "Type": "Pass",
            "Parameters": {"n.$": "$.n"},
            **({"Next": f"S{n + 1}"} if n < length else {"End": True}),
        }
        for n in range(1, length + 1)
    }
    return {"StartAt": "S1", "States": states}


def jsonpath_loop(rounds: int) -> dict[str, Any]:
    """A counter and a Choice, two states a round."""
    return {
        "StartAt": "Count",
        "States": {
            "Count": {"Type": "Pass", "Parameters": {"n.$": "States.MathAdd($.n, 1)"}, "Next": "Enough?"},
            "Enough?": {
                "Type": "Choice",
                "Choices": [{"Variable": "$.n", "NumericLessThan": rounds, "Next": "Count"}],
                "Default": "Done",
            },
            "Done": {"Type": "Succeed"},
        },
    }


def jsonata_loop(rounds: int) -> dict[str, Any]:
    """The same in JSONata."""
    return {
        "QueryLanguage": "JSONata",
        "StartAt": "Count",
        "States": {
            "Count": {"Type": "Pass", "Output": {"n": "{% $states.input.n + 1 %}"}, "Next": "Enough?"},
            "Enough?": {
                "Type": "Choice",
                "Choices": [{"Condition": f"{{% $states.input.n < {rounds} %}}", "Next": "Count"}],
                "Default": "Done",
            },
            "Done": {"Type": "Succeed"},
        },
    }


def mapped(mode: str, passes: int = 1) -> dict[str, Any]:
    """A Map over the input, each item through some Pass states."""
    states = {
        f"P{n}": {"Type": "Pass", **({"Next": f"P{n + 1}"} if n < passes else {"End": True})}
        for n in range(1, passes + 1)
    }
    config = {"Mode": mode, **({"ExecutionType": "STANDARD"} if mode == "DISTRIBUTED" else {})}
    processor = {"ProcessorConfig": config, "StartAt": "P1", "States": states}
    return {"StartAt": "Each", "States": {"Each": {"Type": "Map", "ItemProcessor": processor, "End": True}}}


# -- executions that wait for somebody to take their task and answer its token


def _waiting(count: int) -> Callable[[Clients], Callable[[], float]]:
    """From the first start until the last one waits."""

    def prepare(clients: Clients) -> Callable[[], float]:
        stepfunctions = clients("stepfunctions")
        activity = stepfunctions.create_activity(name="ask")["activityArn"]
        task = {"Type": "Task", "Resource": activity, "TimeoutSeconds": 3600, "End": True}
        arn = _create(stepfunctions, "waits", {"StartAt": "Ask", "States": {"Ask": task}})

        def run() -> float:
            start = time.perf_counter()
            executions = [_start(stepfunctions, arn, None) for _ in range(count)]
            while not _scheduled(stepfunctions, executions[-1]):
                _patience(start)
                time.sleep(0.002)
            return time.perf_counter() - start

        return run

    return prepare


def _scheduled(stepfunctions: Any, execution: str) -> bool:
    events = stepfunctions.get_execution_history(executionArn=execution)["events"]
    return any(event["type"] == "ActivityScheduled" for event in events)


# -- a long history, read


def _read(definition: dict[str, Any], data: Any, events: int) -> Callable[[Clients], Callable[[], float]]:
    """GetExecutionHistory, page by page, of an execution that has ended."""

    def prepare(clients: Clients) -> Callable[[], float]:
        stepfunctions = clients("stepfunctions")
        execution = _start(stepfunctions, _create(stepfunctions, "long", definition), data)
        _finished(stepfunctions, execution, time.perf_counter())
        pages = stepfunctions.get_paginator("get_execution_history")

        def run() -> float:
            start = time.perf_counter()
            found = sum(
                len(page["events"])
                for page in pages.paginate(executionArn=execution, PaginationConfig={"PageSize": 1000})
            )
            if found != events:
                raise RuntimeError(f"{found} events instead of {events}")
            return time.perf_counter() - start

        return run

    return prepare


ITEMS = 2_490
LONG = 2 + 4 + 10 * ITEMS  # the execution's, the Map's, and of each item two of the iteration and eight of its states
ALL = (
    Load("One Pass", "execution", "execution", 1, 15, _executed(chain(1))),
    Load(
        "A chain of 500 Pass states",
        "execution",
        "state",
        500,
        5,
        _executed(chain(500)),
        "aim: the best peer at least 5 times the served one",
    ),
    Load("A JSONPath Choice loop of 1,000 rounds", "execution", "state", 2_001, 3, _executed(jsonpath_loop(1_000))),
    Load("A JSONata loop of 200 rounds", "execution", "state", 401, 3, _executed(jsonata_loop(200))),
    Load(
        "An inline Map of 1,000 items", "execution", "item", 1_000, 3, _executed(mapped("INLINE"), list(range(1_000)))
    ),
    Load(
        "A distributed Map of 10,000 items",
        "execution",
        "item",
        10_000,
        1,
        _executed(mapped("DISTRIBUTED"), list(range(10_000))),
    ),
    Load("1,000 executions that wait for their tokens", "until all wait", "execution", 1_000, 1, _waiting(1_000)),
    Load(
        f"A history of {LONG:,} events, read",
        "all pages",
        "event",
        LONG,
        3,
        _read(mapped("INLINE", 4), list(range(ITEMS)), LONG),
    ),
)
