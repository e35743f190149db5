"""What an execution does or came to, in words: the errors of those who wait for it."""

from __future__ import annotations

import json
from typing import Final

from sfn_notebook import history
from sfn_notebook.errors import (
    ExecutionAborted,
    ExecutionError,
    ExecutionFailed,
    ExecutionTimedOut,
    NothingPending,
    StillRunning,
)
from sfn_notebook.history import Run

_FAILURES: Final[dict[str, type[ExecutionError]]] = {
    "FAILED": ExecutionFailed,
    "TIMED_OUT": ExecutionTimedOut,
    "ABORTED": ExecutionAborted,
}
_THRESHOLD: Final = "States.ExceedToleratedFailureThreshold"
_WORDS: Final = {"SUCCEEDED": "has succeeded", "FAILED": "failed", "TIMED_OUT": "timed out", "ABORTED": "was stopped"}


def failure(machine: str, run: Run) -> ExecutionError:
    """An execution ended without a result: in which state, and why."""
    failed = [visit.state for visit in run.visits if visit.status in ("FAILED", "TIMED_OUT")]
    where = f" in state {failed[-1]!r}" if failed else ""
    said = ": ".join(part for part in (run.error, _readable(run.cause)) if part)
    message = f"the execution of {machine!r} {_WORDS[run.status]}{where}{': ' if said else ''}{said}"
    hint = "What each child met is in .map_runs[-1].children." if run.error == _THRESHOLD else None
    return _FAILURES[run.status](history.mask(message), error=run.error, cause=run.cause, hint=hint)


def still_running(machine: str, run: Run, timeout: float | None) -> StillRunning:
    """The time to wait is over, and the execution is not."""
    return StillRunning(
        f"the execution of {machine!r} still runs after {timeout:g} s: {_doing(run)}.",
        hint="It goes on. Wait again, look at it with .watch(), or end it with .stop().",
    )


def nothing_pending(machine: str, run: Run, state: str | None) -> NothingPending:
    """Nobody waits for an answer (in that state)."""
    where = f" in {state!r}" if state else ""
    if run.ended:
        return NothingPending(f"no task waits{where}: the execution of {machine!r} {_WORDS[run.status]}.")
    hint = "Only a state with wait='callback' waits for a task token."
    return NothingPending(f"no task waits{where}: the execution of {machine!r} is {_doing(run)}.", hint=hint)


def _doing(run: Run) -> str:
    waiting = [waits.state for waits in run.pending]
    if waiting:
        return f"waiting for a task token in {', '.join(map(repr, dict.fromkeys(waiting)))}"
    running = [name for name, status in run.statuses.items() if status in ("RUNNING", "RETRYING")]
    return f"running {', '.join(map(repr, running))}" if running else "about to begin"


def _readable(cause: str | None) -> str | None:
    """A Lambda function's cause is JSON; people want its message and where it was raised."""
    try:
        told = json.loads(cause or "")
        message, trace = told["errorMessage"], told.get("stackTrace") or told.get("trace") or []
    except (ValueError, TypeError, KeyError):
        return cause
    return "\n".join([str(message), *(str(line).rstrip() for line in trace)])
