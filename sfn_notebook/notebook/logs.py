"""`Logs`: what executions left in CloudWatch Logs, and how its lines are read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, overload

from sfn_notebook import engine, history
from sfn_notebook._display import Shown
from sfn_notebook.errors import InvalidArgument, NotAvailable

Line = Mapping[str, Any]
LEVELS: Final = ("ALL", "ERROR", "FATAL", "OFF")


class Logs(Sequence[Line], Shown):
    """Log lines, each as the JSON object that CloudWatch Logs holds; shown one line each.

    A line has `id`, `type`, `details`, `redrive_count`, `previous_event_id`, `event_timestamp` and `execution_arn`.
    """

    def __init__(self, lines: Iterable[Line]) -> None:
        self._lines = tuple(lines)

    @overload
    def __getitem__(self, index: int) -> Line: ...
    @overload
    def __getitem__(self, index: slice) -> Logs: ...
    def __getitem__(self, index: int | slice) -> Line | Logs:
        return Logs(self._lines[index]) if isinstance(index, slice) else self._lines[index]

    def __iter__(self) -> Iterator[Line]:
        return iter(self._lines)

    def __len__(self) -> int:
        return len(self._lines)

    def __repr__(self) -> str:
        return (
            "\n".join(f"{line['id']:>5}  {history.describe(as_event(line))}" for line in self) or "nothing was logged"
        )


def as_event(line: Line) -> dict[str, Any]:
    """A log line as the event that GetExecutionHistory would show.

    >>> as_event({"id": "2", "type": "PassStateEntered", "details": {"name": "A"}, "previous_event_id": "0"})
    {'id': 2, 'type': 'PassStateEntered', 'previousEventId': 0, 'stateEnteredEventDetails': {'name': 'A'}}
    """
    event: dict[str, Any] = {"id": int(line["id"]), "type": line["type"]}
    event["previousEventId"] = int(line.get("previous_event_id", 0))
    if "event_timestamp" in line:
        event["timestamp"] = int(line["event_timestamp"]) / 1000
    member = engine.EVENT_DETAILS.get(line["type"])
    return event if member is None else {**event, member: line.get("details") or {}}


def configuration(logging: str | Mapping[str, Any], log_group: str | None) -> dict[str, Any]:
    """The API's loggingConfiguration of what was given as `logging`.

    Args:
        logging: A level, or the configuration itself.
        log_group: The ARN of the log group that a level alone goes to; None where there is none.

    Raises:
        InvalidArgument: there is no log group.
    """
    if not isinstance(logging, str):
        return dict(logging)
    if logging == "OFF":
        return {"level": "OFF"}
    if log_group is None:
        raise InvalidArgument(
            f"logging={logging!r} needs a log group on AWS, and none was given.",
            hint="Give all of it: logging={'level': 'ALL', 'includeExecutionData': True, 'destinations': "
            "[{'cloudWatchLogsLogGroup': {'logGroupArn': 'arn:aws:logs:…:*'}}]}.",
        )
    destination = {"cloudWatchLogsLogGroup": {"logGroupArn": log_group}}
    return {"level": logging, "includeExecutionData": True, "destinations": [destination]}


def checked_logging(logging: Any) -> str | Mapping[str, Any] | None:
    """`logging` as it was given.

    Raises:
        InvalidArgument: it is neither a level nor a configuration.
    """
    level = logging.get("level", "OFF") if isinstance(logging, Mapping) else logging
    if logging is not None and level not in LEVELS:
        raise InvalidArgument(
            f"logging is one of {', '.join(LEVELS)}, or a loggingConfiguration; given was {logging!r}."
        )
    return logging  # type: ignore[no-any-return]  # it has just been looked at


def no_logs(machine: str) -> NotAvailable:
    """A machine does not log."""
    return NotAvailable(
        f"the state machine {machine!r} logs nothing: its logging is OFF.",
        hint=f"session.state_machine({machine!r}, logging='ALL') has its executions log everything from now on.",
    )


def logged(client: Any, log_group: str, execution_arn: str | None) -> list[dict[str, Any]]:
    """The lines in a log group, in the order of their time.

    Args:
        client: A boto3 client of CloudWatch Logs.
        log_group: Its ARN as in a logging configuration.
        execution_arn: Of this execution only, or of all.
    """
    wanted = {} if execution_arn is None else {"filterPattern": f'{{ $.execution_arn = "{execution_arn}" }}'}
    name = log_group.partition(":log-group:")[2].removesuffix(":*")
    pages = client.get_paginator("filter_log_events").paginate(logGroupName=name, **wanted)
    found = [json.loads(event["message"]) for page in pages for event in page["events"]]
    # looked at again: emulators may not know this kind of pattern
    found = [line for line in found if execution_arn in (None, line["execution_arn"])]
    return sorted(found, key=lambda line: (line["execution_arn"], int(line["id"])))
