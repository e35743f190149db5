"""The intrinsic functions of JSONPath payload templates: parsing a call.

https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from sfn_notebook.errors import IntrinsicFailure, PathFailure, did_you_mean
from sfn_notebook.expressions.cursor import Cursor
from sfn_notebook.expressions.intrinsic_functions import ANY, FUNCTIONS, Template
from sfn_notebook.expressions.path_model import Path
from sfn_notebook.expressions.path_parser import path_at
from sfn_notebook.expressions.scope import Scope

Evaluator = Callable[[Scope], Any]

_NAME: Final = re.compile(r"States\.[A-Za-z0-9]+")
_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")
_WORDS: Final = {"null": None, "true": True, "false": False}
_MAX_DEPTH: Final = 10  # AWS allows ten nested calls


@lru_cache(maxsize=4096)
def parse(text: str) -> Evaluator:
    """The function that evaluates a call in a scope.

    Raises:
        ExpressionError: the text is not a call of an intrinsic function; the message says where.

    >>> parse("States.Format('{} of {}', $.n, 3)")(Scope(input={"n": 2}))
    '2 of 3'
    """
    cursor = Cursor(text)
    evaluator = _call(cursor, 1)
    cursor.spaces()
    if cursor.next:
        cursor.fail("unexpected text")

    def evaluate(scope: Scope) -> Any:
        try:
            return evaluator(scope)
        except RecursionError as error:
            raise IntrinsicFailure(f"Invalid arguments in {text}: a value is nested too deeply") from error

    return evaluate


def _call(cursor: Cursor, depth: int) -> Evaluator:
    if depth > _MAX_DEPTH:
        cursor.fail(f"more than {_MAX_DEPTH} nested calls")
    name = cursor.match(_NAME) or ""
    if name not in FUNCTIONS:
        cursor.fail(f"there is no intrinsic function {name!r}; {did_you_mean(name, FUNCTIONS)}")
    fewest, most, function = FUNCTIONS[name]
    arguments = _arguments(cursor, depth, template=name == "States.Format")
    if not fewest <= len(arguments) <= most:
        wanted = str(fewest) if fewest == most else f"{fewest} or more" if most == ANY else f"{fewest} to {most}"
        cursor.fail(f"{name} takes {wanted} arguments, not {len(arguments)}")

    def evaluate(scope: Scope) -> Any:
        return function(scope, *[argument(scope) for argument in arguments])

    return evaluate


def _arguments(cursor: Cursor, depth: int, *, template: bool) -> list[Evaluator]:
    cursor.spaces()
    cursor.expect("(")
    cursor.spaces()
    found: list[Evaluator] = []
    while not cursor.take(")"):
        if len(found) > ANY:
            cursor.fail(f"more than {ANY} arguments")
        if found:
            cursor.expect(",")
            cursor.spaces()
        if template and not found and cursor.next == "'":
            found.append(_constant(Template(_literal(cursor))))
        else:
            found.append(_argument(cursor, depth))
        cursor.spaces()
    return found


def _argument(cursor: Cursor, depth: int) -> Evaluator:
    if cursor.next == "$":
        return _path_reader(path_at(cursor))
    if cursor.next == "'":
        return _constant("".join(piece[-1] for piece in _literal(cursor)))
    if cursor.text.startswith("States.", cursor.at):
        return _call(cursor, depth + 1)
    number = cursor.match(_NUMBER)
    if number is not None:
        return _constant(float(number) if any(c in number for c in ".eE") else int(number))
    for word, value in _WORDS.items():
        if cursor.take(word):
            return _constant(value)
    return cursor.fail("expected a path, a 'string', a number, true, false, null or a States. function")


def _literal(cursor: Cursor) -> list[str]:
    """A 'string' in pieces. Only these are escaped: ' { } and the backslash itself."""
    start = cursor.at
    pieces = cursor.quoted_pieces()
    for piece in pieces:
        if piece[0] == "\\" and (len(piece) != 2 or piece[1] not in "'{}\\"):
            cursor.at = start
            cursor.fail(rf"{piece} is no escape; allowed are \' \{{ \}} \\ in")
    return pieces


def _constant(value: Any) -> Evaluator:
    return lambda scope: value


def _path_reader(path: Path) -> Evaluator:
    def read(scope: Scope) -> Any:
        try:
            return path.value(scope.document(path.root))
        except PathFailure as failure:
            if not path.definite:
                return []  # as recorded of a payload template: a wildcard or slice of what is not there
            failure.path = path.text
            raise

    return read
