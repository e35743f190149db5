"""Versions and aliases of state machines.

https://docs.aws.amazon.com/step-functions/latest/dg/concepts-cd-aliasing-versioning.html
"""

from __future__ import annotations

import re
from typing import Any, Final

from sfn_notebook.engine.api.arns import Arn, parse
from sfn_notebook.engine.api.faults import Fault, invalid, machine_deleting, quota, resource_missing
from sfn_notebook.engine.api.machines import FIRST_REVISION, publish
from sfn_notebook.engine.api.paging import page
from sfn_notebook.engine.api.store import Alias, Entry, Store, find_version

Request = dict[str, Any]
_ALIAS_NAME: Final = re.compile(r"(?=.*[a-zA-Z_\-.])[a-zA-Z0-9_\-.]{1,80}")


def publish_state_machine_version(store: Store, request: Request) -> Request:
    """PublishStateMachineVersion: nothing changed since the last one, then it is that one."""
    with store.engine.lock:
        entry = store.changeable(request["stateMachineArn"])
        revision = entry.record.revision_id or FIRST_REVISION
        if request.get("revisionId") not in (None, revision):
            raise Fault(
                "ConflictException",
                f"Failed to publish the State Machine version for revision {request['revisionId']}. "
                f"The current State Machine revision is {revision}.",
                status=409,
            )
        version = publish(store, entry, request.get("description"))
        return {"creationDate": version.created, "stateMachineVersionArn": version.arn}


def delete_state_machine_version(store: Store, request: Request) -> Request:
    """DeleteStateMachineVersion: refused while an alias leads to it."""
    arn = parse(request["stateMachineVersionArn"], "stateMachine")
    with store.engine.lock:
        entry = store.entry(arn.unqualified)
        version = None if entry is None else find_version(entry, arn)
        if entry is not None and version is not None:
            users = [alias.name for alias in entry.aliases.values() if version.arn in alias.routes]
            if users:
                raise Fault(
                    "ConflictException",
                    "Version to be deleted must not be referenced by an alias. "
                    f"Current list of aliases referencing this version: [{', '.join(users)}]",
                    status=409,
                )
            del entry.versions[version.number]
        return {}


def list_state_machine_versions(store: Store, request: Request) -> Request:
    """ListStateMachineVersions, the newest first."""
    arn = parse(request["stateMachineArn"], "stateMachine")
    with store.engine.lock:
        entry = store.entry(arn.text)
        versions = [] if entry is None else [*entry.versions.values()]
        found, more = page(versions, request, newest_first=True)
        shown = [{"stateMachineVersionArn": one.arn, "creationDate": one.created} for one in found]
        return {"stateMachineVersions": shown, **more}


def create_state_machine_alias(store: Store, request: Request) -> Request:
    """CreateStateMachineAlias: asked the same again it answers the same."""
    name = request["name"]
    if not _ALIAS_NAME.fullmatch(name):
        raise invalid(
            f"1 validation error detected: Value '{name}' at 'name' failed to satisfy constraint: "
            r"Member must satisfy regular expression pattern: ^(?=.*[a-zA-Z_\-\.])[a-zA-Z0-9_\-\.]+$"
        )
    with store.engine.lock:
        entry, routes = _routes(store, request["routingConfiguration"])
        now = store.engine.now()
        alias = entry.aliases.get(name)
        if alias is None:
            most = store.engine.limits.aliases
            if len(entry.aliases) >= most:
                raise quota(f"The state machine has {len(entry.aliases)} aliases, and at most {most} are allowed")
            arn = f"{entry.record.arn}:{name}"
            alias = entry.aliases[name] = Alias(arn, name, routes, now, now, request.get("description"))
        elif (alias.routes, alias.description) != (routes, request.get("description")):
            raise Fault("ConflictException", "Failed to create alias because an alias with the same name and a "
                        "different routing configuration already exists.", status=409)  # fmt: skip
        return {"stateMachineAliasArn": alias.arn, "creationDate": alias.created}


def _routes(store: Store, configuration: list[dict[str, Any]]) -> tuple[Entry, dict[str, int]]:
    routes = {route["stateMachineVersionArn"]: route["weight"] for route in configuration}
    if not 1 <= len(routes) <= 2 or len(routes) != len(configuration):
        raise invalid("Routing configuration must contain one or two different state machine versions.")
    if sum(routes.values()) != 100:
        raise invalid("The weights of the routing configuration must add up to 100.")
    arns = [parse(arn, "stateMachine") for arn in routes]
    entries = [store.entry(arn.unqualified) for arn in arns]
    for arn, found in zip(arns, entries, strict=True):
        if found is None or find_version(found, arn) is None:
            raise resource_missing(arn.text)
    entry = entries[0]
    if entry is None or any(other is not entry for other in entries):
        raise invalid("Routing configuration must contain versions of one state machine.")
    if entry.deleting:
        raise machine_deleting(entry.record.arn)
    return entry, routes


def _alias(store: Store, text: str) -> tuple[Entry, Alias]:
    arn: Arn = parse(text, "stateMachine")
    entry = store.entry(arn.unqualified)
    alias = None if entry is None else entry.aliases.get(arn.rest)
    if entry is None or alias is None:
        raise resource_missing(text)
    return entry, alias


def update_state_machine_alias(store: Store, request: Request) -> Request:
    """UpdateStateMachineAlias."""
    if request.get("description") is None and request.get("routingConfiguration") is None:
        raise invalid("Either the description or the routing configuration must be specified.")
    with store.engine.lock:
        entry, alias = _alias(store, request["stateMachineAliasArn"])
        if entry.deleting:
            raise machine_deleting(entry.record.arn)
        if request.get("routingConfiguration") is not None:
            owner, routes = _routes(store, request["routingConfiguration"])
            if owner is not entry:
                raise invalid("Routing configuration must contain versions of the alias's own state machine.")
            alias.routes = routes
        alias.description = request.get("description", alias.description)
        alias.updated = store.engine.now()
        return {"updateDate": alias.updated}


def describe_state_machine_alias(store: Store, request: Request) -> Request:
    """DescribeStateMachineAlias."""
    with store.engine.lock:
        _, alias = _alias(store, request["stateMachineAliasArn"])
        return {
            "stateMachineAliasArn": alias.arn,
            "name": alias.name,
            "routingConfiguration": [
                {"stateMachineVersionArn": arn, "weight": weight} for arn, weight in alias.routes.items()
            ],
            "creationDate": alias.created,
            "updateDate": alias.updated,
            **({} if alias.description is None else {"description": alias.description}),
        }


def delete_state_machine_alias(store: Store, request: Request) -> Request:
    """DeleteStateMachineAlias."""
    with store.engine.lock:
        entry, alias = _alias(store, request["stateMachineAliasArn"])
        del entry.aliases[alias.name]
        return {}


def list_state_machine_aliases(store: Store, request: Request) -> Request:
    """ListStateMachineAliases: all of a machine's, or those that lead to one version."""
    arn = parse(request["stateMachineArn"], "stateMachine")
    with store.engine.lock:
        entry = store.changeable(arn.unqualified)
        aliases = [one for one in entry.aliases.values() if not arn.rest or arn.text in one.routes]
        found, more = page(aliases, request)
        shown = [{"stateMachineAliasArn": one.arn, "creationDate": one.created} for one in found]
        return {"stateMachineAliases": shown, **more}
