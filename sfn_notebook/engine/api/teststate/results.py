"""A mocked result against what the API it stands for can answer, by botocore's model of it.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_MockInput.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from botocore.model import ListShape, MapShape, Shape, StructureShape

from sfn_notebook.engine.api.faults import Fault, invalid
from sfn_notebook.integrations import Resource, optimized_row
from sfn_notebook.integrations.sdk import sdk_service, service_model
from sfn_notebook.integrations.sdk_names import member_key

NESTED: Final = "states:startExecution"  # its `.sync` gives just what is polled; others cut that to their own shape
ANYTHING: Final = {("lambda:invoke", "Payload"), ("bedrock:invokeModel", "Body")}
"""Fields that an optimized integration gives as JSON, whatever the API calls them."""
JSON_TYPES: Final[Mapping[str, tuple[tuple[type, ...], str]]] = {
    "string": ((str,), "a string"),
    "character": ((str,), "a string"),
    "blob": ((str,), "a string"),
    "timestamp": ((str, int, float), "a string or number"),  # ISO in SDK integrations, milliseconds in optimized ones
    "integer": ((int, float), "a number"),
    "long": ((int, float), "a number"),
    "float": ((int, float), "a number"),
    "double": ((int, float), "a number"),
    "boolean": ((bool,), "a boolean"),
    "list": ((list,), "an array"),
    "map": ((dict,), "an object"),
    "structure": ((dict,), "an object"),
}
"""A shape's type -> the JSON values it takes, and AWS's word for them."""


def check_result(value: Any, resource: Resource, *, required: bool) -> None:
    """Refuse a mocked result that the task's API could not give.

    What a task token or an activity is answered with, and an HTTP endpoint, is for nobody to say.

    Args:
        value: The result.
        resource: The task's resource.
        required: Whether fields that the API always gives must be there (STRICT), or only what is there counts.

    Raises:
        Fault: ValidationException, with AWS's words.
    """
    shape = _output_shape(resource)
    if shape is None:
        return
    checked = _Check(resource, required=required)
    if not isinstance(value, dict):
        raise checked.refused("Mocked result must be an object")
    checked.structure(value, shape)


class _Check:
    """One check of a result."""

    def __init__(self, resource: Resource, *, required: bool) -> None:
        self._label = resource.label
        self._required = required
        self._key: Callable[[str], str] = member_key if resource.kind == "aws-sdk" else _capitalized

    @staticmethod
    def refused(why: str) -> Fault:
        """The refusal of the result."""
        return invalid(f"Mock result schema validation error: {why}")

    def structure(self, value: Mapping[str, Any], shape: StructureShape) -> None:
        """Check the fields of an object; those the API does not know may stand there too."""
        members = {self._key(name): member for name, member in shape.members.items()}
        if self._required:
            for name in shape.required_members:
                if value.get(self._key(name)) is None:
                    raise self.refused(f"Required field '{self._key(name)}' is missing")
        for key, inner in value.items():
            if key in members and inner is not None and (self._label, key) not in ANYTHING:
                self.value(inner, members[key], key)

    def value(self, value: Any, shape: Shape, field: str) -> None:
        """Check one value; what a list holds goes by the name of the list, what a map holds by its key."""
        if isinstance(shape, StructureShape) and shape.is_document_type:
            return  # any JSON
        kinds, word = JSON_TYPES[shape.type_name]
        if type(value) not in kinds:
            raise self.refused(f"Field '{field}' must be {word}")
        if (allowed := shape.metadata.get("enum")) and value not in allowed:
            raise self.refused(f"Field '{field}' is not an expected value")
        if isinstance(shape, StructureShape):
            self.structure(value, shape)
        elif isinstance(shape, ListShape):
            for one in value:
                self.value(one, shape.member, field)
        elif isinstance(shape, MapShape):
            for key, one in value.items():
                self.value(one, shape.value, key)


def _capitalized(name: str) -> str:
    return name[:1].upper() + name[1:]


def _output_shape(resource: Resource) -> StructureShape | None:
    """What the API of a resource answers, or None when no model says so."""
    if resource.kind == "aws-sdk" and resource.pattern == "response":
        service = sdk_service(resource.service)
        known = service is not None and resource.action in service.actions
        return service.operation(resource.action).output_shape if service is not None and known else None
    row = optimized_row(resource.service, resource.action)
    if resource.kind != "optimized" or row is None or row.client is None:
        return None
    operation = {"response": row.operation, "job": row.poll if row.label == NESTED else None}.get(resource.pattern)
    return None if operation is None else service_model(row.client).operation_model(operation).output_shape
