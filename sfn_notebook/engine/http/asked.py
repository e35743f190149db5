"""A request as those who answer it see it, whatever server took it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class Asked(Protocol):
    """A request."""

    @property
    def method(self) -> str:
        """GET, POST and so on."""

    @property
    def path(self) -> str:
        """The path with its query."""

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers."""

    @property
    def body(self) -> bytes:
        """The body."""
