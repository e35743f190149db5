"""ItemReader: the items of a distributed Map that lie in S3.

https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any, Final, NamedTuple

from sfn_notebook import _json
from sfn_notebook.asl import JSONATA, State
from sfn_notebook.engine.dataflow import Template, compile_template
from sfn_notebook.engine.failures import ITEM_READER, RUNTIME, StateFailure
from sfn_notebook.engine.map.datasets import Format, UnreadableDataset, format_of, parse, text_of
from sfn_notebook.engine.map.delimited import rows
from sfn_notebook.engine.map.plan import Item, Number, compile_number
from sfn_notebook.engine.records import TaskFailure
from sfn_notebook.engine.storage import Storage, StorageFailure
from sfn_notebook.engine.visit import Visit

MOST_ITEMS: Final = 100_000_000
Found = tuple[Any, str | None, str]
"""A value, its key or None, and where it came from."""


class Reader(NamedTuple):
    """An ItemReader, compiled.

    Attributes:
        action: "getObject" or "listObjectsV2".
        arguments: Parameters or Arguments.
        config: ReaderConfig.
    """

    action: str
    arguments: Template
    config: Template
    most: Number

    def prepare(self, visit: Visit, data: Any) -> Request:
        """What to read, for this visit.

        Raises:
            StateFailure: an expression has no value.
        """
        states = {"input": visit.input}
        arguments, config = self.arguments.fill(visit, data, states), self.config.fill(visit, data, states)
        return Request(self.action, arguments, config, self.most(visit, data))


class Request(NamedTuple):
    """What one visit reads.

    Attributes:
        most: MaxItems, None or 0 for all.
    """

    action: str
    arguments: Mapping[str, Any]
    config: Mapping[str, Any]
    most: float | None

    def check(self) -> None:
        """Refuse what cannot be read at all.

        Raises:
            StateFailure: States.ItemReaderFailed.
        """
        if self.most is not None and self.most < 0:
            raise StateFailure(ITEM_READER, "field MaxItems must be positive")
        if self.most is not None and self.most > MOST_ITEMS:
            raise StateFailure(ITEM_READER, f"field MaxItems must be less than or equal to {MOST_ITEMS}")
        for needed in ("Bucket", "Key") if self.action == "getObject" else ("Bucket",):
            if not isinstance(self.arguments.get(needed), str):
                raise StateFailure(ITEM_READER, f"The field '{needed}' of the ItemReader must be a text.")

    def job(self, storage: Storage) -> Callable[[], list[Found]]:
        """The reading itself; blocking. Gives the items as `Found`, raises TaskFailure."""

        def read() -> list[Found]:
            try:
                return list(islice(_found(self, storage), int(self.most) if self.most else None))
            except StorageFailure as failure:
                raise TaskFailure(RUNTIME if failure.unavailable else ITEM_READER, failure.cause) from failure
            except UnreadableDataset as failure:
                raise TaskFailure(ITEM_READER, failure.cause) from failure

        return read


def compile_reader(state: State) -> Reader | None:
    """The ItemReader of a Map state, or None."""
    fields: Mapping[str, Any] | None = state.fields.get("ItemReader")
    if fields is None:
        return None
    query = state.query_language == JSONATA
    arguments, config = ("Arguments" if query else "Parameters"), dict(fields.get("ReaderConfig") or {})
    most = compile_number(config, "MaxItems", query=query, within="ItemReader/ReaderConfig/")
    for field in ("MaxItems", "MaxItemsPath"):
        config.pop(field, None)
    return Reader(
        action=str(fields.get("Resource", "")).rsplit(":", 1)[-1],
        arguments=compile_template(fields.get(arguments) or {}, f"ItemReader/{arguments}", query=query),
        config=compile_template(config, "ItemReader/ReaderConfig", query=query),
        most=most,
    )


def items_of(found: list[Found]) -> list[Item]:
    """What was read, as items."""
    return [Item(value, key, source) for value, key, source in found]


# -- reading, on a worker thread


def _found(request: Request, storage: Storage) -> Iterator[Found]:
    config, arguments = request.config, request.arguments
    if request.action == "listObjectsV2":
        listed = storage.list(arguments)
        if config.get("Transformation") != "LOAD_AND_FLATTEN":
            return ((entry, None, f"S3://{arguments['Bucket']}") for entry in listed)
        form = format_of(config)
        # a folder made in the console is an object too: an empty one whose key ends in a slash
        keys = (entry["Key"] for entry in listed if entry.get("Size") or not entry["Key"].endswith("/"))
        return _many(storage, ((str(arguments["Bucket"]), key) for key in keys), form)
    if request.action != "getObject":
        raise UnreadableDataset(f"An ItemReader cannot call s3:{request.action}.")
    content = storage.get(arguments)
    if config.get("ManifestType") == "ATHENA_DATA":
        return _many(storage, _athena(content), format_of(config))
    if config.get("ManifestType") == "S3_INVENTORY" or config.get("InputType") == "MANIFEST":
        return _inventory(storage, content)
    source = f"S3://{arguments['Bucket']}/{arguments['Key']}"
    return ((value, key, source) for value, key in parse(content, arguments["Key"], format_of(config)))


def _many(storage: Storage, places: Iterator[tuple[str, str]], form: Format) -> Iterator[Found]:
    for bucket, key in places:
        content = storage.get({"Bucket": bucket, "Key": key})
        for value, name in parse(content, key, form):
            yield value, name, f"S3://{bucket}/{key}"


def _athena(manifest: bytes) -> Iterator[tuple[str, str]]:
    """The objects that a manifest of Athena's UNLOAD lists, one URI a line."""
    for row in rows(text_of(manifest), ","):
        bucket, slash, key = row[0].strip().removeprefix("s3://").partition("/")
        if not row[0].strip().startswith("s3://") or not slash:
            raise UnreadableDataset(f"The Athena manifest has a line that is no S3 URI: {row[0]!r}")
        yield bucket, key


def _inventory(storage: Storage, manifest: bytes) -> Iterator[Found]:
    """The rows of the files that an S3 inventory's manifest lists."""
    try:
        told = _json.loads(text_of(manifest))
        bucket = str(told["destinationBucket"]).removeprefix("arn:aws:s3:::")
        schema = tuple(name.strip() for name in told["fileSchema"].split(","))
        files = [str(file["key"]) for file in told["files"]]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreadableDataset("The file is not the manifest.json of an S3 inventory.") from error
    if told.get("fileFormat") != "CSV":
        raise UnreadableDataset(f"The S3 inventory is in {told.get('fileFormat')}; only CSV can be read.")
    return _many(storage, ((bucket, key) for key in files), Format("CSV", headers=schema))
