"""Mocks: what the tasks of an execution are told instead of being run. `sfn.error(...)` and `sfn.mocks`.

A mock stands under the name of a Task state. It is

- a JSON value, or `sfn.error(name, cause)`: the answer of every call;
- a list of those: one for each call, in order. Retries count, and so do later visits of the state; a call too many
  ends the execution with an error that says so. (A result that is itself a list is written in a list: `[[1, 2]]`.)
- a function: called with the task's arguments, it gives any of these answers; what it raises is the task's error, by
  the name of its class, as in a Lambda function;
- `sfn.mocks.per_item(...)`: one of these for each iteration of the Map around the task.

The history is that of the real thing: TaskScheduled, TaskStarted, for `.sync` and callbacks TaskSubmitted, then the
mock's success or failure. Tasks that have no mock are run.

`sfn.mocks.load("MockConfigFile.json")` reads what Step Functions Local has, `MockFile.save` writes it, and
`execution.mocks()` records an execution.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sfn_notebook._mocks import MockError, Mocks, PerItem
from sfn_notebook.errors import InvalidArgument, UnknownName, did_you_mean
from sfn_notebook.notebook.mock_file import MockFile, load

__all__ = ["MockFile", "checked_mocks", "error", "load", "per_item"]


def error(error: str | None, cause: str | None = None) -> MockError:
    """The answer of a mocked task that fails.

    Args:
        error: The error name, such as "Lambda.TooManyRequestsException"; None for an error without a name.
        cause: The cause.

    Raises:
        InvalidArgument: one of them is no text.

    >>> error("States.Timeout")
    error('States.Timeout')
    """
    for text in (error, cause):
        if text is not None and not isinstance(text, str):
            raise InvalidArgument(
                f"an error's name and its cause are texts; given was {text!r}.",
                hint='Such as sfn.error("Lambda.TooManyRequestsException", "try again later").',
            )
    return MockError(error, cause)


def per_item(answers: Sequence[Any] | Mapping[int, Any]) -> PerItem:
    """Another mock for each iteration of a Map.

    Args:
        answers: A list with one mock for each iteration, or a dict of iteration (from 0) -> mock.

    Raises:
        InvalidArgument: it is neither.

    >>> per_item(["ok", error("No")])
    per_item({0: 'ok', 1: error('No')})
    """
    if isinstance(answers, Sequence) and not isinstance(answers, str):
        return PerItem(dict(enumerate(answers)))
    if isinstance(answers, Mapping) and all(type(index) is int and index >= 0 for index in answers):
        return PerItem(dict(answers))
    raise InvalidArgument(
        f"per_item() takes a list, or a dict of iteration -> mock; given was {answers!r}.",
        hint="Such as sfn.mocks.per_item([{'ok': True}, sfn.error('No')]).",
    )


def checked_mocks(mocks: Mocks, kinds: Mapping[str, str]) -> Mocks:
    """The mocks, once it is clear that an execution can use them.

    Args:
        mocks: State name -> mock.
        kinds: The machine's states: name -> type.

    Raises:
        UnknownName: there is no such state.
        InvalidArgument: it is no Task, or the mock is nothing a task can answer.
    """
    if not isinstance(mocks, Mapping):
        raise InvalidArgument(
            f"mocks is a dict of state name -> mock; given was {mocks!r}.",
            hint='Such as mocks={"Charge": {"ok": True}}.',
        )
    for name, mock in mocks.items():
        if name not in kinds:
            tasks = [task for task, kind in kinds.items() if kind == "Task"]
            hint = did_you_mean(str(name), tasks) if tasks else "This state machine has no Task to mock."
            raise UnknownName(f"mocks: there is no state {name!r}.", hint=hint)
        if kinds[name] != "Task":
            raise InvalidArgument(
                f"mocks: {name!r} is a {kinds[name]} state, and only Task states are mocked.",
                hint="Mock the tasks inside of it." if kinds[name] in ("Map", "Parallel") else None,
            )
        for answer in _answers(mock):
            _check_answer(name, answer)
    return mocks


def _answers(mock: Any) -> Iterable[Any]:
    if isinstance(mock, PerItem):
        return [answer for one in mock.answers.values() for answer in _answers(one)]
    return mock if isinstance(mock, list) else [mock]


def _check_answer(name: str, answer: Any) -> None:
    if callable(answer) or isinstance(answer, MockError):
        return
    try:
        json.dumps(answer, allow_nan=False)
    except (TypeError, ValueError) as reason:
        raise InvalidArgument(
            f"the mock of {name!r} is nothing a task can answer: {reason}.",
            hint="A JSON value, sfn.error(...), a list of those, a function, or sfn.mocks.per_item(...).",
        ) from None
