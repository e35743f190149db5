"""A call of a service that a simulated job answers."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, Final

from botocore.exceptions import ParamValidationError
from botocore.model import ServiceModel, Shape, StructureShape
from botocore.validate import ParamValidator

from sfn_notebook.engine.sdk_calls import Dialect, from_boto, to_boto

HEADER: Final = "x-sfn-notebook"  # stands in the answer of what is simulated, and so in the history
SIMULATED: Final = "simulated"


class Call:
    """A call, in the keys of tasks.

    Args:
        model: botocore's model of the service.
        operation: The operation; one that no model knows is taken as it is.
        dialect: How the service's integration spells things.
        request: The parameters, as boto3 takes them.

    Attributes:
        arguments: The parameters, in the keys of tasks.
    """

    def __init__(self, model: ServiceModel, operation: str, dialect: Dialect, request: Mapping[str, Any]) -> None:
        known = operation in model.operation_names
        self._shapes = model.operation_model(operation) if known else None
        self._dialect = dialect
        self._request = request
        self.arguments: Mapping[str, Any] = from_boto(request, self._input, dialect)

    @property
    def _input(self) -> Shape | None:
        return None if self._shapes is None else self._shapes.input_shape

    @property
    def _output(self) -> Shape | None:
        return None if self._shapes is None else self._shapes.output_shape

    def check(self) -> None:
        """Look at the parameters as botocore does.

        Raises:
            ParamValidationError: something is wrong with them.
        """
        shape = self._input
        if not isinstance(shape, StructureShape):
            return
        own = {name: "0" * 32 for name, one in shape.members.items() if one.metadata.get("idempotencyToken")}
        report = ParamValidator().validate({**own, **self._request}, shape)
        if report.has_errors():
            raise ParamValidationError(report=report.generate_report())

    def gives(self, key: str) -> bool:
        """Whether its answer has such a member."""
        shape = self._output
        return isinstance(shape, StructureShape) and any(self._dialect.key(name) == key for name in shape.members)

    def answer(self, value: Mapping[str, Any]) -> dict[str, Any]:
        """An answer, as boto3 gives it."""
        said = {"HTTPStatusCode": 200, "HTTPHeaders": {HEADER: SIMULATED}, "RequestId": new_id(str(self.arguments), 0)}
        made: dict[str, Any] = to_boto(value, self._output, self._dialect, "the simulated job")
        return {**made, "ResponseMetadata": said}


def new_id(text: str, number: int) -> str:
    """An id that is the same for the same call each time, so that a seeded session repeats itself."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{number}:{text}").hex
