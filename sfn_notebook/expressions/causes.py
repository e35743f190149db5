"""What Step Functions says of an expression that fails: the error's name, and the sentence of its cause."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from sfn_notebook import _json
from sfn_notebook.errors import ExpressionError, PathFailure, QueryFailure

QUERY: Final = "States.QueryEvaluationError"
RUNTIME: Final = "States.Runtime"
INTRINSIC: Final = "States.IntrinsicFailure"


class Cause(NamedTuple):
    """The name of an error, and what is said of it."""

    error: str
    sentence: str


def of_query(text: str, failure: ExpressionError, *, field: str = "") -> Cause:
    """Why a JSONata expression has failed.

    Args:
        text: The expression, with its `{% %}`.
        failure: What its evaluation raised.
        field: Where it stands, such as "Output/total"; "" where it stands alone.

    >>> of_query("{% $x %}", QueryFailure("", undefined=True), field="Output").sentence
    "The JSONata expression '$x' specified for the field 'Output' returned nothing (undefined)."
    """
    return Cause(QUERY, f"The JSONata expression '{text[2:-2].strip()}'{_place(field)} {_thrown(failure)}")


def _thrown(failure: ExpressionError) -> str:
    message = failure.message
    if isinstance(failure, QueryFailure):
        if failure.undefined:
            return "returned nothing (undefined)."
        if failure.code is None:  # it was stopped: AWS's sentence has no code
            return f"threw an error during evaluation: {message}"
        message = f"{failure.code}: {message}"
    return f"threw an error during evaluation. {message}"


def of_path(text: str, failure: ExpressionError, *, data: Any, field: str = "") -> Cause:
    """Why a path or an intrinsic function has failed.

    Args:
        text: The path or the call.
        failure: What its evaluation raised.
        data: What it read.
        field: Where it stands, such as "total.$"; "" where it stands alone.
    """
    if text.startswith("States.") and isinstance(failure, PathFailure):
        sentence = f"The JsonPath argument for the field '{failure.path}' could not be found in the input"
        return Cause(RUNTIME, f"The function '{text}' had the following error: {sentence} '{_json.dumps(data)}'")
    if text.startswith("States."):
        return Cause(INTRINSIC, f"The function '{text}' had the following error: {failure.message}")
    missed = f"could not be found in the input '{_json.dumps(data)}'"
    return Cause(RUNTIME, f"The JSONPath '{text}'{_place(field)} {missed}")


def _place(field: str) -> str:
    return f" specified for the field '{field}'" if field else ""
