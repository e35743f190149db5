from __future__ import annotations

import json

import pytest
from told import TOKEN, Told

from sfn_notebook.history import describe

UUID = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"
LAMBDA_CAUSE = json.dumps({"errorMessage": "no money", "errorType": "Declined", "requestId": UUID, "stackTrace": ["x"]})


@pytest.mark.parametrize(
    ("kind", "details", "words"),
    [
        ("TaskStateEntered", {"name": "Charge", "input": "{}"}, "Charge"),
        ("TaskScheduled", {"resourceType": "lambda", "resource": "invoke", "parameters": TOKEN}, "lambda:invoke"),
        ("TaskScheduled", {"resourceType": "lambda", "resource": "arn:aws:states:::lambda:invoke"}, "lambda:invoke"),
        ("LambdaFunctionScheduled", {"resource": "arn:aws:lambda:r:123456789012:function:pay"}, "function:pay"),
        ("ActivityScheduled", {"resource": "arn:aws:states:r:123456789012:activity:pick"}, "activity:pick"),
        ("MapStateStarted", {"length": 3}, "3 items"),
        ("MapStateStarted", {"length": 1}, "1 item"),
        ("MapIterationStarted", {"name": "Each", "index": 2}, "Each [2]"),
        ("TaskFailed", {"error": "E", "cause": "why"}, "E: why"),
        ("TaskFailed", {"error": "Declined", "cause": LAMBDA_CAUSE}, "Declined: no money"),
        ("TaskFailed", {"cause": '{"a": 1}'}, '{"a": 1}'),
        ("TaskTimedOut", {"error": "States.Timeout"}, "States.Timeout"),
        ("ExecutionFailed", {"error": "E", "cause": "line\nline"}, "E: line line"),
        ("ExecutionFailed", {"cause": f"arn:aws:sqs:r:123456789012:q {UUID} {TOKEN}"}, "arn:aws:sqs:r:●●●:q ●●● ●●●"),
        ("MapRunStarted", {"mapRunArn": f"arn:aws:states:r:123456789012:mapRun:m/x:{UUID}"}, ""),
        ("ExecutionStarted", {"input": "{}", "roleArn": "arn:aws:iam::123456789012:role/r"}, ""),
        ("ParallelStateStarted", {}, ""),
        ("SomethingNew", {"what": "ever"}, ""),
    ],
)
def test_says_what_happened_and_nothing_secret(kind: str, details: dict[str, object], words: str) -> None:
    told = Told()
    told(kind, **details)
    assert describe(told.events[0]) == f"{kind:<24} {words}".rstrip()


def test_a_long_cause_is_cut() -> None:
    told = Told()
    told("ExecutionFailed", error="E", cause="x " * 5000)
    assert len(describe(told.events[0])) < 160
    assert describe(told.events[0]).endswith("…")
