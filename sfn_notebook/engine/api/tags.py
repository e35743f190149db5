"""Tags of state machines and activities."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sfn_notebook.engine.api.faults import Fault
from sfn_notebook.engine.api.store import Store

Request = dict[str, Any]


def read_tags(store: Store, request: Mapping[str, Any]) -> dict[str, str]:
    """The `tags` of a request as a dict.

    Raises:
        Fault: TooManyTags.
    """
    tags = {tag.get("key", ""): tag.get("value", "") for tag in request.get("tags", ())}
    _refuse_many(store, tags)
    return tags


def tag_resource(store: Store, request: Request) -> Request:
    """TagResource."""
    with store.engine.lock:
        tags = store.tags(request["resourceArn"])
        together = {**tags, **read_tags(store, request)}
        _refuse_many(store, together)
        tags.update(together)
        return {}


def untag_resource(store: Store, request: Request) -> Request:
    """UntagResource."""
    with store.engine.lock:
        tags = store.tags(request["resourceArn"])
        for key in request["tagKeys"]:
            tags.pop(key, None)
        return {}


def list_tags_for_resource(store: Store, request: Request) -> Request:
    """ListTagsForResource."""
    with store.engine.lock:
        tags = store.tags(request["resourceArn"])
        return {"tags": [{"key": key, "value": value} for key, value in tags.items()]}


def _refuse_many(store: Store, tags: Mapping[str, str]) -> None:
    most = store.engine.limits.tags
    if len(tags) > most:
        raise Fault("TooManyTags", f"A resource has at most {most} tags; these would be {len(tags)}")
