"""What linting gives: problems, and the report that holds them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, overload

from sfn_notebook._display import Shown

Severity = Literal["error", "warning", "info"]
GLYPHS: Final[dict[Severity, str]] = {"error": "✗", "warning": "⚠", "info": "ⓘ"}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, doubtful or worth knowing.

    Attributes:
        code: What it is; AWS's code where AWS has one.
        severity: "error" (Step Functions refuses it), "warning" (it runs, and not as meant) or "info".
        pointer: JSON pointer to the place, such as `/States/A/Next`.
        message: What is wrong; AWS's words where AWS has them.
        hint: How to mend it.
        state: The name of the state it is about, or None.
        mark: Two or three words for the place beside the state in a drawing, or "".
    """

    code: str
    severity: Severity
    pointer: str
    message: str
    hint: str = ""
    state: str | None = None
    mark: str = ""

    def __str__(self) -> str:
        head = f"{GLYPHS[self.severity]} {self.severity} at {self.pointer or '/'}: {self.message}"
        return f"{head}\n  {self.hint}" if self.hint else head


class Report(Sequence[Problem], Shown):
    """The problems of a definition, in the order of the definition."""

    def __init__(self, problems: Iterable[Problem] = ()) -> None:
        self._problems = tuple(problems)

    @property
    def errors(self) -> list[Problem]:
        """What Step Functions refuses."""
        return [one for one in self if one.severity == "error"]

    @property
    def warnings(self) -> list[Problem]:
        """What runs, and not as meant."""
        return [one for one in self if one.severity == "warning"]

    @property
    def ok(self) -> bool:
        """Whether there is no error."""
        return not self.errors

    def marks(self) -> dict[str, list[str]]:
        """State name -> short texts for a drawing, of errors and warnings."""
        made: dict[str, list[str]] = {}
        for one in self:
            if one.state is not None and one.mark and one.severity != "info":
                texts = made.setdefault(one.state, [])
                if one.mark not in texts:
                    texts.append(one.mark)
        return made

    @overload
    def __getitem__(self, index: int) -> Problem: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Problem, ...]: ...
    def __getitem__(self, index: int | slice) -> Problem | tuple[Problem, ...]:
        return self._problems[index]

    def __len__(self) -> int:
        return len(self._problems)

    @property
    def summary(self) -> str:
        """How many there are, in words.

        >>> Report([Problem("A", "error", "", "m"), Problem("B", "info", "", "m")]).summary
        '1 error, 1 info'
        """
        counts = Counter(one.severity for one in self)
        words = (
            f"{counts[kind]} {kind}{'s' if counts[kind] > 1 and kind != 'info' else ''}"
            for kind in GLYPHS
            if counts[kind]
        )
        return ", ".join(words) or "no problems"

    def __repr__(self) -> str:
        return "\n".join([self.summary, *map(str, self)])
