"""Names that users of the `stepfunctions` SDK know, for what has another name here."""

from __future__ import annotations

from typing import Any


class OldMachine:
    """`Workflow`'s names on a state machine."""

    def render_graph(self, portrait: bool = False) -> Any:  # noqa: FBT001, FBT002  # the old SDK's signature
        """The same as `graph()`; `portrait` changes nothing, the graph always runs from top to bottom."""
        machine: Any = self
        return machine.graph()

    def execute(self, name: str | None = None, inputs: Any = None) -> Any:
        """The same as `start(inputs, name=name)`."""
        machine: Any = self
        return machine.start({} if inputs is None else inputs, name=name)


class OldExecution:
    """`Execution`'s names of the SDK."""

    def list_events(self, max_items: int | None = None, reverse_order: bool = False, html: bool = False) -> Any:  # noqa: FBT001, FBT002  # as above
        """The same as `events()`; a notebook shows it as a table with or without `html`."""
        execution: Any = self
        events = execution.events()
        return (events[::-1] if reverse_order else events)[:max_items]

    def render_progress(self, portrait: bool = False, max_items: int | None = None) -> Any:  # noqa: FBT001, FBT002  # as above
        """The same as `graph()`: the machine with what happened to each state."""
        execution: Any = self
        return execution.graph()
