"""Which state a request is about: the one whose definition it gives, or the one it names in a whole machine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sfn_notebook import _json, asl
from sfn_notebook.engine.api.faults import invalid
from sfn_notebook.engine.api.validate import refuse_invalid
from sfn_notebook.errors import InvalidJson

UNNAMED: Final = "StateName"  # as recorded: what a state is called that was given alone


def subject(definition: str, name: str | None) -> asl.State:
    """The state to test.

    Args:
        definition: A state's definition, or a machine's when `name` is given.
        name: The state's name, at whatever depth.

    Raises:
        Fault: InvalidDefinition; ValidationException when there is no such state.
    """
    if name is None:
        definition = _surrounded(definition)
    refuse_invalid(definition, "STANDARD")
    found = asl.read(definition).find(UNNAMED if name is None else name)
    if found is None:
        raise invalid("State not found in definition")
    return found


def _surrounded(definition: str) -> str:
    """A machine around a state, with a state for each that it leads to."""
    try:
        fields = _json.loads(definition)
    except InvalidJson:
        return definition  # refused as it is
    if not isinstance(fields, Mapping):
        return definition
    return _json.dumps({"StartAt": UNNAMED, "States": {UNNAMED: fields, **_targets(fields)}})


def _targets(fields: Mapping[str, Any]) -> dict[str, Any]:
    state = asl.read({"States": {UNNAMED: fields}}).states[UNNAMED]
    ends = {edge.target: {"Type": "Succeed"} for edge in state.edges() if edge.target != UNNAMED}
    return dict(ends)
