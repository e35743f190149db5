"""What somebody decided about problems: to live with some, for a reason, and to have the mechanical ones mended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from sfn_notebook.asl import read
from sfn_notebook.errors import InvalidArgument, did_you_mean
from sfn_notebook.lint.check import check
from sfn_notebook.lint.fixes import Edit, mended
from sfn_notebook.lint.report import Ignored, Report
from sfn_notebook.lint.rules import RULES, problem

_ROUNDS: Final = 3  # an edit may uncover the next problem; more than a few such steps there are not


class Fixed(NamedTuple):
    """A definition that was mended.

    Attributes:
        definition: The definition now.
        edits: What was changed.
        report: What is left.
    """

    definition: dict[str, Any]
    edits: tuple[Edit, ...]
    report: Report

    def __repr__(self) -> str:
        head = f"{len(self.edits)} change{'' if len(self.edits) == 1 else 's'}"
        return "\n".join([head, *map(str, self.edits), f"left: {self.report.summary}"])


def checked_ignore(ignore: Mapping[str, str]) -> dict[str, str]:
    """Codes with the reason for living with them.

    Raises:
        InvalidArgument: there is no such code, or a reason is missing.
    """
    if not isinstance(ignore, Mapping):
        raise InvalidArgument(f"ignore= is a dict of code -> reason; given was {type(ignore).__name__}.")
    codes = sorted({rule.code for rule in RULES.values()})
    for code, reason in ignore.items():
        if code not in codes:
            raise InvalidArgument(f"there is no rule with the code {code!r}.", hint=did_you_mean(str(code), codes))
        if not isinstance(reason, str) or not reason.strip():
            raise InvalidArgument(
                f"ignoring {code} needs a reason; given was {reason!r}.",
                hint=f"Such as ignore={{{code!r}: 'agreed with the team'}}.",
            )
    return dict(ignore)


def ignoring(report: Report, ignore: Mapping[str, str]) -> Report:
    """A report without the problems somebody decided to live with, which also tells what was decided in vain.

    >>> from sfn_notebook.lint.report import Problem
    >>> ignoring(Report([Problem("GREY", "info", "", "m")]), {"GREY": "we like it"})
    no problems
    ignored: GREY, 1 (we like it)
    """
    met = [Ignored(one, ignore[one.code]) for one in report if one.code in ignore]
    codes = {one.problem.code for one in met}
    vain = [problem("unused_ignore", "", code=code, reason=why) for code, why in ignore.items() if code not in codes]
    return Report([*(one for one in report if one.code not in ignore), *vain], [*report.ignored, *met])


def fix(definition: Mapping[str, Any], *, type: str = "STANDARD", ignore: Mapping[str, str] | None = None) -> Fixed:
    """A definition with everything mended that needs no guess; all else stays as it is.

    Args:
        definition: The ASL.
        type: "STANDARD" or "EXPRESS".
        ignore: Codes that are left alone, each with the reason.

    >>> made = fix({"StartAt": "A", "States": {"A": {"Type": "Pass", "Parameters": {"x": "$.y"}, "End": True}}})
    >>> print(made)
    1 change
    renamed /States/A/Parameters/x to 'x.$'
    left: no problems
    """
    ignored, made, done = checked_ignore(ignore or {}), dict(definition), list[Edit]()
    report = ignoring(check(read(made), type=type), ignored)
    for _ in range(_ROUNDS):
        made, edits = mended(made, (edit for one in report.fixable for edit in one.edits))
        if not edits:
            break
        done += edits
        report = ignoring(check(read(made), type=type), ignored)
    return Fixed(made, tuple(done), report)
