"""From the arguments of an HTTP Task and its connection to the request that is sent.

Connection and task are merged as AWS merges them: where both say something, the connection wins.
https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html#http-task-data-merge
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

from sfn_notebook import _json
from sfn_notebook.engine.failures import RUNTIME
from sfn_notebook.engine.http_task.encoding import Pair, encoded, form, query_pairs, text_of
from sfn_notebook.engine.records import TaskFailure
from sfn_notebook.integrations.http_task import (
    ARRAY_FORMATS,
    ENCODINGS,
    METHODS,
    ArrayFormat,
    endpoint_trouble,
    header_trouble,
)

HIDDEN: Final = "***"
JSON_TYPE: Final = "application/json; charset=UTF-8"
RANGE: Final = "bytes=0-262144"


@dataclass(frozen=True, slots=True)
class Additions:
    """What a connection adds to a request. Secrets: never in a repr.

    Attributes:
        headers: Headers, those of its authorization too.
        query: Query parameters.
        body: Members of the body.
    """

    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def hidden(self) -> Additions:
        """The same with no value told."""
        return Additions(*(dict.fromkeys(part, HIDDEN) for part in (self.headers, self.query, self.body)))


@dataclass(frozen=True, slots=True)
class Request:
    """A request to be sent."""

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Asked:
    """The arguments of an HTTP Task, checked.

    Attributes:
        connection: The connection's ARN.
        array_format: How a form writes arrays, or None when the body is JSON.
    """

    connection: str
    endpoint: str
    method: str
    headers: Mapping[str, str]
    query: tuple[Pair, ...]
    body: Any
    array_format: ArrayFormat | None


def read(arguments: Any) -> Asked:
    """Read the arguments of an HTTP Task.

    Raises:
        TaskFailure: States.Runtime; something is missing or not allowed.
    """
    if not isinstance(arguments, Mapping):
        raise refusal("The arguments of an HTTP Task are an object.")
    return Asked(
        connection=_connection(arguments),
        endpoint=_endpoint(_text(arguments, "ApiEndpoint")),
        method=_one_of(_text(arguments, "Method"), METHODS, "Method"),
        headers=_headers(arguments.get("Headers")),
        query=_query(arguments.get("QueryParameters")),
        body=arguments.get("RequestBody"),
        array_format=_transform(arguments.get("Transform")),
    )


def refusal(cause: str) -> TaskFailure:
    """The failure of a task whose request cannot be made, or whose answer cannot be read."""
    return TaskFailure(RUNTIME, cause)


def _text(arguments: Mapping[str, Any], name: str) -> str:
    value = arguments.get(name)
    if value is None:
        raise refusal(f"The field '{name}' is required but was missing")
    if not isinstance(value, str):
        raise refusal(f"The field '{name}' has to be a string")
    return value


def _one_of(value: str, allowed: tuple[str, ...], name: str) -> str:
    if value not in allowed:
        raise refusal(f"The field '{name}' is {value!r}; allowed are {', '.join(allowed)}")
    return value


def _connection(arguments: Mapping[str, Any]) -> str:
    given = [arguments[name] for name in ("InvocationConfig", "Authentication") if arguments.get(name) is not None]
    if len(given) != 1:
        raise refusal("An HTTP Task has one of the fields 'InvocationConfig' and 'Authentication'")
    if not isinstance(given[0], Mapping):
        raise refusal("The field 'InvocationConfig' is an object with a 'ConnectionArn'")
    return _text(given[0], "ConnectionArn")


def _endpoint(url: str) -> str:
    trouble = endpoint_trouble(url)
    if trouble is not None:
        raise refusal(f"The field 'ApiEndpoint' cannot be called: {trouble}")
    return url


def _headers(given: Any) -> dict[str, str]:
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise refusal("The field 'Headers' has to be an object")
    headers = {}
    for name, value in given.items():
        if isinstance(value, Mapping):
            raise refusal(f"The header {name!r} has an object for a value")
        text = ", ".join(map(text_of, value)) if isinstance(value, list) else text_of(value)
        trouble = header_trouble(name, text)
        if trouble is not None:
            raise refusal(f"The field 'Headers' cannot be sent: {trouble}")
        headers[name] = text
    return headers


def _query(given: Any) -> tuple[Pair, ...]:
    try:
        return tuple(query_pairs(given))
    except TypeError as error:
        raise refusal(f"The field 'QueryParameters' cannot be sent: {error}") from error


def _transform(given: Any) -> ArrayFormat | None:
    if given is None:
        return None
    options = given.get("RequestEncodingOptions") or {} if isinstance(given, Mapping) else None
    if not isinstance(given, Mapping) or not isinstance(options, Mapping):
        raise refusal("The field 'Transform' has to be an object")
    encoding = _one_of(str(given.get("RequestBodyEncoding", "NONE")), ENCODINGS, "RequestBodyEncoding")
    wanted = options.get("ArrayFormat", "INDICES")
    arrays = next((one for one in ARRAY_FORMATS if one == wanted), None)
    if arrays is None:
        raise refusal(f"The field 'ArrayFormat' is {wanted!r}; allowed are {', '.join(ARRAY_FORMATS)}")
    return arrays if encoding == "URL_ENCODED" else None


# -- together with the connection


def build(asked: Asked, additions: Additions, *, region: str) -> Request:
    """The request, with what the connection adds.

    Raises:
        TaskFailure: States.Runtime; the two bodies cannot be merged, or the body cannot be encoded.
    """
    body = _body(asked, additions)
    # a form needs its Content-Type said in the task: on AWS it is not said by itself
    headers = merged({} if body is None else {"Content-Type": JSON_TYPE}, asked.headers)
    headers = merged(headers, additions.headers)
    headers = merged(headers, {"User-Agent": f"Amazon|StepFunctions|HttpInvoke|{region}", "Range": RANGE})
    return Request(asked.method, _url(asked, additions), headers, body)


def merged(first: Mapping[str, str], over: Mapping[str, str]) -> dict[str, str]:
    """Headers over headers, whatever their case."""
    names = {name.lower() for name in over}
    return {**{name: value for name, value in first.items() if name.lower() not in names}, **over}


def _url(asked: Asked, additions: Additions) -> str:
    parts = urlsplit(asked.endpoint)
    pairs = [pair for pair in asked.query if pair[0] not in additions.query]
    more = encoded([*pairs, *additions.query.items()])
    query = "&".join(text for text in (parts.query, more) if text)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


def _body(asked: Asked, additions: Additions) -> str | None:
    body = asked.body
    if additions.body:
        if body is not None and not isinstance(body, Mapping):
            raise refusal("The RequestBody is no JSON object, so the body parameters of the connection cannot join it")
        body = {**(body or {}), **additions.body}
    if body is None or isinstance(body, str):
        return body
    if asked.array_format is None:
        return _json.dumps(body)
    if not isinstance(body, Mapping):
        raise refusal("The RequestBody is no JSON object, so it cannot be URL-encoded")
    return form(body, asked.array_format)
