"""What can stand behind a session: the seam to AWS, to an endpoint, or to the embedded engine."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from functools import cached_property
from typing import Any, Final, NoReturn, Protocol
from urllib.parse import urlsplit

import boto3
import botocore.session
from botocore.config import Config

from sfn_notebook.errors import InvalidArgument, NotAvailable
from sfn_notebook.integrations.http_task import is_loopback
from sfn_notebook.notebook import function_source
from sfn_notebook.notebook.connections import Keeper, RemoteKeeper
from sfn_notebook.notebook.logs import logged
from sfn_notebook.notebook.translate import translated

Handler = Callable[[Any, Any], Any]
DEFAULT_REGION: Final = "us-east-1"
_EMULATOR_ROLE: Final = "arn:aws:iam::000000000000:role/sfn-notebook"
# an endpoint that is not there is to be noticed in seconds, not after minutes of retrying
_PATIENCE: Final = Config(connect_timeout=3, retries={"max_attempts": 2, "mode": "standard"})


class World(Protocol):
    """What a session needs of what stands behind it."""

    name: str
    note: str  # what a person has to know of it, after its name
    instant: bool  # its time stands still until `advance`
    private: bool  # everything in it is this session's
    pushes: bool  # `wait_for_events` returns as soon as there is something new; else polls are paced

    @property
    def connections(self) -> Keeper:
        """The connections of its HTTP Tasks."""

    @property
    def role_arn(self) -> str:
        """The role state machines run with when they name none."""

    def client(self, service: str, **options: Any) -> Any:
        """A boto3 client of this world."""

    def put_function(self, name: str, handler: Handler, *, timeout: int, memory: int) -> object:
        """Make a Python function available as a Lambda function of that name."""

    def wait_for_events(self, execution_arn: str, after: int, timeout: float) -> bool:
        """Wait until an execution has more events than `after`, at most `timeout` seconds."""

    def log_group(self, machine: str) -> str | None:
        """The ARN of the log group where a machine of that name logs when nobody says where, if there is one."""

    def logs(self, machine_arn: str, execution_arn: str | None = None) -> tuple[str, list[dict[str, Any]]]:
        """The logging level of a state machine, and its log lines: all of them, or one execution's."""

    def dismiss(self, activity_arn: str, worker: str) -> None:
        """Have the polls of an activity's worker come back now, where that can be."""

    def advance(self, seconds: float) -> None:
        """Let time pass."""

    def now(self) -> float:
        """This world's time in epoch seconds."""

    def mocking(self, machine: str, execution: str | None, answers: Mapping[str, Any]) -> AbstractContextManager[str]:
        """Give the execution that is started meanwhile these mocks; its name."""

    def serve(self, port: int) -> str:
        """Answer at a URL of this machine; the URL."""

    def close(self) -> None:
        """Leave nothing behind."""


class Remote:
    """Step Functions behind a URL, or AWS itself.

    Args:
        session: The boto3 session whose credentials and region are used.
        endpoint: The URL, or None for AWS.
        role: The role state machines run with.
    """

    note = ""
    instant = False
    private = False
    pushes = False

    def __init__(self, session: boto3.Session, *, endpoint: str | None = None, role: str | None = None) -> None:
        self.name = "aws" if endpoint is None else "endpoint"
        self._session = session
        self._endpoint = endpoint
        self._role = role
        self._clients: list[Any] = []
        self._lock = threading.Lock()  # a boto3 session may be used by one thread at a time

    @cached_property
    def connections(self) -> Keeper:
        """The connections in its EventBridge."""
        return RemoteKeeper(self.client("events"))

    @property
    def role_arn(self) -> str:
        """The role state machines run with when they name none.

        Raises:
            InvalidArgument: on AWS, when none was given.
        """
        if self._role is not None:
            return self._role
        if self._endpoint is not None:
            return _EMULATOR_ROLE
        raise InvalidArgument(
            "on AWS a state machine runs with a role, and none was given.",
            hint="Name it once: sfn.aws(role='arn:aws:iam::…:role/…'), or for one machine: state_machine(role=...).",
        )

    def client(self, service: str, **options: Any) -> Any:
        """A boto3 client, with `boto3.client`'s options."""
        config = _PATIENCE.merge(options.pop("config", None) or Config())
        if self._endpoint is not None:
            # an emulator has no host names for its parts
            config = Config(inject_host_prefix=False).merge(config)
            options.setdefault("endpoint_url", self._endpoint)
        make: Any = self._session.client  # its stubs know the services by name, we take any
        with self._lock, translated():
            client = make(service, config=config, **options)
            if service == "stepfunctions" and self._endpoint is not None:
                client.meta.events.register("provide-client-params.stepfunctions.StartExecution", _named)
            self._clients.append(client)
        return client

    def put_function(self, name: str, handler: Handler, *, timeout: int, memory: int) -> None:
        """Upload the function through the endpoint's Lambda API; on AWS nothing is done here (see `upload`)."""
        if self._endpoint is not None:
            self.upload(name, handler, role=_EMULATOR_ROLE, timeout=timeout, memory=memory)

    def upload(self, name: str, handler: Handler, *, role: str, timeout: int, memory: int) -> None:
        """Create the Lambda function, or replace the code of the one that is there."""
        code = function_source.archive(handler)
        client = self.client("lambda")
        try:
            with translated():
                client.create_function(
                    FunctionName=name,
                    Runtime=function_source.RUNTIME,
                    Role=role,
                    Handler=function_source.HANDLER,
                    Code={"ZipFile": code},
                    Timeout=timeout,
                    MemorySize=memory,
                )
        except Exception as error:
            if not isinstance(error.__cause__, client.exceptions.ResourceConflictException):
                raise
            with translated():
                client.update_function_code(FunctionName=name, ZipFile=code)

    def wait_for_events(self, execution_arn: str, after: int, timeout: float) -> bool:
        """Nobody tells us: only time passes."""
        time.sleep(timeout)
        return False

    def log_group(self, machine: str) -> str | None:
        """An endpoint has one for each machine; on AWS it has to be given."""
        if self._endpoint is None:
            return None
        return (
            f"arn:aws:logs:{self._session.region_name}:000000000000:log-group:/aws/vendedlogs/states/{machine}-Logs:*"
        )

    def logs(self, machine_arn: str, execution_arn: str | None = None) -> tuple[str, list[dict[str, Any]]]:
        """The logging level of a state machine, and what CloudWatch Logs has of it; lines come some seconds late."""
        with translated():
            there = self.client("stepfunctions").describe_state_machine(stateMachineArn=machine_arn)
            logging = there.get("loggingConfiguration", {})
            groups = [one["cloudWatchLogsLogGroup"]["logGroupArn"] for one in logging.get("destinations", ())]
            lines = [line for group in groups for line in logged(self.client("logs"), group, execution_arn)]
        return logging.get("level", "OFF"), lines

    def dismiss(self, activity_arn: str, worker: str) -> None:
        """A poll out there cannot be broken off: it comes back within a minute."""

    def advance(self, seconds: float) -> None:
        """Time out there is everybody's.

        Raises:
            NotAvailable: always.
        """
        raise NotAvailable("time passes by itself here.", hint="Only sfn.local(clock='instant') can let it pass.")

    def now(self) -> float:
        """The time in epoch seconds."""
        return time.time()

    def mocking(self, machine: str, execution: str | None, answers: Mapping[str, Any]) -> NoReturn:
        """What runs out there runs its tasks.

        Raises:
            NotAvailable: always.
        """
        raise NotAvailable(
            f"mocks need the embedded engine; this session ({self.name}) would run the tasks of {machine!r}.",
            hint="Open one: sfn.local(). Or mock one state: sm.test(..., mock=...).",
        )

    def serve(self, port: int) -> str:
        """It is somebody's endpoint already.

        Raises:
            NotAvailable: always.
        """
        raise NotAvailable("only the embedded engine can be served.", hint="Open one: sfn.local().serve().")

    def close(self) -> None:
        """Close the connections."""
        for client in self._clients:
            client.close()
        self._clients.clear()


def _named(params: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Name an execution that has no name: moto calls all of those "None", and takes only one."""
    return {"name": str(uuid.uuid4()), **params}


def aws(profile: str | None, region: str | None, role: str | None) -> Remote:
    """AWS, with the credentials of a profile."""
    with translated():
        return Remote(boto3.Session(profile_name=profile, region_name=region), role=role)


def endpoint(url: str, region: str | None, role: str | None) -> Remote:
    """Whatever answers at a URL; on this machine it needs no credentials.

    Raises:
        InvalidArgument: it is not an http or https URL.
    """
    parts = urlsplit(url) if isinstance(url, str) else urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InvalidArgument(f"not a URL: {url!r}", hint="An endpoint is a URL such as 'http://127.0.0.1:4566'.")
    found = botocore.session.Session()
    options: dict[str, Any] = {"region_name": region or found.get_config_variable("region") or DEFAULT_REGION}
    if is_loopback(parts.hostname) and found.get_credentials() is None:
        options |= {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
    return Remote(boto3.Session(**options), endpoint=url, role=role)
