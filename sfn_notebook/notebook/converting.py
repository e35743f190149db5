"""`sm.to_jsonata()`: the same machine in the other query language, with what to know of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sfn_notebook import convert
from sfn_notebook._display import Shown
from sfn_notebook.errors import UnknownName, did_you_mean
from sfn_notebook.notebook.states import State


class Converted(Shown):
    """A machine converted to another query language.

    Attributes:
        machine: The new machine, of the same name and session.
        remarks: Which states were kept in their language and why, and where the languages differ for some data.
        complete: Whether every state was converted.
    """

    def __init__(self, machine: Any, conversion: convert.Conversion) -> None:
        self.machine = machine
        self.remarks = conversion.remarks
        self.complete = conversion.complete

    def __repr__(self) -> str:
        kept = sum(one.kept for one in self.remarks)
        head = f"{self.machine.name!r} in {self.machine.query_language}"
        done = "every state converted" if self.complete else f"{kept} state{'s' if kept != 1 else ''} kept"
        return "\n".join([f"{head}: {done}", *map(str, self.remarks)])


class Converting:
    """Makes the same machine in another query language."""

    def to_jsonata(self, *states: str | State) -> Converted:
        """The machine with its JSONPath states in JSONata; this one stays as it is.

        A state with an expression that has no faithful form (a filter, `..`) stays in JSONPath: the machine then stays
        JSONPath, and the converted states name their own language, as Step Functions allows.

        Args:
            *states: Which states to convert; without any, all.

        Returns:
            The new machine, and what could not be converted.

        Raises:
            UnknownName: there is no such state.

        >>> from sfn_notebook import StateMachine, path
        >>> sm = StateMachine("orders", query_language="JSONPath")
        >>> pick = sm.pass_("Pick", parameters={"id": path("$.order.id")})
        >>> made = sm.to_jsonata()
        >>> made
        'orders' in JSONata: every state converted
        >>> made.machine.definition["States"]["Pick"]["Output"]
        {'id': '{% $states.input.order.id %}'}
        """
        return self._converted(convert.to_jsonata, states)

    def to_jsonpath(self, *states: str | State) -> Converted:
        """The machine with its JSONata states in JSONPath; this one stays as it is.

        Only what is plain has a form in JSONPath: paths, literals, comparisons of a path with a literal. A state with
        anything else stays JSONata and says so.

        Args:
            *states: Which states to convert; without any, all.

        Returns:
            The new machine, and what could not be converted.

        Raises:
            UnknownName: there is no such state.

        >>> from sfn_notebook import StateMachine, q
        >>> sm = StateMachine("orders")
        >>> pick = sm.pass_("Pick", output={"id": q("$states.input.id")}) >> sm.pass_("Sum", output=q("1 + 1"))
        >>> sm.to_jsonpath()
        'orders' in JSONPath: 1 state kept
        ✗ kept: Sum/Output: '1 + 1' is no plain path
        """
        return self._converted(convert.to_jsonpath, states)

    def _converted(self, convert_: Callable[..., convert.Conversion], states: tuple[str | State, ...]) -> Converted:
        sm: Any = self
        names = [one.name if isinstance(one, State) else one for one in states]
        for name in names:
            if name not in sm:
                raise UnknownName(f"there is no state {name!r}.", hint=did_you_mean(str(name), list(sm)))
        made = convert_(sm.definition, only=names or None)
        options = {"session": sm.session, "type": sm.type, "role": sm.role, "logging": sm.logging}
        return Converted(type(sm)(sm.name, definition=made.definition, **options), made)
