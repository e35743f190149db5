"""The runner of `.sync` tasks: starts the job, sees how it does, stops it.

Step Functions learns of the end through EventBridge or by looking; here it is looked at, again and again, at the
pace of the session's clock.
https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-sync
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from typing import Any, Final

import jmespath

from sfn_notebook import _json
from sfn_notebook.engine.callers import SDK_METADATA, Callers, role_of
from sfn_notebook.engine.failures import TASK_FAILED
from sfn_notebook.engine.jobs.calls import HEADER
from sfn_notebook.engine.jobs.descriptions import put, without_nulls
from sfn_notebook.engine.jobs.simulation import Simulation
from sfn_notebook.engine.jobs.table import JOBS, Job
from sfn_notebook.engine.optimized import REWORKED, optimized_services
from sfn_notebook.engine.records import TaskCall, TaskFailure

LONGEST_PAUSE: Final = 60.0  # seconds between two looks
UNTIL_GIVEN_UP: Final = 60.0  # seconds until a job that moto has started and does not end is taken for done
_REAL_PAUSE: Final = 5.0  # real seconds between two looks when the session's clock does not go with the job's

log = logging.getLogger(__name__)


class JobRunner:
    """Runs the jobs of one world.

    Args:
        callers: Calls its services.
        simulation: Its simulated jobs.
        moto: Whether the services are moto.
        instant: Whether the session's clock is the instant one.
    """

    def __init__(self, callers: Callers, simulation: Simulation, *, moto: bool, instant: bool) -> None:
        self._callers = callers
        self._simulation = simulation
        self._moto = moto
        self._instant = instant
        self._closed = threading.Event()

    def close(self) -> None:
        """Have nobody wait here any more."""
        self._closed.set()

    def __call__(self, task: TaskCall) -> Any:
        """Do one step of a job.

        Returns:
            For "start" the service's answer; for "look" either `{"again": seconds}` or `{"output": result}`.

        Raises:
            TaskFailure: the job failed, or a call did.
            NotAnswered: nobody here knows the job.
        """
        if task.step == "start":
            return self._callers.optimized(task)
        row = JOBS[task.resource.label]
        return self._stop(row, task) if task.step == "stop" else self._look(row, task)

    def _stop(self, row: Job, task: TaskCall) -> None:
        if row.stop is not None:
            operation, parameters = row.stop
            try:
                self._ask(task, operation, parameters)
            except TaskFailure as failure:  # best effort, as on AWS: it may have ended by itself
                log.info("%s could not be stopped: %s", task.resource.label, failure.error)

    def _look(self, row: Job, task: TaskCall) -> dict[str, Any]:
        simulated = _is_simulated(task.started)
        if simulated:
            self._resume(task)
        elif not self._moto and self._instant and task.waited:
            self._closed.wait(_REAL_PAUSE)  # time out there is not the session's
        try:
            answer = self._ask(task, row.look, row.ask)
        except TaskFailure as failure:
            if row.gone and "NotFound" in str(failure.error):
                return {"output": _bare(task.started)}
            raise
        description = _bare(jmespath.search(row.found, answer) or {})
        if not simulated and self._moto and task.waited >= UNTIL_GIVEN_UP:
            _end(row, description)
        return _verdict(row, description) or {"again": self._pause(task)}

    def _pause(self, task: TaskCall) -> float:
        """Seconds until the next look: short at first, longer for jobs that take long."""
        pause = max(1.0, task.waited)
        if _is_simulated(task.started):
            row = JOBS[task.resource.label]
            return self._simulation.remaining(row, self._parameters(task, row.ask)) or pause
        if self._moto and task.waited < UNTIL_GIVEN_UP:
            return min(pause, UNTIL_GIVEN_UP - task.waited)
        return min(pause, LONGEST_PAUSE)

    def _ask(self, task: TaskCall, operation: str, parameters: str) -> dict[str, Any]:
        service = optimized_services()[task.resource.service]
        return self._callers.ask(service, operation, self._parameters(task, parameters), role=role_of(task))

    @staticmethod
    def _parameters(task: TaskCall, parameters: str) -> Any:
        return without_nulls(jmespath.search(parameters, {"arguments": task.arguments, "started": task.started}))

    def _resume(self, task: TaskCall) -> None:
        """A job of an earlier session of the same path goes on; what EMR's wrappers started cannot be known again."""
        if task.resource.label not in REWORKED:
            self._simulation.resume(task.resource.label, task.arguments, _bare(task.started), task.waited)


def _verdict(row: Job, description: dict[str, Any]) -> dict[str, Any] | None:
    """What a look gives when the job is over.

    Raises:
        TaskFailure: it has failed.
    """
    status = jmespath.search(row.status, description)
    output = without_nulls(jmespath.search(row.output, description))
    broken = row.failed is not None and bool(jmespath.search(row.failed, description))
    if status in row.bad or (status in row.good and broken):
        raise TaskFailure(TASK_FAILED, _json.dumps(output))
    return {"output": output} if status in row.good else None


def _end(row: Job, description: dict[str, Any]) -> None:
    """Take a job that nobody ends for done."""
    if jmespath.search(row.status, description) not in (*row.good, *row.bad):
        put(description, row.status, row.good[0])


def _bare(answer: Any) -> dict[str, Any]:
    return {key: value for key, value in dict(answer).items() if key not in SDK_METADATA}


def _is_simulated(started: Any) -> bool:
    said = started.get("SdkHttpMetadata") if isinstance(started, Mapping) else None
    return isinstance(said, Mapping) and HEADER in said.get("HttpHeaders", {})
