"""What an expression can see: its data, the context object, the variables."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sfn_notebook.errors import PathFailure
from sfn_notebook.expressions.path_model import CONTEXT, INPUT


@dataclass(slots=True)
class Scope:
    """What an expression of either query language reads from.

    Attributes:
        input: `$` of JSONPath: the data the expression reads.
        context: The context object: `$$` of JSONPath, `$states.context` of JSONata.
        variables: The workflow variables that are visible here, by name.
        states: What `$states` of JSONata holds besides the context object: input, result, errorOutput.
        random: The source of every random number and UUID, so that a seeded run repeats itself.
        now: The clock, in epoch seconds, for `$now()` and `$millis()`.
    """

    input: Any = None
    context: Mapping[str, Any] = field(default_factory=dict)
    variables: Mapping[str, Any] = field(default_factory=dict)
    states: Mapping[str, Any] = field(default_factory=dict)
    random: random.Random = field(default_factory=random.Random)
    now: Callable[[], float] = time.time

    def document(self, root: str) -> Any:
        """What a path with this root reads: `$`, `$$` or the name of a variable.

        Raises:
            PathFailure: there is no such variable.
        """
        if root == INPUT:
            return self.input
        if root == CONTEXT:
            return self.context
        if root not in self.variables:
            raise PathFailure(f"No results for path: ${root} (there is no such variable)")
        return self.variables[root]


def uuid4(source: random.Random) -> str:
    """A version 4 UUID from the given source of randomness."""
    bits = source.getrandbits(128) & ~(0xF000 << 64) & ~(0xC000 << 48) | (4 << 76) | (0x8000 << 48)
    text = f"{bits:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
