"""How often each state is entered, from assumptions where nothing has run yet, and what that costs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sfn_notebook.asl import Machine, State
from sfn_notebook.cost.values import Cost, Polled
from sfn_notebook.errors import InvalidArgument, UnknownName, did_you_mean
from sfn_notebook.integrations.tables import table

ARROW: Final = "→"
_ROUNDS: Final = 100_000
_SMALL: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Job:
    """How long a `.sync` job takes, and how often a loop in its place would look.

    Attributes:
        seconds: How long it takes.
        poll: Seconds between two looks.
    """

    seconds: float = 600
    poll: float = 30


def estimate(
    machine: Machine,
    *,
    rates: Mapping[str, float] | None = None,
    type: str = "STANDARD",
    seconds: float | None = None,
    memory_mb: float = 64,
    per_month: float = 1,
    job: Job | None = None,
) -> Cost:
    """The cost by assumptions.

    Args:
        machine: The definition.
        rates: `"A→B"`: the share of A's visits that go on to B; `"A"`: retries for each visit, or the items of a Map.
        type: "STANDARD" or "EXPRESS".
        seconds: How long an execution takes; without it, one second.
        memory_mb: The memory of an Express execution.
        per_month: Executions a month.
        job: How long `.sync` jobs take.

    Raises:
        UnknownName: `rates` names a state or a way that is not there.
        InvalidArgument: a rate is negative, or the shares of a state are more than one.

    >>> from sfn_notebook import asl
    >>> estimate(asl.read({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}})).total
    1
    """
    visits, assumed = expected(machine, rates or {})
    return priced(
        machine,
        visits,
        type=type,
        seconds=seconds,
        memory_mb=memory_mb,
        per_month=per_month,
        job=job,
        assumptions=tuple(assumed),
    )


def priced(
    machine: Machine,
    transitions: Mapping[str, float],
    *,
    type: str = "STANDARD",
    seconds: float | None = None,
    memory_mb: float = 64,
    per_month: float = 1,
    job: Job | None = None,
    assumptions: tuple[str, ...] = (),
) -> Cost:
    """The cost of transitions that are known."""
    looked = job or Job()
    if (
        looked.poll <= 0
        or looked.seconds < 0
        or per_month < 0
        or memory_mb <= 0
        or (seconds is not None and seconds < 0)
    ):
        raise InvalidArgument("seconds, per_month and memory_mb are not negative, and poll is more than 0.")
    prices = table("prices")
    said = [
        *assumptions,
        f"prices of {prices['date']} in {prices['region']}, without the free tier, without the services",
    ]
    if seconds is None:
        said.append("an execution takes 1 second; say it by seconds=")
    polls = math.ceil(looked.seconds / looked.poll)
    jobs = [state.name for state in machine.walk() if state.resource.endswith((".sync", ".sync:2"))]
    if jobs:
        said.append(f"a job takes {looked.seconds:g} s, and a loop would look every {looked.poll:g} s")
    return Cost(
        type=type,
        transitions=transitions,
        seconds=1.0 if seconds is None else seconds,
        memory_mb=memory_mb,
        per_month=per_month,
        express_fits=not any(_only_standard(state) for state in machine.walk()),
        polled=tuple(Polled(name, polls) for name in jobs),
        assumptions=tuple(said),
    )


def expected(machine: Machine, rates: Mapping[str, float]) -> tuple[dict[str, float], list[str]]:
    """Transitions by state name, and what was assumed to get them."""
    _check(machine, rates)
    assumed: list[str] = []
    visits: dict[str, float] = {}
    _scope(machine, 1, rates, visits, assumed)
    return visits, assumed


def _scope(
    machine: Machine, entries: float, rates: Mapping[str, float], visits: dict[str, float], assumed: list[str]
) -> None:
    ways = {name: _ways(state, rates, assumed) for name, state in machine.states.items()}
    counts = dict.fromkeys(machine.states, 0.0)
    flow = {machine.start_at: entries} if machine.start_at in machine.states else {}
    for _ in range(_ROUNDS):
        onward: dict[str | None, float] = {}
        for name, amount in flow.items():
            if name is None:
                continue
            counts[name] += amount
            for target, share in ways[name].items():
                if target in ways and amount * share > _SMALL:
                    onward[target] = onward.get(target, 0) + amount * share
        flow = onward
        if not flow:
            break
    else:
        assumed.append("a loop does not end by these rates; its first 100,000 rounds are counted")
    for name, state in machine.states.items():
        count = round(counts[name], 6)
        _count(state, int(count) if count.is_integer() else count, rates, visits, assumed)


def _count(
    state: State, count: float, rates: Mapping[str, float], visits: dict[str, float], assumed: list[str]
) -> None:
    retries = 0 if state.type == "Map" else rates.get(state.name, 0)
    visits[state.name] = visits.get(state.name, 0) + count * (1 + retries)
    if state.fields.get("Retry") and state.name not in rates:
        assumed.append(f"{state.name}: no retries")
    items: float = 1
    if state.type == "Map":
        items = rates.get(state.name, 1)
        if state.name not in rates:
            assumed.append(f"{state.name}: one item")
    for branch in state.branches:
        _scope(branch, count * items, rates, visits, assumed)


def _ways(state: State, rates: Mapping[str, float], assumed: list[str]) -> dict[str, float]:
    """Target -> its share; what no rate tells is shared evenly among the ways that are left, errors apart."""
    edges = list(state.edges())
    given = {edge.target: rates[way] for edge in edges if (way := f"{state.name}{ARROW}{edge.target}") in rates}
    usual = dict.fromkeys(edge.target for edge in edges if edge.kind != "catch" and edge.target not in given)
    left = max(0.0, 1 - sum(given.values()))
    if state.type == "Choice" and len(usual) > 1 and left:
        assumed.append(f"{state.name}: {', '.join(usual)} equally often")
    return {**given, **{target: left / len(usual) for target in usual}}


def _check(machine: Machine, rates: Mapping[str, float]) -> None:
    states = [state.name for state in machine.walk()]
    ways = [f"{state.name}{ARROW}{edge.target}" for state in machine.walk() for edge in state.edges()]
    for name, rate in rates.items():
        if name not in states and name not in ways:
            raise UnknownName(f"rates: no state and no way {name!r}.", hint=did_you_mean(name, [*states, *ways]))
        if not isinstance(rate, (int, float)) or not math.isfinite(rate) or rate < 0 or (name in ways and rate > 1):
            raise InvalidArgument(f"rates: {name!r} is {rate!r}; a share is 0 … 1, a count 0 or more.")
    for state in machine.walk():
        shares = sum(rates.get(f"{state.name}{ARROW}{target}", 0) for target in {e.target for e in state.edges()})
        if shares > 1 + _SMALL:
            raise InvalidArgument(f"rates: the ways out of {state.name!r} are {shares:g} together; at most 1.")


def _only_standard(state: State) -> bool:
    return state.resource.endswith((".sync", ".sync:2", ".waitForTaskToken")) or ":activity:" in state.resource
