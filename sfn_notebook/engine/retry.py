"""Retry and Catch: which of a state's errors they match, how long to wait, where to go on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sfn_notebook.asl import JSONATA, State
from sfn_notebook.engine.dataflow import Reader, Template, compile_result_path, compile_template
from sfn_notebook.engine.failures import DATA_LIMIT, RUNTIME, TIMEOUT, StateFailure
from sfn_notebook.engine.flow import Body, Outcome
from sfn_notebook.engine.visit import Visit


@dataclass(frozen=True, slots=True)
class Retrier:
    """One entry of Retry, with its defaults.

    Attributes:
        attempts: The most retries this entry allows.
        longest: The longest wait in seconds, or None.
        jitter: Whether the wait is any time up to the computed one.
    """

    errors: frozenset[str]
    interval: float = 1
    attempts: int = 3
    rate: float = 2.0
    longest: float | None = None
    jitter: bool = False

    def delay(self, used: int) -> float:
        """The seconds before the retry that follows `used` earlier ones.

        >>> Retrier(frozenset(), interval=2, rate=3, longest=10).delay(1), Retrier(frozenset(), longest=3).delay(9)
        (6, 3)
        """
        try:
            seconds = self.interval * self.rate**used
        except OverflowError:
            seconds = float("inf")
        return min(seconds, self.longest if self.longest is not None else 99_999_999)


@dataclass(frozen=True, slots=True)
class Catcher:
    """One entry of Catch."""

    errors: frozenset[str]
    next: str
    query: bool
    result_path: Reader | None
    output: Template | None
    assign: Template | None

    def catch(self, visit: Visit, failure: StateFailure) -> Outcome:
        """The outcome of a state whose failure this entry takes."""
        error = failure.output()
        if self.query:
            states = {"input": visit.input, "errorOutput": error}
            assigned = None if self.assign is None else self.assign.fill(visit, visit.input, states)
            output = error if self.output is None else self.output.fill(visit, visit.input, states)
        else:
            assigned = None if self.assign is None else self.assign.fill(visit, error)
            output = error if self.result_path is None else self.result_path(visit, error)
        return Outcome(output, assigned, self.next)


@dataclass(frozen=True, slots=True)
class Rescue:
    """The Retry and Catch of one state."""

    retriers: tuple[Retrier, ...]
    catchers: tuple[Catcher, ...]


def compile_rescue(state: State) -> Rescue:
    """Read a state's Retry and Catch."""
    return Rescue(
        tuple(_retrier(entry) for entry in state.fields.get("Retry") or ()),
        tuple(
            _catcher(entry, f"Catch[{index}]", query=state.query_language == JSONATA)
            for index, entry in enumerate(state.fields.get("Catch") or ())
        ),
    )


def _retrier(entry: Mapping[str, Any]) -> Retrier:
    return Retrier(
        errors=frozenset(entry.get("ErrorEquals", ())),
        interval=entry.get("IntervalSeconds", 1),
        attempts=entry.get("MaxAttempts", 3),
        rate=entry.get("BackoffRate", 2.0),
        longest=entry.get("MaxDelaySeconds"),
        jitter=entry.get("JitterStrategy") == "FULL",
    )


def _catcher(entry: Mapping[str, Any], where: str, *, query: bool) -> Catcher:
    def template(field: str) -> Template | None:
        return compile_template(entry[field], f"{where}/{field}", query=query) if field in entry else None

    return Catcher(
        errors=frozenset(entry.get("ErrorEquals", ())),
        next=entry.get("Next", ""),
        query=query,
        result_path=None if query else compile_result_path(entry),
        output=template("Output") if query else None,
        assign=template("Assign"),
    )


def matches(errors: frozenset[str], failure: StateFailure) -> bool:
    """Whether an ErrorEquals takes a failure.

    >>> matches(frozenset({"States.TaskFailed"}), StateFailure("States.Timeout", None))
    False
    """
    if failure.terminal or failure.error == RUNTIME:
        return False
    if failure.error in errors or failure.also in errors:
        return True
    if "States.ALL" in errors and failure.error != DATA_LIMIT:
        return True
    return "States.TaskFailed" in errors and failure.error != TIMEOUT


def rescued(visit: Visit, rescue: Rescue, attempt: Callable[[Visit], Body], *, failed_event: str | None = None) -> Body:
    """Run a state's body as its Retry and Catch say.

    Args:
        visit: The state's visit.
        rescue: Its Retry and Catch.
        attempt: One try.
        failed_event: The event a Parallel or Map leaves when no retry is left.
    """
    probe = visit.run.probe
    used = [0 if probe is None else probe.retried] * len(rescue.retriers)
    while True:
        try:
            return (yield from attempt(visit))
        except StateFailure as failure:
            if failure.terminal:
                raise
            retry = _next_retry(visit, rescue.retriers, used, failure)
            if retry is None:
                return _caught(visit, rescue, failure, failed_event)
            if probe is not None:
                probe.retry = retry
                raise
            delay = retry[1]
        yield from visit.run.scheduler.sleep(delay)
        visit.retries += 1
        visit.token = None
        visit.forget_context()


def _next_retry(
    visit: Visit, retriers: tuple[Retrier, ...], used: list[int], failure: StateFailure
) -> tuple[int, float] | None:
    """Which retrier tries again, and after how many seconds."""
    for index, retrier in enumerate(retriers):
        if matches(retrier.errors, failure):
            if used[index] >= retrier.attempts:
                return None
            delay = retrier.delay(used[index])
            used[index] += 1
            return index, visit.run.random.uniform(0, delay) if retrier.jitter else delay
    return None


def _caught(visit: Visit, rescue: Rescue, failure: StateFailure, failed_event: str | None) -> Outcome:
    trail = visit.branch.trail
    before = trail.last
    if failed_event is not None:
        trail.record(failed_event)
    for index, catcher in enumerate(rescue.catchers):
        if matches(catcher.errors, failure):
            after, trail.last = trail.last, before
            try:
                outcome = catcher.catch(visit, failure)
            except StateFailure as second:
                # as recorded: the clause's failure follows what stood before the first Failed event
                if failed_event is not None and not second.terminal:
                    trail.record(failed_event)
                raise
            trail.last = after
            if visit.run.probe is not None:
                visit.run.probe.caught = index, failure
            return outcome
    raise failure
