"""A world in this process: Step Functions, Lambda functions of the notebook, and services for tasks to call."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, Literal

import boto3
from botocore import UNSIGNED
from botocore.config import Config

from sfn_notebook.engine import transport
from sfn_notebook.engine.api import Api, Store
from sfn_notebook.engine.core import Engine
from sfn_notebook.engine.durable import FileKeeper
from sfn_notebook.engine.functions import Functions, Handler
from sfn_notebook.engine.http import Endpoint
from sfn_notebook.engine.http_task.connections import Connections
from sfn_notebook.engine.http_task.desk import Desk
from sfn_notebook.engine.http_task.elsewhere import Elsewhere
from sfn_notebook.engine.http_task.runner import HttpTasks
from sfn_notebook.engine.jobs.simulation import Simulation
from sfn_notebook.engine.log_writer import lines_of, write_log
from sfn_notebook.engine.logs import log_of
from sfn_notebook.engine.mocks import Mocks
from sfn_notebook.engine.records import Execution, Limits
from sfn_notebook.engine.runners import Runners
from sfn_notebook.engine.services import Services, own_session
from sfn_notebook.engine.storage import S3
from sfn_notebook.errors import InvalidArgument, NotFound, SessionClosed

_CONFIG: Final = Config(signature_version=UNSIGNED)  # there is nobody to sign for, and signing takes its time


class Embedded:
    """Everything a local session has behind it.

    Args:
        clock: "real", or "instant": waiting takes no time (see `Engine`).
        seed: Makes ids, tokens and random numbers the same each time.
        region: Of all ARNs.
        account: Of all ARNs.
        services: What tasks call besides functions: "moto" (on this machine, started at the first need), "aws", or
            the URL of an endpoint.
        limits: The quotas of Step Functions; without them, AWS's.
        profile: The profile of this machine's configuration, for "aws".
        allow_writes: Whether tasks may change something, for "aws".
        path: The file that keeps it all; without one everything is in memory. What an earlier session left there
            goes on: waits are due when they were due, tokens can be answered, a task whose call was in flight calls
            again. A task waits for its function until that is put again.

    Attributes:
        limits: The quotas.
        name: What this kind of world is called.
        connections: The connections of its HTTP Tasks.
        simulation: Its simulated jobs.
        note: What a person has to know of it: whether its tasks' calls are real.
        clock: `clock.now()` gives its time in epoch seconds; `clock.instant` tells which it is.

    >>> world = Embedded()
    >>> world.client("stepfunctions").list_state_machines()["stateMachines"]
    []
    >>> world.close()
    """

    name = "embedded"
    private = True  # nobody else's state machines are in it
    pushes = True  # `wait_for_events` returns as soon as there is something new

    def __init__(
        self,
        *,
        clock: Literal["real", "instant"] = "real",
        seed: int | None = None,
        region: str = "us-east-1",
        account: str = "000000000000",
        services: str = "moto",
        limits: Limits | None = None,
        profile: str | None = None,
        allow_writes: bool = False,
        path: str | os.PathLike[str] | None = None,
    ) -> None:
        if clock not in ("real", "instant"):
            raise InvalidArgument(f"not a clock: {clock!r}", hint='Allowed: "real", "instant".')
        self.region = region
        self.account = account
        self._lock = threading.RLock()
        self._closed = False
        self._own_client: Any = None
        self._endpoint: Endpoint | None = None
        options = {"clock": clock, "seed": seed, "region": region, "account": account}
        self._keeper = None if path is None else FileKeeper(path, options)
        awaited = () if self._keeper is None else self._keeper.functions
        self._functions = Functions(region=region, account=account, awaited=awaited)
        connections = Connections(region=region, account=account, now=self.now)
        self.connections = Desk(connections)
        self._services = Services(
            services,
            region=region,
            account=account,
            connections=connections,
            profile=profile,
            allow_writes=allow_writes,
        )
        self.simulation = Simulation(now=self.now, model=self._services.model, region=region, account=account)
        self._services.simulated = self.simulation.answer
        # moto has no connections of its own: they are all here
        elsewhere = None if services == "moto" else Elsewhere(self._services.shared)
        self._http_tasks = HttpTasks(connections, elsewhere=elsewhere, region=region, now=self.now)
        self._runners = Runners(
            functions=self._functions,
            services=self._services,
            simulation=self.simulation,
            http=self._http_tasks.run,
            stepfunctions=self._stepfunctions,
            now=self.now,
            instant=clock == "instant",
            seeded=seed is not None,
        )
        self._store: Store
        self._engine = Engine(
            clock=clock,
            seed=seed,
            region=region,
            account=account,
            runner_for=self._runners.find,
            limits=limits,
            activity_exists=lambda arn: arn in self._store.activities,
            find_execution=self._find,
            storage=S3(self._services),
            keeper=self._keeper,
            starts_at=None if self._keeper is None else self._keeper.now,
        )
        self._store = Store(self._engine, self._keeper)
        self._engine.on_end = self._write_log
        self.clock = self._engine.clock
        self.limits = self._engine.limits
        self.instant = clock == "instant"
        self.note = ""
        if services == "aws":
            self.note = f", real calls to AWS, {'writing too' if allow_writes else 'reading only'}"
        botocore_session = own_session(region)
        self.api = Api(self._store, botocore_session.get_service_model("stepfunctions"))
        transport.connect(botocore_session, self.api)
        self._session = boto3.session.Session(botocore_session=botocore_session)
        if self._keeper is not None:
            self._restore(self._keeper)

    def _restore(self, keeper: FileKeeper) -> None:
        try:
            keeper.restore(self._store)
        except BaseException:
            self.close()
            raise

    @property
    def role_arn(self) -> str:
        """The role state machines run with when they name none; nobody asks what it may do here."""
        return f"arn:aws:iam::{self.account}:role/sfn-notebook"

    def client(self, service: str, **kwargs: Any) -> Any:
        """A boto3 client of this world.

        Args:
            service: boto3's name of the service. "stepfunctions" is answered in process, the others by `services`.
            kwargs: As for `boto3.client`.

        Raises:
            SessionClosed: it was closed.
            InvalidArgument: an `endpoint_url` for Step Functions.
        """
        if service != "stepfunctions":
            return self._services.client(service, **kwargs)
        if kwargs.get("endpoint_url") is not None:
            raise InvalidArgument(
                f"endpoint_url={kwargs['endpoint_url']!r} would not be asked: this session answers the calls itself",
                hint="For an endpoint of yours: sfn.connect(url).",
            )
        config = _CONFIG.merge(kwargs.pop("config", None) or Config())
        with self._lock:  # making clients is not safe in several threads, using them is
            if self._closed:
                raise SessionClosed("this session was closed")
            client: Any = self._session.client("stepfunctions", config=config, **kwargs)
        transport.no_retries(client)
        return client

    def _stepfunctions(self) -> Any:
        with self._lock:
            if self._own_client is None:
                self._own_client = self.client("stepfunctions")
            return self._own_client

    def put_function(self, name: str, handler: Handler, *, timeout: float = 3, memory: int = 128) -> str:
        """Register a Lambda function, or replace the one of that name; its ARN.

        Args:
            name: 1 to 64 letters, digits, hyphens and underscores.
            handler: Called with the event and a context, on a thread of its own.
            timeout: Seconds until Lambda gives it up, up to 900.
            memory: Megabytes; only told to the handler.

        Raises:
            InvalidArgument: an argument is not as above.
        """
        arn = self._functions.put(name, handler, timeout=timeout, memory=memory).arn
        if self._keeper is not None:
            self._keeper.put_function(name)
        return arn

    def remove_function(self, name: str) -> None:
        """Forget a Lambda function.

        Raises:
            UnknownName: there is none of that name.
        """
        self._functions.remove(name)
        if self._keeper is not None:
            self._keeper.remove_function(name)

    @contextmanager
    def mocking(self, machine: str, execution: str | None, answers: Mapping[str, Any]) -> Iterator[str]:
        """Give the execution that is started meanwhile these mocks.

        Args:
            machine: The name of its state machine.
            execution: The name it is started with; without one, one is made up.
            answers: See `Mocks`.

        Yields:
            The execution's name.
        """
        name = execution or self._engine.new_id()
        with self._engine.lock:
            self._store.mocks[machine, name] = Mocks(answers)
        try:
            yield name
        finally:
            with self._engine.lock:
                del self._store.mocks[machine, name]

    def dismiss(self, activity_arn: str, worker: str) -> None:
        """Have the polls of an activity's worker come back now, empty."""
        self._engine.activities.dismiss(activity_arn, worker)

    def wait_for_events(self, execution_arn: str, after: int, timeout: float) -> bool:
        """Wait until an execution has more events than `after`, or has ended; False when neither came.

        Args:
            execution_arn: The execution.
            after: How many events are known already.
            timeout: Real seconds.

        Raises:
            NotFound: there is no such execution.
        """
        execution = self._find(execution_arn)
        if execution is None:
            raise NotFound(f"no execution {execution_arn!r} in this session", code="ExecutionDoesNotExist")
        return self._engine.wait_for_events(execution, after, timeout)

    def _find(self, execution_arn: str) -> Execution | None:
        return self._store.find(execution_arn)

    def now(self) -> float:
        """The time of this world in epoch seconds."""
        return self.clock.now()

    def _write_log(self, execution: Execution) -> None:
        """Write its log to CloudWatch Logs, when that is moto's and somebody may read it there."""
        if self._services.moto_runs or (self._endpoint is not None and self._services.where == "moto"):
            lines = lines_of(execution)
            if lines:
                self._engine.submit(lambda: write_log(self._services.shared("logs"), execution, lines))

    def log_group(self, machine: str) -> str:
        """The ARN of the log group where a machine of that name logs when nobody says where."""
        return f"arn:aws:logs:{self.region}:{self.account}:log-group:/aws/vendedlogs/states/{machine}-Logs:*"

    def logs(self, machine_arn: str, execution_arn: str | None = None) -> tuple[str, list[dict[str, Any]]]:
        """The logging level of a state machine, and its log.

        Args:
            machine_arn: The state machine.
            execution_arn: Of this execution only; without it, of all, the oldest first.

        Raises:
            NotFound: there is no such state machine or execution.
        """
        with self._engine.lock:
            entry = self._store.entry(machine_arn)
            if entry is None:
                raise NotFound(f"no state machine {machine_arn!r} in this session", code="StateMachineDoesNotExist")
            asked = None if execution_arn is None else self._store.find(execution_arn)
            found = entry.executions if execution_arn is None else [] if asked is None else [asked]
            if execution_arn is not None and not found:
                raise NotFound(f"no execution {execution_arn!r} in this session", code="ExecutionDoesNotExist")
            if self._keeper is not None:
                for one in found:
                    self._keeper.fill(one)
            records = [one.machine for one in found] or [entry.record]
            level = records[-1].settings["loggingConfiguration"]["level"]
            return level, [line for one in found for line in log_of(one)]

    def advance(self, seconds: float) -> None:
        """Let time pass on the instant clock.

        Raises:
            NotAvailable: it runs on the real clock.
        """
        self._engine.advance(seconds)

    def serve(self, port: int = 0) -> str:
        """Answer at a URL of this machine too, for clients of any language; the URL.

        Served twice, it stays where it is.

        Args:
            port: Of 127.0.0.1; 0 takes a free one.

        Raises:
            InvalidArgument: the port cannot be used, or another one is being served.
            MissingDependency: the web server is not installed.
        """
        with self._lock:
            if self._closed:
                raise SessionClosed("this session was closed")
            if self._endpoint is None:
                self._endpoint = Endpoint(self.api, self._functions, self._services, port)
            elif port not in (0, self._endpoint.port):
                raise InvalidArgument(
                    f"this session answers at {self._endpoint.url} already, so not at port {port} too",
                    hint="Use that URL, or serve another session.",
                )
            return self._endpoint.url

    def close(self) -> None:
        """Stop everything: executions, functions' callers, moto. May be called twice; calls fail afterwards."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
        if self._endpoint is not None:
            self._endpoint.close()
        self.api.close()
        try:
            self._engine.freeze()  # before calls are broken off
        finally:
            self._http_tasks.close()
            self._runners.close()
            self._functions.close()
            self._engine.close()
            self._services.close()
