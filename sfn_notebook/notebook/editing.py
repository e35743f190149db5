"""Editing what is there: a state inserted, taken out of its chain, renamed with all that refers to it."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from sfn_notebook import _json
from sfn_notebook.errors import InvalidArgument
from sfn_notebook.notebook import layout, state_names
from sfn_notebook.notebook.flow import ENDLESS, Flow, Node


@dataclass(frozen=True, slots=True)
class Renamed:
    """What followed a renaming.

    Attributes:
        old: The name before.
        new: The name now.
        places: Where the definition changed with it: state and field, or "StartAt".
    """

    old: str
    new: str
    places: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"{self.old!r} is now {self.new!r}; followed: {', '.join(self.places) or 'nothing'}"


def rename(flow: Flow, old: str, new: str) -> Renamed:
    """Rename a state, with the names in expressions; `Flow.rename` says what is refused."""
    before = {id(node): _mentions(node, old) for node in flow.nodes.values()}
    started, branches = flow.start == old, [name for name, one in flow.branches.items() if one.start == old]
    known = old in flow.nodes and bool(flow.nodes[old].type)
    flow.rename(old, new)
    if not known or old == new:
        return Renamed(old, new)
    places = ["StartAt"] if started else []
    places.extend(f"branch {name}/StartAt" for name in branches)
    for node in flow.nodes.values():
        places.extend(f"{node.name}/{place}" for place in (*before.get(id(node), ()), *_in_expressions(node, old, new)))
    return Renamed(old, new, tuple(places))


def _mentions(node: Node, name: str) -> list[str]:
    places = [word for word, target in (("Next", node.next), ("Default", node.default)) if target == name]
    for word, entries in (("Catch", node.catchers), ("Choices", node.rules)):
        places.extend(f"{word}[{at}]/Next" for at, entry in enumerate(entries) if entry.target == name)
    for at, sub in enumerate(node.subs):
        if sub.kind == "first" and sub.value == name:
            places.append(f"{sub.where}[{at}]/StartAt" if sub.where == "Branches" else f"{sub.where}/StartAt")
    return places


def _in_expressions(node: Node, old: str, new: str) -> Iterator[str]:
    for field, value in node.fields.items():
        made = state_names.renamed(value, old, new)
        if made is not value:
            node.fields[field] = made
            yield field
    for word, entries in (("Retry", node.retriers), ("Catch", node.catchers), ("Choices", node.rules)):
        for at, entry in enumerate(entries):
            fields = state_names.renamed(entry.fields, old, new)
            if fields is not entry.fields:
                entry.fields = fields
                yield f"{word}[{at}]"
    for sub in node.subs:
        if sub.kind == "literal":
            made = state_names.renamed(sub.value, old, new)
            if made is not sub.value:
                sub.value = made
                yield sub.where


def bridge(flow: Flow, node: Node) -> None:
    """Lead what comes in to a state to where it goes.

    Raises:
        InvalidArgument: there are edges to it, and it has no single edge out.
    """
    lead_on = node.next
    led_to = any(one is not node and node.name in one.targets() for one in flow.nodes.values())
    if lead_on is None or node.type in ENDLESS:
        if not led_to:
            return
        if node.type in ENDLESS:
            raise InvalidArgument(
                f"{node.type} state {node.name!r} has no single edge out, so the edges to it cannot lead past it.",
                hint="Wire them anew, or remove it without bridge=.",
            )
        for one in flow.nodes.values():  # it was the end: what led here by its one edge ends there
            flow.history.touched(one).next = None if one.next == node.name else one.next
        return
    flow.redirect(node.name, lead_on, keep=[node.name])
    if flow.start == node.name:
        flow.start = lead_on
    _start_branches(flow, node.name, lead_on)


def insert(flow: Flow, ends: tuple[str, str], place: str, *, before: bool) -> None:
    """Put the chain between `ends` before or after a state.

    Raises:
        UnknownName: there is no such state.
        InvalidArgument: the chain or the state has no single edge out.
    """
    first, last = ends
    anchor, tail = flow.find(place), flow.node(last)
    inside = _chain(flow, first, last)
    if place in inside:
        raise InvalidArgument(f"{place!r} cannot be put before or after itself.")
    for node in (tail,) if before else (tail, anchor):
        # a Succeed that is put last stays the end; everywhere else an edge has to lead on
        if node.type in ENDLESS and (before or node is anchor or anchor.next is not None):
            raise InvalidArgument(
                f"{node.type} state {node.name!r} has no single edge out, so nothing can come after it here.",
                hint="For a Choice put it before the state a rule leads to: insert(..., before=that state).",
            )
    there = (tail.next == place) if before else (anchor.next == first)
    if not there and first == last and tail.next and tail.type:
        bridge(flow, tail)  # it moves: what led to it leads to what came after it
    if before:
        starts = layout.start(flow) == place
        flow.redirect(place, first, keep=inside)
        if starts:
            flow.start = first
        _start_branches(flow, place, first)
        tail.next = place
    else:
        if anchor.next != first:
            tail.next = anchor.next
        anchor.next = first
    for name in inside:
        flow.node(name).branch = anchor.branch


def _chain(flow: Flow, first: str, last: str) -> list[str]:
    names = [first]
    while names[-1] != last:
        following = flow.node(names[-1]).next
        if following is None or following in names:
            return [*names, last]
        names.append(following)
    return names


def _start_branches(flow: Flow, old: str, new: str) -> None:
    """Have the branches that start at one state start at another, said or not."""
    for name, branch in flow.branches.items():
        begins = branch.start or next((node.name for node in flow.declared() if node.branch == name), None)
        if begins == old:
            flow.branches[name] = replace(branch, start=new)


def said(flow: Flow) -> Hashable:
    """All that was said of all states, to tell whether an edit changed anything."""
    return _json.dumps(
        [
            [flow.start, sorted((name, branch.start) for name, branch in flow.branches.items())],
            *([name, _node(node)] for name, node in flow.nodes.items()),
        ]
    )


def _node(node: Node) -> list[Any]:
    entries = [[[one.fields, one.target] for one in some] for some in (node.retriers, node.catchers, node.rules)]
    subs = [[sub.where, sub.kind, sub.value, sub.fields] for sub in node.subs]
    return [node.type, node.fields, node.branch, subs, node.next, node.default, node.open, *entries]
