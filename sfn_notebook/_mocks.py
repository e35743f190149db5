"""What a mocked task may be told besides a value: an error, or something else for each item of a Map."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, repr=False)
class MockError:
    """A mocked task fails.

    Attributes:
        error: The error name, such as "Lambda.TooManyRequestsException", or None when it has none.
        cause: The cause, or None.
    """

    error: str | None
    cause: str | None = None

    def __repr__(self) -> str:
        return f"error({self.error!r})" if self.cause is None else f"error({self.error!r}, {self.cause!r})"


@dataclass(frozen=True, slots=True, repr=False)
class PerItem:
    """Another mock for each iteration of the Map a task stands in.

    Attributes:
        answers: Iteration -> what stands for a mock: a value, an error, a list of them, a function.
    """

    answers: Mapping[int, Any]

    def __repr__(self) -> str:
        return f"per_item({dict(self.answers)!r})"


Mocks = Mapping[str, Any]
"""The mocks of one execution: the name of a Task state -> its mock."""
