"""Short forms of histories, for comparing."""

import json
from typing import Any

from sfn_notebook.engine.records import Execution


def types(execution: Execution) -> list[str]:
    """The event types in order."""
    return [event.type for event in execution.history]


def chain(execution: Execution) -> list[int]:
    """The previous ids in order."""
    return [event.previous for event in execution.history]


def details(execution: Execution, kind: str, nth: int = 0) -> Any:
    """The details of the nth event of a type."""
    return [event.details for event in execution.history if event.type == kind][nth]


def output(execution: Execution) -> Any:
    """The output, read; the execution must have succeeded."""
    assert execution.status == "SUCCEEDED", (execution.error, execution.cause)
    assert execution.output is not None
    return json.loads(execution.output)
