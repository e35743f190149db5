"""From the flat store to the nested definition: which state stands in which branch, and the ASL of it all.

The rules, in order:
1. A state made by a branch (`sm.branch("left").pass_("A")`) stands in that branch.
2. What a Parallel or Map names as a branch's first state stands in that branch, with all that edges lead to from there,
3. but not what the machine itself leads to from its start: that stays outside, and the branch's edge to it dangles.
4. The machine starts where `start_at` says, else at the state declared first of those that stand in no branch.
5. A state without an edge out ends its scope: `End: true`.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NamedTuple

from sfn_notebook.notebook.flow import Flow, Node, Sub

MAIN: Final = ("", 0)


class Region(NamedTuple):
    """A sub-machine to be filled: which state holds it and as which one; `MAIN` is the machine itself."""

    holder: str
    number: int


def definition(flow: Flow, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The definition, with `fields` (Comment, QueryLanguage, …) before StartAt and States.

    Never raises; what is not sound in it is `lint`'s to say.
    """
    homes = _homes(flow)
    members: dict[tuple[str, int], list[Node]] = {}
    for node in flow.declared():
        members.setdefault(homes[node.name], []).append(node)
    return copy.deepcopy(_machine(flow, members, MAIN, start(flow), fields))


def start(flow: Flow) -> str | None:
    """Where the machine starts (rule 4)."""
    if flow.start is not None:
        return flow.start
    inside = _claimed(flow)
    names = flow.names()
    return next((name for name in names if name not in inside), names[0] if names else None)


def _machine(
    flow: Flow,
    members: Mapping[tuple[str, int], list[Node]],
    region: tuple[str, int],
    start_at: str | None,
    fields: Mapping[str, Any],
) -> dict[str, Any]:
    made = dict(fields)
    if start_at is not None:
        made["StartAt"] = start_at
    made["States"] = {node.name: _state(flow, members, node) for node in members.get(region, ())}
    return made


def _state(flow: Flow, members: Mapping[tuple[str, int], list[Node]], node: Node) -> dict[str, Any]:
    made = {"Type": node.type, **node.fields}
    for index, sub in enumerate(node.subs):
        if sub.kind == "literal":
            inner = {**sub.value, **sub.fields} if isinstance(sub.value, Mapping) else sub.value
        else:
            extra = {**_branch_fields(flow, sub), **sub.fields}
            inner = _machine(flow, members, Region(node.name, index), _first(flow, sub), extra)
        if sub.where == "Branches":
            made.setdefault("Branches", []).append(inner)
        else:
            made[sub.where] = inner
    made.update(_EDGES.get(node.type, _flow_edges)(node))
    return made


def _flow_edges(node: Node) -> dict[str, Any]:
    made: dict[str, Any] = {}
    if len(node.retriers):
        made["Retry"] = [entry.fields for entry in node.retriers]
    if len(node.catchers):
        made["Catch"] = [{**entry.fields, "Next": entry.target} for entry in node.catchers]
    if node.next:
        return {**made, "Next": node.next}
    return made if node.open or {"Next", "End"} & node.fields.keys() else {**made, "End": True}


def _choice_edges(node: Node) -> dict[str, Any]:
    # a rule read from elsewhere may lack its target; lint says so
    rules = [{**entry.fields, **({"Next": entry.target} if entry.target else {})} for entry in node.rules]
    default = {"Default": node.default} if node.default else {}
    return {**({} if "Choices" in node.fields or (node.open and not rules) else {"Choices": rules}), **default}


def _no_edges(node: Node) -> dict[str, Any]:
    return {}


_EDGES: Final[Mapping[str, Callable[[Node], dict[str, Any]]]] = {
    "Choice": _choice_edges,
    "Succeed": _no_edges,
    "Fail": _no_edges,
}


def _first(flow: Flow, sub: Sub) -> str | None:
    """Where a sub-machine starts."""
    if sub.kind == "first":
        return str(sub.value)
    branch = flow.branches.get(sub.value)
    if branch is not None and branch.start is not None:
        return branch.start
    return next((node.name for node in flow.declared() if node.branch == sub.value), None)


def _branch_fields(flow: Flow, sub: Sub) -> dict[str, Any]:
    branch = flow.branches.get(sub.value) if sub.kind == "branch" else None
    return branch.fields if branch is not None else {}


def _regions(flow: Flow) -> list[tuple[Region, Sub]]:
    return [
        (Region(node.name, index), sub)
        for node in flow.declared()
        for index, sub in enumerate(node.subs)
        if sub.kind != "literal"
    ]


def _reach(flow: Flow, starts: Iterable[str | None], allowed: Callable[[Node], bool]) -> list[str]:
    """The declared states edges lead to from `starts`, in order, through allowed states only."""
    found: dict[str, None] = {}
    waiting = [name for name in starts if name is not None]
    while waiting:
        name = waiting.pop()
        node = flow.nodes.get(name)
        if node is not None and node.type and name not in found and allowed(node):
            found[name] = None
            waiting.extend(node.targets())
    return list(found)


def _claimed(flow: Flow) -> set[str]:
    """The states that stand in some branch, as far as the branches alone can tell."""
    placed = {sub.value for _, sub in _regions(flow) if sub.kind == "branch"}
    tagged = {node.name for node in flow.declared() if node.branch in placed}
    starts = [_first(flow, sub) for _, sub in _regions(flow)]
    return tagged.union(_reach(flow, [*starts, *tagged], lambda node: True))


def _homes(flow: Flow) -> dict[str, tuple[str, int]]:
    """State name -> the region it stands in."""
    regions = _regions(flow)
    placed = {sub.value: region for region, sub in reversed(regions) if sub.kind == "branch"}
    homes: dict[str, tuple[str, int]] = {
        node.name: placed[node.branch] for node in flow.declared() if node.branch in placed
    }
    for name in _reach(flow, [start(flow)], lambda node: node.name not in homes):
        homes[name] = MAIN
    for region, sub in regions:
        mine = [name for name, home in homes.items() if home == region]
        beyond = [target for name in mine for target in flow.nodes[name].targets()]
        for name in _reach(flow, [_first(flow, sub), *beyond], lambda node: node.name not in homes):
            homes[name] = region
    for node in flow.declared():
        homes.setdefault(node.name, MAIN)
    return _without_circles(homes)


def _without_circles(homes: dict[str, tuple[str, int]]) -> dict[str, tuple[str, int]]:
    """States that would stand inside themselves come out, so that no state is lost to sight."""
    for name in homes:
        seen, holder = {name}, homes[name][0]
        while holder and holder not in seen:
            seen.add(holder)
            holder = homes[holder][0]
        if holder:
            homes[name] = MAIN
    return homes
