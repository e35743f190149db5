"""Tasks as calls of the session's services: optimized integrations and AWS SDK integrations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import jmespath
from botocore.model import ServiceModel

from sfn_notebook import _json
from sfn_notebook.engine.failures import RUNTIME
from sfn_notebook.engine.jobs.descriptions import merged, without_nulls
from sfn_notebook.engine.jobs.simulation import Simulation
from sfn_notebook.engine.optimized import REWORKED, Optimized, Rework, dialect_of, optimized_services
from sfn_notebook.engine.records import TaskCall, TaskFailure
from sfn_notebook.engine.sdk_calls import (
    Dialect,
    NotAnswered,
    Target,
    call,
    from_boto,
    iso,
    metadata,
    sdk_cause,
)
from sfn_notebook.engine.services import Services
from sfn_notebook.errors import did_you_mean
from sfn_notebook.integrations.sdk_names import boto3_name, exception_prefix, member_key, pascal_case, uncapitalize

SDK_METADATA: Final = ("SdkHttpMetadata", "SdkResponseMetadata")


class Callers:
    """Calls the services of one world.

    Args:
        services: They.
        stepfunctions: Its own Step Functions client, made at the first need.
        simulation: Its simulated jobs.
    """

    def __init__(self, services: Services, stepfunctions: Callable[[], Any], simulation: Simulation) -> None:
        self._services = services
        self._stepfunctions = stepfunctions
        self._simulation = simulation
        self._sdk_services: dict[str, tuple[str, ServiceModel, Mapping[str, str]]] = {}

    def optimized(self, task: TaskCall) -> Any:
        """An optimized integration's task.

        Raises:
            TaskFailure: the service said no.
            NotAnswered: nobody here knows the action.
        """
        service, role = optimized_services()[task.resource.service], role_of(task)
        name = task.resource.action
        rework = REWORKED.get(task.resource.label) or Rework(name[0].upper() + name[1:])
        arguments = self._request(service, rework, task)
        result = self.ask(service, rework.operation, arguments, boto3=rework.boto3, role=role)
        if rework.answer != "@":
            said = {key: result[key] for key in SDK_METADATA}
            result = {**without_nulls(jmespath.search(rework.answer, result)), **said}
        return _finished(task, result)

    def _request(self, service: Optimized, rework: Rework, task: TaskCall) -> Any:
        arguments = task.arguments
        if rework.request == "@" or not isinstance(arguments, Mapping):
            return arguments
        found: Any = None
        if rework.named is not None:
            operation, name = rework.named
            listed = self.ask(service, operation, {"ClusterId": arguments.get("ClusterId")}, role=role_of(task))
            things = [one for value in listed.values() if isinstance(value, list) for one in value]
            found = next((one for one in things if one.get("Name") == arguments.get(name)), None)
            if found is None:
                cause = f"The cluster has none of the name {arguments.get(name)!r} ({name})."
                raise TaskFailure(f"{service.prefix}.{service.service}Exception", cause)
        return without_nulls(jmespath.search(rework.request, {**arguments, "found": found}))

    def ask(
        self, service: Optimized, operation: str, arguments: Any, *, boto3: str | None = None, role: str | None = None
    ) -> dict[str, Any]:
        """Call an operation of an optimized service, in the keys of tasks.

        Args:
            service: The service.
            operation: The operation.
            arguments: Its parameters.
            boto3: boto3's service, where it is another one than `service` says.
            role: The role to call with, or None.

        Raises:
            TaskFailure: the service said no.
            NotAnswered: nobody here knows the operation.
        """
        name, dialect = boto3 or service.boto3, dialect_of(service)
        target = self._target(name, role)
        if operation in target.model.operation_names:
            return dict(call(target, operation, arguments, dialect=dialect))
        answer = self._simulation.answer(name, operation, arguments or {})
        if answer is None:
            raise NotAnswered(operation)
        said = answer.pop("ResponseMetadata")
        return {**from_boto(answer, None, dialect), **metadata(said)}

    def sdk(self, task: TaskCall) -> Any:
        """An AWS SDK integration's task.

        Raises:
            TaskFailure: there is no such service or action, or the service said no.
            NotAnswered: nobody here knows the action.
        """
        service, action = task.resource.service, task.resource.action
        name, model, actions = self._sdk_service(service)
        operation = actions.get(action)
        if operation is None:
            raise TaskFailure(RUNTIME, f"{service} has no action {action!r}. {did_you_mean(action, actions)}")
        dialect = sdk_dialect(model.service_id)
        return call(self._target(name, role_of(task)), operation, task.arguments, dialect=dialect)

    def _sdk_service(self, service: str) -> tuple[str, ServiceModel, Mapping[str, str]]:
        """boto3's name of an SDK integration's service, its model, and its operations by the integration's names."""
        found = self._sdk_services.get(service)
        if found is None:
            known = self._services.available()
            name = boto3_name(service, known)
            if name is None:
                hint = did_you_mean(service, [one.replace("-", "") for one in known])
                raise TaskFailure(RUNTIME, f"AWS SDK integrations have no service {service!r}. {hint}")
            model = self._services.model(name)
            found = name, model, {uncapitalize(one): one for one in model.operation_names}
            self._sdk_services[service] = found
        return found

    def _target(self, boto3: str, role: str | None) -> Target:
        """What a call goes to: a simulated job, when it is about one, else the service."""

        def send(operation: str, request: dict[str, Any]) -> dict[str, Any]:
            answer = self._simulation.answer(boto3, operation, request)
            if answer is not None:
                return answer
            if boto3 == "stepfunctions":
                client = self._stepfunctions()
            else:
                self._services.permit(boto3, operation)
                client = self._services.shared(boto3, role)
            sent: dict[str, Any] = client._make_api_call(operation, request)  # noqa: SLF001  # by the model's name
            return sent

        return Target(self._services.model(boto3), send)


def role_of(task: TaskCall) -> str | None:
    """The role that a task's Credentials name."""
    role = (task.credentials or {}).get("RoleArn")
    return role if isinstance(role, str) else None


def _finished(task: TaskCall, result: dict[str, Any]) -> dict[str, Any]:
    """What an optimized integration makes of a service's answer, besides its spelling."""
    label, waits = task.resource.label, task.resource.pattern != "response"
    if result.get("FailedEntryCount"):
        entries = [entry for entry in result["Entries"] if entry.get("ErrorCode")]
        raise TaskFailure("EventBridge.FailedEntry", _json.dumps(entries))
    if label == "ecs:runTask" and waits and result.get("Failures"):
        raise TaskFailure("AmazonECS.Unknown", _json.dumps(result))
    if label == "bedrock:invokeModel" and isinstance(result.get("Body"), str):
        return merged(result, {"Body": parsed(result["Body"])})
    return result


def parsed(text: str) -> Any:
    """A JSON text's value, or the text when it is none."""
    try:
        return _json.loads(text)
    except ValueError:
        return text


def sdk_dialect(service_id: str) -> Dialect:
    """How the AWS SDK integration of a service spells things."""
    prefix = exception_prefix(service_id)
    return Dialect(
        prefix=prefix,
        unmodelled=f"{prefix}Exception",
        service=pascal_case(service_id),
        key=member_key,
        moment=iso,
        cause=sdk_cause(prefix),
        metadata=False,
    )
