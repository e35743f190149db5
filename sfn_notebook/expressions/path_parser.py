"""Reading JSONPath text into a `Path`: a recursive descent parser over a cursor.

The grammar is Jayway's as Step Functions uses it. The same cursor reads intrinsic functions, whose arguments
hold paths (see `intrinsics`).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from sfn_notebook.expressions import path_filters, path_functions
from sfn_notebook.expressions.cursor import Cursor
from sfn_notebook.expressions.path_model import (
    CONTEXT,
    INPUT,
    Call,
    Descent,
    Filter,
    Index,
    Name,
    Path,
    Slice,
    Step,
    Union,
    Wildcard,
    is_definite,
)

_VARIABLE: Final = re.compile(r"[^\W\d]\w*")
_NAME: Final = re.compile(r"[^\s.\[\](),'\"*?=!<>&|~]+")
_NO_ARGUMENTS: Final = re.compile(r"\(\s*\)")
_INTEGER: Final = re.compile(r"-?\d{1,18}")
_MAX_STEPS: Final = 1000


@lru_cache(maxsize=8192)
def parse_path(text: str) -> Path:
    """The path a whole text says.

    Raises:
        ExpressionError: it is not a path; the message says where.

    >>> parse_path("$.orders[0].total").definite
    True
    """
    cursor = Cursor(text)
    path = path_at(cursor)
    if cursor.next:
        cursor.fail("unexpected text")
    return path


def path_at(cursor: Cursor) -> Path:
    """The path that starts at the cursor, which is left behind it."""
    start = cursor.at
    cursor.expect("$")
    root = CONTEXT if cursor.take("$") else cursor.match(_VARIABLE) or INPUT
    steps = steps_at(cursor)
    return Path(cursor.text[start : cursor.at], root, steps, is_definite(steps))


def steps_at(cursor: Cursor) -> tuple[Step, ...]:
    """The steps from the cursor on, as far as they go."""
    steps: list[Step] = []
    while True:
        if cursor.take(".."):
            steps.append(Descent(_bracket(cursor) if cursor.next == "[" else _dotted(cursor)))
        elif cursor.take("."):
            steps.append(_dotted(cursor))
        elif cursor.next == "[":
            steps.append(_bracket(cursor))
        else:
            return tuple(steps)
        if isinstance(steps[-1], Name) and cursor.next == "(":
            steps[-1] = _call(cursor, steps[-1].name)
            return tuple(steps)
        if len(steps) > 1 and isinstance(steps[-2], Union):
            steps[-2] = Union(steps[-2].parts, last=False)
        if len(steps) > _MAX_STEPS:
            cursor.fail("too many steps")


def _call(cursor: Cursor, name: str) -> Call:
    function = path_functions.FUNCTIONS.get(name)
    if function is None:
        cursor.fail(f"there is no function {name}()")
    if not path_functions.takes_argument(name):
        if cursor.match(_NO_ARGUMENTS) is None:
            cursor.fail(f"{name}() takes no arguments")
        return Call(name, lambda value, root: function(value))
    cursor.expect("(")
    argument = path_filters.operand(cursor, steps_at)
    cursor.spaces()
    cursor.expect(")")
    return Call(name, lambda value, root: function(value, argument(value, root)))


def _dotted(cursor: Cursor) -> Step:
    if cursor.take("*"):
        return Wildcard()
    name = cursor.match(_NAME)
    if name is None:
        cursor.fail("expected a name")
    return Name(name)


def _bracket(cursor: Cursor) -> Step:
    cursor.expect("[")
    cursor.spaces()
    step = _inside(cursor)
    cursor.spaces()
    cursor.expect("]")
    return step


def _inside(cursor: Cursor) -> Step:
    if cursor.take("*"):
        return Wildcard()
    if cursor.take("?"):
        return _filter(cursor)
    if cursor.next in ("'", '"'):
        names: list[Name | Index] = [Name(cursor.quoted())]
        while _comma(cursor):
            if cursor.next not in ("'", '"'):
                cursor.fail("expected a quoted name")
            names.append(Name(cursor.quoted()))
        return names[0] if len(names) == 1 else Union(tuple(names))
    return _indexes(cursor)


def _indexes(cursor: Cursor) -> Step:
    first = _integer(cursor)
    cursor.spaces()
    if cursor.take(":"):
        cursor.spaces()
        stop = _integer(cursor)
        if cursor.take(":"):
            _integer(cursor)  # a step, which Jayway reads and takes no notice of
        if first is None and stop is None:
            cursor.fail("expected a slice with a start or an end")
        return Slice(first, stop)
    if first is None:
        cursor.fail("expected an index, a quoted name, '*', '?' or a slice")
    indexes: list[Name | Index] = [Index(first)]
    while _comma(cursor):
        another = _integer(cursor)
        if another is None:
            cursor.fail("expected an index")
        indexes.append(Index(another))
    return indexes[0] if len(indexes) == 1 else Union(tuple(indexes))


def _filter(cursor: Cursor) -> Filter:
    cursor.spaces()
    cursor.expect("(")
    start = cursor.at
    predicate = path_filters.parse(cursor, steps_at)
    text = cursor.text[start : cursor.at].strip()
    cursor.spaces()
    cursor.expect(")")
    return Filter(predicate, text)


def _comma(cursor: Cursor) -> bool:
    cursor.spaces()
    found = cursor.take(",")
    cursor.spaces()
    return found


def _integer(cursor: Cursor) -> int | None:
    digits = cursor.match(_INTEGER)
    return None if digits is None else int(digits)
