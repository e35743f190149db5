"""A definition as frozen values: `Machine`, `State`, `Edge`, and the one way to read and to walk them.

Reading is tolerant: a definition under construction (no StartAt, dangling edges, unknown fields) is a value
like any other, so that it can be drawn and linted. What is wrong with it is `lint`'s to say.
Every value keeps its raw ASL in `fields`; nothing a definition holds is lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from sfn_notebook import _json
from sfn_notebook.asl.fields import JSONATA, JSONPATH, TERMINAL_TYPES
from sfn_notebook.errors import InvalidDefinition

EdgeKind = Literal["start", "next", "choice", "default", "catch"]


@dataclass(frozen=True, slots=True)
class Edge:
    """One transition: from a state to a state name (which may not exist).

    Attributes:
        source: The name of the state it leaves.
        target: The name it leads to.
        kind: "next", "choice", "default" or "catch".
        index: Which Choice rule or Catch entry, else 0.
        rule: The raw Choice rule or Catch entry, else None.
        pointer: JSON pointer of the field that holds the target.
    """

    source: str
    target: str
    kind: EdgeKind
    index: int = 0
    rule: Mapping[str, Any] | None = None
    pointer: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """One state of a definition.

    Attributes:
        name: Its name.
        type: Its `Type` ("" when missing).
        query_language: The language in force, inherited when the state sets none.
        fields: Its raw ASL, every field.
        pointer: JSON pointer from the top of the definition, such as `/States/A`.
        branches: The sub-machines: a Parallel's branches, a Map's processor.
    """

    name: str
    type: str
    query_language: str
    fields: Mapping[str, Any]
    pointer: str
    branches: tuple[Machine, ...] = ()

    @property
    def next(self) -> str | None:
        """The name of the next state, or None."""
        return self.fields.get("Next")

    @property
    def ends(self) -> bool:
        """Whether its scope ends here: `End: true`, Succeed or Fail."""
        return self.type in TERMINAL_TYPES or self.fields.get("End") is True

    @property
    def resource(self) -> str:
        """A Task's Resource, else ""."""
        resource = self.fields.get("Resource")
        return resource if isinstance(resource, str) else ""

    def edges(self) -> Iterator[Edge]:
        """Every transition that leaves this state, in the order of the definition."""
        if self.type == "Choice":
            for index, rule in enumerate(_entries(self.fields.get("Choices"))):
                if isinstance(rule.get("Next"), str):
                    yield Edge(self.name, rule["Next"], "choice", index, rule, f"{self.pointer}/Choices/{index}/Next")
            if isinstance(self.fields.get("Default"), str):
                yield Edge(self.name, self.fields["Default"], "default", pointer=f"{self.pointer}/Default")
        elif isinstance(self.next, str) and self.type not in TERMINAL_TYPES:
            yield Edge(self.name, self.next, "next", pointer=f"{self.pointer}/Next")
        for index, entry in enumerate(_entries(self.fields.get("Catch"))):
            if isinstance(entry.get("Next"), str):
                yield Edge(self.name, entry["Next"], "catch", index, entry, f"{self.pointer}/Catch/{index}/Next")


@dataclass(frozen=True, slots=True)
class Machine:
    """A state machine, a branch of a Parallel, or the processor of a Map.

    Attributes:
        start_at: The name of the first state, or None while there is none.
        states: Its states by name, in order.
        query_language: The language its states inherit.
        fields: Its raw ASL, every field.
        pointer: JSON pointer from the top of the definition ("" for the top).
    """

    start_at: str | None
    states: Mapping[str, State]
    query_language: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    pointer: str = ""

    def walk(self) -> Iterator[State]:
        """Every state, nested ones after the state that holds them, in the order of the definition."""
        for state in self.states.values():
            yield state
            for branch in state.branches:
                yield from branch.walk()

    def machines(self) -> Iterator[Machine]:
        """This machine and every nested one, each before those inside it."""
        yield self
        for state in self.states.values():
            for branch in state.branches:
                yield from branch.machines()

    def find(self, name: str) -> State | None:
        """The state of that name at any depth (names are unique in a sound definition), or None."""
        return next((state for state in self.walk() if state.name == name), None)


def read(definition: Mapping[str, Any] | str | bytes) -> Machine:
    """Read a definition (ASL as a dict or as JSON text).

    Raises:
        InvalidDefinition: it is not a JSON object.

    >>> read({"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}).start_at
    'A'
    """
    value = _json.loads(definition) if isinstance(definition, (str, bytes)) else definition
    if not isinstance(value, Mapping):
        raise InvalidDefinition(f"a definition is a JSON object; given was {type(value).__name__}")
    return _machine(value, inherited=JSONPATH, pointer="")


def _machine(fields: Mapping[str, Any], *, inherited: str, pointer: str) -> Machine:
    language = _language(fields, inherited)
    states = fields.get("States")
    start_at = fields.get("StartAt")
    return Machine(
        start_at=start_at if isinstance(start_at, str) else None,
        states={
            name: _state(name, raw, inherited=language, pointer=f"{pointer}/States/{escape(name)}")
            for name, raw in (states.items() if isinstance(states, Mapping) else ())
            if isinstance(raw, Mapping)
        },
        query_language=language,
        fields=fields,
        pointer=pointer,
    )


def _state(name: str, fields: Mapping[str, Any], *, inherited: str, pointer: str) -> State:
    language = _language(fields, inherited)
    return State(
        name=name,
        type=str(fields.get("Type", "")),
        query_language=language,
        fields=fields,
        pointer=pointer,
        # sub-machines inherit from the machine around them, not from the state that holds them
        branches=tuple(
            _machine(raw, inherited=inherited, pointer=f"{pointer}/{where}") for where, raw in _sub_machines(fields)
        ),
    )


def _language(fields: Mapping[str, Any], inherited: str) -> str:
    language = fields.get("QueryLanguage")
    return language if language in (JSONPATH, JSONATA) else inherited


def _sub_machines(fields: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if fields.get("Type") == "Parallel":
        for index, branch in enumerate(_entries(fields.get("Branches"))):
            yield f"Branches/{index}", branch
    elif fields.get("Type") == "Map":
        for where in ("ItemProcessor", "Iterator"):
            if isinstance(fields.get(where), Mapping):
                yield where, fields[where]
                return


def _entries(value: Any) -> list[Mapping[str, Any]]:
    return [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, (list, tuple)) else []


def escape(name: str) -> str:
    """A name as one step of a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")
