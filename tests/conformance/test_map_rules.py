"""The rules of distributed Maps, as cases of our own: what each goes by stands beside it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from distributed_maps import FakeStorage, distributed
from engine_bench import Bench, details

CASES = json.loads(Path(__file__).with_name("map_cases.json").read_text(encoding="utf-8"))
# a child hands its input on, unless that is the text "bad"
PROCESSOR = {
    "StartAt": "Good?",
    "States": {
        "Good?": {
            "Type": "Choice",
            "Choices": [{"Variable": "$", "StringEquals": "bad", "Next": "No"}],
            "Default": "Yes",
        },
        "No": {"Type": "Fail", "Error": "E", "Cause": "c"},
        "Yes": {"Type": "Succeed"},
    },
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["rule"])
def test_a_rule(case: Mapping[str, Any]) -> None:
    bench = Bench()
    engine = bench.engine(storage=FakeStorage(case.get("files")))
    try:
        states = {"M": distributed(PROCESSOR, **case["map"]), "Caught": {"Type": "Succeed"}}
        execution = bench.start(engine, {"StartAt": "M", "States": states}, case["input"])
        assert engine.wait_for_end(execution, 20)
        found: dict[str, Any] = {
            "events": [[event.type, event.previous] for event in execution.history[2:]],
            "started": details(execution, "MapStateStarted"),
            "output": None if execution.output is None else json.loads(execution.output),
            "error": execution.error,
            "cause": execution.cause,
        }
        for run in engine.map_runs.by_arn.values():
            for name, counts in (("items", run.items), ("executions", run.executions)):
                found[name] = {way: number for way, number in counts.items() if number}
        wanted = {name: value for name, value in case.items() if name in found}
        assert {name: found[name] for name in wanted} == wanted
        assert (execution.error is None) is ("error" not in case)
    finally:
        engine.close()


def test_every_case_says_what_it_goes_by() -> None:
    assert len({case["rule"] for case in CASES}) == len(CASES)
    assert all(case["source"].split(":")[0].split()[0] in ("docs", "recorded", "reasoned") for case in CASES)
