"""A machine compiled for the interpreter: everything static about its states, once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sfn_notebook.engine.failures import RUNTIME, StateFailure


class Step:
    """A state, compiled.

    Attributes:
        entered: The type of its Entered event.
        exited: The type of its Exited event.
        work: What it does: a function of the visit that returns its Outcome, or raises StateFailure.
        waits: `work` is a generator function.
    """

    __slots__ = ("entered", "exited", "name", "type", "waits", "work")

    def __init__(self, name: str, type: str, work: Callable[..., Any], *, waits: bool) -> None:
        self.name = name
        self.type = type
        self.entered = f"{type}StateEntered"
        self.exited = f"{type}StateExited"
        self.work = work
        self.waits = waits


class Program:
    """The states of one machine, branch or item processor.

    Attributes:
        start_at: The name of the first.
    """

    __slots__ = ("start_at", "steps")

    def __init__(self, start_at: str | None, steps: Mapping[str, Step]) -> None:
        self.start_at = start_at
        self.steps = steps

    def first(self) -> Step:
        """The first state.

        Raises:
            StateFailure: there is none.
        """
        step = self.steps.get(self.start_at or "")
        if step is None:
            raise StateFailure(RUNTIME, "The state machine has no state to start at.", terminal=True)
        return step
