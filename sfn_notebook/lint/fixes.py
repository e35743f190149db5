"""Mending what can be mended without a guess: small edits of a definition, and what they changed."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import Any, Literal, NamedTuple

Kind = Literal["set", "remove", "rename", "last"]


class Edit(NamedTuple):
    """One edit of a definition.

    Attributes:
        kind: "set" (a value), "remove", "rename" (the key, in its place), or "last" (an entry goes to the list's end).
        pointer: JSON pointer to what is edited.
        value: The value that is set, or the new key.
    """

    kind: Kind
    pointer: str
    value: Any = None

    def __str__(self) -> str:
        return {
            "set": f"set {self.pointer} to {self.value!r}",
            "remove": f"removed {self.pointer}",
            "rename": f"renamed {self.pointer} to {self.value!r}",
            "last": f"moved {self.pointer} to the end",
        }[self.kind]


def mended(definition: Mapping[str, Any], edits: Iterable[Edit]) -> tuple[dict[str, Any], list[Edit]]:
    """A definition after some edits, and those that were made; the given one stays as it is.

    The last place is edited first, so that no edit moves what another one means. An edit whose place is not there any
    more is left out.

    >>> mended({"a": 1, "b": 2}, [Edit("rename", "/a", "a.$")])[0]
    {'a.$': 1, 'b': 2}
    """
    made: dict[str, Any] = copy.deepcopy(dict(definition))
    done: list[Edit] = []
    for edit in reversed(list(edits)):
        if _apply(made, edit):
            done.insert(0, edit)
    return made, done


def _apply(definition: Any, edit: Edit) -> bool:
    *steps, last = (step.replace("~1", "/").replace("~0", "~") for step in edit.pointer.split("/")[1:])
    holder = definition
    for step in steps:
        holder = _inner(holder, step)
    if isinstance(holder, list):
        return _apply_to_list(holder, last, edit)
    if not isinstance(holder, dict) or (edit.kind != "set" and last not in holder):
        return False
    if edit.kind == "set":
        holder[last] = edit.value
    elif edit.kind == "remove":
        del holder[last]
    elif edit.kind == "rename" and edit.value not in holder:
        items = [(edit.value if key == last else key, value) for key, value in holder.items()]
        holder.clear()
        holder.update(items)
    else:
        return False
    return True


def _apply_to_list(holder: list[Any], last: str, edit: Edit) -> bool:
    place = int(last) if last.isdecimal() else len(holder)
    if place >= len(holder):
        return False
    if edit.kind == "set":
        holder[place] = edit.value
    elif edit.kind == "remove":
        del holder[place]
    elif edit.kind == "last":
        holder.append(holder.pop(place))
    else:
        return False
    return True


def _inner(holder: Any, step: str) -> Any:
    if isinstance(holder, dict):
        return holder.get(step)
    return holder[int(step)] if isinstance(holder, list) and step.isdecimal() and int(step) < len(holder) else None
