"""What a template fills in later cannot be checked now: what lint says of a placeholder is no error of the template."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from sfn_notebook import asl
from sfn_notebook.lint import Problem


def seen_as_template(
    problems: Iterable[Problem], machine: asl.Machine, substitutions: Mapping[str, Any]
) -> Iterator[Problem]:
    """The problems, with those of a Resource that a template fills in as warnings that say so.

    >>> from sfn_notebook import lint
    >>> raw = {"Type": "Task", "Resource": "${Charge.Arn}", "End": True}
    >>> machine = asl.read({"StartAt": "A", "States": {"A": raw}})
    >>> print(*seen_as_template(lint.check(machine), machine, {"Charge.Arn": {}}), sep="")
    ⚠ warning at /States/A/Resource: The template fills in ${Charge.Arn}; until then it cannot run
      To run it here, say what it is: sfn.load(..., substitutions={'Charge.Arn': 'arn:...'}).
    """
    resources = {f"{state.pointer}/Resource": state.resource for state in machine.walk()} if substitutions else {}
    for one in problems:
        resource = resources.get(one.pointer, "")
        name = next((name for name in substitutions if f"${{{name}}}" in resource), None)
        if name is None or one.severity != "error":
            yield one
            continue
        yield replace(
            one,
            severity="warning",
            message=f"The template fills in ${{{name}}}; until then it cannot run",
            hint=f"To run it here, say what it is: sfn.load(..., substitutions={{{name!r}: 'arn:...'}}).",
            mark="filled in later",
        )
