"""What `sm.pass_(...)` and its siblings give back: handles by which states are wired.

A handle holds no state of its own: it names one, so an old handle from a re-run cell is as good as a new one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal, Self

from sfn_notebook._display import Shown
from sfn_notebook.asl import BOTH, JSONATA, STATE_FIELDS
from sfn_notebook.asl.fields import CATCH_FIELDS
from sfn_notebook.errors import InvalidArgument, UnknownKeyword
from sfn_notebook.notebook import cells, render
from sfn_notebook.notebook.blueprint import Blueprint
from sfn_notebook.notebook.flow import Entry, Node, Origin
from sfn_notebook.notebook.load import entry_key
from sfn_notebook.notebook.signatures import checked

Errors = str | type[BaseException] | Iterable[str | type[BaseException]]


class _Wired(Shown):
    """What can stand on either side of `>>`."""

    __slots__ = ("blueprint",)

    def __init__(self, blueprint: Blueprint) -> None:
        self.blueprint = blueprint

    @property
    def machine(self) -> Any:
        """The state machine it belongs to."""
        return self.blueprint.machine

    @property
    def ends(self) -> tuple[str, str]:
        """The names of its first and last state."""
        raise NotImplementedError

    def then(self, to: Target) -> Chain:
        """Go on with `to` (a state, a chain or a name, which need not exist yet); the same as `>>`.

        Returns:
            The chain from here to there, so that `a.then(b).then("Done")` goes on from `b`.

        Raises:
            InvalidArgument: no single edge leaves this state: Succeed and Fail end, a Choice has rules.
        """
        first, last = self.ends
        target = target_name(self.blueprint, to)
        with self.blueprint.flow.edit():
            _wire(self.blueprint, last, target)
        return Chain(self.blueprint, first, to.ends[1] if isinstance(to, _Wired) else target)

    def __rshift__(self, to: Target) -> Chain:
        return self.then(to)

    def __rrshift__(self, source: str) -> Chain:
        name = target_name(self.blueprint, source)
        with self.blueprint.flow.edit():
            _wire(self.blueprint, name, self.ends[0])
        return Chain(self.blueprint, name, self.ends[1])


class Chain(_Wired):
    """States wired one after the other; `>>` goes on from its last, an edge to it leads to its first."""

    __slots__ = ("_first", "_last")

    def __init__(self, blueprint: Blueprint, first: str, last: str) -> None:
        super().__init__(blueprint)
        self._first, self._last = first, last

    @property
    def ends(self) -> tuple[str, str]:
        """The names of its first and last state."""
        return self._first, self._last

    def __repr__(self) -> str:
        names, seen = [self._first], {self._first}
        while names[-1] != self._last:
            node = self.blueprint.flow.nodes.get(names[-1])
            if node is None or node.next is None or node.next in seen:
                break
            names.append(node.next)
            seen.add(node.next)
        return " >> ".join(names)


class State(_Wired):
    """A state of a machine, by name."""

    __slots__ = ("_generation", "_node")

    def __init__(self, blueprint: Blueprint, node: Node, *, generation: int = 0) -> None:
        super().__init__(blueprint)
        self._node = node
        self._generation = generation  # of the declaration that gave this handle; 0 for one looked up

    @property
    def name(self) -> str:
        """Its name; follows a renaming."""
        return self._node.name

    @property
    def type(self) -> str:
        """Its type, such as "Task"; "" while it is only named by an edge."""
        return self._current().type

    @property
    def query_language(self) -> str:
        """The query language in force for it."""
        return self.blueprint.language_of(self._current())

    @property
    def ends(self) -> tuple[str, str]:
        """Its name, twice: it is a chain of one."""
        return self.name, self.name

    def end(self) -> Self:
        """End here: take back the edge to the next state."""
        with self.blueprint.flow.edit():
            node = self._current()
            node.next, node.open = None, False
        return self

    @checked
    def retry(
        self,
        errors: Errors,
        *,
        interval_seconds: int | None = None,
        max_attempts: int | None = None,
        backoff_rate: float | None = None,
        max_delay_seconds: int | None = None,
        jitter: Literal["FULL", "NONE"] | None = None,
        comment: str | None = None,
    ) -> Self:
        """Try again after these errors. Said again for the same errors it replaces, so a cell can be re-run.

        Args:
            errors: Error names (`"ValueError"`, `"States.Timeout"`, `"States.ALL"`), exception classes, or a list.
            interval_seconds: Seconds before the first retry; Step Functions takes 1 when it is not given.
            max_attempts: How many retries at most; Step Functions takes 3, 0 means never.
            backoff_rate: By what the interval is multiplied each time; Step Functions takes 2.0.
            max_delay_seconds: What the interval never grows beyond.
            jitter: "FULL" spreads each interval between 0 and itself; Step Functions takes "NONE".
            comment: A comment.

        Raises:
            InvalidArgument: the state's type has no Retry, or an argument is not allowed.
        """
        if jitter not in (None, "FULL", "NONE"):
            raise InvalidArgument(f"jitter is 'FULL' or 'NONE'; given was {jitter!r}.")
        self._with_field("Retry")
        given = {
            "IntervalSeconds": interval_seconds,
            "MaxAttempts": max_attempts,
            "BackoffRate": backoff_rate,
            "MaxDelaySeconds": max_delay_seconds,
            "JitterStrategy": jitter,
            "Comment": comment,
        }
        fields = {"ErrorEquals": error_names(errors), **{key: one for key, one in given.items() if one is not None}}
        fields = render.fill(fields, self.query_language, where="retry")
        with self.blueprint.flow.edit():
            self._current().retriers.put(Entry(entry_key(fields), fields, origin=self._origin()))
        return self

    def catch(self, errors: Errors, to: Target, **fields: Any) -> Self:
        """Go to another state after these errors. Said again for the same errors it replaces.

        Args:
            errors: As in `retry`.
            to: Where to go: a state, a chain, or a name that need not exist yet.
            **fields: `assign`, `comment`, `output` (JSONata), `result_path` (JSONPath).

        Raises:
            InvalidArgument: the state's type has no Catch.
            UnknownKeyword: a field a catcher does not have in this query language.
        """
        self._with_field("Catch")
        made = {"ErrorEquals": error_names(errors), **self._extra("catch", fields, CATCH_FIELDS)}
        target = target_name(self.blueprint, to)
        with self.blueprint.flow.edit():
            self._current().catchers.put(Entry(entry_key(made), made, target, self._origin()))
        return self

    def _extra(self, verb: str, given: Mapping[str, Any], table: Mapping[str, str]) -> dict[str, Any]:
        language = self.query_language
        words = {"assign": "Assign", "output": "Output", "result_path": "ResultPath", "comment": "Comment"}
        allowed = {word: field for word, field in words.items() if table.get(field) in (BOTH, language)}
        for word in given:
            if word not in allowed:
                raise UnknownKeyword(
                    f"{verb}() of {self.name!r}, whose query language is {language}, has no {word!r}.",
                    hint=f"Allowed: {', '.join(allowed)}.",
                )
        return {allowed[word]: _extra_value(value, language, word) for word, value in given.items()}

    def _current(self) -> Node:
        return self.blueprint.flow.node(self.name)  # the node may have been removed and added again since

    def _with_field(self, field: str) -> None:
        node = self._current()
        if node.type and field not in STATE_FIELDS.get(node.type, (field,)):
            able = [one for one, fields in STATE_FIELDS.items() if field in fields]
            raise InvalidArgument(f"{node.type} state {node.name!r} has no {field}; {', '.join(able)} have one.")

    def _origin(self) -> Origin:
        node, cell = self._current(), cells.current()
        fresh = bool(self._generation) and self._generation == node.generation
        return Origin(cell, node.generation if fresh else 0, fresh and cell == node.cell)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, State) and self.blueprint is other.blueprint and self.name == other.name

    def __hash__(self) -> int:
        return hash((id(self.blueprint), self.name))

    def __repr__(self) -> str:
        node = self._current()
        return f"{node.type or 'undeclared'} {node.name!r}{_leads(node)}"


class ChoiceState(State):
    """A Choice: its edges are rules."""

    __slots__ = ()

    def when(self, condition: Any, to: Target, **fields: Any) -> Self:
        """Go to `to` when the condition holds; the first rule that holds decides.

        Args:
            condition: `q("...")`, a comparison of `path(...)` or `ctx`, or a raw rule as a dict.
            to: Where to go: a state, a chain, or a name that need not exist yet.
            **fields: `assign`, `comment`, `output` (JSONata).

        Raises:
            InvalidArgument: it is no condition.
            UnknownKeyword: an expression or field of the other query language.
        """
        self._with_field("Choices")
        made = render.condition(condition, self.query_language)
        made.update(self._extra("when", fields, {"Assign": BOTH, "Comment": BOTH, "Output": JSONATA}))
        target = target_name(self.blueprint, to)
        with self.blueprint.flow.edit():
            node = self._current()
            node.fields.pop("Choices", None)
            node.rules.put(Entry(entry_key(made), made, target, self._origin()))
        return self

    def otherwise(self, to: Target) -> Self:
        """Go to `to` when no rule holds."""
        target = target_name(self.blueprint, to)
        self._with_field("Default")
        with self.blueprint.flow.edit():
            self._current().default = target
        return self


Target = State | Chain | str


def target_name(blueprint: Blueprint, to: object) -> str:
    """The name an edge to `to` leads to.

    Raises:
        InvalidArgument: it is no state of this machine.
    """
    if isinstance(to, _Wired):
        if to.blueprint is not blueprint:
            raise InvalidArgument(
                f"{to!r} belongs to the machine {to.blueprint.name!r}, not to {blueprint.name!r}.",
                hint="An edge stays inside one machine; run the cell that makes the state for this machine.",
            )
        return to.ends[0]
    if isinstance(to, str) and to:
        return blueprint.flow.resolve(to)
    several = "To go several ways at once use sm.parallel(...), to choose one sm.choice(...)."
    raise InvalidArgument(
        f"a state or a state's name is needed here; given was {to!r}.",
        hint=several if isinstance(to, (list, tuple)) else None,
    )


def error_names(errors: object) -> list[str]:
    """Error names of what `retry` and `catch` take, each once.

    >>> error_names([ValueError, "States.Timeout"])
    ['ValueError', 'States.Timeout']
    """
    given = [errors] if isinstance(errors, (str, type)) or not isinstance(errors, Iterable) else list(errors)
    names = [one.__name__ if isinstance(one, type) and issubclass(one, BaseException) else one for one in given]
    if names and all(isinstance(name, str) and name for name in names):
        return list(dict.fromkeys(map(str, names)))
    raise InvalidArgument(
        f"errors are names such as 'ValueError' or 'States.ALL'; given was {errors!r}.",
        hint="Give one name, an exception class, or a list of them.",
    )


def _extra_value(value: Any, language: str, word: str) -> Any:
    if word == "result_path" and value is not None and not isinstance(value, str):
        return render.path_text(value, "result_path=")
    return render.fill(value, language, where=f"{word}=")


def _wire(blueprint: Blueprint, source: str, target: str) -> None:
    node = blueprint.flow.node(source)
    if node.type in ("Succeed", "Fail"):
        raise InvalidArgument(f"{node.type} state {source!r} ends the machine; no edge leaves it.")
    if node.type == "Choice":
        raise InvalidArgument(
            f"Choice state {source!r} has no single next state.",
            hint=f"Say where it goes: .when(condition, {target!r}), and .otherwise({target!r}) for all the rest.",
        )
    node.fields.pop("End", None)
    node.next = target


def _leads(node: Node) -> str:
    targets = list(dict.fromkeys(node.targets()))
    return f" → {', '.join(map(repr, targets))}" if targets else ""
