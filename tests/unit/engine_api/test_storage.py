"""What passes between a distributed Map and S3."""

import io
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError, ParamValidationError

from sfn_notebook.engine.storage import S3, StorageFailure
from sfn_notebook.errors import MissingDependency, NotAvailable

DENIED = (
    "Access Denied (Service: Amazon S3; Status Code: 403; Error Code: AccessDenied; Request ID: R; "
    "S3 Extended Request ID: H; Proxy: null)"
)


class Services:
    """Services with one client, that answers from a list."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.asked: list[dict[str, Any]] = []
        self.read_only = False

    def shared(self, service: str) -> Any:
        assert service == "s3"
        return self

    def permit(self, service: str, operation: str) -> None:
        if operation == "PutObject" and self.read_only:
            raise NotAvailable("this session only reads")

    def __getattr__(self, method: str) -> Any:
        def call(**arguments: Any) -> Any:
            self.asked.append({"method": method, **arguments})
            answer = self.answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer

        return call


def entry(key: str, **more: Any) -> dict[str, Any]:
    moment = datetime(2022, 11, 17, 15, 44, 41, tzinfo=UTC)
    return {"Key": key, "LastModified": moment, "ETag": '"e"', "Size": 3, "StorageClass": "STANDARD", **more}


def test_a_list_is_read_page_after_page() -> None:
    services = Services(
        {"Contents": [entry("a")], "IsTruncated": True, "NextContinuationToken": "t"},
        {"Contents": [entry("b", ChecksumAlgorithm=["CRC32"])], "IsTruncated": False},
    )
    found = list(S3(services).list({"Bucket": "data", "Prefix": "p"}))
    shown = {"Etag": '"e"', "Key": "a", "LastModified": 1668699881, "Size": 3, "StorageClass": "STANDARD"}
    assert found == [shown, {**shown, "Key": "b"}]
    assert list(found[0]) == sorted(found[0])
    asked = {"method": "list_objects_v2", "Bucket": "data", "Prefix": "p"}
    assert services.asked == [asked, {**asked, "ContinuationToken": "t"}]


def test_an_empty_bucket() -> None:
    assert list(S3(Services({"IsTruncated": False})).list({"Bucket": "data"})) == []


def test_reading_and_writing() -> None:
    services = Services({"Body": io.BytesIO(b"content")}, {})
    s3 = S3(services)
    assert s3.get({"Bucket": "data", "Key": "k", "VersionId": "v"}) == b"content"
    s3.put("data", "k", b"{}")
    assert services.asked[0] == {"method": "get_object", "Bucket": "data", "Key": "k", "VersionId": "v"}
    assert services.asked[1]["Body"] == b"{}"


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (
            ClientError(
                {
                    "Error": {"Code": "AccessDenied", "Message": "Access Denied"},
                    "ResponseMetadata": {"HTTPStatusCode": 403, "RequestId": "R", "HostId": "H"},
                },
                "GetObject",
            ),
            DENIED,
        ),
        (ParamValidationError(report="Unknown parameter"), "Parameter validation failed:\nUnknown parameter"),
    ],
)
def test_what_s3_refuses(error: Exception, cause: str) -> None:
    with pytest.raises(StorageFailure) as refused:
        S3(Services(error)).get({})
    assert refused.value.cause == cause
    assert not refused.value.unavailable


def test_a_session_that_only_reads_writes_no_results() -> None:
    services = Services({"IsTruncated": False})
    services.read_only = True
    assert list(S3(services).list({"Bucket": "data"})) == []
    with pytest.raises(StorageFailure) as refused:
        S3(services).put("data", "k", b"")
    assert (refused.value.cause, refused.value.unavailable) == ("this session only reads", True)


def test_where_moto_is_not_installed() -> None:
    missing = MissingDependency("this needs 'moto'", hint="pip install 'sfn-notebook[local]'")
    with pytest.raises(StorageFailure) as refused:
        S3(Services(missing)).get({})
    assert refused.value.unavailable
    assert "pip install 'sfn-notebook[local]'" in refused.value.cause
