"""JSONPath as Step Functions uses it: reading, writing a reference path, filling a payload template.

https://docs.aws.amazon.com/step-functions/latest/dg/amazon-states-language-paths.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sfn_notebook.errors import ExpressionError, PathFailure
from sfn_notebook.expressions import intrinsics
from sfn_notebook.expressions.path_model import INPUT, Index, Name, Path
from sfn_notebook.expressions.path_parser import parse_path
from sfn_notebook.expressions.scope import Scope


def read(text: str, scope: Scope) -> Any:
    """What a path or an intrinsic function gives in a scope.

    Args:
        text: `$.a[0]`, `$$.Execution.Id`, `$variable.x` or `States.Format(…)`.
        scope: What it reads from.

    Raises:
        PathFailure: a definite path finds nothing.
        IntrinsicFailure: an intrinsic function fails.
        ExpressionError: the text is neither a path nor an intrinsic function.

    >>> read("$.a[-1]", Scope(input={"a": [1, 2]}))
    2
    """
    if text.startswith("States."):
        return intrinsics.parse(text)(scope)
    return resolve(parse_path(text), scope)


def resolve(path: Path, scope: Scope) -> Any:
    """What a parsed path gives in a scope.

    Raises:
        PathFailure: a definite path finds nothing, or there is no such variable.
    """
    return path.value(scope.document(path.root))


def field_value(text: str, scope: Scope) -> Any:
    """What a field of a payload template gives: as `read`, but a wildcard or slice of what is not there is empty.

    Raises:
        PathFailure, IntrinsicFailure, ExpressionError: as `read`.

    >>> field_value("$.a[*].b", Scope(input={}))
    []
    """
    try:
        return read(text, scope)
    except PathFailure:
        if text.startswith("$") and not parse_path(text).definite:
            return []  # as recorded
        raise


def write(text: str, document: Any, value: Any) -> Any:
    """The document with a value put at a reference path; the document itself is left as it is.

    Objects that are missing on the way are made.

    Raises:
        PathFailure: something on the way is neither an object nor an array that has the index.
        ExpressionError: the text is not a reference path.

    >>> write("$.a.b", {"a": {"c": 1}}, 2)
    {'a': {'c': 1, 'b': 2}}
    """
    return _put(document, reference_path(text).steps, 0, value, text)


def reference_path(text: str) -> Path:
    """A path that names one place in the data: names and indexes from zero only.

    Raises:
        ExpressionError: it is not such a path.
    """
    path = parse_path(text)
    names_a_place = all(isinstance(step, Name) or (isinstance(step, Index) and step.index >= 0) for step in path.steps)
    if path.root != INPUT or not names_a_place:
        raise ExpressionError(f"not a reference path: {text!r}; allowed are $, .name, ['name'] and [0]")
    return path


def _put(here: Any, steps: tuple[Any, ...], position: int, value: Any, text: str) -> Any:
    if position == len(steps):
        return value
    step = steps[position]
    if isinstance(step, Name) and isinstance(here, Mapping):
        inner = here.get(step.name, {} if position + 1 < len(steps) else None)
        return {**here, step.name: _put(inner, steps, position + 1, value, text)}
    if isinstance(step, Index) and isinstance(here, list) and step.index < len(here):
        copy = list(here)
        copy[step.index] = _put(here[step.index], steps, position + 1, value, text)
        return copy
    raise PathFailure(
        f"cannot write to {text!r}: there is no {'object' if isinstance(step, Name) else 'array'} for {step}"
    )


def fill(template: Any, scope: Scope) -> Any:
    """A payload template with every `"name.$"` field evaluated.

    Raises:
        PathFailure, IntrinsicFailure, ExpressionError: as `read`; the message names the field.

    >>> fill({"total.$": "$.n", "unit": "EUR"}, Scope(input={"n": 3}))
    {'total': 3, 'unit': 'EUR'}
    """
    if isinstance(template, Mapping):
        return {
            key.removesuffix(".$"): _filled(key, value, scope) if key.endswith(".$") else fill(value, scope)
            for key, value in template.items()
        }
    if isinstance(template, list):
        return [fill(item, scope) for item in template]
    return template


def _filled(key: str, value: Any, scope: Scope) -> Any:
    if not isinstance(value, str):
        raise ExpressionError(f"the field {key!r} must hold a path or an intrinsic function, not {value!r}")
    try:
        return read(value, scope)
    except ExpressionError as error:
        error.add_note(f"in the field {key!r}")
        raise


def check(text: str, *, reference: bool = False) -> None:
    """Refuse a text that is not, in its syntax, a path or an intrinsic function.

    Args:
        text: The text.
        reference: It must be a reference path.

    Raises:
        ExpressionError: it is not; the message says where.
    """
    if reference:
        reference_path(text)
    elif text.startswith("States."):
        intrinsics.parse(text)
    else:
        parse_path(text)
