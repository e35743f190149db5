"""A Task's parameters as a boto3 call, and the call's answer as the task's result, in Step Functions' own shapes.

Which spelling, which times and which error names depends on the kind of integration; that is a `Dialect`. All else
follows from botocore's model of the operation.
https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError
from botocore.model import ListShape, MapShape, OperationModel, ServiceModel, Shape, StructureShape
from botocore.parsers import ResponseParserError

from sfn_notebook import _json
from sfn_notebook.engine.records import TaskFailure
from sfn_notebook.errors import did_you_mean
from sfn_notebook.integrations.sdk_names import error_name

RUNTIME: Final = "States.Runtime"


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one integration spells things.

    Attributes:
        prefix: What stands before the dot in its error names.
        unmodelled: The error name, after the dot, of an error that the service's model does not know.
        service: The service as a cause names it.
        key: A member's key in parameters and results.
        moment: A time as it stands in a result.
        cause: The parts of a cause put together: message, status, code, request id.
        metadata: Whether a result holds what the HTTP answer said of itself.
    """

    prefix: str
    unmodelled: str
    service: str
    key: Callable[[str], str]
    moment: Callable[[datetime], Any]
    cause: Callable[[str, str, Mapping[str, Any]], str]
    metadata: bool


@dataclass(frozen=True, slots=True)
class Target:
    """A service, as far as a call needs it.

    Attributes:
        model: botocore's model of it.
        send: Calls one of its operations: the operation's name and its parameters in, its answer out.
    """

    model: ServiceModel
    send: Callable[[str, dict[str, Any]], dict[str, Any]]


class NotAnswered(Exception):
    """Nobody behind the session's services knows this operation."""


def target(client: Any) -> Target:
    """What a boto3 client calls."""
    return Target(client.meta.service_model, client._make_api_call)  # noqa: SLF001  # its methods, by the model's names


def call(service: Target, operation: str, arguments: Any, *, dialect: Dialect) -> Any:
    """Call an operation and give its result.

    Args:
        service: What is called.
        operation: The operation's name in the service model.
        arguments: The task's parameters.
        dialect: How this integration spells things.

    Raises:
        TaskFailure: the parameters are wrong, or the service said no.
        NotAnswered: what stands behind the service does not know the operation.
    """
    model: OperationModel = service.model.operation_model(operation)
    request = to_boto(arguments or {}, model.input_shape, dialect, "parameters")
    try:
        answer = service.send(operation, request)
    except ParamValidationError as error:
        raise TaskFailure(RUNTIME, str(error)) from error
    except ClientError as error:
        if _unknown_there(error):
            raise NotAnswered(operation) from error
        raise failure(service.model, error, dialect) from error
    except ResponseParserError as error:  # a web server's page of an error, where the protocol is XML
        raise NotAnswered(operation) from error
    except BotoCoreError as error:
        raise TaskFailure(f"{dialect.prefix}.SdkClientException", str(error)) from error
    said = answer.pop("ResponseMetadata", {})
    result = from_boto(answer, model.output_shape, dialect) or {}
    return {**result, **metadata(said)} if dialect.metadata else result


def _unknown_there(error: ClientError) -> bool:
    """Whether an endpoint's web server answered, and not the service."""
    said = error.response.get("Error", {})
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    return status == 501 or str(said.get("Message", ""))[:9].lower() == "<!doctype"


# -- parameters


def to_boto(value: Any, shape: Shape | None, dialect: Dialect, where: str) -> Any:
    """A value in a task's keys, in botocore's.

    Args:
        value: The value.
        shape: What it is; None leaves it alone.
        dialect: How the integration spells things.
        where: What it is called when something in it is wrong.

    Raises:
        TaskFailure: there is no such field.
    """
    if isinstance(shape, StructureShape) and isinstance(value, Mapping):
        return _structure(value, shape, dialect, where)
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [to_boto(one, shape.member, dialect, f"{where}[{index}]") for index, one in enumerate(value)]
    if isinstance(shape, MapShape) and isinstance(value, Mapping):
        return {key: to_boto(one, shape.value, dialect, f"{where}.{key}") for key, one in value.items()}
    return value if shape is None else _scalar(value, shape)


def _scalar(value: Any, shape: Shape) -> Any:
    if shape.type_name == "string" and not isinstance(value, str):
        return _json.dumps(value)
    if shape.type_name == "blob":
        return _json.dumps(value).encode()  # a text becomes a JSON text too, with its quotes
    if shape.type_name in ("integer", "long") and isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _structure(value: Mapping[str, Any], shape: StructureShape, dialect: Dialect, where: str) -> dict[str, Any]:
    members = {dialect.key(name): name for name in shape.members}
    made: dict[str, Any] = {}
    for key, one in value.items():
        if key not in members:
            raise TaskFailure(
                RUNTIME,
                f'The field "{key}" is not supported by Step Functions (in {where}). {did_you_mean(key, members)}',
            )
        name = members[key]
        made[name] = to_boto(one, shape.members[name], dialect, f"{where}.{key}")
    return made


# -- results


def from_boto(value: Any, shape: Shape | None, dialect: Dialect) -> Any:
    """A value in botocore's keys, in a task's."""
    if isinstance(value, datetime):
        return dialect.moment(value)
    if isinstance(value, bytes) or hasattr(value, "read"):
        return (value if isinstance(value, bytes) else value.read()).decode("utf-8", "replace")
    if isinstance(shape, StructureShape):
        return {dialect.key(name): from_boto(one, shape.members.get(name), dialect) for name, one in value.items()}
    if isinstance(shape, ListShape):
        return [from_boto(one, shape.member, dialect) for one in value]
    if isinstance(shape, MapShape):
        return {name: from_boto(one, shape.value, dialect) for name, one in value.items()}
    return value


def epoch_milliseconds(moment: datetime) -> int:
    """A time in the results of optimized integrations."""
    return round(moment.timestamp() * 1000)


def iso(moment: datetime) -> str:
    """A time in the results of SDK integrations.

    >>> iso(datetime(2026, 1, 31, 12, tzinfo=UTC)), iso(datetime(2026, 1, 31, 12, 0, 0, 250_000, tzinfo=UTC))
    ('2026-01-31T12:00:00Z', '2026-01-31T12:00:00.250Z')
    """
    return (
        moment.astimezone(UTC)
        .isoformat(timespec="milliseconds" if moment.microsecond else "seconds")
        .replace("+00:00", "Z")
    )


def metadata(said: Mapping[str, Any]) -> dict[str, Any]:
    """What an optimized integration tells of the HTTP answer.

    Args:
        said: botocore's ResponseMetadata.
    """
    headers = {str(key): str(value) for key, value in said.get("HTTPHeaders", {}).items()}
    return {
        "SdkHttpMetadata": {
            "AllHttpHeaders": {key: [value] for key, value in headers.items()},
            "HttpHeaders": headers,
            "HttpStatusCode": said.get("HTTPStatusCode", 200),
        },
        "SdkResponseMetadata": {"RequestId": said.get("RequestId", "")},
    }


# -- errors


def failure(model: ServiceModel, error: ClientError, dialect: Dialect) -> TaskFailure:
    """A service's error as the failure of a task."""
    said = error.response.get("Error", {})
    code, message = str(said.get("Code", "Unknown")), str(said.get("Message", ""))
    # a service that speaks JSON with the codes of its XML days tells both
    find: Any = model.shape_for_error_code  # its stubs have codes as numbers
    shape = find(code) or find(str(said.get("QueryErrorCode")))
    name = dialect.unmodelled if shape is None else error_name(shape.name)
    return TaskFailure(f"{dialect.prefix}.{name}", dialect.cause(message, code, error.response["ResponseMetadata"]))


def classic_cause(service: str) -> Callable[[str, str, Mapping[str, Any]], str]:
    """The causes of optimized integrations.

    >>> classic_cause("AWSLambda")("No.", "Gone", {"HTTPStatusCode": 404, "RequestId": "r"})
    'No. (Service: AWSLambda; Status Code: 404; Error Code: Gone; Request ID: r; Proxy: null)'
    """

    def cause(message: str, code: str, said: Mapping[str, Any]) -> str:
        status, request = said.get("HTTPStatusCode"), said.get("RequestId")
        where = f"Service: {service}; Status Code: {status}; Error Code: {code}; Request ID: {request}; Proxy: null"
        return f"{message} ({where})"

    return cause


def sdk_cause(service: str) -> Callable[[str, str, Mapping[str, Any]], str]:
    """The causes of SDK integrations.

    >>> sdk_cause("S3")("No.", "NoSuchKey", {"HTTPStatusCode": 404, "RequestId": "r"})
    'No. (Service: S3, Status Code: 404, Request ID: r)'
    """

    def cause(message: str, code: str, said: Mapping[str, Any]) -> str:
        more = f", Extended Request ID: {said['HostId']}" if said.get("HostId") else ""
        status, request = said.get("HTTPStatusCode"), said.get("RequestId")
        return f"{message} (Service: {service}, Status Code: {status}, Request ID: {request}{more})"

    return cause
