"""Filter expressions of a JSONPath: `?(@.price < 10 && @.tags)`.

Parsed once into nested functions `(candidate, root) -> value`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import import_module
from typing import Any, Final

from sfn_notebook.errors import PathFailure
from sfn_notebook.expressions.cursor import Cursor
from sfn_notebook.expressions.path_model import Predicate, Step, is_definite, spread

Operand = Callable[[Any, Any], Any]
StepsAt = Callable[[Cursor], tuple[Step, ...]]

_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")
_REGEX: Final = re.compile(r"/((?:[^/\\]|\\.)*)/([a-z]*)")
_WORD: Final = re.compile(r"[a-z]+")
_MAX_DEPTH: Final = 50
_MAX_CONDITIONS: Final = 1000


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
        self.conditions = 0

    def count(self) -> None:
        self.conditions += 1
        if self.conditions > _MAX_CONDITIONS:
            self.cursor.fail("too many conditions")

    def either(self, depth: int) -> Predicate:
        parts = [self.both(depth)]
        while self._take("||"):
            self.count()
            parts.append(self.both(depth))
        return parts[0] if len(parts) == 1 else lambda here, root: any(part(here, root) for part in parts)

    def both(self, depth: int) -> Predicate:
        parts = [self.negated(depth)]
        while self._take("&&"):
            self.count()
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
        sign = (self.cursor.match(_SIGN) or "").lower()
        if not sign:
            return lambda here, root: left(here, root) is not MISSING
        compare = _COMPARE[sign]
        right = self.pattern() if sign == "=~" else self.operand()
        return lambda here, root: compare(left(here, root), right(here, root))

    def operand(self) -> Operand:
        cursor = self.cursor
        cursor.spaces()
        if cursor.next in ("@", "$"):
            return self.path(of_root=cursor.next == "$")
        if cursor.next in ("'", '"'):
            return _constant(cursor.quoted())
        if cursor.take("["):
            return self.array()
        if cursor.take("{"):
            return self.object()
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
        definite = is_definite(steps)

        def select(here: Any, root: Any) -> Any:
            try:
                found = spread(root if of_root else here, steps, root)
            except PathFailure:  # a function of nothing
                return MISSING
            if definite:
                return found[0] if found else MISSING
            return found  # as in Jayway: an indefinite path is there even when it selects nothing

        return select

    def array(self) -> Operand:
        items: list[Operand] = []
        while not self._take("]"):
            if items:
                self.cursor.expect(",")
            items.append(self.operand())
        return lambda here, root: [item(here, root) for item in items]

    def object(self) -> Operand:
        members: dict[str, Operand] = {}
        while not self._take("}"):
            if members:
                self.cursor.expect(",")
                self.cursor.spaces()
            if self.cursor.next not in ("'", '"'):
                self.cursor.fail("expected a quoted name")
            name = self.cursor.quoted()
            self.cursor.spaces()
            self.cursor.expect(":")
            members[name] = self.operand()
        return lambda here, root: {name: member(here, root) for name, member in members.items()}

    def pattern(self) -> Operand:
        self.cursor.spaces()
        found = self.cursor.match(_REGEX)
        if found is None:
            self.cursor.fail("expected a regular expression /…/")
        body, flags = _REGEX.fullmatch(found).groups()  # type: ignore[union-attr]  # it has just matched
        regex = import_module("regex")  # slow to import, and few paths need it
        options = sum(getattr(regex, flag) for flag in {_FLAGS[one] for one in flags if one in _FLAGS})
        try:
            return _constant(regex.compile(body.replace("\\/", "/"), options | regex.VERSION1))
        except (regex.error, OverflowError) as error:
            self.cursor.fail(f"not a regular expression ({error})")

    def _take(self, token: str) -> bool:
        self.cursor.spaces()
        return self.cursor.take(token)


def _constant(value: Any) -> Operand:
    return lambda here, root: value


def operand(cursor: Cursor, steps_at: StepsAt) -> Operand:
    """The operand that stands at the cursor, which is left behind it."""
    return _Parser(cursor, steps_at).operand()


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, (int, float)) else type(value).__name__


def _equal(left: Any, right: Any) -> bool:
    """Jayway's equality: a text equals the number it says, and otherwise only the same type is equal."""
    kinds = {_kind(left), _kind(right)}
    if kinds == {"str", "number"}:
        left, right = _number(left), _number(right)
        return left is not None and left == right
    return len(kinds) == 1 and left is not MISSING and bool(left == right)


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except ValueError:
        return None


def _same(left: Any, right: Any) -> bool:
    return _kind(left) == _kind(right) and _equal(left, right)


def _ordered(test: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    return lambda left, right: _kind(left) == _kind(right) and _kind(left) in ("number", "str") and test(left, right)


def _matches(value: Any, pattern: Any) -> bool:
    if isinstance(value, list):
        return any(_matches(item, pattern) for item in value)
    text = _json_text(value) if _kind(value) in ("number", "boolean") else value
    if not isinstance(text, str):
        return False
    try:
        return pattern.fullmatch(text, timeout=_REGEX_SECONDS) is not None
    except TimeoutError:
        raise PathFailure(f"the regular expression /{pattern.pattern}/ takes too long") from None


def _json_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _among(value: Any, items: Any) -> bool:
    return isinstance(items, list) and any(_equal(value, item) for item in items)


def _contains(left: Any, right: Any) -> bool:
    return right in left if isinstance(left, str) and isinstance(right, str) else _among(right, left)


def _type(value: Any, wanted: Any) -> bool:
    names = {"str": "string", "dict": "json", "list": "json", "NoneType": "null"}
    return bool(names.get(_kind(value), _kind(value)) == wanted)


_REGEX_SECONDS: Final = 1.0
_FLAGS: Final = {"i": "IGNORECASE", "m": "MULTILINE", "s": "DOTALL", "x": "VERBOSE"}  # those of Java that we know
_COMPARE: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "===": _same,
    "!==": lambda left, right: not _same(left, right),
    "==": _equal,
    "!=": lambda left, right: not _equal(left, right),
    "=~": _matches,
    "<=": _ordered(lambda left, right: left <= right),
    ">=": _ordered(lambda left, right: left >= right),
    "<": _ordered(lambda left, right: left < right),
    ">": _ordered(lambda left, right: left > right),
    "nin": lambda left, right: isinstance(right, list) and not _among(left, right),
    "in": _among,
    "contains": _contains,
    "all": lambda left, right: (
        isinstance(left, list) and isinstance(right, list) and all(_among(item, left) for item in right)
    ),
    "subsetof": lambda left, right: isinstance(left, list) and all(_among(item, right) for item in left),
    "anyof": lambda left, right: isinstance(left, list) and any(_among(item, right) for item in left),
    "noneof": lambda left, right: isinstance(left, list) and not any(_among(item, right) for item in left),
    "size": lambda left, right: isinstance(left, (list, str)) and len(left) == right,
    "empty": lambda left, right: isinstance(left, (list, str)) and (len(left) == 0) == right,
    "exists": lambda left, right: (left is not MISSING) == right,
    "type": _type,
}
# longer signs first: the first that stands at the cursor is taken
_SIGN: Final = re.compile(
    "|".join(
        f"{re.escape(sign)}(?!\\w)" if sign.isalpha() else re.escape(sign)
        for sign in sorted(_COMPARE, key=len, reverse=True)
    ),
    re.IGNORECASE,
)
