"""What a TestState request may ask for, in the order in which AWS refuses."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any, Final

from sfn_notebook import _json, asl
from sfn_notebook.engine.api.arns import check_role
from sfn_notebook.engine.api.faults import Fault, invalid
from sfn_notebook.engine.api.teststate.results import check_result
from sfn_notebook.engine.mocked import Mock
from sfn_notebook.errors import InvalidArgument, InvalidJson
from sfn_notebook.integrations import parse_resource

Request = Mapping[str, Any]
WITH_MOCKS: Final = ("Task", "Map", "Parallel")
_ONLY_MOCKED: Final = (
    "retrierRetryCount",
    "errorCausedByState",
    "mapIterationFailureCount",
    "mapItemReaderData",
    "context",
)
_FOR_TYPES: Final[Mapping[str, tuple[str, ...]]] = {
    "errorCausedByState": ("Map", "Parallel"),
    "mapIterationFailureCount": ("Map",),
    "mapItemReaderData": ("Map",),
}


def check_request(request: Request) -> None:
    """Refuse what does not go together, whatever the definition says.

    Raises:
        Fault: ValidationException, InvalidArn.
    """
    if request.get("roleArn") is not None:
        check_role(request["roleArn"])
    mock = request.get("mock")
    if mock is None:
        given = {**request.get("stateConfiguration", {}), "context": request.get("context")}
        field = next((name for name in _ONLY_MOCKED if given.get(name) is not None), None)
        if field is not None:
            raise invalid(f"TestState does not support {_capitalized(field)} when a mock is not specified.")
        return
    if (mock.get("result") is None) == (mock.get("errorOutput") is None):
        raise invalid("A test mock should have only one of the following fields: [result, errorOutput].")
    if mock.get("errorOutput") is not None and mock["errorOutput"].get("error") is None:
        raise invalid("The field error is required when mock.errorOutput is specified.")
    if request.get("revealSecrets"):
        raise invalid("TestState does not support RevealSecrets when a mock is specified.")


def _capitalized(name: str) -> str:
    return name[:1].upper() + name[1:]


def check_state(state: asl.State, request: Request) -> None:
    """Refuse a state that cannot be tested in this way.

    Raises:
        Fault: ValidationException, InvalidDefinition.
    """
    mocked = request.get("mock") is not None
    if mocked and state.type not in WITH_MOCKS:
        raise invalid(f"State type '{state.type}' is not supported when a mock is specified")
    if not mocked and state.type in ("Map", "Parallel"):
        raise Fault(
            "InvalidDefinition",
            "TestState API does not support Map or Parallel states."
            " Supported state types include: [Task, Wait, Pass, Succeed, Fail, Choice]",
        )
    if not mocked and state.type == "Task":
        _check_real_task(state, request)


def _check_real_task(state: asl.State, request: Request) -> None:
    with contextlib.suppress(InvalidArgument):  # of no known form: it fails as it would in an execution
        resource = parse_resource(state.resource)
        if resource.kind == "activity":
            raise _unsupported("Activity tasks")
        if resource.suffix:
            raise _unsupported(f"the '{resource.suffix}' service integration pattern")
    if request.get("roleArn") is None:
        raise invalid("RoleArn must be specified when testing a Task state")


def _unsupported(what: str) -> Fault:
    return Fault("InvalidDefinition", f"TestState API does not support {what} when a mock is not specified")


def read_mock(state: asl.State, request: Request) -> Mock | None:
    """The mock of a request, checked against the state it is for; None when there is none.

    Raises:
        Fault: ValidationException.
    """
    mock, configuration = request.get("mock"), request.get("stateConfiguration", {})
    if mock is None:
        return None
    _check_configuration(state, configuration)
    failed_items = configuration.get("mapIterationFailureCount")
    read = configuration.get("mapItemReaderData")
    if (failure := mock.get("errorOutput")) is not None:
        failed = failure.get("error"), failure.get("cause")
        return Mock(failed=failed, failed_items=failed_items, read=read)
    result = _read_result(state, mock["result"], mock.get("fieldValidationMode", "STRICT"))
    return Mock(result=result, failed_items=failed_items, read=read)


def _check_configuration(state: asl.State, configuration: Mapping[str, Any]) -> None:
    for field, types in _FOR_TYPES.items():
        if field in configuration and state.type not in types:
            raise invalid(f"State type '{state.type}' is not supported when {_capitalized(field)} is specified")
    caused_by = configuration.get("errorCausedByState")
    if caused_by is not None and all(branch.find(caused_by) is None for branch in state.branches):
        raise invalid("The state given as ErrorCausedByState was not found inside the state under test")


def _read_result(state: asl.State, text: str, mode: str) -> Any:
    try:
        value = _json.loads(text)
    except InvalidJson:
        raise invalid("Mocked result must be valid JSON") from None
    if state.type == "Task" and mode != "NONE":
        with contextlib.suppress(InvalidArgument):  # a resource of no known form has no model
            check_result(value, parse_resource(state.resource), required=mode == "STRICT")
    elif _writes(state):
        if not isinstance(value, dict):
            raise invalid("Mocked result must be a JSON object.")
    elif state.type != "Task" and not isinstance(value, list):
        raise invalid("Mocked result must be an array.")
    elif state.type == "Parallel" and len(value) != len(state.branches):
        raise invalid("Mocked result must contain the same number of items as number of Parallel branches.")
    return value


def _writes(state: asl.State) -> bool:
    """Whether a Map writes its results somewhere, and then tells where; a writer may also only shape them."""
    writer = state.fields.get("ResultWriter")
    return state.type == "Map" and isinstance(writer, Mapping) and "Resource" in writer


def read_variables(request: Request) -> dict[str, Any]:
    """The workflow variables of a request.

    Raises:
        Fault: ValidationException.
    """
    try:
        value = _json.loads(request.get("variables") or "{}")
    except InvalidJson:
        raise invalid("Invalid Variables object provided: must be valid JSON") from None
    if not isinstance(value, dict):
        raise invalid("Invalid Variables object provided: must be a JSON object")
    return value


def check_sizes(request: Request) -> None:
    """Refuse what is too long.

    Raises:
        Fault: ValidationException.
    """
    texts = {
        "variables": request.get("variables"),
        "mock.result": request.get("mock", {}).get("result"),
        "context": request.get("context"),
        "stateConfiguration.mapItemReaderData": request.get("stateConfiguration", {}).get("mapItemReaderData"),
    }
    for path, text in texts.items():
        if text is not None and _json.size(text) > _json.PAYLOAD_LIMIT:
            raise invalid(
                f"1 validation error detected: Value at '{path}' failed to satisfy constraint:"
                f" Member must have length less than or equal to {_json.PAYLOAD_LIMIT}"
            )
