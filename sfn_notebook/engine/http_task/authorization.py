"""What a connection adds to a request: its credentials, and its parameters; OAuth tokens are fetched and kept.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-target-connection-auth.html
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any, Final

from sfn_notebook import _json
from sfn_notebook.engine.http_task.client import LONGEST, Client, TimedOut
from sfn_notebook.engine.http_task.connections import Connection, Token, pairs
from sfn_notebook.engine.http_task.encoding import encoded
from sfn_notebook.engine.http_task.request import Additions, Request
from sfn_notebook.engine.records import TaskFailure
from sfn_notebook.errors import InvalidJson
from sfn_notebook.integrations.http_task import malformed_header

MARGIN: Final = 60.0  # a token that expires within so many seconds is fetched anew
FORM: Final = "application/x-www-form-urlencoded"
FAULT: Final = "Events.ConnectionResource."


class Authorizer:
    """Gives requests what their connection adds.

    Args:
        client: Fetches tokens.
        now: The time in epoch seconds.
    """

    def __init__(self, client: Client, now: Callable[[], float]) -> None:
        self._client = client
        self._now = now

    def additions(self, connection: Connection) -> Additions:
        """What a connection adds.

        Raises:
            TaskFailure: Events.ConnectionResource.InvalidConnectionState; it is not authorized.
        """
        if connection.revoked:
            raise _not_authorized(connection, connection.reason or "")
        more = connection.parameters.get("InvocationHttpParameters") or {}
        return Additions(
            headers={**pairs(more.get("HeaderParameters")), **self._authorization(connection)},
            query=pairs(more.get("QueryStringParameters")),
            body=pairs(more.get("BodyParameters")),
        )

    def refused(self, connection: Connection) -> None:
        """The endpoint did not take the credentials: a token is not used again."""
        connection.token = None

    def _authorization(self, connection: Connection) -> dict[str, str]:
        given = connection.credentials
        if connection.type == "API_KEY":
            return {given["ApiKeyName"]: given["ApiKeyValue"]}
        if connection.type == "BASIC":
            return {"Authorization": _basic(given["Username"], given["Password"])}
        token = self._token(connection)
        return {"Authorization": f"{token.kind} {token.value}"}

    def _token(self, connection: Connection) -> Token:
        with connection.lock:
            token = connection.token
            if token is None or token.expires - MARGIN <= self._now():
                try:
                    token = connection.token = self._fetch(connection)
                except TaskFailure as failure:
                    connection.state, connection.reason = "DEAUTHORIZED", failure.cause
                    raise _not_authorized(connection, failure.cause or "") from None
                connection.state, connection.reason = "AUTHORIZED", None
            return token

    def _fetch(self, connection: Connection) -> Token:
        request = token_request(connection.credentials)
        try:
            answer = self._client.send(request, seconds=LONGEST)
        except TimedOut:
            raise TaskFailure(None, f"the authorization endpoint did not answer within {LONGEST:.0f} seconds") from None
        if not 200 <= answer.status < 300:
            raise TaskFailure(None, f"the authorization endpoint answered {answer.status} {answer.reason}".rstrip())
        try:
            said = _json.loads(answer.body)
        except InvalidJson:
            said = None
        value = said.get("access_token") if isinstance(said, Mapping) else None
        if not isinstance(said, Mapping) or not isinstance(value, str):
            raise TaskFailure(None, "the authorization endpoint's answer holds no access_token")
        kind = _kind(said.get("token_type"))
        if malformed_header("Authorization", f"{kind} {value}"):
            raise TaskFailure(None, "the authorization endpoint's access_token fits into no header")
        return Token(kind, value, self._now() + _seconds(said.get("expires_in")))


def token_request(given: Mapping[str, Any]) -> Request:
    """The request for a token: the client's id and secret by HTTP Basic, the grant type as a form (RFC 6749, 4.4.2).

    AWS does not say how it sends them; this is what every authorization server has to take (RFC 6749, 2.3.1). What
    the connection's OAuthHttpParameters say stands over all of it; a Content-Type of JSON makes the body JSON.
    """
    more = given.get("OAuthHttpParameters") or {}
    client, method = given["ClientParameters"], given["HttpMethod"]
    body = {"grant_type": "client_credentials", **pairs(more.get("BodyParameters"))}
    query = pairs(more.get("QueryStringParameters"))
    headers = {"Authorization": _basic(client["ClientID"], client["ClientSecret"]), "Accept": "application/json"}
    if method == "GET":
        query, written = {**body, **query}, None
    else:
        headers["Content-Type"] = FORM
        written = encoded([*body.items()])
    own = pairs(more.get("HeaderParameters"))
    headers = {name: one for name, one in headers.items() if name.lower() not in {key.lower() for key in own}} | own
    if written is not None and any(
        "json" in one.lower() for name, one in own.items() if name.lower() == "content-type"
    ):
        written = _json.dumps(body)
    url = given["AuthorizationEndpoint"]
    if query:
        url += ("&" if "?" in url else "?") + encoded([*query.items()])
    return Request(method, url, headers, written)


def _basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def _kind(given: Any) -> str:
    return "Bearer" if not isinstance(given, str) or given.lower() == "bearer" else given


def _seconds(given: Any) -> float:
    try:
        return float(given)
    except (TypeError, ValueError):
        return float("inf")  # it says nothing: the token is used until the endpoint refuses it


def _not_authorized(connection: Connection, reason: str) -> TaskFailure:
    return TaskFailure(
        f"{FAULT}InvalidConnectionState", f"The connection {connection.name!r} is not authorized: {reason}"
    )
