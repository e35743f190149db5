"""What the definition knows beforehand: where each state stands, what it catches, and what it retries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sfn_notebook.asl import Machine, State

_RETRIES = 3  # MaxAttempts when a Retry does not say


class Home(NamedTuple):
    """Where a state stands.

    Attributes:
        container: The name of the Parallel or Map around it; None at the top.
        branch: Which branch of a Parallel; None in a Map and at the top.
    """

    container: str | None
    branch: int | None


class Outline:
    """The states of a definition by name; of an unknown definition, none.

    Args:
        definition: The definition, or None.
    """

    def __init__(self, definition: Machine | None) -> None:
        self.states: dict[str, State] = {}
        self._homes: dict[str, Home] = {}
        if definition is not None:
            self._read(definition, Home(None, None))

    def _read(self, machine: Machine, home: Home) -> None:
        for state in machine.states.values():
            self.states[state.name] = state
            self._homes[state.name] = home
            for index, branch in enumerate(state.branches):
                self._read(branch, Home(state.name, index if state.type == "Parallel" else None))

    def home(self, name: str) -> Home | None:
        """Where a state stands, or None when the definition does not have it."""
        return self._homes.get(name)

    def only_catches(self, name: str, target: str) -> bool:
        """Whether the only way from a state to another is one of its catchers."""
        state = self.states.get(name)
        if state is None:
            return False
        kinds = {edge.kind for edge in state.edges() if edge.target == target}
        return kinds == {"catch"}

    def will_retry(self, name: str, error: str | None, failures: int) -> bool:
        """Whether a state that has failed so often is going to be tried again, as far as can be told."""
        state = self.states.get(name)
        retriers = state.fields.get("Retry") if state is not None else None
        if not isinstance(retriers, list):
            return False
        matching = (one for one in retriers if isinstance(one, Mapping) and _matches(one, error))
        most = next((one.get("MaxAttempts", _RETRIES) for one in matching), 0)
        return not isinstance(most, int) or failures <= most


def _matches(retrier: Mapping[str, Any], error: str | None) -> bool:
    names = retrier.get("ErrorEquals")
    if not isinstance(names, list):
        return False
    return error in names or "States.ALL" in names or ("States.TaskFailed" in names and error != "States.Timeout")
