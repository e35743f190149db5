"""YAML as definitions are read from it and written to it.

What a file says is data and nothing else: no tag makes an object, aliases are counted as if they were written out, no
key stands twice. Scalars are JSON's (as in YAML 1.2's JSON schema): `on`, `2026-01-01` and `012345678901` are texts.
CloudFormation's short forms (`!Ref x`) become its long ones (`{"Ref": "x"}`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

import yaml

from sfn_notebook.errors import InvalidDefinition
from sfn_notebook.formats.bounds import DEPTH, VALUES, too_deep, too_many

# libyaml where PyYAML has it, which is in all of its wheels: thirty times as fast
_Loader: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Dumper: Final[Any] = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_INTEGER: Final = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT: Final = re.compile(r"[-+]?(0|[1-9][0-9]*)(\.[0-9]*)?([eE][-+]?[0-9]+)?|[-+]?\.[0-9]+([eE][-+]?[0-9]+)?")
_NO_NUMBER: Final = re.compile(r"[-+]?\.(inf|Inf|INF|nan|NaN|NAN)")
_WORDS: Final[Mapping[str, Any]] = MappingProxyType(
    {
        **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
        **dict.fromkeys(("true", "True", "TRUE"), True),
        **dict.fromkeys(("false", "False", "FALSE"), False),
    }
)
_STANDARD: Final = "tag:yaml.org,2002:"
_FUNCTIONS: Final = (
    *("And", "Base64", "Cidr", "Equals", "FindInMap", "ForEach", "GetAtt", "GetAZs", "If", "ImportValue", "Join"),
    *("Length", "Not", "Or", "Select", "Split", "Sub", "ToJsonString", "Transform"),
)
TAGS: Final[Mapping[str, str]] = MappingProxyType(
    {"!Ref": "Ref", "!Condition": "Condition", **{f"!{name}": f"Fn::{name}" for name in _FUNCTIONS}}
)
"""CloudFormation's short forms.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html, checked 2026-11-24."""


@dataclass(slots=True)
class _Open:
    """A mapping or sequence being read."""

    value: Any
    tag: str | None
    anchor: str | None
    size_before: int
    line: int
    key: Any = ...
    merges: bool = False
    merged: list[Mapping[str, Any]] = field(default_factory=list)


def loads(text: str) -> Any:
    r"""The value of a YAML text with one document.

    Raises:
        InvalidDefinition: it is no YAML, or holds what JSON does not have.

    >>> loads("StartAt: A # the first\nStates: {A: {Type: !Sub '${x}'}}")
    {'StartAt': 'A', 'States': {'A': {'Type': {'Fn::Sub': '${x}'}}}}
    """
    reader = _Reader()
    try:
        for event in yaml.parse(text, Loader=_Loader):
            reader.take(event)
    except InvalidDefinition:
        raise
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise InvalidDefinition(f"not valid YAML: {error.problem or error.context}{where}") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise InvalidDefinition(f"not valid YAML: {str(error).splitlines()[0][:200]}") from error
    return reader.result


class _Reader:
    """Folds the events of a YAML text into its value."""

    def __init__(self) -> None:
        self.result: Any = None
        self.size = 0
        self._documents = 0
        self._open: list[_Open] = []
        self._anchors: dict[str, tuple[Any, int]] = {}

    def take(self, event: Any) -> None:
        """Take one event."""
        if isinstance(event, yaml.ScalarEvent):
            self._counted(1)
            self._put(_tagged(event.tag, _scalar(event), event), event.anchor, 1, event)
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            if len(self._open) >= DEPTH:
                raise too_deep()
            self._counted(1)
            value: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
            self._open.append(_Open(value, event.tag, event.anchor, self.size - 1, event.start_mark.line))
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            self._close(event)
        elif isinstance(event, yaml.AliasEvent):
            if event.anchor not in self._anchors:
                raise _bad(f"there is no anchor &{event.anchor} before *{event.anchor}", event)
            value, size = self._anchors[event.anchor]
            self._counted(size)
            self._put(value, None, size, event)
        elif isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise _bad("a second document begins here; a definition is one", event)

    def _counted(self, more: int) -> None:
        self.size += more
        if self.size > VALUES:
            raise too_many()

    def _close(self, event: Any) -> None:
        done = self._open.pop()
        for other in reversed(done.merged):
            done.value = {**other, **done.value}
        value = _tagged(done.tag, done.value, event)
        self._put(value, done.anchor, self.size - done.size_before, event)

    def _put(self, value: Any, anchor: str | None, size: int, event: Any) -> None:
        if anchor is not None:
            self._anchors[anchor] = (value, size)
        if not self._open:
            self.result = value
            return
        inside = self._open[-1]
        if isinstance(inside.value, list):
            inside.value.append(value)
        elif inside.key is ...:
            inside.key = _key(value, inside.value, event)
            inside.merges = inside.key == "<<" and not event.style  # in quotes it is a key like any other
        else:
            key, inside.key = inside.key, ...
            if inside.merges and (maps := _merged(value)) is not None:
                inside.merged = maps
            else:
                inside.value[key] = value


def _merged(value: Any) -> list[Mapping[str, Any]] | None:
    maps = value if isinstance(value, list) else [value]
    return list(reversed(maps)) if all(isinstance(one, dict) for one in maps) else None


def _key(value: Any, there: Mapping[str, Any], event: Any) -> str:
    if isinstance(event, yaml.ScalarEvent) and not isinstance(value, (dict, list)):
        key = str(event.value)  # `200: ok` and `true: x` are texts in JSON
        if key in there:
            raise _bad(f"the key {key[:80]!r} stands twice in one object", event)
        return key
    raise _bad("a key is a text", event)


def _scalar(event: Any) -> Any:
    text: str = event.value
    tag = event.tag or ""
    if tag.startswith(_STANDARD):
        return text if tag == f"{_STANDARD}str" else _plain(text, event)
    if event.style or tag == "!":
        return text
    return text if tag else _plain(text, event)


def _plain(text: str, event: Any) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text) and math.isfinite(value := float(text)):
        return value
    if _NO_NUMBER.fullmatch(text) or _FLOAT.fullmatch(text):
        raise _bad(f"{text[:40]} is not a JSON number", event)
    return text


def _tagged(tag: str | None, value: Any, event: Any) -> Any:
    if tag is None or tag == "!":
        return value
    if tag in TAGS:
        if tag == "!GetAtt" and isinstance(value, str):
            value = value.split(".", 1)
        return {TAGS[tag]: value}
    kind = _KINDS.get(tag.removeprefix(_STANDARD))
    if kind is None or not kind(value):
        shown = tag.replace(_STANDARD, "!!")[:80]
        raise _bad(f"the tag {shown} is not allowed: what is read is data, and nothing is made of it", event)
    return value


_KINDS: Final[Mapping[str, Callable[[Any], bool]]] = MappingProxyType(
    {
        "str": lambda value: isinstance(value, str),
        "int": lambda value: isinstance(value, int) and not isinstance(value, bool),
        "float": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
        "bool": lambda value: isinstance(value, bool),
        "null": lambda value: value is None,
        "map": lambda value: isinstance(value, dict),
        "seq": lambda value: isinstance(value, list),
    }
)


def _bad(problem: str, event: Any) -> InvalidDefinition:
    mark = event.start_mark
    return InvalidDefinition(f"not valid YAML: {problem}, at line {mark.line + 1}, column {mark.column + 1}")


class _Writer(_Dumper):  # type: ignore[misc]  # whichever of the two there is
    """Writes blocks, long texts as blocks too, and quotes every text that some YAML reader takes for something else."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _write_text(writer: Any, text: str) -> Any:
    return writer.represent_scalar(f"{_STANDARD}str", text, style=text_style(text))


_Writer.add_representer(str, _write_text)
_Writer.add_representer(tuple, lambda writer, value: writer.represent_list(value))


def text_style(text: str) -> str | None:
    r"""How a text is best written: as a block, quoted, or plain.

    >>> [text_style(text) for text in ("a", "a: 1\nb: 2\n", "yes", "1_000", "2026-01-01")]
    [None, '|', "'", "'", "'"]
    """
    if "\n" in text:
        lines = text.split("\n")
        plain = text.isprintable() or all(line.isprintable() for line in lines)
        return "|" if plain and not any(line != line.rstrip() for line in lines) and lines[0][:1] != " " else '"'
    return "'" if _AMBIGUOUS.fullmatch(text) or text in _WORDS else None


_AMBIGUOUS: Final = re.compile(
    r"[-+.]?[0-9][-+0-9_.:xobXOBeEtTzZa-fA-F ]*|<<|=|[-+]?\.(inf|nan)|y|n|yes|no|on|off|true|false|null|~",
    re.IGNORECASE,
)
"""What one YAML or the other takes for a number, a date, a truth value or nothing."""


def dumps(value: Any) -> str:
    """A value as YAML text, in blocks, keys in their order.

    >>> print(dumps({"b": 1, "a": ["x", {"c": "on"}]}), end="")
    b: 1
    a:
    - x
    - c: 'on'
    """
    return str(
        yaml.dump(value, Dumper=_Writer, sort_keys=False, allow_unicode=True, width=100, default_flow_style=False)
    )
