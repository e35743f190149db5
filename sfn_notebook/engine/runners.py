"""Which runner a Task's resource has, and what each does.

Lambda runs the notebook's functions; everything else that answers at once is a boto3 call to the session's services.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import formatdate
from typing import Any, Final

from sfn_notebook import _json
from sfn_notebook.engine.functions import Function, FunctionError, Functions, invoke
from sfn_notebook.engine.nested import START
from sfn_notebook.engine.records import Runner, TaskCall, TaskFailure
from sfn_notebook.engine.sdk_calls import (
    RUNTIME,
    Dialect,
    call,
    classic_cause,
    epoch_milliseconds,
    iso,
    metadata,
    sdk_cause,
)
from sfn_notebook.engine.services import Services
from sfn_notebook.errors import SessionClosed, SfnNotebookError, did_you_mean
from sfn_notebook.integrations import Resource
from sfn_notebook.integrations.sdk_names import boto3_name, exception_prefix, member_key, pascal_case, uncapitalize


@dataclass(frozen=True, slots=True)
class Optimized:
    """One optimized service.

    Attributes:
        boto3: boto3's name of it.
        prefix: What stands before the dot in its error names.
        service: Its name in a cause.
        actions: Its actions.
    """

    boto3: str
    prefix: str
    service: str
    actions: tuple[str, ...]


OPTIMIZED: Final[Mapping[str, Optimized]] = {
    "dynamodb": Optimized(
        "dynamodb", "DynamoDB", "AmazonDynamoDBv2", ("getItem", "putItem", "deleteItem", "updateItem")
    ),
    "events": Optimized("events", "EventBridge", "AmazonEventBridge", ("putEvents",)),
    "sns": Optimized("sns", "SNS", "AmazonSNS", ("publish",)),
    "sqs": Optimized("sqs", "SQS", "AmazonSQS", ("sendMessage",)),
    "states": Optimized("stepfunctions", "StepFunctions", "AWSStepFunctions", ("startExecution",)),
}
"""Optimized services whose call is the whole task; https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html"""


class Runners:
    """The runners of one world.

    Args:
        functions: Its Lambda functions.
        services: Its services.
        http: Its HTTP Tasks.
        stepfunctions: Its own Step Functions client, made at the first need.
        now: The engine's time in epoch seconds.
        seeded: Whether everything has to come out the same each time, request ids too.
    """

    def __init__(
        self,
        *,
        functions: Functions,
        services: Services,
        http: Runner,
        stepfunctions: Callable[[], Any],
        now: Callable[[], float],
        seeded: bool = False,
    ) -> None:
        self._functions = functions
        self._services = services
        self._http = http
        self._stepfunctions = stepfunctions
        self._now = now
        self._seeded = seeded
        self._sdk_services: dict[str, tuple[Any, Mapping[str, str]]] = {}

    def find(self, resource: Resource) -> Runner | None:
        """The runner of a resource; None when it is none of a task that runs."""
        if resource.kind == "activity":
            return None
        if resource.kind == "http" and resource.pattern == "response":
            return _told(self._http)
        if (resource.pattern == "job" and resource.label != START) or resource.kind == "http":
            return _refuse(resource.label + resource.suffix)
        if resource.kind in ("lambda", "aws-sdk"):
            return _told(self._bare if resource.kind == "lambda" else self._sdk)
        if resource.label == "lambda:invoke":
            return _told(self._invoke)
        service = OPTIMIZED.get(resource.service)
        known = service is not None and resource.action in service.actions
        return _told(self._optimized) if known else _refuse(resource.label)

    # -- Lambda

    def _bare(self, task: TaskCall) -> Any:
        """A function ARN as Resource: the task's input in, the function's result out."""
        function = self._functions.find(task.resource.arn)
        if function is None:
            return self._elsewhere(task, {"FunctionName": task.resource.arn, "Payload": task.arguments})["Payload"]
        return self._run(function, task.arguments, self._request_id(task))

    def _invoke(self, task: TaskCall) -> Any:
        """lambda:invoke."""
        arguments = task.arguments if isinstance(task.arguments, Mapping) else {}
        name = arguments.get("FunctionName")
        if not isinstance(name, str):
            raise TaskFailure(RUNTIME, "The field 'FunctionName' is required but was missing")
        qualifier = arguments.get("Qualifier")
        function = self._functions.find(name if qualifier is None else f"{name}:{qualifier}")
        if function is None:
            return self._elsewhere(task, arguments)
        request_id = self._request_id(task)
        kind = arguments.get("InvocationType", "RequestResponse")
        if kind == "DryRun":
            return _invoked("", 204, request_id, self._now())
        result = self._run(function, arguments.get("Payload", {}), request_id)
        if kind == "Event":
            return _invoked("", 202, request_id, self._now())
        return {"ExecutedVersion": "$LATEST", **_invoked(result, 200, request_id, self._now())}

    def _run(self, function: Function, event: Any, request_id: str) -> Any:
        try:
            return invoke(function, event, request_id=request_id)
        except FunctionError as error:
            raise TaskFailure(error.error, error.payload) from error

    def _elsewhere(self, task: TaskCall, arguments: Mapping[str, Any]) -> Any:
        """A function that is not of this notebook: the services', when they can run one."""
        if self._services.where == "moto":
            arn = self._functions.arn_of(str(arguments["FunctionName"]))
            said = {"HTTPStatusCode": 404, "RequestId": self._request_id(task)}
            cause = classic_cause("AWSLambda")(f"Function not found: {arn}", "ResourceNotFoundException", said)
            raise TaskFailure("Lambda.ResourceNotFoundException", cause)
        answer = call(self._services.shared("lambda"), "Invoke", arguments, dialect=_dialect("Lambda", "AWSLambda"))
        answer["Payload"] = _parsed(answer.get("Payload", ""))
        if answer.pop("FunctionError", None) is not None:
            payload = answer["Payload"]
            error = payload.get("errorType", "Exception") if isinstance(payload, Mapping) else "Exception"
            raise TaskFailure(error, json.dumps(payload, ensure_ascii=False))
        return answer

    def _request_id(self, task: TaskCall) -> str:
        if not self._seeded:
            return str(uuid.uuid4())
        parts = (task.execution_arn, task.state, task.attempt, task.arguments)
        return str(uuid.uuid5(uuid.NAMESPACE_URL, _json.dumps(parts)))

    # -- services

    def _optimized(self, task: TaskCall) -> Any:
        service = OPTIMIZED[task.resource.service]
        dialect = _dialect(service.prefix, service.service)
        operation = task.resource.action[0].upper() + task.resource.action[1:]
        result = call(self._client(service.boto3), operation, task.arguments, dialect=dialect)
        if result.get("FailedEntryCount"):
            entries = [entry for entry in result["Entries"] if entry.get("ErrorCode")]
            raise TaskFailure("EventBridge.FailedEntry", _json.dumps(entries))
        return result

    def _sdk(self, task: TaskCall) -> Any:
        client, actions = self._sdk_service(task.resource.service)
        operation = actions.get(task.resource.action)
        if operation is None:
            hint = did_you_mean(task.resource.action, actions)
            raise TaskFailure(RUNTIME, f"{task.resource.service} has no action {task.resource.action!r}. {hint}")
        return call(client, operation, task.arguments, dialect=_sdk_dialect(client.meta.service_model.service_id))

    def _sdk_service(self, service: str) -> tuple[Any, Mapping[str, str]]:
        """The client of an SDK integration's service, and its operations by the integration's names for them."""
        found = self._sdk_services.get(service)
        if found is None:
            known = self._services.available()
            name = boto3_name(service, known)
            if name is None:
                hint = did_you_mean(service, [one.replace("-", "") for one in known])
                raise TaskFailure(RUNTIME, f"AWS SDK integrations have no service {service!r}. {hint}")
            client = self._client(name)
            found = client, {uncapitalize(one): one for one in client.meta.service_model.operation_names}
            self._sdk_services[service] = found
        return found

    def _client(self, boto3_service: str) -> Any:
        return self._stepfunctions() if boto3_service == "stepfunctions" else self._services.shared(boto3_service)


def _dialect(prefix: str, service: str) -> Dialect:
    return Dialect(
        prefix=prefix,
        unmodelled=f"{service.removesuffix('v2')}Exception",
        service=service,
        key=lambda member: member[:1].upper() + member[1:],
        moment=epoch_milliseconds,
        cause=classic_cause(service),
        metadata=True,
    )


def _sdk_dialect(service_id: str) -> Dialect:
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


def _invoked(payload: Any, status: int, request_id: str, now: float) -> dict[str, Any]:
    """What lambda:invoke gives besides the version."""
    length = "0" if payload == "" else str(len(_json.dumps(payload).encode()))
    headers = {
        "X-Amz-Executed-Version": "$LATEST",
        "x-amzn-Remapped-Content-Length": "0",
        "Connection": "keep-alive",
        "x-amzn-RequestId": request_id,
        "Content-Length": length,
        "Date": formatdate(now, usegmt=True),
        "X-Amzn-Trace-Id": f"root=1-{int(now):08x}-{request_id.replace('-', '')[:24]};sampled=0",
        "Content-Type": "application/json",
    }
    said = metadata({"HTTPHeaders": headers, "HTTPStatusCode": status, "RequestId": request_id})
    return {"Payload": payload, **said, "StatusCode": status}


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _told(run: Runner) -> Runner:
    """A runner whose troubles with this package's own parts become the failure of the task."""

    def runner(task: TaskCall) -> Any:
        try:
            return run(task)
        except SessionClosed as error:
            raise TaskFailure("States.TaskFailed", error.message) from error
        except SfnNotebookError as error:
            raise TaskFailure(RUNTIME, str(error)) from error

    return runner


def _refuse(what: str) -> Runner:
    def runner(task: TaskCall) -> Any:
        raise TaskFailure(
            RUNTIME,
            f"The embedded engine cannot run {what} yet (resource {task.resource.arn}). It works on AWS (sfn.aws()).",
        )

    return runner
