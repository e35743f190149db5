"""Sending one request: no proxy, no environment, no redirect, and an end after a minute, whatever the server does.

urllib3's connections are used without its pool: the pool writes the URL, with whatever key stands in it, to its log.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final
from urllib.parse import SplitResult, quote, urlsplit

import urllib3
from botocore.httpsession import get_cert_path
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NameResolutionError, NewConnectionError, ReadTimeoutError

from sfn_notebook.engine.failures import DATA_LIMIT, too_large
from sfn_notebook.engine.http_task.request import Request
from sfn_notebook.engine.records import TaskFailure
from sfn_notebook.errors import SessionClosed

SOCKET: Final = "States.Http.Socket"
LONGEST: Final = 60.0  # seconds; https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html
LARGEST: Final = 262_144  # bytes of an answer's body
_KEPT: Final = "/%:@!$&'()*+,;=~?[]"  # written as they stand in a path or a query


@dataclass(frozen=True, slots=True)
class Response:
    """An answer.

    Attributes:
        headers: Name, in lower case -> values.
    """

    status: int
    reason: str
    headers: Mapping[str, list[str]] = field(repr=False)
    body: bytes = field(repr=False)


class TimedOut(Exception):
    """There was no whole answer in time."""


class Client:
    """Sends requests, each over a connection of its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._flights: set[_Flight] = set()
        self._closed = False

    def send(self, request: Request, *, seconds: float) -> Response:
        """Send a request; the answer, whatever its status.

        Args:
            request: The request.
            seconds: How long it may take, from the first byte to the last.

        Raises:
            TimedOut: it took longer.
            TaskFailure: there was no answer, or none that can be used.
            SessionClosed: the client was closed.
        """
        parts = urlsplit(request.url)
        flight = _Flight(_connection(parts, seconds))
        with self._lock:
            if self._closed:
                raise SessionClosed("this session was closed")
            self._flights.add(flight)
        alarm = threading.Timer(seconds, flight.abort)
        alarm.daemon = True
        alarm.start()
        try:
            return flight.fly(request, parts)
        except (OSError, ValueError, http.client.HTTPException, HTTPError) as error:
            if self._closed:
                raise SessionClosed("this session was closed") from error
            if flight.aborted or _is_time_out(error):
                raise TimedOut from None  # the chain would tell the URL
            raise TaskFailure(SOCKET, _cause(error, parts)) from None
        finally:
            alarm.cancel()
            with self._lock:
                self._flights.discard(flight)
            flight.close()

    def close(self) -> None:
        """Give up what is under way. May be called twice."""
        with self._lock:
            self._closed = True
            flights = tuple(self._flights)
        for flight in flights:
            flight.abort()


class _Flight:
    """One request under way."""

    def __init__(self, connection: HTTPConnection) -> None:
        self._connection = connection
        self._socket: Any = None  # the connection forgets it before the last byte has come
        self.aborted = False

    def fly(self, request: Request, parts: SplitResult) -> Response:
        body = None if request.body is None else request.body.encode("utf-8", "surrogatepass")
        target = quote(parts.path or "/", safe=_KEPT) + (f"?{quote(parts.query, safe=_KEPT)}" if parts.query else "")
        self._connection.connect()
        self._socket = self._connection.sock
        if self.aborted:
            raise TimeoutError
        self._connection.request(
            request.method,
            target,
            body=body,
            headers={"Accept-Encoding": urllib3.util.SKIP_HEADER, **request.headers},
            preload_content=False,
            decode_content=False,
        )
        with closing(self._connection.getresponse()) as answer:
            content = answer.read(LARGEST + 1)
        if self.aborted:  # cut off, an answer without a length looks whole
            raise TimeoutError
        if len(content) > LARGEST:
            raise TaskFailure(DATA_LIMIT, too_large("http", terminal=False).cause)
        headers = {name.lower(): answer.headers.getlist(name) for name in answer.headers}
        reason = answer.reason or http.client.responses.get(answer.status, "")
        return Response(answer.status, reason, headers, content)

    def abort(self) -> None:
        self.aborted = True
        if self._socket is not None:
            with suppress(OSError):  # it may have ended by itself
                self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._connection.close()


def _is_time_out(error: Exception) -> bool:
    if isinstance(error, NewConnectionError):  # a time-out too by its base classes, and it is none
        return False
    return isinstance(error, (TimeoutError, ConnectTimeoutError, ReadTimeoutError))


def _connection(parts: SplitResult, seconds: float) -> HTTPConnection:
    host = parts.hostname or ""
    if parts.scheme == "http":
        return HTTPConnection(host, parts.port or 80, timeout=seconds)
    return HTTPSConnection(host, parts.port or 443, timeout=seconds, ssl_context=_trust())


@cache
def _trust() -> ssl.SSLContext:
    """Whom to trust: this machine's authorities and botocore's, made once: reading them takes its time."""
    context = ssl.create_default_context()
    context.load_verify_locations(get_cert_path(verify=True))
    return context


def _cause(error: Exception, parts: SplitResult) -> str:
    """What went wrong, without path and query: a key may stand there."""
    where = f"{parts.scheme}://{parts.netloc}"
    if isinstance(error, NameResolutionError):
        return f"{where} cannot be called: the host {parts.hostname!r} is not known"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"{where} cannot be trusted: {error.verify_message}"
    if isinstance(error, ssl.SSLError):
        return f"{where} cannot be called by TLS: {error.reason}"
    system = error if isinstance(error, OSError) else error.__cause__
    if isinstance(system, OSError) and system.strerror:
        return f"{where} cannot be called: {system.strerror}"
    return f"{where} did not give a whole answer in HTTP ({type(error).__name__})"
