"""Map Runs: list, describe, update.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeMapRun.html
"""

from __future__ import annotations

from typing import Any

from sfn_notebook.engine.api.faults import invalid
from sfn_notebook.engine.api.paging import page
from sfn_notebook.engine.api.store import Store
from sfn_notebook.engine.map_runs import MapRun

Request = dict[str, Any]


def list_map_runs(store: Store, request: Request) -> Request:
    """ListMapRuns of an execution, the newest first."""
    with store.engine.lock:
        map_runs = store.engine.map_runs.of(store.execution(request["executionArn"]))
        found, more = page(map_runs, request, newest_first=True)
        return {"mapRuns": [_listed(map_run) for map_run in found], **more}


def _listed(map_run: MapRun) -> Request:
    listed = {
        "executionArn": map_run.parent.arn,
        "mapRunArn": map_run.arn,
        "stateMachineArn": map_run.parent.machine.arn,
        "startDate": map_run.started,
    }
    return listed if map_run.stopped is None else {**listed, "stopDate": map_run.stopped}


def describe_map_run(store: Store, request: Request) -> Request:
    """DescribeMapRun: its settings and its counts, also while it runs."""
    with store.engine.lock:
        map_run = store.map_run(request["mapRunArn"])
        settings = map_run.settings
        answer = {
            "mapRunArn": map_run.arn,
            "executionArn": map_run.parent.arn,
            "status": map_run.status,
            "startDate": map_run.started,
            "stopDate": map_run.stopped,
            "maxConcurrency": settings.concurrency,
            "toleratedFailurePercentage": settings.tolerated_percentage or 0.0,
            "toleratedFailureCount": settings.tolerated_count or 0,
            "itemCounts": dict(map_run.items),
            "executionCounts": dict(map_run.executions),
            "redriveCount": map_run.redrive_count,
            "redriveDate": map_run.redriven,
        }
        return {key: value for key, value in answer.items() if value is not None}


def update_map_run(store: Store, request: Request) -> Request:
    """UpdateMapRun: takes effect at once."""
    with store.engine.lock:
        map_run = store.map_run(request["mapRunArn"])
        if map_run.stopped is not None:
            raise invalid(f"The Map Run is {map_run.status}; only one that is RUNNING can be updated.")
        settings = map_run.settings
        if map_run.update is not None:
            map_run.update(
                request.get("maxConcurrency", settings.concurrency),
                request.get("toleratedFailureCount", settings.tolerated_count),
                request.get("toleratedFailurePercentage", settings.tolerated_percentage),
            )
            store.engine.scheduler.stir()
        return {}
