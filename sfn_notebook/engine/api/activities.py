"""Activities: create, describe, delete, list, and the workers' long poll.

https://docs.aws.amazon.com/step-functions/latest/dg/concepts-activities.html
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, Final

from sfn_notebook.engine.api.arns import check_name, parse
from sfn_notebook.engine.api.faults import Fault, activity_missing
from sfn_notebook.engine.api.paging import page
from sfn_notebook.engine.api.settings import OWNED_KEY, read_encryption
from sfn_notebook.engine.api.store import Activity, Store
from sfn_notebook.engine.api.tags import read_tags
from sfn_notebook.errors import SessionClosed

Request = dict[str, Any]
LONG_POLL: Final = 60.0  # seconds GetActivityTask waits for a task
CALLER_GONE: ContextVar[Callable[[], bool]] = ContextVar("CALLER_GONE", default=lambda: False)
"""Whether who sent the request that is being answered has hung up; set by what carries requests, where it can tell."""


def create_activity(store: Store, request: Request) -> Request:
    """CreateActivity: asked the same again it answers the same."""
    check_name(request["name"])
    tags = read_tags(store, request)
    encryption = request.get("encryptionConfiguration")
    settings = {"encryptionConfiguration": OWNED_KEY if encryption is None else read_encryption(encryption)}
    with store.engine.lock:
        arn = store.arn("activity", request["name"])
        activity = store.activities.get(arn)
        if activity is None:
            if len(store.activities) >= store.engine.limits.activities:
                raise Fault("ActivityLimitExceeded", "The maximum number of activities has been reached")
            activity = Activity(arn, request["name"], store.engine.now(), settings, tags)
            store.activities[arn] = activity
        elif activity.settings != settings:
            raise Fault("ActivityAlreadyExists", f"Activity Already Exists: '{arn}'")
        return {"activityArn": arn, "creationDate": activity.created}


def describe_activity(store: Store, request: Request) -> Request:
    """DescribeActivity."""
    with store.engine.lock:
        activity = _activity(store, request["activityArn"])
        return {
            "activityArn": activity.arn,
            "name": activity.name,
            "creationDate": activity.created,
            **activity.settings,
        }


def _activity(store: Store, text: str) -> Activity:
    activity = store.activities.get(parse(text, "activity").text)
    if activity is None:
        raise activity_missing(text)
    return activity


def delete_activity(store: Store, request: Request) -> Request:
    """DeleteActivity."""
    arn = parse(request["activityArn"], "activity").text
    with store.engine.lock:
        store.activities.pop(arn, None)
        return {}


def list_activities(store: Store, request: Request) -> Request:
    """ListActivities, in the order of their creation."""
    with store.engine.lock:
        found, more = page([*store.activities.values()], request)
        shown = [{"activityArn": one.arn, "name": one.name, "creationDate": one.created} for one in found]
        return {"activities": shown, **more}


def get_activity_task(store: Store, request: Request) -> Request:
    """GetActivityTask: waits for a task up to a minute; the answer is empty when none came.

    Raises:
        SessionClosed: the session was closed meanwhile.
    """
    with store.engine.lock:
        arn = _activity(store, request["activityArn"]).arn
        if store.engine.activities.pollers(arn) >= store.engine.limits.activity_pollers:
            raise Fault("ActivityWorkerLimitExceeded", "The maximum number of polling workers has been reached")
    task = store.engine.activities.take(
        arn, worker=request.get("workerName"), timeout=LONG_POLL, gone=CALLER_GONE.get()
    )
    if task is None and store.engine.scheduler.closed:
        raise SessionClosed("this session was closed while GetActivityTask waited for a task")
    return {} if task is None else {"taskToken": task.token, "input": task.input}
