"""A cost as frozen values."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sfn_notebook._display import Shown
from sfn_notebook.integrations.tables import table


@dataclass(frozen=True, slots=True)
class Polled:
    """What waiting for one job costs by `.sync` and by a poll loop.

    Attributes:
        state: The Task that waits.
        polls: How often the loop would look.
        sync: Transitions with `.sync`.
        polling: Transitions with the loop: the start, and Wait, look and Choice for each poll.
    """

    state: str
    polls: int
    sync: int = 1

    @property
    def polling(self) -> int:
        """Transitions with the loop.

        >>> Polled("Job", 20).polling
        61
        """
        return 1 + 3 * self.polls


@dataclass(frozen=True)
class Cost(Shown):
    """What executions cost.

    Attributes:
        type: The machine's type.
        transitions: State name -> state transitions of one execution, retries included.
        seconds: How long one execution takes.
        memory_mb: The memory of one Express execution.
        per_month: How many executions a month.
        express_fits: Whether an Express machine could do it (no `.sync`, token, or activity).
        polled: Each `.sync` task beside the poll loop that does the same.
        assumptions: What the figures rest on.
    """

    type: str
    transitions: Mapping[str, float]
    seconds: float = 1.0
    memory_mb: float = 64.0
    per_month: float = 1.0
    express_fits: bool = True
    polled: tuple[Polled, ...] = ()
    assumptions: tuple[str, ...] = field(default=())

    @property
    def total(self) -> float:
        """State transitions of one execution."""
        return sum(self.transitions.values())

    @property
    def standard(self) -> float:
        """USD for one execution of a Standard machine."""
        return self.total * float(_prices()["standard"]["per_transition"])

    @property
    def express(self) -> float:
        """USD for one execution of an Express machine: the request, and memory by time, both rounded up."""
        prices = _prices()["express"]
        steps = math.ceil(round(self.seconds * 1000 / prices["duration_round_ms"], 6))
        chunks = max(1, math.ceil(self.memory_mb / prices["memory_chunk_mb"]))
        seconds = max(1, steps) * prices["duration_round_ms"] / 1000
        gigabytes = chunks * prices["memory_chunk_mb"] / 1024
        return float(prices["per_request"] + seconds * gigabytes * prices["per_gb_second"])

    @property
    def standard_month(self) -> float:
        """USD a month for Standard, without the free transitions."""
        return self.standard * self.per_month

    @property
    def express_month(self) -> float:
        """USD a month for Express, at its first price."""
        return self.express * self.per_month

    @property
    def total_month(self) -> float:
        """USD a month for the type the machine has."""
        return self.express_month if self.type == "EXPRESS" else self.standard_month

    def rows(self) -> list[tuple[str, str, str]]:
        """The two types: what it is, USD for 1,000 executions, USD a month."""
        fits = "" if self.express_fits else " (cannot: .sync, token or activity)"
        words = f"Standard, {number(self.total)} transitions", f"Express, {number(self.seconds)} s{fits}"
        prices = (self.standard, self.standard_month), (self.express, self.express_month)
        return [(word, dollars(one * 1000), dollars(month)) for word, (one, month) in zip(words, prices, strict=True)]

    def __repr__(self) -> str:
        count = f"{number(self.per_month)} execution{'' if self.per_month == 1 else 's'}"
        lines = [f"{count} a month: {dollars(self.total_month)} as {self.type}"]
        lines += [f"{word}: {one} for 1,000, {month} a month" for word, one, month in self.rows()]
        lines += [f"  {name}: {number(count)}" for name, count in self.transitions.items() if count]
        for one in self.polled:
            price = 1000 * float(_prices()["standard"]["per_transition"])
            lines.append(
                f"{one.state}: .sync {one.sync} transition ({dollars(one.sync * price)} for 1,000 jobs), "
                f"polling {one.polling:,} ({dollars(one.polling * price)})"
            )
        return "\n".join([*lines, *(f"ⓘ {said}" for said in self.assumptions)])


def number(value: float) -> str:
    """A number without needless digits.

    >>> number(1000.0), number(2.5)
    ('1,000', '2.5')
    """
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def dollars(value: float) -> str:
    """A price.

    >>> dollars(1.525), dollars(0.00005)
    ('$1.525', '$0.00005')
    """
    return f"${value:,.2f}" if value >= 100 else f"${value:.4g}" if value >= 0.001 else f"${value:.6f}".rstrip("0")


def _prices() -> Any:
    return table("prices")
