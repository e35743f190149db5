"""ResultWriter: what a distributed Map gives of its children's results, and the files it writes them to.

https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NamedTuple

from sfn_notebook import _json
from sfn_notebook.asl import JSONATA, State
from sfn_notebook.engine.clock import iso
from sfn_notebook.engine.dataflow import Template, compile_template
from sfn_notebook.engine.failures import RESULT_WRITER, RUNTIME, StateFailure
from sfn_notebook.engine.map_runs import UNSUCCESSFUL, MapRun, Unit
from sfn_notebook.engine.pieces import pieces
from sfn_notebook.engine.records import Execution, TaskFailure
from sfn_notebook.engine.storage import Storage, StorageFailure
from sfn_notebook.engine.visit import Visit

FILE_BYTES: Final = 5_000_000_000
_INCLUDED: Final = {"Included": True}


class Shape(NamedTuple):
    """A WriterConfig.

    Attributes:
        transformation: NONE, COMPACT or FLATTEN.
        lines: JSON Lines instead of an array.
    """

    transformation: str
    lines: bool = False

    def text(self, entries: Iterable[str]) -> str:
        """Entries, each a JSON text, as one text."""
        return "\n".join(entries) if self.lines else f"[{','.join(entries)}]"

    def entries(self, execution: Execution) -> list[str]:
        """What there is of one child: its output, or all about it when it has none."""
        if execution.output is None or self.transformation == "NONE":
            return [_json.dumps(record_of(execution))]
        if self.transformation == "FLATTEN":
            value = _json.loads(execution.output)
            if isinstance(value, list):
                return [_json.dumps(item) for item in value]
        return [execution.output]


class Destination(NamedTuple):
    """Where the results of one visit go."""

    bucket: str
    prefix: str
    shape: Shape

    def folder(self, map_run: MapRun) -> str:
        """The folder of a Map Run."""
        return f"{self.prefix.removesuffix('/')}/{map_run.id}" if self.prefix else map_run.id

    def details(self, map_run: MapRun) -> dict[str, Any]:
        """The result of the state."""
        details = {"Bucket": self.bucket, "Key": f"{self.folder(map_run)}/manifest.json"}
        return {"MapRunArn": map_run.arn, "ResultWriterDetails": details}

    def opening(self, map_run: MapRun, storage: Storage) -> Callable[[], None]:
        """See, before any child starts, whether it can be written to; blocking, raises TaskFailure."""
        return _told(lambda: self._manifest(map_run, storage, {"FAILED": [], "PENDING": [], "SUCCEEDED": []}))

    def writing(self, map_run: MapRun, storage: Storage) -> Callable[[], None]:
        """Write all the files; blocking, raises TaskFailure."""
        results = [
            (name, list(pieces(texts, _counted, most=FILE_BYTES))) for name, texts in self._results(map_run).items()
        ]
        folder, end = self.folder(map_run), "jsonl" if self.shape.lines else "json"

        def write() -> None:
            files: dict[str, list[dict[str, Any]]] = {}
            for name, parts in results:
                files[name] = []
                for number, texts in enumerate(parts):
                    key, body = f"{folder}/{name}_{number}.{end}", self.shape.text(texts).encode()
                    storage.put(self.bucket, key, body)
                    files[name].append({"Key": key, "Size": len(body)})
            self._manifest(map_run, storage, files)

        return _told(write)

    def _results(self, map_run: MapRun) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {"FAILED": [], "PENDING": [], "SUCCEEDED": []}
        for unit in map_run.units:
            child = map_run.children.get(unit.number)
            if child is None:
                found["PENDING"].append(_json.dumps(_pending(unit, map_run)))
            elif child.status in UNSUCCESSFUL:
                found["FAILED"].extend(self.shape.entries(child))
            elif child.status == "SUCCEEDED":
                found["SUCCEEDED"].extend(self.shape.entries(child))
        return found

    def _manifest(self, map_run: MapRun, storage: Storage, files: Mapping[str, Any]) -> None:
        manifest = {"DestinationBucket": self.bucket, "MapRunArn": map_run.arn, "ResultFiles": files}
        storage.put(self.bucket, f"{self.folder(map_run)}/manifest.json", _json.dumps(manifest).encode())


class Writer(NamedTuple):
    """A ResultWriter, compiled.

    Attributes:
        arguments: Parameters or Arguments, None when nothing is exported.
        shape: Its WriterConfig.
    """

    arguments: Template | None
    shape: Shape

    def prepare(self, visit: Visit, data: Any) -> Destination | None:
        """Where the results of this visit go; None when they stay in the state's output.

        Raises:
            StateFailure: an expression has no value.
        """
        if self.arguments is None:
            return None
        given = self.arguments.fill(visit, data, {"input": visit.input})
        prefix = given.get("Prefix")
        return Destination(str(given.get("Bucket", "")), "" if prefix is None else str(prefix), self.shape)


def compile_writer(state: State) -> Writer:
    """The ResultWriter of a Map state; without one the outputs are the state's result."""
    fields: Mapping[str, Any] = state.fields.get("ResultWriter") or {}
    config: Mapping[str, Any] = fields.get("WriterConfig") or {}
    exports = "Resource" in fields
    shape = Shape(
        transformation=config.get("Transformation", "NONE" if exports else "COMPACT"),
        lines=config.get("OutputType") == "JSONL",
    )
    query = state.query_language == JSONATA
    field = "Arguments" if query else "Parameters"
    where = f"ResultWriter/{field}"
    return Writer(compile_template(fields.get(field) or {}, where, query=query) if exports else None, shape)


def result_of(map_run: MapRun, shape: Shape) -> tuple[Any, str]:
    """The children's results as the state's own, and its JSON text."""
    children = map_run.children
    entries = [text for unit in map_run.units for text in shape.entries(children[unit.number])]
    text = shape.text(entries)
    return (text, _json.dumps(text)) if shape.lines else (_json.loads(text), text)


def record_of(execution: Execution) -> dict[str, Any]:
    """All about one child, in the keys of a result file."""
    told: dict[str, Any] = {"ExecutionArn": execution.arn, "Input": execution.input, "InputDetails": _INCLUDED}
    told.update(Name=execution.name, RedriveCount=execution.redrive_count)
    if execution.output is not None:
        told.update(Output=execution.output, OutputDetails=_INCLUDED)
    if execution.status == "SUCCEEDED":
        reason = "Execution is SUCCEEDED and cannot be redriven"
        told.update(RedriveStatus="NOT_REDRIVABLE", RedriveStatusReason=reason)
    else:
        by_map_run = {"Error": execution.error, "Cause": execution.cause, "RedriveStatus": "REDRIVABLE_BY_MAP_RUN"}
        told.update({key: text for key, text in by_map_run.items() if text is not None})
    told.update(StartDate=iso(execution.started), StateMachineArn=execution.machine.arn, Status=execution.status)
    if execution.stopped is not None:
        told["StopDate"] = iso(execution.stopped)
    return dict(sorted(told.items()))


def _pending(unit: Unit, map_run: MapRun) -> dict[str, Any]:
    told = {"Input": unit.text, "InputDetails": _INCLUDED, "StateMachineArn": map_run.machine.arn}
    return {**told, "Status": "PENDING"}


def _counted(text: str) -> int:
    return _json.size(text) + 1


def _told(write: Callable[[], None]) -> Callable[[], None]:
    def job() -> None:
        try:
            write()
        except StorageFailure as failure:
            raise TaskFailure(RUNTIME if failure.unavailable else RESULT_WRITER, failure.cause) from failure

    return job


def check(destination: Destination) -> None:
    """Refuse a destination without a bucket.

    Raises:
        StateFailure: States.ResultWriterFailed.
    """
    if not destination.bucket:
        raise StateFailure(RESULT_WRITER, "The field 'Bucket' of the ResultWriter must be a text.")
