"""What tasks call besides functions: the other services of AWS, by default moto in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import weakref
from pathlib import Path
from typing import IO, Any, Final

import boto3
import botocore.session
from botocore.config import Config

from sfn_notebook.engine.http_task.answers import Answer, answer, attach
from sfn_notebook.engine.http_task.connections import Connections
from sfn_notebook.errors import InvalidArgument, MissingDependency, NotAvailable, ServiceError, SessionClosed

INSTALL: Final = "pip install 'sfn-notebook[local]'"
PATIENCE: Final = 60.0  # seconds until moto has to listen
_PROGRAM: Final = Path(__file__).with_name("moto_process.py")
_KEYS: Final = {"aws_access_key_id": "embedded", "aws_secret_access_key": "embedded"}


def own_session(region: str) -> botocore.session.Session:
    """A botocore session that knows nothing of this machine's AWS configuration, with credentials of no account."""
    nowhere = (None, None, None, None)
    session = botocore.session.Session(
        session_vars={"profile": nowhere, "config_file": nowhere, "credentials_file": nowhere}
    )
    session.set_config_variable("region", region)
    session.set_credentials(_KEYS["aws_access_key_id"], _KEYS["aws_secret_access_key"], account_id=None)
    return session


class Moto:
    """A moto server in a process of its own, on a free port of 127.0.0.1.

    It ends with `close`, when this object is forgotten, and when this process ends in whatever way.

    Args:
        account: The account id its resources belong to.

    Raises:
        MissingDependency: moto is not installed.
        ServiceError: it did not start; the message holds its last words.
    """

    def __init__(self, account: str) -> None:
        # whatever it says is needed only when it does not start
        with tempfile.TemporaryFile() as words:
            process = subprocess.Popen(  # noqa: S603  # this interpreter, and a file of this package
                [sys.executable, "-P", str(_PROGRAM)],  # -P: a file moto.py beside the notebook is not moto
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=words,
                env={**os.environ, "MOTO_ACCOUNT_ID": account},
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
            self.close = weakref.finalize(self, _end, process)
            try:
                self.url = f"http://127.0.0.1:{_port(process, words)}"
            except BaseException:
                self.close()
                raise


def _port(process: subprocess.Popen[bytes], words: IO[bytes]) -> int:
    giving_up = threading.Timer(PATIENCE, process.kill)
    giving_up.daemon = True
    giving_up.start()
    try:
        line = process.stdout.readline() if process.stdout else b""
    finally:
        giving_up.cancel()
    said: dict[str, Any] = json.loads(line) if line else {}
    if "missing" in said:
        raise MissingDependency(
            f"this task calls a service of AWS, and the local stand-in for those needs {said['missing']!r}",
            hint=f"Install it with: {INSTALL}. Or let tasks call an endpoint of yours: sfn.local(services=URL).",
        )
    if "port" not in said:
        process.wait(PATIENCE)
        words.seek(0)
        last = words.read().decode(errors="replace").strip().splitlines()[-1:] or ["nothing"]
        raise ServiceError(f"moto did not start (exit code {process.returncode}); it said: {last[0]}")
    return int(said["port"])


def _end(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class Services:
    """boto3 clients for what stands behind a world's tasks.

    Args:
        where: "moto" (a process of its own, started at the first need), "aws" (this machine's configuration), or
            the URL of an endpoint.
        region: The region of the clients.
        account: The account of moto's resources.
        connections: EventBridge's connections; with moto they are kept here.
    """

    def __init__(self, where: str, *, region: str, account: str, connections: Connections | None = None) -> None:
        if where not in ("moto", "aws") and not where.startswith(("http://", "https://")):
            raise InvalidArgument(
                f"services={where!r} is nothing that tasks can call", hint='Allowed: "moto", "aws", or a URL.'
            )
        self.where = where
        self._account = account
        self._region = region
        self._connections = connections
        self._lock = threading.RLock()
        self._session: boto3.session.Session | None = None
        self._moto: Moto | None = None
        self._clients: dict[str, Any] = {}
        self._closed = False

    def client(self, service: str, **kwargs: Any) -> Any:
        """A new client of a service.

        Args:
            service: boto3's name of it.
            kwargs: As for `boto3.client`.

        Raises:
            SessionClosed, MissingDependency, ServiceError: there is nothing to connect to.
        """
        with self._lock:
            if self._closed:
                raise SessionClosed("this session was closed")
            if self.where == "aws":
                return self._boto3().client(service, **{"region_name": self._region, **kwargs})
            # requests to 127.0.0.1 must not go through a proxy
            config = Config(proxies={}).merge(kwargs.pop("config", None) or Config())
            made = self._boto3().client(service, **{"endpoint_url": self._endpoint(), "config": config, **kwargs})
            if service == "events" and self.where == "moto" and self._connections is not None:
                attach(made, self._connections)
            return made

    def shared(self, service: str) -> Any:
        """The client of a service that all tasks use; made at the first need, safe in every thread."""
        client = self._clients.get(service)
        if client is None:
            with self._lock:
                client = self._clients.get(service)
                if client is None:
                    client = self._clients[service] = self.client(service)
        return client

    def answer(self, target: str, body: bytes) -> Answer | None:
        """The answer to a request for what is kept here: EventBridge's connections, with moto; None for all else."""
        if self.where != "moto" or self._connections is None:
            return None
        return answer(self._connections, target, body)

    def url(self) -> str:
        """Where the services listen.

        Raises:
            NotAvailable: they are AWS's.
            SessionClosed, MissingDependency, ServiceError: there is nothing to connect to.
        """
        if self.where == "aws":
            raise NotAvailable(
                "services='aws' has no one URL", hint="Serve a session whose services are moto or a URL."
            )
        with self._lock:
            if self._closed:
                raise SessionClosed("this session was closed")
            return self._endpoint()

    def surroundings(self) -> dict[str, str]:
        """The environment variables by which a process of its own finds region and credentials."""
        keys = {name.upper(): value for name, value in _KEYS.items()}
        return {**keys, "AWS_REGION": self._region, "AWS_DEFAULT_REGION": self._region}

    def available(self) -> list[str]:
        """boto3's names of all services."""
        with self._lock:
            names: list[str] = self._boto3().get_available_services()
            return names

    def _boto3(self) -> Any:
        if self._session is None:
            if self.where == "aws":
                self._session = boto3.session.Session()
            else:
                self._session = boto3.session.Session(botocore_session=own_session(self._region))
        return self._session

    def _endpoint(self) -> str:
        if self.where != "moto":
            return self.where
        if self._moto is None:
            self._moto = Moto(self._account)
        return self._moto.url

    def close(self) -> None:
        """Close the clients made for tasks and end moto. May be called twice."""
        with self._lock:
            self._closed = True
            for client in self._clients.values():
                client.close()
            self._clients.clear()
            if self._moto is not None:
                self._moto.close()
                self._moto = None
