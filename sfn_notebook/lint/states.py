"""Checks of one state: its type, its fields, what it must have, its retriers, catchers and rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from sfn_notebook.asl import BOTH, JSONATA, JSONPATH, STATE_FIELDS, STATE_TYPES, Machine, State
from sfn_notebook.asl.fields import CATCH_FIELDS, RETRY_FIELDS, fields_of
from sfn_notebook.errors import did_you_mean
from sfn_notebook.lint.report import Problem
from sfn_notebook.lint.rules import problem
from sfn_notebook.lint.shapes import FIELD_SHAPES, RETRY_SHAPES, is_query, is_timestamp, kind_of

_REQUIRED: Final = MappingProxyType({"Task": ("Resource",), "Choice": ("Choices",), "Parallel": ("Branches",)})
_ONE_OF: Final = MappingProxyType(
    {"Wait": ("Seconds", "SecondsPath", "Timestamp", "TimestampPath"), "Map": ("ItemProcessor", "Iterator")}
)
_EVERY_FIELD: Final = frozenset(field for fields in STATE_FIELDS.values() for field in fields)
_INSTEAD: Final = MappingProxyType(
    {
        "Parameters": "Use Arguments. ",
        "Arguments": "Use Parameters. ",
        "ItemsPath": "Use Items. ",
        "Items": "Use ItemsPath. ",
    }
)
_ALL: Final = "States.ALL"


def type_problems(state: State, machine: Machine) -> Iterator[Problem]:
    """Its Type and its QueryLanguage."""
    if "Type" not in state.fields:
        yield problem("required", state.pointer, state=state.name, fields="Type")
    elif state.type not in STATE_TYPES:
        near = did_you_mean(state.type, STATE_TYPES)
        yield problem("unknown_type", f"{state.pointer}/Type", state=state.name, near=near)
    if machine.query_language == JSONATA and state.fields.get("QueryLanguage") == JSONPATH:
        yield problem("downgrade", state.pointer, state=state.name)


def field_problems(state: State, machine: Machine) -> Iterator[Problem]:
    """Fields it may not have, fields of the other query language, and values of the wrong kind."""
    allowed = STATE_FIELDS.get(state.type)
    if allowed is None:
        return
    for field, value in state.fields.items():
        pointer = f"{state.pointer}/{field}"
        if field not in allowed:
            name = "misplaced_field" if field in _EVERY_FIELD else "unknown_field"
            near = did_you_mean(str(field), fields_of(state.type, state.query_language), limit=30)
            yield problem(name, pointer, state=state.name, field=field, owner=f"a {state.type} state", near=near)
        elif allowed[field] not in (BOTH, state.query_language):
            words = {"other": allowed[field], "language": state.query_language, "instead": _INSTEAD.get(field, "")}
            yield problem("other_language", pointer, state=state.name, field=field, **words)
        else:
            yield from _shape(state, field, value)


def _shape(state: State, field: str, value: Any) -> Iterator[Problem]:
    pointer = f"{state.pointer}/{field}"
    evaluated = state.query_language == JSONATA and is_query(value)
    shape = FIELD_SHAPES.get(field)
    if field == "Timestamp" and not evaluated and not is_timestamp(value):
        yield problem("bad_timestamp", pointer, state=state.name)
    elif shape is not None and not evaluated and not shape.holds(value):
        yield problem("wrong_shape", pointer, state=state.name, field=field, wanted=shape.words, given=kind_of(value))


def required_problems(state: State, machine: Machine) -> Iterator[Problem]:
    """Fields it must have, and fields of which it has one."""
    missing = [field for field in _REQUIRED.get(state.type, ()) if field not in state.fields]
    if missing:
        yield problem("required", state.pointer, state=state.name, fields=", ".join(missing))
    one_of = _ONE_OF.get(state.type, ())
    given = [field for field in one_of if field in state.fields]
    if one_of and len(given) != 1:
        detail = f"Given are {', '.join(given)}." if given else "None is given."
        mark = "nothing to wait for" if state.type == "Wait" else "no processor"
        words = {"fields": ", ".join(one_of), "detail": detail, "mark": mark if not given else "one too many"}
        yield problem("one_of", state.pointer, state=state.name, **words)
    for field in state.fields:
        if f"{field}Path" in state.fields and field not in (*one_of, "Result", "Output"):
            words = {"fields": f"{field}, {field}Path", "mark": f"{field} twice"}
            yield problem("not_together", state.pointer, state=state.name, **words)
    yield from _next_or_end(state)


def _next_or_end(state: State) -> Iterator[Problem]:
    if "Next" not in STATE_FIELDS.get(state.type, ()):
        return
    ends = state.fields.get("End") is True
    if ("Next" in state.fields) == ends:
        detail = (
            f"It leads to {state.next!r} and ends." if ends else "It neither leads on nor ends: Next, or End: true."
        )
        yield problem("next_or_end", state.pointer, state=state.name, detail=detail)


def retry_problems(state: State, machine: Machine) -> Iterator[Problem]:
    """Its retriers."""
    for pointer, entry in _entries(state, "Retry"):
        if isinstance(entry, Mapping):
            for field, value in entry.items():
                shape = RETRY_SHAPES.get(field)
                if field not in RETRY_FIELDS:
                    near = did_you_mean(str(field), RETRY_FIELDS)
                    yield problem("unknown_field", f"{pointer}/{field}", state=state.name, field=field, near=near)
                elif shape is not None and not shape.holds(value):
                    words = {"field": field, "wanted": shape.words, "given": kind_of(value)}
                    yield problem("wrong_shape", f"{pointer}/{field}", state=state.name, **words)
    yield from _error_lists(state, "Retry")


def catch_problems(state: State, machine: Machine) -> Iterator[Problem]:
    """Its catchers."""
    for pointer, entry in _entries(state, "Catch"):
        if isinstance(entry, Mapping):
            if not isinstance(entry.get("Next"), str):
                yield problem("required", pointer, state=state.name, fields="Next")
            for field in entry:
                if field not in CATCH_FIELDS:
                    near = did_you_mean(str(field), CATCH_FIELDS)
                    yield problem("unknown_field", f"{pointer}/{field}", state=state.name, field=field, near=near)
                elif CATCH_FIELDS[field] not in (BOTH, state.query_language):
                    words = {"other": CATCH_FIELDS[field], "language": state.query_language, "instead": ""}
                    yield problem("other_language", f"{pointer}/{field}", state=state.name, field=field, **words)
    yield from _error_lists(state, "Catch")


def _entries(state: State, field: str) -> Iterator[tuple[str, Any]]:
    value = state.fields.get(field)
    if isinstance(value, (list, tuple)):
        for index, entry in enumerate(value):
            yield f"{state.pointer}/{field}/{index}", entry


def _error_lists(state: State, field: str) -> Iterator[Problem]:
    value = state.fields.get(field, ())
    if not isinstance(value, (list, tuple)):
        words = {"field": field, "wanted": "an array", "given": kind_of(value)}
        yield problem("wrong_shape", f"{state.pointer}/{field}", state=state.name, **words)
        return
    for index, (pointer, entry) in enumerate(_entries(state, field)):
        errors = entry.get("ErrorEquals") if isinstance(entry, Mapping) else None
        if not isinstance(errors, (list, tuple)) or not errors or not all(isinstance(one, str) for one in errors):
            words = {"field": "ErrorEquals", "wanted": "an array of error names", "given": kind_of(errors)}
            yield problem("wrong_shape", f"{pointer}/ErrorEquals", state=state.name, **words)
        elif _ALL in errors and (len(errors) > 1 or index < len(value) - 1):
            yield problem("retry_all_last", f"{pointer}/ErrorEquals", state=state.name)


def nested_problems(state: State, machine: Machine) -> Iterator[Problem]:
    """What a Parallel or a Map holds."""
    branches = state.fields.get("Branches")
    if state.type == "Parallel" and branches is not None:
        pointer = f"{state.pointer}/Branches"
        if not isinstance(branches, (list, tuple)):
            words = {"field": "Branches", "wanted": "an array of branches", "given": kind_of(branches)}
            yield problem("wrong_shape", pointer, state=state.name, **words)
        elif not branches:
            yield problem("empty", pointer, state=state.name, field="Branches")
        else:
            for index, branch in enumerate(branches):
                if not isinstance(branch, Mapping):
                    words = {"field": f"Branches[{index}]", "wanted": "an object", "given": kind_of(branch)}
                    yield problem("wrong_shape", f"{pointer}/{index}", state=state.name, **words)
    yield from _processor_config(state)


def _processor_config(state: State) -> Iterator[Problem]:
    processor = state.fields.get("ItemProcessor")
    config = processor.get("ProcessorConfig") if isinstance(processor, Mapping) else None
    if state.type != "Map" or not isinstance(config, Mapping):
        return
    pointer = f"{state.pointer}/ItemProcessor/ProcessorConfig"
    mode = config.get("Mode", "INLINE")
    if mode not in ("INLINE", "DISTRIBUTED"):
        words = {"field": "Mode", "wanted": "INLINE or DISTRIBUTED", "given": kind_of(mode)}
        yield problem("wrong_shape", f"{pointer}/Mode", state=state.name, **words)
    if mode == "DISTRIBUTED" and config.get("ExecutionType") not in ("STANDARD", "EXPRESS"):
        words = {"wanted": "STANDARD or EXPRESS", "given": kind_of(config.get("ExecutionType"))}
        yield problem("wrong_shape", f"{pointer}/ExecutionType", state=state.name, field="ExecutionType", **words)
