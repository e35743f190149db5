"""The content of a file as items: CSV and its kin, JSON, JSON Lines, Parquet; compressed or not.

https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html
"""

from __future__ import annotations

import gzip
import importlib
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from sfn_notebook import _json
from sfn_notebook.engine.map.delimited import DELIMITERS, rows
from sfn_notebook.errors import InvalidJson

INSTALL: Final = "pip install 'sfn-notebook[datasets]'"
HEADER_BYTES: Final = 10_240
NOT_ITERABLE: Final = "Attempting to map over non-iterable node."

Pair = tuple[Any, str | None]
"""A value and its key; the key is None for what does not come from an object."""


class UnreadableDataset(Exception):
    """A dataset is not what the ReaderConfig says.

    Args:
        cause: What is wrong with it.
    """

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


class Format(NamedTuple):
    """How a file is read.

    Attributes:
        type: InputType.
        delimiter: The character between two fields of a CSV file.
        headers: The names of its columns, None when they stand in its first row.
        pointer: ItemsPointer, "" for the whole document.
    """

    type: str
    delimiter: str = ","
    headers: tuple[str, ...] | None = None
    pointer: str = ""


def format_of(config: Mapping[str, Any]) -> Format:
    """The format that a ReaderConfig asks for.

    Raises:
        UnreadableDataset: it asks for one that there is not.
    """
    kind, named = config.get("InputType"), config.get("CSVDelimiter", "COMMA")
    if kind not in _READERS:
        raise UnreadableDataset(f"The InputType {kind!r} is not supported; allowed are {', '.join(_READERS)}.")
    if named not in DELIMITERS:
        raise UnreadableDataset(f"The CSVDelimiter {named!r} is not supported; allowed are {', '.join(DELIMITERS)}.")
    given = config.get("CSVHeaderLocation") == "GIVEN"
    headers = tuple(map(str, config.get("CSVHeaders") or ())) if given else None
    return Format(str(kind), DELIMITERS[named], headers, config.get("ItemsPointer") or "")


def parse(content: bytes, name: str, form: Format) -> Iterator[Pair]:
    """The items of a file, one after the other.

    Args:
        content: The file.
        name: Its name, whose end says how it is compressed.
        form: How to read it.

    Raises:
        UnreadableDataset: it is not of that format.
    """
    return _READERS[form.type](_unpacked(content, name), form)


def _unpacked(content: bytes, name: str) -> bytes:
    end = name.rsplit(".", 1)[-1].lower()
    try:
        if end in ("gz", "gzip"):
            return gzip.decompress(content)
        if end in ("zst", "zstd"):
            arrow = _library("pyarrow", "files compressed with ZSTD")
            unpacked: bytes = arrow.CompressedInputStream(arrow.BufferReader(content), "zstd").read()
            return unpacked
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableDataset(f"The file could not be decompressed: {error}") from error
    return content


def _library(module: str, what: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise UnreadableDataset(f"{what} cannot be read here without pyarrow. Install it with: {INSTALL}") from error


def text_of(content: bytes) -> str:
    """A file's text, without its byte order mark."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableDataset(f"The file is not UTF-8: {error.reason} at byte {error.start}") from error


def _csv(content: bytes, form: Format) -> Iterator[Pair]:
    found = rows(text_of(content), form.delimiter)
    headers = form.headers
    if headers is None:
        headers = tuple(next(found, ()))
        if _json.size(form.delimiter.join(headers)) > HEADER_BYTES:
            raise UnreadableDataset("The CSV headers are longer than 10 KiB.")
    for row in found:
        short = len(headers) - len(row)
        # of two columns of one name the last counts; fields beyond the headers are left out
        yield dict(zip(headers, row + [""] * short if short > 0 else row, strict=False)), None


def _jsonl(content: bytes, form: Format) -> Iterator[Pair]:
    for number, line in enumerate(text_of(content).split("\n"), 1):
        if line.strip():
            yield _loads(line, f"Line {number} of the file"), None


def _json_file(content: bytes, form: Format) -> Iterator[Pair]:
    value = _pointed(_loads(text_of(content), "The file"), form.pointer)
    if isinstance(value, dict):
        return ((item, key) for key, item in value.items())
    if isinstance(value, list):
        return ((item, None) for item in value)
    raise UnreadableDataset(NOT_ITERABLE)


def _loads(text: str, what: str) -> Any:
    try:
        return _json.loads(text)
    except InvalidJson as error:
        raise UnreadableDataset(f"{what} is {error.message}") from error


def _pointed(value: Any, pointer: str) -> Any:
    """The part of a document that a JSON pointer leads to (RFC 6901)."""
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        try:
            value = value[int(name)] if isinstance(value, list) else value[name]
        except (KeyError, IndexError, ValueError, TypeError):
            raise UnreadableDataset(f"The ItemsPointer {pointer!r} leads to nothing in the file.") from None
    return value


def _parquet(content: bytes, form: Format) -> Iterator[Pair]:
    arrow, parquet = _library("pyarrow", "Parquet files"), _library("pyarrow.parquet", "Parquet files")
    try:
        file = parquet.ParquetFile(arrow.BufferReader(content))
        for batch in file.iter_batches(batch_size=4096):
            for row in batch.to_pylist():
                yield _plain(row), None
    except (arrow.ArrowInvalid, OSError) as error:
        raise UnreadableDataset(f"The file is not Parquet: {error}") from error


def _plain(value: Any) -> Any:
    """A value of a Parquet file as JSON has it: times as ISO text, bytes and decimals as text."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


_READERS: Final[Mapping[str, Callable[[bytes, Format], Iterator[Pair]]]] = {
    "CSV": _csv,
    "JSON": _json_file,
    "JSONL": _jsonl,
    "PARQUET": _parquet,
}
