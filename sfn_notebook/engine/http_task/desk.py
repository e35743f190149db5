"""Where a notebook leaves its connections."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sfn_notebook.engine.http_task.connections import ConnectionFault, Connections
from sfn_notebook.errors import InvalidArgument, UnknownName, did_you_mean


class Desk:
    """Takes connections and gives their ARNs; what it raises is for people.

    Args:
        connections: Where they are kept.
    """

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def put(self, request: Mapping[str, Any]) -> str:
        """Keep a connection, in place of the one of that name; its ARN.

        Args:
            request: As for EventBridge's CreateConnection.

        Raises:
            InvalidArgument: what is given makes no connection.
        """
        try:
            return self._connections.put(request)
        except ConnectionFault as fault:
            raise InvalidArgument(fault.message) from None  # the chain would tell the request

    def arn(self, name: str) -> str:
        """The ARN of a connection.

        Raises:
            UnknownName: there is none of that name.
        """
        try:
            found: str = self._connections.describe({"Name": name})["ConnectionArn"]
        except ConnectionFault:
            hint = did_you_mean(name, self._connections.names())
            raise UnknownName(f"there is no connection {name!r} in this session.", hint=hint) from None
        return found
