"""A state machine under construction, without a session: the store of its states and its own fields."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

from sfn_notebook.asl import JSONATA, JSONPATH
from sfn_notebook.errors import InvalidArgument
from sfn_notebook.notebook import layout
from sfn_notebook.notebook.flow import Flow, Node

_NAME: Final = re.compile(r"[^\s<>{}\[\]?*\"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f]{1,80}")


@dataclass(eq=False)
class Blueprint:
    """What a `StateMachine`, its branches and its handles share.

    Attributes:
        name: The machine's name.
        fields: The machine's own ASL fields, all but StartAt and States.
        flow: Its states.
        machine: The `StateMachine` the blueprint belongs to, for `handle.machine`.
    """

    name: str
    fields: dict[str, Any] = field(default_factory=dict)
    flow: Flow = field(default_factory=Flow)
    machine: Any = None

    @property
    def query_language(self) -> str:
        """The machine's query language."""
        return str(self.fields.get("QueryLanguage", JSONPATH))

    def language_of(self, node: Node) -> str:
        """The query language in force for a state."""
        return str(node.fields.get("QueryLanguage") or self.language_in(node.branch))

    def language_in(self, branch: str | None) -> str:
        """The query language a state inherits in a branch, or outside of any."""
        found = self.flow.branches.get(branch) if branch is not None else None
        return str(found.fields.get("QueryLanguage", self.query_language)) if found else self.query_language

    def definition(self) -> dict[str, Any]:
        """The ASL of it all, a fresh dict."""
        return layout.definition(self.flow, self.fields)


def checked_name(name: object) -> str:
    """A state machine's name.

    Raises:
        InvalidArgument: Step Functions does not allow it.
    """
    if isinstance(name, str) and _NAME.fullmatch(name):
        return name
    raise InvalidArgument(
        f"not a state machine's name: {name!r}", hint="It has 1 to 80 characters: letters, digits, - and _, no spaces."
    )


def checked_language(language: object, inherited: str | None = None, where: str = "the state machine") -> str:
    """A query language, or an error that says what is allowed.

    Raises:
        InvalidArgument: it is none, or a JSONata machine would get a JSONPath state, which AWS refuses.

    >>> checked_language("JSONata")
    'JSONata'
    """
    if language not in (JSONATA, JSONPATH):
        raise InvalidArgument(f"query_language of {where} is 'JSONata' or 'JSONPath'; given was {language!r}.")
    if inherited == JSONATA and language == JSONPATH:
        raise InvalidArgument(
            f"{where} cannot be JSONPath in a JSONata state machine; Step Functions refuses it.",
            hint="Make the machine JSONPath and give query_language='JSONata' to the states that need it.",
        )
    return str(language)
