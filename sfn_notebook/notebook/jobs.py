"""`Job`: a job that only exists in a session, for `.sync` tasks to wait for."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from sfn_notebook import _json
from sfn_notebook.engine import jobs
from sfn_notebook.errors import InvalidArgument, UnknownName, did_you_mean

if TYPE_CHECKING:
    from sfn_notebook.engine.jobs import SimulatedJob, Simulation

Result = Mapping[str, Any] | Callable[[Any], Mapping[str, Any]]
_OTHER_NAMES: Final = {"emr": "elasticmapreduce"}
_SPANS: Final = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))


class Job:
    """A simulated job; `session.job` makes it."""

    def __init__(self, simulation: Simulation, made: SimulatedJob) -> None:
        self._simulation = simulation
        self._made = made

    @property
    def service(self) -> str:
        """The service as a Task's Resource names it."""
        return self._made.service

    @property
    def name(self) -> str:
        """The name or pattern it is known by."""
        return self._made.name

    @property
    def seconds(self) -> float:
        """How long it takes."""
        return self._made.seconds

    def remove(self) -> None:
        """Take it away: the next job of that name is asked of the session's services again."""
        self._simulation.remove(self._made)

    def __repr__(self) -> str:
        made = self._made
        what = made.service if made.action is None else f"{made.service}:{made.action}"
        which = "any job" if made.name == "*" else repr(made.name)
        fate = "succeeds"
        if isinstance(made.fails, str):
            fate = f"fails: {made.fails}"
        elif made.fails is True:
            fate = "fails"
        elif made.fails:
            fate = f"fails {made.fails} time{'' if made.fails == 1 else 's'}, then succeeds"
        return f"<Job {what} {which}: simulated, takes {_span(made.seconds)}, {fate}>"


def _span(seconds: float) -> str:
    for size, name in _SPANS:
        if seconds and seconds % size == 0:
            return f"{seconds / size:g} {name}{'' if seconds == size else 's'}"
    return f"{seconds:g} seconds"


def simulated_job(service: Any, name: Any, *, action: Any, seconds: Any, result: Any, fails: Any) -> SimulatedJob:
    """A declaration, looked over.

    Raises:
        UnknownName: there is no such service or action.
        InvalidArgument: something else is wrong with it.
    """
    known = sorted({label.split(":")[0] for label in jobs.JOBS})
    found = _OTHER_NAMES.get(service, service) if isinstance(service, str) else service
    if found == "states":
        raise InvalidArgument(
            "nested executions are run, not simulated.", hint="Make that state machine in this session too."
        )
    if found not in known:
        hint = f"{did_you_mean(str(service), known)} Jobs that a task can wait for are of: {', '.join(known)}."
        raise UnknownName(f"no service whose jobs can be simulated: {service!r}.", hint=hint)
    actions = [label.split(":")[1] for label in jobs.JOBS if label.startswith(f"{found}:")]
    if action is not None and action not in actions:
        raise UnknownName(
            f"{found} has no action {action!r} that starts a job.", hint=f"Allowed: {', '.join(actions)}."
        )
    if not isinstance(name, str) or not name:
        raise InvalidArgument(f"a job's name is a text, a pattern such as 'night*' too; given was {name!r}.")
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not 0 <= seconds < math.inf:
        raise InvalidArgument(f"seconds is how long the job takes, from 0 on; given was {seconds!r}.")
    return jobs.SimulatedJob(found, name, action, seconds, _result(result), _fails(fails))


def _result(result: Any) -> Result | None:
    if result is None or callable(result):
        found: Result | None = result
        return found
    if not isinstance(result, Mapping):
        raise InvalidArgument(
            f"result is what the job's description holds at the end, a dict; given was {result!r}.",
            hint="Its keys are those of the service's description in PascalCase, such as {'LogGroupName': '/jobs'}."
            " Or a function that takes the call's parameters and makes such a dict.",
        )
    try:
        _json.dumps(result)
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidArgument(f"result cannot be written as JSON: {error}") from error
    return dict(result)


def _fails(fails: Any) -> bool | int | str:
    if fails is None:
        return False
    if not isinstance(fails, (bool, int, str)) or (isinstance(fails, int) and fails < 0):
        raise InvalidArgument(
            f"fails is True, a text that says why, or how many runs fail before one succeeds; given was {fails!r}."
        )
    return fails or False
