"""How far a branch of an execution came, as a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sfn_notebook import _json


@dataclass(frozen=True, slots=True)
class Place:
    """How far a branch came: the execution itself, a branch of a Parallel, an iteration of a Map.

    Attributes:
        state: The state it was in or about to enter; None when the branch had ended.
        text: The JSON text of that state's input; of the branch's output when it had ended.
        variables: The variables it had assigned, as JSON texts.
        last_id: An event of the branch; what happens in it from now on follows that.
        entered_id: The event that entered the state; 0 when it has to be entered (again).
        left: The output's JSON text and the assigned variables of a Choice that was left: its rules say again where to.
        started_id: The event that began the last attempt of a Map or Parallel; 0 when it has to begin anew.
        inside: The branches or iterations of that attempt that had begun, by index.
        map_run_arn: The Map Run of a distributed Map, or None.
    """

    state: str | None
    text: str
    last_id: int
    variables: Mapping[str, str] = field(default_factory=dict)
    entered_id: int = 0
    left: tuple[str, Mapping[str, str]] | None = None
    started_id: int = 0
    inside: Mapping[int, Place] = field(default_factory=dict)
    map_run_arn: str | None = None


def values(texts: Mapping[str, str]) -> dict[str, Any]:
    """Variables read from their JSON texts."""
    return {name: _json.loads(text) for name, text in texts.items()}
