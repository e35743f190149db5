"""What a service tells of a simulated job, made of its model and of what the job was started with."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, Protocol

import jmespath
from botocore.model import ListShape, Shape, StructureShape

from sfn_notebook.engine.jobs.table import Job
from sfn_notebook.engine.optimized import pascal_key

_BEGAN: Final = re.compile(r"creat|submi|start", re.IGNORECASE)
_ENDED: Final = re.compile(r"complet|end|stop|finish|modif|updat", re.IGNORECASE)


class Described(Protocol):
    """A run, as far as its description needs it."""

    row: Job
    arguments: Mapping[str, Any]
    started: Mapping[str, Any]
    begun: float
    failing: str | None
    stopped: float | None
    result: Mapping[str, Any]

    def over(self, now: float) -> float | None:
        """When it ended; None when it has not."""
        ...

    def settle(self) -> None:
        """Find out how it ends."""
        ...


def described(run: Described, shape: Shape | None, now: float) -> dict[str, Any]:
    """The description of a simulated job, in the keys of tasks.

    Args:
        run: The job.
        shape: The description's shape, None when no model has one.
        now: The time.
    """
    row, end = run.row, run.over(now)
    if end is not None and run.stopped is None:
        run.settle()
    known = {"arguments": run.arguments, "started": run.started, "seconds": round((end or now) - run.begun)}
    made = {key: value for key, value in run.arguments.items() if key in _keys(shape)}
    made = merged(made, without_nulls(jmespath.search(row.born, known)))
    _stamp(made, shape, run.begun, end)
    status = _status(run, ended=end is not None)
    if end is not None and run.stopped is None:
        ended = row.ended if run.failing is None else row.broken
        made = merged(merged(made, without_nulls(jmespath.search(ended, known))), run.result)
        if run.failing is not None and row.reason is not None and "[" not in row.reason:
            put(made, row.reason, run.failing)
    put(made, row.status, status)
    parent, _, _ = row.status.rpartition(".")
    if parent:
        _stamp(made[parent], shape_at(shape, parent), run.begun, end)
    return made


def _status(run: Described, *, ended: bool) -> str:
    row = run.row
    if not ended:
        return row.running
    if run.stopped is not None and row.bad:
        return row.bad[-1]
    return row.good[0] if run.failing is None or not row.bad else row.bad[0]


def _stamp(made: dict[str, Any], shape: Shape | None, begun: float, end: float | None) -> None:
    """Write when it began and ended, wherever the service tells such a time."""
    if not isinstance(shape, StructureShape):
        return
    for name, member in shape.members.items():
        key = pascal_key(name)
        at = begun if _BEGAN.search(name) else end if _ENDED.search(name) else None
        if at is None or key in made:
            continue
        if member.type_name == "timestamp":
            made[key] = datetime.fromtimestamp(at, UTC)
        elif member.type_name == "long" and name.endswith("At"):  # AWS Batch
            made[key] = round(at * 1000)


def _keys(shape: Shape | None) -> set[str]:
    return {pascal_key(name) for name in shape.members} if isinstance(shape, StructureShape) else set()


def shape_at(shape: Shape | None, where: str) -> Shape | None:
    """The shape of a member ("Job", "Jobs[0]", "@" is the whole), None when there is none."""
    if where == "@" or not isinstance(shape, StructureShape):
        return shape
    name = where.removesuffix("[0]")
    member = next((one for key, one in shape.members.items() if pascal_key(key) == name), None)
    return member.member if isinstance(member, ListShape) and where.endswith("[0]") else member


def place(where: str, descriptions: list[dict[str, Any]]) -> dict[str, Any]:
    """Descriptions where a service's answer has them."""
    if where == "@":
        return descriptions[0]
    return {where.removesuffix("[0]"): descriptions} if where.endswith("[0]") else {where: descriptions[0]}


def put(made: dict[str, Any], where: str, value: Any) -> None:
    """Set a value at a dotted place."""
    *parents, last = where.split(".")
    for parent in parents:
        made[parent] = dict(made.get(parent) or {})
        made = made[parent]
    made[last] = value


def merged(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Two descriptions as one; what the other says wins, at every depth.

    >>> merged({"A": {"B": 1, "C": 2}}, {"A": {"B": 3}})
    {'A': {'B': 3, 'C': 2}}
    """
    made = dict(one)
    for key, value in other.items():
        mine = made.get(key)
        both = isinstance(value, Mapping) and isinstance(mine, Mapping)
        made[key] = merged(mine, value) if both else value  # type: ignore[arg-type]  # both are mappings then
    return made


def without_nulls(value: Any) -> Any:
    """A JSON value without the members that are null, at every depth."""
    if isinstance(value, Mapping):
        return {key: without_nulls(one) for key, one in value.items() if one is not None}
    return [without_nulls(one) for one in value] if isinstance(value, list) else value
