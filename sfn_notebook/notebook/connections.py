"""Connections: who a request of an HTTP Task says it comes from, and the secret that proves it."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from sfn_notebook.errors import InvalidArgument, NotFound, UnknownKeyword, UnknownName, did_you_mean
from sfn_notebook.notebook.secret import Secret, revealed, secret
from sfn_notebook.notebook.translate import translated

_log: Final = logging.getLogger("sfn_notebook")
_OAUTH: Final = ("endpoint", "client_id", "client_secret", "method", "headers", "query", "body")
_KINDS: Final = {"API_KEY": "API key", "BASIC": "basic", "OAUTH_CLIENT_CREDENTIALS": "OAuth"}
Pair = tuple[str, str | Secret]
Texts = Mapping[str, str | Secret]


@dataclass(frozen=True, slots=True)
class Connection:
    """A connection of EventBridge, for `sm.http(..., connection=...)`.

    Attributes:
        name: Its name.
        kind: "API key", "basic", "OAuth", or "" when nobody said.
        arn: Its ARN.
    """

    name: str
    kind: str = ""
    arn: str = field(default="", repr=False)

    def __repr__(self) -> str:
        return f"<Connection {self.name!r}{f' ({self.kind})' if self.kind else ''}>"


class Keeper(Protocol):
    """Where connections are kept."""

    def put(self, request: Mapping[str, Any]) -> str:
        """Keep a connection, in place of the one of that name; its ARN."""
        ...

    def arn(self, name: str) -> str:
        """The ARN of a connection."""
        ...


class RemoteKeeper:
    """Connections in the EventBridge of an account or an endpoint.

    Args:
        client: Its EventBridge client.
    """

    def __init__(self, client: Any) -> None:
        self._client = client

    def put(self, request: Mapping[str, Any]) -> str:
        """Create a connection, or update the one of that name, and log which; its ARN.

        Raises:
            SfnNotebookError: EventBridge said no.
        """
        events = self._client
        with translated(), _unlogged():
            try:
                events.describe_connection(Name=request["Name"])
            except events.exceptions.ResourceNotFoundException:
                answer, done = events.create_connection(**request), "created"
            else:
                answer, done = events.update_connection(**request), "updated"
        _log.info("%s the EventBridge connection %r", done, request["Name"])
        return str(answer["ConnectionArn"])

    def arn(self, name: str) -> str:
        """The ARN of a connection.

        Raises:
            UnknownName: there is none of that name.
        """
        try:
            with translated():
                return str(self._client.describe_connection(Name=name)["ConnectionArn"])
        except NotFound as error:
            raise UnknownName(
                f"there is no connection {name!r} here.", hint="Make it: session.connection(...)."
            ) from error


@contextmanager
def _unlogged() -> Iterator[None]:
    """Botocore's log tells whole requests at level DEBUG; not these."""
    logger = logging.getLogger("botocore")
    before = logger.level
    logger.setLevel(max(before, logging.INFO))
    try:
        yield
    finally:
        logger.setLevel(before)


def connect(
    keeper: Keeper,
    name: str,
    *,
    api_key: str | Pair | None,
    basic: str | Pair | None,
    oauth: Mapping[str, Any] | None,
    headers: Texts | None,
    query: Texts | None,
    body: Texts | None,
) -> Connection:
    """Keep a connection, or find it when nothing but its name is given; see `Session.connection`."""
    given = {"api_key": api_key, "basic": basic, "oauth": oauth}
    kinds = [kind for kind, one in given.items() if one is not None]
    if not kinds and (headers, query, body) == (None, None, None):
        return Connection(name, arn=keeper.arn(name))
    if len(kinds) != 1:
        raise InvalidArgument(
            f"the connection {name!r} has one of api_key=, basic=, oauth=; given: {', '.join(kinds) or 'none'}.",
            hint='Such as api_key=("X-Api-Key", sfn.secret("key")).',
        )
    kind, parameters = _authorization(name, kinds[0], given[kinds[0]])
    invocation = _parameters(headers, query, body)
    if invocation:
        parameters["InvocationHttpParameters"] = invocation
    arn = keeper.put({"Name": name, "AuthorizationType": kind, "AuthParameters": parameters})
    return Connection(name, _KINDS[kind], arn)


def _authorization(name: str, kind: str, given: Any) -> tuple[str, dict[str, Any]]:
    if kind == "oauth":
        return "OAUTH_CLIENT_CREDENTIALS", {"OAuthParameters": _oauth(name, given)}
    if kind == "api_key":
        header, key = _pair(name, given, 'api_key=("X-Api-Key", key)')
        return "API_KEY", {"ApiKeyAuthParameters": {"ApiKeyName": header, "ApiKeyValue": key}}
    user, password = _pair(name, given, 'basic=("user", password)')
    return "BASIC", {"BasicAuthParameters": {"Username": user, "Password": password}}


def _pair(name: str, given: Any, form: str) -> tuple[str, str]:
    """A name and its secret; the secret is asked for when it is not given."""
    if isinstance(given, str):
        return given, secret(f"{given} of the connection {name!r}").reveal()
    if not isinstance(given, (tuple, list)) or len(given) != 2 or not isinstance(given[0], str):
        raise InvalidArgument(
            f"the connection {name!r} takes a pair: {form}.", hint="Without the secret, it is asked for."
        )
    return given[0], revealed(given[1], "the secret")


def _oauth(name: str, given: Any) -> dict[str, Any]:
    if not isinstance(given, Mapping):
        raise InvalidArgument(
            f"oauth of the connection {name!r} is a dict.", hint=f"With the keys {', '.join(map(repr, _OAUTH))}."
        )
    for key in given:
        if key not in _OAUTH:
            raise UnknownKeyword(f"oauth has no {key!r}.", hint=did_you_mean(str(key), _OAUTH))
    for key in ("endpoint", "client_id"):
        if not isinstance(given.get(key), str):
            raise InvalidArgument(f"oauth of the connection {name!r} needs {key!r}, a text.")
    typed = given.get("client_secret")
    hidden = secret(f"client secret of the connection {name!r}") if typed is None else typed
    parameters: dict[str, Any] = {
        "AuthorizationEndpoint": given["endpoint"],
        "HttpMethod": given.get("method", "POST"),
        "ClientParameters": {"ClientID": given["client_id"], "ClientSecret": revealed(hidden, "the client secret")},
    }
    more = _parameters(given.get("headers"), given.get("query"), given.get("body"))
    return {**parameters, "OAuthHttpParameters": more} if more else parameters


def _parameters(headers: Texts | None, query: Texts | None, body: Texts | None) -> dict[str, Any]:
    """What is sent besides the credentials; all of it counts as secret, so that it cannot be read back."""
    given = {"HeaderParameters": headers, "QueryStringParameters": query, "BodyParameters": body}
    return {
        kind: [
            {"Key": key, "Value": revealed(value, f"the value of {key!r}"), "IsValueSecret": True}
            for key, value in one.items()
        ]
        for kind, one in given.items()
        if one
    }
