"""`rules()`: everything lint can say, as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, overload

from sfn_notebook._display import Shown
from sfn_notebook.lint.report import GLYPHS, Severity
from sfn_notebook.lint.rules import RULES


class RuleRow(NamedTuple):
    """One rule.

    Attributes:
        name: This package's name for it.
        code: The code of its problems, which several rules may share.
        severity: See `Problem`.
        message: What it says; what is in braces is filled in.
        hint: How to mend it.
    """

    name: str
    code: str
    severity: Severity
    message: str
    hint: str


class Rules(Sequence[RuleRow], Shown):
    """Every rule, in the order of the table."""

    def __init__(self) -> None:
        self._rows = tuple(RuleRow(name, one.code, one.severity, one.message, one.hint) for name, one in RULES.items())

    @overload
    def __getitem__(self, index: int) -> RuleRow: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[RuleRow, ...]: ...
    def __getitem__(self, index: int | slice) -> RuleRow | tuple[RuleRow, ...]:
        return self._rows[index]

    def __len__(self) -> int:
        return len(self._rows)

    def __repr__(self) -> str:
        return "\n".join(f"{GLYPHS[one.severity]} {one.code} ({one.name}): {one.message}" for one in self)


def rules() -> Rules:
    """Everything lint can say.

    >>> [one.severity for one in rules() if one.code == "POLL_LOOP"]
    ['info']
    """
    return Rules()
