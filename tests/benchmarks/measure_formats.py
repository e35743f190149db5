"""Reading and writing a machine of 1,000 states, each format against the drawing of it."""

from __future__ import annotations

import json
from collections.abc import Callable

from clockwork import median_seconds, milli, table
from measure_drawing import workflow

import sfn_notebook as sfn
from sfn_notebook.draw import render


def report() -> None:
    """A machine read anew each time, so that nothing is cached."""
    text = json.dumps(workflow(1000))
    sm = sfn.load(text)
    yaml = sm.to_yaml()
    commented = sfn.load(f"# orders\n{yaml}")
    steps: dict[str, Callable[[], object]] = {
        "load JSON": lambda: sfn.load(text),
        "load YAML": lambda: sfn.load(yaml),
        "lint": sm.lint,
        "to_yaml": sm.to_yaml,
        "to_yaml, comments kept": commented.to_yaml,
        "to_code": sm.to_code,
        "to_cloudformation": sm.to_cloudformation,
        "to_sam": sm.to_sam,
        "to_terraform": sm.to_terraform,
    }
    drawn = median_seconds(lambda: (render.render.cache_clear(), sm.graph().svg), times=3)
    rows = [("draw (SVG)", milli(drawn), "1.00")]
    for name, step in steps.items():
        taken = median_seconds(step, times=3)
        rows.append((name, milli(taken), f"{taken / drawn:.2f}"))
    table("1,000 states", ["what", "took", "ratio"], rows, "ratio: to drawing the same machine")
