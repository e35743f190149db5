"""Lambda functions that are Python of the notebook: how they are kept, called, and how they fail.

What a caller sees is Lambda's: the payload goes through JSON both ways, an exception becomes errorType,
errorMessage and stackTrace, a function that takes too long is given up.
https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html
"""

from __future__ import annotations

import json
import logging
import re
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any, Final

from sfn_notebook import _json
from sfn_notebook.errors import InvalidArgument, SessionClosed, UnknownName, did_you_mean

log = logging.getLogger(__name__)

Handler = Callable[[Any, Any], Any]
LATEST: Final = "$LATEST"
LONGEST: Final = 900  # seconds a function may run
_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_REFERENCE: Final = re.compile(
    r"(?:arn:[^:]+:lambda:[^:]*:)?(?:(?P<account>\d{12}):)?(?:function:)?(?P<name>[A-Za-z0-9_-]+)(?::(?P<qualifier>[^:]+))?"
)
_CELL: Final = re.compile(r".*[/\\]ipykernel_\d+[/\\][^/\\]*|<ipython-input-.*>|<stdin>|<string>")


@dataclass(frozen=True, slots=True)
class Function:
    """A function as it was registered.

    Attributes:
        timeout: Seconds.
        memory: Megabytes.
        version: The version it is.
    """

    name: str
    arn: str
    handler: Handler = field(repr=False)
    timeout: float = 3
    memory: int = 128
    version: str = LATEST


class Context:
    """What a handler gets as its second argument.

    https://docs.aws.amazon.com/lambda/latest/dg/python-context.html
    """

    def __init__(self, function: Function, request_id: str) -> None:
        self.function_name = function.name
        self.function_version = function.version
        self.invoked_function_arn = function.arn
        self.memory_limit_in_mb = str(function.memory)  # a text on AWS too
        self.aws_request_id = request_id
        self.log_group_name = f"/aws/lambda/{function.name}"
        self.log_stream_name = f"[{function.version}]{request_id.replace('-', '')}"
        self.identity = None
        self.client_context = None
        self._deadline = time.monotonic() + function.timeout

    def get_remaining_time_in_millis(self) -> int:
        """The time that is left, in milliseconds."""
        return max(0, int((self._deadline - time.monotonic()) * 1000))

    def __repr__(self) -> str:
        return f"Context({self.function_name!r})"


class FunctionError(Exception):
    """A function failed.

    Attributes:
        error: The error's name: the exception's class, or one of Lambda's own.
        payload: What Lambda answers: errorMessage, errorType, requestId, stackTrace as JSON.
    """

    def __init__(self, error: str, payload: str) -> None:
        super().__init__(error, payload)
        self.error = error
        self.payload = payload


class Functions:
    """The functions of one world.

    Args:
        region: Of their ARNs.
        account: Of their ARNs.
        awaited: The names of functions that there were in an earlier session, and that will be put again.
    """

    def __init__(self, *, region: str, account: str, awaited: Iterable[str] = ()) -> None:
        self._prefix = f"arn:aws:lambda:{region}:{account}:function:"
        self._functions: dict[str, Function] = {}
        self._versions: dict[tuple[str, str], Function] = {}
        self._aliases: dict[tuple[str, str], str] = {}
        self._awaited = set(awaited)
        self._put = threading.Condition()
        self._closed = False

    def put(self, name: str, handler: Handler, *, timeout: float = 3, memory: int = 128) -> Function:
        """Register a function, or replace the one of that name.

        Args:
            name: 1 to 64 letters, digits, hyphens and underscores.
            handler: Called with the event and a `Context`.
            timeout: Seconds, up to 900.
            memory: Megabytes, 128 to 10,240; only told to the handler.

        Raises:
            InvalidArgument: an argument is not as above.
        """
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise InvalidArgument(
                f"not a function name: {name!r}", hint="1 to 64 letters, digits, hyphens and underscores."
            )
        if not callable(handler):
            raise InvalidArgument(f"the handler of {name!r} cannot be called: {handler!r}")
        if not 0 < timeout <= LONGEST:
            raise InvalidArgument(
                f"not a function's timeout: {timeout!r}", hint=f"Seconds, above 0 and up to {LONGEST}."
            )
        if not 128 <= memory <= 10_240:
            raise InvalidArgument(f"not a function's memory: {memory!r}", hint="Megabytes, 128 to 10240.")
        function = Function(name, self._prefix + name, handler, timeout, memory)
        with self._put:
            self._functions[name] = function
            self._awaited.discard(name)
            self._put.notify_all()
        return function

    def remove(self, name: str) -> None:
        """Forget a function.

        Raises:
            UnknownName: there is none of that name.
        """
        with self._put:
            awaited = name in self._awaited
            self._awaited.discard(name)
            self._put.notify_all()
        if self._functions.pop(name, None) is None and not awaited:
            raise UnknownName(f"no function {name!r}", hint=did_you_mean(name, self._functions))
        self._versions = {key: one for key, one in self._versions.items() if key[0] != name}
        self._aliases = {key: one for key, one in self._aliases.items() if key[0] != name}

    def publish(self, name: str, version: str, handler: Handler) -> None:
        """Keep a function as it is now as a version of that number.

        Args:
            name: A registered function.
            version: The number.
            handler: What is called for that version from now on.
        """
        function = self._functions[name]
        self._versions[name, version] = replace(function, handler=handler, version=version)

    def alias(self, name: str, alias: str, version: str) -> None:
        """Have an alias of a function lead to one of its versions, which may be $LATEST."""
        self._aliases[name, alias] = version

    def forget(self, name: str, qualifier: str) -> None:
        """Forget a version or an alias of a function, if there is one."""
        self._versions.pop((name, qualifier), None)
        self._aliases.pop((name, qualifier), None)

    def find(self, reference: str) -> Function | None:
        """The function of a name, a partial or a whole ARN, also of a version or alias; None when there is none."""
        found = _REFERENCE.fullmatch(reference)
        if found is None or (reference.startswith("arn:") and not self._mine(reference)):
            return None
        name, qualifier = found["name"], found["qualifier"]
        function = self._functions.get(name)
        if function is None or qualifier in (None, LATEST):
            return function
        version = self._aliases.get((name, qualifier), qualifier)
        function = function if version == LATEST else self._versions.get((name, version))
        return None if function is None else replace(function, arn=f"{self._prefix}{name}:{qualifier}")

    def await_put(self, reference: str) -> Function | None:
        """What `find` gives; when an earlier session had the function, and this one has not yet, it is waited for.

        Raises:
            SessionClosed: the session was closed meanwhile.
        """
        found = _REFERENCE.fullmatch(reference)
        name = "" if found is None else found["name"]
        if name in self._awaited:
            log.warning("the function %r of an earlier session is called: the call waits until it is there again", name)
            with self._put:
                self._put.wait_for(lambda: self._closed or name not in self._awaited)
            if self._closed:
                raise SessionClosed("this session was closed while a task waited for its function")
        return self.find(reference)

    def close(self) -> None:
        """Let nobody wait any longer."""
        with self._put:
            self._closed = True
            self._put.notify_all()

    def _mine(self, arn: str) -> bool:
        return arn.startswith(self._prefix)

    def arn_of(self, reference: str) -> str:
        """The ARN a reference stands for, whether there is such a function or not."""
        return reference if reference.startswith("arn:") else self._prefix + reference.rpartition("function:")[2]


def invoke(function: Function, event: Any, *, request_id: str) -> Any:
    """Call a function as Lambda would; its result as a JSON value.

    The handler runs on a thread of its own, which is left behind when it takes too long.

    Args:
        function: The function.
        event: A JSON value; the handler gets a copy.
        request_id: The invocation's id.

    Raises:
        FunctionError: it raised, took too long, or returned what is not JSON.
    """
    call = _Call(function, _json.dumps(event), request_id)
    thread = threading.Thread(target=call.run, name=f"lambda-{function.name}", daemon=True)
    thread.start()
    thread.join(function.timeout)
    if thread.is_alive():
        raise FunctionError("Sandbox.Timedout", _timed_out(function, request_id))
    if call.error is not None:
        raise call.error
    return call.result


def _timed_out(function: Function, request_id: str) -> str:
    message = f"RequestId: {request_id} Error: Task timed out after {function.timeout:.2f} seconds"
    return json.dumps({"errorType": "Sandbox.Timedout", "errorMessage": message})


def exited(request_id: str, status: int) -> FunctionError:
    """What Lambda says of a function whose process has ended.

    >>> json.loads(exited("1-2", 3).payload)["errorMessage"]
    'RequestId: 1-2 Error: Runtime exited with error: exit status 3'

    Args:
        request_id: The invocation's id.
        status: The process's exit status; negative when a signal ended it.
    """
    end = "exit status" if status > 0 else "signal:"
    how = f"with error: {end} {abs(status)}" if status else "without providing a reason"
    told = {"errorType": "Runtime.ExitError", "errorMessage": f"RequestId: {request_id} Error: Runtime exited {how}"}
    return FunctionError(told["errorType"], json.dumps(told))


def _status(code: object) -> int:
    """The exit status of a SystemExit: any text stands for 1."""
    return code if isinstance(code, int) else int(code is not None)


class _Call:
    """One invocation on its thread."""

    def __init__(self, function: Function, event: str, request_id: str) -> None:
        self.function = function
        self.event = event
        self.request_id = request_id
        self.result: Any = None
        self.error: FunctionError | None = None

    def run(self) -> None:
        """Call the handler; leave `result` or `error`."""
        try:
            value = self.function.handler(_json.loads(self.event), Context(self.function, self.request_id))
        except FunctionError as error:  # a handler that runs elsewhere tells what Lambda tells
            self.error = error
            return
        except SystemExit as error:
            self.error = exited(self.request_id, _status(error.code))
            return
        except BaseException as error:  # noqa: BLE001  # the caller's state fails with it; this thread has nobody to tell
            trace = list(_frames(error.__traceback__))
            self.error = self._failure(type(error).__name__, _message(error), trace)
            return
        try:
            self.result = json.loads(json.dumps(value, allow_nan=False))
        except (TypeError, ValueError, RecursionError) as error:
            self.error = self._failure("Runtime.MarshalError", f"Unable to marshal response: {error}")

    def _failure(self, error: str, message: str, trace: list[str] | None = None) -> FunctionError:
        payload = {
            "errorMessage": message,
            "errorType": error,
            "requestId": self.request_id,
            "stackTrace": trace or [],
        }
        return FunctionError(error, json.dumps(payload, ensure_ascii=False))


def _message(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001  # a broken __str__ is the handler's, and must not hide which exception it was
        return f"<{type(error).__name__} that cannot be shown>"


def _frames(trace: TracebackType | None) -> Iterator[str]:
    """The stack as Lambda shows it, from the handler on; cells of a notebook under one name in every run."""
    for frame in traceback.extract_tb(trace)[1:]:
        name = "<notebook cell>" if _CELL.fullmatch(frame.filename) else frame.filename
        line = f"    {frame.line}\n" if frame.line else ""
        yield f'  File "{name}", line {frame.lineno}, in {frame.name}\n{line}'
