"""YAML written anew with the comments, quotes and order of the text it was read from."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError
from ruamel.yaml.scalarstring import LiteralScalarString, SingleQuotedScalarString

from sfn_notebook.errors import SfnNotebookError
from sfn_notebook.formats import yaml_text


def dumps(definition: Mapping[str, Any], *, text: str, steps: Sequence[str | int] = ()) -> str | None:
    r"""A definition as YAML, with the comments of the text it was read from.

    Args:
        definition: What it is now.
        text: The YAML text it was read from.
        steps: Where in that text it stood.

    Returns:
        The text, or None where the old text cannot carry the new definition: it shares parts by aliases, say.

    >>> text = "StartAt: A # the first\nStates:\n  # ends here\n  A: {Type: Pass, End: true}\n"
    >>> new = {"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Succeed"}}}
    >>> print(dumps(new, text=text), end="")
    StartAt: A # the first
    States:
      # ends here
      A: {Type: Pass, Next: B}
      B:
        Type: Succeed
    """
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 100
    yaml.allow_duplicate_keys = True
    try:
        node = yaml.load(text)
        for step in steps:
            node = node[step]
        if not isinstance(node, CommentedMap) or ("&" in text and "*" in text):
            return None
        _map(node, definition)
        stream = io.StringIO()
        yaml.dump(node, stream)
        made = stream.getvalue()
        same = yaml_text.loads(made)
    except (YAMLError, SfnNotebookError, KeyError, IndexError, TypeError, ValueError, AttributeError, RecursionError):
        return None  # the comments are a courtesy, the definition is not
    return made if _text(same) == _text(definition) else None


def _map(node: CommentedMap, new: Mapping[str, Any]) -> None:
    spelled = {_key(key): key for key in node}
    for name, key in spelled.items():
        if name not in new:
            del node[key]
    for place, (name, value) in enumerate(new.items()):
        if name not in spelled:
            node.insert(min(place, len(node)), _quoted(name), _new(value))
        else:
            _replace(node, spelled[name], value)


def _list(node: CommentedSeq, new: Sequence[Any]) -> None:
    del node[len(new) :]
    for place, value in enumerate(new):
        if place < len(node):
            _replace(node, place, value)
        else:
            node.append(_new(value))


def _replace(node: Any, key: Any, new: Any) -> None:
    old = node[key]
    if isinstance(old, CommentedMap) and isinstance(new, Mapping):
        _map(old, new)
    elif isinstance(old, CommentedSeq) and isinstance(new, (list, tuple)):
        _list(old, new)
    elif type(old) is not type(new) or old != new:
        if isinstance(old, str) and isinstance(new, str) and old == new:
            return  # the same text in other quotes
        node[key] = _new(new)


def _new(value: Any) -> Any:
    if isinstance(value, Mapping):
        return CommentedMap((_quoted(key), _new(inner)) for key, inner in value.items())
    if isinstance(value, (list, tuple)):
        return CommentedSeq(map(_new, value))
    return _quoted(value) if isinstance(value, str) else value


def _quoted(text: str) -> Any:
    style = yaml_text.text_style(text)
    if style == "|":
        return LiteralScalarString(text)
    return SingleQuotedScalarString(text) if style == "'" else text


def _key(key: Any) -> str:
    return key if isinstance(key, str) else json.dumps(key)


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
