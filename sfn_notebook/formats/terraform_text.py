"""A state machine as a resource of Terraform, in HCL or JSON."""

from __future__ import annotations

import json
import re
from typing import Any, Literal

from sfn_notebook.formats import hcl
from sfn_notebook.formats.template_text import Export

Written = Literal["hcl", "json"]


def terraform(machine: Export, *, format: Written = "hcl") -> str:
    """Terraform's configuration of the state machine.

    >>> print(terraform(Export("orders", {"StartAt": "A", "States": {}}, role="arn:r")), end="")
    resource "aws_sfn_state_machine" "orders" {
      name     = "orders"
      type     = "STANDARD"
      role_arn = "arn:r"
    <BLANKLINE>
      definition = <<-JSON
        {
          "StartAt": "A",
          "States": {}
        }
      JSON
    }
    """
    return _hcl(machine) if format == "hcl" else json.dumps(_json(machine), indent=2, ensure_ascii=False) + "\n"


def resource_name(name: str) -> str:
    """A name as a resource of Terraform has it.

    >>> [resource_name(name) for name in ("my orders", "2nd")]
    ['my_orders', '_2nd']
    """
    made = re.sub(r"[^A-Za-z0-9_-]+", "_", name)
    return made if re.match(r"[A-Za-z_]", made) else f"_{made}"


def _hcl(machine: Export) -> str:
    name = resource_name(machine.name)
    definition = hcl.escaped(machine.json(), alive=machine.known("terraform"))
    role = _quoted(machine.role) if machine.role else f"var.{name}_role_arn"
    lines = [
        f'resource "aws_sfn_state_machine" "{name}" {{',
        f"  name     = {_quoted(machine.name)}",
        f'  type     = "{machine.type}"',
        f"  role_arn = {role}",
        "",
        "  definition = <<-JSON",
        *(f"    {line}" for line in definition.split("\n")),
        "  JSON",
    ]
    if machine.logging is not None:
        lines += [
            "",
            "  logging_configuration {",
            f'    level                  = "{machine.logging}"',
            "    include_execution_data = true",
            f'    log_destination        = "${{aws_cloudwatch_log_group.{name}.arn}}:*"',
            "  }",
        ]
    lines.append("}")
    if machine.role is None:
        about = '  description = "The ARN of the role that the state machine runs with."'
        lines = [f'variable "{name}_role_arn" {{', "  type        = string", about, "}", "", *lines]
    if machine.logging is not None:
        group = _quoted(f"/aws/vendedlogs/states/{machine.name}")
        lines += ["", f'resource "aws_cloudwatch_log_group" "{name}" {{', f"  name = {group}", "}"]
    return "\n".join(lines) + "\n"


def _json(machine: Export) -> dict[str, Any]:
    name = resource_name(machine.name)
    body: dict[str, Any] = {
        "name": hcl.escaped(machine.name),
        "type": machine.type,
        "role_arn": hcl.escaped(machine.role) if machine.role else f"${{var.{name}_role_arn}}",
        "definition": hcl.escaped(machine.json(), alive=machine.known("terraform")),
    }
    made: dict[str, Any] = {"resource": {"aws_sfn_state_machine": {name: body}}}
    if machine.logging is not None:
        body["logging_configuration"] = {
            "level": machine.logging,
            "include_execution_data": True,
            "log_destination": f"${{aws_cloudwatch_log_group.{name}.arn}}:*",
        }
        group = {"name": f"/aws/vendedlogs/states/{machine.name}"}
        made["resource"]["aws_cloudwatch_log_group"] = {name: group}
    if machine.role is None:
        made["variable"] = {f"{name}_role_arn": {"type": "string"}}
    return made


def _quoted(text: str) -> str:
    return hcl.escaped(json.dumps(text, ensure_ascii=False))
