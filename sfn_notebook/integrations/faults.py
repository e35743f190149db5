"""What is found wrong with a Task's call."""

from __future__ import annotations

from typing import Literal, NamedTuple

FaultKind = Literal[
    "unknown_call",  # no such service or action
    "unlisted_call",  # one that AWS does not list
    "unsupported_call",
    "no_such_pattern",
    "unknown_parameter",
    "missing_parameter",
    "parameter_shape",  # an object, a list where something else stands
    "parameter_type",  # a text, a number, true or false where another of these stands
    "parameter_choice",
]
Place = tuple[str | int, ...]


class Fault(NamedTuple):
    """One thing that is wrong with a call.

    Attributes:
        kind: What it is.
        message: What is wrong.
        hint: How to mend it, or "".
        place: Where in the arguments: keys and indexes from the outside in.
    """

    kind: FaultKind
    message: str
    hint: str = ""
    place: Place = ()

    @property
    def where(self) -> str:
        """The place as people write it, such as `Filters[0].Name`."""
        return "".join(f"[{one}]" if isinstance(one, int) else f".{one}" for one in self.place).lstrip(".")
