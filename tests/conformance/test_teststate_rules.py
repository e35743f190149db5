"""The rules of TestState, one case each: requests and answers of our own in `teststate_cases.json`.

Learnt from answers recorded on AWS (December 2025 to March 2026), its API reference and developer guide. In a refusal
`*` stands for any text, where AWS's own words are not known.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sfn_notebook.engine.embedded import Embedded

CASES = json.loads(Path(__file__).with_name("teststate_cases.json").read_text(encoding="utf-8"))
TEXTS = ("definition", "input", "context", "variables", "result", "mapItemReaderData")
STAGES = ("output", "input", "variables", "result")


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    world = Embedded(clock="instant", seed=1)
    yield world.client("stepfunctions")
    world.close()


def written(value: Any) -> Any:
    """A request with its JSON texts written."""
    if not isinstance(value, Mapping):
        return value
    return {
        name: inner if isinstance(inner, str) or name not in TEXTS else json.dumps(inner)
        for name, inner in ((name, inner if name in TEXTS else written(inner)) for name, inner in value.items())
    }


def read(value: Any) -> Any:
    """An answer with its JSON texts read."""
    if not isinstance(value, Mapping):
        return value
    return {
        name: json.loads(inner)
        if isinstance(inner, str) and (name in STAGES or name.startswith("after"))
        else read(inner)
        for name, inner in value.items()
    }


@pytest.mark.parametrize("case", CASES, ids=[case["rule"] for case in CASES])
def test_the_rule_holds(client: Any, case: Mapping[str, Any]) -> None:
    if "refused" in case:
        code, words = case["refused"]
        with pytest.raises(ClientError) as caught:
            client.test_state(**written(case["request"]))
        error = caught.value.response["Error"]
        pattern = ".*".join(map(re.escape, words.split("*")))
        assert error["Code"] == code, error
        assert re.fullmatch(pattern, error["Message"], re.DOTALL), error["Message"]
    else:
        got = client.test_state(**written(case["request"]))
        del got["ResponseMetadata"]
        assert read(got) == case["answer"]


def test_every_rule_has_one_case() -> None:
    assert len({case["rule"] for case in CASES}) == len(CASES)
