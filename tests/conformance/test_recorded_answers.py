"""What Step Functions answered on AWS, or refused, compared with what the engine answers to the same request.

The recordings lie beside the repository and are no part of it; without them these tests are skipped.

They are compared in process, with boto3 as it comes. A client that is told to make no retries adds "(reached max
retries: 0)" to the text of each error since botocore's standard retries are the default, and one that is told not to
check parameters raises no ParamValidationError: cases with boto3's own words differ there, whoever answers.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError, ParamValidationError
from recordings import difference, recordings, unpacked

from sfn_notebook.engine.embedded import Embedded

ROLE = "arn:aws:iam::000000000000:role/recorded"
TEXTS = ("definition", "input", "context", "variables")  # members of a request that are JSON texts
DIFFERENT: Mapping[str, str] = {
    "/test_sfn_start_execution_success": "'start-date' stands in the answer where the request itself gives a date",
    "/test_create_with_version_description_no_publish": "the recording lacks the request's versionDescription",
}
"""Recordings that are not met: the end of the id -> why. One that passes after all fails the test."""


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    world = Embedded(clock="instant", seed=1)
    yield world.client("stepfunctions")
    world.close()


def answer(client: Any, operation: str, request: Mapping[str, Any], want: Mapping[str, Any]) -> Any:
    """What the operation gives, an error in the form in which `want` has it."""
    given = {
        name: json.dumps(value) if name in TEXTS and not isinstance(value, str) else value
        for name, value in request.items()
    }
    try:
        got = getattr(client, operation)(**given)
    except (ClientError, ParamValidationError) as error:
        if "exception_typename" in want:
            name = error.response["Error"]["Code"] if isinstance(error, ClientError) else type(error).__name__
            return {"exception_typename": name, "exception_value": str(error)}
        if isinstance(error, ParamValidationError):
            raise
        told = {"Error": error.response["Error"], "message": error.response["Error"]["Message"]}
        return {name: value for name, value in told.items() if name in want or "Error" not in want}
    del got["ResponseMetadata"]
    return json.loads(json.dumps(got, default=str))


def compare(case: Mapping[str, Any], want: Mapping[str, Any], got: Any) -> None:
    found = difference(unpacked(want), unpacked(got))
    reason = next((why for end, why in DIFFERENT.items() if case["id"].endswith(end)), None)
    if reason is None:
        assert found is None, found
    else:
        assert found is not None, f"this recording is met now: take it off the list ({reason})"


@pytest.mark.parametrize("case", list(recordings("test_state.jsonl")))
def test_a_state_is_tested_as_recorded(client: Any, case: Mapping[str, Any]) -> None:
    (want,) = case["response"].values()
    compare(case, want, answer(client, "test_state", case["request"], want))


@pytest.mark.parametrize("case", list(recordings("validate.jsonl")))
def test_a_definition_is_validated_as_recorded(client: Any, case: Mapping[str, Any]) -> None:
    (want,) = case["response"].values()
    compare(case, want, answer(client, "validate_state_machine_definition", case["request"], want))


@pytest.mark.parametrize("case", list(recordings("create_error.jsonl")))
def test_a_definition_is_refused_as_recorded(client: Any, case: Mapping[str, Any]) -> None:
    (want,) = case["answer"].values()
    request = {"name": "refused", "roleArn": ROLE, "type": case["type"], "definition": case["definition"]}
    compare(case, want, answer(client, "create_state_machine", request, want))
