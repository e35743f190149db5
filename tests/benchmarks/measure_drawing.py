"""SVG of a definition against the native `dot` on the same DOT text."""

from __future__ import annotations

import shutil
import subprocess
from typing import Any

from clockwork import median_seconds, milli, table

from sfn_notebook import asl, draw

SIZES = {10: 9, 100: 5, 1000: 3}  # states -> how often to measure


def workflow(states: int) -> dict[str, Any]:
    """Blocks of a Pass, a Choice that may skip ahead, a Task with a Catch, and a Wait."""
    made: dict[str, Any] = {}
    for n in range(1, states):
        name, following = f"State {n}", f"State {n + 1}"
        kind = n % 4
        if kind == 1:
            made[name] = {"Type": "Pass", "Next": following}
        elif kind == 2:
            ahead = f"State {min(n + 3, states)}"
            rule = {"Variable": "$.n", "NumericGreaterThan": n, "Next": ahead}
            made[name] = {"Type": "Choice", "Choices": [rule], "Default": following}
        elif kind == 3:
            catch = [{"ErrorEquals": ["States.ALL"], "Next": f"State {states}"}] if n % 20 == 3 else []
            resource = "arn:aws:states:::lambda:invoke"
            made[name] = {"Type": "Task", "Resource": resource, "Next": following, **({"Catch": catch} if catch else {})}
        else:
            made[name] = {"Type": "Wait", "Seconds": 1, "Next": following}
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
