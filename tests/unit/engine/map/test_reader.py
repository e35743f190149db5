import gzip
import io
import sys
from typing import Any

import pytest
from distributed_maps import GET, LIST, FakeStorage, distributed, reader
from engine_bench import Bench, details, output, types

from sfn_notebook.engine.map.delimited import rows


def read(bench: Bench, files: Any, item_reader: Any, **fields: Any) -> Any:
    storage = FakeStorage({f"b/{key}": content for key, content in files.items()})
    return output(bench.state(distributed(ItemReader=item_reader, **fields), {}, storage=storage))


def refused(bench: Bench, content: bytes | str, **config: Any) -> str:
    state = distributed(ItemReader=reader(**config))
    execution = bench.state(state, {}, storage=FakeStorage({"b/k": content}))
    assert types(execution)[2:] == [
        "MapStateStarted",
        "MapRunStarted",
        "MapRunFailed",
        "MapStateFailed",
        "ExecutionFailed",
    ]
    assert execution.error == "States.ItemReaderFailed"
    assert details(execution, "MapRunFailed") == {"error": execution.error, "cause": execution.cause}
    return str(execution.cause)


CSV = {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"}


@pytest.mark.parametrize(
    ("content", "items"),
    [
        ("a,b\n1,2\n3,4", [{"a": "1", "b": "2"}, {"a": "3", "b": "4"}]),
        ("\ufeffa\r\n1\r\n", [{"a": "1"}]),
        ("a,b\n1\n1,2,3\n", [{"a": "1", "b": ""}, {"a": "1", "b": "2"}]),
        ("a,a\n1,2", [{"a": "2"}]),
        ('a,b\n"x,\n""y""",\\,z\n', [{"a": 'x,\n"y"', "b": ",z"}]),
        ("a\n\n1\n\n", [{"a": "1"}]),
        ("a,b\n", []),
        ("", []),
        ("ä\n😀", [{"ä": "😀"}]),
    ],
)
def test_csv(bench: Bench, content: str, items: Any) -> None:
    assert read(bench, {"k": content}, reader(**CSV)) == items


@pytest.mark.parametrize(
    ("name", "mark"), [("COMMA", ","), ("PIPE", "|"), ("SEMICOLON", ";"), ("SPACE", " "), ("TAB", "\t")]
)
def test_csv_delimiters(bench: Bench, name: str, mark: str) -> None:
    assert read(bench, {"k": f"a{mark}b\n1{mark}2"}, reader(**CSV, CSVDelimiter=name)) == [{"a": "1", "b": "2"}]


def test_csv_headers_of_the_definition(bench: Bench) -> None:
    config = {"InputType": "CSV", "CSVHeaderLocation": "GIVEN", "CSVHeaders": ["x", "y"]}
    assert read(bench, {"k": "1,2\n3"}, reader(**config)) == [{"x": "1", "y": "2"}, {"x": "3", "y": ""}]


def test_the_documented_csv_example(bench: Bench) -> None:
    content = 'abc,123,"commas, a double quotation marks (""), and a newline (\n)",{""MyKey"":""MyValue""},"[1,2,3]"'
    config = {"InputType": "CSV", "CSVHeaderLocation": "GIVEN", "CSVHeaders": list("abcde")}
    chosen = {
        "s.$": "$$.Map.Item.Value.c",
        "o.$": "States.StringToJson($$.Map.Item.Value.d)",
        "l.$": "States.StringToJson($$.Map.Item.Value.e)",
    }
    assert read(bench, {"k": content}, reader(**config), ItemSelector=chosen) == [
        {"s": 'commas, a double quotation marks ("), and a newline (\n)', "o": {"MyKey": "MyValue"}, "l": [1, 2, 3]}
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (r"a\"b,c\\d,e\x", [['a"b', r"c\d", "ex"]]),
        ('""\n', [[""]]),
        ('"a""b"', [['a"b']]),
        ('  "a" ,b', [['a" ', "b"]]),
        ('  "a",b', [["a", "b"]]),
        ('a "b, c" d,e', [['a "b, c" d', "e"]]),
        ('"open\nended', [["open\nended"]]),
        ("a\\", [["a"]]),
        ('"a"\r\n"b"\r', [["a"], ["b"]]),
        ("\\", []),
    ],
)
def test_quotes_and_escapes(text: str, found: Any) -> None:
    assert list(rows(text, ",")) == found


@pytest.mark.parametrize(
    ("content", "config", "items"),
    [
        ('[1, {"a": null}]', {}, [1, {"a": None}]),
        ('{"a": 1}', {}, [{"Key": "a", "Value": 1}]),
        ('{"x": {"y/z": [5]}}', {"ItemsPointer": "/x/y~1z"}, [5]),
        ("[[1, 2], [3]]", {"ItemsPointer": "/1"}, [3]),
        ("[]", {}, []),
    ],
)  # fmt: skip
def test_json(bench: Bench, content: str, config: Any, items: Any) -> None:
    assert read(bench, {"k": content}, reader(InputType="JSON", **config)) == items


def test_json_lines(bench: Bench) -> None:
    assert read(bench, {"k": '{"a": 1}\r\n\n"é"\n2'}, reader(InputType="JSONL")) == [{"a": 1}, "é", 2]


@pytest.mark.parametrize(
    ("content", "config", "cause"),
    [
        ('"text"', {"InputType": "JSON"}, "Attempting to map over non-iterable node."),
        ("{", {"InputType": "JSON"}, "The file is not valid JSON"),
        ("", {"InputType": "JSON"}, "The file is not valid JSON"),
        ('{"a": 1}', {"InputType": "JSON", "ItemsPointer": "/b"}, "The ItemsPointer '/b' leads to nothing"),
        ("1\n{", {"InputType": "JSONL"}, "Line 2 of the file is not valid JSON"),
        (b"\xff", {"InputType": "CSV"}, "The file is not UTF-8"),
        ("x" * 10_241, CSV, "The CSV headers are longer than 10 KiB."),
        ("x", {"InputType": "XML"}, "The InputType 'XML' is not supported; allowed are CSV, JSON, JSONL, PARQUET."),
        ("x", {**CSV, "CSVDelimiter": "DOT"}, "The CSVDelimiter 'DOT' is not supported; allowed are COMMA, PIPE,"),
        ("x", {"InputType": "MANIFEST"}, "The file is not the manifest.json of an S3 inventory."),
        ('{"destinationBucket": "d", "fileSchema": "A", "files": [], "fileFormat": "ORC"}', {"InputType": "MANIFEST"},
         "The S3 inventory is in ORC; only CSV can be read."),
        ("x.csv", {"ManifestType": "ATHENA_DATA", "InputType": "CSV"}, "has a line that is no S3 URI: 'x.csv'"),
        ("x", {"InputType": "PARQUET"}, "The file is not Parquet"),
    ],
)  # fmt: skip
def test_what_cannot_be_read(bench: Bench, content: bytes | str, config: Any, cause: str) -> None:
    assert cause in refused(bench, content, **config)


def test_a_missing_object_can_be_caught(bench: Bench) -> None:
    caught = [{"ErrorEquals": ["States.ItemReaderFailed"], "Next": "Caught"}]
    state = distributed(ItemReader=reader(InputType="JSON"), Catch=caught)
    execution = bench.state(state, {}, storage=FakeStorage())
    assert output(execution)["Cause"] == "The specified key does not exist."
    assert details(execution, "MapStateStarted") == {"length": 0}


@pytest.mark.parametrize("name", ["k.json.gz", "k.gzip"])
def test_gzip(bench: Bench, name: str) -> None:
    assert read(bench, {name: gzip.compress(b"[1]")}, reader(key=name, InputType="JSON")) == [1]


def test_what_is_not_compressed(bench: Bench) -> None:
    state = distributed(ItemReader=reader(key="k.gz", InputType="JSON"))
    execution = bench.state(state, {}, storage=FakeStorage({"b/k.gz": "[1]"}))
    assert "The file could not be decompressed" in str(execution.cause)


def test_zstd(bench: Bench) -> None:
    arrow = pytest.importorskip("pyarrow", reason="the extra `datasets` is not installed")
    sink = arrow.BufferOutputStream()
    with arrow.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(b"[1]")
    content = sink.getvalue().to_pybytes()
    assert read(bench, {"k.json.zst": content}, reader(key="k.json.zst", InputType="JSON")) == [1]


def test_parquet(bench: Bench) -> None:
    arrow = pytest.importorskip("pyarrow", reason="the extra `datasets` is not installed")
    parquet = pytest.importorskip("pyarrow.parquet")
    sink = io.BytesIO()
    parquet.write_table(arrow.table({"a": [1, None], "b": [{"c": [b"x"]}, {"c": []}]}), sink)
    assert read(bench, {"k": sink.getvalue()}, reader(InputType="PARQUET")) == [
        {"a": 1, "b": {"c": ["x"]}},
        {"a": None, "b": {"c": []}},
    ]


def test_without_pyarrow(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    cause = refused(bench, b"", InputType="PARQUET")
    assert cause.endswith("pip install 'sfn-notebook[datasets]'")


def test_a_list_of_objects(bench: Bench) -> None:
    listed = {**reader(LIST, key=None), "Parameters": {"Bucket": "b", "Prefix": "in/"}}
    listed.pop("ReaderConfig")
    selector = {"v.$": "$$.Map.Item.Value", "from.$": "$$.Map.Item.Source"}
    made = read(bench, {"in/a": "123", "out/b": ""}, listed, ItemSelector=selector)
    entry = {"Etag": '"e"', "Key": "in/a", "LastModified": 1, "Size": 3, "StorageClass": "STANDARD"}
    assert made == [{"v": entry, "from": "S3://b"}]


def test_the_content_of_a_list_of_objects(bench: Bench) -> None:
    listed = reader(LIST, key=None, InputType="JSONL", Transformation="LOAD_AND_FLATTEN")
    selector = {"v.$": "$$.Map.Item.Value", "from.$": "$$.Map.Item.Source", "i.$": "$$.Map.Item.Index"}
    files = {"folder/": "", "folder/a": "1\n2", "folder/b.gz": gzip.compress(b"3")}
    assert read(bench, files, listed, ItemSelector=selector) == [
        {"v": 1, "from": "S3://b/folder/a", "i": 0},
        {"v": 2, "from": "S3://b/folder/a", "i": 1},
        {"v": 3, "from": "S3://b/folder/b.gz", "i": 2},
    ]


@pytest.mark.parametrize("config", [{"InputType": "MANIFEST"}, {"ManifestType": "S3_INVENTORY"}])
def test_an_inventory(bench: Bench, config: Any) -> None:
    manifest = (
        '{"destinationBucket": "arn:aws:s3:::b", "fileFormat": "CSV", "fileSchema": "Bucket, Key, Size",'
        ' "files": [{"key": "data/1.csv.gz"}, {"key": "data/2.csv.gz"}]}'
    )
    files = {
        "k": manifest,
        "data/1.csv.gz": gzip.compress(b'"src","a/","0"\n'),
        "data/2.csv.gz": gzip.compress(b'"src","a/b","7"\n'),
    }
    assert read(bench, files, reader(**config)) == [
        {"Bucket": "src", "Key": "a/", "Size": "0"},
        {"Bucket": "src", "Key": "a/b", "Size": "7"},
    ]


def test_an_athena_manifest(bench: Bench) -> None:
    files = {"k": "s3://b/x/1\ns3://b/x/2.gz\n", "x/1": '{"n": 1}', "x/2.gz": gzip.compress(b'{"n": 2}')}
    config = {"ManifestType": "ATHENA_DATA", "InputType": "JSONL"}
    assert read(bench, files, reader(**config)) == [{"n": 1}, {"n": 2}]
    given = {"InputType": "CSV", "CSVHeaderLocation": "GIVEN", "CSVHeaders": ["a"], "CSVDelimiter": "TAB"}
    files = {"k": "s3://b/x/1", "x/1": "1\t2"}
    assert read(bench, files, reader(ManifestType="ATHENA_DATA", **given)) == [{"a": "1"}]


@pytest.mark.parametrize(("most", "number"), [(0, 3), (2, 2), (9, 3)])
def test_max_items(bench: Bench, most: int, number: int) -> None:
    assert len(read(bench, {"k": "[1,2,3]"}, reader(InputType="JSON", MaxItems=most))) == number


@pytest.mark.parametrize(
    ("value", "error", "cause"),
    [
        (-1, "States.ItemReaderFailed", "field MaxItems must be positive"),
        (100_000_001, "States.ItemReaderFailed", "field MaxItems must be less than or equal to 100000000"),
        ("x", "States.Runtime", 'The MaxItemsPath field refers to value "x" which is not a valid integer: $.most'),
    ],
)
def test_max_items_from_the_input(bench: Bench, value: Any, error: str, cause: str) -> None:
    state = distributed(ItemReader=reader(InputType="JSON", MaxItemsPath="$.most"))
    storage = FakeStorage({"b/k": "[1,2]"})
    assert output(bench.state(state, {"most": 1}, storage=storage)) == [1]
    execution = bench.state(state, {"most": value}, storage=storage)
    assert execution.error == error
    assert str(execution.cause).endswith(cause)


def test_arguments_in_jsonata(bench: Bench) -> None:
    item_reader = {
        "Resource": GET,
        "Arguments": {"Bucket": "b", "Key": "{% $states.input.key %}", "VersionId": "v"},
        "ReaderConfig": {"InputType": "{% $states.input.type %}", "MaxItems": "{% 1 + 1 %}"},
    }
    storage = FakeStorage({"b/k": "[1,2,3]"})
    state = distributed(ItemReader=item_reader, QueryLanguage="JSONata")
    assert output(bench.state(state, {"key": "k", "type": "JSON"}, storage=storage)) == [1, 2]
    assert storage.asked == [{"Bucket": "b", "Key": "k", "VersionId": "v"}]
    execution = bench.state(state, {"type": "JSON"}, storage=storage)
    assert execution.error == "States.QueryEvaluationError"
    assert "specified for the field 'ItemReader/Arguments/Key' returned nothing" in str(execution.cause)


def test_paths_that_find_nothing(bench: Bench) -> None:
    item_reader = {"Resource": GET, "Parameters": {"Bucket": "b", "Key.$": "$.nope"}}
    execution = bench.state(distributed(ItemReader=item_reader), {}, storage=FakeStorage())
    assert execution.error == "States.Runtime"
    assert "The JSONPath '$.nope' specified for the field 'Key.$' could not be found" in str(execution.cause)


def test_no_key(bench: Bench) -> None:
    item_reader = {"Resource": GET, "Parameters": {"Bucket": "b"}, "ReaderConfig": {"InputType": "JSON"}}
    execution = bench.state(distributed(ItemReader=item_reader), {}, storage=FakeStorage())
    assert execution.cause == "The field 'Key' of the ItemReader must be a text."
