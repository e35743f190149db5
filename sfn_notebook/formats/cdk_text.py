"""A state machine as a stack of the AWS CDK, in Python."""

from __future__ import annotations

import re
from typing import Final

from sfn_notebook.formats.template_text import Export, logical_id

_UNSAFE: Final = re.compile(r"\W+", re.ASCII)


def cdk(machine: Export) -> str:
    """Python code of CDK v2 with a stack that holds the state machine."""
    name = logical_id(machine.name)
    text, substitutions = _text(machine)
    imports = ["from aws_cdk import Stack" + (", Token" if substitutions else "")]
    imports += ["from aws_cdk import aws_iam as iam"] if machine.role else []
    imports += ["from aws_cdk import aws_logs as logs"] if machine.logging else []
    imports += ["from aws_cdk import aws_stepfunctions as sfn", "from constructs import Construct"]
    lines = [
        *imports,
        "",
        f'DEFINITION = r"""{text}"""',
        "",
        "",
        f"class {name}Stack(Stack):",
        "    def __init__(self, scope: Construct, construct_id: str, **kwargs) -> None:",
        "        super().__init__(scope, construct_id, **kwargs)",
        "        sfn.StateMachine(",
        "            self,",
        f"            {name!r},",
        f"            state_machine_name={machine.name!r},",
        f"            state_machine_type=sfn.StateMachineType.{machine.type},",
        "            definition_body=sfn.DefinitionBody.from_string(DEFINITION),",
        *substitutions,
        *_role(machine),
        *_logging(machine),
        "        )",
    ]
    return "\n".join(lines) + "\n"


def _text(machine: Export) -> tuple[str, list[str]]:
    """The definition, and the lines that fill in its placeholders, whose names the CDK takes without dots."""
    text, lines = machine.json(), []
    for name, value in machine.known("cloudformation").items():
        if f"${{{name}}}" in text:
            safe = _UNSAFE.sub("_", name)
            text = text.replace(f"${{{name}}}", f"${{{safe}}}")
            lines.append(f"                {safe!r}: Token.as_string({value!r}),")
    return text, ["            definition_substitutions={", *lines, "            },"] if lines else []


def _role(machine: Export) -> list[str]:
    if machine.role is None:
        return ["            # without role= the CDK makes one; grant it what the tasks call"]
    return [f'            role=iam.Role.from_role_arn(self, "Role", {machine.role!r}),']


def _logging(machine: Export) -> list[str]:
    if machine.logging is None:
        return []
    return [
        "            logs=sfn.LogOptions(",
        '                destination=logs.LogGroup(self, "Logs"),',
        f"                level=sfn.LogLevel.{machine.logging},",
        "                include_execution_data=True,",
        "            ),",
    ]
