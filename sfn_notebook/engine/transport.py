"""The way from a boto3 client into the engine: botocore's `before-send`, on one session's own clients.

Nothing is patched and nothing listens: the session that is given here hands its handlers to the clients it makes,
and no other client in the process knows of them.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, Final

import botocore.session
from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from sfn_notebook.engine.api import Answer, Api

EVENT: Final = "before-send.sfn"  # the service's id as botocore hyphenates it


class _Raw(io.BytesIO):
    """A body as botocore reads it from urllib3."""

    def stream(self, *_: Any) -> Iterator[bytes]:
        yield self.read()


def connect(session: botocore.session.Session, api: Api) -> None:
    """Have the Step Functions clients that this session makes from now on answered by `api`."""

    def answer(*, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        return _response(request.url, api.answer(_operation(request), _body(request)))

    handler: Any = answer  # the stubs know no handler that takes only what it needs
    session.register(EVENT, handler)


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
