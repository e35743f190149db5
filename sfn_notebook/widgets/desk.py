"""What a view may ask and do: answer a waiting task, look at a state, an event, the time."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any, Final

from sfn_notebook import history
from sfn_notebook.errors import InvalidArgument, NothingPending, SfnNotebookError, TaskTokenError
from sfn_notebook.notebook.pending import PendingTask, output_value
from sfn_notebook.widgets import texts
from sfn_notebook.widgets.story import Story

VISITS: Final = 50  # of one state that are shown: the newest
Answer = dict[str, Any]

_logger = logging.getLogger(__name__)


class Desk:
    """Answers the messages of a view about one execution.

    Args:
        execution: The execution.
        story: What the view is told about it.
    """

    def __init__(self, execution: Any, story: Story) -> None:
        self._execution = execution
        self._story = story
        self._asked: Mapping[str, Callable[[Mapping[str, Any]], Answer]] = {
            "state": self._state,
            "event": self._event,
            "now": lambda _: {"ok": True, "now": execution.session.now()},
        }

    def answer(self, message: Mapping[str, Any]) -> Answer:
        """What came of a message; never raises, because nobody would see it.

        Args:
            message: `{"kind": "act", "verb", "task", …}` or `{"kind": "ask", "what", …}`.

        Returns:
            `ok`, with `text` for people where something was done or went wrong.
        """
        try:
            if message["kind"] == "act":
                return self._act(message)
            return self._asked[message["what"]](message)
        except SfnNotebookError as error:
            return {"ok": False, "text": self._story.masked(str(error))}
        except Exception as error:  # shown in the view, and with its traceback in the log
            _logger.exception("a view's message could not be answered")
            return {"ok": False, "text": self._story.masked(f"{type(error).__name__}: {error}")}

    def _act(self, message: Mapping[str, Any]) -> Answer:
        key, verb = message["task"], message["verb"]
        if verb not in _VERBS:
            raise InvalidArgument(f"a waiting task cannot {verb!r}", hint=f"Allowed: {', '.join(_VERBS)}.")
        arguments_of, said = _VERBS[verb]
        arguments, task = arguments_of(message), self._task(key)
        self._story.answered(key, here=verb != "heartbeat")
        try:
            getattr(task, verb)(*arguments)
        except TaskTokenError as error:
            self._story.answered(key, here=False)
            raise NothingPending(f"{task.state} waits no more: {error}") from error
        except Exception:
            self._story.answered(key, here=False)
            raise
        if verb == "heartbeat":
            self._story.beat(key)
        else:
            self._story.note(f"{task.state}: {said}.", "good" if verb == "succeed" else "bad")
        return {"ok": True, "text": f"{said[0].upper()}{said[1:]}."}

    def _task(self, key: int) -> PendingTask:
        """The task that an event scheduled."""
        waiting = self._story.waiting(key)
        if waiting is None:
            raise NothingPending("It waits no more: its time was up, or it was answered elsewhere.")
        task: PendingTask = self._execution.pending_task(waiting)
        return task

    def _state(self, question: Mapping[str, Any]) -> Answer:
        visits = [visit for visit in list(self._execution.run.visits) if visit.state == question["key"]]
        kept = visits[-VISITS:]
        return {"ok": True, "visits": [self._visit(visit) for visit in kept], "more": len(visits) - len(kept)}

    def _event(self, question: Mapping[str, Any]) -> Answer:
        events = self._execution.run.events
        event = next((each for each in events if each["id"] == question["key"]), None)
        if event is None:
            raise InvalidArgument(f"there is no event {question['key']!r}")
        return {"ok": True, "type": event["type"], "text": self._story.shown(texts.opened(history.details_of(event)))}

    def _visit(self, visit: history.Visit) -> Answer:
        masked, shown = self._story.masked, self._story.shown
        return {
            "type": visit.type,
            "status": visit.status,
            "index": list(visit.map_index),
            "took": visit.duration,
            "input": None if visit.input is None else shown(visit.input),
            "output": None if visit.output is None else shown(visit.output),
            "error": visit.error and masked(visit.error),
            "cause": visit.cause and masked(visit.cause),
            "attempts": [self._attempt(attempt) for attempt in visit.attempts[-VISITS:]],
        }

    def _attempt(self, attempt: history.Attempt) -> Answer:
        begun, ended = attempt.scheduled_at, attempt.ended_at
        took = None if begun is None or ended is None else ended - begun
        detail = ": ".join(filter(None, [attempt.error, attempt.cause]))
        return {"status": attempt.status, "detail": self._story.masked(detail), "took": took}


def _output(message: Mapping[str, Any]) -> tuple[Any, ...]:
    return (output_value(str(message.get("output", ""))),)


# verb of a `PendingTask` -> its arguments, taken from the message; what to say when it was done
_VERBS: Final[Mapping[str, tuple[Callable[[Mapping[str, Any]], tuple[Any, ...]], str]]] = {
    "succeed": (_output, "answered with success"),
    "fail": (lambda message: (message.get("error") or None, message.get("cause") or None), "answered with a failure"),
    "heartbeat": (lambda message: (), "heartbeat sent"),
}
