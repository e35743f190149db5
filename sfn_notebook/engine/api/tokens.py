"""Task tokens: success, failure, heartbeat.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from sfn_notebook import _json
from sfn_notebook.engine.api.faults import Fault, too_long
from sfn_notebook.engine.api.jackson import explain
from sfn_notebook.engine.api.store import Store
from sfn_notebook.errors import InvalidJson, InvalidToken, TaskDoesNotExist, TaskTimedOut, TaskTokenError

Request = dict[str, Any]
_FAULTS: Final[Mapping[type[TaskTokenError], str]] = {
    InvalidToken: "Invalid Token: 'Invalid token'",
    TaskDoesNotExist: "Task Does Not Exist: 'Provided task does not exist'",
    TaskTimedOut: "Task Timed Out: 'Provided task does not exist anymore'",
}


def send_task_success(store: Store, request: Request) -> Request:
    """SendTaskSuccess; an output that is refused leaves the task waiting."""
    output = request["output"]
    limit = store.engine.limits.payload_bytes
    if len(output) > limit:
        raise too_long("output", limit)
    if _json.size(output) > limit:
        raise Fault(
            "InvalidOutput", f"Invalid Output: 'Output is {_json.size(output)} bytes long, at most {limit} are allowed'"
        )
    try:
        return _answer(lambda: store.engine.succeed(request["taskToken"], output))
    except InvalidJson:
        raise Fault("InvalidOutput", f"Invalid Output: '{explain(output).text}'") from None


def send_task_failure(store: Store, request: Request) -> Request:
    """SendTaskFailure."""
    return _answer(lambda: store.engine.fail(request["taskToken"], request.get("error"), request.get("cause")))


def send_task_heartbeat(store: Store, request: Request) -> Request:
    """SendTaskHeartbeat."""
    return _answer(lambda: store.engine.heartbeat(request["taskToken"]))


def _answer(act: Callable[[], None]) -> Request:
    try:
        act()
    except TaskTokenError as error:
        raise Fault(type(error).__name__, _FAULTS[type(error)]) from None
    return {}
