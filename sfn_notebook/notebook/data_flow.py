"""`DataFlow`: one state's data from its input to its output, each stage beside the expression that made it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sfn_notebook import _json, asl, history, lint
from sfn_notebook._display import Shown
from sfn_notebook._mocks import MockError
from sfn_notebook.errors import NotAvailable
from sfn_notebook.history import Visit
from sfn_notebook.notebook.deploy import SessionLike
from sfn_notebook.notebook.evidence import Told, context_of, error_of, result_of, variables_at
from sfn_notebook.notebook.tested import StateTest
from sfn_notebook.notebook.testing import Testable, Testing, find_state

_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "afterInputPath": ("InputPath",),
    "afterParameters": ("Parameters",),
    "afterArguments": ("Arguments",),
    "afterItemsPath": ("ItemsPath", "Items"),
    "afterItemsPointer": ("ItemReader",),
    "afterItemSelector": ("ItemSelector", "Parameters"),
    "afterItemBatcher": ("ItemBatcher",),
    "maxConcurrency": ("MaxConcurrency", "MaxConcurrencyPath"),
    "toleratedFailureCount": ("ToleratedFailureCount", "ToleratedFailureCountPath"),
    "toleratedFailurePercentage": ("ToleratedFailurePercentage", "ToleratedFailurePercentagePath"),
    "result": ("Result", "Resource"),
    "afterResultSelector": ("ResultSelector",),
    "afterResultPath": ("ResultPath",),
    "variables": ("Assign",),
    "output": ("Output", "OutputPath"),
}
"""TestState's name for a stage -> the field that makes it, the first that the state has."""
_OF_CATCH: Final = frozenset({"ResultPath", "Assign", "Output"})
_SETTINGS: Final = frozenset({"maxConcurrency", "toleratedFailureCount", "toleratedFailurePercentage", "variables"})
_APART: Final = frozenset({"request", "response", *_SETTINGS})
"""Stages beside the way from input to output: what comes after them is compared with what came before."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage.

    Attributes:
        name: TestState's name for it: "input", "afterArguments", "result", "output", …
        field: The field of the definition that makes it, such as "Arguments" or "Catch[0].Output"; "" when none does.
        expression: What stands there; None when nothing does.
        value: The data after it.
        changed: Whether it differs from the stage before.
    """

    name: str
    field: str
    expression: Any
    value: Any
    changed: bool


@dataclass(frozen=True, slots=True, repr=False)
class DataFlow(Shown):
    """One state's data, stage by stage.

    Attributes:
        test: The test of the state that showed it.
        stages: The stages in order.
    """

    test: StateTest
    stages: tuple[Stage, ...]

    def __iter__(self) -> Iterator[Stage]:
        return iter(self.stages)

    def __repr__(self) -> str:
        rows = [(one, _written(one), history.short(_json.dumps(one.value))) for one in self.stages]
        names = max((len(one.name) for one in self.stages), default=0)
        middle = max((len(expression) for _, expression, _ in rows), default=0)
        head = repr(self.test).split("\n", 1)[0]
        met = history.short(": ".join(filter(None, (self.test.error, history.readable(self.test.cause)))))
        lines = [
            f"{'≠' if one.changed else ' '} {one.name:<{names}}  {expression:<{middle}}  {text}".rstrip()
            for one, expression, text in rows
        ]
        return "\n".join([head, *([f"  {met}"] if met else []), *lines])


def _written(stage: Stage) -> str:
    if stage.expression is None:
        return stage.field
    text = stage.expression if isinstance(stage.expression, str) else _json.dumps(stage.expression)
    return history.short(f"{stage.field} {text}")


def data_flow(state: asl.State, test: StateTest) -> DataFlow:
    """The stages of a test, each beside its field of the definition."""
    stages: list[Stage] = []
    before: Any = None
    for name, value in test.stages.items():
        field, expression = _made_by(name, state, test)
        apart = name in _APART
        changed = name != "input" and not (apart and expression is None) and _json.dumps(value) != _json.dumps(before)
        stages.append(Stage(name, field, expression, value, changed))
        before = before if apart else value
    return DataFlow(test, tuple(stages))


def _made_by(name: str, state: asl.State, test: StateTest) -> tuple[str, Any]:
    """The field that makes a stage, and what stands in it: of the catcher or rule that was taken where it has one."""
    owner, prefix = _owner(state, test)
    for field in _FIELDS.get(name, ()):
        if prefix and field in _OF_CATCH:
            if field in owner:
                return f"{prefix}.{field}", owner[field]
        elif field in state.fields:
            return field, state.fields[field]
    return "", None


def _owner(state: asl.State, test: StateTest) -> tuple[Mapping[str, Any], str]:
    if test.catch_index is not None:
        return state.fields["Catch"][test.catch_index], f"Catch[{test.catch_index}]"
    rules = state.fields.get("Choices") or ()
    taken = [at for at, rule in enumerate(rules) if rule.get("Next") == test.next_state]
    if len(taken) == 1 and test.next_state != state.fields.get("Default"):
        return rules[taken[0]], f"Choices[{taken[0]}]"
    return {}, ""


# -- again, as it was in an execution


@dataclass(frozen=True, slots=True)
class Recorded:
    """The machine that an execution ran, for testing its states."""

    _definition: Mapping[str, Any]
    _in: SessionLike
    role: str | None = None  # what is mocked needs none

    @property
    def definition(self) -> dict[str, Any]:
        """Its definition."""
        return dict(self._definition)

    def lint(self) -> lint.Report:
        """What is wrong with it."""
        return lint.Report(lint.check(asl.read(self._definition)))

    def _session(self) -> SessionLike:
        return self._in


def recorded_machine(told: Told) -> Recorded:
    """The machine that an execution ran.

    Raises:
        NotAvailable: its definition is not known.
    """
    if told.definition is None:
        raise NotAvailable(
            "the definition of this execution is not known.", hint="session.attach(arn) fetches it where it can."
        )
    return Recorded(told.definition.fields, told.session)


def flow_again(told: Told, visit: Visit, machine: Testable, *, state: str, mock: Any = None) -> DataFlow:
    """The data flow of a visit, by running its state again on a machine with what the visit had.

    Args:
        told: The execution.
        visit: The visit.
        machine: The machine, with this state.
        state: The state's name there.
        mock: What comes back to it; without it, what came back then.

    Raises:
        NotAvailable: the history does not tell what came back to it.
    """
    mocked = mock is not None or visit.type in ("Task", "Map", "Parallel")
    mock = _mock(told, visit) if mocked and mock is None else mock
    test = Testing.test(
        machine,
        state,
        _json.dumps(visit.input),
        mock=mock,
        variables=variables_at(told.run, visit) or None,
        context=context_of(told, visit) if mocked else None,
        field_validation_mode="NONE" if mocked and not isinstance(mock, MockError) else None,
    )
    return data_flow(find_state(asl.read(machine.definition), state), test)


def _mock(told: Told, visit: Visit) -> Any:
    error, result = error_of(visit), result_of(told.run, visit)
    if result is not None:
        return result
    if error is not None:
        return MockError(error["Error"], error.get("Cause"))
    raise NotAvailable(
        f"the history does not tell what came back to {visit.state!r}.",
        hint=f"Say it yourself: sm.data_flow({visit.state!r}, input, mock=...).",
    )
