"""What Step Functions recorded on AWS, compared with what the engine records for the same definition and input.

The recordings lie beside the repository and are no part of it; without them these tests are skipped.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from sfn_notebook.asl import read
from sfn_notebook.engine.core import Engine
from sfn_notebook.engine.records import Execution, MachineRecord

LATER = "recorded when MapStateExited followed MapRunStarted; in the nine older ones it follows MapRunSucceeded"
DIFFERENT: Mapping[str, str] = {
    "/test_map_state_config_distributed_items_path_from_previous": LATER,
    "/test_map_state_nested_config_distributed": LATER,
}
"""Recordings that are not met: the end of the id -> why. One that passes after all fails the test."""

# what the recordings blot out: "<uuid:1>", role names, times, ARNs
WILD = re.compile(r"^<[^<>]*>$|^s[nf]+_role_arn$|^timestamp$|-time$|_arn$|^date$|^RandomNumberGenerated$")
BLOT = re.compile(r"<[A-Za-z_][A-Za-z0-9_-]*(?::\d+)?>|111111111111")


def recordings() -> Iterator[Any]:
    folder = next(
        (
            parent / "shared" / "conformance"
            for parent in Path(__file__).resolve().parents
            if (parent / "shared" / "conformance" / "execution.jsonl").is_file()
        ),
        None,
    )
    if folder is None:
        reason = "no recordings: there is no shared/conformance beside the repository"
        yield pytest.param({}, marks=pytest.mark.skip(reason=reason), id="none")
        return
    for line in (folder / "execution.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        yield pytest.param(case, id=case["id"])


def unpacked(value: Any) -> Any:
    """A value with the JSON inside its strings read, at every depth, as the recordings have it."""
    if isinstance(value, str):
        is_json = value[:1] in ("{", "[", '"') or value in ("null", "true", "false")
        if is_json or re.fullmatch(r"-?\d+(\.\d+)?", value):
            try:
                return unpacked(json.loads(value))
            except ValueError:
                return value
        return value
    if isinstance(value, dict):
        return {key: unpacked(item) for key, item in value.items()}
    return [unpacked(item) for item in value] if isinstance(value, list) else value


def difference(want: Any, got: Any, where: str = "$") -> str | None:  # noqa: PLR0911  # one return a kind of value
    """The first place where a history differs from the recorded one."""
    if isinstance(want, str) and WILD.search(want):
        return None
    if isinstance(want, str) and isinstance(got, str) and BLOT.search(want):
        pattern = ".+".join(re.escape(part) for part in BLOT.split(want))
        return None if re.fullmatch(pattern, got, re.DOTALL) else f"{where}: {got!r} is not like {want!r}"
    if isinstance(want, dict) and isinstance(got, dict):
        if missing := want.keys() ^ got.keys():
            return f"{where}: {sorted(missing)} on one side only"
        return next((found for key in want if (found := difference(want[key], got[key], f"{where}.{key}"))), None)
    if isinstance(want, list) and isinstance(got, list):
        if len(want) != len(got):
            return f"{where}: {len(got)} instead of {len(want)} items"
        pairs = enumerate(zip(want, got, strict=True))
        return next((found for i, (w, g) in pairs if (found := difference(w, g, f"{where}[{i}]"))), None)
    same = want == got and isinstance(want, bool) == isinstance(got, bool)
    return None if same else f"{where}: {got!r} instead of {want!r}"


def history(case: Mapping[str, Any]) -> list[dict[str, Any]]:
    definition = case["definition"]
    text = definition if isinstance(definition, str) else json.dumps(definition)
    prefix = "arn:aws:states:us-east-1:000000000000"
    role = "arn:aws:iam::000000000000:role/recorded"
    machine = MachineRecord(
        arn=f"{prefix}:stateMachine:recorded", name="recorded", definition=text, program=read(text), role_arn=role
    )
    execution = Execution(
        arn=f"{prefix}:execution:recorded:one", name="one", machine=machine, input=json.dumps(case["input"])
    )
    engine = Engine(clock="instant", seed=1, runner_for=lambda resource: None)
    try:
        engine.start(machine, execution)
        assert engine.wait_for_end(execution, 20), "still running"
    finally:
        engine.close()
    events = [event.to_api() for event in execution.history]
    return [{key: value for key, value in event.items() if key != "timestamp"} for event in events]


@pytest.mark.parametrize("case", list(recordings()))
def test_the_history_is_the_recorded_one(case: Mapping[str, Any]) -> None:
    want, got = unpacked(case["events"]), unpacked(history(case))
    types = [event["type"] for event in got]
    found = None if types == [event["type"] for event in want] else f"the events are {types}"
    found = found or difference(want, got)
    reason = next((why for end, why in DIFFERENT.items() if case["id"].endswith(end)), None)
    if reason is None:
        assert found is None, found
    else:
        assert found is not None, f"this recording is met now: take it off the list ({reason})"


@pytest.mark.parametrize(
    ("want", "got"),
    [(1, True), ({"a": 1}, {"a": 1, "b": 2}), ([1], [1, 2]), ("arn:<x>:1", "arn:2"), ("a", "b"), (None, 0)],
)
def test_the_comparison_sees_differences(want: Any, got: Any) -> None:
    assert difference(want, got) is not None


def test_the_comparison_passes_what_is_blotted_out() -> None:
    want = {"a": "<uuid:1>", "b": "arn:<partition>:states:<region>:111111111111:x", "c": [1.0]}
    assert difference(want, {"a": "anything", "b": "arn:aws:states:us-east-1:000000000000:x", "c": [1]}) is None
