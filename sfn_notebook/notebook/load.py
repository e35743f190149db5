"""Reading ASL into the flat store, so that an existing definition can be edited cell by cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from sfn_notebook import _json
from sfn_notebook.asl.fields import STATE_FIELDS, TERMINAL_TYPES
from sfn_notebook.errors import InvalidDefinition
from sfn_notebook.notebook.flow import Branch, Entry, Flow, Node, Sub

_MACHINE_FIELDS = ("StartAt", "States")


def load(flow: Flow, definition: Mapping[str, Any]) -> dict[str, Any]:
    """Fill an empty store; gives back the machine's other fields (Comment, QueryLanguage, …).

    The states of a Parallel named `Both` stand in the branches `Both[0]`, `Both[1]`, …, those of a Map named `Each`
    in `Each[0]`. A sub-machine whose state names are not unique is kept as it is.

    Raises:
        InvalidDefinition: `States` or a state is not an object, or a state has no Type.
    """
    start_at = definition.get("StartAt")
    flow.start = start_at if isinstance(start_at, str) else None
    once = {name for name, count in Counter(_names(definition)).items() if count == 1}
    _states(flow, definition, branch=None, once=once)
    return {key: value for key, value in definition.items() if key not in _MACHINE_FIELDS}


def absorb(node: Node, raw: Mapping[str, Any]) -> None:
    """Put raw ASL into a node: edges, retriers and rules where they can be wired anew, all else as fields."""
    fields = {key: value for key, value in raw.items() if key != "Type"}
    flows = node.type not in (*TERMINAL_TYPES, "Choice")
    if flows and isinstance(fields.get("Next"), str):
        node.next = fields.pop("Next")
    elif flows and fields.get("End") is True:
        node.next = fields.pop("End") and None
    if isinstance(fields.get("Default"), str) and node.type == "Choice":
        node.default = fields.pop("Default")
    for field, entries, keyed in (
        ("Retry", node.retriers, False), ("Catch", node.catchers, True), ("Choices", node.rules, True)
    ):  # fmt: skip
        if field not in STATE_FIELDS.get(node.type, ("Retry", "Catch")):
            continue
        if field in fields and (read := _entries(fields[field], with_target=keyed)) is not None:
            entries.read(read)
            if read:  # an empty list stays where it is
                del fields[field]
    node.fields.update(fields)


def _entries(raw: Any, *, with_target: bool) -> list[Entry] | None:
    if not isinstance(raw, (list, tuple)) or not all(isinstance(one, Mapping) for one in raw):
        return None
    if with_target and not all(isinstance(one.get("Next"), str) for one in raw):
        return None
    made: dict[Any, Entry] = {}
    for position, one in enumerate(raw):
        key = entry_key(one, position)
        key = (key, position) if key in made else key  # said twice: the first one counts, and none is lost
        fields = {word: value for word, value in one.items() if not (with_target and word == "Next")}
        made[key] = Entry(key, fields, one["Next"] if with_target else None)
    return list(made.values())


def entry_key(entry: Mapping[str, Any], position: int = 0) -> Any:
    """What makes a retrier, catcher or rule the same one when it is said again: its errors, or its condition.

    >>> entry_key({"ErrorEquals": ["B", "A"]}) == entry_key({"ErrorEquals": ["A", "B"], "MaxAttempts": 1})
    True
    """
    errors = entry.get("ErrorEquals")
    if isinstance(errors, list) and errors and all(isinstance(name, str) for name in errors):
        return frozenset(errors)
    if errors is not None:
        return position
    return _json.dumps(
        {key: value for key, value in entry.items() if key not in ("Assign", "Output", "Comment", "Next")}
    )


def _states(flow: Flow, machine: Mapping[str, Any], *, branch: str | None, once: set[str]) -> None:
    states = machine.get("States", {})
    if not isinstance(states, Mapping):
        raise InvalidDefinition(f"States is an object of states by name; given was {type(states).__name__}.")
    for name, raw in states.items():
        if not isinstance(raw, Mapping) or not isinstance(raw.get("Type"), str) or not raw["Type"]:
            raise InvalidDefinition(f"state {name!r} is no object with a Type; given was {raw!r}.")
        node = flow.declare(name, raw["Type"], branch=branch)
        inside = _sub_fields(raw)
        absorb(node, {key: value for key, value in raw.items() if key not in inside})
        node.open = not ({"Choices"} if node.type == "Choice" else {"Next", "End"}) & raw.keys()
        for number, (where, inner) in enumerate(_sub_machines(raw)):
            node.subs.append(_sub(flow, inner, where=where, name=f"{name}[{number}]", once=once))


def _sub(flow: Flow, inner: Mapping[str, Any], *, where: str, name: str, once: set[str]) -> Sub:
    own = _own(inner)
    start_at = inner.get("StartAt")
    sound = own and all(names in once for names in _names(inner)) and (start_at is None or isinstance(start_at, str))
    if not sound or name in flow.branches:
        return Sub(where, "literal", dict(inner))
    other = {key: value for key, value in inner.items() if key not in _MACHINE_FIELDS}
    flow.branches[name] = Branch(name, start_at, other)
    _states(flow, inner, branch=name, once=once)
    return Sub(where, "branch", name)


def _sub_fields(raw: Mapping[str, Any]) -> set[str]:
    return {where for where, _ in _sub_machines(raw)}


def _sub_machines(raw: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    branches = raw.get("Branches")
    if raw.get("Type") == "Parallel" and isinstance(branches, list):
        if all(isinstance(branch, Mapping) for branch in branches):
            yield from (("Branches", branch) for branch in branches)
    elif raw.get("Type") == "Map":
        for where in ("ItemProcessor", "Iterator"):
            if isinstance(raw.get(where), Mapping):
                yield where, raw[where]
                return


def _own(machine: Mapping[str, Any]) -> list[str]:
    states = machine.get("States")
    return list(states) if isinstance(states, Mapping) else []


def _names(machine: Mapping[str, Any]) -> Iterator[str]:
    for name in _own(machine):
        yield name
        raw = machine["States"][name]
        if isinstance(raw, Mapping):
            for _, inner in _sub_machines(raw):
                yield from _names(inner)
