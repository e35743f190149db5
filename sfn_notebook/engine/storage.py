"""What a distributed Map reads from S3 and writes there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, Protocol

from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError

from sfn_notebook.engine.services import Services
from sfn_notebook.errors import SfnNotebookError


class StorageFailure(Exception):
    """S3 said no.

    Args:
        cause: Its words as they stand in a cause.
        unavailable: There is no S3 to ask.
    """

    def __init__(self, cause: str, *, unavailable: bool = False) -> None:
        super().__init__(cause)
        self.cause = cause
        self.unavailable = unavailable


class Storage(Protocol):
    """The part of S3 that a distributed Map uses. Blocking; raises StorageFailure."""

    def get(self, arguments: Mapping[str, Any]) -> bytes:
        """The content of an object: `Bucket`, `Key`, and what else GetObject takes."""
        ...

    def list(self, arguments: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """The objects of a bucket in Step Functions' spelling: `Bucket`, `Prefix`, and so on."""
        ...

    def put(self, bucket: str, key: str, body: bytes) -> None:
        """Write an object."""
        ...


class NoStorage:
    """For an engine that has no services."""

    def get(self, arguments: Mapping[str, Any]) -> bytes:
        """Nothing."""
        raise _nowhere()

    def list(self, arguments: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """Nothing."""
        raise _nowhere()

    def put(self, bucket: str, key: str, body: bytes) -> None:
        """Nothing."""
        raise _nowhere()


def _nowhere() -> StorageFailure:
    return StorageFailure("This engine has no S3 to read from or to write to.", unavailable=True)


class S3:
    """The S3 of a session's services.

    Args:
        services: Where it is.
    """

    def __init__(self, services: Services) -> None:
        self._services = services

    def get(self, arguments: Mapping[str, Any]) -> bytes:
        """The content of an object."""
        answer = self._call("GetObject", **arguments)
        body: bytes = answer["Body"].read()
        return body

    def list(self, arguments: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """The objects of a bucket, page after page."""
        more: dict[str, str] = {}
        while True:
            answer = self._call("ListObjectsV2", **arguments, **more)
            for found in answer.get("Contents", ()):
                yield _listed(found)
            if not answer.get("IsTruncated"):
                return
            more = {"ContinuationToken": answer["NextContinuationToken"]}

    def put(self, bucket: str, key: str, body: bytes) -> None:
        """Write an object."""
        self._call("PutObject", Bucket=bucket, Key=key, Body=body, ContentType="application/json")

    def _call(self, operation: str, **arguments: Any) -> Any:
        try:
            self._services.permit("s3", operation)
            return getattr(self._services.shared("s3"), xform_name(operation))(**arguments)
        except ClientError as error:
            raise StorageFailure(_cause(error)) from error
        except BotoCoreError as error:
            raise StorageFailure(str(error)) from error
        except SfnNotebookError as error:
            raise StorageFailure(str(error), unavailable=True) from error


_MEMBERS: Final = ("Key", "Size", "StorageClass")


def _listed(found: Mapping[str, Any]) -> dict[str, Any]:
    """An object's entry in a list; `Etag`, with its quotes, is AWS's own spelling here."""
    listed = {"Etag": found["ETag"], "LastModified": int(found["LastModified"].timestamp())}
    listed.update((member, found[member]) for member in _MEMBERS if member in found)
    return dict(sorted(listed.items()))


def _cause(error: ClientError) -> str:
    said, about = error.response.get("Error", {}), error.response["ResponseMetadata"]
    status, request, host = about.get("HTTPStatusCode"), about.get("RequestId"), about.get("HostId", "null")
    return (
        f"{said.get('Message')} (Service: Amazon S3; Status Code: {status}; Error Code: {said.get('Code')};"
        f" Request ID: {request}; S3 Extended Request ID: {host}; Proxy: null)"
    )
