"""The keywords of each state type, spelled out for editors and type checkers, and checked where they are typed.

What may stand where is `asl/fields.py`'s to say; the classes below repeat its names only because type checkers read
no tables (a test holds them equal).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final, TypedDict

from sfn_notebook.asl import BOTH, JSONATA, JSONPATH, KEYWORDS, STATE_FIELDS
from sfn_notebook.asl.fields import snake_case
from sfn_notebook.errors import InvalidArgument, UnknownKeyword, did_you_mean
from sfn_notebook.notebook.render import fill, path_text
from sfn_notebook.notebook.values import Expression

Text = str | Expression
Number = int | float | Expression
MaybePath = str | Expression | None


class Common(TypedDict, total=False):
    """What every state has."""

    comment: str
    query_language: str
    asl: Mapping[str, Any]


class _Paths(TypedDict, total=False):
    input_path: MaybePath
    output_path: MaybePath


class _Flow(TypedDict, total=False):
    next: Any
    end: bool


class _Output(TypedDict, total=False):
    output: Any
    assign: Mapping[str, Any] | Expression


class _Result(TypedDict, total=False):
    result_path: MaybePath
    result_selector: Mapping[str, Any]


class _Errors(TypedDict, total=False):
    retry: Iterable[Mapping[str, Any]]
    catch: Iterable[Mapping[str, Any]]


class PassFields(Common, _Paths, _Flow, _Output, total=False):
    """The keywords of `pass_`."""

    result: Any
    result_path: MaybePath
    parameters: Mapping[str, Any]


class WaitFields(Common, _Paths, _Flow, _Output, total=False):
    """The keywords of `wait`."""

    seconds: Number
    seconds_path: Text
    timestamp: Any
    timestamp_path: Text


class SucceedFields(Common, _Paths, total=False):
    """The keywords of `succeed`."""

    output: Any


class FailFields(Common, total=False):
    """The keywords of `fail`."""

    error: Text
    cause: Text
    error_path: Text
    cause_path: Text


class ChoiceFields(Common, _Paths, _Output, total=False):
    """The keywords of `choice`."""

    choices: Iterable[Mapping[str, Any]]
    default: Any


class ParallelFields(Common, _Paths, _Flow, _Output, _Result, _Errors, total=False):
    """The keywords of `parallel` besides `branches`."""

    arguments: Any
    parameters: Mapping[str, Any]


class MapFields(Common, _Paths, _Flow, _Output, _Result, _Errors, total=False):
    """The keywords of `map` besides `items` and `processor`."""

    item_processor: Any
    iterator: Any
    parameters: Mapping[str, Any]
    items_path: Text
    item_selector: Mapping[str, Any] | Expression
    item_reader: Mapping[str, Any]
    item_batcher: Mapping[str, Any]
    result_writer: Mapping[str, Any]
    max_concurrency: Number
    max_concurrency_path: Text
    tolerated_failure_count: Number
    tolerated_failure_count_path: Text
    tolerated_failure_percentage: Number
    tolerated_failure_percentage_path: Text
    label: str


class TaskFields(Common, _Paths, _Flow, _Output, _Result, _Errors, total=False):
    """The keywords every kind of task has, besides what it calls."""

    timeout_seconds: Number
    timeout_seconds_path: Text
    heartbeat_seconds: Number
    heartbeat_seconds_path: Text
    credentials: Mapping[str, Any]


PATH_TWINS: Final = (
    "Seconds", "Timestamp", "TimeoutSeconds", "HeartbeatSeconds", "MaxConcurrency", "ToleratedFailureCount",
    "ToleratedFailurePercentage", "Error", "Cause", "Items",
)  # fmt: skip
"""In JSONPath a path given to one of these is written into the field's twin that ends in `Path`."""

_SWITCH: Final = MappingProxyType(
    {
        "Arguments": "parameters=",
        "Parameters": "arguments= (or output= in a Pass state)",
        "Items": "items_path=, or items=path('$...')",
        "ItemsPath": "items=q('...')",
        "Output": "result_selector=, result_path= and output_path= (parameters= in a Pass state)",
        "InputPath": "arguments= or output= with q('$states.input...')",
        "OutputPath": "output=",
        "ResultPath": "output= or assign=",
        "ResultSelector": "output= with q('$states.result...')",
        "Result": "output=",
    }
)
"""What says the same in the other query language."""


def asl_fields(state_type: str, language: str, name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Keywords as ASL fields, every value written in the query language.

    Raises:
        UnknownKeyword: a keyword this state does not have, or has only in the other query language.
        InvalidArgument: a value that cannot be written.

    >>> asl_fields("Wait", "JSONata", "Pause", {"seconds": 5})
    {'Seconds': 5}
    """
    made: dict[str, Any] = {}
    for keyword, value in given.items():
        field = field_of(state_type, language, name, keyword)
        if language == JSONPATH and isinstance(value, Expression) and field in PATH_TWINS:
            field = f"{field}Path"
        elif STATE_FIELDS[state_type][field] not in (BOTH, language):
            raise _other_language(state_type, language, name, keyword)
        made[field] = _value(field, value, language, keyword)
    return made


def field_of(state_type: str, language: str, name: str, keyword: str) -> str:
    """The ASL field of a keyword, of whichever query language.

    Raises:
        UnknownKeyword: this state has no such field.
    """
    allowed = STATE_FIELDS[state_type]
    field = KEYWORDS.get(keyword, "")
    if field in allowed and field != "Type":
        return field
    words = [snake_case(one) for one, where in allowed.items() if where in (BOTH, language) and one != "Type"]
    hint = did_you_mean(keyword, words, limit=40)
    if keyword in allowed:
        hint = f"Fields are written in snake_case here: {snake_case(keyword)}=."
    raise UnknownKeyword(f"{state_type} state {name!r} has no {keyword!r}.", hint=f"{hint} Anything else: asl={{...}}.")


def _other_language(state_type: str, language: str, name: str, keyword: str) -> UnknownKeyword:
    field, other = KEYWORDS[keyword], JSONPATH if language == JSONATA else JSONATA
    instead = f"In {language} use {_SWITCH[field]}" if field in _SWITCH else f"{language} has no such field"
    return UnknownKeyword(
        f"{keyword}= belongs to {other}, and {state_type} state {name!r} is {language}.",
        hint=f"{instead}; or switch with query_language={other!r}, for this state or for the whole machine.",
    )


def _value(field: str, value: Any, language: str, keyword: str) -> Any:
    where = f"{keyword}="
    if field.endswith("Path") and isinstance(value, Expression):
        return path_text(value, where)
    if field == "Result" and _holds_expression(value):
        raise InvalidArgument(
            f"{where} is given out as it stands; no path in it is evaluated.",
            hint="Use parameters={...} for values that come from paths.",
        )
    if language == JSONPATH and isinstance(value, Expression) and field in _OBJECTS:
        raise InvalidArgument(
            f"{where} is an object whose fields may be paths; given was {value!r} alone.",
            hint="To hand on a part of the data as it is, use input_path= or output_path=.",
        )
    return fill(value, language, where=where)


_OBJECTS: Final = ("Parameters", "ResultSelector", "ItemSelector", "Assign")


def _holds_expression(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(map(_holds_expression, value.values()))
    return isinstance(value, Expression) or (isinstance(value, (list, tuple)) and any(map(_holds_expression, value)))
