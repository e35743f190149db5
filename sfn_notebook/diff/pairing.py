"""Which states of two scopes are the same state under another name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sfn_notebook.asl import Machine, State

WIRES: Final = frozenset({"Next", "End", "Default"})
"""The fields of a state that say where it leads, besides those in its rules and catchers."""


def renames(old: Machine, new: Machine) -> dict[str, str]:
    """New name -> old name of the states of a scope that are the same under another name.

    They are the same when all but where they lead is equal, and when nothing else of the scope is as well.
    """
    gone = _by_content(state for name, state in old.states.items() if name not in new.states)
    come = _by_content(state for name, state in new.states.items() if name not in old.states)
    return {
        names[0]: gone[content][0]
        for content, names in come.items()
        if len(names) == 1 and len(gone.get(content, ())) == 1
    }


def _by_content(states: Iterable[State]) -> dict[str, list[str]]:
    made: dict[str, list[str]] = {}
    for state in states:
        content = repr(_sorted(_unwired(state.fields)))
        made.setdefault(content, []).append(state.name)
    return made


def _sorted(value: Any) -> Any:
    if isinstance(value, Mapping):
        return [(str(key), _sorted(value[key])) for key in sorted(value, key=str)]
    return [_sorted(one) for one in value] if isinstance(value, (list, tuple)) else value


def _unwired(fields: Mapping[str, Any]) -> dict[str, Any]:
    made = {key: value for key, value in fields.items() if key not in WIRES}
    for key in ("Choices", "Catch"):
        if isinstance(made.get(key), list):
            made[key] = [
                {field: value for field, value in entry.items() if field != "Next"}
                if isinstance(entry, Mapping)
                else entry
                for entry in made[key]
            ]
    return made
