"""Timing and printing, shared by the measurements."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable, Sequence


def median_seconds(action: Callable[[], object], *, times: int, warm_up: int = 1) -> float:
    """The median of how long `action` takes, in seconds."""
    for _ in range(warm_up):
        action()
    return statistics.median(seconds(action) for _ in range(times))


def seconds(action: Callable[[], object]) -> float:
    """How long `action` takes once, in seconds."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def milli(value: float) -> str:
    """Seconds as milliseconds with three significant digits."""
    return f"{value * 1000:.3g} ms"


def micro(value: float) -> str:
    """Seconds as microseconds with three significant digits."""
    return f"{value * 1e6:.4g} µs"


def table(title: str, header: Sequence[str], rows: Iterable[Sequence[str]], note: str = "") -> None:
    """Print a table, its columns as wide as they need to be."""
    lines = [tuple(header), *map(tuple, rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header))]
    print(f"\n{title}")
    for line in lines:
        cells = [
            cell.ljust(width) if not column else cell.rjust(width) for column, (cell, width) in _cells(line, widths)
        ]
        print("  " + "  ".join(cells))
    if note:
        print(f"  {note}")


def _cells(line: Sequence[str], widths: Sequence[int]) -> Iterable[tuple[int, tuple[str, int]]]:
    return enumerate(zip(line, widths, strict=True))
