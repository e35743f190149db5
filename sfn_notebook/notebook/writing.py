"""A state machine as text: JSON, YAML, cells, and the templates of those who deploy it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal, Protocol

from sfn_notebook import formats
from sfn_notebook.notebook import code
from sfn_notebook.notebook.signatures import checked


class Writable(Protocol):
    """What writing needs of a machine."""

    type: str
    role: str | None
    logging: Any
    origin: formats.Found | None

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def definition(self) -> dict[str, Any]:
        """Its definition."""


class Writing:
    """A machine that can be written."""

    @checked
    def to_json(self: Writable, *, indent: int | None = 2) -> str:
        """The definition as JSON text."""
        return json.dumps(self.definition, indent=indent, ensure_ascii=False, allow_nan=False)

    @checked
    def to_yaml(self: Writable) -> str:
        r"""The definition as YAML text; with its comments, where it was read from YAML.

        >>> import sfn_notebook as sfn
        >>> sm = sfn.load("StartAt: Wait # for the others\nStates:\n  Wait: {Type: Wait, Seconds: 5, End: true}")
        >>> sm["Wait"] >> sm.succeed("Done")
        Wait >> Done
        >>> print(sm.to_yaml(), end="")
        StartAt: Wait # for the others
        States:
          Wait: {Type: Wait, Seconds: 5, Next: Done}
          Done:
            Type: Succeed
        """
        definition, origin = self.definition, self.origin
        if origin is not None and origin.text is not None and "#" in origin.text:
            made = formats.yaml_comments.dumps(definition, text=origin.text, steps=origin.steps)
            if made is not None:
                return made
        return formats.yaml_text.dumps(definition)

    @checked
    def to_code(self: Writable) -> str:
        """Python code, in cells (`# %%`), that builds this machine; what no call can say stands in it as ASL.

        >>> import sfn_notebook as sfn
        >>> sm = sfn.StateMachine("hello")
        >>> sm.pass_("Greet", output=sfn.q("'Hello ' & $states.input.name")) >> sm.succeed("Done")
        Greet >> Done
        >>> print(sm.to_code(), end="")
        # %%
        import sfn_notebook as sfn
        from sfn_notebook import q
        <BLANKLINE>
        session = sfn.local()
        <BLANKLINE>
        # %%
        sm = session.state_machine('hello', query_language='JSONata')
        <BLANKLINE>
        # %%
        sm.pass_('Greet', output=q("'Hello ' & $states.input.name")) >> 'Done'
        <BLANKLINE>
        # %%
        sm.succeed('Done')
        """
        given = {"type": self.type if self.type != "STANDARD" else None, "role": self.role, "logging": self.logging}
        options = {word: value for word, value in given.items() if value is not None}

        def trial(fields: Mapping[str, Any]) -> Any:
            return type(self)("trial", definition=fields, type=self.type)  # type: ignore[call-arg]  # a StateMachine

        return code.cells(self.name, self.definition, options=options, trial=trial)

    @checked
    def to_cloudformation(self: Writable, *, format: Literal["yaml", "json"] = "yaml") -> str:
        """A CloudFormation template with this state machine.

        Its role is a parameter of the template where the machine names none. What a template filled in where the
        machine was read from one (`${Charge.Arn}`) is filled in again; every other `${...}` stays as it is.
        """
        return formats.template_text.cloudformation(_export(self), format=format)

    @checked
    def to_sam(self: Writable, *, format: Literal["yaml", "json"] = "yaml") -> str:
        """A SAM template with this state machine; as `to_cloudformation`."""
        return formats.template_text.sam(_export(self), format=format)

    @checked
    def to_cdk(self: Writable) -> str:
        """Python code of the AWS CDK (v2): a stack with this state machine."""
        return formats.cdk_text.cdk(_export(self))

    @checked
    def to_terraform(self: Writable, *, format: Literal["hcl", "json"] = "hcl") -> str:
        """Terraform's resource of this state machine, as HCL (for a `.tf`) or JSON (for a `.tf.json`).

        Its role is a variable where the machine names none. What Terraform filled in where the machine was read from
        its files is filled in again; every other `${...}` and `%{...}` stays as it is.
        """
        return formats.terraform_text.terraform(_export(self), format=format)


def _export(machine: Writable) -> formats.template_text.Export:
    logging = machine.logging.get("level") if isinstance(machine.logging, Mapping) else machine.logging
    origin = machine.origin
    return formats.template_text.Export(
        name=machine.name,
        definition=machine.definition,
        type=machine.type,
        role=machine.role,
        logging=logging if logging != "OFF" else None,
        substitutions=origin.substitutions if origin else {},
        dialect=origin.dialect if origin else "",
    )
