"""Task states that call an HTTPS API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Unpack

from sfn_notebook.errors import InvalidArgument, did_you_mean
from sfn_notebook.integrations.http_task import (
    ARRAY_FORMATS,
    ENCODINGS,
    METHODS,
    ArrayFormat,
    endpoint_trouble,
    header_trouble,
)
from sfn_notebook.notebook.connections import Connection
from sfn_notebook.notebook.keywords import TaskFields, Text
from sfn_notebook.notebook.optimized import Optimized
from sfn_notebook.notebook.signatures import spelled
from sfn_notebook.notebook.states import State
from sfn_notebook.notebook.tasks import Arguments, left_out
from sfn_notebook.notebook.values import Expression

FORM: Final = "application/x-www-form-urlencoded"


class Http(Optimized):
    """Adds HTTP Tasks; what all tasks take is said at `Tasks`."""

    @spelled(TaskFields)
    def http(
        self,
        name: str,
        *,
        endpoint: Text,
        method: Text,
        connection: Text | Connection,
        headers: Mapping[str, Any] | Expression | None = None,
        query: Mapping[str, Any] | Text | None = None,
        body: Any = ...,
        encoding: str | None = None,
        array_format: ArrayFormat | None = None,
        arguments: Arguments = None,
        **fields: Unpack[TaskFields],
    ) -> State:
        """A request to an HTTPS API, under a connection of EventBridge.

        Its result has `StatusCode`, `StatusText`, `Headers` and `ResponseBody`; a status other than 2xx is the error
        `States.Http.StatusCode.NNN`, and no answer within a minute `States.Http.Socket`.

        Args:
            name: The state's name.
            endpoint: The URL: https, or http to this machine (which works in `sfn.local()` only).
            method: GET, POST, PUT, DELETE, PATCH, OPTIONS or HEAD.
            connection: What `session.connection(...)` gives, its name in this session, or an ARN.
            headers: Request headers. Secrets belong into the connection.
            query: Query parameters.
            body: The request's body: JSON, or a text that is sent as it is.
            encoding: "URL_ENCODED" sends the body as a form, and says so in the Content-Type; "NONE" as JSON.
            array_format: How a form writes arrays: INDICES (`a[0]=x`), REPEAT (`a=x&a=y`), COMMAS, BRACKETS (`a[]=x`).
            arguments: Further parameters.
            **fields: The fields of a Task state, in snake_case.

        Returns:
            The state.

        Raises:
            InvalidArgument: endpoint, method, a header, or an encoding is not allowed.
            UnknownName: the session has no connection of that name.

        >>> import sfn_notebook as sfn
        >>> with sfn.local() as session:
        ...     shop = session.connection("shop", api_key=("X-Api-Key", "123"))
        ...     sm = session.state_machine("orders")
        ...     sm.http("Order", endpoint="https://api.example.com/orders", method="POST", connection=shop)
        Task 'Order'
        """
        _check_endpoint(endpoint)
        _check_word(method, METHODS, "method")
        headers = _with_form(headers) if encoding == "URL_ENCODED" else headers
        _check_headers(headers)
        return self._call(
            name,
            "http:invoke",
            None,
            arguments,
            fields,
            ApiEndpoint=endpoint,
            Method=method,
            InvocationConfig={"ConnectionArn": self._connection_arn(connection)},
            Headers=left_out(headers),
            QueryParameters=left_out(query),
            RequestBody=body,
            Transform=_transform(encoding, array_format),
        )

    def _connection_arn(self, connection: Any) -> Any:
        if isinstance(connection, Connection):
            return connection.arn
        if isinstance(connection, Expression) or (isinstance(connection, str) and not _is_known(connection)):
            return connection
        if not isinstance(connection, str):
            raise InvalidArgument(
                f"no connection: {connection!r}", hint="Give what session.connection(...) gives, its name, or an ARN."
            )
        if connection.startswith("arn:"):
            return connection
        session = getattr(self.blueprint.machine, "session", None)
        if session is None:
            raise InvalidArgument(
                f"connection={connection!r}: without a session there are no names of connections.",
                hint="Give its ARN, or make the machine by session.state_machine(...).",
            )
        return session.world.connections.arn(connection)


def _is_known(value: Any) -> bool:
    """Whether a value stands in the definition as it will be sent."""
    return isinstance(value, str) and not value.startswith("{%")


def _check_endpoint(endpoint: Any) -> None:
    trouble = endpoint_trouble(endpoint) if _is_known(endpoint) else None
    if trouble is not None:
        raise InvalidArgument(
            f"endpoint={endpoint!r} cannot be called: {trouble}.",
            hint="Such as endpoint='https://api.example.com/orders'.",
        )


def _check_word(word: Any, allowed: tuple[str, ...], what: str) -> None:
    if _is_known(word) and word not in allowed:
        raise InvalidArgument(f"{what}={word!r} is not one of {', '.join(allowed)}.", hint=did_you_mean(word, allowed))


def _check_headers(headers: Any) -> None:
    if not isinstance(headers, Mapping):
        return
    for name, value in headers.items():
        trouble = header_trouble(str(name).removesuffix(".$"), value if _is_known(value) else "")
        if trouble is not None:
            raise InvalidArgument(
                f"headers: {trouble}.", hint="Credentials belong into the connection: session.connection(...)."
            )


def _with_form(headers: Any) -> Any:
    if isinstance(headers, Expression) or any(str(name).lower().startswith("content-type") for name in headers or ()):
        return headers
    return {**(headers or {}), "Content-Type": FORM}


def _transform(encoding: str | None, array_format: str | None) -> Any:
    if array_format is not None and encoding != "URL_ENCODED":
        raise InvalidArgument("array_format= is for forms.", hint='Give encoding="URL_ENCODED" too.')
    if encoding is None:
        return ...
    _check_word(encoding, ENCODINGS, "encoding")
    if array_format is None:
        return {"RequestBodyEncoding": encoding}
    _check_word(array_format, ARRAY_FORMATS, "array_format")
    return {"RequestBodyEncoding": encoding, "RequestEncodingOptions": {"ArrayFormat": array_format}}
