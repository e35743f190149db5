"""A parsed JSONPath: its root, its steps, and how they select values, with Jayway's semantics.

https://github.com/json-path/JsonPath is the implementation behind Step Functions. A path is *definite* when it
can select one value at most (names and single indexes only): it then gives that value or fails. Any other path
is indefinite and gives a list, empty when nothing matches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from sfn_notebook.errors import PathFailure
from sfn_notebook.expressions.java import class_name, printed

INPUT: Final = "$"
CONTEXT: Final = "$$"
_PROVIDER: Final = "com.jayway.jsonpath.spi.json.JacksonJsonProvider"  # a guess: the one that gives maps and lists
Predicate = Callable[[Any, Any], bool]  # (candidate, root document) -> whether the filter lets it through


@dataclass(frozen=True, slots=True)
class Name:
    """`.name` or `['name']`."""

    name: str

    def select(self, value: Any, root: Any) -> Iterator[Any]:
        """What this step selects of a value; `root` is the whole document."""
        if isinstance(value, dict) and self.name in value:
            yield value[self.name]

    def __str__(self) -> str:
        return f"['{self.name}']"


@dataclass(frozen=True, slots=True)
class Index:
    """`[3]` or `[-1]`."""

    index: int

    def select(self, value: Any, root: Any) -> Iterator[Any]:
        """What this step selects of a value; `root` is the whole document."""
        if isinstance(value, list) and -len(value) <= self.index < len(value):
            yield value[self.index]

    def __str__(self) -> str:
        return f"[{self.index}]"


@dataclass(frozen=True, slots=True)
class Slice:
    """`[1:3]`, `[:2]`, `[-2:]`. Jayway reads a step (`[0:9:2]`) and takes no notice of it."""

    start: int | None
    stop: int | None

    def select(self, value: Any, root: Any) -> Iterator[Any]:
        """What this step selects of a value; `root` is the whole document."""
        if not isinstance(value, list) or not value:
            return
        length = len(value)
        if self.start is None or self.stop is None:
            yield from value[self.start : self.stop]
            return
        # with both ends Jayway counts from one to the other and only then looks from which end: [0:-1] is empty,
        # and [-1:1] of two elements gives both
        for index in range(max(self.start, -length), min(length, self.stop)):
            if -length <= index < length:
                yield value[index]

    def __str__(self) -> str:
        ends = ("" if end is None else str(end) for end in (self.start, self.stop))
        return f"[{':'.join(ends)}]"


@dataclass(frozen=True, slots=True)
class Union:
    """`['a','b']` or `[0,2]`.

    At the end of a path several names give one object that holds those which are there, as in Jayway; before
    other steps they are followed one by one.
    """

    parts: tuple[Name | Index, ...]
    last: bool = True

    @property
    def merges(self) -> bool:
        """Whether it gives one object."""
        return self.last and isinstance(self.parts[0], Name)

    def select(self, value: Any, root: Any) -> Iterator[Any]:
        """What this step selects of a value; `root` is the whole document."""
        if not self.merges:
            for part in self.parts:
                yield from part.select(value, root)
        elif isinstance(value, dict):
            names = [part.name for part in self.parts if isinstance(part, Name)]
            yield {name: value[name] for name in names if name in value}

    def __str__(self) -> str:
        return f"[{','.join(str(part)[1:-1] for part in self.parts)}]"


@dataclass(frozen=True, slots=True)
class Wildcard:
    """`.*` or `[*]`."""

    def select(self, value: Any, root: Any) -> Iterator[Any]:
        """What this step selects of a value; `root` is the whole document."""
        if isinstance(value, dict):
            yield from value.values()
        elif isinstance(value, list):
            yield from value

    def __str__(self) -> str:
        return "[*]"


@dataclass(frozen=True, slots=True)
class Filter:
    """`[?(@.price < 10)]`: the elements of an array, or an object itself, that the predicate lets through."""

    predicate: Predicate
    text: str

    def select(self, value: Any, root: Any) -> Iterator[Any]:
        """What this step selects of a value; `root` is the whole document."""
        candidates = value if isinstance(value, list) else [value] if isinstance(value, dict) else []
        for candidate in candidates:
            if self.predicate(candidate, root):
                yield candidate

    def __str__(self) -> str:
        return f"[?({self.text})]"


@dataclass(frozen=True, slots=True)
class Descent:
    """`..step`: the step applied to the value and to everything below it."""

    step: Step

    def select(self, value: Any, root: Any) -> Iterator[Any]:
        """What this step selects of a value; `root` is the whole document."""
        stack = [value]
        while stack:
            here = stack.pop()
            if self._asks(here, root):
                yield from self.step.select(here, root)
            below = here.values() if isinstance(here, dict) else here if isinstance(here, list) else ()
            stack.extend(reversed([item for item in below if isinstance(item, (dict, list))]))

    def _asks(self, here: Any, root: Any) -> bool:
        """Whether the step is applied here: Jayway asks a filter of each node, and several names of what has all."""
        if isinstance(self.step, Filter):
            return self.step.predicate(here, root)
        if isinstance(self.step, Union) and self.step.merges:
            return isinstance(here, dict) and all(isinstance(p, Name) and p.name in here for p in self.step.parts)
        return True

    def __str__(self) -> str:
        return f"..{self.step}"


@dataclass(frozen=True, slots=True)
class Call:
    """`.length()`, `.sum()` …: a function of what the path before it gives; always the last step."""

    name: str
    function: Callable[[Any, Any], Any]  # (value, root document) -> result

    def select(self, value: Any, root: Any) -> Iterator[Any]:
        """What this step selects of a value; `root` is the whole document."""
        yield self.function(value, root)

    def __str__(self) -> str:
        return f".{self.name}()"


Step = Name | Index | Slice | Union | Wildcard | Filter | Descent | Call


def is_definite(steps: tuple[Step, ...]) -> bool:
    """Whether steps can select one value at most."""
    if steps and isinstance(steps[-1], Call):
        return True
    return all(isinstance(step, (Name, Index)) or (isinstance(step, Union) and step.merges) for step in steps)


@dataclass(frozen=True, slots=True)
class Path:
    """A parsed path.

    Attributes:
        text: As written.
        root: `$` (the input), `$$` (the context object) or the name of a variable.
        steps: What follows the root.
        definite: It can select one value at most.
    """

    text: str
    root: str
    steps: tuple[Step, ...]
    definite: bool

    def value(self, document: Any) -> Any:
        """What the path selects: one value when definite, else a list.

        Raises:
            PathFailure: a definite path, or the definite beginning of another, finds nothing.
        """
        here = document
        for position, step in enumerate(self.steps):
            if isinstance(step, Name):
                if not isinstance(here, dict) or step.name not in here:
                    raise self._missing(position, here)
                here = here[step.name]
            elif isinstance(step, Index):
                if not isinstance(here, list) or not -len(here) <= step.index < len(here):
                    raise self._missing(position, here)
                here = here[step.index]
            elif isinstance(step, Call):
                return step.function(here, document)
            else:
                return self._rest(here, position, document)
        return here

    def _rest(self, here: Any, position: int, document: Any) -> Any:
        """What follows the definite beginning."""
        *before, last = self.steps[position:]
        if isinstance(last, Call):
            return last.function(spread(here, tuple(before), document), document)
        found = spread(here, (*before, last), document)
        if not self.definite:
            return found
        if not found:
            raise self._missing(position, here)
        return found[0]

    def _missing(self, position: int, here: Any) -> PathFailure:
        step = self.steps[position]
        walked = "$" + "".join(str(step) for step in self.steps[: position + 1])
        before = "$" + "".join(str(step) for step in self.steps[:position])
        if isinstance(step, Index) and isinstance(here, list):
            message = f"Index out of bounds when evaluating path {walked}"
        elif isinstance(step, Index) and here is None:
            message = f"The path {before} is null"
        elif isinstance(step, Index):
            message = f"Filter: {step} can only be applied to arrays. Current context is: {printed(here)}"
        elif not isinstance(here, dict):
            message = (
                f"Expected to find an object with property {step} in path {before} but found '{class_name(here)}'."
                f" This is not a json object according to the JsonProvider: '{_PROVIDER}'."
            )
        elif position == len(self.steps) - 1:
            message = f"No results for path: {walked}"
        else:
            message = f"Missing property in path {walked}"
        return PathFailure(message)


def spread(value: Any, steps: tuple[Step, ...], root: Any) -> list[Any]:
    """Everything that steps select of a value."""
    found = [value]
    for step in steps:
        found = [item for here in found for item in step.select(here, root)]
    return found
