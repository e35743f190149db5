"""The events of an execution as things to show: the whole list, and the stream of those that come."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Any, overload

from sfn_notebook import history
from sfn_notebook._display import Shown
from sfn_notebook.notebook.stream import Growing

Event = Mapping[str, Any]


class Events(Sequence[Event], Shown):
    """Events as `GetExecutionHistory` returns them; shown one line each."""

    def __init__(self, events: Sequence[Event]) -> None:
        self._events = tuple(events)

    @overload
    def __getitem__(self, index: int) -> Event: ...
    @overload
    def __getitem__(self, index: slice) -> Events: ...
    def __getitem__(self, index: int | slice) -> Event | Events:
        return Events(self._events[index]) if isinstance(index, slice) else self._events[index]

    def __len__(self) -> int:
        return len(self._events)

    def __repr__(self) -> str:
        return "\n".join(f"{event['id']:>5}  {history.describe(event)}" for event in self._events) or "no events yet"


class EventStream(Iterator[Event], AsyncIterator[Event]):
    """Every event of an execution from the first on, each as soon as it is there; ends with the execution.

    Works with `for` and with `async for`; the latter leaves the event loop free while it waits.
    """

    def __init__(self, execution: Growing) -> None:
        self._execution = execution
        self._given = 0

    def __next__(self) -> Event:
        while (event := self._next()) is None:
            if self._execution.run.ended:
                raise StopIteration
            self._execution.wait_for_news(self._execution.SLICE)
        return event

    async def __anext__(self) -> Event:
        while (event := self._next()) is None:
            if self._execution.run.ended:
                raise StopAsyncIteration
            if not self._execution.poll():
                await asyncio.sleep(self._execution.SLICE)
        return event

    def __aiter__(self) -> EventStream:
        return self

    def _next(self) -> Event | None:
        events = self._execution.run.events
        if self._given >= len(events):
            return None
        self._given += 1
        return events[self._given - 1]

    def __repr__(self) -> str:
        return "<EventStream: for event in it, or async for>"
