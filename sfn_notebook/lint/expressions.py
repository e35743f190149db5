"""Checks of the expressions in a state: is each one sound, and is each text that looks like one evaluated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sfn_notebook.asl import JSONATA, PART_FIELDS, Machine, State
from sfn_notebook.asl.model import escape
from sfn_notebook.asl.variables import SUB_MACHINES
from sfn_notebook.errors import ExpressionError
from sfn_notebook.expressions import jsonpath
from sfn_notebook.lint.choices import OPERATORS
from sfn_notebook.lint.fixes import Edit
from sfn_notebook.lint.queries import LOOKS_LIKE_PATH, query_problems
from sfn_notebook.lint.report import Problem
from sfn_notebook.lint.rules import problem
from sfn_notebook.lint.shapes import is_query, kind_of

_PLAIN: Final = ("Comment", "Type", "Next", "Default", "QueryLanguage", "Resource", "Label", "Retry")
_TEMPLATES: Final = ("Parameters", "ResultSelector", "ItemSelector", "Assign", "Credentials", "BatchInput")
_REFERENCES: Final = ("ResultPath",)
_TEXT_FIELDS: Final = ("Error", "Cause")
_TEXT_PATHS: Final = ("ErrorPath", "CausePath")
_TEXT_FUNCTIONS: Final = tuple(
    f"States.{name}"
    for name in ("Format", "JsonToString", "ArrayGetItem", "Base64Encode", "Base64Decode", "Hash", "UUID")
)  # as the guide has it of ErrorPath and CausePath
_NULLABLE: Final = ("InputPath", "OutputPath", "ResultPath")


def expression_problems(state: State, machine: Machine) -> Iterator[Problem]:
    """What is wrong with the expressions of a state."""
    fields = {key: one for key, one in state.fields.items() if key not in (*SUB_MACHINES, *_PLAIN)}
    if state.query_language == JSONATA:
        yield from query_problems(state, fields)
    else:
        yield from _path_fields(state, fields, state.pointer)


def _path_fields(state: State, fields: Mapping[str, Any], pointer: str) -> Iterator[Problem]:
    for field, value in fields.items():
        place = f"{pointer}/{escape(str(field))}"
        if str(field).endswith("Path"):
            if value is not None or field not in _NULLABLE:
                yield from _path(state, value, place, field, reference=field in _REFERENCES)
        elif field in _TEMPLATES:
            yield from _template(state, value, place)
        elif field in PART_FIELDS and isinstance(value, Mapping):
            yield from _path_fields(state, value, place)
        elif field == "Result":
            yield from _static(state, value, place)
        elif field in ("Catch", "Choices"):
            for index, entry in enumerate(value if isinstance(value, (list, tuple)) else ()):
                if isinstance(entry, Mapping):
                    yield from _entry(state, entry, f"{place}/{index}")
        elif is_query(value):
            yield problem("jsonata_in_jsonpath", place, state=state.name, field=field)
        elif field in _TEXT_FIELDS and isinstance(value, str) and LOOKS_LIKE_PATH.fullmatch(value):
            edits = (Edit("rename", place, f"{field}Path"),) if _is_path(value) and f"{field}Path" not in fields else ()
            yield problem("no_path", place, state=state.name, field=field).mended_by(*edits)


def _entry(state: State, entry: Mapping[str, Any], pointer: str) -> Iterator[Problem]:
    """A catcher, or a Choice rule with those inside it."""
    for key, value in entry.items():
        place = f"{pointer}/{escape(str(key))}"
        if key == "Variable" or (str(key).endswith("Path") and not (key == "ResultPath" and value is None)):
            if isinstance(value, str):
                yield from _path(state, value, place, key, reference=key in _REFERENCES)
        elif key == "Assign":
            yield from _template(state, value, place)
        elif isinstance(value, str) and key in OPERATORS and LOOKS_LIKE_PATH.fullmatch(value):
            edits = (Edit("rename", place, f"{key}Path"),) if _is_path(value) and f"{key}Path" in OPERATORS else ()
            yield problem("no_path", place, state=state.name, field=key).mended_by(*edits)
        elif key == "Not" and isinstance(value, Mapping):
            yield from _entry(state, value, place)
        elif key in ("And", "Or") and isinstance(value, (list, tuple)):
            for index, inner in enumerate(value):
                if isinstance(inner, Mapping):
                    yield from _entry(state, inner, f"{place}/{index}")


def _is_path(text: str) -> bool:
    """Whether it is a sound path or intrinsic function, so that evaluating it does what it says."""
    try:
        jsonpath.check(text, reference=False)
    except ExpressionError:
        return False
    return True


def _template(state: State, value: Any, pointer: str) -> Iterator[Problem]:
    if isinstance(value, (list, tuple)):
        for index, one in enumerate(value):
            yield from _template(state, one, f"{pointer}/{index}")
    elif isinstance(value, Mapping):
        for key, one in value.items():
            place = f"{pointer}/{escape(str(key))}"
            if str(key).endswith(".$"):
                yield from _path(state, one, pointer, key, intrinsic=True)  # AWS names the object that holds it
            elif is_query(one):
                yield problem("jsonata_in_jsonpath", place, state=state.name, field=key)
            elif isinstance(one, str) and LOOKS_LIKE_PATH.fullmatch(one):
                mend = Edit("rename", place, f"{key}.$")
                edits = (mend,) if _is_path(one) and mend.value not in value else ()
                yield problem("no_dollar", place, state=state.name, field=key).mended_by(*edits)
            else:
                yield from _template(state, one, place)


def _path(
    state: State, value: Any, pointer: str, field: str, *, reference: bool = False, intrinsic: bool = False
) -> Iterator[Problem]:
    words = {"field": field, "or_intrinsic": " or a valid intrinsic function call" if intrinsic else ""}
    if not isinstance(value, str):
        yield problem("bad_path", pointer, state=state.name, **words, detail=f"It is {kind_of(value)}.")
        return
    try:
        jsonpath.check(value, reference=reference)
    except ExpressionError as error:
        yield problem("bad_path", pointer, state=state.name, **words, detail=error.message)
        return
    called = value.partition("(")[0]
    if field in _TEXT_PATHS and called.startswith("States.") and called not in _TEXT_FUNCTIONS:
        detail = f"{called} gives no text; these do: {', '.join(_TEXT_FUNCTIONS)}."
        yield problem("bad_path", pointer, state=state.name, **words, detail=detail)


def _static(state: State, value: Any, pointer: str) -> Iterator[Problem]:
    if isinstance(value, Mapping):
        for key, one in value.items():
            place = f"{pointer}/{escape(str(key))}"
            if str(key).endswith(".$") and isinstance(one, str) and one.startswith(("$", "States.")):
                yield problem("static_result", place, state=state.name)
            else:
                yield from _static(state, one, place)
