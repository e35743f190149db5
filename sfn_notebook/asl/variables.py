"""Workflow variables in a definition: which a state assigns, which it reads.

https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sfn_notebook.asl.fields import JSONATA
from sfn_notebook.asl.model import State
from sfn_notebook.errors import ExpressionError
from sfn_notebook.expressions import jsonata

SUB_MACHINES: Final = ("Branches", "ItemProcessor", "Iterator")
_QUOTED: Final = re.compile(r"'(?:[^'\\]|\\.)*'", re.DOTALL)
_VARIABLE: Final = re.compile(r"(?<![\w$.'\]])\$([^\W\d]\w*)")


def assigned_variables(state: State) -> Iterator[tuple[str, str]]:
    """Every variable a state assigns, and the pointer of the Assign that does: its own, of a rule, of a catcher."""
    for pointer, owner in _owners(state):
        assigned = owner.get("Assign")
        if isinstance(assigned, Mapping):
            for key in assigned:
                name = str(key)
                yield (name if state.query_language == JSONATA else name.removesuffix(".$")), f"{pointer}/Assign"


def _owners(state: State) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield state.pointer, state.fields
    for field in ("Choices", "Catch"):
        entries = state.fields.get(field)
        for index, entry in enumerate(entries if isinstance(entries, (list, tuple)) else ()):
            if isinstance(entry, Mapping):
                yield f"{state.pointer}/{field}/{index}", entry


def read_variables(state: State) -> tuple[str, ...]:
    """The variables a state reads, each once, in the order of the definition; those inside it not counted.

    >>> read_variables(State("A", "Pass", "JSONPath", {"Parameters": {"x.$": "States.Array($a, '$b', $.c)"}}, ""))
    ('a',)
    """
    unread = SUB_MACHINES if state.query_language == JSONATA else (*SUB_MACHINES, "Result")
    fields = {key: value for key, value in state.fields.items() if key not in unread}
    names = _query_names(fields) if state.query_language == JSONATA else _path_names(fields)
    return tuple(dict.fromkeys(names))


def _query_names(value: Any, key: str = "") -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, one in value.items():
            yield from _query_names(one, str(name))
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _query_names(one)
    elif jsonata.is_expression(value) and key != "Comment":
        try:
            yield from sorted(jsonata.reads(value).variables)
        except ExpressionError:
            return  # lint says what is wrong with it


def _path_names(value: Any, key: str = "") -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, one in value.items():
            yield from _path_names(one, str(name))
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _path_names(one)
    elif isinstance(value, str) and key.endswith((".$", "Path", "Variable")):
        yield from _VARIABLE.findall(_QUOTED.sub("''", value))
