"""Filter expressions of a JSONPath: `?(@.price < 10 && @.tags)`.

Parsed once into nested functions `(candidate, root) -> value`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from sfn_notebook.expressions.cursor import Cursor
from sfn_notebook.expressions.path_model import Index, Name, Predicate, Step

Operand = Callable[[Any, Any], Any]
StepsAt = Callable[[Cursor], tuple[Step, ...]]

_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")
_REGEX: Final = re.compile(r"/((?:[^/\\]|\\.)*)/([a-z]*)")
_WORD: Final = re.compile(r"[a-z]+")
_MAX_DEPTH: Final = 50


class _Missing:
    """What a path in a filter gives when it selects nothing."""


MISSING: Final = _Missing()
_LITERALS: Final = {"true": True, "false": False, "null": None}


def parse(cursor: Cursor, steps_at: StepsAt) -> Predicate:
    """The predicate that starts at the cursor, which is left behind it."""
    return _Parser(cursor, steps_at).either(0)


class _Parser:
    def __init__(self, cursor: Cursor, steps_at: StepsAt) -> None:
        self.cursor = cursor
        self.steps_at = steps_at

    def either(self, depth: int) -> Predicate:
        parts = [self.both(depth)]
        while self._take("||"):
            parts.append(self.both(depth))
        return parts[0] if len(parts) == 1 else lambda here, root: any(part(here, root) for part in parts)

    def both(self, depth: int) -> Predicate:
        parts = [self.negated(depth)]
        while self._take("&&"):
            parts.append(self.negated(depth))
        return parts[0] if len(parts) == 1 else lambda here, root: all(part(here, root) for part in parts)

    def negated(self, depth: int) -> Predicate:
        if depth > _MAX_DEPTH:
            self.cursor.fail("nested too deeply")
        self.cursor.spaces()
        if self.cursor.take("!"):
            inner = self.negated(depth + 1)
            return lambda here, root: not inner(here, root)
        if self.cursor.take("("):
            inner = self.either(depth + 1)
            self.cursor.spaces()
            self.cursor.expect(")")
            return inner
        return self.comparison()

    def comparison(self) -> Predicate:
        left = self.operand()
        self.cursor.spaces()
        for sign, compare in _COMPARE.items():
            if self.cursor.take(sign):
                right = self.pattern() if sign == "=~" else self.operand()
                return lambda here, root: compare(left(here, root), right(here, root))
        return lambda here, root: left(here, root) is not MISSING

    def operand(self) -> Operand:
        cursor = self.cursor
        cursor.spaces()
        if cursor.next in ("@", "$"):
            return self.path(of_root=cursor.next == "$")
        if cursor.next in ("'", '"'):
            return _constant(cursor.quoted())
        if cursor.take("["):
            return self.array()
        number = cursor.match(_NUMBER)
        if number is not None:
            return _constant(float(number) if any(c in number for c in ".eE") else int(number))
        word = cursor.match(_WORD)
        if word not in _LITERALS:
            cursor.fail("expected a path, a string, a number, true, false or null")
        return _constant(_LITERALS[word])

    def path(self, *, of_root: bool) -> Operand:
        self.cursor.at += 1
        steps = self.steps_at(self.cursor)
        definite = all(isinstance(step, (Name, Index)) for step in steps)

        def select(here: Any, root: Any) -> Any:
            found = [root if of_root else here]
            for step in steps:
                found = [item for value in found for item in step.select(value, root)]
            if definite:
                return found[0] if found else MISSING
            return found or MISSING

        return select

    def array(self) -> Operand:
        items: list[Operand] = []
        while not self._take("]"):
            if items:
                self.cursor.expect(",")
            items.append(self.operand())
        return lambda here, root: [item(here, root) for item in items]

    def pattern(self) -> Operand:
        self.cursor.spaces()
        found = self.cursor.match(_REGEX)
        if found is None:
            self.cursor.fail("expected a regular expression /…/")
        body, flags = _REGEX.fullmatch(found).groups()  # type: ignore[union-attr]  # it has just matched
        try:
            return _constant(re.compile(body.replace("\\/", "/"), re.IGNORECASE if "i" in flags else 0))
        except (re.error, OverflowError) as error:
            self.cursor.fail(f"not a regular expression ({error})")

    def _take(self, token: str) -> bool:
        self.cursor.spaces()
        return self.cursor.take(token)


def _constant(value: Any) -> Operand:
    return lambda here, root: value


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, (int, float)) else type(value).__name__


def _equal(left: Any, right: Any) -> bool:
    return _kind(left) == _kind(right) and left is not MISSING and bool(left == right)


def _ordered(test: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    return lambda left, right: _kind(left) == _kind(right) and _kind(left) in ("number", "str") and test(left, right)


def _matches(value: Any, pattern: Any) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _among(value: Any, items: Any) -> bool:
    return isinstance(items, list) and any(_equal(value, item) for item in items)


# longer tokens first: the first that stands at the cursor is taken
_COMPARE: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "==": _equal,
    "!=": lambda left, right: not _equal(left, right),
    "=~": _matches,
    "<=": _ordered(lambda left, right: left <= right),
    ">=": _ordered(lambda left, right: left >= right),
    "<": _ordered(lambda left, right: left < right),
    ">": _ordered(lambda left, right: left > right),
    "nin": lambda left, right: not _among(left, right),
    "in": _among,
    "contains": lambda left, right: (
        right in left if isinstance(left, str) and isinstance(right, str) else _among(right, left)
    ),
    "subsetof": lambda left, right: isinstance(left, list) and all(_among(item, right) for item in left),
    "anyof": lambda left, right: isinstance(left, list) and any(_among(item, right) for item in left),
    "noneof": lambda left, right: isinstance(left, list) and not any(_among(item, right) for item in left),
    "size": lambda left, right: isinstance(left, (list, str)) and len(left) == right,
    "empty": lambda left, right: isinstance(left, (list, str)) and (len(left) == 0) == right,
}
