"""As much of HCL as it takes to find the texts in a resource of a `*.tf`; expressions are left to Terraform."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

_SKIPPED: Final = re.compile(r"\s+|#[^\n]*|//[^\n]*|/\*.*?\*/", re.DOTALL)
_NAME: Final = re.compile(r"[A-Za-z_][\w-]*")
_STRING: Final = re.compile(r'"(?:[^"\\\n]|\\.)*"')
_HEREDOC: Final = re.compile(r"<<(-?)([A-Za-z_][\w-]*)[ \t]*\r?\n")
_ESCAPED: Final = re.compile(r"\$\$\{|%%\{")


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource block.

    Attributes:
        name: Its name.
        attributes: Attribute -> its expression as it is written.
        texts: Attribute -> its text, where the expression is one, templates in it as they are.
    """

    name: str
    attributes: Mapping[str, str]
    texts: Mapping[str, str]


def resources(text: str, kind: str) -> Iterator[Resource]:
    """The resource blocks of a kind."""
    head = re.compile(rf'^[ \t]*resource[ \t]+"{re.escape(kind)}"[ \t]+"([^"\n]+)"[ \t]*\{{', re.MULTILINE)
    for found in head.finditer(text):
        attributes: dict[str, str] = {}
        texts: dict[str, str] = {}
        for name, expression, value in _body(text, found.end()):
            attributes[name] = expression
            if value is not None:
                texts[name] = value
        yield Resource(found[1], attributes, texts)


def _body(text: str, at: int) -> Iterator[tuple[str, str, str | None]]:
    """The attributes of a block whose body begins there."""
    while at < len(text):
        if skipped := _SKIPPED.match(text, at):
            at = skipped.end()
        elif (name := _NAME.match(text, at)) is None:
            return  # its end
        else:
            equals = re.compile(r"[ \t]*=(?!=)[ \t]*").match(text, name.end())
            start = equals.end() if equals else name.end()
            at, value = _expression(text, start)
            if equals:
                yield name[0], text[start:at].strip(), value


def _expression(text: str, at: int) -> tuple[int, str | None]:
    """Where an expression (or an inner block) ends, and its text when it is nothing but one."""
    start, depth, only = at, 0, None
    while at < len(text) and not (text[at] == "\n" and depth == 0) and not (text[at] == "}" and depth == 0):
        if heredoc := _HEREDOC.match(text, at):
            at, value = _heredoc(text, heredoc)
            only = value if heredoc.start() == start else None
            if depth == 0:
                return at, only
        elif string := _STRING.match(text, at):
            only = _string(string[0]) if at == start else None
            at = string.end()
        elif skipped := _SKIPPED.match(text, at):
            at = at + 1 if text[at].isspace() else skipped.end()
        else:
            only = None
            depth += (text[at] in "{[(") - (text[at] in "}])")
            at += 1
    return at, only


def _heredoc(text: str, found: re.Match[str]) -> tuple[int, str]:
    end = re.compile(rf"^[ \t]*{re.escape(found[2])}[ \t]*\r?$", re.MULTILINE).search(text, found.end())
    body = text[found.end() : end.start() if end else len(text)]
    return (end.end() if end else len(text)), body


def _string(written: str) -> str | None:
    try:
        return str(json.loads(written))
    except ValueError:
        return None


def unescaped(text: str) -> str:
    """A template text as Terraform gives it, with what it would fill in left as it stands.

    >>> unescaped("$${a} ${b} %%{c}")
    '${a} ${b} %{c}'
    """
    return _ESCAPED.sub(lambda found: found[0][1:], text)


def escaped(text: str, *, alive: Collection[str] = ()) -> str:
    r"""JSON text as it stands in a heredoc: nothing in it is a template, but for the expressions that are to be.

    >>> print(escaped('"${a} $${a} %{b ${c}"', alive=["c"]))
    "$${a} \u0024$${a} %%{b ${c}"
    """
    # a run of signs before a brace is ambiguous in HCL; JSON has another way to write all but the last
    text = _RUN.sub(lambda run: "".join(f"\\u{ord(one):04x}" for one in run[1]) + run[2] + "{", text)
    return _TEMPLATE.sub(lambda found: found[0] if found[2] in alive else f"{found[1]}{found[0]}", text)


def expressions(text: str) -> list[str]:
    """What Terraform fills into a template text, where it is a plain reference.

    >>> expressions("${var.a} $${b}")
    ['var.a']
    """
    return [found[2] for found in _TEMPLATE.finditer(_ESCAPED.sub("", text)) if found[1] == "$" and found[2]]


_RUN: Final = re.compile(r"([$%]+)([$%])\{")
_TEMPLATE: Final = re.compile(r"([$%])\{(?:([\w.*\[\]-]+)\})?")
