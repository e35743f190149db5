"""The engine against other Step Functions, all through the same boto3 calls."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from typing import Any

import boto3
import endpoints
from clockwork import micro, milli, table

import sfn_notebook as sfn

ROLE = "arn:aws:iam::000000000000:role/benchmark"
PATIENCE = 180.0  # seconds until an endpoint is given up
CHAIN = 500
ROUNDS = 1_000
FAKE = {"region_name": "us-east-1", "aws_access_key_id": "test", "aws_secret_access_key": "test"}

ONE_PASS = {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}


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


def loop(rounds: int) -> dict[str, Any]:
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


# name -> definition, how many states an execution runs, how often to measure
SCENARIOS: dict[str, tuple[dict[str, Any], int, int]] = {
    "one Pass": (ONE_PASS, 1, 15),
    f"chain of {CHAIN} states": (chain(CHAIN), CHAIN, 3),
    f"Choice loop, {ROUNDS:,} rounds": (loop(ROUNDS), 2 * ROUNDS + 1, 3),
}


def run_once(client: Any, machine_arn: str, serial: int) -> float:
    """Seconds from `start_execution` to the first `describe_execution` that is terminal."""
    start = time.perf_counter()
    arn = client.start_execution(stateMachineArn=machine_arn, name=f"run-{serial}", input='{"n":0}')["executionArn"]
    pause = 0.0005
    while (status := client.describe_execution(executionArn=arn)["status"]) == "RUNNING":
        if time.perf_counter() - start > PATIENCE:
            raise TimeoutError
        time.sleep(pause)
        pause = min(pause * 1.2, 0.05)
    took = time.perf_counter() - start
    if status != "SUCCEEDED":
        raise RuntimeError(client.describe_execution(executionArn=arn).get("cause", status))
    return took


def measure(client: Any) -> dict[str, float | str]:
    """Scenario -> median seconds, or why there is none."""
    found: dict[str, float | str] = {}
    for number, (name, (definition, _, times)) in enumerate(SCENARIOS.items()):
        arn = client.create_state_machine(name=f"m{number}", definition=json.dumps(definition), roleArn=ROLE)
        try:
            values = [run_once(client, arn["stateMachineArn"], serial) for serial in range(times + 1)]
            found[name] = statistics.median(values[1:])  # the first warms up
        except TimeoutError:
            found[name] = f"> {PATIENCE:.0f} s"
        except RuntimeError as error:
            found[name] = f"failed: {error}"
    return found


def _embedded() -> dict[str, float | str]:
    with sfn.local() as session:
        return measure(session.client("stepfunctions"))


def _server(server: Callable[[], Any]) -> dict[str, float | str]:
    try:
        with server() as url:
            return measure(boto3.client("stepfunctions", endpoint_url=url, **FAKE))
    except endpoints.Unavailable as error:
        return dict.fromkeys(SCENARIOS, f"not available: {error}")


def report() -> None:
    """Start to terminal, and the cost of a state: what an execution takes beyond that of one Pass."""
    worlds = {
        "embedded": _embedded(),
        "moto server": _server(endpoints.moto_server),
        "ministack": _server(endpoints.ministack_server),
    }
    for name, (_, states, times) in SCENARIOS.items():
        ours = worlds["embedded"][name]
        rows = []
        for world, found in worlds.items():
            value = found[name]
            if isinstance(value, str) or isinstance(ours, str):
                rows.append((world, str(value), "", ""))
                continue
            each = micro(value / states) if states > 1 else ""
            rows.append((world, milli(value), each, f"{value / ours:.1f}"))
        table(
            f"Start to terminal: {name}, median of {times}",
            ["endpoint", "execution", "per state" if states > 1 else "", "ratio"],
            rows,
            "aim: moto at least 5" if states > 1 else "",
        )
