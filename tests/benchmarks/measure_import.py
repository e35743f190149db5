"""Import time of the package, as a ratio to what a notebook imports anyway."""

from __future__ import annotations

import statistics
import subprocess
import sys

from clockwork import milli, table

ROUNDS = 11
STATEMENTS = {
    "boto3, ipywidgets": "import boto3, ipywidgets",
    "what it imports": "import boto3, ipywidgets, anywidget, graphviz, pygraphviz, jlens",
    "sfn_notebook": "import sfn_notebook",
    "and the first picture": (
        "import sfn_notebook as sfn; sm = sfn.local().state_machine('m'); sm.pass_('A'); sm._repr_mimebundle_()"
    ),
}
PROGRAM = "import time; start = time.perf_counter(); {}; print(time.perf_counter() - start)"


def report() -> None:
    """Fresh processes, taking turns so that a busy moment hits all of them."""
    found: dict[str, list[float]] = {name: [] for name in STATEMENTS}
    for _ in range(ROUNDS + 1):
        for name, statement in STATEMENTS.items():
            done = subprocess.run(
                [sys.executable, "-c", PROGRAM.format(statement)], check=True, capture_output=True, text=True
            )
            found[name].append(float(done.stdout))
    medians = {name: statistics.median(values[1:]) for name, values in found.items()}  # the first fills the disk cache
    base = medians["boto3, ipywidgets"]
    table(
        f"Import, median of {ROUNDS} fresh processes",
        ["import", "time", "ratio"],
        [(name, milli(value), f"{value / base:.2f}") for name, value in medians.items()],
        "aim: sfn_notebook under 1.30",
    )
