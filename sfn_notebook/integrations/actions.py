"""One action that a Task can call: its parameters, result, errors and patterns, however it is integrated."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import Any, Final, Literal

from botocore.model import OperationModel

from sfn_notebook.errors import UnknownName, did_you_mean
from sfn_notebook.integrations.resource import Pattern
from sfn_notebook.integrations.rows import Row, optimized_row, optimized_rows
from sfn_notebook.integrations.sdk import SdkService, removed, sdk_names, sdk_service, service_model
from sfn_notebook.integrations.sdk_names import error_name, member_key
from sfn_notebook.integrations.shapes import Shape, model_shape, own_shape, plain_text
from sfn_notebook.integrations.tables import table

ActionKind = Literal["optimized", "aws-sdk"]
_OTHER: Final = re.compile(r"[^a-z0-9]")


@dataclass(frozen=True)
class Action:
    """An action as a Task's Resource names it.

    Attributes:
        kind: "optimized" or "aws-sdk".
        service: Such as "glue".
        name: Such as "startJobRun".
        row: The optimized integration's row, or None.
        sdk: The SDK integration's service, or None.
    """

    kind: ActionKind
    service: str
    name: str
    row: Row | None = None
    sdk: SdkService | None = None

    @property
    def label(self) -> str:
        """As after `arn:aws:states:::`, such as "glue:startJobRun" or "aws-sdk:s3:getObject"."""
        return f"{self.service}:{self.name}" if self.row else f"aws-sdk:{self.service}:{self.name}"

    @property
    def title(self) -> str:
        """The service's name for people."""
        return self.row.title if self.row else self._sdk.title

    @property
    def patterns(self) -> tuple[Pattern, ...]:
        """How it can wait."""
        return self.row.patterns if self.row else ("response", "callback")

    def resource(self, pattern: Pattern = "response") -> str:
        """The Resource of a Task that calls it and waits in this way."""
        if self.row:
            return self.row.resource(pattern)
        return f"arn:aws:states:::{self.label}{'.waitForTaskToken' if pattern == 'callback' else ''}"

    @cached_property
    def operation(self) -> OperationModel | None:
        """Botocore's model of the call, or None when it is no AWS API."""
        if self.row is None:
            return self._sdk.operation(self.name)
        if self.row.client is None or self.row.operation is None:
            return None
        return service_model(self.row.client).operation_model(self.row.operation)

    @cached_property
    def parameters(self) -> Shape:
        """What the call gets."""
        return self._shape("parameters")

    @cached_property
    def result(self) -> Shape:
        """What the call gives."""
        return self._shape("result")

    def _shape(self, which: Literal["parameters", "result"]) -> Shape:
        if self._own is not None:
            return own_shape(self._own[which], self.spelled)
        if self.operation is None:
            return Shape("any")
        shape = self.operation.input_shape if which == "parameters" else self.operation.output_shape
        return model_shape(shape, self.spelled)

    def spelled(self, member: str) -> str:
        """A member of botocore's as this integration spells it."""
        return member[:1].upper() + member[1:] if self.row else member_key(member)

    @property
    def documentation(self) -> str:
        """What the service says of it, as text."""
        if self._own is not None:
            return str(self._own["about"])
        return plain_text(self.operation.documentation) if self.operation is not None else ""

    @property
    def errors(self) -> tuple[str, ...]:
        """The error names its service is known to give, for Retry and Catch."""
        prefix = self.row.errors if self.row else self._sdk.errors
        shapes = self.operation.error_shapes if self.operation is not None else []
        return tuple(f"{prefix}.{error_name(shape.name)}" for shape in shapes)

    @property
    def _own(self) -> Mapping[str, Any] | None:
        found: Mapping[str, Any] | None = table("own")["actions"].get(self.label) if self.row else None
        return found if self.row and self.row.own_parameters else None

    @property
    def _sdk(self) -> SdkService:
        assert self.sdk is not None  # noqa: S101  # for the type checker: one of the two is there
        return self.sdk


@lru_cache(maxsize=1024)
def optimized_action(service: str, name: str) -> Action | None:
    """An optimized integration, spelled as in a Resource; None when there is none.

    >>> list(optimized_action("sqs", "sendMessage").parameters.members)[:2]
    ['QueueUrl', 'MessageBody']
    """
    row = optimized_row(service, name)
    return None if row is None else Action("optimized", service, name, row=row)


@lru_cache(maxsize=1024)
def sdk_action(service: str, name: str) -> Action | None:
    """An SDK integration, spelled as in a Resource; None when the installed botocore has none.

    >>> sdk_action("rds", "stopDBInstance").parameters.members["DbInstanceIdentifier"].required
    True
    """
    found = sdk_service(service)
    return Action("aws-sdk", service, name, sdk=found) if found is not None and name in found.actions else None


def plain(name: str) -> str:
    """A name without what people spell differently.

    >>> plain("list_objects_v2") == plain("ListObjectsV2") == plain("list-objects-v2")
    True
    """
    return _OTHER.sub("", name.lower())


def find_service(given: str) -> str:
    """The service, as SDK integrations name it, that somebody means.

    Args:
        given: boto3's name, ASL's name, or an optimized integration's, in any casing.

    Raises:
        UnknownName: there is none like it.

    >>> find_service("Step-Functions"), find_service("logs"), find_service("elasticmapreduce")
    ('sfn', 'cloudwatchlogs', 'emr')
    """
    wanted = plain(given)
    if wanted in spellings():
        return spellings()[wanted]
    hint = did_you_mean(given, dict.fromkeys((*sdk_names(), *spellings())))
    if wanted in removed():
        hint = "AWS listed it once; the installed botocore has no model of it any more."
    raise UnknownName(f"there is no AWS service {given!r} that a Task can call.", hint=hint)


@cache
def spellings() -> Mapping[str, str]:
    """Plain name -> SDK integrations' name; what SDK integrations say wins, then boto3."""
    clients = {client: name for name, client in sdk_names().items()}
    optimized = {plain(row.service): clients[row.client] for row in optimized_rows().values() if row.client in clients}
    return {
        **optimized,
        **{plain(client): name for client, name in clients.items()},
        **{name: name for name in sdk_names()},
    }


def find_name(given: str, allowed: Iterable[str], what: str) -> str:
    """The name of these that somebody means, in any casing.

    Raises:
        UnknownName: there is none like it.

    >>> find_name("start_job_run", ["startJobRun"], "glue action")
    'startJobRun'
    """
    names = list(allowed)
    spelled = {plain(name): name for name in names}
    if plain(given) not in spelled:
        raise UnknownName(f"there is no {what} {given!r}.", hint=did_you_mean(given, names))
    return spelled[plain(given)]
