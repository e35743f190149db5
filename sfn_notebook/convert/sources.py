"""JSONata source text for JSONPath expressions: paths, intrinsic functions, values of a payload template."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from sfn_notebook.errors import ExpressionError
from sfn_notebook.expressions import jsonata
from sfn_notebook.expressions.cursor import Cursor
from sfn_notebook.expressions.path_model import CONTEXT, INPUT, Index, Name, Path, Slice, Wildcard
from sfn_notebook.expressions.path_parser import parse_path, path_at

_PLAIN: Final = re.compile(r"(?!(?:and|or|in|true|false|null|function)$)[A-Za-z_]\w*", re.ASCII)
_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")
_FUNCTION: Final = re.compile(r"States\.[A-Za-z0-9]+")
_ATOM: Final = re.compile(r"[$\w.`]+|\"[^\"]*\"", re.ASCII)


class NotConvertible(Exception):  # no error: it says why a state stays as it is, and never leaves the room
    """Why an expression has no faithful form in the other language."""


class Writer:
    """Writes JSONata; what is not quite the same is noted.

    Attributes:
        notes: Where the two languages differ for some data.
    """

    def __init__(self) -> None:
        self.notes: list[str] = []

    def template(self, value: Any, data: str) -> Any:
        """A payload template as JSONata takes it; `data` is the source for `$`."""
        if isinstance(value, Mapping):
            return {
                key.removesuffix(".$"): self.leaf(one, data) if key.endswith(".$") else self.template(one, data)
                for key, one in value.items()
            }
        if isinstance(value, list):
            return [self.template(one, data) for one in value]
        return literal(value)

    def leaf(self, text: Any, data: str) -> Any:
        """A field `"name.$"` or `…Path`: an expression, or a list of them for `States.Array`."""
        if not isinstance(text, str):
            raise NotConvertible(f"{text!r} is no path")
        if text.startswith("States.Array("):
            _, arguments = self._parsed(text, data)
            return [delimited(one) for one in arguments]
        return delimited(self.source(text, data))

    def source(self, text: str, data: str) -> str:
        """A path or an intrinsic function as JSONata source."""
        if text.startswith("States."):
            name, arguments = self._parsed(text, data)
            return self._call(name, arguments, text)
        try:
            return self.path(parse_path(text), data)
        except ExpressionError as error:
            raise NotConvertible(f"{text!r} is no path: {error.message}") from error

    def path(self, path: Path, data: str) -> str:
        """A parsed path as JSONata source."""
        root = data if path.root == INPUT else "$states.context" if path.root == CONTEXT else f"${path.root}"
        made = root
        for step in path.steps:
            match step:
                case Name(name):
                    made += f".{_named(name)}"
                case Index(index):
                    made += f"[{index}]"
                case Wildcard():
                    pass  # a name after an array goes through its elements by itself
                case Slice(start, stop) if (start or 0) >= 0 and stop is not None and stop > (start or 0):
                    made += f"[[{start or 0}..{stop - 1}]]"
                case _:
                    raise NotConvertible(f"{path.text!r}: {step} has no faithful form in JSONata")
        if path.definite:
            return made
        self.notes.append(f"{path.text}: read as the elements of arrays, and arrays inside them come out joined")
        return f"[{made}]"

    def of(self, value: Any) -> str:
        """A converted template as the source of one expression."""
        if jsonata.is_expression(value):
            return jsonata.source_of(value)
        if isinstance(value, Mapping):
            return "{" + ", ".join(f"{_json(key)}: {self.of(one)}" for key, one in value.items()) + "}"
        if isinstance(value, list):
            if any(map(jsonata.is_expression, value)):
                self.notes.append("a list of expressions inside another one: arrays in it come out joined")
            return "[" + ", ".join(map(self.of, value)) + "]"
        return _json(value)

    def _parsed(self, text: str, data: str) -> tuple[str, list[str]]:
        cursor = Cursor(text)
        try:
            parsed = self._function(cursor, data)
        except ExpressionError as error:
            raise NotConvertible(f"{text!r} is no call of an intrinsic function: {error.message}") from error
        if cursor.next:
            raise NotConvertible(f"{text!r} is no call of an intrinsic function")
        return parsed

    def _function(self, cursor: Cursor, data: str) -> tuple[str, list[str]]:
        name = cursor.match(_FUNCTION) or ""
        cursor.spaces()
        cursor.expect("(")
        cursor.spaces()
        arguments: list[str] = []
        while not cursor.take(")"):
            if arguments:
                cursor.expect(",")
                cursor.spaces()
            arguments.append(self._argument(cursor, data, template=name == "States.Format" and not arguments))
            cursor.spaces()
        return name, arguments

    def _argument(self, cursor: Cursor, data: str, *, template: bool) -> str:
        if cursor.next == "$":
            return self.path(path_at(cursor), data)
        if cursor.next == "'":
            pieces = cursor.quoted_pieces()
            return "\0".join(_texts(pieces)) if template else _json("".join(piece[-1] for piece in pieces))
        if cursor.text.startswith("States.", cursor.at):
            start = cursor.at
            name, arguments = self._function(cursor, data)
            return self._call(name, arguments, cursor.text[start : cursor.at])
        if (number := cursor.match(_NUMBER)) is not None:
            return number
        for word in ("null", "true", "false"):
            if cursor.take(word):
                return word
        return cursor.fail("expected an argument")

    def _call(self, name: str, arguments: list[str], text: str) -> str:
        if name not in _FUNCTIONS:
            raise NotConvertible(f"{text!r}: no such intrinsic function")
        fewest, most, note, write = _FUNCTIONS[name]
        if not fewest <= len(arguments) <= most:
            raise NotConvertible(f"{text!r}: there is no form of it with {len(arguments)} arguments")
        if note:
            self.notes.append(f"{text}: {note}")
        return write(arguments)


def refuse_malformed(state: Mapping[str, Any]) -> None:
    """Refuse a state whose parts are not of the form the language gives them; lint says more.

    Raises:
        NotConvertible: it has such a part.
    """
    for name, value in state.items():
        if name in ("Choices", "Catch") and not (
            isinstance(value, list) and all(isinstance(one, Mapping) for one in value)
        ):
            raise NotConvertible(f"{name} is no list of objects")
        if name.endswith("Path") and not isinstance(value, (str, type(None))):
            raise NotConvertible(f"{name} is no path")
        if name in ("ItemReader", "ItemBatcher", "ResultWriter") and not isinstance(value, Mapping):
            raise NotConvertible(f"{name} is no object")


def literal(value: Any) -> Any:
    """A literal of a JSONPath template: a text that JSONata would evaluate is quoted, also deep inside."""
    if isinstance(value, Mapping):
        return {key: literal(one) for key, one in value.items()}
    if isinstance(value, list):
        return [literal(one) for one in value]
    return delimited(_json(value)) if jsonata.is_expression(value) else value


def delimited(source: str) -> str:
    """Source text as the value of a field."""
    return f"{{% {source} %}}"


def grouped(source: str) -> str:
    """Source text that can stand beside an operator."""
    return source if _ATOM.fullmatch(source) else f"({source})"


def _named(name: str) -> str:
    if _PLAIN.fullmatch(name):
        return name
    if "`" in name or not name:
        raise NotConvertible(f"the name {name!r} cannot be written in a JSONata path")
    return f"`{name}`"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _texts(pieces: list[str]) -> list[str]:
    texts, at = [""], 0
    while at < len(pieces):
        if pieces[at : at + 2] == ["{", "}"]:
            texts.append("")
            at += 2
        else:
            texts[-1] += pieces[at][-1]
            at += 1
    return texts


def _format(arguments: list[str]) -> str:
    texts, values = arguments[0].split("\0"), arguments[1:]
    if arguments[0][:1] in ('"', "$") or len(texts) != len(values) + 1:
        raise NotConvertible("States.Format with a template that is no text, or with another number of places")
    parts = [_json(texts[0])] if texts[0] else []
    for value, text in zip(values, texts[1:], strict=True):
        parts.append(f"$string({value})")
        if text:
            parts.append(_json(text))
    return " & ".join(parts) or '""'


def _split(arguments: list[str]) -> str:
    text, delimiters = arguments
    if not delimiters.startswith('"') or delimiters == '""':
        raise NotConvertible("States.StringSplit with delimiters that are no literal text")
    characters = json.loads(delimiters)
    by = delimiters if len(characters) == 1 else "/[" + re.sub(r"([\\\]\[^/-])", r"\\\1", characters) + "]/"
    return f'[$split({text}, {by})[$ != ""]]'


def _merge(arguments: list[str]) -> str:
    left, right, deep = arguments
    if deep != "false":
        raise NotConvertible("States.JsonMerge merges shallowly only: its third argument is false")
    return f"$merge([{left}, {right}])"


def _plain(function: str) -> Callable[[list[str]], str]:
    return lambda arguments: f"{function}({', '.join(arguments)})"


_MANY: Final = 10_000
_FUNCTIONS: Final[Mapping[str, tuple[int, int, str, Callable[[list[str]], str]]]] = {
    "States.Format": (1, _MANY, "", _format),
    "States.StringToJson": (1, 1, "an empty text, there null, is refused", _plain("$parse")),
    "States.JsonToString": (1, 1, "a text comes without quotes", _plain("$string")),
    "States.Array": (
        0,
        _MANY,
        "inside another call, arrays among its arguments come out joined",
        lambda arguments: f"[{', '.join(arguments)}]",
    ),
    "States.ArrayPartition": (2, 2, "", _plain("$partition")),
    "States.ArrayContains": (
        2,
        2,
        "objects and arrays are not found by value",
        lambda arguments: f"{grouped(arguments[1])} in {arguments[0]}",
    ),
    "States.ArrayRange": (3, 3, "", _plain("$range")),
    "States.ArrayGetItem": (2, 2, "", lambda arguments: f"{grouped(arguments[0])}[{arguments[1]}]"),
    "States.ArrayLength": (1, 1, "", _plain("$count")),
    "States.ArrayUnique": (1, 1, "", _plain("$distinct")),
    "States.Base64Encode": (1, 1, "", _plain("$base64encode")),
    "States.Base64Decode": (1, 1, "", _plain("$base64decode")),
    "States.Hash": (2, 2, "", _plain("$hash")),
    "States.JsonMerge": (3, 3, "", _merge),
    "States.MathRandom": (
        2,
        2,
        "other random numbers",
        lambda arguments: f"$floor($random() * ({arguments[1]} - {grouped(arguments[0])})) + {grouped(arguments[0])}",
    ),
    "States.MathAdd": (2, 2, "", lambda arguments: f"{grouped(arguments[0])} + {grouped(arguments[1])}"),
    "States.StringSplit": (2, 2, "", _split),
    "States.UUID": (0, 0, "", _plain("$uuid")),
}
"""Intrinsic function -> the fewest and the most arguments, where it differs, and how JSONata says it."""
