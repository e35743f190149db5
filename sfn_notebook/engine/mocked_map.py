"""A Map that is told its result: what it would have started its iterations with is worked out all the same."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any, Final

from sfn_notebook import _json
from sfn_notebook.asl import State
from sfn_notebook.engine.failures import ITEM_READER, THRESHOLD, StateFailure
from sfn_notebook.engine.flow import Body
from sfn_notebook.engine.map.batches import compile_batcher
from sfn_notebook.engine.map.datasets import Format, Pair, UnreadableDataset, format_of, parse
from sfn_notebook.engine.map.plan import Item, Plan, compile_plan, item_input, processor_config, settings
from sfn_notebook.engine.map.reader import Request, compile_reader
from sfn_notebook.engine.map_runs import Settings
from sfn_notebook.engine.mocked import Mock, Work
from sfn_notebook.engine.program import Program
from sfn_notebook.engine.visit import Visit

_JSON: Final = Format("JSON")
Seen = dict[str, Any]


def mocked_map(state: State, mock: Mock) -> Work:
    """A Map whose iterations do not run."""
    distributed = processor_config(state).get("Mode") == "DISTRIBUTED"
    plan, reader, batcher = (
        compile_plan(state, Program(None, {}), pairs=distributed),
        compile_reader(state),
        compile_batcher(state),
    )

    def work(visit: Visit) -> Body:
        yield None
        seen: Seen = {} if visit.run.probe is None else visit.run.probe.seen
        data = plan.flow.enter(visit)
        limits = settings(visit, plan, data)
        _see_limits(seen, limits)
        if reader is None:
            items: list[Item] | None = plan.items(visit, data)
            if not plan.flow.query:
                seen["afterItemsPath"] = _together([(one.value, one.key) for one in items or ()])
        else:
            items = _read(reader.prepare(visit, data), mock.read, seen)
        inputs = _inputs(visit, plan, data, items or [])
        if items is not None and plan.selector is not None:
            seen["afterItemSelector"] = inputs
        if items is not None and batcher is not None:
            units = batcher.prepare(visit, data).units(visit.step.name, map(_json.dumps, inputs))
            seen["afterItemBatcher"] = [_json.loads(unit.text) for unit in units]
        if distributed and mock.failed_items is not None and limits.exceeded(mock.failed_items, len(items or ())):
            raise _exceeded(mock)
        return plan.flow.leave(visit, mock.answer())

    return work


def _see_limits(seen: Seen, limits: Settings) -> None:
    seen["maxConcurrency"] = limits.concurrency
    tolerated = {
        "toleratedFailureCount": limits.tolerated_count,
        "toleratedFailurePercentage": limits.tolerated_percentage,
    }
    seen.update({name: value for name, value in tolerated.items() if value is not None})


def _read(request: Request, text: str | None, seen: Seen) -> list[Item] | None:
    """The items in what an ItemReader has read, or None when nobody says what that was."""
    if text is None:
        return None
    request.check()
    config, listed = request.config, request.action == "listObjectsV2"
    try:
        pairs = list(parse(text.encode("utf-8", "surrogatepass"), "", _JSON if listed else format_of(config)))
    except UnreadableDataset as failure:
        raise StateFailure(ITEM_READER, failure.cause) from failure
    if config.get("ItemsPointer"):
        seen["afterItemsPointer"] = _together(pairs)
    where = "/".join(str(request.arguments[name]) for name in ("Bucket", "Key") if name in request.arguments)
    return [
        Item(value, key, f"S3://{where}") for value, key in islice(pairs, int(request.most) if request.most else None)
    ]


def _together(pairs: list[Pair]) -> Any:
    """Items as the array, or the object, that they come from."""
    if pairs and pairs[0][1] is not None:
        return {key: value for value, key in pairs}
    return [value for value, _ in pairs]


def _inputs(visit: Visit, plan: Plan, data: Any, items: list[Item]) -> list[Any]:
    contexts: list[Mapping[str, Any]] = [item.in_context(index) for index, item in enumerate(items)]
    return [item_input(visit, plan, data, item, context) for item, context in zip(items, contexts, strict=True)]


def _exceeded(mock: Mock) -> StateFailure:
    """The failure by too many failed iterations; a mocked one of that name has its own cause."""
    if mock.failed is not None and mock.failed[0] == THRESHOLD:
        return StateFailure(*mock.failed)
    return StateFailure(THRESHOLD, "The specified tolerated failure threshold was exceeded")
