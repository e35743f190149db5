"""Connections that are not kept here, but in the EventBridge the session's services have: AWS, or an endpoint.

Step Functions reads them in the same way: the connection tells its secret, Secrets Manager what stands in it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from botocore.exceptions import ClientError

from sfn_notebook.engine.http_task.authorization import FAULT
from sfn_notebook.engine.http_task.connections import NEEDED, Connection
from sfn_notebook.engine.records import TaskFailure

_FAULTS: Final[Mapping[str, str]] = {
    "AccessDeniedException": "AccessDenied",
    "ConcurrentModificationException": "ConcurrentModification",
    "ResourceNotFoundException": "ResourceNotFound",
}
_WAITING: Final = frozenset({"CREATING", "UPDATING", "AUTHORIZING", "DEAUTHORIZING"})


class Elsewhere:
    """Finds connections by their ARN, and keeps them while they stay as they are: their tokens are worth it.

    Args:
        client: Gives the services' client of a name.
    """

    def __init__(self, client: Callable[[str], Any]) -> None:
        self._client = client
        self._known: dict[tuple[str, str], Connection] = {}

    def __call__(self, arn: str) -> Connection:
        """The connection of an ARN.

        Raises:
            TaskFailure: Events.ConnectionResource.…; it is not there, may not be read, or is not authorized.
        """
        name = arn.rpartition(":connection/")[2].partition("/")[0]
        try:
            said = self._client("events").describe_connection(Name=name)
            if said["ConnectionArn"] != arn:
                raise missing(arn)
            _refuse_unready(said)
            key = arn, str(said.get("LastModifiedTime") or said.get("CreationTime"))
            if key not in self._known:
                secret = self._client("secretsmanager").get_secret_value(SecretId=said["SecretArn"])
                self._known[key] = _connection(said, json.loads(secret["SecretString"]))
            return self._known[key]
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "")
            what = _FAULTS.get(code, "InternalError")
            raise TaskFailure(f"{FAULT}{what}", f"The connection {name!r} cannot be read: {code}") from error


def missing(arn: str) -> TaskFailure:
    """The failure of a task whose connection is not there."""
    return TaskFailure(f"{FAULT}ResourceNotFound", f"The connection {arn} does not exist.")


def _refuse_unready(said: Mapping[str, Any]) -> None:
    state, name = said["ConnectionState"], said["Name"]
    if state in _WAITING:
        raise TaskFailure(f"{FAULT}AuthInProgress", f"The connection {name!r} is {state}")
    if state not in ("AUTHORIZED", "ACTIVE"):
        raise TaskFailure(f"{FAULT}InvalidConnectionState", f"The connection {name!r} is {state}")


def _connection(said: Mapping[str, Any], secret: Mapping[str, Any]) -> Connection:
    """A connection as described, with its secret's values in their places."""
    kind = said["AuthorizationType"]
    where = NEEDED[kind][0]
    values = {_squeezed(name): value for name, value in _leaves(secret)}
    told = said["AuthParameters"]
    found = {**told.get(where, {})}
    secrets = {"API_KEY": "ApiKeyValue", "BASIC": "Password"}
    if kind in secrets:
        found[secrets[kind]] = values.get(_squeezed(secrets[kind]), "")
    else:
        client = {**found.get("ClientParameters", {}), "ClientSecret": values.get("clientsecret", "")}
        found["ClientParameters"] = client
    invocation = _parameters(secret) or told.get("InvocationHttpParameters", {})
    return Connection(
        arn=said["ConnectionArn"],
        name=said["Name"],
        type=kind,
        parameters={where: found, "InvocationHttpParameters": invocation},
        created=0.0,
        modified=0.0,
    )


def _squeezed(name: str) -> str:
    return name.replace("_", "").lower()


def _leaves(value: Mapping[str, Any]) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for name, one in value.items():
        found += _leaves(one) if isinstance(one, Mapping) else [(name, one)]
    return found


def _parameters(secret: Mapping[str, Any]) -> dict[str, Any]:
    """The InvocationHttpParameters of a secret, whose names are in snake_case, in the names of the API."""
    given: Mapping[str, Any] = next(
        (one for name, one in secret.items() if _squeezed(name) == "invocationhttpparameters"), {}
    )
    kinds = {_squeezed(name): name for name in ("HeaderParameters", "QueryStringParameters", "BodyParameters")}
    return {
        kinds[_squeezed(name)]: [{key.capitalize(): value for key, value in one.items()} for one in listed]
        for name, listed in given.items()
        if _squeezed(name) in kinds
    }
