"""`Clients`: a session, as far as those see it who only ask its services."""

from __future__ import annotations

from typing import Any, Protocol


class Clients(Protocol):
    """What gives boto3 clients; a session is it."""

    def client(self, service: str) -> Any:
        """A boto3 client of the session's world."""
        ...
