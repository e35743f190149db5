"""Which runner a Task's resource has.

Lambda runs the notebook's functions; everything else is a call of the session's services, once or, for a job, until
it is over.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sfn_notebook.engine.api_gateway import ApiGateway
from sfn_notebook.engine.callers import Callers
from sfn_notebook.engine.failures import RUNTIME, TASK_FAILED
from sfn_notebook.engine.functions import Functions
from sfn_notebook.engine.job_runner import JobRunner
from sfn_notebook.engine.jobs.simulation import Simulation
from sfn_notebook.engine.jobs.table import JOBS
from sfn_notebook.engine.lambda_runner import LambdaRunner
from sfn_notebook.engine.nested import START
from sfn_notebook.engine.optimized import optimized_services
from sfn_notebook.engine.records import Runner, TaskCall, TaskFailure
from sfn_notebook.engine.sdk_calls import NotAnswered
from sfn_notebook.engine.services import Services
from sfn_notebook.errors import SessionClosed, SfnNotebookError
from sfn_notebook.integrations import Resource


class Runners:
    """The runners of one world.

    Args:
        functions: Its Lambda functions.
        services: Its services.
        simulation: Its simulated jobs.
        http: Its HTTP Tasks.
        stepfunctions: Its own Step Functions client, made at the first need.
        now: The engine's time in epoch seconds.
        instant: Whether that is the instant clock's.
        seeded: Whether everything has to come out the same each time, request ids too.
    """

    def __init__(
        self,
        *,
        functions: Functions,
        services: Services,
        simulation: Simulation,
        http: Runner,
        stepfunctions: Callable[[], Any],
        now: Callable[[], float],
        instant: bool = False,
        seeded: bool = False,
    ) -> None:
        self._who = "moto, this session's stand-in for AWS," if services.where == "moto" else "the session's endpoint"
        self._http = http
        self._lambda = LambdaRunner(functions, services, now=now, seeded=seeded)
        self._callers = Callers(services, stepfunctions, simulation)
        self._api_gateway = ApiGateway(services)
        self._jobs = JobRunner(self._callers, simulation, moto=services.where == "moto", instant=instant)

    def find(self, resource: Resource) -> Runner | None:
        """The runner of a resource; None when it is none of a task that runs."""
        if resource.kind == "activity":
            return None
        run: Runner = self._unknown
        if resource.kind == "http" and resource.pattern == "response":
            run = self._http
        elif resource.kind == "lambda":
            run = self._lambda.bare
        elif resource.kind == "aws-sdk":
            run = self._sdk
        elif resource.label == "lambda:invoke":
            run = self._lambda.invoke
        elif resource.label == "apigateway:invoke":
            run = self._api_gateway.run
        elif resource.pattern == "job" and resource.label != START:
            run = self._jobs if resource.label in JOBS else self._unknown
        elif (service := optimized_services().get(resource.service)) is not None and resource.action in service.actions:
            run = self._callers.optimized
        return self._told(run)

    def close(self) -> None:
        """Have nobody wait in a runner any more."""
        self._jobs.close()
        self._api_gateway.close()

    def _sdk(self, task: TaskCall) -> Any:
        if task.resource.label == "aws-sdk:lambda:invoke":
            answer = self._lambda.sdk(task)
            if answer is not NotImplemented:
                return answer
        return self._callers.sdk(task)

    @staticmethod
    def _unknown(task: TaskCall) -> Any:
        raise NotAnswered(task.resource.label)

    def _told(self, run: Runner) -> Runner:
        """A runner whose troubles with this package's own parts become the failure of the task."""

        def runner(task: TaskCall) -> Any:
            try:
                return run(task)
            except SessionClosed as error:
                raise TaskFailure(TASK_FAILED, error.message) from error
            except SfnNotebookError as error:
                raise TaskFailure(RUNTIME, str(error)) from error
            except NotAnswered as error:
                raise TaskFailure(RUNTIME, ways_out(task, self._who)) from error

        return runner


def ways_out(task: TaskCall, who: str) -> str:
    """What to do about a task that nobody here can run.

    Args:
        task: The task.
        who: What was asked.
    """
    service = task.resource.service
    job = f'session.job("{service}", …)' if any(label.startswith(f"{service}:") for label in JOBS) else "session.job(…)"
    return (
        f"State {task.state!r} calls {task.resource.label}{task.resource.suffix}, and {who} does not answer that."
        f" Three ways out: tell the state what it gets, sm.run(…, mocks={{{task.state!r}: …}});"
        f" simulate the job that it starts, {job}, if it starts one;"
        ' or call the real service, sfn.local(services="aws").'
    )
