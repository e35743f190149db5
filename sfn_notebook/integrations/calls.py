"""What is wrong with a Resource: its service, its action, how it waits."""

from __future__ import annotations

from collections.abc import Iterator

from sfn_notebook.errors import did_you_mean
from sfn_notebook.integrations.actions import Action, optimized_action, plain, sdk_action, spellings
from sfn_notebook.integrations.faults import Fault
from sfn_notebook.integrations.resource import Resource
from sfn_notebook.integrations.rows import Row, optimized_row, optimized_rows, optimized_services
from sfn_notebook.integrations.sdk import SdkService, removed, sdk_names, sdk_service


def action_of(resource: Resource) -> Action | None:
    """The action of a Resource; None when the catalogue has none."""
    if resource.kind == "aws-sdk":
        return sdk_action(resource.service, resource.action)
    return optimized_action(resource.service, resource.action) if resource.kind in ("optimized", "http") else None


def call_faults(resource: Resource) -> Iterator[Fault]:
    """What is wrong with a Resource: its service, its action, how it waits.

    >>> from sfn_notebook.integrations import parse_resource
    >>> next(call_faults(parse_resource("arn:aws:states:::aws-sdk:logs:filterLogEvents"))).hint
    "Step Functions calls this service 'cloudwatchlogs'."
    """
    if resource.kind == "aws-sdk":
        yield from _sdk_faults(resource)
    elif resource.kind in ("optimized", "http"):
        yield from _optimized_faults(resource)


def _sdk_faults(resource: Resource) -> Iterator[Fault]:
    service = sdk_service(resource.service)
    if service is None:
        yield _unknown_service(resource)
        return
    if resource.action not in service.actions:
        yield _unknown(resource, "action", _action_hint(resource.action, service))
        return
    if why := service.unsupported(resource.action):
        yield Fault(
            "unsupported_call",
            f"AWS SDK integrations cannot call {resource.service}:{resource.action}: {why}.",
            _instead(service, resource.action),
        )
    elif not service.listed:
        yield Fault(
            "unlisted_call",
            f"AWS does not list the service {resource.service!r} for SDK integrations.",
            "Step Functions may refuse it; try it there before you rely on it.",
        )
    if resource.pattern == "job":
        yield Fault(
            "no_such_pattern",
            f"AWS SDK integrations do not wait for jobs: {resource.suffix} is for optimized integrations.",
            _job_hint(service, resource.action),
        )


def _unknown_service(resource: Resource) -> Fault:
    given = resource.service
    if given in removed():
        hint = "AWS listed it once; the installed botocore has no model of it, so nothing about it can be checked."
        return Fault("unlisted_call", f"the service {given!r} is unknown here.", hint)
    if plain(given) in spellings():
        return _unknown(resource, "service", f"Step Functions calls this service {spellings()[plain(given)]!r}.")
    return _unknown(resource, "service", did_you_mean(given, (*sdk_names(), *spellings())))


def _action_hint(given: str, service: SdkService) -> str:
    spelled = {plain(name): name for name in service.actions}
    if plain(given) in spelled:
        return f"Actions are written in camelCase: {spelled[plain(given)]!r}."
    return did_you_mean(given, service.actions)


def _instead(service: SdkService, action: str) -> str:
    row = _optimized_twin(service, action)
    if row is not None:
        return f"Use the optimized integration: {row.label}."
    return "Call it from a Lambda function."


def _job_hint(service: SdkService, action: str) -> str:
    row = _optimized_twin(service, action)
    if row is not None and "job" in row.patterns:
        return f"The optimized integration waits: {row.label} with wait='job'."
    return "Poll it (Wait, the describing call, Choice), or wait for a task token with wait='callback'."


def _optimized_twin(service: SdkService, action: str) -> Row | None:
    wanted = service.client, service.actions[action]
    return next((row for row in optimized_rows().values() if (row.client, row.operation) == wanted), None)


def _optimized_faults(resource: Resource) -> Iterator[Fault]:
    actions = optimized_services().get(resource.service)
    if actions is None:
        hint = f"{did_you_mean(resource.service, optimized_services(), limit=30)} {_as_sdk(resource)}"
        yield _unknown(resource, "optimized integration", hint.strip())
        return
    row = optimized_row(resource.service, resource.action)
    if row is None:
        hint = f"{did_you_mean(resource.action, actions)} {_as_sdk(resource)}"
        yield _unknown(resource, "optimized integration", hint.strip())
    elif resource.suffix not in row.suffixes:
        hint = f"It can wait for: {', '.join(map(repr, row.patterns))}."
        if resource.pattern == "callback":
            hint += " Its SDK integration can wait for a task token."
        yield Fault("no_such_pattern", f"{row.label} does not know {resource.suffix}.", hint)


def _as_sdk(resource: Resource) -> str:
    """The SDK integration of what was written as an optimized one, as a hint."""
    name = spellings().get(plain(resource.service))
    service = sdk_service(name) if name else None
    if service is None:
        return ""
    spelled = {plain(one): one for one in service.actions}.get(plain(resource.action))
    return f"As an SDK integration: aws-sdk:{service.name}:{spelled}." if spelled else ""


def _unknown(resource: Resource, what: str, hint: str) -> Fault:
    name = {"service": resource.service, "action": f"{resource.service}:{resource.action}"}.get(what, resource.label)
    return Fault("unknown_call", f"there is no {what} {name!r}.", hint)
