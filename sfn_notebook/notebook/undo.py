"""What an edit changed, kept so that it can be taken back: a few frozen copies, of what the edit touched only."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

N = TypeVar("N")
KEPT: Final = 100
"""How many edits can be taken back."""


@dataclass(slots=True)
class Snapshot:
    """How things stood before an edit.

    Attributes:
        marks: The store's own containers and counters, copied.
        saved: Of each node that the edit touched: the node, and its attributes as they were.
    """

    marks: tuple[Any, ...]
    saved: dict[int, tuple[Any, Mapping[str, Any]]] = field(default_factory=dict)

    def keep(self, node: Any) -> None:
        """Remember a node as it is, unless it is remembered."""
        if id(node) not in self.saved:
            self.saved[id(node)] = (node, {name: _copied(getattr(node, name)) for name in node.__slots__})

    def give_back(self) -> None:
        """Make the nodes what they were; they stay the same objects, so that handles stay good."""
        for node, attributes in self.saved.values():
            for name, value in attributes.items():
                setattr(node, name, value)


class History:
    """The edits that can be taken back, those that were, and the one under way."""

    __slots__ = ("future", "opened", "past")

    def __init__(self) -> None:
        self.past: list[Snapshot] = []
        self.future: list[Snapshot] = []
        self.opened: Snapshot | None = None

    def touched(self, node: N) -> N:
        """Say that a node may change from here on."""
        if self.opened is not None:
            self.opened.keep(node)
        return node

    def done(self, before: Snapshot) -> None:
        """An edit is whole."""
        self.past.append(before)
        del self.past[:-KEPT]
        self.future.clear()


def _copied(value: Any) -> Any:
    """A copy of what edits change in place: containers, and the small records in a list."""
    if isinstance(value, list):
        return [copy.copy(one) for one in value]
    return value if isinstance(value, (str, int, tuple, type(None))) else copy.copy(value)
