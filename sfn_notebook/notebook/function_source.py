"""A function of a notebook as a Lambda deployment package: its own source and what of the cell it needs."""

from __future__ import annotations

import ast
import builtins
import inspect
import io
import json
import textwrap
import types
import zipfile
from collections.abc import Callable
from typing import Any, Final

from sfn_notebook.errors import InvalidArgument

RUNTIME: Final = "python3.12"
HANDLER: Final = "cell.handler"
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # the same archive for the same source


def archive(function: Callable[..., Any]) -> bytes:
    """The zip file of a module `cell` whose `handler` is the function.

    Raises:
        InvalidArgument: its source cannot be had, or it uses something that cannot go along.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(zipfile.ZipInfo("cell.py", _EPOCH), module_source(function))
    return packed.getvalue()


def module_source(function: Callable[..., Any]) -> str:
    """The source of that module."""
    parts: dict[str, str] = {}
    _collect(function, parts, function.__name__)
    body = "\n\n".join([*(text for name, text in parts.items() if name != function.__name__), parts[function.__name__]])
    return f"{body}\n\n\nhandler = {function.__name__}\n"


def _collect(thing: Any, parts: dict[str, str], within: str) -> None:
    """The source of a function or class, after what it needs."""
    name = thing.__name__
    parts[name] = ""  # it may use itself
    source = _source(thing)
    for used in sorted(_names(source)):
        held = getattr(thing, "__globals__", {}).get(used, _ABSENT)
        if held is not _ABSENT and used not in parts and not hasattr(builtins, used):
            _need(used, held, parts, within)
    parts.pop(name)
    parts[name] = source


def _need(name: str, value: Any, parts: dict[str, str], within: str) -> None:
    if isinstance(value, types.ModuleType):
        parts[name] = f"import {value.__name__} as {name}"
    elif isinstance(value, (types.FunctionType, type)) and value.__module__ == "__main__":
        _collect(value, parts, within)
    elif isinstance(value, (types.FunctionType, type, types.BuiltinFunctionType)) and value.__module__:
        parts[name] = f"from {value.__module__} import {value.__name__} as {name}"
    elif _is_plain(value):
        parts[name] = f"{name} = {value!r}"
    else:
        raise InvalidArgument(
            f"the function {within!r} uses {name!r} of the notebook, a {type(value).__name__}, which cannot go along"
            " to a Lambda function.",
            hint="Make it inside the function, or hand it on in the event.",
        )


def _source(thing: Any) -> str:
    try:
        text = textwrap.dedent(inspect.getsource(thing))
    except (OSError, TypeError) as error:
        raise InvalidArgument(
            f"the source of {thing.__name__!r} cannot be had: {error}",
            hint="Define it with def in a cell or a file; a Lambda function is uploaded as source.",
        ) from error
    tree = ast.parse(text).body[0]
    if isinstance(tree, (ast.FunctionDef, ast.ClassDef)):
        tree.decorator_list = []
    return ast.unparse(tree)


def _names(source: str) -> set[str]:
    return {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}


def _is_plain(value: Any) -> bool:
    try:
        return bool(json.loads(json.dumps(value)) == value) or isinstance(value, (set, tuple))
    except (TypeError, ValueError):
        return isinstance(value, (set, frozenset)) and all(isinstance(item, (str, int)) for item in value)


_ABSENT: Final = object()
