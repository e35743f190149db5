"""The JSON protocol: a request's bytes in, the answer's bytes out, whoever carries them.

The service model says what a request may hold; nothing here knows HTTP beyond a status code.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from botocore.model import ListShape, OperationModel, ServiceModel, Shape, StructureShape

from sfn_notebook import _json
from sfn_notebook.engine.api.faults import Fault, invalid
from sfn_notebook.engine.api.operations import OPERATIONS
from sfn_notebook.engine.api.store import Store
from sfn_notebook.errors import InvalidJson, SessionClosed

log = logging.getLogger(__name__)


class Answer(NamedTuple):
    """What goes back over the wire.

    Attributes:
        status: The HTTP status.
        headers: The HTTP headers.
    """

    status: int
    headers: dict[str, str]
    body: bytes


class Api:
    """Answers requests of the service from a store.

    Args:
        store: Where the records are.
        model: botocore's model of the service.
    """

    def __init__(self, store: Store, model: ServiceModel) -> None:
        self.store = store
        self._model = model
        self._checks: dict[str, Check] = {}
        self._closed = False

    def close(self) -> None:
        """Answer nothing any more."""
        self._closed = True

    def answer(self, operation: str, body: bytes) -> Answer:
        """Answer one request; every failure is an answer too.

        Args:
            operation: Its name, such as "StartExecution".
            body: The request's JSON.

        Raises:
            SessionClosed: the engine was closed.
        """
        told = self.tell(operation, body)
        return told if isinstance(told, Answer) else _answer(200, _json.dumps(told).encode("utf-8", "surrogatepass"))

    def tell(self, operation: str, body: bytes) -> dict[str, Any] | Answer:
        """What an answer holds, times as epoch seconds; the answer itself when it is a failure.

        Args:
            operation: Its name.
            body: The request's JSON.

        Raises:
            SessionClosed: the engine was closed.
        """
        if self._closed:
            raise SessionClosed("this session was closed", hint="Open another one: sfn.local().")
        try:
            return self._act(operation, body)
        except Fault as fault:
            return _answer(fault.status, fault.body())
        except SessionClosed:
            raise
        except Exception as error:  # an answer of its own, so that a caller sees which operation broke
            log.exception("the embedded engine failed at %s", operation)
            message = f"The embedded engine failed at {operation}: {type(error).__name__}: {error}"
            return _answer(500, Fault("InternalServerError", message, status=500).body())

    def _act(self, operation: str, body: bytes) -> dict[str, Any]:
        act = OPERATIONS.get(operation)
        if act is None:
            raise Fault("UnknownOperationException", f"Step Functions has no operation {operation!r}")
        most = self.store.engine.limits.request_bytes
        if len(body) > most:
            raise Fault("RequestEntityTooLargeException", f"A request has at most {most} bytes", status=413)
        request = self._read(operation, body)
        archive = self.store.archive
        if archive is None:
            return act(self.store, request)
        answer: dict[str, Any] = {}
        try:
            answer = act(self.store, request)
        finally:  # a refusal tells something too
            archive.answered(operation, request, answer)
        return answer

    def _read(self, operation: str, body: bytes) -> dict[str, Any]:
        try:
            request = _json.loads(body or b"{}")
        except (InvalidJson, UnicodeDecodeError) as error:
            raise Fault("SerializationException", f"The request is not JSON: {error}") from None
        if not isinstance(request, dict):
            raise Fault("SerializationException", "The request is not a JSON object")
        check = self._checks.get(operation)
        if check is None:
            check = self._checks[operation] = _compile_input(self._model.operation_model(operation))
        problems: list[str] = []
        check(request, "", problems)
        if problems:
            count = len(problems)
            found = f"{count} validation error{'s' if count > 1 else ''} detected"
            raise invalid(f"{found}: {'; '.join(problems)}")
        return {key: value for key, value in request.items() if value is not None}


def _answer(status: int, body: bytes) -> Answer:
    headers = {
        "x-amzn-RequestId": str(uuid.uuid4()),
        "Content-Type": "application/x-amz-json-1.0",
        "Content-Length": str(len(body)),
    }
    return Answer(status, headers, body)


# -- what the service model says of a request, as functions compiled once

Check = Callable[[Any, str, list[str]], None]
_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "long": int,
    "structure": dict,
    "list": list,
    "map": dict,
    "timestamp": (int, float, str),
}
_LONGEST_SHOWN = 256  # characters of a refused value that a message repeats
_CHECKED_ELSEWHERE = ("SensitiveData",)  # its operations measure it in bytes, and say so in their own words


def _compile_input(model: OperationModel) -> Check:
    shape = model.input_shape
    return _nothing if shape is None else _compile(shape)


def _nothing(value: Any, path: str, problems: list[str]) -> None:
    """Nothing to check."""


def _compile(shape: Shape) -> Check:
    kind = _TYPES.get(shape.type_name)
    inner: Check = _nothing
    if isinstance(shape, StructureShape):
        inner = _compile_structure(shape)
    elif isinstance(shape, ListShape):
        inner = _compile_list(shape)
    elif shape.type_name in ("string", "integer", "long"):
        inner = _compile_limits(shape)

    def check(value: Any, path: str, problems: list[str]) -> None:
        if kind is not None and (not isinstance(value, kind) or (isinstance(value, bool) and kind is int)):
            raise Fault("SerializationException", f"'{path}' should be a {shape.type_name}, not {_json_type(value)}")
        inner(value, path, problems)

    return check


def _json_type(value: Any) -> str:
    names = {dict: "an object", list: "an array", str: "a string", bool: "a boolean", type(None): "null"}
    return names.get(type(value), "a number")


def _compile_structure(shape: StructureShape) -> Check:
    members = {name: _compile(member) for name, member in shape.members.items()}
    required = tuple(shape.required_members)

    def check(value: dict[str, Any], path: str, problems: list[str]) -> None:
        problems.extend(
            _complaint("Value null", f"{path}.{name}" if path else name, "Member must not be null")
            for name in required
            if value.get(name) is None
        )
        for name, inner in value.items():
            test = members.get(name)
            if test is not None and inner is not None:
                test(inner, f"{path}.{name}" if path else name, problems)

    return check


def _compile_list(shape: ListShape) -> Check:
    item = _compile(shape.member)

    def check(value: list[Any], path: str, problems: list[str]) -> None:
        for index, inner in enumerate(value, 1):
            item(inner, f"{path}.{index}.member", problems)

    return check


def _compile_limits(shape: Shape) -> Check:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    allowed = shape.metadata.get("enum")
    text = shape.type_name == "string"
    if shape.name in _CHECKED_ELSEWHERE:
        return _nothing

    def check(value: Any, path: str, problems: list[str]) -> None:
        measure = len(value) if text else value
        what = "have length" if text else "have value"
        if allowed is not None and value not in allowed:
            words = f"Member must satisfy enum value set: [{', '.join(allowed)}]"
        elif least is not None and measure < least:
            words = f"Member must {what} greater than or equal to {least}"
        elif most is not None and measure > most:
            words = f"Member must {what} less than or equal to {most}"
        else:
            return
        problems.append(_complaint(_shown(value, shape), path, words))

    return check


def _shown(value: Any, shape: Shape) -> str:
    text = str(value)
    if shape.metadata.get("sensitive"):
        return "Value"
    return f"Value '{text}'" if len(text) <= _LONGEST_SHOWN else f"Value '{text[:_LONGEST_SHOWN]}...'"


def _complaint(subject: str, path: str, words: str) -> str:
    return f"{subject} at '{path}' failed to satisfy constraint: {words}"
