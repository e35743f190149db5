"""An S3 in a dict, and short words for distributed Maps."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sfn_notebook.engine.storage import StorageFailure

PASS = {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}}
WAIT = {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 10, "End": True}}}
TASK = {"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": True}}}
GET, LIST, PUT = (f"arn:aws:states:::s3:{action}" for action in ("getObject", "listObjectsV2", "putObject"))


class FakeStorage:
    """What storage does, without S3.

    Attributes:
        files: "bucket/key" -> content.
        sealed: Refuse to write.
    """

    def __init__(self, files: Mapping[str, bytes | str] | None = None) -> None:
        self.files = {place: _bytes(content) for place, content in (files or {}).items()}
        self.sealed = False
        self.asked: list[Any] = []

    def get(self, arguments: Mapping[str, Any]) -> bytes:
        self.asked.append(dict(arguments))
        try:
            return self.files[f"{arguments['Bucket']}/{arguments['Key']}"]
        except KeyError:
            raise StorageFailure("The specified key does not exist.") from None

    def list(self, arguments: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        start = f"{arguments['Bucket']}/{arguments.get('Prefix', '')}"
        for place, content in self.files.items():
            if place.startswith(start):
                key = place.partition("/")[2]
                yield {"Etag": '"e"', "Key": key, "LastModified": 1, "Size": len(content), "StorageClass": "STANDARD"}

    def put(self, bucket: str, key: str, body: bytes) -> None:
        if self.sealed:
            raise StorageFailure("Access Denied")
        self.files[f"{bucket}/{key}"] = body

    def json(self, place: str) -> Any:
        return json.loads(self.files[place])


def _bytes(content: bytes | str) -> bytes:
    return content.encode() if isinstance(content, str) else content


def distributed(processor: Mapping[str, Any] = PASS, *, type: str = "STANDARD", **fields: Any) -> dict[str, Any]:
    """A distributed Map state."""
    config = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": type}}
    return {"Type": "Map", "Label": "L", "ItemProcessor": {**processor, **config}, "End": True, **fields}


def reader(resource: str = GET, *, key: str | None = "k", **config: Any) -> dict[str, Any]:
    """An ItemReader of the bucket `b`."""
    arguments = {"Bucket": "b"} if key is None else {"Bucket": "b", "Key": key}
    return {"Resource": resource, "Parameters": arguments, "ReaderConfig": config}
