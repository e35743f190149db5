"""ARNs made from what a Task's arguments say, and why one could be no narrower."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

PARTITION: Final = "${AWS::Partition}"
REGION: Final = "${AWS::Region}"
ACCOUNT: Final = "${AWS::AccountId}"
_FIELD: Final = re.compile(r"\{([\w.]+)(?:~(\w+))?(?:=([^}]*))?\}")
_WILD: Final = re.compile(r"[*?\s]")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the machine lives; placeholders where it is not known."""

    partition: str = PARTITION
    region: str = REGION
    account: str = ACCOUNT

    def arn(self, rest: str) -> str:
        """The ARN of `SERVICE/REST` (of this region and account), `SERVICE::REST` (of this region) or `s3:::REST`."""
        if rest.startswith("s3:::"):
            return f"arn:{self.partition}:{rest}"
        service, mark, name = re.split(r"(::|/)", rest, maxsplit=1)
        account = "" if mark == "::" else self.account
        return f"arn:{self.partition}:{service}:{self.region}:{account}:{name}"


def literal(arguments: Any, name: str) -> str | None:
    """A text that stands in the arguments at a dotted name; None when there is none, or an expression."""
    for step in name.split("."):
        if isinstance(arguments, (list, tuple)) and step.isdigit():
            arguments = arguments[int(step)] if int(step) < len(arguments) else None
        else:
            arguments = arguments.get(step) if isinstance(arguments, Mapping) else None
    if not isinstance(arguments, str) or not arguments or arguments.lstrip().startswith(("{%", "$")):
        return None
    return None if _WILD.search(arguments) else arguments


def made(template: str, arguments: Any, place: Place) -> tuple[str, str]:
    """The ARN a template gives, and why it holds a `*` ("" when it holds none).

    >>> made("sqs/{QueueUrl~last}", {"QueueUrl": "https://sqs/1/orders"}, Place(account="1", region="r"))
    ('arn:${AWS::Partition}:sqs:r:1:orders', '')
    """
    if template == "*":
        return "*", "the action takes no resource"
    text, at, given = "", 0, ""
    unknown: list[str] = []
    for found in _FIELD.finditer(template):
        name, filter_, default = found.groups()
        value = literal(arguments, name)
        text += template[at : found.start()]
        at = found.end()
        if value is None and default is not None and _absent(arguments, name):
            value = default
        if value is None:
            unknown.append(name)
            text += "*"
        elif value.startswith("arn:") and filter_ is None:
            given, text = value, ""
        else:
            text += _filtered(value, filter_)
    text += template[at:]
    why = f"{', '.join(unknown)} is known only when it runs" if unknown else ""
    if not why and "*" in text:
        why = "which of them is known only when it runs"
    return (given + text if given else place.arn(text)), why


def _absent(arguments: Any, name: str) -> bool:
    """Whether the arguments are known and have no such field, so that the service takes its default."""
    *steps, last = name.split(".")
    for step in steps:
        if isinstance(arguments, (list, tuple)) and step.isdigit() and int(step) < len(arguments):
            arguments = arguments[int(step)]
        else:
            arguments = arguments.get(step) if isinstance(arguments, Mapping) else None
    return isinstance(arguments, Mapping) and last not in arguments and f"{last}.$" not in arguments


def _filtered(value: str, how: str | None) -> str:
    if how == "last":
        return re.split(r"[/:]", value)[-1]
    if how == "path":
        return value.lstrip("/")
    if how == "host":
        return (urlsplit(value if "//" in value else f"//{value}").hostname or "*").split(".")[0]
    return value
