"""Having executions of an earlier session go on: what a replay must come out as, and what happens when it does not."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Final, Protocol

from sfn_notebook.engine.failures import RUNTIME, StateFailure
from sfn_notebook.engine.journal import Diverged, Journal, Link
from sfn_notebook.engine.records import Event, Execution
from sfn_notebook.engine.run import Run
from sfn_notebook.engine.scheduler import Scheduler
from sfn_notebook.engine.strands import Strand

log = logging.getLogger(__name__)

_WHY: Final = "; it was written by another version of sfn_notebook, or with other limits"


class Keeper(Protocol):
    """What keeps executions beyond the end of the process."""

    def begin(self, execution: Execution) -> Journal:
        """The journal of an execution that is about to start."""
        ...

    def flush(self) -> None:
        """Write what has not been written; nothing that depends on it may be told or done before."""
        ...

    def settle(self) -> None:
        """`flush` when nothing else is to be done; what goes wrong is told to who asks next."""
        ...

    def close(self) -> None:
        """Write the last, and nothing any more."""
        ...

    def token_closed(self, token: str) -> None:
        """No answer to this token is taken any more."""
        ...

    def was_closed(self, token: str) -> bool:
        """Whether no answer to this token was taken any more in an earlier session."""
        ...


def resume(
    journals: Iterable[Journal],
    *,
    scheduler: Scheduler,
    begin: Callable[[Journal], Run],
    ended: Callable[[Execution], object],
) -> None:
    """Have executions of an earlier session go on. Under the lock.

    Each is interpreted again from its journal; its history must come out as it is. One for which it does not
    fails, its history as it was.

    Args:
        journals: Their journals, the oldest execution first.
        scheduler: Where they are to go on.
        begin: Begins an execution with its journal.
        ended: Told of each that cannot go on.
    """
    links: list[Link] = []
    going_on: list[Strand] = []
    for journal in journals:
        links += _replay(journal, scheduler, begin, ended)
        going_on += scheduler.ready
        scheduler.ready.clear()
    scheduler.ready.extend(going_on)
    for link in sorted(links, key=lambda link: link.since):
        link.make()
    scheduler.stir()


def _replay(
    journal: Journal, scheduler: Scheduler, begin: Callable[[Journal], Run], ended: Callable[[Execution], object]
) -> list[Link]:
    execution = journal.execution
    known = execution.history
    execution.history = known[: execution.redriven_after]
    run = None
    try:
        run = begin(journal)
        links = journal.replay(scheduler.ready)
        compare(execution, known)
    except Exception as error:  # whatever goes wrong in there, the others go on
        log.warning("an execution of an earlier session cannot go on", exc_info=error)
        if run is not None:
            run.cancel()
        scheduler.ready.clear()
        give_up(execution, known, error, scheduler.now())
        ended(execution)
        journal.drop()
        return []
    return links


def compare(execution: Execution, known: Sequence[Event]) -> None:
    """Hold an execution that was interpreted again to the history that is known.

    Raises:
        Diverged: it is another one, or the execution has ended.
    """
    for made, was in zip(execution.history, known, strict=False):
        if made != was:
            raise Diverged(f"event {was.id} is {was.type} and comes out as {made.type}, or with other details{_WHY}")
    if len(execution.history) != len(known):
        raise Diverged(f"its history has {len(known)} events and comes out with {len(execution.history)}{_WHY}")
    if not execution.running:
        raise Diverged(f"it was running and comes out as ended{_WHY}")


def give_up(execution: Execution, known: list[Event], why: Exception, now: float) -> None:
    """Let an execution fail that cannot be interpreted again; its history stays as it is known, with one event more."""
    failure = StateFailure(
        RUNTIME,
        f"The execution cannot go on now that its session was opened again: {str(why) or type(why).__name__}. "
        "What is before this event is as it was.",
    )
    now = max(now, known[-1].timestamp if known else now)
    last = known[-1].id if known else 0
    known.append(Event(now, "ExecutionFailed", last + 1, last, failure.details()))
    execution.history = known
    execution.status, execution.output, execution.stopped = "FAILED", None, now
    execution.error, execution.cause = failure.error, failure.cause
