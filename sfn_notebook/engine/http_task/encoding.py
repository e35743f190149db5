"""How an HTTP Task writes a query string and a form.

https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html#url-encode-request-body
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, quote

from sfn_notebook import _json
from sfn_notebook.integrations.http_task import ArrayFormat

Pair = tuple[str, str]


def text_of(value: Any) -> str:
    """A JSON value as it stands in a URL, a form or a header: a string as it is, anything else as JSON.

    >>> text_of("a"), text_of(2), text_of(True), text_of(None)
    ('a', '2', 'true', '')
    """
    if value is None:
        return ""
    return value if isinstance(value, str) else _json.dumps(value)


def query_pairs(given: Any) -> list[Pair]:
    """The query parameters of a task: an object, an array of objects, or a query string.

    >>> query_pairs({"a": 1, "b": ["x", "y"]}), query_pairs("a=1&b=x%20y")
    ([('a', '1'), ('b', 'x'), ('b', 'y')], [('a', '1'), ('b', 'x y')])
    """
    if given is None:
        return []
    if isinstance(given, str):
        return parse_qsl(given.removeprefix("?"), keep_blank_values=True)
    if isinstance(given, list):
        return [pair for one in given for pair in query_pairs(one)]
    if not isinstance(given, Mapping):
        raise TypeError("query parameters are an object, an array of objects, or a text")
    return [
        (name, text_of(one)) for name, value in given.items() for one in (value if isinstance(value, list) else [value])
    ]


def encoded(pairs: Sequence[Pair]) -> str:
    """Pairs as a query string.

    >>> encoded([("a b", "é&"), ("c", "")])
    'a%20b=%C3%A9%26&c='
    """
    return "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in pairs)


def form(body: Mapping[str, Any], arrays: ArrayFormat) -> str:
    """An object as a form.

    >>> form({"a": ["x", "y"], "m": {"k": 1}}, "INDICES")
    'a%5B0%5D=x&a%5B1%5D=y&m%5Bk%5D=1'
    >>> form({"a": ["x", "y,z"]}, "COMMAS")
    'a=x,y%2Cz'
    """
    fields = (field for name, value in body.items() for field in _fields(name, value, arrays))
    return "&".join(f"{quote(key, safe='')}={written}" for key, written in fields)


def _fields(key: str, value: Any, arrays: ArrayFormat) -> Iterator[Pair]:
    if isinstance(value, Mapping):
        for name, one in value.items():
            yield from _fields(f"{key}[{name}]", one, arrays)
    elif isinstance(value, list) and arrays == "COMMAS":
        yield key, ",".join(quote(text_of(one), safe="") for one in value)
    elif isinstance(value, list):
        for index, one in enumerate(value):
            inner = {"INDICES": f"{key}[{index}]", "BRACKETS": f"{key}[]", "REPEAT": key}[arrays]
            yield from _fields(inner, one, arrays)
    else:
        yield key, quote(text_of(value), safe="")
