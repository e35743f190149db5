"""Task states: `task` takes any resource, the others fill in the arguments of what they are named for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Unpack

from sfn_notebook.asl import JSONATA
from sfn_notebook.errors import InvalidArgument, UnknownName
from sfn_notebook.integrations import parse_resource
from sfn_notebook.notebook.builder import Builder
from sfn_notebook.notebook.calls import action_label, refuse_lower_case, resource_arn, sent_arguments
from sfn_notebook.notebook.keywords import TaskFields, Text
from sfn_notebook.notebook.signatures import spelled
from sfn_notebook.notebook.states import State
from sfn_notebook.notebook.values import Expression

Wait = Literal["response", "job", "callback"]
Arguments = Mapping[str, Any] | Expression | None


class Tasks(Builder):
    """Adds Task states.

    All of them take the fields of a Task state in snake_case (`timeout_seconds`, `heartbeat_seconds`, `output`, …),
    `arguments={...}` for parameters of the call that have no keyword here (spelled as ASL spells them), and
    `wait`: "response" goes on when the call has answered, "job" when the job it started is done (`.sync`),
    "callback" when somebody has sent the task token back (`.waitForTaskToken`). They write `Arguments` in JSONata
    and `Parameters` in JSONPath.
    """

    @spelled(TaskFields)
    def task(
        self,
        name: str,
        *,
        resource: str,
        arguments: Any = ...,
        parameters: Any = ...,
        wait: Wait | None = None,
        **fields: Unpack[TaskFields],
    ) -> State:
        """A Task state with any resource.

        Args:
            name: Its name.
            resource: An ARN, or the part after `arn:aws:states:::`, such as "sqs:sendMessage".
            arguments: What the call gets, in JSONata.
            parameters: What the call gets, in JSONPath.
            wait: See `Tasks`; without it, what the resource itself says.
            **fields: The fields of a Task state, in snake_case.

        Returns:
            The state.

        Raises:
            InvalidArgument: the resource is none, or cannot wait in this way.
            UnknownKeyword: a keyword a Task state does not have in its query language.
        """
        call = {"arguments": arguments, "parameters": parameters}
        given = {**fields, **{word: value for word, value in call.items() if value is not ...}}
        return self._add("Task", name, given, Resource=resource_arn(resource, wait))

    def _call(
        self, name: str, resource: str, wait: Wait | None, arguments: Arguments, fields: Any, **call: Any
    ) -> State:
        """A Task with these parameters of the call; those not given (`...`, or None) are left out."""
        given: dict[str, Any] = dict(fields)
        sent = sent_arguments(name, {key: one for key, one in call.items() if one is not ...}, arguments)
        if isinstance(sent, Expression) or sent:
            given["arguments" if self._language(name, given) == JSONATA else "parameters"] = sent
        return self._add("Task", name, given, Resource=resource_arn(resource, wait))

    @spelled(TaskFields)
    def lambda_invoke(
        self,
        name: str,
        function: Any,
        *,
        payload: Any = ...,
        qualifier: Text | None = None,
        invocation_type: str | None = None,
        wait: Wait | None = None,
        arguments: Arguments = None,
        **fields: Unpack[TaskFields],
    ) -> State:
        """A Lambda function. Its result has the function's answer in `Payload`.

        Args:
            name: The state's name.
            function: The function's name or ARN, or an expression.
            payload: The event the function gets; without it, an empty one.
            qualifier: A version or alias.
            invocation_type: "RequestResponse", "Event" or "DryRun".
            wait: "response" or "callback".
            arguments: Further parameters of the call.
            **fields: The fields of a Task state, in snake_case.

        Returns:
            The state.
        """
        return self._call(
            name,
            "lambda:invoke",
            wait,
            arguments,
            fields,
            FunctionName=_named(function, "function"),
            Payload=payload,
            Qualifier=left_out(qualifier),
            InvocationType=left_out(invocation_type),
        )

    @spelled(TaskFields)
    def start_execution(
        self,
        name: str,
        state_machine: Any,
        *,
        input: Any = ...,
        execution_name: Text | None = None,
        wait: Wait | None = None,
        arguments: Arguments = None,
        **fields: Unpack[TaskFields],
    ) -> State:
        """An execution of another state machine.

        Args:
            name: The state's name.
            state_machine: Its ARN, an expression, or a machine of this session that was deployed.
            input: Its input; without it, an empty object.
            execution_name: The execution's name.
            wait: "job" waits to its end (as `.sync:2`, whose output is a value, not a text).
            arguments: Further parameters of the call.
            **fields: The fields of a Task state, in snake_case.

        Returns:
            The state.
        """
        return self._call(
            name,
            "states:startExecution",
            wait,
            arguments,
            fields,
            StateMachineArn=_named(state_machine, "state machine", attribute="arn"),
            Input=input,
            Name=left_out(execution_name),
        )

    @spelled(TaskFields)
    def activity(self, name: str, activity_arn: str, **fields: Unpack[TaskFields]) -> State:
        """An activity: a worker anywhere takes the task, and answers."""
        if parse_resource(activity_arn).kind != "activity":
            raise InvalidArgument(
                f"not an activity's ARN: {activity_arn!r}",
                hint="It looks like arn:aws:states:REGION:ACCOUNT:activity:NAME.",
            )
        return self._add("Task", name, fields, Resource=activity_arn)

    def aws(
        self, name: str, action: Any, *, wait: Wait | None = None, arguments: Arguments = None, **given: Any
    ) -> State:
        """Any action of any AWS service, by its SDK integration.

        Args:
            name: The state's name.
            action: Service and action as ASL spells them, such as "s3:listObjectsV2", or an action of the catalogue,
                such as `sfn.integrations.aws.s3.listObjectsV2`.
            wait: "response" or "callback"; SDK integrations know no "job".
            arguments: Parameters of the call, for names that are no Python keyword.
            **given: What begins with a capital is a parameter of the call (`Bucket="b"`), the rest are fields of
                the Task state (`timeout_seconds=5`).

        Returns:
            The state.

        Raises:
            UnknownName: there is no such service or action.
            UnknownKeyword: the action has no such parameter.
            InvalidArgument: a parameter is missing or of the wrong type.
        """
        short = action_label(action).removeprefix("aws-sdk:")
        return self._open_call(name, f"aws-sdk:{short}", wait, arguments, given)

    def optimized(
        self, name: str, action: Any, *, wait: Wait | None = None, arguments: Arguments = None, **given: Any
    ) -> State:
        """Any of the optimized integrations.

        Args:
            name: The state's name.
            action: Such as "glue:startJobRun", or an action of the catalogue, such as
                `sfn.integrations.optimized.glue.startJobRun`.
            wait: "response", "job" (where it has `.sync`) or "callback" (where it has `.waitForTaskToken`).
            arguments: Parameters of the call, for names that are no Python keyword.
            **given: What begins with a capital is a parameter of the call (`JobName="j"`), the rest are fields of
                the Task state (`timeout_seconds=5`).

        Returns:
            The state.

        Raises:
            UnknownName: there is no such integration.
            UnknownKeyword: it has no such parameter.
            InvalidArgument: it cannot wait so, or a parameter is missing or of the wrong type.
        """
        label = action_label(action)
        if label.startswith("aws-sdk:"):
            raise UnknownName(f"{label!r} is an SDK integration.", hint="Use sm.aws(...).")
        return self._open_call(name, label, wait, arguments, given)

    def _open_call(
        self, name: str, resource: str, wait: Wait | None, arguments: Arguments, given: Mapping[str, Any]
    ) -> State:
        """A Task whose parameters begin with a capital among these keywords."""
        call = {key: one for key, one in given.items() if key[:1].isupper()}
        fields = {key: one for key, one in given.items() if key not in call}
        refuse_lower_case(name, resource, fields.keys() - TaskFields.__annotations__.keys())
        return self._call(name, resource, wait, arguments, fields, **call)


def left_out(value: Any) -> Any:
    """What `_call` leaves out when an argument was not given."""
    return ... if value is None else value


def _named(thing: Any, what: str, *, attribute: str = "name") -> Any:
    """A name, an expression, or the name (or ARN) of a thing that has one."""
    if isinstance(thing, Expression) or (isinstance(thing, str) and thing):
        return thing
    found = getattr(thing, attribute, None)
    if isinstance(found, str) and found:
        return found
    hint = "Give its name, its ARN, or an expression."
    if attribute == "arn" and hasattr(thing, "deploy"):
        hint = "It has no ARN before it is deployed: run its deploy() first, or give the ARN."
    elif callable(thing):
        hint = "Give the name it is registered under, such as 'charge' of @session.function('charge')."
    raise InvalidArgument(f"no name of a {what}: {thing!r}", hint=hint)
