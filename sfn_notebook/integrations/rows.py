"""The optimized integrations: one row for each action, from `data/optimized.json`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Final, Literal

from sfn_notebook.integrations.resource import SUFFIXES, Pattern
from sfn_notebook.integrations.tables import table

MachineType = Literal["STANDARD", "EXPRESS"]

_BOTH: Final[tuple[MachineType, ...]] = ("STANDARD", "EXPRESS")
_PREFIX: Final = "arn:aws:states:::"


@dataclass(frozen=True, slots=True)
class Row:
    """An optimized integration.

    Attributes:
        service: As the Resource names it, such as "glue".
        action: As the Resource names it, such as "startJobRun".
        title: The service's name for people.
        suffixes: What may follow the action: "", ".sync", ".sync:2", ".waitForTaskToken".
        client: boto3's name of the service that is called, or None when it is no AWS API (HTTP, Kubernetes, …).
        operation: The operation of that service, or None.
        own_parameters: Whether the parameters are the integration's own instead of the operation's.
        poll: For `.sync`: the operation of the same service that tells how the job is, or None.
        errors: What stands before the dot in its error names.
        note: What else there is to know, or "".
        source: Where its action was read.
    """

    service: str
    action: str
    title: str
    suffixes: tuple[str, ...]
    client: str | None
    operation: str | None
    own_parameters: bool
    poll: str | None
    errors: str
    note: str
    source: str

    @property
    def label(self) -> str:
        """Service and action, such as "glue:startJobRun"."""
        return f"{self.service}:{self.action}"

    @property
    def patterns(self) -> tuple[Pattern, ...]:
        """How it can wait: "response", "job", "callback"."""
        return tuple(dict.fromkeys(SUFFIXES.get(suffix, "response") for suffix in self.suffixes))

    def resource(self, pattern: Pattern = "response") -> str:
        """The Resource of a Task; of `.sync` and `.sync:2` the one that gives a value.

        >>> optimized_rows()["states:startExecution"].resource("job")
        'arn:aws:states:::states:startExecution.sync:2'
        """
        return _PREFIX + self.label + self.suffix(pattern)

    def suffix(self, pattern: Pattern) -> str:
        """The suffix that waits in this way."""
        return max(suffix for suffix in self.suffixes if SUFFIXES.get(suffix, "response") == pattern)

    @staticmethod
    def types(pattern: Pattern) -> tuple[MachineType, ...]:
        """The types of state machines that can wait in this way."""
        return _BOTH if pattern == "response" else ("STANDARD",)


@cache
def optimized_rows() -> Mapping[str, Row]:
    """All of them, by label.

    >>> len(optimized_rows())
    64
    """
    made = {}
    for one in table("optimized")["rows"]:
        row = Row(
            service=one["service"],
            action=one["action"],
            title=one["title"],
            suffixes=tuple(one["suffixes"]),
            client=one["client"],
            operation=one["operation"],
            own_parameters=one["parameters"] == "own",
            poll=one.get("poll"),
            errors=one["errors"],
            note=one.get("note", ""),
            source=one["source"],
        )
        made[row.label] = row
    return MappingProxyType(made)


def optimized_row(service: str, action: str) -> Row | None:
    """The row of an action, as the Resource spells it; None when there is none.

    >>> optimized_row("glue", "startJobRun").poll
    'GetJobRun'
    """
    return optimized_rows().get(f"{service}:{action}")


@cache
def optimized_services() -> Mapping[str, tuple[str, ...]]:
    """Service -> its actions.

    >>> optimized_services()["sqs"]
    ('sendMessage',)
    """
    made: dict[str, tuple[str, ...]] = {}
    for row in optimized_rows().values():
        made[row.service] = (*made.get(row.service, ()), row.action)
    return MappingProxyType(made)
