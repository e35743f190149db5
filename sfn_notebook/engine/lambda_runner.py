"""Tasks that are Lambda functions: the notebook's own, or those of the services behind the session."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from email.utils import formatdate
from typing import Any, Final

from sfn_notebook import _json
from sfn_notebook.engine.callers import parsed, role_of
from sfn_notebook.engine.failures import RUNTIME
from sfn_notebook.engine.functions import Function, FunctionError, Functions, invoke
from sfn_notebook.engine.optimized import Optimized, dialect_of
from sfn_notebook.engine.records import TaskCall, TaskFailure
from sfn_notebook.engine.sdk_calls import call, classic_cause, metadata, target
from sfn_notebook.engine.services import Services

_LAMBDA: Final = Optimized("lambda", "Lambda", "AWSLambda", ("invoke",))


class LambdaRunner:
    """Invokes functions.

    Args:
        functions: Those of the notebook.
        services: What has others.
        now: The engine's time in epoch seconds.
        seeded: Whether request ids have to come out the same each time.
    """

    def __init__(
        self, functions: Functions, services: Services, *, now: Callable[[], float], seeded: bool = False
    ) -> None:
        self._functions = functions
        self._services = services
        self._now = now
        self._seeded = seeded

    def bare(self, task: TaskCall) -> Any:
        """A function ARN as Resource: the task's input in, the function's result out."""
        function = self._functions.await_put(task.resource.arn)
        if function is None:
            return self._elsewhere(task, {"FunctionName": task.resource.arn, "Payload": task.arguments})["Payload"]
        return self._run(function, task.arguments, self._request_id(task))

    def invoke(self, task: TaskCall) -> Any:
        """lambda:invoke."""
        arguments = task.arguments if isinstance(task.arguments, Mapping) else {}
        name = arguments.get("FunctionName")
        if not isinstance(name, str):
            raise TaskFailure(RUNTIME, "The field 'FunctionName' is required but was missing")
        qualifier = arguments.get("Qualifier")
        function = self._functions.await_put(name if qualifier is None else f"{name}:{qualifier}")
        if function is None:
            return self._elsewhere(task, arguments)
        request_id = self._request_id(task)
        kind = arguments.get("InvocationType", "RequestResponse")
        if kind == "DryRun":
            return _invoked("", 204, request_id, self._now(), function.version)
        result = self._run(function, arguments.get("Payload", {}), request_id)
        if kind == "Event":
            return _invoked("", 202, request_id, self._now(), function.version)
        told = _invoked(result, 200, request_id, self._now(), function.version)
        return {"ExecutedVersion": function.version, **told}

    def sdk(self, task: TaskCall) -> Any:
        """aws-sdk:lambda:invoke of a function of this notebook; NotImplemented when it is of none.

        The payload comes as text, and a function that fails does not fail the task.
        """
        arguments = task.arguments if isinstance(task.arguments, Mapping) else {}
        name, qualifier = str(arguments.get("FunctionName")), arguments.get("Qualifier")
        function = self._functions.find(name if qualifier is None else f"{name}:{qualifier}")
        if function is None:
            return NotImplemented
        answer: dict[str, Any] = {"ExecutedVersion": function.version, "StatusCode": 200}
        try:
            made = invoke(function, arguments.get("Payload", {}), request_id=self._request_id(task))
        except FunctionError as error:
            return {**answer, "FunctionError": "Unhandled", "Payload": error.payload}
        return {**answer, "Payload": _json.dumps(made)}

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
        self._services.permit("lambda", "Invoke")
        client = self._services.shared("lambda", role_of(task))
        answer = call(target(client), "Invoke", arguments, dialect=dialect_of(_LAMBDA))
        answer["Payload"] = parsed(answer.get("Payload", ""))
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


def _invoked(payload: Any, status: int, request_id: str, now: float, version: str) -> dict[str, Any]:
    """What lambda:invoke gives besides the version."""
    length = "0" if payload == "" else str(len(_json.dumps(payload).encode()))
    headers = {
        "X-Amz-Executed-Version": version,
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
