"""What arguments and results look like, by Step Functions' names: from botocore's models, or from `data/own.json`."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple

from botocore import model

from sfn_notebook.integrations.sdk import service_model

ShapeKind = Literal["structure", "list", "map", "text", "whole", "number", "truth", "blob", "moment", "any"]
Spelling = Callable[[str], str]

_KINDS: Final[Mapping[str, ShapeKind]] = MappingProxyType(
    {
        "structure": "structure",
        "list": "list",
        "map": "map",
        "string": "text",
        "integer": "whole",
        "long": "whole",
        "float": "number",
        "double": "number",
        "boolean": "truth",
        "blob": "blob",
        "timestamp": "moment",
    }
)
_TAG: Final = re.compile(r"<[^>]*>")
_ASIDE: Final = re.compile(r"<(note|important)>.*?</\1>", re.DOTALL)
_NOTICE: Final = re.compile(r"\s*<p>\s*End of support notice:.*?</p>", re.DOTALL)
_SPACE: Final = re.compile(r"\s+")
# a full stop ends a sentence, but not in "e.g. this" nor in "S3.Client"
_SENTENCE: Final = re.compile(r"(?<!e\.g)(?<!i\.e)(?<!etc)(?<!vs)[.!?](?=\s|$)")


class Member(NamedTuple):
    """A member of a structure."""

    shape: Shape
    required: bool


@dataclass(frozen=True)
class Shape:
    """What a value looks like.

    Attributes:
        kind: What it is.
        documentation: What the service says of it; HTML, as botocore has it.
        choices: The texts allowed, or () for any.
        either: Members of which one is required.
    """

    kind: ShapeKind
    documentation: str = ""
    choices: tuple[str, ...] = ()
    either: tuple[str, ...] = ()
    _members: Callable[[], Mapping[str, Member]] = dict
    _item: Callable[[], Shape | None] = lambda: None

    @cached_property
    def members(self) -> Mapping[str, Member]:
        """Of a structure: its members, required ones first."""
        found = self._members()
        ordered = sorted(found, key=lambda name: not found[name].required)
        return MappingProxyType({name: found[name] for name in ordered})

    @cached_property
    def item(self) -> Shape:
        """Of a list or map: what its items look like."""
        return self._item() or ANY

    @property
    def words(self) -> str:
        """What it is, for people.

        >>> Shape("whole").words, Shape("list", _item=lambda: Shape("text")).words
        ('whole number', 'list of text')
        """
        if self.choices:
            return "one of " + ", ".join(self.choices[:6]) + (", …" if len(self.choices) > 6 else "")
        if self.kind in ("list", "map"):
            inner = self.item.kind if self.item.choices else self.item.words
            return f"{self.kind} of {inner}"
        return _WORDS[self.kind]

    @property
    def summary(self) -> str:
        """The first sentence of its documentation."""
        return first_sentence(self.documentation)


ANY: Final = Shape("any")
_WORDS: Final[Mapping[ShapeKind, str]] = MappingProxyType(
    {
        "structure": "object",
        "list": "list",
        "map": "map",
        "text": "text",
        "whole": "whole number",
        "number": "number",
        "truth": "true or false",
        "blob": "JSON or text",
        "moment": "time",
        "any": "any JSON",
    }
)


def model_shape(shape: model.Shape | None, spelled: Spelling) -> Shape:
    """A shape of botocore's, its members named as `spelled` says."""
    if shape is None:
        return Shape("structure")
    kind = "any" if getattr(shape, "is_document_type", False) else _KINDS.get(shape.type_name, "any")
    about = shape.documentation
    if isinstance(shape, model.StructureShape) and kind == "structure":
        return Shape(kind, about, _members=lambda: _model_members(shape, spelled))
    if isinstance(shape, model.ListShape):
        return Shape(kind, about, _item=lambda: model_shape(shape.member, spelled))
    if isinstance(shape, model.MapShape):
        return Shape(kind, about, _item=lambda: model_shape(shape.value, spelled))
    return Shape(kind, about, choices=tuple(getattr(shape, "enum", ())))


def _model_members(shape: model.StructureShape, spelled: Spelling) -> dict[str, Member]:
    # the SDK fills in an idempotency token that is not given
    return {
        spelled(name): Member(
            model_shape(one, spelled),
            name in shape.required_members and not one.metadata.get("idempotencyToken"),
        )
        for name, one in shape.members.items()
    }


def own_shape(data: Any, spelled: Spelling) -> Shape:
    """A shape of `data/own.json`; the form is said there.

    >>> own_shape({"Id!": "text", "Tags": {"*": "text"}}, str).members["Tags"].shape.words
    'map of text'
    """
    if isinstance(data, list):
        return Shape("text", choices=tuple(data))
    if isinstance(data, str):
        if data.startswith("@"):
            return model_shape(_named(data[1:]), spelled)
        return Shape(next(kind for kind in _WORDS if kind == data))
    if "*" in data or "[]" in data:
        inner = data.get("*", data.get("[]"))
        return Shape("map" if "*" in data else "list", _item=lambda: own_shape(inner, spelled))
    return Shape("structure", either=tuple(data.get("|", ())), _members=lambda: _own_members(data, spelled))


def _own_members(data: Mapping[str, Any], spelled: Spelling) -> dict[str, Member]:
    made: dict[str, Member] = {}
    if "<" in data:
        base = model_shape(_named(data["<"]), spelled).members
        made = {name: one for name, one in base.items() if name not in data.get("-", ())}
    for name, one in data.items():
        if name not in ("<", "-", "|"):
            made[name.removesuffix("!")] = Member(own_shape(one, spelled), name.endswith("!"))
    return made


def _named(text: str) -> model.Shape:
    client, name = text.split(".")
    return service_model(client).shape_for(name)


def plain_text(documentation: str) -> str:
    """Botocore's documentation as text, without its HTML.

    >>> plain_text("<p>Starts a <code>job</code> &amp; waits.</p> <p>More.</p>")
    'Starts a job & waits. More.'

    Notes and notices are left out, unless there is nothing else.

    >>> plain_text("<note><p>Not for buckets.</p></note><p>Lists objects.</p>")
    'Lists objects.'
    """
    told = _NOTICE.sub("", _ASIDE.sub("", documentation))
    text = html.unescape(_TAG.sub("", (told if told.strip() else documentation).replace("</p>", " ")))
    return _SPACE.sub(" ", text).strip()


def first_sentence(documentation: str, most: int = 160) -> str:
    """The first sentence of a documentation.

    >>> first_sentence("<p>Starts a job, e.g. a run. It may take long.</p>")
    'Starts a job, e.g. a run.'
    """
    text = plain_text(documentation)
    found = _SENTENCE.search(text)
    text = text[: found.end()] if found else text
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
