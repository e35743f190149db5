"""What comes to an execution from outside, written down so that it can be interpreted again to where it stands.

The interpreter is deterministic. The same definition, input and random numbers give the same history when its
branches take their turns at the same times and the same things come in between. So that is what a journal holds,
in order, as JSON:

- `[time, turns]`: so many turns of its branches were taken when it was `time`;
- `[time, door, values]`: something came in: a timer was due, a runner had its result, a token was answered;
- `[value]`: something outside was looked up in the turn before.

Doors are numbered in the order in which they are made, which is the same each time. Branches need not be stored:
they are made again by a replay, in which nothing reaches the outside. When it has caught up, whatever is still
waited for is tied to the outside: timers to the clock, tokens to those who answer them, calls to their runners.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

from sfn_notebook.engine.clock import Clock
from sfn_notebook.engine.records import Execution
from sfn_notebook.engine.strands import Strand

Undo = Callable[[], object]
Entry = list[Any]


class Diverged(Exception):
    """A replay did not come out as what was written down."""


class Door:
    """Where something comes in: what it does is written down first."""

    __slots__ = ("_journal", "act", "number")

    def __init__(self, journal: Journal, act: Callable[..., object], number: int) -> None:
        self._journal = journal
        self.act = act
        self.number = number

    def __call__(self, *values: Any) -> None:
        """Something comes in. `values` are JSON values."""
        self._journal.enter(self, values)


class Link:
    """What ties a door to the outside, until something came through it or it is cancelled.

    Attributes:
        since: When it was asked for.
    """

    __slots__ = ("_tie", "_undo", "since")

    def __init__(self, tie: Callable[[], Undo], since: float) -> None:
        self._tie: Callable[[], Undo] | None = tie
        self._undo: Undo | None = None
        self.since = since

    def make(self) -> None:
        """Tie it, if it is still wanted."""
        if self._tie is not None:
            self._undo, self._tie = self._tie(), None

    def over(self) -> None:
        """Something came through: there is nothing to undo."""
        self._tie = self._undo = None

    def cancel(self) -> None:
        """Untie it."""
        undo, self._tie, self._undo = self._undo, None, None
        if undo is not None:
            undo()


class Journal:
    """The journal of one execution, and of the executions of its Map Runs.

    Args:
        execution: Its record; its time begins at `execution.started`.
        clock: Where time comes from.
        changed: Called with the journal when there is something to write.
        past: What was written before; it has to be replayed.
        unfit: Why it cannot be replayed; "" when it can.

    Attributes:
        time: Its time: that of the turn that is being taken, in milliseconds on the real clock.
    """

    def __init__(
        self,
        execution: Execution,
        *,
        clock: Clock,
        changed: Callable[[Journal], object] = lambda journal: None,
        past: Iterable[Entry] | None = None,
        unfit: str = "",
    ) -> None:
        self.execution = execution
        self.time = execution.started
        self._clock = clock
        self._changed = changed
        self._unfit = unfit
        self._written: list[Entry] = []
        self._turns: Entry | None = None  # the last entry, when it counts turns
        self._doors = 0
        self._past: deque[Entry] | None = None if past is None else deque(past)
        self._known: dict[int, Door] = {}  # while it is replayed
        self._links: list[Link] = []  # as above

    def now(self) -> float:
        """Its time in epoch seconds."""
        return self.time

    @property
    def replaying(self) -> bool:
        """Whether it has not caught up yet."""
        return self._past is not None

    def take(self) -> list[Entry]:
        """What was written since this was last asked."""
        written, self._written, self._turns = self._written, [], None
        return written

    def drop(self) -> None:
        """Its execution is over without it."""
        self._past = None
        self._known.clear()
        self._links.clear()
        self._changed(self)

    # -- what is written

    def turn(self) -> None:
        """A branch takes its turn."""
        if self._past is not None:
            return
        before = self.time
        self._read_clock()
        if self._turns is not None and self.time == before:
            self._turns[1] += 1
        else:
            self._turns = [self.time, 1]
            self._write(self._turns)

    def enter(self, door: Door, values: tuple[Any, ...]) -> None:
        """Something comes through a door; once the execution has ended, nothing does."""
        if not self.execution.running:
            return
        self._read_clock()
        self._turns = None
        self._write([self.time, door.number, values])
        door.act(*values)

    def look_up(self, read: Callable[[], Any]) -> Any:
        """Look something up outside; a JSON value. In a replay, what was seen then."""
        if self._past is not None:
            return self._next(1)[0]
        value = read()
        self._turns = None
        self._write([value])
        return value

    def _read_clock(self) -> None:
        now = self._clock.now()
        if not self._clock.instant:
            now = math.floor(now * 1000) / 1000
        self.time = max(self.time, now)

    def _write(self, entry: Entry) -> None:
        if not self._written:
            self._changed(self)
        self._written.append(entry)

    # -- doors

    def door(self, act: Callable[..., object]) -> Door:
        """A door through which something may come any number of times."""
        self._doors += 1
        door = Door(self, act, self._doors)
        if self._past is not None:
            self._known[door.number] = door
        return door

    def once(self, act: Callable[..., object], tie: Callable[[Door], Undo]) -> Link:
        """A door for one thing.

        Args:
            act: What it does; called with the values that come.
            tie: Ties the door to the outside, which is to call it; gives what unties it.
        """

        def came(*values: Any) -> None:
            link.over()
            act(*values)

        door = self.door(came)
        link = Link(lambda: tie(door), self.time)
        if self._past is None:
            link.make()
        else:
            self._links.append(link)
        return link

    # -- replay

    def replay(self, ready: deque[Strand]) -> list[Link]:
        """Take the turns and let in what came, up to the end of what was written; what it still waits for.

        Args:
            ready: Its branches that can take a turn, and no others.

        Raises:
            Diverged: that is not possible.
        """
        if self._unfit:
            raise Diverged(self._unfit)
        while self._past:
            entry = self._next(2, 3)
            self.time = entry[0]
            if len(entry) == 2:
                for _ in range(entry[1]):
                    _take_turn(ready)
            elif entry[1] in self._known:
                self._known[entry[1]].act(*entry[2])
            else:
                raise Diverged(f"nothing waits at door {entry[1]}")
        self._past = None
        self._known.clear()
        links, self._links = self._links, []
        return links

    def _next(self, *lengths: int) -> Entry:
        if not self._past or len(self._past[0]) not in lengths:
            raise Diverged("something is looked up that was not, or the other way round")
        return self._past.popleft()


def _take_turn(ready: deque[Strand]) -> None:
    while ready:
        strand = ready.popleft()
        if not strand.ended:
            strand.step()
            return
    raise Diverged("no branch can take a turn")
