"""The data files of this room: facts with their source and date inside, read when first needed."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any


@cache
def table(name: str) -> Any:
    """The content of `data/NAME.json`.

    >>> table("optimized")["date"]
    '2026-11-23'
    """
    return json.loads(resources.files(__package__).joinpath("data", f"{name}.json").read_text("utf-8"))
