"""What tasks are told instead of being run: the mocks of one execution, by state, call and Map iteration."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from sfn_notebook._mocks import MockError, PerItem
from sfn_notebook.engine.attempt import HeartbeatMissed
from sfn_notebook.engine.failures import HEARTBEAT, RUNTIME, TIMEOUT
from sfn_notebook.engine.records import Runner, TaskCall, TaskFailure


class Mocks:
    """The mocks of one execution; it counts the calls.

    Args:
        answers: State name -> its mock: a list is one answer for each call, retries and later visits counted; a
            function is called with the task's arguments; anything else is the answer of every call.
    """

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self._answers = answers
        self._calls: Counter[tuple[str, int | None]] = Counter()

    def covers(self, state: str) -> bool:
        """Whether the tasks of a state are not to be run."""
        return state in self._answers

    def runner(self, call: TaskCall) -> Runner:
        """What answers the next call of a state. Calls are counted here, in the order in which they are made."""
        mock, index = self._answers[call.state], None
        if isinstance(mock, PerItem):
            index = call.map_index
            if index is None or index not in mock.answers:
                return _refusing(f"has nothing for {_iteration(index)}", call.state)
            mock = mock.answers[index]
        number = self._calls[call.state, index]
        self._calls[call.state, index] += 1
        if isinstance(mock, list):
            if number >= len(mock):
                return _refusing(f"{_answers(len(mock))}, and this is call {number + 1}", call.state)
            mock = mock[number]
        return lambda task: _answer(mock, task)


def _iteration(index: int | None) -> str:
    return "a task outside of a Map" if index is None else f"iteration {index}"


def _answers(count: int) -> str:
    return f"has {count} answer{'' if count == 1 else 's'}"


def _refusing(what: str, state: str) -> Runner:
    def runner(task: TaskCall) -> Any:
        raise TaskFailure(
            RUNTIME, f"The mock of state {state!r} {what}. A list has one answer for each call, retries included."
        )

    return runner


def _answer(mock: Any, task: TaskCall) -> Any:
    if callable(mock):
        mock = _called(mock, task)
    if not isinstance(mock, MockError):
        return mock
    if mock.error == HEARTBEAT:
        raise HeartbeatMissed(TIMEOUT, mock.cause, kind="timed_out")
    raise TaskFailure(mock.error, mock.cause, kind="timed_out" if mock.error == TIMEOUT else "failed")


def _called(function: Callable[[Any], Any], task: TaskCall) -> Any:
    """What a mock that is a function gives; what it raises is the task's error, as with a Lambda function."""
    try:
        return function(task.arguments)
    except TaskFailure:
        raise
    except Exception as error:
        raise TaskFailure(type(error).__name__, str(error)) from error
