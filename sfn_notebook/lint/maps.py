"""Checks of a Map's parts: where its items come from, its batches, where its results go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sfn_notebook.asl import BOTH, JSONATA, PART_FIELDS, State
from sfn_notebook.errors import did_you_mean
from sfn_notebook.lint.report import Problem
from sfn_notebook.lint.rules import problem
from sfn_notebook.lint.shapes import PART_SHAPES, is_query, shape_problem

_PARTS: Final = ("ItemReader", "ItemBatcher", "ResultWriter")
_BATCHES: Final = ("MaxItemsPerBatch", "MaxInputBytesPerBatch")
_CSV: Final = ("CSVHeaderLocation", "CSVDelimiter", "CSVHeaders")


def child_type(state: State) -> str | None:
    """The type of a distributed Map's children; None when it is none, or names no type there is."""
    config = _config(state)
    kind = config.get("ExecutionType") if config.get("Mode") == "DISTRIBUTED" else None
    return kind if kind in ("STANDARD", "EXPRESS") else None


def _config(state: State) -> Mapping[str, Any]:
    processor = state.fields.get("ItemProcessor") or state.fields.get("Iterator")
    config = processor.get("ProcessorConfig") if isinstance(processor, Mapping) and state.type == "Map" else None
    return config if isinstance(config, Mapping) else {}


def map_problems(state: State, machine_type: str) -> Iterator[Problem]:
    """What is wrong with a Map in a machine of this type ("STANDARD" or "EXPRESS")."""
    if state.type != "Map":
        return
    distributed = _config(state).get("Mode") == "DISTRIBUTED"
    if distributed and machine_type == "EXPRESS":
        yield problem("express_distributed", state.pointer, state=state.name)
    for part in _PARTS:
        if part not in state.fields:
            continue
        if not distributed:
            yield problem("distributed_only", f"{state.pointer}/{part}", state=state.name, field=part)
        value = state.fields[part]
        if isinstance(value, Mapping):
            yield from _Part(state, part, value, f"{state.pointer}/{part}").problems()


class _Part:
    """One part of a Map.

    Args:
        state: The Map.
        name: "ItemReader", "ReaderConfig" …
        fields: What stands in it.
        pointer: Where it stands.
    """

    def __init__(self, state: State, name: str, fields: Mapping[str, Any], pointer: str) -> None:
        self.state = state
        self.name = name
        self.fields = fields
        self.pointer = pointer

    def problems(self) -> Iterator[Problem]:
        """All that is wrong with it and in it."""
        yield from self._fields()
        yield from {
            "ItemReader": self._reader,
            "ItemBatcher": self._batcher,
            "ResultWriter": self._writer,
            "ReaderConfig": self._reader_config,
        }.get(self.name, self._nothing)()
        for inner in ("ReaderConfig", "WriterConfig"):
            value = self.fields.get(inner)
            if isinstance(value, Mapping):
                yield from _Part(self.state, inner, value, f"{self.pointer}/{inner}").problems()

    def _nothing(self) -> Iterator[Problem]:
        yield from ()

    def _fields(self) -> Iterator[Problem]:
        known, shapes, language = PART_FIELDS[self.name], PART_SHAPES[self.name], self.state.query_language
        for field, value in self.fields.items():
            if field not in known:
                near = did_you_mean(str(field), [one for one in known if known[one] in (BOTH, language)])
                yield problem("unsupported_field", self.pointer, state=self.state.name, field=field, near=near)
            elif known[field] not in (BOTH, language):
                words = {"other": known[field], "language": language, "instead": ""}
                yield problem("other_language", self.pointer, state=self.state.name, field=field, **words)
            elif field in shapes and not (language == JSONATA and is_query(value)):
                place = f"{self.pointer}/{field}"
                if found := shape_problem(shapes[field], value, place, state=self.state.name, field=field):
                    yield found
            if f"{field}Path" in self.fields:
                words = {"fields": f"{field}, {field}Path", "mark": f"{field} twice"}
                yield problem("not_together", self.pointer, state=self.state.name, **words)

    def _reader(self) -> Iterator[Problem]:
        yield from self._required("Resource", "Arguments" if self.state.query_language == JSONATA else "Parameters")
        gets = str(self.fields.get("Resource", "")).endswith(":getObject")
        config = self.fields.get("ReaderConfig") or {}
        if gets and isinstance(config, Mapping) and not {"InputType", "ManifestType"} & set(config):
            yield problem("required", self.pointer, state=self.state.name, fields="ReaderConfig/InputType")
        loads = isinstance(config, Mapping) and config.get("Transformation") == "LOAD_AND_FLATTEN"
        if gets and loads:
            yield self._disagree("Transformation", "LOAD_AND_FLATTEN is for s3:listObjectsV2 only.")

    def _reader_config(self) -> Iterator[Problem]:
        kind, manifest = self.fields.get("InputType"), self.fields.get("ManifestType")
        if manifest == "S3_INVENTORY" and kind is not None:
            yield self._disagree("InputType", "S3_INVENTORY goes without an InputType: it is CSV.")
        if manifest == "ATHENA_DATA" and kind not in ("CSV", "JSONL", "PARQUET"):
            yield self._disagree("InputType", "ATHENA_DATA needs the InputType CSV, JSONL or PARQUET.")
        if self.fields.get("Transformation") == "LOAD_AND_FLATTEN" and kind is None:
            yield self._disagree("InputType", "LOAD_AND_FLATTEN needs an InputType.")
        if kind == "CSV":
            yield from self._required("CSVHeaderLocation")
        if self.fields.get("CSVHeaderLocation") == "GIVEN":
            yield from self._required("CSVHeaders")
        for field in _CSV if kind in ("JSON", "JSONL", "PARQUET") else ():
            if field in self.fields:
                yield self._disagree(field, f"{field} is for the InputType CSV or MANIFEST, and this is {kind}.")
        if "ItemsPointer" in self.fields and kind in ("CSV", "JSONL", "PARQUET", "MANIFEST"):
            yield self._disagree("ItemsPointer", f"ItemsPointer is for the InputType JSON, and this is {kind}.")

    def _batcher(self) -> Iterator[Problem]:
        if not any(field in self.fields or f"{field}Path" in self.fields for field in _BATCHES):
            words = {"fields": ", ".join(_BATCHES), "mark": "no batch size"}
            yield problem("one_at_least", self.pointer, state=self.state.name, **words)

    def _writer(self) -> Iterator[Problem]:
        if "Resource" in self.fields:
            yield from self._required("Arguments" if self.state.query_language == JSONATA else "Parameters")
        elif "Parameters" in self.fields or "Arguments" in self.fields:
            yield from self._required("Resource")
        elif "WriterConfig" not in self.fields:
            words = {"fields": "Resource, WriterConfig", "mark": "ResultWriter is empty"}
            yield problem("one_at_least", self.pointer, state=self.state.name, **words)

    def _required(self, *fields: str) -> Iterator[Problem]:
        missing = [field for field in fields if field not in self.fields]
        if missing:
            yield problem("required", self.pointer, state=self.state.name, fields=", ".join(missing))

    def _disagree(self, field: str, detail: str) -> Problem:
        return problem("fields_disagree", self.pointer, state=self.state.name, field=field, detail=detail)
