"""`PendingTask`: a task that waits for an answer, and the three answers it takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from sfn_notebook import _json, history
from sfn_notebook._display import Shown
from sfn_notebook.errors import InvalidInput, InvalidJson, NotAvailable
from sfn_notebook.notebook.clients import Clients
from sfn_notebook.notebook.translate import translated

_ERROR_CHARS: Final = 256
_CAUSE_CHARS: Final = 32_768


class PendingTask(Shown):
    """A task that waits for somebody to bring its token back.

    Args:
        session: The session of its execution.
        waiting: What the history says of it.
        take: Takes the task from its activity's queue and gives its token, when it is one that no worker has taken.

    Attributes:
        state: The state's name.
        map_index: The indexes of the Map iterations it runs in, outermost first.
        resource: What was called: "lambda:invoke", "sqs:sendMessage", …
        attempt: Which try, from 1.
    """

    def __init__(self, session: Clients, waiting: history.Pending, *, take: Callable[[], str] | None = None) -> None:
        self._session = session
        self._take = take
        self._waiting = waiting
        self.state = waiting.state
        self.map_index = waiting.map_index
        self.resource = waiting.resource
        self.attempt = waiting.attempt

    @property
    def token(self) -> str:
        """The task token. It is a secret: who has it can answer.

        Raises:
            NotAvailable: the endpoint's history does not show it.
        """
        if self._waiting.activity is not None and self._take is not None:
            return self._take()
        if self._waiting.token is None:
            raise NotAvailable(
                f"the history does not show the token of {self.state!r}: this endpoint leaves out what the task was"
                " called with, or the token is not among it.",
                hint="Read the token where it was sent, then: session.client('stepfunctions').send_task_success(...).",
            )
        return self._waiting.token

    @property
    def payload(self) -> Any:
        """What the task was called with, tokens and account ids masked."""
        return history.mask_value(self._waiting.parameters, self._waiting.token)

    @property
    def deadline(self) -> float | None:
        """When it times out, epoch seconds; None when nobody said."""
        return _after(self._waiting.scheduled_at, self._waiting.timeout_seconds)

    @property
    def heartbeat_deadline(self) -> float | None:
        """When its first heartbeat is due, epoch seconds; None when it needs none."""
        return _after(self._waiting.scheduled_at, self._waiting.heartbeat_seconds)

    def succeed(self, output: Any = None) -> None:
        """Answer with a result; the state goes on with it.

        Args:
            output: A JSON value (a str is a JSON string here, not JSON text). Without it, null.

        Raises:
            InvalidInput: it cannot be written as JSON, or is longer than 262,144 bytes; nothing was sent.
            TaskTimedOut, TaskDoesNotExist, InvalidToken: the token takes no answer any more.
        """
        self._send("send_task_success", output=_output_text(output))

    def fail(self, error: str | None = None, cause: str | None = None) -> None:
        """Answer with a failure; the state's Retry and Catch see it.

        Args:
            error: The error's name, at most 256 characters.
            cause: A sentence for people, at most 32,768 characters.

        Raises:
            InvalidInput: one of them is too long; nothing was sent.
            TaskTimedOut, TaskDoesNotExist, InvalidToken: the token takes no answer any more.
        """
        given = {"error": (error, _ERROR_CHARS), "cause": (cause, _CAUSE_CHARS)}
        for name, (text, limit) in given.items():
            if text is not None and len(text) > limit:
                raise InvalidInput(f"the {name} has {len(text):,} characters; at most {limit:,} are allowed.")
        self._send("send_task_failure", **{name: text for name, (text, _) in given.items() if text is not None})

    def heartbeat(self) -> None:
        """Give a sign of life: the heartbeat time starts anew.

        Raises:
            TaskTimedOut, TaskDoesNotExist, InvalidToken: the token takes no answer any more.
        """
        self._send("send_task_heartbeat")

    def _send(self, operation: str, **arguments: Any) -> None:
        token = self.token
        with translated():
            getattr(self._session.client("stepfunctions"), operation)(taskToken=token, **arguments)

    def __repr__(self) -> str:
        where = "".join(f"[{index}]" for index in self.map_index)
        what = "its task token" if self._waiting.activity is None else "a worker"
        return f"<PendingTask {self.state}{where}: waits for {what} ({self.resource})>"


def _after(start: float | None, seconds: int | None) -> float | None:
    return None if start is None or seconds is None else start + seconds


def _output_text(output: Any) -> str:
    try:
        text = _json.dumps(output)
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidInput(
            f"the output cannot be written as JSON: {error}",
            hint="Allowed: dict with text keys, list, text, finite number, bool, None.",
        ) from error
    if (size := _json.size(text)) > _json.PAYLOAD_LIMIT:
        raise InvalidInput(f"the output has {size:,} bytes; Step Functions takes at most {_json.PAYLOAD_LIMIT:,}.")
    return text


def output_value(text: str) -> Any:
    """A JSON text that somebody typed, as the value to answer with.

    Raises:
        InvalidJson: it is not JSON; the message says where.
    """
    if not text.strip():
        raise InvalidJson("not valid JSON: the text is empty", hint="For an empty object write {}, for nothing null.")
    return _json.loads(text)
