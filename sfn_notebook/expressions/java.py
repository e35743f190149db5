"""Values as Java prints and names them: Step Functions' own sentences and texts show that it is written in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sfn_notebook import _json

_CLASSES: Final = {
    bool: "java.lang.Boolean",
    int: "java.lang.Integer",
    float: "java.lang.Double",
    str: "java.lang.String",
    list: "java.util.ArrayList",
}


def printed(value: Any) -> str:
    """A JSON value as text: objects and arrays as Java's maps and lists print themselves.

    >>> printed({"a": [1, "x", None]})
    '{a=[1, x, null]}'
    """
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}={printed(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(printed(item) for item in value) + "]"
    return value if isinstance(value, str) else _json.dumps(value)


def class_name(value: Any) -> str:
    """The class of a JSON value, "null" for null.

    >>> class_name("a"), class_name({}), class_name(None)
    ('java.lang.String', 'java.util.LinkedHashMap', 'null')
    """
    return "null" if value is None else _CLASSES.get(type(value), "java.util.LinkedHashMap")
