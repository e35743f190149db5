"""The HTTP Task: from its arguments to its result, and to what TestState shows of it.

https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from sfn_notebook import _json
from sfn_notebook.engine.failures import TIMEOUT
from sfn_notebook.engine.http_task.authorization import Authorizer
from sfn_notebook.engine.http_task.client import LONGEST, SOCKET, Client, Response, TimedOut
from sfn_notebook.engine.http_task.connections import Connection, Connections
from sfn_notebook.engine.http_task.elsewhere import Elsewhere, missing
from sfn_notebook.engine.http_task.request import Request, build, read, refusal
from sfn_notebook.engine.records import TaskCall, TaskFailure
from sfn_notebook.errors import InvalidJson

_BINARY = ("application/octet-stream", "image/", "video/", "audio/")


class HttpTasks:
    """Runs HTTP Tasks.

    Args:
        connections: The connections that are kept here.
        elsewhere: Where all others are, or None.
        region: What the User-Agent says.
        now: The time in epoch seconds.
        longest: The most seconds a request may take.
    """

    def __init__(
        self,
        connections: Connections,
        *,
        elsewhere: Elsewhere | None,
        region: str,
        now: Callable[[], float],
        longest: float = LONGEST,
    ) -> None:
        self._connections = connections
        self._elsewhere = elsewhere
        self._region = region
        self._client = Client()
        self._authorizer = Authorizer(self._client, now)
        self._longest = longest

    def run(self, task: TaskCall) -> Any:
        """Do a task.

        Raises:
            TaskFailure: States.Runtime, States.Http.…, Events.ConnectionResource.…, States.Timeout.
        """
        asked = read(task.arguments)
        connection = self._connection(asked.connection)
        additions = self._authorizer.additions(connection)
        request = build(asked, additions, region=self._region)
        if task.inspection is not None:
            shown = additions if task.inspection.reveal_secrets else additions.hidden()
            task.inspection.request = _request_shown(build(asked, shown, region=self._region))
        response = self._sent(request, task.timeout_seconds)
        if task.inspection is not None:
            task.inspection.response = _response_shown(response, request.url)
        if response.status in (401, 407):
            self._authorizer.refused(connection)
        return _result(response)

    def _connection(self, arn: str) -> Connection:
        found = self._connections.find(arn)
        if found is None and self._elsewhere is not None:
            found = self._elsewhere(arn)
        if found is None:
            raise missing(arn)
        return found

    def _sent(self, request: Request, timeout: float | None) -> Response:
        seconds = self._longest if timeout is None else min(self._longest, timeout)
        try:
            return self._client.send(request, seconds=seconds)
        except TimedOut:
            if timeout is not None and timeout < self._longest:
                raise TaskFailure(TIMEOUT, kind="timed_out") from None
            raise TaskFailure(SOCKET, f"The request timed out after {seconds:g} seconds") from None

    def close(self) -> None:
        """Give up what is under way."""
        self._client.close()


# -- the result


def _result(response: Response) -> dict[str, Any]:
    if not 200 <= response.status < 300:
        text = response.body.decode("utf-8", "replace") or response.reason
        raise TaskFailure(f"States.Http.StatusCode.{response.status}", text)
    return {
        "Headers": dict(response.headers),
        "ResponseBody": _content(response),
        "StatusCode": response.status,
        "StatusText": response.reason,
    }


def _content(response: Response) -> Any:
    kind, _, options = ", ".join(response.headers.get("content-type", [])).partition(";")
    kind = kind.strip().lower()
    if kind.startswith(_BINARY):
        raise refusal(f"The response has the content type {kind!r}, which an HTTP Task cannot read")
    try:
        text = response.body.decode(_charset(options))
    except (UnicodeDecodeError, LookupError):
        raise refusal("The response cannot be read as text") from None
    if kind == "application/json" or kind.endswith("+json"):
        try:
            return _json.loads(text)
        except InvalidJson:
            return text
    return text


def _charset(options: str) -> str:
    for option in options.split(";"):
        name, _, value = option.partition("=")
        if name.strip().lower() == "charset" and value:
            return value.strip().strip("\"'")
    return "utf-8"


# -- what TestState shows


def _request_shown(request: Request) -> dict[str, str]:
    parts = urlsplit(request.url)
    shown = {
        "protocol": parts.scheme,
        "method": request.method,
        "url": request.url,
        "headers": _headers_shown({**request.headers, "Host": parts.netloc}),
    }
    return shown if request.body is None else {**shown, "body": request.body}


def _response_shown(response: Response, url: str) -> dict[str, str]:
    return {
        "protocol": urlsplit(url).scheme,
        "statusCode": str(response.status),
        "statusMessage": response.reason,
        "headers": _headers_shown({name: ", ".join(values) for name, values in response.headers.items()}),
        "body": response.body.decode("utf-8", "replace"),
    }


def _headers_shown(headers: Mapping[str, str]) -> str:
    return f"[{', '.join(f'{name}: {value}' for name, value in headers.items())}]"
