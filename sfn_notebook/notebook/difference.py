"""What `sm.diff(...)` gives: the differences as text, as rows and as one graph of both definitions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from sfn_notebook import asl, draw
from sfn_notebook._display import Shown
from sfn_notebook.diff import Change, Changes, FieldChange
from sfn_notebook.diff.compare import GLYPHS, Kind
from sfn_notebook.draw.words import shorten, without_account

_LOOKS: Final[Mapping[Kind, str]] = {
    "added": "ADDED",
    "removed": "REMOVED",
    "renamed": "CHANGED",
    "rewired": "CHANGED",
    "changed": "CHANGED",
}
_WIDTH: Final = 60  # characters of a value


class Difference(Shown):
    """The differences between two definitions. It is false when there are none.

    Attributes:
        old: What the first is called.
        new: What the second is called.
        changes: The differences (`sfn_notebook.diff.Change`), in the order of the new definition.
    """

    def __init__(self, found: Changes, *, old: str, new: str) -> None:
        self.changes: tuple[Change, ...] = found.changes
        self.old, self.new = old, new
        self._both = found.both

    def __bool__(self) -> bool:
        return bool(self.changes)

    @property
    def added(self) -> list[str]:
        """The names of states that only the new definition has."""
        return self._names("added")

    @property
    def removed(self) -> list[str]:
        """The names of states that only the old definition has."""
        return self._names("removed")

    @property
    def renamed(self) -> dict[str, str]:
        """Old name -> new name of states that are the same otherwise."""
        return {str(one.old_name): str(one.state) for one in self.changes if one.kind == "renamed"}

    @property
    def rewired(self) -> list[str]:
        """The names of states that lead elsewhere and are the same otherwise."""
        return self._names("rewired")

    @property
    def changed(self) -> list[str]:
        """The names of states whose fields differ."""
        return self._names("changed")

    def _names(self, kind: Kind) -> list[str]:
        return [one.state for one in self.changes if one.kind == kind and one.state is not None]

    def graph(self, *, theme: draw.Theme = "light") -> draw.Graph:
        """One graph with the states of both; what was added, removed or changed is marked on it."""
        told = [one for one in self.changes if one.state is not None]
        return draw.graph(
            asl.read(self._both),
            statuses={str(one.state): _LOOKS[one.kind] for one in told},
            marks={str(one.state): _marks(one) for one in told},
            theme=theme,
        )

    def rows(self) -> list[tuple[str, str, str, str, str]]:
        """One row for each value that differs: what happened, state, JSON pointer, old, new."""
        made = []
        for one in self.changes:
            kind, name = f"{GLYPHS[one.kind]} {one.kind}", title(one)
            made += [(kind, name, field.pointer, *values(field)) for field in one.fields]
            if not one.fields:
                made.append((kind, name, one.pointer, "", ""))
        return made

    def __repr__(self) -> str:
        if not self:
            return f"no differences between {self.old} and {self.new}"
        lines = [f"{self.old} → {self.new}"]
        for one in self.changes:
            lines.append(f"{GLYPHS[one.kind]} {title(one)}: {one.kind}")
            for field in one.fields:
                old, new = values(field)
                lines.append(f"    {field.pointer}: {old or '(not there)'} → {new or '(gone)'}")
        return "\n".join(lines)


def title(one: Change) -> str:
    """What a change is about."""
    if one.old_name is not None:
        return f"{one.old_name} → {one.state}"
    return one.state or (f"the machine at {one.pointer}" if one.pointer else "the machine")


def values(field: FieldChange) -> tuple[str, str]:
    """A field's old and new value in a few words; "" where there was none, or is none."""
    old = "" if field.kind == "added" else _value(field.old)
    return old, "" if field.kind == "removed" else _value(field.new)


def _value(value: Any) -> str:
    return shorten(without_account(json.dumps(value, ensure_ascii=False, default=str)), _WIDTH)


def _marks(one: Change) -> tuple[str, ...]:
    if one.kind == "renamed":
        return (f"was {shorten(str(one.old_name), 30)}",)
    if one.kind == "rewired":
        return ("rewired",)
    keys = dict.fromkeys(field.pointer.removeprefix(one.pointer).split("/")[1] for field in one.fields)
    return (shorten(", ".join(keys), 34),) if keys else ()
