"""`LiveView`: the graph of an execution recoloured as it runs, its events, and a desk for its task tokens."""

from __future__ import annotations

import logging
import threading
from typing import Any

import anywidget
import traitlets

from sfn_notebook import _display, draw
from sfn_notebook.widgets import front
from sfn_notebook.widgets.desk import Desk
from sfn_notebook.widgets.kernel import Route, Way, on_main_thread, warn_once
from sfn_notebook.widgets.pace import Pace
from sfn_notebook.widgets.story import Story

MESSAGE_SECONDS = 0.1  # between two messages to the browser

_logger = logging.getLogger(__name__)


class LiveView(anywidget.AnyWidget):
    """One execution, live: what `execution.watch()` returns and a notebook shows.

    The picture is sent once. What changes then goes as numbered messages, at most ten a second; the trait `snapshot`
    holds the whole for whoever comes later: another view, a reloaded page, a reader of the saved notebook. No task
    token ever leaves Python: a waiting task goes by the id of the event that scheduled it.

    Args:
        execution: The execution to show.
        height: The greatest height of the graph, in pixels.
    """

    _esm = front.module()
    _css = front.styles()

    svg = traitlets.Unicode().tag(sync=True)
    names = traitlets.Dict().tag(sync=True)
    snapshot = traitlets.Dict().tag(sync=True)
    height = traitlets.Int(480).tag(sync=True)
    busy = traitlets.Unicode(Way.NONE.value).tag(sync=True)

    def __init__(self, execution: Any, *, height: int = 480) -> None:
        # an execution that was attached to may not have its definition: everything but the graph is there then
        graph = None if execution.definition is None else draw.graph(execution.definition, theme="auto")
        names = graph.ids if graph else {}
        self._execution = execution
        self._settled = execution.run.ended
        execution.refresh()
        self._story = Story(execution, {name: element for element, name in names.items()})
        self._desk = Desk(execution, self._story)
        self._pace = Pace(self._tell, seconds=MESSAGE_SECONDS)
        self._telling = threading.Lock()
        super().__init__(svg=graph.svg if graph else "", names=names, snapshot=self._story.whole(), height=height)
        self._route = Route(self.comm)
        self.busy = self._route.way.value
        self.on_msg(self._on_message)
        self._unfollow = execution.follow(self._on_changes, self._let_go)
        self._on_changes()  # what happened between the story's first page and following

    def _on_changes(self, changes: Any = None) -> None:
        """The history grew; called on the follower's thread."""
        try:
            self._story.read()
            self._pace.poke()
            if self._execution.run.ended:
                self._finish()
        except Exception as error:  # a view that stops must say so: there is no other place where this would be seen
            _logger.exception("the live view stopped")
            self._story.note(f"This view stopped: {type(error).__name__}: {error}", "bad")
            self._tell()

    def _tell(self) -> None:
        with self._telling:  # deltas arrive in the order of their numbers
            delta = self._story.delta()
            if delta is not None:
                self.send(delta)

    def _on_message(self, widget: Any, message: dict[str, Any], buffers: Any) -> None:
        """A message of the browser; called on whichever thread the kernel hands it over."""
        if message.get("kind") == "hello":
            self._greet()
            self._tell()
            self.send({"kind": "whole", "snapshot": self._story.whole()})
            return
        answer = self._desk.answer(message)
        self.send({"kind": "answer", "ask": message.get("ask"), **answer})
        self._pace.poke()

    def _greet(self) -> None:
        """What a late answer means can be told better now that a front end has spoken."""
        if self._route.way is Way.FRONT_END and on_main_thread():
            warn_once(self._route.way)
        elif self._route.way is Way.FRONT_END:
            self.busy = Way.OWN.value

    def _finish(self) -> None:
        """The execution ended: what is saved with the notebook is the whole of it."""
        self._pace.close()
        self._tell()
        self.snapshot = self._story.whole()
        self._route.close()

    def _let_go(self) -> None:
        """The session was closed: what is shown stays."""
        if not self._execution.run.ended:
            self._story.note("The session was closed: this view shows what was known then.", "bad")
        self._finish()

    def get_state(self, *arguments: Any, **options: Any) -> dict[str, Any]:
        """The traits for the front end; the snapshot as it is now, not as it was when the view was made."""
        state: dict[str, Any] = super().get_state(*arguments, **options)
        if "snapshot" in state:
            state["snapshot"] = self._story.whole()
        return state

    def close(self) -> None:
        """Stop following, and take the view out of the front end."""
        self._unfollow()
        self._pace.close()
        self._route.close()
        super().close()

    def __repr__(self) -> str:
        # the same whenever it is asked: what a cell's output is compared with cannot depend on who was quicker
        return f"Live view of an execution of {self._execution.machine_name!r}"

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        data, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        # how far an execution that was just started has come is chance, and cells' outputs are compared
        still = _display.mimebundle(self._execution) if self._settled and self._execution.run.ended else {}
        self._settled = True
        return {**data, **still, "text/plain": repr(self)}, metadata


@_display.provides("watch")
def watch(execution: Any, **options: Any) -> LiveView:
    """The live view of an execution."""
    return LiveView(execution, **options)
