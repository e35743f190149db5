"""`Part`: what every part of a session has of the whole."""

from __future__ import annotations

from typing import Any

from sfn_notebook.notebook.activity_desk import ActivityDesk
from sfn_notebook.notebook.worlds import World


class Part:
    """A part of a session, which has the session's world and its clients.

    Attributes:
        world: What stands behind the session.
        activity_desk: Where the tasks of activities are taken that are answered by hand.
    """

    world: World
    activity_desk: ActivityDesk

    def check_open(self) -> None:
        """Nothing, or SessionClosed."""
        raise NotImplementedError

    def client(self, service: str, **options: Any) -> Any:
        """A boto3 client of this session's world."""
        raise NotImplementedError
