"""The server: one listening socket on 127.0.0.1, and what it takes to end it."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable
from typing import Any, Final

from sfn_notebook.errors import InvalidArgument, MissingDependency

HOST: Final = "127.0.0.1"
THREADS: Final = 256  # an activity worker's long poll keeps one for a minute
CONNECTIONS: Final = 4096  # kept alive, most of them idle
_LARGEST: Final = 1 << 30  # bytes of a request: S3 objects pass through here


class Server:
    """Serves a WSGI application on 127.0.0.1 until it is closed.

    Args:
        application: What answers.
        port: The port; 0 takes a free one.

    Attributes:
        url: Where it listens.

    Raises:
        InvalidArgument: the port is taken, or is none.
        MissingDependency: the web server is not installed.
    """

    def __init__(self, application: Callable[..., Any], port: int = 0) -> None:
        if isinstance(port, bool) or not isinstance(port, int) or not 0 <= port <= 65535:
            raise InvalidArgument(
                f"not a port: {port!r}", hint="A port is a number from 1 to 65535; 0 takes a free one."
            )
        try:
            # heavy or optional: who never serves does without it
            from waitress.server import create_server  # noqa: PLC0415
        except ImportError as error:
            raise MissingDependency(
                "serving needs the package 'waitress'", hint="pip install 'sfn-notebook[local]'"
            ) from error
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a full queue is no news on one's own machine
        listening = _listening(port)
        self._connections: dict[int, Any] = {}
        self._server = create_server(
            application,
            map=self._connections,
            sockets=[listening],
            threads=THREADS,
            connection_limit=CONNECTIONS,
            asyncore_use_poll=True,  # select() ends at 1,024 files
            channel_request_lookahead=1,  # so that it is noticed when a client hangs up
            max_request_body_size=_LARGEST,
            ident="sfn-notebook",
            clear_untrusted_proxy_headers=False,
        )
        self.url = f"http://{HOST}:{listening.getsockname()[1]}"
        self._thread = threading.Thread(target=self._server.run, name="sfn-serve", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening, end the connections, and wait for the threads. May be called twice."""
        if not self._thread.is_alive():
            return
        self._server.trigger.pull_trigger(self._end)
        self._thread.join()
        self._server.task_dispatcher.shutdown(cancel_pending=True, timeout=5)

    def _end(self) -> None:
        """On the server's thread: without anything to look at, its loop ends."""
        for one in list(self._connections.values()):
            one.close()
        self._connections.clear()


def _listening(port: int) -> socket.socket:
    try:
        return socket.create_server((HOST, port), backlog=1024)
    except OSError as error:
        raise InvalidArgument(
            f"port {port} of this machine cannot be used: {error.strerror or error}",
            hint="Give another one, or 0 for one that is free.",
        ) from error
