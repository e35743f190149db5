"""The parts of a distributed Map as they are typed: flat, in snake_case, each put where ASL wants it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sfn_notebook.asl import BOTH, JSONATA, KEYWORDS, PART_FIELDS
from sfn_notebook.asl.fields import snake_case
from sfn_notebook.errors import InvalidArgument, UnknownKeyword, did_you_mean
from sfn_notebook.notebook.render import fill, path_text
from sfn_notebook.notebook.values import Expression

_S3: Final = "arn:aws:states:::s3:"
_READ: Final = ("Bucket", "Key", "Prefix", "VersionId", "ExpectedBucketOwner")
_WRITTEN: Final = ("Bucket", "Prefix")
LONG: Final = {"reader": "item_reader", "batcher": "item_batcher", "writer": "result_writer"}
"""Keyword of `map` -> the keyword of the field it makes."""
_ARGUMENTS: Final = {snake_case(field): field for field in (*_READ, *_WRITTEN)}


def reader(given: Mapping[str, Any], language: str) -> dict[str, Any]:
    """An ItemReader.

    Args:
        given: `bucket` and `key` (one object) or `bucket` and `prefix` (a list of objects), and the fields of a
            ReaderConfig: `input_type`, `csv_header_location`, `max_items` …
        language: The query language of the state.

    Raises:
        UnknownKeyword, InvalidArgument: a word or a value that does not fit.

    >>> reader({"bucket": "data", "prefix": "in/"}, "JSONPath")
    {'Resource': 'arn:aws:states:::s3:listObjectsV2', 'Parameters': {'Bucket': 'data', 'Prefix': 'in/'}}
    """
    part = _Part("reader", given, language, "ReaderConfig", _READ)
    action = "getObject" if "Key" in part.arguments else "listObjectsV2"
    config = {"ReaderConfig": part.config} if part.config else {}
    return {"Resource": f"{_S3}{action}", **config, **part.filled_arguments()}


def batcher(given: Mapping[str, Any], language: str) -> dict[str, Any]:
    """An ItemBatcher: `max_items_per_batch`, `max_input_bytes_per_batch`, `batch_input`.

    Raises:
        UnknownKeyword, InvalidArgument: a word or a value that does not fit.

    >>> batcher({"max_items_per_batch": 100}, "JSONata")
    {'MaxItemsPerBatch': 100}
    """
    return _Part("batcher", given, language, "ItemBatcher", ()).config


def writer(given: Mapping[str, Any], language: str) -> dict[str, Any]:
    """A ResultWriter: `bucket` and `prefix` to export, `transformation` and `output_type` to shape.

    Raises:
        UnknownKeyword, InvalidArgument: a word or a value that does not fit.

    >>> writer({"transformation": "FLATTEN", "output_type": "JSON"}, "JSONata")
    {'WriterConfig': {'Transformation': 'FLATTEN', 'OutputType': 'JSON'}}
    """
    part = _Part("writer", given, language, "WriterConfig", _WRITTEN)
    export = {"Resource": f"{_S3}putObject", **part.filled_arguments()} if part.arguments else {}
    return {**({"WriterConfig": part.config} if part.config else {}), **export}


class _Part:
    """A part's words sorted: those of its configuration, and what it calls S3 with."""

    def __init__(
        self, name: str, given: Mapping[str, Any], language: str, table: str, arguments: tuple[str, ...]
    ) -> None:
        if not isinstance(given, Mapping):
            raise InvalidArgument(
                f"{name}= is a dict; given was {given!r}.", hint=f"ASL itself goes into {LONG[name]}=."
            )
        self._language = language
        self.config: dict[str, Any] = {}
        self.arguments: dict[str, Any] = {}
        known, words = PART_FIELDS[table], [snake_case(field) for field in arguments]
        for word, value in given.items():
            field = KEYWORDS.get(word, "")
            if word in words:
                self.arguments[_ARGUMENTS[word]] = value
            elif field in known and known[field] in (BOTH, language) and field not in PART_FIELDS:
                self._configure(field, value, f"{name}={{{word!r}: …}}")
            else:
                allowed = [snake_case(one) for one, where in known.items() if where in (BOTH, language)]
                hint = did_you_mean(str(word), [*words, *allowed], limit=20)
                raise UnknownKeyword(f"{name}= has no {word!r}.", hint=hint)

    def _configure(self, field: str, value: Any, where: str) -> None:
        if self._language == JSONATA or not isinstance(value, Expression):
            self.config[field] = fill(value, self._language, where=where)
            return
        twin = field if field.endswith("Path") else f"{field}Path"
        if twin not in KEYWORDS.values():
            raise InvalidArgument(f"{where} cannot come from a path.", hint=f"{field} is fixed in JSONPath.")
        self.config[twin] = path_text(value, where)

    def filled_arguments(self) -> dict[str, Any]:
        """Arguments or Parameters, as the query language calls them."""
        name = "Arguments" if self._language == JSONATA else "Parameters"
        return {name: fill(self.arguments, self._language, where=name.lower())} if self.arguments else {}


PARTS: Final = {"reader": reader, "batcher": batcher, "writer": writer}
"""Keyword of `map` -> what makes its part."""
