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
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from sfn_notebook import _json
from sfn_notebook.engine.functions import FunctionError, Functions, invoke
from sfn_notebook.engine.http.asked import Asked
from sfn_notebook.engine.http.package import Package
from sfn_notebook.errors import InvalidArgument, InvalidJson

_PATH: Final = re.compile(r"/2015-03-31/functions/?(?P<name>[^/]+)?/?(?P<part>[a-z]+)?/?(?P<rest>[^/]+)?/?")
_LAYER: Final = re.compile(r"/2018-10-31/layers/[^/]+/versions")


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
        surroundings: Gives the environment variables of every function.
    """

    def __init__(
        self,
        functions: Functions,
        fetch: Callable[[str, str], bytes],
        surroundings: Callable[[], Mapping[str, str]],
    ) -> None:
        self._functions = functions
        self._fetch = fetch
        self._surroundings = surroundings
        self._packages: dict[str, Package] = {}
        self._versions: dict[tuple[str, str], Package] = {}
        self._layers: dict[str, bytes] = {}

    def answer(self, request: Asked, forward: Forward) -> Any:
        """Answer a request about a function's code or invocation; None leaves it to the services.

        Args:
            request: The request.
            forward: Asks the services.
        """
        asked = urlsplit(request.path)
        if request.method == "POST" and _LAYER.fullmatch(asked.path):
            return self._keep_layer(request, forward)
        found = _PATH.fullmatch(asked.path)
        if found is None:
            return None
        reference = unquote(found["name"] or "")
        name = _name(reference)
        qualifier = dict(parse_qsl(asked.query)).get("Qualifier") or _qualifier(reference)
        if (request.method, found["part"]) == ("POST", "invocations"):
            return self._invoke(name, qualifier, request)
        if (request.method, found["part"], name) == ("POST", None, ""):
            return self._create(request, forward)
        if name in self._packages:
            target = qualifier if found["part"] is None else found["rest"]
            return self._change(name, target, found["part"], request=request, forward=forward)
        return None

    def _change(self, name: str, target: str | None, part: str | None, *, request: Asked, forward: Forward) -> Any:
        match request.method, part:
            case "PUT", "code" | "configuration":
                return self._update(name, request, forward)
            case "POST", "versions":
                return self._publish(name, forward(request))
            case "POST" | "PUT", "aliases":
                return self._alias(name, forward(request))
            case "DELETE", "aliases":
                self._functions.forget(name, target or "")
            case "DELETE", None:
                self._forget(name, target)
        return None

    def close(self) -> None:
        """Remove the unpacked code."""
        for name in list(self._packages):
            self._forget(name)

    def _forget(self, name: str, version: str | None = None) -> None:
        for key in [key for key in self._versions if key[0] == name and version in (None, key[1])]:
            self._versions.pop(key).close()
        if version is not None:
            self._functions.forget(name, version)
            return
        self._packages.pop(name).close()
        if self._functions.find(name) is not None:
            self._functions.remove(name)

    def _create(self, request: Asked, forward: Forward) -> Any:
        response = forward(request)
        given = _body(request)
        if response.status == 201 and str(given.get("Runtime", "")).startswith("python"):
            code = self._code(given.get("Code", {}))
            if code is not None:
                layers = self._layers_of(given) or ()
                name = _name(str(given["FunctionName"]))
                self._keep(name, Package(code, given, layers=layers, surroundings=self._surroundings()))
                return self._publish(name, response) if given.get("Publish") else response
        return response

    def _update(self, name: str, request: Asked, forward: Forward) -> Any:
        response = forward(request)
        if response.status == 200:
            given, package = _body(request), self._packages[name]
            self._keep(name, package.changed(self._code(given), given, self._layers_of(given)))
            return self._publish(name, response) if given.get("Publish") else response
        return response

    def _keep(self, name: str, package: Package) -> None:
        self._functions.put(name, package, timeout=package.timeout, memory=package.memory)
        before, self._packages[name] = self._packages.get(name), package
        if before is not None:
            before.close()

    def _publish(self, name: str, response: Any) -> Any:
        """Keep the code as the version that the services have made of it; their response."""
        version = _told(response).get("Version")
        if isinstance(version, str) and version.isdecimal() and (name, version) not in self._versions:
            package = self._versions[name, version] = self._packages[name].changed(None, {})
            self._functions.publish(name, version, package)
        return response

    def _alias(self, name: str, response: Any) -> Any:
        told = _told(response)
        if "FunctionVersion" in told:
            self._functions.alias(name, told["Name"], told["FunctionVersion"])
        return response

    def _keep_layer(self, request: Asked, forward: Forward) -> Any:
        response = forward(request)
        arn, code = _told(response).get("LayerVersionArn"), self._code(_body(request).get("Content", {}))
        if arn is not None and code is not None:
            self._layers[arn] = code
        return response

    def _layers_of(self, given: Mapping[str, Any]) -> list[bytes] | None:
        """The layers that a request names, as far as they came through here; None when it names none."""
        if "Layers" not in given:
            return None
        return [self._layers[arn] for arn in given["Layers"] if arn in self._layers]

    def _code(self, given: Mapping[str, Any]) -> bytes | None:
        if given.get("ZipFile"):
            return base64.b64decode(given["ZipFile"])
        if given.get("S3Bucket") and given.get("S3Key"):
            return self._fetch(given["S3Bucket"], given["S3Key"])
        return None

    def _invoke(self, name: str, qualifier: str | None, request: Asked) -> Answered | None:
        function = self._functions.find(name if qualifier is None else f"{name}:{qualifier}")
        if function is None and self._functions.find(name) is None:
            return None
        if function is None:
            told = {"Type": "User", "Message": f"Function not found: {self._functions.arn_of(f'{name}:{qualifier}')}"}
            return Answered(404, {"x-amzn-ErrorType": "ResourceNotFoundException"}, _text(told))
        request_id = str(uuid.uuid4())
        headers = {
            "Content-Type": "application/json",
            "x-amzn-RequestId": request_id,
            "X-Amz-Executed-Version": function.version,
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


def _qualifier(reference: str) -> str | None:
    return reference.rpartition("function:")[2].partition(":")[2] or None


def _told(response: Any) -> dict[str, Any]:
    """What a response of the services says, when it says that something was done."""
    told = json.loads(response.body) if response.status in (200, 201) else {}
    return told if isinstance(told, dict) else {}


def _body(request: Asked) -> dict[str, Any]:
    try:
        given = json.loads(request.body or b"{}")
    except ValueError as error:
        raise InvalidArgument(f"the request's body is not JSON: {error}") from error
    return given if isinstance(given, dict) else {}


def _text(value: Any) -> bytes:
    return _json.dumps(value).encode("utf-8", "surrogatepass")
