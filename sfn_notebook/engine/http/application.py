"""Which request is whose: Step Functions is answered here, Lambda's own functions too, all else by the services."""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any, Final, NamedTuple

import urllib3

from sfn_notebook.engine.api import CALLER_GONE, Api
from sfn_notebook.engine.http.guard import refused
from sfn_notebook.engine.http.lambdas import Lambdas
from sfn_notebook.engine.http_task.answers import Answer
from sfn_notebook.errors import SfnNotebookError

TARGET: Final = "AWSStepFunctions."
# belong to one connection, not to the request (RFC 9110, 7.6.1), or are set anew
_HOP: Final = frozenset(
    ("connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "content-length")
)
log = logging.getLogger(__name__)

Start = Callable[[str, list[tuple[str, str]]], object]


class Request(NamedTuple):
    """A request: the path is as it was sent, with its query."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


Here = Callable[[Request], Answer | None]


class Response(NamedTuple):
    """What goes back."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Application:
    """The WSGI application.

    Args:
        api: Answers for Step Functions.
        lambdas: Knows the Lambda functions that run here.
        here: Answers for what of the other services is kept here; None for all else.
        services: Gives the URL of what answers for all other services; asked at the first need.
    """

    def __init__(self, api: Api, lambdas: Lambdas, here: Here, services: Callable[[], str]) -> None:
        self._api = api
        self._lambdas = lambdas
        self._here = here
        self._services = services
        self._pool = urllib3.PoolManager(maxsize=32, retries=False)

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        """Answer one request."""
        response = self._answer(environ)
        status = HTTPStatus(response.status)
        headers = {**response.headers, "Content-Length": str(len(response.body))}
        start(f"{status.value} {status.phrase}", list(headers.items()))
        return [response.body]

    def close(self) -> None:
        """Close the connections to the services."""
        self._pool.clear()

    def _answer(self, environ: dict[str, Any]) -> Response:
        reason = refused(environ)
        if reason is not None:
            return failure(403, "AccessDeniedException", reason)
        request = _request(environ)
        target = request.headers.get("X-Amz-Target", "")
        try:
            if target.startswith(TARGET):
                CALLER_GONE.set(environ["waitress.client_disconnected"])
                return Response(*self._api.answer(target.removeprefix(TARGET), request.body))
            if (found := self._here(request)) is not None:
                return Response(*found)
            return self._lambdas.answer(request, self._forward) or self._forward(request)
        except SfnNotebookError as error:
            return failure(503, "ServiceUnavailableException", str(error))
        except Exception as error:  # an answer all the same: a client must not wait for one that never comes
            log.exception("the endpoint failed at %s %s", request.method, request.path)
            return failure(500, "InternalFailure", f"{type(error).__name__}: {error}")

    def _forward(self, request: Request) -> Response:
        came = self._pool.request(
            request.method,
            self._services() + request.path,
            body=request.body,
            headers=request.headers,
            redirect=False,
            decode_content=False,
        )
        return Response(came.status, _kept(came.headers), came.data)


def failure(status: int, code: str, message: str) -> Response:
    """An error as AWS's JSON protocol has it."""
    headers = {
        "Content-Type": "application/x-amz-json-1.0",
        "x-amzn-RequestId": str(uuid.uuid4()),
        "x-amzn-ErrorType": code,
    }
    return Response(status, headers, json.dumps({"__type": code, "message": message}).encode())


def _request(environ: dict[str, Any]) -> Request:
    headers = {
        "-".join(part.capitalize() for part in name[5:].split("_")): value
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    if environ.get("CONTENT_TYPE"):
        headers["Content-Type"] = environ["CONTENT_TYPE"]
    return Request(environ["REQUEST_METHOD"], environ["REQUEST_URI"], _kept(headers), environ["wsgi.input"].read())


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() not in _HOP}
