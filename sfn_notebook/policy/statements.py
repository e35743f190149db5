"""A policy as frozen values: statements, each with the states it is for and why it is as wide as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sfn_notebook._display import Shown
from sfn_notebook.policy.resources import ACCOUNT, PARTITION, REGION, Place

_ACCOUNT: Final = re.compile(r"(?<![0-9a-zA-Z])[0-9]{12}(?![0-9a-zA-Z])")
_TERRAFORM: Final = {
    PARTITION: "${data.aws_partition.current.partition}",
    REGION: "${data.aws_region.current.name}",
    ACCOUNT: "${data.aws_caller_identity.current.account_id}",
}


@dataclass(frozen=True, slots=True)
class Statement:
    """What the role may do.

    Attributes:
        actions: The IAM actions.
        resources: The ARNs they are allowed on.
        condition: The condition, or an empty mapping.
        states: The states it is there for; empty for the machine itself.
        why: What it is there for.
        wide: Why a `*` in its resources could not be narrower; "" without one.
    """

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    condition: Mapping[str, Any] = field(default_factory=dict)
    states: tuple[str, ...] = ()
    why: str = ""
    wide: str = ""

    def asl(self) -> dict[str, Any]:
        """The statement as IAM reads it."""
        made: dict[str, Any] = {"Effect": "Allow", "Action": list(self.actions), "Resource": list(self.resources)}
        return {**made, "Condition": dict(self.condition)} if self.condition else made


@dataclass(frozen=True)
class Policy(Shown):
    """The least-privilege role of a state machine.

    Attributes:
        name: The state machine's name.
        statements: What the role may do, in the order of the states that need it.
        notes: What the definition does not tell and the role may need besides.
        place: Partition, region and account, or the placeholders for them.
    """

    name: str
    statements: tuple[Statement, ...]
    notes: tuple[str, ...] = ()
    place: Place = field(default_factory=Place, repr=False)

    @property
    def document(self) -> dict[str, Any]:
        """The policy document; what is not known of the account stands in it as `${AWS::AccountId}`."""
        return {"Version": "2012-10-17", "Statement": [one.asl() for one in self.statements]}

    @property
    def trust(self) -> dict[str, Any]:
        """The trust policy: Step Functions may assume the role, and only for this state machine of this account."""
        source = self.place.arn(f"states/stateMachine:{self.name}")
        only = {"StringEquals": {"aws:SourceAccount": self.place.account}, "ArnLike": {"aws:SourceArn": source}}
        allowed = {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}
        return {"Version": "2012-10-17", "Statement": [{**allowed, "Condition": only}]}

    def to_json(self) -> str:
        """The policy document as JSON text."""
        return _text(self.document)

    def to_cloudformation(self) -> str:
        """A CloudFormation template (JSON) with the role; the placeholders are filled in where it is deployed."""
        properties: dict[str, Any] = {"AssumeRolePolicyDocument": _substituted(self.trust)}
        if self.statements:
            properties["Policies"] = [{"PolicyName": "calls", "PolicyDocument": _substituted(self.document)}]
        role = {"Type": "AWS::IAM::Role", "Properties": properties}
        return _text({"AWSTemplateFormatVersion": "2010-09-09", "Resources": {"StateMachineRole": role}})

    def to_terraform(self) -> str:
        """Terraform's configuration of the role as JSON, for a `.tf.json`."""
        name = re.sub(r"[^A-Za-z0-9_-]+", "_", f"{self.name}_role")
        name = name if name[0].isalpha() else f"_{name}"
        role = {"name_prefix": f"{name[:37]}-", "assume_role_policy": _terraform(self.trust)}
        made: dict[str, Any] = {"aws_iam_role": {name: role}}
        if self.statements:
            calls = {"name": "calls", "role": f"${{aws_iam_role.{name}.id}}", "policy": _terraform(self.document)}
            made["aws_iam_role_policy"] = {name: calls}
        known: dict[str, Any] = {
            kind: {"current": {}} for kind in ("aws_partition", "aws_region", "aws_caller_identity")
        }
        return _text({"data": known, "resource": made})

    def __repr__(self) -> str:
        count = len(self.statements)
        lines = [f"role of {self.name!r}: {count} statement{'s' if count != 1 else ''}"]
        for one in self.statements:
            lines.append(f"• {', '.join(one.actions)}")
            lines += [f"    on {hidden(resource)}" for resource in one.resources]
            if one.condition:
                lines.append(f"    if {hidden(json.dumps(dict(one.condition), ensure_ascii=False))}")
            lines.append(f"    for {', '.join(one.states) or 'the machine'}: {one.why}")
            if one.wide:
                lines.append(f"    * because {one.wide}")
        return "\n".join([*lines, *(f"ⓘ {note}" for note in self.notes)])


def hidden(text: str) -> str:
    """The text without account ids."""
    return _ACCOUNT.sub("…", text)


def merged(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """Statements of the same actions and condition made one, in the order of the first."""
    made: dict[str, Statement] = {}
    for one in statements:
        key = json.dumps([one.actions, dict(one.condition)], sort_keys=True)
        there = made.get(key)
        made[key] = one if there is None else _both(there, one)
    return tuple(made.values())


def _both(one: Statement, other: Statement) -> Statement:
    resources = tuple(dict.fromkeys((*one.resources, *other.resources)))
    return Statement(
        actions=one.actions,
        resources=("*",) if "*" in resources else resources,
        condition=one.condition,
        states=tuple(dict.fromkeys((*one.states, *other.states))),
        why="; ".join(dict.fromkeys(filter(None, (*one.why.split("; "), *other.why.split("; "))))),
        wide="; ".join(dict.fromkeys(filter(None, (*one.wide.split("; "), *other.wide.split("; "))))),
    )


def _text(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _substituted(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _substituted(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_substituted(one) for one in value]
    return {"Fn::Sub": value} if isinstance(value, str) and "${" in value else value


def _terraform(document: Mapping[str, Any]) -> str:
    text = json.dumps(document, ensure_ascii=False)
    for placeholder, there in _TERRAFORM.items():
        text = text.replace(placeholder, f"\0{there[1:]}")
    return text.replace("${", "$${").replace("%{", "%%{").replace("\0", "$")
