"""A state machine as a template of CloudFormation or SAM."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from sfn_notebook.formats import yaml_text
from sfn_notebook.formats.cloudformation import RAW, SAM
from sfn_notebook.formats.found import Dialect
from sfn_notebook.formats.placeholders import alive, holds_intrinsic, sub

Written = Literal["yaml", "json"]
_OPEN: Final = re.compile(r"\$(?=\{(?![\w.:]+\}))")
"""A `${` that is no placeholder: an Fn::Sub must not see it."""


@dataclass(frozen=True, slots=True)
class Export:
    """A state machine to be written.

    Attributes:
        name: Its name.
        definition: Its ASL.
        type: "STANDARD" or "EXPRESS".
        role: The ARN of its role; without it, the file asks for one.
        logging: "ALL", "ERROR", "FATAL", or None.
        substitutions: Placeholder -> what stands behind it.
        dialect: Whose placeholders these are.
    """

    name: str
    definition: Mapping[str, Any]
    type: str = "STANDARD"
    role: str | None = None
    logging: str | None = None
    substitutions: Mapping[str, Any] = field(default_factory=dict)
    dialect: Dialect = ""

    def json(self) -> str:
        """The definition as JSON text."""
        return json.dumps(self.definition, indent=2, ensure_ascii=False, allow_nan=False)

    def known(self, dialect: Dialect) -> Mapping[str, Any]:
        """The placeholders that mean something in this dialect."""
        return self.substitutions if self.dialect == dialect else {}


def cloudformation(machine: Export, *, format: Written = "yaml") -> str:
    """A CloudFormation template with the state machine.

    >>> print(cloudformation(Export("orders", {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}})), end="")
    AWSTemplateFormatVersion: '2010-09-09'
    Parameters:
      RoleArn:
        Type: String
        Description: The ARN of the role that the state machine runs with.
    Resources:
      Orders:
        Type: AWS::StepFunctions::StateMachine
        Properties:
          StateMachineName: orders
          StateMachineType: STANDARD
          RoleArn:
            Ref: RoleArn
          DefinitionString: |-
            {
              "StartAt": "A",
              "States": {
                "A": {
                  "Type": "Succeed"
                }
              }
            }
    """
    return _template(machine, _raw(machine), format)


def sam(machine: Export, *, format: Written = "yaml") -> str:
    """A SAM template with the state machine, its definition as an object."""
    if holds_intrinsic(machine.definition):
        # as an object it would be evaluated; a SAM template takes CloudFormation's own resource too
        return _template(machine, _raw(machine), format, Transform="AWS::Serverless-2016-10-31")
    properties = {
        "Name": machine.name,
        "Type": machine.type,
        "Role": _role(machine),
        **_logging(machine, "Logging"),
        "Definition": alive(machine.definition, machine.known("cloudformation")),
    }
    made = {"Type": SAM, "Properties": properties}
    return _template(machine, made, format, Transform="AWS::Serverless-2016-10-31")


def logical_id(name: str) -> str:
    """A name as a logical id.

    >>> [logical_id(name) for name in ("my-orders", "2nd", "ü")]
    ['MyOrders', 'StateMachine2nd', 'StateMachine']
    """
    made = "".join(word[:1].upper() + word[1:] for word in re.findall(r"[A-Za-z0-9]+", name))
    return made if made[:1].isalpha() else f"StateMachine{made}"


def _raw(machine: Export) -> dict[str, Any]:
    known = machine.known("cloudformation")
    text = _OPEN.sub(r"\\u0024", machine.json())
    if not any(f"${{{name}}}" in text for name in known):
        text = text.replace("${", r"\u0024{")  # it needs no Fn::Sub then, and nobody misses one
    properties = {
        "StateMachineName": machine.name,
        "StateMachineType": machine.type,
        "RoleArn": _role(machine),
        **_logging(machine, "LoggingConfiguration"),
        "DefinitionString": sub(text, known),
    }
    return {"Type": RAW, "Properties": properties}


def _role(machine: Export) -> Any:
    return machine.role or {"Ref": "RoleArn"}


def _logging(machine: Export, field: str) -> dict[str, Any]:
    if machine.logging is None:
        return {}
    group = {"Fn::GetAtt": [f"{logical_id(machine.name)}Logs", "Arn"]}
    destinations = [{"CloudWatchLogsLogGroup": {"LogGroupArn": group}}]
    return {field: {"Level": machine.logging, "IncludeExecutionData": True, "Destinations": destinations}}


def _template(machine: Export, resource: Mapping[str, Any], format: Written, **more: str) -> str:
    name = logical_id(machine.name)
    made: dict[str, Any] = {"AWSTemplateFormatVersion": "2010-09-09", **more}
    if machine.role is None:
        about = "The ARN of the role that the state machine runs with."
        made["Parameters"] = {"RoleArn": {"Type": "String", "Description": about}}
    made["Resources"] = {name: resource}
    if machine.logging is not None:
        group = {"LogGroupName": f"/aws/vendedlogs/states/{machine.name}"}
        made["Resources"][f"{name}Logs"] = {"Type": "AWS::Logs::LogGroup", "Properties": group}
    return yaml_text.dumps(made) if format == "yaml" else json.dumps(made, indent=2, ensure_ascii=False) + "\n"
