"""What a view is told about an execution: one snapshot, and numbered deltas that keep it true.

Plain JSON values, built from the fold of the history. Task tokens stay here: a waiting task is named by the id of the
event that scheduled it, and every text is masked.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any, Final

from sfn_notebook import history
from sfn_notebook.widgets import texts

EVENTS_KEPT: Final = 300  # rows of a snapshot; the browser keeps as many
NOTICES_KEPT: Final = 6
CARDS: Final = 20  # waiting tasks that are shown; the others are counted
TONES: Final = {"Failed": "bad", "TimedOut": "bad", "Aborted": "bad", "Succeeded": "good"}  # how an event's type ends


class Story:
    """What was told so far about one execution, and what is new.

    Args:
        execution: The execution; only its fold, its definition and its session's clock are read here.
        ids: State name -> element id in the graph.
    """

    def __init__(self, execution: Any, ids: Mapping[str, str]) -> None:
        self._execution = execution
        self._ids = ids
        self._lock = threading.RLock()
        self._beats: dict[int, float] = {}  # the id of the scheduling event -> when its last heartbeat was sent
        self._answered: set[int] = set()
        self._secrets: set[str] = set()  # every token seen: emulators' tokens look like any other text
        self._whole: dict[str, Any] = {
            "rev": 0,
            "title": execution.machine_name,
            "clock": execution.session.clock,
            "states": {},
            "events": [],
            "total": 0,
            "pending": [],
            "waiting": 0,
            "notices": [],
            "callbacks": False,
            "ended": False,
        }
        self._delta: dict[str, Any] = {}
        self._last = 0
        self._notice = 0
        self.read()
        self._delta.clear()  # what is there at the beginning is the snapshot's

    def read(self) -> None:
        """Take in what the fold has and was not told yet."""
        with self._lock:
            run = self._execution.run
            self._secrets.update(each.token for each in run.pending if each.token)
            self._states(run)
            self._events(run)
            self._pending(run)
            fields = {
                "status": run.status,
                "error": run.error and self.masked(run.error),
                "cause": run.cause and self.masked(run.cause),
                "started": run.started_at,
                "stopped": run.stopped_at,
                "ended": run.ended,
            }
            self._set(**fields)

    def delta(self) -> dict[str, Any] | None:
        """What is new since the last one, as a message; None when nothing is."""
        with self._lock:
            if not self._delta:
                return None
            news, self._delta = self._delta, {}
            self._whole["rev"] += 1
            return {"kind": "delta", "rev": self._whole["rev"], "now": self._execution.session.now(), **news}

    def whole(self) -> dict[str, Any]:
        """The snapshot; what had not been told yet is in it and in the next delta too."""
        with self._lock:
            copies = {
                key: value.copy() if isinstance(value, dict | list) else value for key, value in self._whole.items()
            }
            return {**copies, "now": self._execution.session.now()}

    def waiting(self, task: int) -> history.Pending | None:
        """The waiting task that an event scheduled, or None when it waits no more."""
        return next((each for each in self._execution.run.pending if each.scheduled_id == task), None)

    def beat(self, task: int) -> None:
        """A heartbeat was sent for a task: its countdown begins anew."""
        with self._lock:
            self._beats[task] = self._execution.session.now()
            self._pending(self._execution.run)

    def answered(self, task: int, *, here: bool) -> None:
        """Whether a task is being answered here: then nothing has to be said about who did it."""
        with self._lock:
            (self._answered.add if here else self._answered.discard)(task)

    def masked(self, text: str) -> str:
        """A text without account ids and task tokens, those included that only this execution knows for tokens."""
        return texts.masked(text, self._secrets)

    def shown(self, value: Any) -> str:
        """A JSON value as text, masked."""
        return texts.shown(value, self._secrets)

    def note(self, text: str, tone: str = "") -> None:
        """Put a line on the desk, for everybody who looks at it."""
        with self._lock:
            self._notice += 1
            notice = {"key": self._notice, "text": self.masked(text), "tone": tone}
            self._delta.setdefault("notices", []).append(notice)
            self._whole["notices"] = [*self._whole["notices"], notice][-NOTICES_KEPT:]

    def _set(self, **fields: Any) -> None:
        """Replace fields of the snapshot; those that differ are news."""
        for name, value in fields.items():
            if self._whole.get(name) != value:
                self._whole[name] = self._delta[name] = value

    def _states(self, run: history.Run) -> None:
        told = self._whole["states"]
        for name, status in dict(run.statuses).items():
            element = self._ids.get(name)
            if element is not None and told.get(element) != status:
                told[element] = status
                self._delta.setdefault("states", {})[element] = status

    def _events(self, run: history.Run) -> None:
        fresh = _after(run.events, self._last)
        if not fresh:
            return
        self._secrets.update(filter(None, map(_token, fresh)))
        self._last = fresh[-1]["id"]
        start = run.started_at or texts.epoch(fresh[0]["timestamp"])
        # a burst is told by its newest rows: the browser keeps no more, and all are counted
        rows = [self._row(event, start) for event in fresh[-EVENTS_KEPT:]]
        self._delta["events"] = [*self._delta.get("events", []), *rows][-EVENTS_KEPT:]
        self._whole["events"] = [*self._whole["events"], *rows][-EVENTS_KEPT:]
        self._set(total=len(run.events))

    def _pending(self, run: history.Run) -> None:
        waiting = list(run.pending)
        gone = {row["task"] for row in self._whole["pending"]} - {each.scheduled_id for each in waiting}
        for task in sorted(gone - self._answered):
            self.note(*self._fate(run, task))
        rows = [self._card(each) for each in waiting[:CARDS]]
        self._set(pending=rows, waiting=len(waiting))
        if waiting:
            self._set(callbacks=True)

    def _card(self, waiting: history.Pending) -> dict[str, Any]:
        start = waiting.scheduled_at or self._execution.session.now()
        beats_from = max(start, self._beats.get(waiting.scheduled_id, start))
        return {
            "task": waiting.scheduled_id,
            "state": waiting.state,
            "index": list(waiting.map_index),
            "attempt": waiting.attempt,
            "since": start,
            "deadline": None if waiting.timeout_seconds is None else start + waiting.timeout_seconds,
            "beat": None if waiting.heartbeat_seconds is None else beats_from + waiting.heartbeat_seconds,
            "payload": self.shown(waiting.parameters),
        }

    def _row(self, event: Mapping[str, Any], start: float) -> list[Any]:
        kind = event["type"]
        what = self.masked(history.describe(event).removeprefix(kind).strip())
        tone = next((tone for ending, tone in TONES.items() if kind.endswith(ending)), "")
        return [event["id"], round(texts.epoch(event["timestamp"]) - start, 3), kind, what, tone]

    def _fate(self, run: history.Run, task: int) -> tuple[str, str]:
        """What became of a task that waits no more and was not answered here."""
        state = next(row["state"] for row in self._whole["pending"] if row["task"] == task)
        chain = {task}
        for event in _after(run.events, task):
            if event.get("previousEventId") not in chain:
                continue
            chain.add(event["id"])
            for ending, words, tone in _FATES:
                if event["type"].endswith(ending):
                    return f"{state}: {words}", tone
        return f"{state}: it waits no more.", ""


_FATES: Final = (
    ("TimedOut", "its time was up before anybody answered.", "bad"),
    ("Succeeded", "answered elsewhere, with success.", "good"),
    ("Failed", "answered elsewhere, with a failure.", "bad"),
    ("StateAborted", "the execution was stopped.", "bad"),
    ("ExecutionAborted", "the execution was stopped.", "bad"),
)


def _after(events: list[Mapping[str, Any]], last: int) -> list[Mapping[str, Any]]:
    """The events with a higher id; they come in the order of their ids, without holes as a rule."""
    if events and events[-1]["id"] <= last:
        return []
    if last < len(events) and last and events[last - 1]["id"] == last:
        return events[last:]
    return [event for event in events if event["id"] > last]


def _token(event: Mapping[str, Any]) -> str | None:
    """The token in an event that scheduled a task which waits for one."""
    details = history.details_of(event)
    if event["type"] != "TaskScheduled" or "waitForTaskToken" not in str(details.get("resource")):
        return None
    return history.token_of(texts.opened(details.get("parameters")), None)
