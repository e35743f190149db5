"""What is wrong with what a Task sends, by the shape of what its action takes.

Messages are AWS's where AWS has them; https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from sfn_notebook.errors import did_you_mean
from sfn_notebook.integrations.actions import Action, plain
from sfn_notebook.integrations.faults import Fault, FaultKind, Place
from sfn_notebook.integrations.shapes import Shape, ShapeKind

JSONATA: Final = "JSONata"
# a placeholder that CloudFormation, SAM or Terraform fills in, such as ${TableName}
_PLACEHOLDER: Final = re.compile(r"\$\{[^}]*\}")


def argument_faults(action: Action, arguments: Any, query_language: str) -> Iterator[Fault]:
    """What is wrong with what a Task sends; what an expression will give is taken for right.

    Args:
        action: What it calls.
        arguments: Its Arguments (JSONata) or Parameters (JSONPath), as ASL.
        query_language: "JSONata" or "JSONPath".

    >>> from sfn_notebook.integrations.actions import sdk_action
    >>> [fault.message for fault in argument_faults(sdk_action("s3", "getObject"), {"bucket": "b"}, "JSONata")]
    ['The field "bucket" is not supported by Step Functions', 'The field "Key" is required but was missing']
    """
    yield from _faults(arguments, action.parameters, (), query_language)


def _faults(value: Any, shape: Shape, place: Place, language: str) -> Iterator[Fault]:
    if value is None or shape.kind == "any" or _is_open(value, language):
        return
    container: Any = _CONTAINERS.get(shape.kind)
    if container is None:
        yield from _scalar(value, shape, place)
    elif not isinstance(value, container):
        yield _mismatch("parameter_shape", shape, place, value)
    elif shape.kind == "structure":
        yield from _structure(value, shape, place, language)
    else:
        for key, one in value.items() if shape.kind == "map" else enumerate(value):
            if not _is_path(key, language):
                yield from _faults(one, shape.item, (*place, key), language)


def _structure(value: Mapping[str, Any], shape: Shape, place: Place, language: str) -> Iterator[Fault]:
    given = set()
    for key, one in value.items():
        name = key.removesuffix(".$") if _is_path(key, language) else key
        given.add(name)
        member = shape.members.get(name)
        if member is None:
            yield _unknown_parameter(name, shape, (*place, key))
            # one that is only spelled wrong is not missing too
            given.update(right for right in shape.members if plain(right) == plain(name))
        elif name == key:
            yield from _faults(one, member.shape, (*place, key), language)
    missing = [name for name, member in shape.members.items() if member.required and name not in given]
    for name in missing:
        about = shape.members[name].shape
        said = f'The field "{name}" is required but was missing'
        yield Fault("missing_parameter", said, _about(about), (*place, name))
    if shape.either and not given & set(shape.either):
        names = " or ".join(f'"{name}"' for name in shape.either)
        yield Fault("missing_parameter", f"The field {names} is required but was missing", "", place)


def _unknown_parameter(name: str, shape: Shape, place: Place) -> Fault:
    right = next((one for one in shape.members if plain(one) == plain(name)), None)
    hint = f"Step Functions spells it {right!r}." if right else did_you_mean(name, shape.members, limit=25)
    if not shape.members:
        hint = "It takes no parameters."
    return Fault("unknown_parameter", f'The field "{name}" is not supported by Step Functions', hint, place)


def _scalar(value: Any, shape: Shape, place: Place) -> Iterator[Fault]:
    if not _SCALARS[shape.kind](value):
        kind: FaultKind = "parameter_shape" if isinstance(value, (Mapping, list, tuple)) else "parameter_type"
        yield _mismatch(kind, shape, place, value)
    elif shape.choices and isinstance(value, str) and value not in shape.choices:
        hint = did_you_mean(value, shape.choices, limit=30)
        yield Fault("parameter_choice", f"{value!r} is no value of the field {place[-1]!r}", hint, place)


def _mismatch(kind: FaultKind, shape: Shape, place: Place, value: Any) -> Fault:
    where = f"The value for the field {str(place[-1])!r}" if place else "What the call gets"
    hint = f"Given was {_shown(value)}."
    if shape.kind == "text" and isinstance(value, (bool, int, float)):
        text = str(value).lower() if isinstance(value, bool) else str(value)
        hint += f" As a text it is {text!r}; of an expression, $string(...) makes one."
    return Fault(kind, f"{where} must be {_MUST_BE[shape.kind]}", hint, place)


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        return "an object"
    return "a list" if isinstance(value, (list, tuple)) else repr(value)


def _about(shape: Shape) -> str:
    return f"It is {shape.words}. {shape.summary}".strip() if shape.kind != "any" else ""


def _is_open(value: Any, language: str) -> bool:
    """Whether only the running machine, or a template, tells what this is."""
    if not isinstance(value, str):
        return False
    query = language == JSONATA and value.startswith("{%") and value.endswith("%}")
    return query or _PLACEHOLDER.search(value) is not None


def _is_path(key: str | int, language: str) -> bool:
    """Whether the value under this key is a path, whose value only the running machine knows."""
    return language != JSONATA and isinstance(key, str) and key.endswith(".$")


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


_CONTAINERS: Final[Mapping[ShapeKind, tuple[type, ...]]] = MappingProxyType(
    {"structure": (Mapping,), "map": (Mapping,), "list": (list, tuple)}
)
_SCALARS: Final[Mapping[ShapeKind, Callable[[Any], bool]]] = MappingProxyType(
    {
        # an object or a list is sent as the JSON text of it, as a message or an input wants it
        "text": lambda value: isinstance(value, (str, Mapping, list, tuple)),
        "whole": lambda value: _is_number(value) and (isinstance(value, int) or value.is_integer()),
        "number": _is_number,
        "truth": lambda value: isinstance(value, bool),
        "blob": lambda value: True,
        "moment": lambda value: isinstance(value, str) or _is_number(value),
    }
)
_MUST_BE: Final[Mapping[ShapeKind, str]] = MappingProxyType(
    {
        "structure": "an OBJECT",
        "map": "an OBJECT",
        "list": "an ARRAY",
        "text": "a STRING",
        "whole": "an INTEGER",
        "number": "a NUMBER",
        "truth": "a BOOLEAN",
        "moment": "a TIMESTAMP",
    }
)
