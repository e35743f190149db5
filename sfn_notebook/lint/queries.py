"""Checks of the JSONata in a state: is each expression sound, and may it read what it reads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sfn_notebook.asl import State
from sfn_notebook.asl.model import escape
from sfn_notebook.expressions import jsonata
from sfn_notebook.lint.fixes import Edit
from sfn_notebook.lint.report import Problem
from sfn_notebook.lint.rules import problem
from sfn_notebook.lint.shapes import is_query

LOOKS_LIKE_PATH: Final = re.compile(r"\$\$?\.[\w'\[.$].*|States\.[A-Z]\w*\(.*\)", re.DOTALL)
_RESULTS: Final = ("Task", "Parallel", "Map", "Pass")  # a Pass has none; it is not told from the others here
_WHERE: Final = {
    "result": "The result is there in Output and Assign of a Task, Parallel or Map.",
    "errorOutput": "The error is there in Output and Assign of a Catch entry.",
}


def query_problems(state: State, fields: Mapping[str, Any]) -> Iterator[Problem]:
    """What is wrong with the JSONata in some fields of a state."""
    for field, value in fields.items():
        if not (isinstance(value, str) and field == "Comment"):
            yield from _texts(state, value, (str(field),))


def _texts(state: State, value: Any, path: tuple[str, ...]) -> Iterator[Problem]:
    if isinstance(value, Mapping):
        for key, one in value.items():
            if not (isinstance(one, str) and key in ("Next", "Comment")):
                yield from _texts(state, one, (*path, str(key)))
    elif isinstance(value, (list, tuple)):
        for index, one in enumerate(value):
            yield from _texts(state, one, (*path, str(index)))
    elif isinstance(value, str):
        yield from _text(state, value, path)


def _text(state: State, value: str, path: tuple[str, ...]) -> Iterator[Problem]:
    pointer = "/".join((state.pointer, *map(escape, path)))
    field = next((step for step in reversed(path) if not step.isdigit()), "")
    if is_query(value):
        detail = jsonata.parser_says(value)
        if detail is not None:
            yield problem("bad_jsonata", pointer, state=state.name, field=field, detail=detail)
        else:
            yield from _reads(state, value, path, pointer)
    elif value.startswith("{%"):
        closed = f"{value.rstrip()} %}}"
        edits = (Edit("set", pointer, closed),) if jsonata.parser_says(closed) is None else ()
        yield problem("half_jsonata", pointer, state=state.name, field=field).mended_by(*edits)
    elif LOOKS_LIKE_PATH.fullmatch(value):
        yield problem("path_in_jsonata", pointer, state=state.name, field=field)


def _reads(state: State, value: str, path: tuple[str, ...], pointer: str) -> Iterator[Problem]:
    reads = jsonata.reads(value)
    for name in reads.top_level:
        yield problem("top_level", pointer, state=state.name, name=name)
    for name in sorted(reads.states & _WHERE.keys()):
        if not _readable(name, state, path):
            yield problem("not_readable", pointer, state=state.name, name=name, field=path[0], where=_WHERE[name])


def _readable(name: str, state: State, path: tuple[str, ...]) -> bool:
    if name == "errorOutput":
        return path[0] == "Catch" and path[2:3] in (("Output",), ("Assign",))
    return state.type in _RESULTS and path[0] in ("Output", "Assign")
