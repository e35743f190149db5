"""Values as Java prints and names them: Step Functions' own sentences and texts show that it is written in it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
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
    if isinstance(value, float):
        return _double(value)
    return value if isinstance(value, str) else _json.dumps(value)


def _double(value: float) -> str:
    """A number with a point as Java writes it: from 10^7 on and below 10^-3 with an exponent.

    >>> _double(1.5), _double(1e7), _double(1.25e-4), _double(123456789.5)
    ('1.5', '1.0E7', '1.25E-4', '1.234567895E8')
    """
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        return repr(value)
    digits, _, power = f"{Decimal(repr(value)):e}".partition("e")
    whole, _, rest = digits.partition(".")
    return f"{whole}.{rest.rstrip('0') or '0'}E{int(power)}"


def class_name(value: Any) -> str:
    """The class of a JSON value, "null" for null.

    >>> class_name("a"), class_name({}), class_name(None)
    ('java.lang.String', 'java.util.LinkedHashMap', 'null')
    """
    return "null" if value is None else _CLASSES.get(type(value), "java.util.LinkedHashMap")
