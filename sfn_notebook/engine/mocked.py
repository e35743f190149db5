"""States that are told their result instead of doing their work, as TestState's mocks have it.

Only the work itself is left out: data flow, Retry and Catch are those of every execution.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sfn_notebook.asl import State
from sfn_notebook.engine.failures import RUNTIME, StateFailure
from sfn_notebook.engine.flow import Body, Flow
from sfn_notebook.engine.program import Step
from sfn_notebook.engine.retry import compile_rescue, rescued
from sfn_notebook.engine.strands import Signal
from sfn_notebook.engine.tokens import Callback
from sfn_notebook.engine.visit import Visit
from sfn_notebook.integrations import parse_resource

Work = Callable[[Visit], Body]


@dataclass(frozen=True, slots=True)
class Mock:
    """What a state is told.

    Attributes:
        result: Its result, any JSON value.
        failed: It fails instead, with this error and cause.
        failed_items: How many iterations of a Map have failed, or None when nobody says.
        read: What a Map's ItemReader has read, as it lay there, or None when nobody says.
    """

    result: Any = None
    failed: tuple[str | None, str | None] | None = None
    failed_items: int | None = None
    read: str | None = None

    def answer(self) -> Any:
        """The result.

        Raises:
            StateFailure: it fails instead.
        """
        if self.failed is not None:
            error, cause = self.failed
            raise StateFailure(error, cause, terminal=error == RUNTIME)
        return self.result


def mocked_step(state: State, work: Work) -> Step:
    """A state that does `work` in place of its own."""
    rescue = compile_rescue(state)
    return Step(state.name, state.type, lambda visit: rescued(visit, rescue, work), waits=True)


def mocked_task(state: State, mock: Mock) -> Work:
    """A Task that calls nothing."""
    flow, resource = Flow(state), parse_resource(state.resource)
    asks = resource.pattern == "callback" or resource.kind == "activity"

    def work(visit: Visit) -> Body:
        yield None
        if asks:  # a token that nothing waits for: the answer is here already
            visit.token = visit.run.tokens.issue(Callback(Signal(), lambda: None), visit.run.random)
        flow.fill_arguments(visit, flow.enter(visit))
        result = mock.answer()
        if visit.run.probe is not None:
            visit.run.probe.seen["result"] = result
        return flow.leave(visit, result)

    return work


def mocked_parallel(state: State, mock: Mock) -> Work:
    """A Parallel whose branches do not run."""
    flow = Flow(state)

    def work(visit: Visit) -> Body:
        yield None
        return flow.leave(visit, mock.answer())  # as recorded: no stage before the branches is shown

    return work
