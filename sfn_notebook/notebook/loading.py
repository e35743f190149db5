"""`sfn.load`: a state machine from whatever holds one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from sfn_notebook.errors import InvalidArgument
from sfn_notebook.notebook import sources
from sfn_notebook.notebook.machine import StateMachine
from sfn_notebook.notebook.signatures import checked

_ARN: Final = re.compile(r"arn:[\w-]+:states:[\w-]*:\d*:stateMachine:")
_NOT_IN_A_NAME: Final = re.compile(r"[^\w.()!@=+'-]+")


def is_machine_arn(source: object) -> bool:
    """Whether it is the ARN of a state machine, a version or an alias of one."""
    return isinstance(source, str) and _ARN.match(source) is not None


@checked
def load(
    source: Mapping[str, Any] | str | bytes | Path,
    *,
    name: str | None = None,
    format: str | None = None,
    substitutions: Mapping[str, Any] | None = None,
) -> StateMachine:
    r"""A state machine under construction from a definition that is there already. Nothing in it is run.

    What a template fills in later stands in it as `${Name}`, and comes back where it is written as a template again.

    Args:
        source: A dict, a text, or the path of a file: ASL in JSON or YAML, a CloudFormation, SAM or synthesized CDK
            template, `terraform show -json`, a `*.tf.json` or `*.tf`, a serverless.yml, or what
            `aws stepfunctions describe-state-machine` printed; also the folder cdk.out.
        name: Which one, where there are several.
        format: "json", "yaml", "cloudformation", "sam", "cdk", "terraform" or "serverless"; without it, what the
            source looks like.
        substitutions: Values for placeholders: `{"Charge.Arn": "arn:..."}` for `${Charge.Arn}`.

    Returns:
        The machine, without a session: `session.load(...)` and `session.state_machine("x", definition=...)` give one
        that can run.

    Raises:
        InvalidArgument: there is no such file, or it holds several machines and no name is given.
        InvalidDefinition, InvalidJson: it cannot be read, or holds no state machine.
        UnknownName: it holds none of that name.

    >>> load("StartAt: Done\nStates:\n  Done: {Type: Succeed}  # that is all")
    StateMachine 'machine' (STANDARD, JSONPath)
    ...
    """
    if is_machine_arn(source):
        raise InvalidArgument(
            "a state machine that is deployed is read through a session.",
            hint="Write session.load(arn), with session = sfn.aws().",
        )
    found = sources.read(source, name=name, format=format, substitutions=substitutions)
    return StateMachine(name_from(found.name), definition=found)


def name_from(found: str) -> str:
    """A name as Step Functions allows it, from one of a file or template.

    >>> name_from("my orders.v2")
    'my-orders.v2'
    """
    return _NOT_IN_A_NAME.sub("-", found).strip("-")[:80] or "machine"
