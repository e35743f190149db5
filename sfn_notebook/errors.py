"""Every error this package raises, as one tree.

    SfnNotebookError
    ├── InvalidArgument (ValueError)       an argument has the wrong value
    │   ├── UnknownName (KeyError)         a name that does not exist: a state, a function, a service
    │   └── UnknownKeyword (TypeError)     a keyword or field that does not exist here
    ├── InvalidJson (ValueError)           a text that should be JSON is not
    ├── InvalidDefinition (ValueError)     a state machine that cannot run; carries `problems`
    ├── InvalidInput (ValueError)          an execution input that is refused
    ├── ExpressionError (ValueError)       an expression is malformed
    │   ├── PathFailure                    a JSONPath finds nothing, or cannot be applied
    │   ├── IntrinsicFailure               an intrinsic function fails
    │   └── QueryFailure                   a JSONata expression fails or is undefined
    ├── ExecutionError (RuntimeError)      an execution did not end with success
    │   ├── ExecutionFailed
    │   ├── ExecutionTimedOut (TimeoutError)
    │   └── ExecutionAborted
    ├── StillRunning (TimeoutError)        the wait is over, the execution is not
    ├── TaskTokenError (LookupError)       a task token cannot be answered
    │   ├── InvalidToken                   it is not a token
    │   ├── TaskDoesNotExist               nothing waits for it
    │   └── TaskTimedOut (TimeoutError)    it expired, or was answered before
    ├── NothingPending (LookupError)       no task waits for an answer here
    ├── ServiceError (RuntimeError)        what stands behind a client said no; carries `code`
    │   ├── EndpointUnreachable (ConnectionError)
    │   ├── CredentialsRefused (PermissionError)
    │   ├── AccessDenied (PermissionError)
    │   ├── NotFound (LookupError)
    │   └── Throttled
    ├── NotAvailable (NotImplementedError) this world cannot do that; says which can
    ├── SessionClosed (RuntimeError)       the session was closed
    ├── SessionFileError (OSError)         the file of a session cannot be used
    └── MissingDependency (ImportError)    an optional package is needed; carries the install line

Each message says what went wrong in the user's terms, what was given, what is allowed and how to mend it.
In a notebook the message is what is shown; the whole traceback stays at hand in `%tb`.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import Any


class SfnNotebookError(Exception):
    """Base of every error of this package.

    Args:
        message: What went wrong, with what was given.
        hint: How to mend it, one sentence; shown on its own line.
    """

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return self.message if self.hint is None else f"{self.message}\n{self.hint}"

    def _render_traceback_(self) -> list[str]:
        """What IPython shows instead of a traceback through this package (`%tb` still has it)."""
        return [f"{type(self).__name__}: {self}"]


class InvalidArgument(SfnNotebookError, ValueError):
    """An argument has a value that is not allowed."""


class UnknownName(InvalidArgument, KeyError):
    """A name that does not exist: a state, a function, a service, an execution."""

    __str__ = SfnNotebookError.__str__  # KeyError would show the message quoted


class UnknownKeyword(InvalidArgument, TypeError):
    """A keyword argument or field that does not exist here, or belongs to the other query language."""


class InvalidJson(SfnNotebookError, ValueError):
    """A text that should be JSON is not."""


class InvalidDefinition(SfnNotebookError, ValueError):
    """A state machine definition that cannot run.

    Attributes:
        problems: The problems found (see `sfn_notebook.lint`), or an empty tuple.
    """

    def __init__(self, message: str, *, hint: str | None = None, problems: Sequence[Any] = ()) -> None:
        super().__init__(message, hint=hint)
        self.problems = tuple(problems)


class InvalidInput(SfnNotebookError, ValueError):
    """An execution input that is refused: not JSON, or longer than 256 KiB."""


class ExpressionError(SfnNotebookError, ValueError):
    """An expression is malformed."""


class PathFailure(ExpressionError):
    """A JSONPath finds nothing, or a reference path cannot be applied.

    Attributes:
        path: The path, when it is an argument of an intrinsic function.
    """

    path: str | None = None


class IntrinsicFailure(ExpressionError):
    """An intrinsic function fails."""


class QueryFailure(ExpressionError):
    """A JSONata expression fails or gives nothing.

    Attributes:
        code: JSONata's own code (`T2001`, …), or None.
        undefined: True when the expression is sound and gives no value.
    """

    def __init__(self, message: str, *, code: str | None = None, undefined: bool = False) -> None:
        super().__init__(message)
        self.code = code
        self.undefined = undefined


class ExecutionError(SfnNotebookError, RuntimeError):
    """An execution did not end with success.

    Attributes:
        error: The error name, or None.
        cause: The cause, or None.
    """

    def __init__(
        self, message: str, *, error: str | None = None, cause: str | None = None, hint: str | None = None
    ) -> None:
        super().__init__(message, hint=hint)
        self.error = error
        self.cause = cause


class ExecutionFailed(ExecutionError):
    """The execution ended with status FAILED."""


class ExecutionTimedOut(ExecutionError, TimeoutError):
    """The execution ended with status TIMED_OUT."""


class ExecutionAborted(ExecutionError):
    """The execution was stopped."""


class StillRunning(SfnNotebookError, TimeoutError):
    """The wait is over and the execution still runs."""


class TaskTokenError(SfnNotebookError, LookupError):
    """A task token cannot be answered."""


class InvalidToken(TaskTokenError):
    """The text is not a task token."""


class TaskDoesNotExist(TaskTokenError):
    """Nothing waits for this token."""


class TaskTimedOut(TaskTokenError, TimeoutError):
    """The token has expired, or its task was answered before."""


class NothingPending(SfnNotebookError, LookupError):
    """No task waits for an answer here."""


class ServiceError(SfnNotebookError, RuntimeError):
    """What stands behind a client refused a call.

    Attributes:
        code: The service's error code, such as `ValidationException`, or None.
    """

    def __init__(self, message: str, *, code: str | None = None, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.code = code


class EndpointUnreachable(ServiceError, ConnectionError):
    """Nothing answers at the endpoint."""


class CredentialsRefused(ServiceError, PermissionError):
    """Credentials are missing, wrong or expired."""


class AccessDenied(ServiceError, PermissionError):
    """The credentials are good and the call is not allowed to them."""


class NotFound(ServiceError, LookupError):
    """The resource does not exist."""


class Throttled(ServiceError):
    """Too many calls, and retrying did not help."""


class NotAvailable(SfnNotebookError, NotImplementedError):
    """This session's world cannot do that; the message says which can."""


class SessionClosed(SfnNotebookError, RuntimeError):
    """The session was closed."""


class SessionFileError(SfnNotebookError, OSError):
    """The file of a session cannot be used: open elsewhere, damaged, of a newer version, or of something else."""

    __str__ = SfnNotebookError.__str__  # OSError would show its arguments


class MissingDependency(SfnNotebookError, ImportError):
    """An optional package is needed; the message carries the line that installs it."""


def did_you_mean(given: str, allowed: Iterable[str], *, limit: int = 12) -> str:
    """A hint that names the nearest allowed words, or lists what is allowed.

    >>> did_you_mean("Chrage", ["Charge", "Ship"])
    "Did you mean 'Charge'?"
    >>> did_you_mean("x", ["Charge", "Ship"])
    "Allowed: 'Charge', 'Ship'."
    """
    words = list(dict.fromkeys(allowed))
    lowered = {word.lower(): word for word in words}
    near = difflib.get_close_matches(given.lower(), lowered, n=3, cutoff=0.6)
    if near:
        return f"Did you mean {' or '.join(repr(lowered[word]) for word in near)}?"
    if not words:
        return "There is none yet."
    more = f" and {len(words) - limit} more" if len(words) > limit else ""
    return f"Allowed: {', '.join(repr(word) for word in words[:limit])}{more}."
