"""The failures of a state in the sentences AWS says them in."""

from __future__ import annotations

from sfn_notebook.engine.failures import QUERY, RUNTIME, StateFailure
from sfn_notebook.engine.visit import Visit


def fault(visit: Visit, sentence: str, *, error: str = RUNTIME) -> StateFailure:
    """The failure of a state by something in its definition or data."""
    cause = (
        f"An error occurred while executing the state '{visit.step.name}'"
        f" (entered at the event id #{visit.entered_id}). {sentence}"
    )
    return StateFailure(error, cause, terminal=error == RUNTIME)


def evaluation_failed(visit: Visit, sentence: str, location: str) -> StateFailure:
    """The failure of a JSONata expression; records its EvaluationFailed event."""
    failure = fault(visit, sentence, error=QUERY)
    trail = visit.branch.trail
    # as recorded: straight after its Entered event it follows what that one followed
    previous = visit.before_id if trail.last == visit.entered_id else trail.last
    trail.record(
        "EvaluationFailed",
        {**failure.details(), "location": location, "state": visit.step.name},
        previous=previous,
    )
    return failure
