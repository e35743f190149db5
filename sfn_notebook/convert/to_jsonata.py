"""A definition in JSONPath as JSONata: the data flow of each state said with Arguments and Output."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sfn_notebook.asl import JSONATA, JSONPATH
from sfn_notebook.convert.rules import RULE_FIELDS, condition
from sfn_notebook.convert.sources import NotConvertible, Writer, delimited, literal, refuse_malformed
from sfn_notebook.errors import ExpressionError
from sfn_notebook.expressions import jsonata
from sfn_notebook.expressions.jsonpath import reference_path
from sfn_notebook.expressions.path_model import Index

INPUT: Final = "$states.input"
RESULT: Final = "$states.result"
ERROR: Final = "$states.errorOutput"
_DROPPED: Final = ("InputPath", "OutputPath", "ResultPath", "ResultSelector", "Parameters", "Result", "ItemsPath")
_HAS_RESULT: Final = ("Task", "Parallel", "Map")
_PARTS: Final = ("ItemSelector", "Credentials", "ItemBatcher", "ItemReader", "ResultWriter")
_PART_PATHS: Final = ("MaxItemsPath", "MaxItemsPerBatchPath", "MaxInputBytesPerBatchPath")
_SUBS: Final = ("ItemProcessor", "Iterator")


@dataclass(frozen=True, slots=True)
class Remark:
    """What to know of a converted or kept state.

    Attributes:
        state: Its name.
        field: The field.
        why: Why it could not be converted, or where the two languages differ.
        kept: Whether the state stayed in its language.
    """

    state: str
    field: str
    why: str
    kept: bool

    def __str__(self) -> str:
        return f"{'✗ kept' if self.kept else '· note'}: {self.state}/{self.field}: {self.why}"


@dataclass(frozen=True, slots=True)
class Conversion:
    """A converted definition.

    Attributes:
        definition: The definition. Where a state had to be kept, the machine stays JSONPath and every converted
            state names its own language.
        remarks: What could not be converted, and where the languages differ for some data.
    """

    definition: dict[str, Any]
    remarks: tuple[Remark, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether every state was converted."""
        return not any(one.kept for one in self.remarks)


@dataclass(slots=True)
class _Work:
    only: Collection[str] | None
    remarks: list[Remark] = field(default_factory=list)
    kept: bool = False


def to_jsonata(definition: Mapping[str, Any], *, only: Collection[str] | None = None) -> Conversion:
    """A definition with its JSONPath states in JSONata.

    For every input on which the original succeeds the converted one gives the same output, but where a remark says
    otherwise. Where a path finds nothing, JSONPath fails and JSONata may leave a field out.

    Args:
        definition: The definition.
        only: The names of the states to convert; without it, all.

    >>> made = to_jsonata({"StartAt": "A", "States": {"A": {"Type": "Wait", "SecondsPath": "$.n", "End": True}}})
    >>> made.definition["States"]["A"]
    {'Type': 'Wait', 'Seconds': '{% $states.input.n %}', 'End': True}
    """
    work = _Work(only)
    made = _machine(definition, JSONPATH, work)
    if not work.kept:
        made["QueryLanguage"] = JSONATA
        _drop_languages(made)
    return Conversion(made, tuple(work.remarks))


def _machine(machine: Mapping[str, Any], inherited: str, work: _Work) -> dict[str, Any]:
    language = machine.get("QueryLanguage", inherited)
    states = machine.get("States")
    if not isinstance(states, Mapping):
        return dict(machine)
    made = {name: _one(name, state, language, work) for name, state in states.items()}
    return {**machine, "States": made}


def _one(name: str, state: Any, inherited: str, work: _Work) -> Any:
    if not isinstance(state, Mapping):
        return state
    inner = with_subs(state, lambda sub: _machine(sub, inherited, work))
    if state.get("QueryLanguage", inherited) != JSONPATH:
        return inner
    if work.only is not None and name not in work.only:
        work.kept = True
        return inner
    writer = Writer()
    step = _State(inner, writer)
    try:
        made = step.converted()
    except NotConvertible as why:
        work.kept = True
        work.remarks.append(Remark(name, step.at, str(why), kept=True))
        return inner
    work.remarks.extend(Remark(name, "", note, kept=False) for note in dict.fromkeys(writer.notes))
    return {**made, "QueryLanguage": JSONATA}


def with_subs(state: Mapping[str, Any], convert: Callable[[Mapping[str, Any]], Any]) -> dict[str, Any]:
    """A state with its sub-machines converted."""
    made = dict(state)
    for where in _SUBS:
        if isinstance(made.get(where), Mapping):
            made[where] = convert(made[where])
    if isinstance(made.get("Branches"), list):
        made["Branches"] = [convert(one) if isinstance(one, Mapping) else one for one in made["Branches"]]
    return made


def _drop_languages(machine: dict[str, Any]) -> None:
    """Every state inherits JSONata now."""
    states: Any = machine.get("States")
    for name, state in list(states.items()) if isinstance(states, dict) else ():
        if isinstance(state, Mapping):
            made = {key: one for key, one in state.items() if key != "QueryLanguage"}
            states[name] = with_subs(made, _without_language)


def _without_language(machine: Mapping[str, Any]) -> dict[str, Any]:
    made = {key: one for key, one in machine.items() if key != "QueryLanguage"}
    if isinstance(made.get("States"), Mapping):
        made["States"] = dict(made["States"])
    _drop_languages(made)
    return made


class _State:
    """One state on its way.

    Attributes:
        at: The field that is being converted.
    """

    def __init__(self, state: Mapping[str, Any], writer: Writer) -> None:
        self.state, self.writer, self.at = state, writer, "InputPath"

    def converted(self) -> dict[str, Any]:
        """The state in JSONata; the fields that both languages have stay where they are."""
        refuse_malformed(self.state)
        kind = self.state.get("Type")
        data = self._filtered("InputPath", INPUT)
        made: dict[str, Any] = {}
        for name, value in self.state.items():
            self.at = name
            if name == "Parameters" and kind in ("Task", "Parallel"):
                made["Arguments"] = self.writer.template(value, data)
            elif name == "Parameters" and kind == "Map":
                made["ItemSelector"] = self.writer.template(value, data)
            elif name == "ItemsPath":
                made["Items"] = self.writer.leaf(value, data)
            elif name not in _DROPPED:
                made.update(self._field(name, value, data))
        self._default_arguments(kind, data, made)
        output = self._output(kind, data)
        if output is not None:
            made["Output"] = output
            if kind == "Choice":
                made["Choices"] = [{**rule, "Output": output} for rule in made.get("Choices", [])]
        return made

    def _field(self, name: str, value: Any, data: str) -> dict[str, Any]:
        if name == "Assign":
            value = self.writer.template(value, RESULT if self.state.get("Type") in _HAS_RESULT else self._passed(data))
        elif name in _PARTS:
            value = self._part(value, data)
        elif name == "Choices":
            value = [self._rule(rule, data) for rule in value]
        elif name == "Catch":
            value = [self._catcher(one) for one in value]
        elif name in ("Error", "Cause", "Timestamp"):
            value = literal(value)
        elif name.endswith("Path"):
            return {name.removesuffix("Path"): self.writer.leaf(value, data)}
        return {name: value}

    def _passed(self, data: str) -> str:
        if self.state.get("Type") != "Pass":
            return data
        return self.writer.of(self._result(data))  # a Pass assigns from its result, which JSONata does not name

    def _part(self, value: Any, data: str) -> Any:
        if not isinstance(value, Mapping):
            return value
        made: dict[str, Any] = {}
        for name, one in value.items():
            if name == "Parameters":
                made["Arguments"] = self.writer.template(one, data)
            elif name.endswith("Path") and name in (
                "MaxItemsPath",
                "MaxItemsPerBatchPath",
                "MaxInputBytesPerBatchPath",
            ):
                made[name.removesuffix("Path")] = self.writer.leaf(one, data)
            elif name == "ReaderConfig":
                made[name] = self._part(one, data)
            else:
                made.update(self.writer.template({name: one}, data))
        return made

    def _rule(self, rule: Mapping[str, Any], data: str) -> dict[str, Any]:
        made: dict[str, Any] = {"Condition": delimited(condition(rule, data, self.writer))}
        for name in RULE_FIELDS:
            if name in rule:
                made[name] = self.writer.template(rule[name], data) if name == "Assign" else rule[name]
        return made

    def _catcher(self, catcher: Mapping[str, Any]) -> dict[str, Any]:
        made = {name: one for name, one in catcher.items() if name != "ResultPath"}
        if "Assign" in made:
            made["Assign"] = self.writer.template(made["Assign"], ERROR)
        if catcher.get("ResultPath", "$") != "$":
            made["Output"] = self._placed(catcher["ResultPath"], delimited(ERROR))
        return made

    def _default_arguments(self, kind: Any, data: str, made: dict[str, Any]) -> None:
        if data == INPUT:
            return
        if kind in ("Task", "Parallel"):
            made.setdefault("Arguments", delimited(data))
        elif kind == "Map" and "ItemReader" not in made:
            made.setdefault("Items", delimited(data))

    def _filtered(self, field: str, data: str) -> str:
        path = self.state.get(field, "$")
        self.at = field
        if path is None:
            return "{}"
        return data if path == "$" else self.writer.source(path, data)

    def _result(self, data: str) -> Any:
        """The result, after ResultSelector, as a template."""
        if self.state.get("Type") in _HAS_RESULT:
            self.at = "ResultSelector"
            selector = self.state.get("ResultSelector")
            return delimited(RESULT) if selector is None else self.writer.template(selector, RESULT)
        self.at = "Parameters"
        if "Result" in self.state:
            return literal(self.state["Result"])
        parameters = self.state.get("Parameters")
        return delimited(data) if parameters is None else self.writer.template(parameters, data)

    def _output(self, kind: Any, data: str) -> Any:
        """Output, or None where JSONata's own default is the same."""
        if kind == "Fail":
            return None
        if kind in (*_HAS_RESULT, "Pass"):
            result = self._result(data)
            self.at = "ResultPath"
            whole = self._placed(self.state.get("ResultPath", "$"), result)
        else:
            whole = delimited(data)
        output = self._after_output_path(whole)
        return None if output == delimited(RESULT if kind in _HAS_RESULT else INPUT) else output

    def _after_output_path(self, whole: Any) -> Any:
        self.at = "OutputPath"
        path = self.state.get("OutputPath", "$")
        if path == "$":
            return whole
        if path is None:
            return {}
        source = self.writer.of(whole)
        if not source.startswith("$") or "(" in source:
            inner = self._filtered("OutputPath", "$output")
            return delimited(f"($output := {source}; {inner})")
        return delimited(self._filtered("OutputPath", source))

    def _placed(self, path: str | None, result: Any) -> Any:
        """The input with the result at ResultPath."""
        if path is None:
            return delimited(INPUT)
        if path == "$":
            return result
        try:
            steps = reference_path(path).steps
        except ExpressionError as error:
            raise NotConvertible(error.message) from error
        if any(isinstance(step, Index) for step in steps):
            raise NotConvertible(f"ResultPath {path!r} puts the result into an array")
        if jsonata.is_expression(result) or isinstance(result, (Mapping, list)):
            source = self.writer.of(result)
        else:
            source = self.writer.of(literal(result))
        return delimited(_merged(INPUT, [str(step)[2:-2] for step in steps], source, self.writer))


def _merged(base: str, names: list[str], source: str, writer: Writer) -> str:
    name, *rest = names
    if rest:
        source = _merged(f"{base}.`{name}`" if not name.isidentifier() else f"{base}.{name}", rest, source, writer)
    return f"$merge([{base}, {{{writer.of(name)}: {source}}}])"
