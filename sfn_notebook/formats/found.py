"""What is found in a file: state machines, with what the file says of them besides their definition."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

Fetch = Callable[[str], str]
"""Gives the text of another file, named relative to the one being read."""
Dialect = Literal["", "cloudformation", "terraform"]


@dataclass(frozen=True, slots=True)
class Found:
    """A state machine as a file holds it.

    Attributes:
        name: Its name there.
        definition: Its ASL; what a template fills in later stands in it as `${Name}`.
        format: "json", "yaml", "cloudformation", "terraform", "serverless" or "description".
        type: "STANDARD", "EXPRESS", or None where nothing is said.
        role: The ARN of its role, where it is said outright.
        logging: What it logs ("ALL", "ERROR", "FATAL", "OFF"), where it is said outright.
        substitutions: Placeholder -> what the template fills in for it.
        dialect: Whose placeholders these are.
        text: The YAML text it was read from, for its comments.
        steps: Where in that text the definition stands.
    """

    name: str
    definition: Mapping[str, Any]
    format: str
    type: str | None = None
    role: str | None = None
    logging: str | None = None
    substitutions: Mapping[str, Any] = field(default_factory=dict)
    dialect: Dialect = ""
    text: str | None = None
    steps: tuple[str | int, ...] = ()

    def holding(self, definition: Mapping[str, Any]) -> Found:
        """The same, with another definition."""
        return replace(self, definition=definition)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A state machine that is there, and can be read: the others in the same file need not be sound.

    Attributes:
        names: The names it goes by, the first one foremost.
        read: Reads it.
    """

    names: tuple[str, ...]
    read: Callable[[], Found]


def texts(*values: object) -> tuple[str, ...]:
    """Those that are texts, each once."""
    return tuple(dict.fromkeys(value for value in values if isinstance(value, str) and value))


def one_of(value: object, *allowed: str) -> str | None:
    """The value, when it is one of these."""
    return value if isinstance(value, str) and value in allowed else None
