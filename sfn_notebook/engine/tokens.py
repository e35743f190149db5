"""Task tokens: made by the engine, known to nobody else, good for one answer."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Final

from sfn_notebook.engine.strands import Signal
from sfn_notebook.errors import InvalidToken, TaskDoesNotExist, TaskTimedOut

HEADER: Final = bytes.fromhex("0000002a0000000200000000")  # tokens of Step Functions begin with AAAAKgAAAAIAAAAA
REMEMBERED: Final = 100_000  # closed tokens: enough to tell "answered before" from "never was"


@dataclass(slots=True, eq=False)
class Callback:
    """What waits for a token.

    Attributes:
        answer: Succeeds with the output's JSON text, or fails with TaskFailure.
        beat: Starts the heartbeat time anew.
    """

    answer: Signal
    beat: Callable[[], None]


class Tokens:
    """Every token of an engine.

    Args:
        closing: Told of every token that is closed.
        closed_before: Whether a token that is not known here was closed in an earlier session.
    """

    def __init__(
        self,
        *,
        closing: Callable[[str], object] = lambda token: None,
        closed_before: Callable[[str], bool] = lambda token: False,
    ) -> None:
        self._closing = closing
        self._closed_before = closed_before
        self._open: dict[str, Callback] = {}
        self._closed: dict[str, None] = {}

    def issue(self, callback: Callback, random: Random) -> str:
        """A new token, made of `random`, for something that waits."""
        token = new_token(random)
        self.open(token, callback)
        return token

    def open(self, token: str, callback: Callback) -> None:
        """Something waits for this token."""
        self._open[token] = callback

    def close(self, token: str) -> None:
        """No answer is taken any more: it was answered, it expired, or nothing waits any longer."""
        if self._open.pop(token, None) is not None:
            self._closed[token] = None
            self._closing(token)
            if len(self._closed) > REMEMBERED:
                del self._closed[next(iter(self._closed))]

    def take(self, token: str) -> Callback:
        """What waits for this token; the token is closed with it.

        Raises:
            InvalidToken, TaskDoesNotExist, TaskTimedOut: it cannot be answered.
        """
        callback = self.find(token)
        self.close(token)
        return callback

    def find(self, token: str) -> Callback:
        """What waits for this token. Raises as `take` does."""
        callback = self._open.get(token)
        if callback is not None:
            return callback
        if token in self._closed or self._closed_before(token):
            raise TaskTimedOut(
                "the task of this token is over: it was answered before, it timed out, or its execution ended",
                hint="A retried task waits under a new token; take the token from the task that is pending now.",
            )
        if _looks_like_one(token):
            raise TaskDoesNotExist("no task of this session waits for this token")
        raise InvalidToken(
            "this is not a task token",
            hint="A task token is the text at $$.Task.Token ($states.context.Task.Token in JSONata).",
        )

    def __len__(self) -> int:
        return len(self._open)


def new_token(random: Random) -> str:
    """The text of a new token."""
    return base64.b64encode(HEADER + random.randbytes(88)).decode("ascii")


def _looks_like_one(token: str) -> bool:
    try:
        return base64.b64decode(token, validate=True).startswith(HEADER)
    except (binascii.Error, ValueError):
        return False
