"""The engine against other Step Functions, all through the same boto3 calls: time and memory of each kind of load."""

from __future__ import annotations

import contextlib
import statistics
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import endpoints
import loads
import psutil
from clockwork import micro, milli, table
from loads import Load, TooSlow

import sfn_notebook as sfn

KILO, MEGA = 1024, 1024 * 1024
WARM_UP = loads.ALL[0]


@dataclass(frozen=True)
class World:
    """A Step Functions to measure.

    Attributes:
        client: Makes a boto3 client of a service.
        process: Where its memory and threads are.
    """

    client: Callable[[str], Any]
    process: psutil.Process


@dataclass(frozen=True)
class Found:
    """What one load took.

    Attributes:
        seconds: The median, or None when it could not be run.
        bytes: What the world's process grew by, over all the runs and the one before them that is not timed.
        threads: How many threads it had more while the load was there.
        why: Why there are no seconds.
    """

    seconds: float | None = None
    bytes: int = 0
    threads: int = 0
    why: str = ""


def report() -> None:
    """Start to terminal per state, waiting executions, a long history, and the memory of each."""
    found = {name: _measured(opened) for name, opened in WORLDS.items()}
    for load in loads.ALL:
        rows = [(name, *_row(load, each[load.name], found["embedded"][load.name])) for name, each in found.items()]
        heads = ["endpoint", load.action, f"per {load.unit}", "ratio", f"memory per {load.unit}", "threads"]
        failed = [f"{name}: {why}" for name, each in found.items() if (why := each[load.name].why)]
        table(f"{load.name}, median of {load.times}", heads, rows, "\n  ".join([load.note, *failed]).strip())


def _row(load: Load, found: Found, ours: Found) -> tuple[str, ...]:
    if found.seconds is None:
        return ("-",) * 5
    memory = found.bytes / load.units / (load.times + 1)
    return (
        milli(found.seconds),
        micro(found.seconds / load.units),
        f"{found.seconds / ours.seconds:.1f}" if ours.seconds else "",
        f"{memory / KILO:.2f} KiB" if found.bytes > MEGA else "too little to see",
        f"{found.threads:+d}",
    )


def _measured(opened: Callable[[], contextlib.AbstractContextManager[World]]) -> Mapping[str, Found]:
    """Each load in a world of its own, so that what one leaves behind weighs on no other."""
    return {load.name: _one(opened, load) for load in loads.ALL}


def _one(opened: Callable[[], contextlib.AbstractContextManager[World]], load: Load) -> Found:
    try:
        with opened() as world:
            WARM_UP.prepare(world.client)()
            run = load.prepare(world.client)
            before, threads = world.process.memory_info().rss, world.process.num_threads()
            values = [run() for _ in range(load.times + 1)][1:]
            grown = max(0, world.process.memory_info().rss - before)
            return Found(statistics.median(values), grown, world.process.num_threads() - threads)
    except endpoints.Unavailable as error:
        return Found(why=f"not available: {error}")
    except TooSlow:
        return Found(why=f"> {loads.PATIENCE:.0f} s")
    except Exception as error:  # whatever another endpoint cannot do is a line of the table
        return Found(why=f"failed: {str(error)[:160]}")


# -- the worlds


@contextlib.contextmanager
def _embedded() -> Iterator[World]:
    with sfn.local() as session:
        yield World(session.client, psutil.Process())


def _server(served: Callable[[], contextlib.AbstractContextManager[str]]) -> Callable[[], Any]:
    @contextlib.contextmanager
    def opened() -> Iterator[World]:
        before = set(psutil.Process().children())
        with served() as url:
            process = next(child for child in psutil.Process().children() if child not in before)
            yield World(lambda service: loads.client(service, url), process)

    return opened


WORLDS: Mapping[str, Callable[[], contextlib.AbstractContextManager[World]]] = {
    "embedded": _embedded,
    "embedded, served": _server(endpoints.own_server),
    "moto server": _server(endpoints.moto_server),
    "ministack": _server(endpoints.ministack_server),
}
