"""What tasks call besides functions: the other services of AWS, by default moto in a process of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

import boto3
import botocore.session
from botocore.config import Config
from botocore.loaders import JSONFileLoader, create_loader
from botocore.model import OperationModel, ServiceModel

from sfn_notebook.engine.http_task.answers import Answer, answer, attach
from sfn_notebook.engine.http_task.connections import Connections
from sfn_notebook.engine.moto import Moto
from sfn_notebook.engine.real_calls import assumed, reads_only
from sfn_notebook.errors import InvalidArgument, NotAvailable, SessionClosed

_GIVEN: Final = "sfn_notebook_parameters"  # in the context of a call
# requests to 127.0.0.1 must not go through a proxy, and there are no names for parts of it
_HERE: Final = Config(proxies={}, inject_host_prefix=False)
_KEYS: Final = {"aws_access_key_id": "embedded", "aws_secret_access_key": "embedded"}


class _Models(JSONFileLoader):
    """Reads botocore's data files once in a process, not once in a session: they are most of what one costs."""

    @staticmethod
    @cache
    def _read(file_path: str) -> Any:
        return JSONFileLoader().load_file(file_path)

    def load_file(self, file_path: str) -> Any:
        return self._read(file_path)


def own_session(region: str) -> botocore.session.Session:
    """A botocore session that knows nothing of this machine's AWS configuration, with credentials of no account."""
    nowhere = (None, None, None, None)
    session = botocore.session.Session(
        session_vars={"profile": nowhere, "config_file": nowhere, "credentials_file": nowhere}
    )
    loader = create_loader(session.get_config_variable("data_path"))
    loader.file_loader = _Models()
    session.register_component("data_loader", loader)
    session.set_config_variable("region", region)
    session.set_credentials(_KEYS["aws_access_key_id"], _KEYS["aws_secret_access_key"], account_id=None)
    return session


class _Answered:
    """The HTTP answer of a call that needed none."""

    status_code = 200


def _remember(params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
    context[_GIVEN] = params


class Services:
    """boto3 clients for what stands behind a world's tasks.

    Args:
        where: "moto" (a process of its own, started at the first need), "aws" (this machine's configuration), or
            the URL of an endpoint.
        region: The region of the clients.
        account: The account of moto's resources.
        connections: EventBridge's connections; with moto they are kept here.
        profile: The profile of this machine's configuration, for "aws".
        allow_writes: Whether tasks may change something, for "aws".

    Attributes:
        where: As given.
        simulated: What answers a call before anything behind this is asked: service, operation and parameters in, an
            answer or None out.
    """

    def __init__(
        self,
        where: str,
        *,
        region: str,
        account: str,
        connections: Connections | None = None,
        profile: str | None = None,
        allow_writes: bool = False,
    ) -> None:
        if where not in ("moto", "aws") and not where.startswith(("http://", "https://")):
            raise InvalidArgument(
                f"services={where!r} is nothing that tasks can call", hint='Allowed: "moto", "aws", or a URL.'
            )
        self.where = where
        self.simulated: Callable[[str, str, Mapping[str, Any]], dict[str, Any] | None] = lambda *call: None
        self._profile = profile
        self._allow_writes = allow_writes
        self._account = account
        self._region = region
        self._connections = connections
        self._models: dict[str, ServiceModel] = {}
        self._lock = threading.RLock()
        self._botocore: botocore.session.Session | None = None
        self._session: boto3.session.Session | None = None
        self._moto: Moto | None = None
        self._clients: dict[tuple[str, str | None], Any] = {}
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
            config = _HERE.merge(kwargs.pop("config", None) or Config())
            made = self._boto3().client(service, **{"endpoint_url": self._endpoint(), "config": config, **kwargs})
            if service == "events" and self.where == "moto" and self._connections is not None:
                attach(made, self._connections)
            return made

    def shared(self, service: str, role: str | None = None) -> Any:
        """The client of a service that all tasks use; made at the first need, safe in every thread.

        Args:
            service: boto3's name of it.
            role: The role a task's Credentials name; on AWS it is assumed, elsewhere nobody asks for it.
        """
        key = service, role if self.where == "aws" else None
        client = self._clients.get(key)
        if client is None:
            with self._lock:
                client = self._clients.get(key)
                if client is None:
                    client = self._clients[key] = self._for_tasks(service, key[1])
        return client

    def _for_tasks(self, service: str, role: str | None) -> Any:
        if role is not None:
            session = assumed(self._core(), role, profile=self._profile, region=self._region)
            make: Any = session.client  # its stubs know the services by name, we take any
            return make(service, region_name=self._region)
        # an error is the business of the state's Retry; and to what it does not know, moto says 500 each time
        once = {} if self.where == "aws" else {"config": Config(retries={"total_max_attempts": 1})}
        return self.client(service, **once)

    def permit(self, service: str, operation: str) -> None:
        """Look whether tasks may call this.

        Raises:
            NotAvailable: it is a real call that may change something, and the session was not opened for that.
        """
        if self.where == "aws" and not self._allow_writes and not reads_only(service, operation):
            raise NotAvailable(
                f"{service}:{operation} may change something in a real account, and this session only reads",
                hint='Open it with sfn.local(services="aws", allow_writes=True) when that is what you want.',
            )

    def model(self, service: str) -> ServiceModel:
        """Botocore's model of a service; nothing is connected to."""
        with self._lock:
            found = self._models.get(service)
            if found is None:
                found = self._models[service] = self._core().get_service_model(service)
            return found

    def answer(self, target: str, body: bytes) -> Answer | None:
        """The answer to a request for what is kept here: EventBridge's connections, with moto; None for all else."""
        if self.where != "moto" or self._connections is None:
            return None
        return answer(self._connections, target, body)

    @property
    def moto_runs(self) -> bool:
        """Whether moto was started."""
        return self._moto is not None

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
            self._session = boto3.session.Session(botocore_session=self._core())
        return self._session

    def _core(self) -> Any:
        """The botocore session; whatever its clients call goes through `simulated` first."""
        with self._lock:
            if self._botocore is None:
                made: Any  # its stubs know handlers as they are called, not as they are written
                if self.where == "aws":
                    made = botocore.session.Session(profile=self._profile)
                else:
                    made = own_session(self._region)
                made.register("before-parameter-build", _remember)
                made.register("before-call", self._answered)
                self._botocore = made
            return self._botocore

    def _answered(self, model: OperationModel, context: dict[str, Any], **_: Any) -> Any:
        """Botocore's `before-call`: an answer from here, or None."""
        answer = self.simulated(model.service_model.service_name, model.name, context.get(_GIVEN, {}))
        return None if answer is None else (_Answered, answer)

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
