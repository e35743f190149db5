"""Requests about simulated jobs, from clients that are not of this process.

A request is read, and its answer written, by botocore's own serializers and parsers with their roles exchanged: what
these do with a shape is the same in both directions.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple
from urllib.parse import unquote

import botocore.parsers
import botocore.serialize
from botocore.exceptions import ParamValidationError
from botocore.model import DenormalizedStructureBuilder, OperationModel, ServiceModel

from sfn_notebook.engine.http.asked import Asked
from sfn_notebook.engine.http_task.answers import Answer
from sfn_notebook.engine.jobs.simulation import OPERATIONS

_SIGNED_FOR: Final = re.compile(r"Credential=[^/]*/[^/]*/[^/]*/([^/,]+)/aws4_request")
_CBOR_PATH: Final = re.compile(r"/service/(\w+)/operation/(\w+)")
_CBOR: Final = "smithy-rpc-v2-cbor"
_SERVICES: Final = sorted({service for service, _ in OPERATIONS})

_TEXT: Final = {"type": "string"}
_ERROR: Final = DenormalizedStructureBuilder().with_members({"__type": _TEXT, "message": _TEXT}).build_model()

Simulated = Callable[[str, str, Mapping[str, Any]], Mapping[str, Any] | None]
Models = Callable[[str], ServiceModel]


class _Found(NamedTuple):
    """What a request asks for: the operation, the protocol it is asked in, and what stands in the path."""

    service: str
    operation: OperationModel
    protocol: str
    in_path: Mapping[str, str]


class Jobs:
    """Answers what other clients ask of simulated jobs.

    Args:
        simulated: Answers a call: service, operation and parameters in, an answer or None out.
        models: botocore's model of a service.
    """

    def __init__(self, simulated: Simulated, models: Models) -> None:
        self._simulated = simulated
        self._models = models

    def answer(self, request: Asked) -> Answer | None:
        """The answer to a request about a simulated job; None when it is about something else."""
        found = self._find(request)
        if found is None:
            return None
        try:
            given = _read(found, request.body)
        except ValueError:  # no JSON: to say so is the service's business
            return None
        try:
            made = self._simulated(found.service, found.operation.name, given)
        except ParamValidationError as error:
            return _refused(found, str(error))
        return None if made is None else _written(found, made)

    def _find(self, request: Asked) -> _Found | None:
        path = request.path.partition("?")[0]
        target, _, operation = request.headers.get("X-Amz-Target", "").rpartition(".")
        if target:
            return self._called(target, operation, "json")
        if cbor := _CBOR_PATH.fullmatch(path):
            return self._called(cbor[1], cbor[2], _CBOR)
        signed = _SIGNED_FOR.search(request.headers.get("Authorization", ""))
        return None if signed is None else self._routed(signed[1], request.method, path)

    def _called(self, target: str, operation: str, protocol: str) -> _Found | None:
        for service in (service for service in _SERVICES if (service, operation) in OPERATIONS):
            model = self._models(service)
            if model.metadata.get("targetPrefix") == target:
                return _Found(service, model.operation_model(operation), protocol, {})
        return None

    def _routed(self, service: str, method: str, path: str) -> _Found | None:
        if service not in _SERVICES:  # these services sign with the names that they have in boto3
            return None
        model = self._models(service)
        for name in model.operation_names:
            operation = model.operation_model(name)
            if (service, name) not in OPERATIONS or operation.http["method"] != method:
                continue
            if fits := _route(operation.http["requestUri"]).fullmatch(path):
                in_path = {key: unquote(value) for key, value in fits.groupdict().items()}
                return _Found(service, operation, "rest-json", in_path)
        return None


@lru_cache(maxsize=256)
def _route(template: str) -> re.Pattern[str]:
    """A path of a service's model, such as `/jobs/{name}/startJobRun`, as a pattern."""
    parts = re.split(r"\{(\w+)\+?\}", template)
    fixed = [re.escape(part) if index % 2 == 0 else f"(?P<{part}>[^/]+)" for index, part in enumerate(parts)]
    return re.compile("".join(fixed))


def _read(found: _Found, body: bytes) -> dict[str, Any]:
    """The parameters of a request, as boto3 takes them."""
    shape: Any = found.operation.input_shape
    if shape is None:
        return {}
    parser: Any = botocore.parsers.create_parser(found.protocol)
    if found.protocol == _CBOR:
        told = parser.parse_data_item(io.BufferedReader(io.BytesIO(body))) if body else {}
    else:
        told = json.loads(body or b"{}")
    given: dict[str, Any] = parser._parse_shape(shape, told)  # noqa: SLF001  # botocore has no public way to this
    for name, member in shape.members.items():
        if member.serialization.get("location") == "uri":
            given[name] = found.in_path[member.serialization.get("name", name)]
    return given


def _written(found: _Found, made: Mapping[str, Any]) -> Answer:
    """An answer of boto3 as the service would send it."""
    told = {key: value for key, value in made.items() if key != "ResponseMetadata"}
    said = made["ResponseMetadata"]
    headers = {"x-amzn-RequestId": str(said["RequestId"]), **said["HTTPHeaders"]}
    return _packed(200, headers, found, told, found.operation.output_shape)


def _refused(found: _Found, message: str) -> Answer:
    told = {"__type": "ValidationException", "message": message}
    return _packed(400, {"x-amzn-ErrorType": told["__type"]}, found, told, _ERROR)


def _packed(status: int, headers: Mapping[str, str], found: _Found, told: Mapping[str, Any], shape: Any) -> Answer:
    writer: Any = botocore.serialize.create_serializer(found.protocol, include_validation=False)
    if found.protocol == _CBOR:
        packed = bytearray()
        writer._serialize_data_item(packed, told, shape)  # noqa: SLF001  # as in _read
        headers = {**headers, "Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}
        return Answer(status, headers, bytes(packed))
    body: dict[str, Any] = {}
    if shape is not None:
        writer._serialize(body, told, shape)  # noqa: SLF001  # as in _read
    version = found.operation.service_model.metadata.get("jsonVersion", "1.1")
    kind = f"application/x-amz-json-{version}" if found.protocol == "json" else "application/json"
    return Answer(status, {**headers, "Content-Type": kind}, json.dumps(body).encode())
