from typing import Any

import pytest

from sfn_notebook import lint
from sfn_notebook.asl import read

GET, LIST, PUT = (f"arn:aws:states:::s3:{action}" for action in ("getObject", "listObjectsV2", "putObject"))
PLACE = {"Bucket": "b", "Key": "k"}
TYPES = "[CSV, JSON, JSONL, PARQUET, MANIFEST]"
RANGE = "a whole number from 1 to 262144, and is the number 262145"
OUTPUTS = "The field 'OutputType' should have one of these values: [JSON, JSONL]"
OTHER = (
    "The QueryLanguage is set to 'JSONPath', but field 'Arguments' is only supported for the 'JSONata' QueryLanguage"
)
CSV = {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"}


def found(type: str = "STANDARD", language: str = "JSONPath", *, mode: str = "DISTRIBUTED", **fields: Any) -> list[str]:
    processor = {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}}
    config = {"Mode": mode, "ExecutionType": "STANDARD"} if mode == "DISTRIBUTED" else {"Mode": mode}
    state = {"Type": "Map", "ItemProcessor": {"ProcessorConfig": config, **processor}, "MaxConcurrency": 5, "End": True}
    state.update(fields)
    machine = {"QueryLanguage": language, "StartAt": "M", "States": {"M": state}}
    report = lint.check(read(machine), type=type)
    assert all(one.code == "SCHEMA_VALIDATION_FAILED" for one in report), list(report)
    return [f"{one.pointer.removeprefix('/States/M')}: {one.message}" for one in report]


def reader(resource: str = GET, **config: Any) -> dict[str, Any]:
    return {"Resource": resource, "Parameters": PLACE, "ReaderConfig": config}


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"Label": "L", "ItemReader": reader(**CSV, MaxItems=5, CSVDelimiter="TAB")},
        {"ItemReader": reader(InputType="CSV", CSVHeaderLocation="GIVEN", CSVHeaders=["a"])},
        {"ItemReader": reader(InputType="JSON", ItemsPointer="/a", MaxItemsPath="$.most")},
        {"ItemReader": reader(InputType="MANIFEST")},
        {"ItemReader": reader(ManifestType="S3_INVENTORY")},
        {"ItemReader": reader(ManifestType="ATHENA_DATA", InputType="PARQUET")},
        {"ItemReader": {"Resource": LIST, "Parameters": {"Bucket.$": "$.b"}}},
        {"ItemReader": reader(LIST, InputType="JSONL", Transformation="LOAD_AND_FLATTEN")},
        {"ItemBatcher": {"MaxItemsPerBatch": 1, "BatchInput": {"a.$": "$.a"}}},
        {"ItemBatcher": {"MaxInputBytesPerBatchPath": "$.n"}},
        {"ResultWriter": {"WriterConfig": {"Transformation": "FLATTEN", "OutputType": "JSONL"}}},
        {"ResultWriter": {"Resource": PUT, "Parameters": {"Bucket": "b"}}},
    ],
)
def test_what_is_sound(fields: Any) -> None:
    assert found(**fields) == []


def test_what_is_sound_in_jsonata() -> None:
    item_reader = {
        "Resource": GET,
        "Arguments": "{% $states.input.place %}",
        "ReaderConfig": {"InputType": "{% $states.input.type %}", "MaxItems": "{% 1 + 1 %}"},
    }
    writer = {"Resource": PUT, "Arguments": {"Bucket": "{% $states.input.b %}"}}
    batcher = {"MaxItemsPerBatch": "{% $states.input.n %}"}
    assert found(language="JSONata", ItemReader=item_reader, ResultWriter=writer, ItemBatcher=batcher) == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"ItemReader": {}}, "/ItemReader: These fields are required: [Resource, Parameters]"),
        ({"ItemReader": reader()}, "/ItemReader: These fields are required: [ReaderConfig/InputType]"),
        (
            {"ItemReader": reader(PUT, InputType="JSON")},
            f"/ItemReader/Resource: The field 'Resource' should have one of these values: [{GET}, {LIST}]",
        ),
        (
            {"ItemReader": reader(InputType="XML")},
            "/ItemReader/ReaderConfig/InputType: The field 'InputType' should have one of these values: " + TYPES,
        ),
        (
            {"ItemReader": reader(InputType="JSON", ItemPointer="/a")},
            "/ItemReader/ReaderConfig: Field 'ItemPointer' is not supported",
        ),
        (
            {"ItemReader": reader(InputType="CSV")},
            "/ItemReader/ReaderConfig: These fields are required: [CSVHeaderLocation]",
        ),
        (
            {"ItemReader": reader(InputType="CSV", CSVHeaderLocation="GIVEN")},
            "/ItemReader/ReaderConfig: These fields are required: [CSVHeaders]",
        ),
        (
            {"ItemReader": reader(InputType="JSON", CSVDelimiter="TAB")},
            "/ItemReader/ReaderConfig: CSVDelimiter is for the InputType CSV or MANIFEST, and this is JSON.",
        ),
        (
            {"ItemReader": reader(**CSV, ItemsPointer="/a")},
            "/ItemReader/ReaderConfig: ItemsPointer is for the InputType JSON, and this is CSV.",
        ),
        (
            {"ItemReader": reader(ManifestType="S3_INVENTORY", **CSV)},
            "/ItemReader/ReaderConfig: S3_INVENTORY goes without an InputType: it is CSV.",
        ),
        (
            {"ItemReader": reader(ManifestType="ATHENA_DATA", InputType="JSON")},
            "/ItemReader/ReaderConfig: ATHENA_DATA needs the InputType CSV, JSONL or PARQUET.",
        ),
        (
            {"ItemReader": reader(LIST, Transformation="LOAD_AND_FLATTEN")},
            "/ItemReader/ReaderConfig: LOAD_AND_FLATTEN needs an InputType.",
        ),
        (
            {"ItemReader": reader(InputType="JSON", Transformation="LOAD_AND_FLATTEN")},
            "/ItemReader: LOAD_AND_FLATTEN is for s3:listObjectsV2 only.",
        ),
        (
            {"ItemReader": reader(InputType="JSON", MaxItems=1, MaxItemsPath="$.n")},
            "/ItemReader/ReaderConfig: These fields exclude each other: [MaxItems, MaxItemsPath]",
        ),
        (
            {"ItemBatcher": {"BatchInput": {}}},
            "/ItemBatcher: At least one of these fields is required: [MaxItemsPerBatch, MaxInputBytesPerBatch]",
        ),
        (
            {"ItemBatcher": {"MaxItemsPerBatch": 0}},
            "/ItemBatcher/MaxItemsPerBatch: MaxItemsPerBatch should be a whole number above 0, and is the number 0",
        ),
        (
            {"ItemBatcher": {"MaxInputBytesPerBatch": 262_145}},
            "/ItemBatcher/MaxInputBytesPerBatch: MaxInputBytesPerBatch should be " + RANGE,
        ),
        (
            {"ResultWriter": {}},
            "/ResultWriter: At least one of these fields is required: [Resource, WriterConfig]",
        ),
        ({"ResultWriter": {"Resource": PUT}}, "/ResultWriter: These fields are required: [Parameters]"),
        (
            {"ResultWriter": {"Parameters": {"Bucket": "b"}}},
            "/ResultWriter: These fields are required: [Resource]",
        ),
        (
            {"ResultWriter": {"WriterConfig": {"OutputType": "CSV"}}},
            "/ResultWriter/WriterConfig/OutputType: " + OUTPUTS,
        ),
        (
            {"ResultWriter": {"Resource": PUT, "Parameters": {}, "Arguments": {}}},
            "/ResultWriter: " + OTHER,
        ),
    ],
)
def test_what_is_refused(fields: Any, said: str) -> None:
    assert found(**fields) == [said]


@pytest.mark.parametrize("part", ["ItemReader", "ItemBatcher", "ResultWriter"])
def test_parts_of_a_distributed_map_in_an_inline_one(part: str) -> None:
    parts = {
        "ItemReader": reader(**CSV),
        "ItemBatcher": {"MaxItemsPerBatch": 2},
        "ResultWriter": {"WriterConfig": {"Transformation": "NONE", "OutputType": "JSON"}},
    }
    said = f"/{part}: The field '{part}' is only supported in DISTRIBUTED mode"
    assert found(mode="INLINE", **{part: parts[part]}) == [said]


def test_the_items_of_a_distributed_map_may_be_the_pairs_of_an_object() -> None:
    assert found(language="JSONata", Items={"a": 1}) == []
    assert found(language="JSONata", Items=5) == ["/Items: Items should be an array or an object, and is the number 5"]


def test_express_children_are_held_to_the_rules_of_express() -> None:
    ask = {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "End": True}
    ask["Parameters"] = {"MessageBody.$": "$$.Task.Token", "QueueUrl": "u"}
    for type, said in (("STANDARD", 0), ("EXPRESS", 1)):
        processor = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": type}, "StartAt": "T"}
        state = {"Type": "Map", "ItemProcessor": {**processor, "States": {"T": ask}}, "End": True}
        report = lint.check(read({"StartAt": "M", "States": {"M": state}}))
        messages = [one.message for one in report if one.severity == "error"]
        assert len(messages) == said
        assert all("Express state machine does not support '.waitForTaskToken'" in one for one in messages)


def test_an_express_machine_has_no_distributed_maps() -> None:
    assert found("EXPRESS") == [": Express state machine does not support Map states in DISTRIBUTED mode"]
    assert found("EXPRESS", mode="INLINE") == []
