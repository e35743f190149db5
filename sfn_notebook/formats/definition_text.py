"""A definition as text inside of something else: JSON or YAML, with placeholders where numbers belong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sfn_notebook.errors import InvalidDefinition, InvalidJson
from sfn_notebook.formats import json_text, yaml_text
from sfn_notebook.formats.placeholders import quoted


def parse(text: str, *, file: str = "") -> Any:
    """The value of a JSON or YAML text: by the file's ending, else by how it begins.

    Raises:
        InvalidJson, InvalidDefinition: it is neither.
    """
    if file.lower().endswith((".yaml", ".yml")):
        return yaml_text.loads(text)
    if file.lower().endswith(".json") or text.lstrip()[:1] in ("{", "["):
        return json_text.loads(text)
    return yaml_text.loads(text)


def definition(value: Any, *, where: str, file: str = "") -> Mapping[str, Any]:
    """A definition given as an object or as text.

    Raises:
        InvalidDefinition, InvalidJson: it is none.
    """
    if isinstance(value, str):
        try:
            value = parse(value, file=file)
        except InvalidJson:
            if (again := quoted(value)) == value:
                raise
            value = parse(again, file=file)
    if isinstance(value, Mapping):
        return value
    raise InvalidDefinition(f"the definition of {where} is no object: {str(value)[:80]!r}.")
