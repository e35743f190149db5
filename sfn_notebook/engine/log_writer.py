"""Bringing the log of an execution to CloudWatch Logs, for those who read it there."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from sfn_notebook import _json
from sfn_notebook.engine.logs import log_of
from sfn_notebook.engine.pieces import pieces
from sfn_notebook.engine.records import Execution

PUT_BYTES: Final = 900_000  # of the 1,048,576 that PutLogEvents takes at once
log = logging.getLogger(__name__)


def write_log(client: Any, execution: Execution, lines: Iterable[Mapping[str, Any]]) -> None:
    """Put the lines into the log groups of the machine's logging; what goes wrong is only logged here.

    Args:
        client: A boto3 client of CloudWatch Logs.
        execution: The execution, ended.
        lines: Its log lines, as `log_of` gives them.
    """
    events = [{"timestamp": int(line["event_timestamp"]), "message": _json.dumps(dict(line))} for line in lines]
    began = datetime.fromtimestamp(execution.started, UTC)
    stream = f"states/{execution.machine.name}/{began:%Y-%m-%d-%H-%M}/{execution.arn.rpartition(':')[2][:8]}"
    for group in log_groups(execution):
        there = {"logGroupName": group, "logStreamName": stream}
        try:
            _made(client, client.create_log_group, logGroupName=group)
            _made(client, client.create_log_stream, **there)
            for some in pieces(events, _counted, most=PUT_BYTES):
                client.put_log_events(**there, logEvents=some)
        except Exception as error:  # noqa: BLE001  # an execution is not to suffer from its log, and nobody waits for this
            log.warning("the log of an execution could not be written: %s", error)


def log_groups(execution: Execution) -> list[str]:
    """The names of the log groups that an execution logs to.

    >>> from sfn_notebook.asl import read
    >>> from sfn_notebook.engine.records import MachineRecord
    >>> log_groups(Execution("arn", "e", MachineRecord("arn", "m", "{}", read("{}"))))
    []
    """
    configuration = execution.machine.settings.get("loggingConfiguration") or {}
    arns = [one["cloudWatchLogsLogGroup"]["logGroupArn"] for one in configuration.get("destinations", ())]
    return [arn.partition(":log-group:")[2].removesuffix(":*") for arn in arns]


def lines_of(execution: Execution) -> list[dict[str, Any]]:
    """What there is to write; under the lock."""
    return list(log_of(execution)) if log_groups(execution) else []


def _made(client: Any, create: Any, **what: str) -> None:
    try:
        create(**what)
    except client.exceptions.ResourceAlreadyExistsException:
        return


def _counted(event: dict[str, Any]) -> int:
    return _json.size(event["message"]) + 26  # as the service counts
