"""Two definitions as one that holds the states of both, for a drawing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sfn_notebook.asl import Machine, State
from sfn_notebook.diff.pairing import renames


def merged(old: Machine, new: Machine) -> dict[str, Any]:
    """The new definition, and in each scope the old states whose names it does not have.

    >>> from sfn_notebook.asl import read
    >>> list(merged(read({"States": {"A": {"Type": "Pass"}}}), read({"States": {"B": {"Type": "Fail"}}}))["States"])
    ['B', 'A']
    """
    before = renames(old, new)
    states: dict[str, Mapping[str, Any]] = {
        name: _state(old.states.get(before.get(name, name)), state) for name, state in new.states.items()
    }
    gone = (name for name in old.states if name not in new.states and name not in before.values())
    states.update({name: old.states[name].fields for name in gone})
    start = {"StartAt": old.start_at} if new.start_at is None and old.start_at is not None else {}
    return {**new.fields, **start, "States": states}


def _state(old: State | None, new: State) -> Mapping[str, Any]:
    if old is None or old.type != new.type or len(old.branches) != len(new.branches) or not new.branches:
        return new.fields
    scopes = [merged(one, other) for one, other in zip(old.branches, new.branches, strict=True)]
    if new.type == "Parallel":
        return {**new.fields, "Branches": scopes}
    where = "ItemProcessor" if isinstance(new.fields.get("ItemProcessor"), Mapping) else "Iterator"
    return {**new.fields, where: scopes[0]}
