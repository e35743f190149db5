"""Checks of a Task: its resource, its time-outs, and what a callback needs to be answered."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from sfn_notebook.asl import JSONATA, JSONPATH, State
from sfn_notebook.errors import InvalidArgument
from sfn_notebook.integrations import (
    FaultKind,
    Resource,
    action_of,
    argument_faults,
    call_faults,
    parse_resource,
)
from sfn_notebook.lint.http import http_problems
from sfn_notebook.lint.report import Problem
from sfn_notebook.lint.rules import problem
from sfn_notebook.lint.shapes import is_number, is_query

_LIMITS: Final = ("TimeoutSeconds", "TimeoutSecondsPath", "HeartbeatSeconds", "HeartbeatSecondsPath")
_RULES: Final[Mapping[FaultKind, str]] = MappingProxyType(
    {
        "unknown_call": "bad_resource",
        "unsupported_call": "bad_resource",
        "no_such_pattern": "bad_resource",
        "unlisted_call": "unlisted_service",
        "unknown_parameter": "bad_parameter",
        "missing_parameter": "bad_parameter",
        "parameter_shape": "bad_parameter",
        "parameter_type": "parameter_type",
        "parameter_choice": "parameter_choice",
    }
)
# the token, or something that holds it: the whole Task, the whole context object, all of $states
_QUERY_TOKEN: Final = re.compile(r"\$states\s*(\.\s*context\s*(\.\s*Task\b|(?!\s*\.)|\.\s*\*)|(?!\s*\.)|\.\s*\*)")
_TOKEN_PLACE: Final = MappingProxyType(
    {
        JSONATA: ("Arguments", "{% $states.context.Task.Token %}"),
        JSONPATH: ("Parameters", '"TaskToken.$": "$$.Task.Token"'),
    }
)
_PATH_TOKEN: Final = re.compile(r"\$\$(\.Task\b|\[|\.\.|\.\*|(?![.\w]))")


def task_problems(state: State, machine_type: str) -> Iterator[Problem]:
    """What is wrong with a Task in a machine of this type ("STANDARD" or "EXPRESS")."""
    if state.type != "Task":
        return
    yield from _limits(state)
    yield from _credentials(state)
    if not state.resource:
        return
    pointer = f"{state.pointer}/Resource"
    try:
        resource = parse_resource(state.resource)
    except InvalidArgument as error:
        words = {"resource": state.resource, "detail": error.hint or ""}
        yield problem("bad_resource", pointer, state=state.name, **words)
        return
    yield from _calls(state, resource, pointer)
    if machine_type == "EXPRESS":
        yield from _express(state, resource, pointer)
    if resource.pattern == "callback":
        yield from _callback(state)
    if resource.kind == "http":
        yield from http_problems(state)
    if resource.label == "lambda:invoke" and resource.pattern == "response":
        arguments = state.fields.get("Arguments", state.fields.get("Parameters", {}))
        if isinstance(arguments, Mapping) and not {"Payload", "Payload.$"} & set(arguments):
            yield problem("empty_payload", state.pointer, state=state.name)


def _calls(state: State, resource: Resource, pointer: str) -> Iterator[Problem]:
    """What the catalogue of integrations knows against this call."""
    for fault in call_faults(resource):
        detail = f"{fault.message[0].upper()}{fault.message[1:]} {fault.hint}"
        words = {"resource": state.resource, "detail": detail, "message": fault.message, "hint": fault.hint}
        yield problem(_RULES[fault.kind], pointer, state=state.name, **words)
    action = action_of(resource)
    field = "Arguments" if state.query_language == JSONATA else "Parameters"
    if action is None or field not in state.fields:
        return
    for fault in argument_faults(action, state.fields[field], state.query_language):
        # as AWS does it: the place is the object that has the field, or lacks it
        where = "".join(f"/{str(one).replace('~', '~0').replace('/', '~1')}" for one in fault.place[:-1])
        words = {"message": fault.message, "hint": fault.hint}
        yield problem(_RULES[fault.kind], f"{state.pointer}/{field}{where}", state=state.name, **words)


def _limits(state: State) -> Iterator[Problem]:
    timeout, heartbeat = state.fields.get("TimeoutSeconds"), state.fields.get("HeartbeatSeconds")
    if is_number(timeout) and is_number(heartbeat) and heartbeat >= timeout:
        pointer = f"{state.pointer}/HeartbeatSeconds"
        yield problem("heartbeat_too_long", pointer, state=state.name, heartbeat=heartbeat, timeout=timeout)


def _credentials(state: State) -> Iterator[Problem]:
    credentials = state.fields.get("Credentials")
    if isinstance(credentials, Mapping) and not {"RoleArn", "RoleArn.$"} & set(credentials):
        yield problem("no_role", f"{state.pointer}/Credentials", state=state.name)


def _express(state: State, resource: Resource, pointer: str) -> Iterator[Problem]:
    if resource.kind == "activity":
        yield problem("express_activity", pointer, state=state.name)
    elif resource.suffix:
        # recorded so: AWS's text for a callback has a space at its end
        words = {"suffix": resource.suffix, "space": " " if resource.pattern == "callback" else ""}
        yield problem("express_pattern", pointer, state=state.name, **words)


def _callback(state: State) -> Iterator[Problem]:
    if not any(field in state.fields for field in _LIMITS):
        yield problem("callback_unbounded", state.pointer, state=state.name)
    field, place = _TOKEN_PLACE[state.query_language]
    if not carries_token(state.fields.get(field), state.query_language):
        yield problem("callback_tokenless", state.pointer, state=state.name, place=f"in {field}: {place}")


def carries_token(value: Any, query_language: str, key: str = "") -> bool:
    """Whether what a Task sends may hold the task token.

    >>> carries_token({"Body": {"t.$": "$$.Task.Token"}}, "JSONPath")
    True
    >>> carries_token({"Body": {"t": "$$.Task.Token"}}, "JSONPath")
    False
    """
    if isinstance(value, Mapping):
        return any(carries_token(one, query_language, str(name)) for name, one in value.items())
    if isinstance(value, (list, tuple)):
        return any(carries_token(one, query_language) for one in value)
    if not isinstance(value, str):
        return False
    if query_language == JSONATA:
        return is_query(value) and _QUERY_TOKEN.search(value) is not None
    return key.endswith(".$") and _PATH_TOKEN.search(value) is not None
