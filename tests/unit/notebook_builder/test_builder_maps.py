"""The parts of a distributed Map, typed flat and in snake_case."""

from typing import Any

import pytest

from sfn_notebook.errors import InvalidArgument, UnknownKeyword
from sfn_notebook.notebook.machine import StateMachine
from sfn_notebook.notebook.values import path, q

S3 = "arn:aws:states:::s3:"


def mapped(language: str = "JSONata", **fields: Any) -> dict[str, Any]:
    sm = StateMachine("m", query_language=language)
    sm.branch("each").pass_("P")
    sm.map("Each", processor=sm.branch("each"), mode="DISTRIBUTED", execution_type="STANDARD", **fields)
    assert sm.lint().ok, sm.lint()
    state: dict[str, Any] = sm.definition["States"]["Each"]
    return state


def test_a_file_of_rows() -> None:
    given = {"bucket": q("$states.input.b"), "key": "k", "input_type": "CSV", "csv_header_location": "GIVEN"}
    made = mapped(reader={**given, "csv_headers": ["a"], "max_items": q("$states.input.n"), "version_id": "v"})
    assert made["ItemReader"] == {
        "Resource": f"{S3}getObject",
        "ReaderConfig": {
            "InputType": "CSV",
            "CSVHeaderLocation": "GIVEN",
            "CSVHeaders": ["a"],
            "MaxItems": "{% $states.input.n %}",
        },
        "Arguments": {"Bucket": "{% $states.input.b %}", "Key": "k", "VersionId": "v"},
    }


def test_a_list_of_objects_in_jsonpath() -> None:
    made = mapped("JSONPath", reader={"bucket": path("$.b"), "prefix": "in/", "max_items": path("$.n")})
    assert made["ItemReader"] == {
        "Resource": f"{S3}listObjectsV2",
        "ReaderConfig": {"MaxItemsPath": "$.n"},
        "Parameters": {"Bucket.$": "$.b", "Prefix": "in/"},
    }


def test_batches() -> None:
    made = mapped(batcher={"max_items_per_batch": 9, "batch_input": {"x": q("$states.input.x")}})
    assert made["ItemBatcher"] == {"MaxItemsPerBatch": 9, "BatchInput": {"x": "{% $states.input.x %}"}}
    made = mapped("JSONPath", batcher={"max_input_bytes_per_batch": path("$.n"), "batch_input": {"x": path("$.x")}})
    assert made["ItemBatcher"] == {"MaxInputBytesPerBatchPath": "$.n", "BatchInput": {"x.$": "$.x"}}
    made = mapped("JSONPath", batcher={"max_items_per_batch_path": path("$.n")})
    assert made["ItemBatcher"] == {"MaxItemsPerBatchPath": "$.n"}


def test_results() -> None:
    made = mapped(writer={"bucket": "out", "prefix": "p", "transformation": "FLATTEN", "output_type": "JSONL"})
    assert made["ResultWriter"] == {
        "WriterConfig": {"Transformation": "FLATTEN", "OutputType": "JSONL"},
        "Resource": f"{S3}putObject",
        "Arguments": {"Bucket": "out", "Prefix": "p"},
    }
    assert "Resource" not in mapped(writer={"transformation": "NONE"})["ResultWriter"]


def test_everything_else() -> None:
    made = mapped(
        selector={"v": q("$states.context.Map.Item.Value")},
        label="L",
        max_concurrency=5,
        tolerated_failure_count=1,
        tolerated_failure_percentage=q("$states.input.p"),
    )
    assert made["ItemSelector"] == {"v": "{% $states.context.Map.Item.Value %}"}
    assert (made["Label"], made["MaxConcurrency"], made["ToleratedFailureCount"]) == ("L", 5, 1)
    assert made["ToleratedFailurePercentage"] == "{% $states.input.p %}"


def test_asl_itself() -> None:
    batcher = {"MaxItemsPerBatch": 3}
    assert mapped(item_batcher=batcher)["ItemBatcher"] == batcher


@pytest.mark.parametrize(
    ("fields", "error", "message"),
    [
        ({"reader": {"buckt": 1}}, UnknownKeyword, "reader= has no 'buckt'.\nDid you mean 'bucket'?"),
        ({"reader": {"resource": "x"}}, UnknownKeyword, "reader= has no 'resource'."),
        ({"batcher": {"max_items_per_batch_path": "$.n"}}, UnknownKeyword, "has no 'max_items_per_batch_path'."),
        ({"writer": {"key": "k"}}, UnknownKeyword, "writer= has no 'key'."),
        ({"writer": 5}, InvalidArgument, "writer= is a dict; given was 5.\nASL itself goes into result_writer=."),
    ],
)
def test_what_does_not_fit(fields: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error) as refused:
        mapped(**fields)
    assert message in str(refused.value)


def test_what_a_path_cannot_give() -> None:
    with pytest.raises(InvalidArgument) as refused:
        mapped("JSONPath", reader={"bucket": "b", "key": "k", "input_type": path("$.t")})
    assert str(refused.value) == "reader={'input_type': …} cannot come from a path.\nInputType is fixed in JSONPath."
