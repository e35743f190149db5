"""Checks of one state: its type, its fields, what it must have, its retriers, catchers and rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from sfn_notebook.asl import BOTH, JSONATA, JSONPATH, STATE_FIELDS, Machine, State
from sfn_notebook.asl.fields import CATCH_FIELDS, RETRY_FIELDS, fields_of
from sfn_notebook.errors import did_you_mean
from sfn_notebook.lint.fixes import Edit
from sfn_notebook.lint.report import Problem
from sfn_notebook.lint.rules import problem
from sfn_notebook.lint.shapes import (
    ARRAY,
    ERROR_NAMES,
    EXECUTION_TYPE,
    FIELD_SHAPES,
    MODE,
    OBJECT,
    RETRY_SHAPES,
    STATE_TYPE,
    Shape,
    is_query,
    is_timestamp,
    shape_problem,
)

_REQUIRED: Final = MappingProxyType({"Task": ("Resource",), "Choice": ("Choices",), "Parallel": ("Branches",)})
_ONE_OF: Final = MappingProxyType(
    {"Wait": ("Seconds", "SecondsPath", "Timestamp", "TimestampPath"), "Map": ("ItemProcessor", "Iterator")}
)
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
    else:
        yield from _shaped(state, STATE_TYPE, "Type")
    if machine.query_language == JSONATA and state.fields.get("QueryLanguage") == JSONPATH:
        yield problem("downgrade", state.pointer, state=state.name)


def field_problems(state: State, machine: Machine) -> Iterator[Problem]:
    """Fields it may not have, fields of the other query language, and values of the wrong kind."""
    allowed = STATE_FIELDS.get(state.type)
    if allowed is None:
        return
    for field, value in state.fields.items():
        if field not in allowed:
            near = did_you_mean(str(field), fields_of(state.type, state.query_language), limit=30)
            yield problem("unsupported_field", state.pointer, state=state.name, field=field, near=near)
        elif allowed[field] not in (BOTH, state.query_language):
            words = {"other": allowed[field], "language": state.query_language, "instead": _INSTEAD.get(field, "")}
            yield problem("other_language", state.pointer, state=state.name, field=field, **words)
        elif state.query_language == JSONATA and is_query(value):
            continue
        elif field == "Timestamp" and not is_timestamp(value):
            yield problem("bad_timestamp", f"{state.pointer}/{field}", state=state.name)
        elif field in FIELD_SHAPES:
            yield from _shaped(state, FIELD_SHAPES[field], field)


def _shaped(state: State, shape: Shape, field: str) -> Iterator[Problem]:
    found = shape_problem(shape, state.fields[field], f"{state.pointer}/{field}", state=state.name, field=field)
    if found is not None:
        yield found


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
                    yield problem("unsupported_field", pointer, state=state.name, field=field, near=near)
                elif shape is not None:
                    place = f"{pointer}/{field}"
                    if found := shape_problem(shape, value, place, state=state.name, field=field):
                        yield found
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
                    yield problem("unsupported_field", pointer, state=state.name, field=field, near=near)
                elif CATCH_FIELDS[field] not in (BOTH, state.query_language):
                    words = {"other": CATCH_FIELDS[field], "language": state.query_language, "instead": ""}
                    yield problem("other_language", pointer, state=state.name, field=field, **words)
    yield from _error_lists(state, "Catch")


def _entries(state: State, field: str) -> Iterator[tuple[str, Any]]:
    value = state.fields.get(field)
    if isinstance(value, (list, tuple)):
        for index, entry in enumerate(value):
            yield f"{state.pointer}/{field}/{index}", entry


def _error_lists(state: State, field: str) -> Iterator[Problem]:
    value = state.fields.get(field, ())
    if not isinstance(value, (list, tuple)):
        yield from _shaped(state, ARRAY, field)
        return
    seen: set[str] = set()
    for index, (pointer, entry) in enumerate(_entries(state, field)):
        if not isinstance(entry, Mapping):
            if found := shape_problem(OBJECT, entry, pointer, state=state.name, field=f"{field}[{index}]"):
                yield found
            continue
        if "ErrorEquals" not in entry:
            yield problem("required", pointer, state=state.name, fields="ErrorEquals")
            continue
        errors, place = entry["ErrorEquals"], f"{pointer}/ErrorEquals"
        if found := shape_problem(ERROR_NAMES, errors, place, state=state.name, field="ErrorEquals"):
            yield found
        elif not errors:
            yield problem("empty", place, state=state.name, field="ErrorEquals")
        elif _ALL in errors and (len(errors) > 1 or index < len(value) - 1):
            # alone it goes to the end; at the end it stands for the names beside it too; else a person has to decide
            alone = Edit("last", pointer) if len(errors) == 1 else Edit("set", place, [_ALL])
            edits = (alone,) if len(errors) == 1 or index == len(value) - 1 else ()
            yield problem("retry_all_last", place, state=state.name).mended_by(*edits)
        else:
            yield from _repeated(state, field, errors, place, seen=seen)


def _repeated(state: State, field: str, errors: Sequence[str], place: str, *, seen: set[str]) -> Iterator[Problem]:
    """Names that an earlier entry has, which are added to `seen`, and names that stand in this one twice."""
    here: set[str] = set()
    for error in errors:
        # this one matches every error that is none of Step Functions' own, whatever is named after it
        taken = error in seen or ("States.TaskFailed" in seen and not error.startswith("States."))
        if taken:
            yield problem("shadowed_error", place, state=state.name, error=error, field=field)
        elif error in here:
            edits = (Edit("set", place, list(dict.fromkeys(errors))),)
            yield problem("duplicate_error", place, state=state.name, error=error).mended_by(*edits)
        here.add(error)
    seen |= here


def nested_problems(state: State, machine: Machine) -> Iterator[Problem]:
    """What a Parallel or a Map holds."""
    branches = state.fields.get("Branches")
    if state.type == "Parallel" and branches is not None:
        pointer = f"{state.pointer}/Branches"
        if not isinstance(branches, (list, tuple)):
            yield from _shaped(state, ARRAY, "Branches")
        elif not branches:
            yield problem("empty", pointer, state=state.name, field="Branches")
        else:
            for index, branch in enumerate(branches):
                place, field = f"{pointer}/{index}", f"Branches[{index}]"
                if found := shape_problem(OBJECT, branch, place, state=state.name, field=field):
                    yield found
    yield from _processor_config(state)


def _processor_config(state: State) -> Iterator[Problem]:
    processor = state.fields.get("ItemProcessor")
    config = processor.get("ProcessorConfig") if isinstance(processor, Mapping) else None
    if state.type != "Map" or not isinstance(config, Mapping):
        return
    pointer = f"{state.pointer}/ItemProcessor/ProcessorConfig"
    mode = config.get("Mode", "INLINE")
    if found := shape_problem(MODE, mode, f"{pointer}/Mode", state=state.name, field="Mode"):
        yield found
    if mode != "DISTRIBUTED":
        return
    if "ExecutionType" not in config:
        yield problem("required", pointer, state=state.name, fields="ExecutionType")
    else:
        kind, place = config["ExecutionType"], f"{pointer}/ExecutionType"
        if found := shape_problem(EXECUTION_TYPE, kind, place, state=state.name, field="ExecutionType"):
            yield found
