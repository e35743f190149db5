"""EventBridge's connections over its API: for boto3 clients of this world, and for those of other languages."""

from __future__ import annotations

import io
import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from sfn_notebook.engine.http_task.connections import ConnectionFault, Connections

TARGET: Final = "AWSEvents."
EVENT: Final = "before-send.eventbridge"


class Answer(NamedTuple):
    """What goes back."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def answer(connections: Connections, target: str, body: bytes) -> Answer | None:
    """The answer to a request; None when it is not about connections.

    Args:
        connections: What is there.
        target: Its X-Amz-Target.
        body: Its body.
    """
    operations: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
        "CreateConnection": connections.create,
        "DeauthorizeConnection": connections.deauthorize,
        "DeleteConnection": connections.delete,
        "DescribeConnection": connections.describe,
        "ListConnections": connections.list,
        "UpdateConnection": connections.update,
    }
    operation = operations.get(target.removeprefix(TARGET)) if target.startswith(TARGET) else None
    if operation is None:
        return None
    status = 200
    try:
        said = operation(json.loads(body or b"{}"))
    except ConnectionFault as fault:
        status, said = 400, {"__type": fault.code, "message": fault.message}
    headers = {"Content-Type": "application/x-amz-json-1.1", "x-amzn-RequestId": str(uuid.uuid4())}
    return Answer(status, headers, json.dumps(said).encode())


def attach(client: Any, connections: Connections) -> None:
    """Have an EventBridge client answered here where it asks for connections; all else goes on to its endpoint."""

    def handler(*, request: AWSPreparedRequest, **_: Any) -> AWSResponse | None:
        target: Any = request.headers.get("X-Amz-Target", "")
        body: Any = request.body or b""
        found = answer(
            connections,
            target.decode() if isinstance(target, bytes) else str(target),
            body.encode() if isinstance(body, str) else bytes(body),
        )
        if found is None:
            return None
        headers: Any = found.headers
        return AWSResponse(request.url, found.status, headers, _Raw(found.body))

    client.meta.events.register(EVENT, handler)


class _Raw(io.BytesIO):
    """A body as botocore reads it from urllib3."""

    def stream(self, *_: Any) -> Iterator[bytes]:
        yield self.read()
