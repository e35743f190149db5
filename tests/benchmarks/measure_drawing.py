"""SVG of a definition against the native `dot` on the same DOT text."""

from __future__ import annotations

import shutil
import subprocess
from typing import Any

from clockwork import median_seconds, milli, table

from sfn_notebook import asl, draw

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
    """A fresh graph each time, so that nothing is cached: definition -> DOT -> SVG."""
    native = shutil.which("dot")
    rows = []
    for size, times in SIZES.items():
        machine = asl.read(workflow(size))
        ours = median_seconds(lambda machine=machine: draw.graph(machine).svg, times=times)
        text = draw.graph(machine).dot.encode()
        if native is None:
            rows.append((str(size), milli(ours), "no dot on the PATH", ""))
            continue
        theirs = median_seconds(
            lambda text=text: subprocess.run([native, "-Tsvg"], input=text, check=True, capture_output=True),
            times=times,
        )
        rows.append((str(size), milli(ours), milli(theirs), f"{ours / theirs:.2f}"))
    table("SVG", ["states", "sfn_notebook", "native dot", "ratio"], rows, "ratio: sfn_notebook / native dot")
