"""Simulated jobs: they are started, looked at and stopped by the calls of their service, and exist only here.

Whoever calls the service in a session, its tasks and the notebook's own clients alike, sees the same job.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Final

import jmespath
from botocore.model import ServiceModel, Shape

from sfn_notebook import _json
from sfn_notebook.engine.jobs.calls import Call, new_id
from sfn_notebook.engine.jobs.descriptions import described, place, shape_at, without_nulls
from sfn_notebook.engine.jobs.table import JOBS, Job
from sfn_notebook.engine.optimized import dialect_of, optimized_services

Result = Mapping[str, Any] | Callable[[Any], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class SimulatedJob:
    """A job that only exists in this session.

    Attributes:
        service: The service as a Task's Resource names it, such as "glue".
        name: What the job is known by (a Glue job's name, a task definition, …), or a pattern with `*`.
        action: The action that starts it, such as "startJobRun"; None is any.
        seconds: How long it takes, in the session's time.
        result: What its description holds at the end, besides what the service always tells; or a function that
            makes it of the call's parameters and may raise, which fails the job.
        fails: Whether it fails: False, True, why, or how many of its runs do before one succeeds.
    """

    service: str
    name: str = "*"
    action: str | None = None
    seconds: float = 60
    result: Result | None = None
    fails: bool | int | str = False

    @property
    def key(self) -> tuple[str, str | None, str]:
        """What a later declaration of the same job replaces it by."""
        return self.service, self.action, self.name

    def matches(self, label: str, names: Iterable[str]) -> bool:
        """Whether it is the job that an action with parameters of these names starts."""
        service, action = label.split(":")
        if service != self.service or self.action not in (None, action):
            return False
        return self.name == "*" or any(fnmatchcase(name, self.name) for name in names)


@dataclass(slots=True, eq=False)
class Run:
    """A simulated job that was started.

    Attributes:
        begun: When it began, epoch seconds.
        failing: Why it fails, or None.
        stopped: When it was stopped, or None.
    """

    row: Job
    job: SimulatedJob
    arguments: Mapping[str, Any]
    started: Mapping[str, Any]
    begun: float
    failing: str | None
    stopped: float | None = None
    result: Mapping[str, Any] = field(default_factory=dict)
    settled: bool = False

    def over(self, now: float) -> float | None:
        """When it ended; None when it has not."""
        if self.stopped is not None:
            return self.stopped
        end = self.begun + self.job.seconds
        return end if now >= end else None

    def settle(self) -> None:
        """Find out how it ends; once."""
        if self.settled or self.failing is not None:
            return
        self.settled = True
        try:
            made = self.job.result(self.arguments) if callable(self.job.result) else self.job.result
            self.result = dict(made or {})
        except Exception as error:  # noqa: BLE001  # the job is the user's function: it failed
            self.failing = f"{type(error).__name__}: {error}"


class Simulation:
    """The simulated jobs of a session.

    Args:
        now: The session's time.
        model: botocore's model of a service.
        region: Of ARNs.
        account: Of ARNs.
    """

    def __init__(
        self, *, now: Callable[[], float], model: Callable[[str], ServiceModel], region: str, account: str
    ) -> None:
        self._now = now
        self._model = model
        self._place = {"region": region, "account": account}
        self._jobs: dict[tuple[str, str | None, str], SimulatedJob] = {}
        self._runs: dict[tuple[str, str, str], Run] = {}
        self._asked: Counter[str] = Counter()
        self._failed: Counter[tuple[str, str | None, str]] = Counter()
        self._lock = threading.RLock()

    def put(self, job: SimulatedJob) -> None:
        """Declare a job; it replaces the one of the same service, action and name."""
        with self._lock:
            self._jobs.pop(job.key, None)
            self._jobs[job.key] = job
            self._failed.pop(job.key, None)

    def remove(self, job: SimulatedJob) -> None:
        """Forget a job; runs that have begun end as they would have."""
        with self._lock:
            self._jobs.pop(job.key, None)

    def jobs(self) -> list[SimulatedJob]:
        """The declared jobs, first declared first."""
        with self._lock:
            return list(self._jobs.values())

    def answer(self, service: str, operation: str, request: Mapping[str, Any]) -> dict[str, Any] | None:
        """What a call gives, when it is about a simulated job.

        Args:
            service: boto3's name of the service.
            operation: The operation.
            request: Its parameters, as boto3 takes them.

        Returns:
            What boto3 gives, or None when the call is about something else.

        Raises:
            ParamValidationError: it is about a simulated job, and a parameter is wrong.
        """
        labels = _BY_OPERATION.get((service, operation))
        if labels is None or not (self._jobs or self._runs):
            return None
        with self._lock:
            for role, label in labels:
                row = JOBS[label]
                call = Call(
                    self._model(service), operation, dialect_of(optimized_services()[label.split(":")[0]]), request
                )
                answer = getattr(self, f"_{role}")(label, row, call)
                if answer is not None:
                    call.check()
                    return call.answer(answer)
        return None

    def remaining(self, row: Job, looked: Mapping[str, Any]) -> float | None:
        """How many seconds a run still takes; None when it is not known.

        Args:
            row: What kind of job it is.
            looked: The parameters of a look at it.
        """
        with self._lock:
            run = self._runs.get((row.service, row.look, str(_listed(looked.get(row.key[1]))[0])))
            return None if run is None else max(0.001, run.begun + run.job.seconds - self._now())

    def resume(self, label: str, arguments: Any, started: Mapping[str, Any], waited: float) -> None:
        """Know a run again that an earlier session of the same path has started.

        Args:
            label: Its service and action.
            arguments: The start operation's parameters.
            started: Its answer.
            waited: How many seconds ago that was.
        """
        row = JOBS[label]
        with self._lock:
            if not any(key in self._runs for key in _keys(row, arguments, started)):
                job = self._find(label, _names(row, arguments)) or SimulatedJob(label.split(":", maxsplit=1)[0])
                run = Run(row, job, arguments, started, self._now() - waited, self._fate(job))
                self._keep(run)

    # -- what a call is about

    def _start(self, label: str, row: Job, call: Call) -> dict[str, Any] | None:
        arguments = call.arguments
        job = self._find(label, _names(row, arguments))
        if job is None:
            return None
        asked = _json.dumps([label, arguments])
        self._asked[asked] += 1
        known = {"arguments": arguments, "id": new_id(asked, self._asked[asked]), **self._place}
        started = without_nulls(jmespath.search(row.made, known))
        self._keep(Run(row, job, arguments, started, self._now(), self._fate(job)))
        return dict(started)

    def _keep(self, run: Run) -> None:
        for key in _keys(run.row, run.arguments, run.started):
            self._runs[key] = run

    def _look(self, label: str, row: Job, call: Call) -> dict[str, Any] | None:
        asked = call.arguments.get(row.key[1])
        runs = [self._runs.get((row.service, row.look, str(one))) for one in _listed(asked)]
        found = [run for run in runs if run is not None and run.row is row]
        if not found or len(found) != len(runs):
            return None
        shape = shape_at(self._shape(row), row.found)
        return place(row.found, [described(run, shape, self._now()) for run in found])

    def _stop(self, label: str, row: Job, call: Call) -> dict[str, Any] | None:
        member = row.key[2] or ""
        keys = [(row.service, row.look, str(one)) for one in _listed(call.arguments.get(member))]
        runs = [run for key in keys if (run := self._runs.get(key)) is not None and run.row is row]
        for run in runs:
            if run.over(self._now()) is None:
                run.stopped = self._now()
        return {key: value for key, value in call.arguments.items() if call.gives(key)} if runs else None

    def _shape(self, row: Job) -> Shape | None:
        model = self._model(row.service)
        return model.operation_model(row.look).output_shape if row.look in model.operation_names else None

    def _find(self, label: str, names: list[str]) -> SimulatedJob | None:
        fitting = [job for job in self._jobs.values() if job.matches(label, names)]
        # a name before a pattern before "any", an action before none; of equals the newest
        ranked = enumerate(fitting)
        best = max(ranked, key=lambda one: (*_exactness(one[1], names), one[0]), default=None)
        return None if best is None else best[1]

    def _fate(self, job: SimulatedJob) -> str | None:
        if isinstance(job.fails, str):
            return job.fails
        if job.fails is True:
            return "The simulated job failed."
        self._failed[job.key] += 1
        runs = self._failed[job.key]
        return f"The simulated job failed, run {runs} of the {job.fails} that do." if runs <= job.fails else None


def _keys(row: Job, arguments: Any, started: Any) -> list[tuple[str, str, str]]:
    """What a run is kept under."""
    found = jmespath.search(row.key[0], {"arguments": arguments, "started": started})
    return [(row.service, row.look, str(one)) for one in _listed(found)]


def _names(row: Job, arguments: Any) -> list[str]:
    """What a job of these parameters may be called: each name, its last part, and that without its revision."""
    found: list[str] = []
    for name in _listed(jmespath.search(row.names, {"arguments": arguments})):
        if isinstance(name, str):
            last = name.rsplit("/", 1)[-1]
            found += [name, last, last.rsplit(":", 1)[0]]
    return found


def _exactness(job: SimulatedJob, names: list[str]) -> tuple[int, bool]:
    return (2 if job.name in names else 0 if job.name == "*" else 1), job.action is not None


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _index() -> dict[tuple[str, str], list[tuple[str, str]]]:
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for role in ("stop", "look", "start"):  # what stops one job may start another: EMR Serverless' CancelJobRun
        for label, row in JOBS.items():
            operation = (row.stop or ("", ""))[0] if role == "stop" else getattr(row, role)
            found.setdefault((row.service, operation), []).append((role, label))
    return found


_BY_OPERATION: Final = _index()
OPERATIONS: Final = frozenset((service, operation) for service, operation in _BY_OPERATION if operation)
"""The calls, as boto3's name of the service and the operation, that may be about a simulated job."""
