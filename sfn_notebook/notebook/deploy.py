"""Bringing a definition to Step Functions: create the state machine, update it, or leave it as it is."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from logging import getLogger
from typing import Any, Final, Literal, Protocol

from botocore.exceptions import ClientError

from sfn_notebook.asl import read
from sfn_notebook.errors import InvalidArgument, InvalidJson

_log: Final = getLogger("sfn_notebook")
GONE: Final = "StateMachineDoesNotExist"


class SessionLike(Protocol):
    """What a machine needs of its session."""

    @property
    def role_arn(self) -> str:
        """The role machines run with when they name none."""

    @property
    def world(self) -> Any:
        """What stands behind it (`worlds.World`)."""

    @property
    def function_sources(self) -> Mapping[str, str]:
        """The source of the notebook's functions, by name."""

    def client(self, service: str, **options: Any) -> Any:
        """A boto3 client of the session's world."""

    def _execution(self, arn: str, machine: Any) -> Any: ...


@dataclass(frozen=True, slots=True)
class Deployed:
    """What deploying did.

    Attributes:
        action: "created", "updated", or "unchanged" (it was there already, just so).
        name: The state machine's name.
        arn: Its ARN.
        digest: A digest of what was deployed, by which an unchanged machine costs no call.
    """

    action: Literal["created", "updated", "unchanged"]
    name: str
    arn: str = field(repr=False)
    digest: str = field(repr=False)


def digest(definition: str, type: str, role: str, logging: Mapping[str, Any] | None = None) -> str:
    """What tells one deployment from another."""
    return hashlib.sha256(repr((definition, type, role, logging)).encode("utf-8", "surrogatepass")).hexdigest()


def deploy(
    client: Any,
    *,
    name: str,
    definition: str,
    type: str,
    role: str,
    arn: str | None = None,
    logging: Mapping[str, Any] | None = None,
) -> Deployed:
    """Create the state machine, or update it where it differs; what was done is logged.

    Args:
        client: A boto3 client of Step Functions.
        name: The state machine's name.
        definition: Its ASL, as JSON text.
        type: "STANDARD" or "EXPRESS".
        role: The ARN of the role it runs with.
        arn: Its ARN, where it is known.
        logging: Its loggingConfiguration; None leaves the one that is there.

    Raises:
        InvalidArgument: a state machine of that name is there with the other type.
    """
    done = digest(definition, type, role, logging)
    more = {} if logging is None else {"loggingConfiguration": logging}
    there = describe(client, arn or find(client, name))
    if there is None:
        made = client.create_state_machine(name=name, definition=definition, roleArn=role, type=type, **more)
        _log.info("created the state machine %s (%s)", name, type)
        return Deployed("created", name, made["stateMachineArn"], done)
    arn = there["stateMachineArn"]
    if there["type"] != type:
        raise InvalidArgument(
            f"the state machine {name!r} is there as {there['type']}, and Step Functions cannot make it {type}.",
            hint="Give this one another name, or delete the other one first:"
            " session.client('stepfunctions').delete_state_machine(stateMachineArn=...).",
        )
    logs_so = logging is None or there.get("loggingConfiguration") == logging
    if there["roleArn"] == role and logs_so and _same(there["definition"], definition):
        return Deployed("unchanged", name, arn, done)
    client.update_state_machine(stateMachineArn=arn, definition=definition, roleArn=role, **more)
    _log.info("updated the state machine %s", name)
    return Deployed("updated", name, arn, done)


def find(client: Any, name: str) -> str | None:
    """The ARN of the state machine of that name, or None."""
    for page in client.get_paginator("list_state_machines").paginate():
        for one in page["stateMachines"]:
            if one["name"] == name:
                return str(one["stateMachineArn"])
    return None


def describe(client: Any, arn: str | None) -> Any:
    """What DescribeStateMachine tells; None when it is gone, or going."""
    if arn is None:
        return None
    try:
        there = client.describe_state_machine(stateMachineArn=arn)
    except ClientError as error:
        if error.response["Error"]["Code"] == GONE:
            return None
        raise
    return None if there.get("status") == "DELETING" else there


def _same(there: str, definition: str) -> bool:
    try:
        return dict(read(there).fields) == dict(read(definition).fields)
    except InvalidJson:
        return False
