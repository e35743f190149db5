"""The way from a boto3 client into the engine: botocore's `before-send`, on one session's own clients.

Nothing is patched and nothing listens: the session that is given here hands its handlers to the clients it makes,
and no other client in the process knows of them.
"""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

import botocore.session
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import get_tzinfo_options

from sfn_notebook.engine.api import Answer, Api

EVENT: Final = "before-send.sfn"  # the service's id as botocore hyphenates it
# long answers, of which botocore would spend a hundred microseconds on each event: they are given to it as it would
# have read them. One that is refused goes the ordinary way.
LONG: Final = "before-call.sfn.GetExecutionHistory"


class _Raw(io.BytesIO):
    """A body as botocore reads it from urllib3."""

    def stream(self, *_: Any) -> Iterator[bytes]:
        yield self.read()


def connect(session: botocore.session.Session, api: Api) -> None:
    """Have the Step Functions clients that this session makes from now on answered by `api`."""

    def answer(*, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        return _response(request.url, api.answer(_operation(request), _body(request)))

    def told(*, params: Mapping[str, Any], **_: Any) -> tuple[AWSResponse, dict[str, Any]] | None:
        found = api.tell(LONG.rpartition(".")[2], params["body"])
        return None if isinstance(found, Answer) else _parsed(params["url"], found)

    handlers: Any = {EVENT: answer, LONG: told}  # the stubs know no handler that takes only what it needs
    for event, handler in handlers.items():
        session.register(event, handler, unique_id=event)


def no_retries(client: Any) -> None:
    """Have a client never ask again: what this process could not answer, it cannot answer a second later."""
    client.meta.events.unregister("needs-retry.sfn", unique_id="retry-config-sfn")


def _operation(request: AWSPreparedRequest) -> str:
    target: Any = request.headers.get("X-Amz-Target", "")
    return (target.decode() if isinstance(target, bytes) else str(target)).rpartition(".")[2]


def _body(request: AWSPreparedRequest) -> bytes:
    body: Any = request.body
    if isinstance(body, str):
        return body.encode()
    return bytes(body or b"")


def _response(url: str, answer: Answer) -> AWSResponse:
    headers: Any = answer.headers
    return AWSResponse(url, answer.status, headers, _Raw(answer.body))


def _parsed(url: str, told: Mapping[str, Any]) -> tuple[AWSResponse, dict[str, Any]]:
    """A history as botocore reads it: its own copy, with times as times."""
    request_id, zone = str(uuid.uuid4()), get_tzinfo_options()[0]()
    headers = {"x-amzn-requestid": request_id, "content-type": "application/x-amz-json-1.0"}
    events = [_copied(event) for event in told["events"]]
    for event in events:
        # the local time first: that is C, and the zone's own conversion is not
        event["timestamp"] = datetime.fromtimestamp(event["timestamp"]).replace(tzinfo=zone)  # noqa: DTZ006
    said = {"RequestId": request_id, "HTTPStatusCode": 200, "HTTPHeaders": headers, "RetryAttempts": 0}
    received: Any = headers
    return AWSResponse(url, 200, received, _Raw()), {**told, "events": events, "ResponseMetadata": said}


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copied(inner) for key, inner in value.items()}
    return [_copied(inner) for inner in value] if isinstance(value, list) else value
