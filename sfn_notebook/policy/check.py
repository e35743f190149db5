"""What a definition calls, and so what its role must allow."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any, Final
from urllib.parse import urlsplit

from sfn_notebook.asl import Machine, State
from sfn_notebook.errors import InvalidArgument
from sfn_notebook.integrations import Resource, optimized_row, parse_resource
from sfn_notebook.integrations.sdk import sdk_service, service_model
from sfn_notebook.policy.resources import Place, literal, made
from sfn_notebook.policy.statements import Policy, Statement, merged

_RULE: Final = ("events:PutTargets", "events:PutRule", "events:DescribeRule")
_NO_ARN: Final = "what this action takes as its resource is not in the table"


@cache
def _table() -> Any:
    return json.loads(resources.files(__package__).joinpath("data", "statements.json").read_text("utf-8"))


def policy(
    machine: Machine,
    *,
    name: str = "*",
    place: Place | None = None,
    logging: bool = False,
    tracing: bool = False,
    kms_key: str | None = None,
) -> Policy:
    """The least-privilege role for what a definition calls; any definition has one.

    Args:
        machine: The definition.
        name: The state machine's name.
        place: Partition, region and account; placeholders without it.
        logging: Whether it logs to CloudWatch Logs.
        tracing: Whether it traces with X-Ray.
        kms_key: The ARN of the customer managed key it is encrypted with.

    >>> from sfn_notebook import asl
    >>> task = {"Type": "Task", "Resource": "arn:aws:states:::dynamodb:getItem", "Arguments": {"TableName": "t"}}
    >>> policy(asl.read({"QueryLanguage": "JSONata", "States": {"Get": task}}), name="orders")
    role of 'orders': 1 statement
    • dynamodb:GetItem
        on arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/t
        for Get: calls dynamodb:getItem
    """
    where = place or Place()
    found: list[Statement] = []
    notes: dict[str, None] = {}
    for state in machine.walk():
        if state.type == "Task":
            found += _task(state, where, name, notes)
        elif state.type == "Map":
            found += _map(state, where, name)
    found += _machine(where, name, logging=logging, tracing=tracing, kms_key=kms_key)
    return Policy(name, merged(found), tuple(notes), where)


def _task(state: State, place: Place, name: str, notes: dict[str, None]) -> Iterator[Statement]:
    try:
        resource = parse_resource(state.resource)
    except InvalidArgument:
        notes[f"{state.name}: its Resource is not known, so nothing is allowed for it."] = None
        return
    credentials = state.fields.get("Credentials")
    if credentials is not None:
        role = literal(credentials, "RoleArn")
        wide = "" if role else "Credentials.RoleArn is known only when it runs"
        yield _for(
            state, ("sts:AssumeRole",), (role or "*",), why="runs with another role, which needs the rest", wide=wide
        )
        return
    arguments = state.fields.get("Arguments", state.fields.get("Parameters"))
    if resource.kind == "activity":
        return  # workers poll with their own role
    if resource.kind == "lambda":
        function = re.sub(r"(:function:[^:]+):.+$", r"\1", resource.arn)
        arns = (resource.arn,) if function != resource.arn else (function, f"{function}:*")
        wide = "" if function != resource.arn else "each version and alias of the function has an ARN of its own"
        yield _for(state, ("lambda:InvokeFunction",), arns, why="invokes the function", wide=wide)
    elif resource.kind == "http":
        yield from _http(state, arguments, place, name)
    else:
        yield from _call(state, resource, arguments, place, notes)


def _call(
    state: State, resource: Resource, arguments: Any, place: Place, notes: dict[str, None]
) -> Iterator[Statement]:
    call = f"{resource.service}:{resource.action}"
    actions = _actions(resource)
    if actions is None:
        notes[f"{state.name}: {resource.label} is not known, so nothing is allowed for it."] = None
        return
    if not actions:
        notes[f"{state.name}: what it does in the cluster is for the cluster's own access entries to allow."] = None
        return
    templates = _buses(arguments) if call == "events:putEvents" else _templates("resources", call)
    yield _on(state, actions, templates, arguments, place=place, why=f"calls {resource.label}")
    if call == "athena:startQueryExecution":
        notes[f"{state.name}: the query's data in S3 and Glue needs permissions that the definition does not tell."] = (
            None
        )
    yield from _passed(state, call, actions, arguments)
    if resource.pattern == "job" and resource.kind == "optimized":
        watch = _table()["job"].get(call) or _poll(resource)
        if watch:
            said = "waits for the job, and stops it when it is aborted"
            yield _on(state, tuple(watch), _templates("job_resources", call), arguments, place=place, why=said)
        if rule := _table()["rules"].get(call):
            yield _for(
                state, _RULE, (place.arn(f"events/rule/{rule}"),), why="is told by EventBridge when the job ends"
            )


def _buses(arguments: Any) -> list[str]:
    """An event bus for each entry; the service's default where an entry names none."""
    entries = arguments.get("Entries") if isinstance(arguments, Mapping) else None
    count = len(entries) if isinstance(entries, list) else 0
    return [f"events/event-bus/{{Entries.{index}.EventBusName=default}}" for index in range(count)] or [
        "events/event-bus/*"
    ]


def _poll(resource: Resource) -> tuple[str, ...]:
    row = optimized_row(resource.service, resource.action)
    return () if row is None or row.client is None or row.poll is None else (f"{_prefix(row.client)}:{row.poll}",)


def _actions(resource: Resource) -> tuple[str, ...] | None:
    """The IAM actions of a call; None when it is not known."""
    listed = _table()["actions"].get(f"{resource.service}:{resource.action}")
    if listed is not None:
        return tuple(listed)
    if resource.kind == "aws-sdk":
        service = sdk_service(resource.service)
        operation = None if service is None else service.actions.get(resource.action)
        return None if service is None or operation is None else (f"{_prefix(service.client)}:{operation}",)
    row = optimized_row(resource.service, resource.action)
    if row is None or row.client is None or row.operation is None:
        return None
    return (f"{_prefix(row.client)}:{row.operation}",)


def _prefix(client: str) -> str:
    prefix = service_model(client).signing_name
    return str(_table()["prefixes"].get(prefix, prefix))


def _templates(kind: str, call: str) -> list[str] | None:
    table = _table()[kind]
    found = table.get(call) or table.get(call.split(":", maxsplit=1)[0])
    return None if found is None else list(found)


def _on(
    state: State, actions: tuple[str, ...], templates: list[str] | None, arguments: Any, *, place: Place, why: str
) -> Statement:
    if templates is None:
        return _for(state, actions, ("*",), why=why, wide=_NO_ARN)
    pairs = [made(template, arguments, place) for template in templates]
    wide = "; ".join(dict.fromkeys(reason for _, reason in pairs if reason))
    return _for(state, actions, tuple(arn for arn, _ in pairs), why=why, wide=wide)


def _passed(state: State, call: str, actions: tuple[str, ...], arguments: Any) -> Iterator[Statement]:
    table = _table()
    names = table["pass_role"].get(call) or table["pass_role"].get(call.split(":", maxsplit=1)[0]) or ()
    roles = [role for role in (literal(arguments, name) for name in names) if role and role.startswith("arn:")]
    if not roles and call not in table["always_pass_role"]:
        return
    service = actions[0].split(":", maxsplit=1)[0]
    principal = "ecs-tasks" if service == "ecs" else service
    # EMR hands roles to EC2 and to its own service; which is told by the role's own trust policy
    only = (
        {} if service == "elasticmapreduce" else {"StringEquals": {"iam:PassedToService": f"{principal}.amazonaws.com"}}
    )
    wide = "" if roles else "the role that the job runs with is not in the arguments as an ARN"
    yield _for(
        state, ("iam:PassRole",), tuple(roles) or ("*",), why="hands the job its role", wide=wide, condition=only
    )


def _http(state: State, arguments: Any, place: Place, name: str) -> Iterator[Statement]:
    endpoint, method = literal(arguments, "ApiEndpoint"), literal(arguments, "Method")
    host = _host(endpoint)
    condition: dict[str, dict[str, str]] = {}
    if host is not None:
        condition["StringLike"] = {"states:HTTPEndpoint": f"{host}/*"}
    if method is not None:
        condition["StringEquals"] = {"states:HTTPMethod": method}
    unknown = [word for word, there in (("ApiEndpoint", host), ("Method", method)) if there is None]
    wide = f"{' and '.join(unknown)} known only when it runs" if unknown else ""
    arn = place.arn(f"states/stateMachine:{name}")
    yield _for(state, ("states:InvokeHTTPEndpoint",), (arn,), why="calls an HTTP API", wide=wide, condition=condition)
    connection = literal(arguments, "InvocationConfig.ConnectionArn") or literal(
        arguments, "Authentication.ConnectionArn"
    )
    wide = "" if connection else "the connection is known only when it runs"
    arns = (connection or place.arn("events/connection/*"),)
    yield _for(state, ("events:RetrieveConnectionCredentials",), arns, why="reads the connection", wide=wide)
    parts = (connection or "").split(":connection/")
    secret = f"events!connection/{parts[1].split('/')[0]}/*" if len(parts) == 2 else "events!connection/*"
    reading = ("secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret")
    arns = (place.arn(f"secretsmanager/secret:{secret}"),)
    said = "EventBridge makes up the end of the secret's name"
    yield _for(state, reading, arns, why="reads the connection's secret", wide=said)


def _host(endpoint: str | None) -> str | None:
    try:
        parts = urlsplit(endpoint or "")
        return f"{parts.scheme}://{parts.netloc}" if parts.scheme and parts.hostname else None
    except ValueError:
        return None


def _map(state: State, place: Place, name: str) -> Iterator[Statement]:
    processor = state.fields.get("ItemProcessor")
    config = processor.get("ProcessorConfig") if isinstance(processor, Mapping) else None
    if not isinstance(config, Mapping) or config.get("Mode") != "DISTRIBUTED":
        return
    why = "runs its items as executions of this machine"
    yield _for(state, ("states:StartExecution",), (place.arn(f"states/stateMachine:{name}"),), why=why)
    children = (place.arn(f"states/execution:{name}:*"),)
    named = "the names of the executions are made up when it runs"
    yield _for(state, ("states:DescribeExecution", "states:StopExecution"), children, why=why, wide=named)
    reader, writer = state.fields.get("ItemReader"), state.fields.get("ResultWriter")
    if isinstance(reader, Mapping):
        where = reader.get("Arguments", reader.get("Parameters"))
        if str(reader.get("Resource", "")).endswith("listObjectsV2"):
            yield _on(state, ("s3:ListBucket",), ["s3:::{Bucket}"], where, place=place, why="lists its items")
        else:
            config = reader.get("ReaderConfig")
            manifest = isinstance(config, Mapping) and config.get("InputType") == "MANIFEST"
            key = ["s3:::{Bucket}/*"] if manifest else ["s3:::{Bucket}/{Key}"]
            yield _on(state, ("s3:GetObject",), key, where, place=place, why="reads its items")
    if isinstance(writer, Mapping) and writer.get("Resource"):
        where = writer.get("Arguments", writer.get("Parameters"))
        actions = ("s3:PutObject", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:AbortMultipartUpload")
        prefixed = literal(where, "Prefix")
        template = "s3:::{Bucket}/{Prefix}/*" if prefixed else "s3:::{Bucket}/*"
        yield _on(state, actions, [template], where, place=place, why="writes its results")


def _machine(place: Place, name: str, *, logging: bool, tracing: bool, kms_key: str | None) -> Iterator[Statement]:
    if logging:
        yield Statement(tuple(_table()["logging"]), ("*",), why="logs", wide="log deliveries have no ARN")
    if tracing:
        yield Statement(
            tuple(_table()["tracing"]), ("*",), why="traces with X-Ray", wide="X-Ray's actions take no resource"
        )
    if kms_key is not None:
        key = kms_key if kms_key.startswith("arn:") else place.arn(f"kms/key/{kms_key}")
        context = {"kms:EncryptionContext:aws:states:stateMachineArn": place.arn(f"states/stateMachine:{name}")}
        actions = ("kms:Decrypt", "kms:GenerateDataKey")
        yield Statement(actions, (key,), {"StringEquals": context}, why="encrypts executions")


def _for(
    state: State,
    actions: tuple[str, ...],
    arns: tuple[str, ...],
    *,
    why: str,
    wide: str = "",
    condition: Mapping[str, Any] | None = None,
) -> Statement:
    return Statement(actions, arns, condition or {}, (state.name,), why, wide)
