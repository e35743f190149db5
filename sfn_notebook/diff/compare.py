"""Two definitions compared: states added, removed, renamed, rewired and changed, field by field.

Scopes are compared with their like: the machine with the machine, the second branch of a Parallel with the second
branch. The order of states means nothing to Step Functions and is no difference.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from sfn_notebook.asl import Machine, State, read
from sfn_notebook.asl.model import escape
from sfn_notebook.diff.merge import merged
from sfn_notebook.diff.pairing import WIRES, renames

Kind = Literal["added", "removed", "renamed", "rewired", "changed"]
GLYPHS: Final[Mapping[Kind, str]] = {"added": "+", "removed": "-", "renamed": "»", "rewired": "~", "changed": "±"}
_NOTHING: Final = object()
_NESTED: Final = frozenset({"Branches", "ItemProcessor", "Iterator"})


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One value that differs.

    Attributes:
        pointer: JSON pointer to it: in the new definition, or in the old one when it is gone.
        old: What it was; None also when it was not there (see `kind`).
        new: What it is; None also when it is gone.
        kind: "added", "removed" or "changed".
    """

    pointer: str
    old: Any
    new: Any
    kind: Literal["added", "removed", "changed"]


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one state, or of the fields of the machine itself.

    Attributes:
        kind: "added", "removed", "renamed", "rewired" (only where it leads differs) or "changed".
        state: Its name (the new one when it was renamed), or None for the machine or a branch.
        pointer: JSON pointer to it.
        fields: What differs in it.
        old_name: Its name before, when it was renamed.
    """

    kind: Kind
    state: str | None
    pointer: str
    fields: tuple[FieldChange, ...] = ()
    old_name: str | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """Every difference between two definitions, and both as one definition.

    Attributes:
        changes: The differences, in the order of the new definition; what was removed comes last in its scope.
        both: A definition with the states of both, to be drawn.
    """

    changes: tuple[Change, ...]
    both: Mapping[str, Any]

    def __bool__(self) -> bool:
        return bool(self.changes)

    def of(self, kind: Kind) -> list[Change]:
        """The changes of one kind."""
        return [one for one in self.changes if one.kind == kind]


def compare(old: Mapping[str, Any], new: Mapping[str, Any]) -> Changes:
    """What must happen to `old` so that it becomes `new`.

    Raises:
        InvalidDefinition: one of them is no definition.

    >>> a = {"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": 1, "End": True}}}
    >>> b = {"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": 2, "End": True}}}
    >>> [(one.kind, one.state, one.fields[0].pointer) for one in compare(a, b).changes]
    [('changed', 'A', '/States/A/Seconds')]
    """
    before, after = read(old), read(new)
    return Changes(tuple(_machines(before, after)), merged(before, after))


def _machines(old: Machine, new: Machine) -> Iterator[Change]:
    own = tuple(_mapping(old.fields, new.fields, new.pointer, skip=frozenset({"States"})))
    if own:
        yield Change("changed", None, new.pointer, own)
    renamed = renames(old, new)
    for name, state in new.states.items():
        before = old.states.get(renamed.get(name, name))
        if before is None:
            yield Change("added", name, state.pointer)
        else:
            yield from _states(before, state)
    taken = set(renamed.values())
    for name, state in old.states.items():
        if name not in new.states and name not in taken:
            yield Change("removed", name, state.pointer)


def _states(old: State, new: State) -> Iterator[Change]:
    paired = bool(old.branches) and old.type == new.type and len(old.branches) == len(new.branches)
    fields = tuple(_mapping(old.fields, new.fields, new.pointer, skip=_NESTED if paired else frozenset()))
    if old.name != new.name:
        yield Change("renamed", new.name, new.pointer, fields, old.name)
    elif fields:
        rewired = all(_is_wire(one.pointer.removeprefix(new.pointer)) for one in fields)
        yield Change("rewired" if rewired else "changed", new.name, new.pointer, fields)
    if paired:
        for one, other in zip(old.branches, new.branches, strict=True):
            yield from _machines(one, other)


def _is_wire(pointer: str) -> bool:
    steps = pointer.split("/")[1:]
    return steps[0] in WIRES or (len(steps) == 3 and steps[0] in ("Choices", "Catch") and steps[2] == "Next")


def _mapping(
    old: Mapping[str, Any], new: Mapping[str, Any], pointer: str, *, skip: frozenset[str] = frozenset()
) -> Iterator[FieldChange]:
    for key in dict.fromkeys((*new, *old)):
        if key not in skip:
            yield from _values(old.get(key, _NOTHING), new.get(key, _NOTHING), f"{pointer}/{escape(str(key))}")


def _values(old: Any, new: Any, pointer: str) -> Iterator[FieldChange]:
    if old is _NOTHING:
        yield FieldChange(pointer, None, new, "added")
    elif new is _NOTHING:
        yield FieldChange(pointer, old, None, "removed")
    elif isinstance(old, Mapping) and isinstance(new, Mapping):
        yield from _mapping(old, new, pointer)
    elif isinstance(old, (list, tuple)) and isinstance(new, (list, tuple)) and len(old) == len(new):
        for index, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from _values(one, other, f"{pointer}/{index}")
    elif old != new or isinstance(old, bool) != isinstance(new, bool):
        yield FieldChange(pointer, old, new, "changed")
