"""The context object a request may bring along with a mock: what may stand in it.

https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sfn_notebook import _json
from sfn_notebook.engine.api.faults import Fault, invalid
from sfn_notebook.errors import InvalidJson

ANY: Final = object()
FIELDS: Final[Mapping[str, Any]] = {
    "Execution": {
        "Id": str,
        "Input": ANY,
        "Name": str,
        "RedriveCount": int,
        "RedriveTime": str,
        "RoleArn": str,
        "StartTime": str,
    },
    "Map": {"Item": {"Index": int, "Key": str, "Source": str, "Value": ANY}},
    "State": {"EnteredTime": str, "Name": str, "RetryCount": int},
    "StateMachine": {"Id": str, "Name": str},
    "Task": {"Token": str},
}
"""The context object: a field's type, its inner fields, or ANY."""
WORDS: Final[Mapping[Any, str]] = {str: "a string", int: "a number"}


def read_context(text: str) -> dict[str, Any]:
    """The context object of a request.

    Raises:
        Fault: ValidationException, with AWS's words.
    """
    try:
        value = _json.loads(text)
    except InvalidJson:
        raise _refused("must be valid JSON") from None
    if not isinstance(value, dict):
        raise _refused("must be a JSON object")
    _check(value, FIELDS, "")
    return value


def _check(value: Mapping[str, Any], fields: Mapping[str, Any], inside: str) -> None:
    for name, inner in value.items():
        path = f"{inside}{name}"
        if name not in fields:
            raise _refused(f"Field '{path}' is not allowed")
        kind = fields[name]
        if isinstance(kind, Mapping):
            if not isinstance(inner, Mapping):
                raise _refused(f"{path} must be an object")
            _check(inner, kind, f"{path}.")
        elif kind is not ANY and (not isinstance(inner, kind) or isinstance(inner, bool)):
            raise _refused(f"{path} must be {WORDS[kind]}")


def _refused(why: str) -> Fault:
    return invalid(f"Invalid Context object provided: {why}")
