"""Executions that other executions wait for."""

from __future__ import annotations

from collections.abc import Callable

from sfn_notebook.engine.failures import TASK_FAILED
from sfn_notebook.engine.records import Execution, TaskFailure
from sfn_notebook.engine.strands import Signal


class Children:
    """Executions that others wait for.

    Args:
        find: The execution of an ARN, or None.
        stop: Stops an execution.
    """

    def __init__(self, find: Callable[[str], Execution | None], stop: Callable[[Execution], object]) -> None:
        self._find = find
        self._waiting: dict[Execution, list[Signal]] = {}
        self.stop = stop

    def watch(self, arn: str, answer: Signal) -> Execution:
        """Have `answer` succeed when that execution ends; it.

        Raises:
            TaskFailure: there is none.
        """
        child = self.find(arn)
        self.tell(child, answer)
        return child

    def tell(self, child: Execution, answer: Signal) -> None:
        """Have `answer` succeed when an execution ends."""
        if child.running:
            self._waiting.setdefault(child, []).append(answer)
        else:
            answer.succeed()

    def find(self, arn: str) -> Execution:
        """The execution of an ARN.

        Raises:
            TaskFailure: there is none.
        """
        child = self._find(arn)
        if child is None:
            raise TaskFailure(TASK_FAILED, f"The execution {arn} does not exist.")
        return child

    def running(self, arn: str) -> bool | None:
        """Whether the execution of an ARN has not ended; None when there is none."""
        child = self._find(arn)
        return None if child is None else child.running

    def ended(self, child: Execution) -> None:
        """It has ended: tell who waits for it."""
        for answer in self._waiting.pop(child, ()):
            answer.succeed()
