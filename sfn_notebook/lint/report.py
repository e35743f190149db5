"""What linting gives: problems, and the report that holds them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, overload

from sfn_notebook._display import Shown
from sfn_notebook.errors import InvalidArgument
from sfn_notebook.lint.fixes import Edit

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
        rule: The name of its rule (see `rules`).
        edits: What mends it without a guess; empty where a person has to decide.
    """

    code: str
    severity: Severity
    pointer: str
    message: str
    hint: str = ""
    state: str | None = None
    mark: str = ""
    rule: str = ""
    edits: tuple[Edit, ...] = ()

    def mended_by(self, *edits: Edit) -> Problem:
        """The same problem with the edits that mend it."""
        return replace(self, edits=edits)

    def __str__(self) -> str:
        head = f"{GLYPHS[self.severity]} {self.severity} at {self.pointer or '/'}: {self.message}"
        return f"{head}\n  {self.hint}" if self.hint else head


@dataclass(frozen=True, slots=True)
class Ignored:
    """A problem that somebody decided to live with.

    Attributes:
        problem: The problem.
        reason: Why.
    """

    problem: Problem
    reason: str


class Report(Sequence[Problem], Shown):
    """The problems of a definition, in the order of the definition.

    Args:
        problems: The problems.
        ignored: Those that somebody decided to live with; they are counted and not listed.
    """

    def __init__(self, problems: Iterable[Problem] = (), ignored: Iterable[Ignored] = ()) -> None:
        self._problems = tuple(problems)
        self.ignored = tuple(ignored)

    @property
    def fixable(self) -> list[Problem]:
        """What `fix()` mends."""
        return [one for one in self if one.edits]

    def only(self, least: Severity) -> Report:
        """Those that are at least so severe: "error", "warning" (with the errors), "info" (all).

        Raises:
            InvalidArgument: it is none of the three.

        >>> len(Report([Problem("A", "error", "", "m"), Problem("B", "info", "", "m")]).only("warning"))
        1
        """
        kinds = tuple(GLYPHS)
        if least not in kinds:
            raise InvalidArgument(f"a severity is one of {', '.join(map(repr, kinds))}; given was {least!r}.")
        return Report([one for one in self if kinds.index(one.severity) <= kinds.index(least)], self.ignored)

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

    @property
    def notes(self) -> list[str]:
        """What else there is to know: what is ignored and why, what `fix()` mends."""
        counts = Counter((one.problem.code, one.reason) for one in self.ignored)
        told = [f"ignored: {code}, {count} ({reason})" for (code, reason), count in counts.items()]
        return [*told, *([f"fix() mends {len(self.fixable)} of them"] if self.fixable else [])]

    def __repr__(self) -> str:
        return "\n".join([self.summary, *map(str, self), *self.notes])
