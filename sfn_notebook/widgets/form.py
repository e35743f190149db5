"""`action.form()`: a form for what an action takes, made from its shape; it gives the arguments and the line."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import ipywidgets
import traitlets

from sfn_notebook import _display
from sfn_notebook.display import escape
from sfn_notebook.errors import InvalidArgument
from sfn_notebook.integrations import Call, argument_faults
from sfn_notebook.integrations.shapes import first_sentence
from sfn_notebook.widgets.fields import ABSENT, Members

_logger = logging.getLogger(__name__)


class ArgumentsForm(ipywidgets.VBox):  # type: ignore[misc]  # ipywidgets ships no types
    """A form for the arguments of an action. Nothing is called by it.

    Any field takes an expression in `{% … %}` instead of a value. What is written is checked at once, and told under
    the form; `arguments` has it as a dict at any time, `line` as the builder's line.

    Args:
        call: The action.
        given: Arguments to begin with.
    """

    arguments = traitlets.Dict()
    line = traitlets.Unicode()

    def __init__(self, call: Call, given: Mapping[str, Any] | None = None) -> None:
        self.call = call
        self._reading = True  # nothing is told before all is filled in
        self._members = Members(call.action.parameters, self._changed)
        self._wait = ipywidgets.Dropdown(options=call.action.patterns, description="wait", layout={"width": "16em"})
        self._said = ipywidgets.HTML()
        about = first_sentence(call.action.documentation)
        head = ipywidgets.HTML(f"<b>{escape(call.label)}</b> {escape(about)}")
        super().__init__(children=[head, self._members.widget, self._wait, self._said])
        self._members.fill(given or {})
        self._reading = False
        self._wait.observe(lambda _: self._changed(), "value")
        self._changed()

    @property
    def fields(self) -> Members:
        """The fields, for filling them from a cell: `form.fields.add("Prefix").fill("logs/")`."""
        return self._members

    @property
    def wait(self) -> str:
        """How the Task waits: "response", "job" or "callback"."""
        return str(self._wait.value)

    @wait.setter
    def wait(self, pattern: str) -> None:
        self.call.resource(pattern)  # type: ignore[arg-type]  # refuses what is not a pattern, in words
        self._wait.value = pattern

    @property
    def problems(self) -> list[str]:
        """What is wrong with the arguments as they are, in words."""
        faults = argument_faults(self.call.action, self.arguments, "JSONata")
        return [f"{f'{fault.where}: ' if fault.place else ''}{fault.message}. {fault.hint}".strip() for fault in faults]

    def _changed(self) -> None:
        if self._reading:
            return
        try:
            made = self._members.value()
            if isinstance(made, str):
                raise InvalidArgument(f"not an object: {made!r}", hint="All of it as an expression: arguments=q(...).")
            self.arguments = {} if made is ABSENT else made
            self.line = line(self.call, self.arguments, self.wait)
            told = "".join(f"<br>⚠ {escape(one)}" for one in self.problems) or "<br>✓ complete"
        except Exception as error:  # what fails in a widget is seen nowhere else
            _logger.exception("a form could not be read")
            told = f"<br>⚠ {escape(f'{type(error).__name__}: {error}')}"
        self._said.value = f"<code>{escape(self.line)}</code>{told}"

    def __repr__(self) -> str:
        names = (f"  {name}{' *' if one.required else ''} ({one.shape.words})" for name, one in self._top().items())
        return "\n".join([f"form for {self.call.label} (* is required)", *names, self.line])

    def _top(self) -> dict[str, Any]:
        """The parameters that are required or filled in."""
        members = self.call.action.parameters.members
        return {name: one for name, one in members.items() if one.required or name in self.arguments}

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        shown = super()._repr_mimebundle_(**kwargs) or {}
        data, metadata = shown if isinstance(shown, tuple) else (shown, {})
        # a saved notebook has no kernel: there the action is shown as it is
        return {**data, **_display.mimebundle(self.call), "text/plain": repr(self)}, metadata


def line(call: Call, arguments: Mapping[str, Any], wait: str) -> str:
    """The builder's line for these arguments.

    >>> from sfn_notebook.integrations import optimized
    >>> line(optimized.glue.startJobRun, {"JobName": "{% $states.input.job %}"}, "job")
    'sm.optimized("StartJobRun", "glue:startJobRun", JobName=q("$states.input.job"), wait="job")'
    """
    action = call.action
    method, label = ("optimized", action.label) if action.row else ("aws", f"{action.service}:{action.name}")
    name = action.name[:1].upper() + action.name[1:]
    parts = [_code(name), _code(label), *(f"{key}={_code(one)}" for key, one in arguments.items())]
    if wait != "response":
        parts.append(f"wait={_code(wait)}")
    return f"sm.{method}({', '.join(parts)})"


def _code(value: Any) -> str:
    """A JSON value as Python, expressions as `q(...)`."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_code(str(key))}: {_code(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_code, value)) + "]"
    if isinstance(value, str):
        text = value.strip()
        if text.startswith("{%") and text.endswith("%}"):
            return f"q({_quoted(text[2:-2].strip())})"
        return _quoted(value)
    return repr(value)


def _quoted(text: str) -> str:
    """A text as Python writes it, in double quotes where that needs no escapes."""
    shown = repr(text)
    return f'"{shown[1:-1]}"' if shown.startswith("'") and '"' not in text else shown


@_display.provides("form")
def form(call: Call, given: Mapping[str, Any] | None = None) -> ArgumentsForm:
    """The form of an action."""
    return ArgumentsForm(call, given)
