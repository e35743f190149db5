"""What can follow what inside one machine: the states that stand in loops together."""

from __future__ import annotations

from collections.abc import Iterator

from sfn_notebook.asl import Machine, State


def loops(machine: Machine) -> Iterator[tuple[State, ...]]:
    """The loops of a machine: each group of states that can all reach one another, in the order of the definition.

    Tarjan's algorithm without recursion, so in time that grows with the edges, however long the machine is.

    Args:
        machine: A machine, a branch or a processor; those inside it are not looked at.
    """
    after = {
        state.name: [edge.target for edge in state.edges() if edge.target in machine.states]
        for state in machine.states.values()
    }
    order = {name: place for place, name in enumerate(machine.states)}
    index: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    held: set[str] = set()
    for first in machine.states:
        if first in index:
            continue
        work = [(first, iter(after[first]))]
        index[first] = lowest[first] = len(index)
        stack.append(first)
        held.add(first)
        while work:
            name, targets = work[-1]
            target = next(targets, None)
            if target is None:
                work.pop()
                if work:
                    lowest[work[-1][0]] = min(lowest[work[-1][0]], lowest[name])
                if lowest[name] == index[name]:
                    group = _popped(stack, held, name)
                    if len(group) > 1 or name in after[name]:
                        yield tuple(machine.states[one] for one in sorted(group, key=order.__getitem__))
            elif target not in index:
                index[target] = lowest[target] = len(index)
                stack.append(target)
                held.add(target)
                work.append((target, iter(after[target])))
            elif target in held:
                lowest[name] = min(lowest[name], index[target])


def _popped(stack: list[str], held: set[str], name: str) -> list[str]:
    group: list[str] = []
    while not group or group[-1] != name:
        group.append(stack.pop())
        held.discard(group[-1])
    return group
