"""SVG of a definition against the native `dot` on the same DOT text."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from typing import Any

from clockwork import median_seconds, milli, table

from sfn_notebook import asl, draw, lint
from sfn_notebook.draw import render

SIZES = {10: 9, 100: 5, 1000: 3}  # states -> how often to measure


def workflow(states: int) -> dict[str, Any]:
    """Blocks of a Pass, a Choice that may skip ahead, a Task whose Catch leads a few states on, and a Wait."""
    made: dict[str, Any] = {}
    for n in range(1, states):
        following, ahead = (f"State {min(n + step, states)}" for step in (1, 3))
        kinds: tuple[dict[str, Any], ...] = (
            {"Type": "Wait", "Seconds": 1, "Next": following},
            {"Type": "Pass", "Next": following},
            {
                "Type": "Choice",
                "Choices": [{"Variable": "$.n", "NumericGreaterThan": n, "Next": ahead}],
                "Default": following,
            },
            {
                "Type": "Task",
                "Resource": "arn:aws:states:::lambda:invoke",
                "Catch": [{"ErrorEquals": ["States.ALL"], "Next": ahead}],
                "Next": following,
            },
        )
        made[f"State {n}"] = kinds[n % len(kinds)]
    made[f"State {states}"] = {"Type": "Succeed"}
    return {"StartAt": "State 1", "States": made}


def report() -> None:
    """Drawing alone, at several sizes; then all that a definition of 1,000 states goes through."""
    native = shutil.which("dot")
    _drawing(native)
    _whole(native)


def _drawing(native: str | None) -> None:
    """A fresh graph each time, so that nothing is cached: definition -> DOT -> SVG."""
    rows = []
    for size, times in SIZES.items():
        machine = asl.read(workflow(size))
        ours = median_seconds(lambda machine=machine: _drawn(machine), times=times)
        if native is None:
            rows.append((str(size), milli(ours), "no dot on the PATH", ""))
            continue
        theirs = _native(native, machine, times)
        rows.append((str(size), milli(ours), milli(theirs), f"{ours / theirs:.2f}"))
    table("SVG", ["states", "sfn_notebook", "native dot", "ratio"], rows, "ratio: sfn_notebook / native dot")


def _drawn(machine: asl.Machine) -> str:
    render.render.cache_clear()  # it keeps what it drew
    return draw.graph(machine).svg


def _native(native: str, machine: asl.Machine, times: int) -> float:
    text = draw.graph(machine).dot.encode()
    command = [native, "-Tsvg"]
    return median_seconds(lambda: subprocess.run(command, input=text, check=True, capture_output=True), times=times)


def _whole(native: str | None) -> None:
    text = json.dumps(workflow(1000))
    machine = asl.read(text)
    dot = draw.graph(machine).dot
    steps: dict[str, Callable[[], object]] = {
        "load": lambda: asl.read(text),
        "lint": lambda: lint.check(machine),
        "draw": lambda: _drawn(machine),
        "  of it Graphviz's library": lambda: render.render.__wrapped__(dot, "svg"),
    }
    took = {name: median_seconds(step, times=3) for name, step in steps.items()}
    whole = took["load"] + took["lint"] + took["draw"]
    theirs = _native(native, machine, 3) if native else took["  of it Graphviz's library"]
    took |= {"load + lint + draw": whole, "native dot" if native else "Graphviz's library": theirs}
    rows = [(name, milli(seconds), f"{seconds / theirs:.2f}") for name, seconds in took.items()]
    note = "ratio: to native dot" if native else "ratio: to Graphviz's library, for there is no dot on the PATH"
    table("1,000 states, from text to picture", ["what", "took", "ratio"], rows, note)
