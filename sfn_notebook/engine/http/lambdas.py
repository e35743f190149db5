"""Lambda's API as far as functions run here: what is created with Python code runs, and everybody can invoke it.

The services keep the record of a function (its configuration, versions, tags); this keeps its code.
https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
"""

from __future__ import annotations

import base64
import json
import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple, Protocol
from urllib.parse import unquote, urlsplit

from sfn_notebook import _json
from sfn_notebook.engine.functions import FunctionError, Functions, invoke
from sfn_notebook.engine.http.package import Package
from sfn_notebook.errors import InvalidArgument, InvalidJson

_PATH: Final = re.compile(r"/2015-03-31/functions/?(?P<name>[^/]+)?/?(?P<part>invocations|code|configuration)?/?")


class Asked(Protocol):
    """A request."""

    @property
    def method(self) -> str:
        """GET, POST and so on."""

    @property
    def path(self) -> str:
        """The path with its query."""

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers."""

    @property
    def body(self) -> bytes:
        """The body."""


class Answered(NamedTuple):
    """A response: the same three fields as everybody's."""

    status: int
    headers: Mapping[str, str]
    body: bytes


Forward = Callable[[Any], Any]


class Lambdas:
    """The functions that came through the API.

    Args:
        functions: Where functions of this world are registered; notebook functions are there too.
        fetch: Gives the bytes of an S3 object: `fetch(bucket, key)`.
    """

    def __init__(self, functions: Functions, fetch: Callable[[str, str], bytes]) -> None:
        self._functions = functions
        self._fetch = fetch
        self._packages: dict[str, Package] = {}

    def answer(self, request: Asked, forward: Forward) -> Any:
        """Answer a request about a function's code or invocation; None leaves it to the services.

        Args:
            request: The request.
            forward: Asks the services.
        """
        found = _PATH.fullmatch(urlsplit(request.path).path)
        if found is None:
            return None
        name = _name(unquote(found["name"] or ""))
        match request.method, found["part"]:
            case "POST", "invocations":
                return self._invoke(name, request)
            case "POST", None if not name:
                return self._create(request, forward)
            case "PUT", "code" | "configuration" if name in self._packages:
                return self._update(name, request, forward)
            case "DELETE", None if name in self._packages:
                self._forget(name)
        return None

    def close(self) -> None:
        """Remove the unpacked code."""
        for name in list(self._packages):
            self._forget(name)

    def _forget(self, name: str) -> None:
        self._packages.pop(name).close()
        if self._functions.find(name) is not None:
            self._functions.remove(name)

    def _create(self, request: Asked, forward: Forward) -> Any:
        response = forward(request)
        given = _body(request)
        if response.status == 201 and str(given.get("Runtime", "")).startswith("python"):
            code = self._code(given.get("Code", {}))
            if code is not None:
                self._keep(str(given["FunctionName"]), Package(code, given))
        return response

    def _update(self, name: str, request: Asked, forward: Forward) -> Any:
        response = forward(request)
        if response.status == 200:
            given, package = _body(request), self._packages[name]
            self._keep(name, package.changed(self._code(given), given))
        return response

    def _keep(self, name: str, package: Package) -> None:
        name = _name(name)
        self._functions.put(name, package, timeout=package.timeout, memory=package.memory)
        before, self._packages[name] = self._packages.get(name), package
        if before is not None:
            before.close()

    def _code(self, given: Mapping[str, Any]) -> bytes | None:
        if given.get("ZipFile"):
            return base64.b64decode(given["ZipFile"])
        if given.get("S3Bucket") and given.get("S3Key"):
            return self._fetch(given["S3Bucket"], given["S3Key"])
        return None

    def _invoke(self, name: str, request: Asked) -> Answered | None:
        function = self._functions.find(name)
        if function is None:
            return None
        request_id = str(uuid.uuid4())
        headers = {
            "Content-Type": "application/json",
            "x-amzn-RequestId": request_id,
            "X-Amz-Executed-Version": "$LATEST",
        }
        kind = request.headers.get("X-Amz-Invocation-Type", "RequestResponse")
        if kind == "DryRun":
            return Answered(204, headers, b"")
        try:
            event = _json.loads(request.body.decode() or "{}")
        except (InvalidJson, UnicodeDecodeError) as error:
            refusal = {"Type": "User", "message": f"Could not parse request body into json: {error}"}
            return Answered(400, {**headers, "x-amzn-ErrorType": "InvalidRequestContentException"}, _text(refusal))
        try:
            result = _text(invoke(function, event, request_id=request_id))
        except FunctionError as error:
            headers["X-Amz-Function-Error"], result = "Unhandled", error.payload.encode()
        return Answered(202, headers, b"") if kind == "Event" else Answered(200, headers, result)


def _name(reference: str) -> str:
    """The name in a name, a partial or a whole ARN."""
    return reference.rpartition("function:")[2].partition(":")[0]


def _body(request: Asked) -> dict[str, Any]:
    try:
        given = json.loads(request.body or b"{}")
    except ValueError as error:
        raise InvalidArgument(f"the request's body is not JSON: {error}") from error
    return given if isinstance(given, dict) else {}


def _text(value: Any) -> bytes:
    return _json.dumps(value).encode("utf-8", "surrogatepass")
