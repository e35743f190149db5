"""What a session puts in the place of something outside: simulated jobs, and workers of activities."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sfn_notebook.engine import jobs
from sfn_notebook.errors import InvalidArgument, NotAvailable, NotFound
from sfn_notebook.notebook.activity_desk import ActivityDesk
from sfn_notebook.notebook.jobs import Job, Result, simulated_job
from sfn_notebook.notebook.part import Part
from sfn_notebook.notebook.signatures import checked
from sfn_notebook.notebook.translate import translated
from sfn_notebook.notebook.worker import Worker

if TYPE_CHECKING:
    from sfn_notebook.engine.jobs import Simulation


class StandIns(Part):
    """The part of a session that stands in for others."""

    def __init__(self) -> None:
        super().__init__()
        self._workers: dict[str, Worker] = {}
        self.activity_desk = ActivityDesk(self)

    @checked
    def job(
        self,
        service: str,
        name: str = "*",
        *,
        action: str | None = None,
        seconds: float = 60,
        result: Result | None = None,
        fails: bool | int | str | None = None,
    ) -> Job:
        """A job that only exists in this session, for tasks to start and wait for; the same one for the same name.

        Whoever starts it here, `.sync` tasks, other tasks and the notebook's own clients alike, sees it run for so
        many seconds of the session's time and then end. What starts a job of another name is asked of the session's
        services; a job that they start and do not end is taken for done after 60 seconds.

        Args:
            service: The service as a Task's Resource names it: "glue", "batch", "ecs", "sagemaker", …
            name: What the call names it by: a Glue job's name, a Batch job's name or definition, a task definition's
                family, a CodeBuild project, …; or a pattern such as "night*"; without it, any job of the service.
            action: The action that starts it, such as "startJobRun"; without it, any.
            seconds: How long it takes.
            result: What its description holds at the end besides what the service always tells, in the service's
                names in PascalCase; or a function that makes it of the call's parameters, and may raise to fail.
            fails: True, or a text that says why, when it fails; a number when so many runs fail before one succeeds.

        Raises:
            UnknownName: there is no such service or action.
            InvalidArgument: something else is wrong.
            NotAvailable: this is not the embedded engine.

        >>> import sfn_notebook as sfn
        >>> with sfn.local(clock="instant") as session:
        ...     session.job("glue", "nightly", seconds=480)
        <Job glue 'nightly': simulated, takes 8 minutes, succeeds>
        """
        simulation = self._simulation()
        made = simulated_job(service, name, action=action, seconds=seconds, result=result, fails=fails)
        simulation.put(made)
        return Job(simulation, made)

    @property
    def jobs(self) -> list[Job]:
        """The simulated jobs of this session."""
        simulation = self._simulation()
        return [Job(simulation, made) for made in simulation.jobs()]

    def _simulation(self) -> Simulation:
        self.check_open()
        found = getattr(self.world, "simulation", None)
        if not isinstance(found, jobs.Simulation):
            raise NotAvailable(
                "jobs are the services' own here.", hint="Only the embedded engine simulates them: sfn.local()."
            )
        return found

    @checked
    def worker(
        self,
        activity: str,
        function: Callable[[Any], Any],
        *,
        name: str = "notebook",
        heartbeat: float | None = None,
    ) -> Worker:
        """Do the tasks of an activity with a Python function, on a thread beside the notebook.

        It ends with `stop()`, at the end of a `with` block, with the session, or when the cell runs again. What the
        function raises fails the task under the exception's name; `sfn.error(...)` as its result does so too.

        Args:
            activity: The activity's ARN, or its name. One that is not there is created, except on AWS.
            function: Called with a task's input; what it gives is the task's output.
            name: What the history calls the worker.
            heartbeat: Seconds between two signs of life while the function runs; without it there are none.

        Raises:
            NotFound: on AWS, there is no such activity.
            InvalidArgument: an argument has the wrong form.

        >>> import sfn_notebook as sfn
        >>> with sfn.local() as session, session.worker("pick", lambda order: {"picked": order}) as worker:
        ...     worker
        <Worker of 'pick': running>
        """
        if not isinstance(activity, str) or not activity:
            raise InvalidArgument(f"an activity is its name or its ARN, a text; given was {activity!r}.")
        if not callable(function):
            raise InvalidArgument(f"the second argument is the function that does the work; given was {function!r}.")
        if heartbeat is not None and not heartbeat > 0:
            raise InvalidArgument(f"heartbeat is a number of seconds above 0; given was {heartbeat!r}.")
        arn = activity if activity.startswith("arn:") else self._activity(activity)
        if arn in self._workers:
            self._workers[arn].replaced_by(function)
        made = self._workers[arn] = Worker(self, arn, function, name=name, heartbeat=heartbeat)
        return made

    def _activity(self, name: str) -> str:
        client = self.client("stepfunctions")
        with translated():
            if self.world.name != "aws":
                return str(client.create_activity(name=name)["activityArn"])
            for page in client.get_paginator("list_activities").paginate():
                for one in page["activities"]:
                    if one["name"] == name:
                        return str(one["activityArn"])
        raise NotFound(
            f"there is no activity {name!r} in this account and region.",
            hint=f"Create it: session.client('stepfunctions').create_activity(name={name!r}).",
        )

    def _stop_workers(self) -> None:
        for worker in self._workers.values():
            worker.ask_to_stop()
