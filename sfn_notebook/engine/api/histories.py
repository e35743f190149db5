"""GetExecutionHistory: the events of an execution, also while it runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sfn_notebook.engine.api.paging import page
from sfn_notebook.engine.api.store import Store
from sfn_notebook.engine.logs import without_data

Request = dict[str, Any]


def get_execution_history(store: Store, request: Request) -> Request:
    """GetExecutionHistory: a page costs what it is long, however long the history is."""
    with store.engine.lock:
        history = store.execution(request["executionArn"]).history
    # events are only ever appended, so a page can be read while the execution runs on
    found, more = page(history, request, newest_first=bool(request.get("reverseOrder")))
    events = [event.to_api() for event in found]
    if request.get("includeExecutionData") is False:
        events = [_without_data(event) for event in events]
    return {"events": events, **more}


def _without_data(event: Mapping[str, Any]) -> Request:
    return {key: without_data(value) if isinstance(value, Mapping) else value for key, value in event.items()}
