"""The connections of EventBridge that are kept here: who a request says it comes from.

Secrets come in and are used; no operation, message or repr gives them back.
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-target-connection.html
"""

from __future__ import annotations

import re
import threading
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sfn_notebook.integrations.http_task import endpoint_trouble, malformed_header

Request = Mapping[str, Any]
NEEDED: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "API_KEY": ("ApiKeyAuthParameters", ("ApiKeyName", "ApiKeyValue")),
    "BASIC": ("BasicAuthParameters", ("Username", "Password")),
    "OAUTH_CLIENT_CREDENTIALS": ("OAuthParameters", ("AuthorizationEndpoint", "HttpMethod", "ClientParameters")),
}
"""Authorization type -> where its parameters stand, and which it needs."""
_COMMON: Final = ("InvocationHttpParameters", "ConnectivityParameters")
_SECRET: Final = frozenset({"ApiKeyValue", "Password", "ClientSecret"})
_NAME: Final = re.compile(r"[.\-_A-Za-z0-9]{1,64}")
_PAGE: Final = 100


class ConnectionFault(Exception):
    """An operation says no.

    Args:
        code: EventBridge's error code.
        message: What it says.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Token:
    """An OAuth access token.

    Attributes:
        expires: Epoch seconds.
    """

    kind: str
    value: str = field(repr=False)
    expires: float = float("inf")


@dataclass(slots=True, eq=False)
class Connection:
    """One connection.

    Attributes:
        type: API_KEY, BASIC or OAUTH_CLIENT_CREDENTIALS.
        parameters: Its AuthParameters as given, secrets included.
        state: AUTHORIZED or DEAUTHORIZED.
        revoked: Whether its secrets were taken away.
        reason: Why it is not authorized, or None.
        created: Epoch seconds; `modified` likewise.
        settings: What is kept and not used: description, encryption, connectivity.
        token: The access token, while there is one.
        lock: Held while a token is fetched.
    """

    arn: str = field(repr=False)
    name: str
    type: str
    parameters: Mapping[str, Any] = field(repr=False)
    created: float
    modified: float
    state: str = "AUTHORIZED"
    revoked: bool = False
    reason: str | None = None
    settings: dict[str, Any] = field(default_factory=dict, repr=False)
    token: Token | None = field(default=None, repr=False)
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def credentials(self) -> Mapping[str, Any]:
        """The parameters of its kind of authorization."""
        found: Mapping[str, Any] = self.parameters[NEEDED[self.type][0]]
        return found


class Connections:
    """The connections of one world, and EventBridge's operations on them.

    Args:
        region: Of their ARNs.
        account: Of their ARNs.
        now: The time in epoch seconds.

    >>> connections = Connections(region="us-east-1", account="000000000000", now=lambda: 0.0)
    >>> key = {"ApiKeyAuthParameters": {"ApiKeyName": "X-Key", "ApiKeyValue": "s3cret"}}
    >>> made = connections.create({"Name": "shop", "AuthorizationType": "API_KEY", "AuthParameters": key})
    >>> connections.describe({"Name": "shop"})["AuthParameters"]
    {'ApiKeyAuthParameters': {'ApiKeyName': 'X-Key'}}
    """

    def __init__(self, *, region: str, account: str, now: Callable[[], float]) -> None:
        self._prefix = f"arn:aws:events:{region}:{account}:connection/"
        self._now = now
        self._connections: dict[str, Connection] = {}
        self._lock = threading.Lock()

    def find(self, arn: str) -> Connection | None:
        """The connection of an ARN; None when there is none."""
        connection = self._connections.get(arn.removeprefix(self._prefix).partition("/")[0])
        return connection if connection is not None and connection.arn == arn else None

    def names(self) -> list[str]:
        """Their names."""
        return list(self._connections)

    def put(self, request: Request) -> str:
        """Create a connection, or replace all that the one of that name says; its ARN.

        Raises:
            ConnectionFault: what is given makes no connection.
        """
        with self._lock:
            before = self._connections.get(str(request.get("Name")))
            self._connections.pop(str(request.get("Name")), None)
            try:
                self._create(request)
            except ConnectionFault:
                if before is not None:
                    self._connections[before.name] = before
                raise
            return self._connections[request["Name"]].arn

    # -- EventBridge's operations

    def create(self, request: Request) -> dict[str, Any]:
        """CreateConnection."""
        with self._lock:
            return self._create(request)

    def _create(self, request: Request) -> dict[str, Any]:
        name, kind = request.get("Name"), request.get("AuthorizationType")
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise _invalid("Name", "1 to 64 letters, digits and .-_")
        if name in self._connections:
            raise ConnectionFault("ResourceAlreadyExistsException", f"Connection {name} already exists.")
        parameters = _checked(kind, request.get("AuthParameters"))
        # the same name gives the same ARN: a notebook that runs again sees what it saw
        arn = f"{self._prefix}{name}/{uuid.uuid5(uuid.NAMESPACE_URL, self._prefix + name)}"
        made = Connection(arn, name, str(kind), parameters, self._now(), self._now(), settings=_settings(request))
        self._connections[name] = made
        return _stood(made)

    def update(self, request: Request) -> dict[str, Any]:
        """UpdateConnection: what is given takes the place of what was there."""
        with self._lock:
            connection = self._named(request)
            kind = request.get("AuthorizationType", connection.type)
            before = connection.parameters if kind == connection.type else {}
            parameters = _checked(kind, _over(before, request.get("AuthParameters", {})))
            connection.type, connection.parameters, connection.modified = str(kind), parameters, self._now()
            connection.state, connection.reason, connection.revoked = "AUTHORIZED", None, False
            connection.token = None
            connection.settings.update(_settings(request))
            return _stood(connection)

    def describe(self, request: Request) -> dict[str, Any]:
        """DescribeConnection; no secret is told."""
        with self._lock:
            connection = self._named(request)
            secret = connection.arn.replace(":events:", ":secretsmanager:")
            return {
                **_stood(connection),
                **connection.settings,
                "Name": connection.name,
                "AuthorizationType": connection.type,
                "AuthParameters": _told(connection.parameters),
                "SecretArn": secret.replace(":connection/", ":secret:events!connection/"),
            }

    def delete(self, request: Request) -> dict[str, Any]:
        """DeleteConnection."""
        with self._lock:
            connection = self._named(request)
            del self._connections[connection.name]
            return {**_stood(connection), "ConnectionState": "DELETING"}

    def deauthorize(self, request: Request) -> dict[str, Any]:
        """DeauthorizeConnection: its secrets are forgotten."""
        with self._lock:
            connection = self._named(request)
            connection.parameters, connection.token = _told(connection.parameters), None
            connection.state, connection.reason, connection.revoked = "DEAUTHORIZED", "it was deauthorized", True
            return {**_stood(connection), "ConnectionState": "DEAUTHORIZING"}

    def list(self, request: Request) -> dict[str, Any]:
        """ListConnections, by name."""
        with self._lock:
            wanted = [
                one
                for name, one in sorted(self._connections.items())
                if name.startswith(request.get("NamePrefix", ""))
                and one.state == request.get("ConnectionState", one.state)
                and name > request.get("NextToken", "")
            ]
        page = wanted[: request.get("Limit", _PAGE)]
        listed = [{**_stood(one), "Name": one.name, "AuthorizationType": one.type} for one in page]
        return {"Connections": listed, **({"NextToken": page[-1].name} if len(page) < len(wanted) else {})}

    def _named(self, request: Request) -> Connection:
        name = str(request.get("Name"))
        if name not in self._connections:
            raise ConnectionFault("ResourceNotFoundException", f"Connection '{name}' does not exist.")
        return self._connections[name]


def _stood(connection: Connection) -> dict[str, Any]:
    reason = {} if connection.reason is None else {"StateReason": connection.reason}
    return {
        "ConnectionArn": connection.arn,
        "ConnectionState": connection.state,
        **reason,
        "CreationTime": connection.created,
        "LastModifiedTime": connection.modified,
    }


def _settings(request: Request) -> dict[str, Any]:
    kept = ("Description", "InvocationConnectivityParameters", "KmsKeyIdentifier")
    return {name: request[name] for name in kept if name in request}


def _over(before: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters with those that are given now."""
    return {**before, **{name: {**before.get(name, {}), **one} for name, one in given.items()}}


def _checked(kind: Any, parameters: Any) -> Mapping[str, Any]:
    if kind not in NEEDED:
        raise _invalid("AuthorizationType", f"one of {', '.join(NEEDED)}")
    where, needed = NEEDED[kind]
    found = (parameters.get(where) if isinstance(parameters, Mapping) else None) or {}
    client = found.get("ClientParameters") or {}
    missing = [name for name in needed if not found.get(name)]
    if kind == "OAUTH_CLIENT_CREDENTIALS":
        missing += [name for name in ("ClientID", "ClientSecret") if not client.get(name)]
    if missing:
        raise _invalid(f"AuthParameters.{where}", f"{', '.join(missing)} missing for {kind}")
    if kind == "OAUTH_CLIENT_CREDENTIALS" and (trouble := endpoint_trouble(found["AuthorizationEndpoint"])):
        raise _invalid("AuthorizationEndpoint", trouble)
    for name, value in _headers_of(kind, parameters):
        if trouble := malformed_header(name, value):
            raise _invalid("AuthParameters", trouble)
    return {name: parameters[name] for name in (where, *_COMMON) if name in parameters}


def _headers_of(kind: str, parameters: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    found = parameters[NEEDED[kind][0]]
    invocation = parameters.get("InvocationHttpParameters") or {}
    oauth = found.get("OAuthHttpParameters") or {}
    key = [(found["ApiKeyName"], found["ApiKeyValue"])] if kind == "API_KEY" else []
    return [*key, *pairs(invocation.get("HeaderParameters")).items(), *pairs(oauth.get("HeaderParameters")).items()]


def _invalid(what: str, reason: str) -> ConnectionFault:
    return ConnectionFault("ValidationException", f"Parameter {what} is not valid. Reason: {reason}.")


def _told(parameters: Any) -> Any:
    """Parameters without what is secret in them."""
    if isinstance(parameters, Mapping):
        hidden = {"Value"} if parameters.get("IsValueSecret") else set()
        return {name: _told(one) for name, one in parameters.items() if name not in _SECRET | hidden}
    return [_told(one) for one in parameters] if isinstance(parameters, list) else parameters


def pairs(listed: Iterable[Mapping[str, Any]] | None) -> dict[str, str]:
    """Parameters as a connection lists them: `[{"Key": …, "Value": …}]`."""
    return {str(one.get("Key", "")): str(one.get("Value", "")) for one in listed or ()}
