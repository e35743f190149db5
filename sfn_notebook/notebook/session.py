"""`Session`: where state machines live and run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast, overload

from sfn_notebook import formats
from sfn_notebook.errors import InvalidArgument, NotAvailable, SessionClosed
from sfn_notebook.notebook import function_source, sources
from sfn_notebook.notebook.connections import Connection, Pair, Texts, connect
from sfn_notebook.notebook.loading import is_machine_arn, name_from
from sfn_notebook.notebook.lookup import Lookup
from sfn_notebook.notebook.machine import Definition, StateMachine
from sfn_notebook.notebook.signatures import checked
from sfn_notebook.notebook.stand_ins import StandIns
from sfn_notebook.notebook.translate import translated
from sfn_notebook.notebook.worlds import Remote, World

if TYPE_CHECKING:
    from sfn_notebook.engine import Limits

Function = TypeVar("Function", bound=Callable[..., Any])


class Session(StandIns, Lookup):
    """Where state machines live and run: the embedded engine, an endpoint, or AWS.

    Opened by `local`, `connect` or `aws`; closed by `close()` or at the end of a `with` block. Re-running a cell
    gives the same state machine for the same name, and replaces a function.

    Args:
        world: What stands behind it.

    >>> import sfn_notebook as sfn
    >>> with sfn.local(clock="instant") as session:
    ...     sm = session.state_machine("orders")
    ...     sm.pass_("Prepare", output={"ready": True})
    ...     sm.run().result()
    Pass 'Prepare'
    {'ready': True}
    """

    def __init__(self, world: World) -> None:
        self.function_sources: dict[str, str] = {}
        super().__init__()
        self.world = world
        self._clients: dict[str, Any] = {}
        self._closed = False

    @property
    def clock(self) -> str:
        """Whose time it is: "real" or "instant"."""
        return "instant" if self.world.instant else "real"

    @property
    def limits(self) -> Limits:
        """The quotas that executions are held to, set by `sfn.local(limits=...)`.

        Raises:
            NotAvailable: this is not the embedded engine.

        >>> import sfn_notebook as sfn
        >>> with sfn.local(limits={"payload_bytes": 1000}) as session:
        ...     session.limits.payload_bytes, session.limits.history_events
        (1000, 25000)
        """
        found = getattr(self.world, "limits", None)
        if found is None:
            raise NotAvailable(
                "the quotas out there are not ours.", hint="Service Quotas in the AWS console shows them."
            )
        return cast("Limits", found)

    @property
    def role_arn(self) -> str:
        """The role state machines run with when they name none."""
        return self.world.role_arn

    def check_open(self) -> None:
        """Nothing, or SessionClosed when the session was closed."""
        if self._closed:
            raise SessionClosed(
                "this session was closed.", hint="Open another one: sfn.local(), sfn.connect(url) or sfn.aws()."
            )

    def client(self, service: str, **options: Any) -> Any:
        """A boto3 client of this session's world; `client("stepfunctions")` is what everything here talks through.

        Args:
            service: boto3's name of the service.
            options: As for `boto3.client`.

        Raises:
            SessionClosed: the session was closed.
        """
        self.check_open()
        if options:
            return self.world.client(service, **options)
        if service not in self._clients:  # making one takes its time
            self._clients[service] = self.world.client(service)
        return self._clients[service]

    @checked
    def state_machine(
        self,
        name: str,
        *,
        query_language: str | None = None,
        type: str | None = None,
        definition: Definition | None = None,
        comment: str | None = None,
        timeout_seconds: int | None = None,
        role: str | None = None,
        logging: str | Mapping[str, Any] | None = None,
    ) -> StateMachine:
        """The state machine of that name: a new one, or the one that is there, with its options set anew.

        Args:
            name: Its name.
            query_language: "JSONata" (the default) or "JSONPath".
            type: "STANDARD" (the default) or "EXPRESS".
            definition: ASL to begin with: a dict, JSON or YAML text, the path of a file, or a machine: see `load`.
            comment: A comment.
            timeout_seconds: How many seconds an execution may take.
            role: The ARN of the role it runs with; without it, the session's.
            logging: What its executions log: "ALL", "ERROR", "FATAL" or "OFF", or the API's loggingConfiguration,
                which AWS needs for its log group. Without it, what is there stays as it is.
        """
        options: dict[str, Any] = {
            "query_language": query_language,
            "type": type,
            "definition": definition,
            "comment": comment,
            "timeout_seconds": timeout_seconds,
            "role": role,
            "logging": logging,
        }
        if name in self._machines:
            self._machines[name].reconfigure(**options)
        else:
            self._machines[name] = StateMachine(name, session=self, **options)
        return self._machines[name]

    @checked
    def load(
        self,
        source: Mapping[str, Any] | str | Path,
        *,
        name: str | None = None,
        format: str | None = None,
        substitutions: Mapping[str, Any] | None = None,
    ) -> StateMachine:
        """A state machine of this session from a definition that is there already: as `sfn.load`, and by ARN.

        Args:
            source: As for `sfn.load`; or the ARN of a state machine (a version, an alias), which is fetched from
                what stands behind the session.
            name: Which one, where there are several.
            format: As for `sfn.load`.
            substitutions: As for `sfn.load`.

        Raises:
            InvalidArgument, InvalidDefinition, InvalidJson, UnknownName: as `sfn.load`.
            NotFound: there is no state machine of that ARN.

        >>> import sfn_notebook as sfn
        >>> with sfn.local(clock="instant") as session:
        ...     sm = session.load({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}})
        ...     sm.run({"n": 1}).result()
        {'n': 1}
        """
        if not is_machine_arn(source):
            found = sources.read(source, name=name, format=format, substitutions=substitutions)
        else:
            with translated():
                there = self.client("stepfunctions").describe_state_machine(stateMachineArn=source)
            found = formats.described(str(there["name"]), there)
        return self.state_machine(name_from(found.name), definition=found)

    @overload
    def function(self, name: Function) -> Function: ...
    @overload
    def function(
        self, name: str | None = None, *, timeout: int = 3, memory: int = 128
    ) -> Callable[[Function], Function]: ...
    def function(self, name: Any = None, *, timeout: int = 3, memory: int = 128) -> Any:
        """Decorator: this Python function is the Lambda function of that name; running the cell again replaces it.

        With the embedded engine it runs here, in this notebook. At an endpoint (`connect`) its source is uploaded.
        On AWS nothing is created: the name refers to the function that is there; `deploy_function` uploads.

        Args:
            name: The Lambda function's name; without it, the Python function's.
            timeout: Its time-out in seconds.
            memory: Its memory in MB.
        """

        def register(function: Function, named: str | None = None) -> Function:
            name = named or function.__name__
            self.world.put_function(name, function, timeout=timeout, memory=memory)
            self.function_sources.pop(name, None)
            with suppress(InvalidArgument, AttributeError, SyntaxError):  # it runs here without its source as well
                self.function_sources[name] = function_source.module_source(function)
            return function

        if callable(name):
            return register(name)
        if name is not None and not isinstance(name, str):
            raise InvalidArgument(f"a function's name is a text; given was {name!r}.")
        return lambda function: register(function, name)

    def deploy_function(
        self, function: Callable[..., Any], *, role: str, name: str | None = None, timeout: int = 3, memory: int = 128
    ) -> str:
        """Upload a Python function as a Lambda function: create it, or replace its code.

        Args:
            function: The function.
            role: The ARN of the role it runs with.
            name: The Lambda function's name; without it, the Python function's.
            timeout: Its time-out in seconds.
            memory: Its memory in MB.

        Returns:
            What was done, in a sentence.

        Raises:
            NotAvailable: the embedded engine needs no upload.
        """
        if not isinstance(self.world, Remote):
            raise NotAvailable("functions run in this notebook here.", hint="Use the decorator @session.function.")
        self.world.upload(name or function.__name__, function, role=role, timeout=timeout, memory=memory)
        return f"uploaded the Lambda function {name or function.__name__!r}"

    @checked
    def connection(
        self,
        name: str,
        *,
        api_key: str | Pair | None = None,
        basic: str | Pair | None = None,
        oauth: Mapping[str, Any] | None = None,
        headers: Texts | None = None,
        query: Texts | None = None,
        body: Texts | None = None,
    ) -> Connection:
        """A connection for HTTP Tasks: made, or put in place of the one of that name; with a name alone, found.

        With the embedded engine it is kept in memory; on AWS and at an endpoint it is created or updated in
        EventBridge. Its secrets come in and are used, and cannot be read back. Each may be a text or what
        `sfn.secret(...)` gives; without one, a password field asks for it.

        Args:
            name: Its name: letters, digits and .-_
            api_key: A header's name and the key: `("X-Api-Key", key)`, or the header alone.
            basic: A user's name and the password: `("ada", password)`, or the name alone.
            oauth: Client credentials: a dict with endpoint, client_id, client_secret, and if need be method ("POST"),
                headers, query, body of the request for a token.
            headers: Headers to be sent with every request.
            query: Query parameters to be sent with every request.
            body: Members to be sent in the body of every request.

        Raises:
            InvalidArgument: that makes no connection.
            UnknownName: only a name is given, and there is no such connection.

        >>> import sfn_notebook as sfn
        >>> with sfn.local() as session:
        ...     session.connection("stripe", basic=("ada", "123"), headers={"X-Shop": "7"})
        <Connection 'stripe' (basic)>
        """
        self.check_open()
        return connect(
            self.world.connections,
            name,
            api_key=api_key,
            basic=basic,
            oauth=oauth,
            headers=headers,
            query=query,
            body=body,
        )

    @checked
    def advance(self, *, seconds: float = 0, minutes: float = 0, hours: float = 0, days: float = 0) -> None:
        """Let time pass (instant clock only): what is due in it happens, in order.

        Raises:
            NotAvailable: the clock is real.
            InvalidArgument: the time is negative.
        """
        total = seconds + 60 * (minutes + 60 * (hours + 24 * days))
        if total < 0:
            raise InvalidArgument("time cannot go back.", hint="Give seconds, minutes, hours or days from 0 on.")
        self.world.advance(total)

    @checked
    def serve(self, port: int = 0) -> str:
        """Answer at a URL of this machine too, for the AWS CLI, Terraform, SDKs of any language; the URL.

        Step Functions, the session's functions and its services are all there. No signature is looked at, and web
        pages are refused. It ends with the session.

        Args:
            port: Of 127.0.0.1; 0 takes a free one.

        Raises:
            NotAvailable: this is not the embedded engine.
            InvalidArgument: the port cannot be used.
            MissingDependency: the web server is not installed.

        >>> import sfn_notebook as sfn
        >>> session = sfn.local()
        >>> session.serve().startswith("http://127.0.0.1:")
        True
        >>> session.close()
        """
        return self.world.serve(port)

    def now(self) -> float:
        """The time of this session's world, epoch seconds."""
        return self.world.now()

    def close(self) -> None:
        """Close the session: no thread, process or socket of it is left. Closing twice does nothing."""
        if self._closed:
            return
        for execution in list(self._executions.values()):
            execution.close()
        self._stop_workers()
        self._closed = True
        self.world.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Session {self.world.name}{self.world.note}{' (closed)' if self._closed else ''}>"
