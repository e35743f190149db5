"""How a state fails: the exception, the error names, how values are shown in a cause."""

from __future__ import annotations

from typing import Any, Final

from sfn_notebook import _json
from sfn_notebook.expressions import causes

RUNTIME: Final = causes.RUNTIME
DATA_LIMIT: Final = "States.DataLimitExceeded"
TIMEOUT: Final = "States.Timeout"
TASK_FAILED: Final = "States.TaskFailed"
HEARTBEAT: Final = "States.HeartbeatTimeout"
QUERY: Final = causes.QUERY
INTRINSIC: Final = causes.INTRINSIC
RESULT_PATH: Final = "States.ResultPathMatchFailure"
THRESHOLD: Final = "States.ExceedToleratedFailureThreshold"
ITEM_READER: Final = "States.ItemReaderFailed"
RESULT_WRITER: Final = "States.ResultWriterFailed"


class StateFailure(Exception):
    """A state has failed: matched against its Retry and Catch, then its branch fails with it.

    Args:
        error: The error name, None when a Fail state or an answer gave none.
        cause: The cause, or None.
        terminal: It ends the execution at once; no Retry, no Catch, no event of the states around it.
        also: Another name under which Retry and Catch know it.

    Attributes:
        at: The event it follows, once it has left its branch.
    """

    def __init__(
        self, error: str | None, cause: str | None, *, terminal: bool = False, also: str | None = None
    ) -> None:
        super().__init__(error, cause)
        self.error = error
        self.cause = cause
        self.terminal = terminal
        self.also = also
        self.at: int | None = None

    def output(self) -> dict[str, str]:
        """The error output, as Catch hands it on."""
        shown = {"Error": self.error, "Cause": self.cause}
        return {name: text for name, text in shown.items() if text is not None}

    def details(self) -> dict[str, str]:
        """The error as the details of an event."""
        shown = {"error": self.error, "cause": self.cause}
        return {name: text for name, text in shown.items() if text is not None}


def too_large(what: str, *, terminal: bool) -> StateFailure:
    """The failure by a result over the payload quota."""
    return StateFailure(
        DATA_LIMIT,
        f"The state/task '{what}' returned a result with a size exceeding the maximum number of bytes service limit.",
        terminal=terminal,
    )


def shown(value: Any) -> str:
    """A value as it stands in a cause."""
    return _json.dumps(value)


def type_name(value: Any) -> str:
    """The name AWS gives to the type of a JSON value.

    >>> type_name(True), type_name(1.5), type_name([])
    ('boolean', 'number', 'array')
    """
    if value is None:
        return "null"
    return _TYPE_NAMES.get(type(value), "object")


_TYPE_NAMES: Final = {bool: "boolean", int: "number", float: "number", str: "string", list: "array"}
