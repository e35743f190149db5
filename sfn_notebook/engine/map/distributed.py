"""Distributed Maps: each item, or batch of items, is an execution of its own, whose events are not in this history.

https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from typing import Any, Final, NamedTuple

from sfn_notebook.asl import State
from sfn_notebook.engine.failures import THRESHOLD, StateFailure
from sfn_notebook.engine.flow import Body, Outcome
from sfn_notebook.engine.map.batches import Batcher, Batching, compile_batcher
from sfn_notebook.engine.map.dispatch import Dispatch
from sfn_notebook.engine.map.plan import Item, Plan, item_input, processor_config, settings
from sfn_notebook.engine.map.reader import Reader, Request, compile_reader, items_of
from sfn_notebook.engine.map.writer import Destination, Writer, check, compile_writer, result_of
from sfn_notebook.engine.map_runs import MapRun, Processor, Unit
from sfn_notebook.engine.parallel import joined
from sfn_notebook.engine.records import TaskFailure
from sfn_notebook.engine.strands import Signal
from sfn_notebook.engine.visit import Visit

TURN: Final = 256  # inputs made between two chances for others


class Distribution(NamedTuple):
    """What only a distributed Map has, compiled."""

    plan: Plan
    reader: Reader | None
    batcher: Batcher | None
    writer: Writer
    processor: Processor
    label: str | None


class _Task(NamedTuple):
    """What one visit has to do: all that is known before the Map Run starts."""

    data: Any
    items: list[Item] | None
    request: Request | None
    batching: Batching | None
    destination: Destination | None


def compile_distributed(state: State, plan: Plan) -> Callable[[Visit], Body]:
    """One attempt of a distributed Map."""
    distribution = Distribution(
        plan=plan,
        reader=compile_reader(state),
        batcher=compile_batcher(state),
        writer=compile_writer(state),
        processor=Processor(state.branches[0], str(processor_config(state).get("ExecutionType", "STANDARD"))),
        label=state.fields.get("Label"),
    )
    return lambda visit: _attempt(visit, distribution)


def _attempt(visit: Visit, distribution: Distribution) -> Body:
    plan, trail = distribution.plan, visit.branch.trail
    data = plan.flow.enter(visit)
    items = None if distribution.reader else plan.items(visit, data)
    map_run = _resumed(visit)
    if map_run is None:
        # how many items there are to read is not known yet
        trail.record("MapStateStarted", {"length": 0 if items is None else len(items)})
    limits = settings(visit, plan, data)
    task = _prepared(visit, distribution, data, items)
    if map_run is None:
        map_run = visit.run.open_map_run(visit.step.name, distribution.processor, distribution.label, limits)
        trail.record("MapRunStarted", {"mapRunArn": map_run.arn})
    else:
        trail.record("MapRunRedriven", {"mapRunArn": map_run.arn, "redriveCount": map_run.redrive_count})
    visit.map_run = map_run
    map_run.update = visit.run.scheduler.door(map_run.set)
    try:
        return (yield from _run(visit, distribution, task, map_run))
    except StateFailure as failure:
        if map_run.stopped is None:
            map_run.end("FAILED", visit.run.now(), failure.error)
            trail.record("MapRunFailed", failure.details())
        raise
    finally:
        if map_run.stopped is None and not visit.run.closing:
            _abandoned(visit, map_run, task.destination)


def _resumed(visit: Visit) -> MapRun | None:
    """The Map Run that a redrive goes on with, or None."""
    place = visit.take_place()
    map_run = None if place is None or place.map_run_arn is None else visit.run.map_run(place.map_run_arn)
    if map_run is None or not map_run.resumable:
        return None
    standard = map_run.machine.type == "STANDARD"
    map_run.begin_again(visit.run.now(), history_limit=visit.run.limits.history_events if standard else None)
    return map_run


def _prepared(visit: Visit, distribution: Distribution, data: Any, items: list[Item] | None) -> _Task:
    reader, batcher = distribution.reader, distribution.batcher
    return _Task(
        data=data,
        items=items,
        request=None if reader is None else reader.prepare(visit, data),
        batching=None if batcher is None else batcher.prepare(visit, data),
        destination=distribution.writer.prepare(visit, data),
    )


def _run(visit: Visit, distribution: Distribution, task: _Task, map_run: MapRun) -> Body:
    destination, storage = task.destination, visit.run.storage
    if destination is not None:
        check(destination)
    if not map_run.planned:
        items = task.items
        if task.request is not None:
            task.request.check()
            items = items_of((yield from _background(visit, task.request.job(storage))))
        if destination is not None:
            yield from _background(visit, destination.opening(map_run, storage))
        units = _units(visit, distribution, task, items or [])
        map_run.plan((yield from _in_turns(units)))
    yield from _children(visit, distribution.plan, map_run, destination)
    return (yield from _ended(visit, distribution, map_run, destination))


def _children(visit: Visit, plan: Plan, map_run: MapRun, destination: Destination | None) -> Generator[Any, Any, None]:
    dispatch = Dispatch(visit, map_run, plan.program)
    try:
        exceeded = yield from dispatch.run()
    finally:
        dispatch.stop()
    if exceeded:
        if destination is not None:
            yield from _write(visit, map_run, destination)
        raise StateFailure(THRESHOLD, "The specified tolerated failure threshold was exceeded")


def _ended(visit: Visit, distribution: Distribution, map_run: MapRun, destination: Destination | None) -> Body:
    if destination is not None:
        yield from _write(visit, map_run, destination)
        result, text = destination.details(map_run), None
    else:
        result, text = result_of(map_run, distribution.writer.shape)
    map_run.end("SUCCEEDED", visit.run.now())
    visit.branch.trail.record("MapRunSucceeded")
    outcome: Outcome = joined(visit, distribution.plan.flow, "MapStateSucceeded", result, text)
    return outcome


def _write(visit: Visit, map_run: MapRun, destination: Destination) -> Generator[Any, Any, None]:
    yield from _background(visit, destination.writing(map_run, visit.run.storage))
    for counts in (map_run.items, map_run.executions):
        counts["resultsWritten"] = counts["total"] - counts["pending"]


def _abandoned(visit: Visit, map_run: MapRun, destination: Destination | None) -> None:
    """The parent was stopped: the Map Run is aborted, and still writes what there is."""
    map_run.end("ABORTED", visit.run.now())
    if destination is not None and map_run.units:
        visit.run.background(destination.writing(map_run, visit.run.storage), Signal())


def _background(visit: Visit, job: Callable[[], Any]) -> Generator[Any, Any, Any]:
    """Do something that blocks.

    Raises:
        StateFailure: it could not be done.
    """
    done = Signal()
    visit.run.background(job, done)
    try:
        return (yield done)
    except TaskFailure as failure:
        raise StateFailure(failure.error, failure.cause) from failure


def _units(visit: Visit, distribution: Distribution, task: _Task, items: list[Item]) -> Iterator[Unit]:
    plan, data = distribution.plan, task.data
    contexts = (item.in_context(index) for index, item in enumerate(items))
    inputs = ((item_input(visit, plan, data, item, made), made) for item, made in zip(items, contexts, strict=True))
    if task.batching is not None:
        return task.batching.units(visit.step.name, (visit.text_of(value) for value, _ in inputs))
    return (Unit(index, 1, visit.text_of(value), made) for index, (value, made) in enumerate(inputs))


def _in_turns(units: Iterator[Unit]) -> Generator[None, Any, list[Unit]]:
    made = []
    for unit in units:
        made.append(unit)
        if len(made) % TURN == 0:
            yield None
    return made
