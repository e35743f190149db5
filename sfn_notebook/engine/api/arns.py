"""ARNs and names of the service: how they are made, read and refused.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from sfn_notebook.engine.api.faults import invalid_arn, invalid_name

NAME_LIMIT: Final = 80  # characters
_FORBIDDEN: Final = re.compile(r"""[\s<>{}\[\]?*"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]""")
_STATES: Final = re.compile(
    r"arn:(?P<partition>[^:]+):states:(?P<region>[^:]*):(?P<account>[^:]*):(?P<kind>[^:]+):(?P<rest>.+)"
)
_IAM_ROLE: Final = re.compile(r"arn:[^:]+:iam::\d{12}:role/.+")


@dataclass(frozen=True, slots=True)
class Arn:
    """An ARN of the service, read.

    Attributes:
        text: The ARN as given.
        kind: "stateMachine", "execution", "express", "activity" or "mapRun".
        name: Of the state machine (an execution's too) or of the activity.
        rest: What follows the name: a version, an alias, an execution's name; "" when nothing does.
    """

    text: str
    kind: str
    name: str
    rest: str = ""

    @property
    def unqualified(self) -> str:
        """The ARN without version or alias."""
        return self.text.removesuffix(f":{self.rest}") if self.rest else self.text


def parse(text: str, *kinds: str) -> Arn:
    """Read an ARN that must be of one of these kinds.

    Raises:
        Fault: InvalidArn.

    >>> parse("arn:aws:states:us-east-1:000000000000:stateMachine:m:3", "stateMachine").rest
    '3'
    """
    if not text.startswith("arn:"):
        raise invalid_arn(f"Invalid ARN prefix: {text}")
    found = _STATES.fullmatch(text)
    if found is None:
        raise invalid_arn(text)
    if found["kind"] not in kinds:
        raise invalid_arn(f"Resource type not valid in this context: {found['kind']}")
    name, _, rest = found["rest"].partition(":")
    qualified = {"stateMachine": bool(rest), "activity": False}.get(found["kind"], True)
    if not name or qualified != bool(rest):
        raise invalid_arn(text)
    return Arn(text, found["kind"], name, rest)


def check_name(name: str) -> None:
    """Refuse a name with characters that a name may not have.

    Raises:
        Fault: InvalidName.

    >>> check_name("orders-2_b.c")
    """
    if not 1 <= len(name) <= NAME_LIMIT or _FORBIDDEN.search(name):
        raise invalid_name(name)


def check_role(arn: str) -> None:
    """Refuse what is no role's ARN.

    Raises:
        Fault: InvalidArn.
    """
    if not _IAM_ROLE.fullmatch(arn):
        raise invalid_arn(arn if arn.startswith("arn:") else f"Invalid ARN prefix: {arn}")
