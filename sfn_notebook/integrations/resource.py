"""What a Task's Resource says: which service, which action, and how Step Functions waits for it.

https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from sfn_notebook.errors import InvalidArgument

Kind = Literal["lambda", "activity", "optimized", "aws-sdk", "http"]
Pattern = Literal["response", "job", "callback"]

SUFFIXES: dict[str, Pattern] = {".sync": "job", ".sync:2": "job", ".waitForTaskToken": "callback"}
SUFFIX_OF: dict[str, str] = {"response": "", "job": ".sync", "callback": ".waitForTaskToken"}

_STATES = re.compile(r"arn:(?P<partition>[^:]+):states:(?P<region>[^:]*):(?P<account>[^:]*):(?P<rest>.+)")
_LAMBDA = re.compile(r"arn:(?P<partition>[^:]+):lambda:(?P<region>[^:]*):(?P<account>[^:]*):function:(?P<name>.+)")


@dataclass(frozen=True, slots=True)
class Resource:
    """A Task's Resource, read.

    Attributes:
        arn: The text as given.
        kind: "lambda" (a function ARN), "activity", "optimized", "aws-sdk" or "http".
        service: "lambda", "sqs", "dynamodb", …; for "activity" it is "states".
        action: "invoke", "sendMessage", …; a function's or activity's name for those kinds.
        pattern: "response" (go on when the call answers), "job" (`.sync`) or "callback" (`.waitForTaskToken`).
        suffix: The suffix as written: "", ".sync", ".sync:2" or ".waitForTaskToken".
    """

    arn: str
    kind: Kind
    service: str
    action: str
    pattern: Pattern
    suffix: str = ""

    @property
    def label(self) -> str:
        """Service and action as the console names them.

        >>> parse_resource("arn:aws:states:::sqs:sendMessage.waitForTaskToken").label
        'sqs:sendMessage'
        """
        return f"aws-sdk:{self.service}:{self.action}" if self.kind == "aws-sdk" else f"{self.service}:{self.action}"

    @property
    def resource_type(self) -> str:
        """`resourceType` of the history events: the service as the ARN names it."""
        return f"aws-sdk:{self.service}" if self.kind == "aws-sdk" else self.service

    @property
    def history_resource(self) -> str:
        """`resource` of the history events: the action with its suffix."""
        return self.action + self.suffix


@lru_cache(maxsize=4096)
def parse_resource(arn: str) -> Resource:
    """Read a Task's Resource.

    Raises:
        InvalidArgument: it is none of the forms a Resource has.

    >>> parse_resource("arn:aws:states:::dynamodb:putItem").pattern
    'response'
    """
    if found := _LAMBDA.fullmatch(arn):
        return Resource(arn, "lambda", "lambda", found["name"], "response")
    if found := _STATES.fullmatch(arn):
        rest = found["rest"]
        if rest.startswith("activity:") and found["account"]:
            return Resource(arn, "activity", "states", rest.removeprefix("activity:"), "response")
        if not found["account"]:
            return _integration(arn, rest)
    raise _unknown(arn)


def _integration(arn: str, rest: str) -> Resource:
    suffix = next((s for s in (".sync:2", ".sync", ".waitForTaskToken") if rest.endswith(s)), "")
    pattern: Pattern = SUFFIXES.get(suffix, "response")
    parts = rest.removesuffix(suffix).split(":")
    if len(parts) == 3 and parts[0] == "aws-sdk" and all(parts):
        return Resource(arn, "aws-sdk", parts[1], parts[2], pattern, suffix)
    if len(parts) == 2 and parts[0] != "aws-sdk" and all(parts):
        kind: Kind = "http" if parts == ["http", "invoke"] else "optimized"
        return Resource(arn, kind, parts[0], parts[1], pattern, suffix)
    raise _unknown(arn)


def _unknown(arn: str) -> InvalidArgument:
    return InvalidArgument(
        f"not a Task resource: {arn!r}",
        hint="A Resource is a Lambda function's or an activity's ARN,"
        " arn:aws:states:::SERVICE:ACTION[.sync|.waitForTaskToken],"
        " or arn:aws:states:::aws-sdk:SERVICE:ACTION[.waitForTaskToken].",
    )
