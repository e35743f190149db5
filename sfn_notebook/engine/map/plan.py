"""What inline and distributed Maps share: their items, the input of each, how many at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from sfn_notebook.asl import JSONATA, State
from sfn_notebook.engine.dataflow import Template, compile_path, compile_query, compile_template
from sfn_notebook.engine.failures import shown, type_name
from sfn_notebook.engine.faults import fault
from sfn_notebook.engine.flow import Flow
from sfn_notebook.engine.map_runs import Settings
from sfn_notebook.engine.program import Program
from sfn_notebook.engine.visit import Visit

STATE_DATA: Final = "STATE_DATA"  # Map.Item.Source of what came from the state's input

Number = Callable[[Visit, Any], Any]
"""A number of a definition, for a visit and its effective input; None when the field is not there."""


class Item(NamedTuple):
    """One item of a Map.

    Attributes:
        key: Its key when the items are the pairs of an object.
        source: Where it came from; None in an inline Map, which does not tell.
    """

    value: Any
    key: str | None = None
    source: str | None = None

    @property
    def input(self) -> Any:
        """What an iteration gets when the state has no ItemSelector."""
        return self.value if self.key is None else {"Key": self.key, "Value": self.value}

    def in_context(self, index: int) -> dict[str, Any]:
        """`Map.Item` of the context object."""
        made: dict[str, Any] = {"Index": index, "Value": self.value}
        if self.key is not None:
            made["Key"] = self.key
        if self.source is not None:
            made["Source"] = self.source
        return made


class Plan(NamedTuple):
    """A Map state, compiled.

    Attributes:
        selector: ItemSelector, or its older name Parameters.
        items: Reads the items from the effective input.
    """

    flow: Flow
    program: Program
    selector: Template | None
    items: Callable[[Visit, Any], list[Item]]
    concurrency: Number
    tolerated_count: Number
    tolerated_percentage: Number


def processor_config(state: State) -> Mapping[str, Any]:
    """The ProcessorConfig of a Map state."""
    processor = state.fields.get("ItemProcessor") or state.fields.get("Iterator") or {}
    return processor.get("ProcessorConfig") or {}


def compile_plan(state: State, program: Program, *, pairs: bool) -> Plan:
    """Compile what both kinds share.

    Args:
        state: The Map state.
        program: Its processor.
        pairs: Whether the items may be the pairs of an object.
    """
    fields, query = state.fields, state.query_language == JSONATA
    selector = "ItemSelector" if "ItemSelector" in fields or query else "Parameters"
    return Plan(
        flow=Flow(state),
        program=program,
        selector=compile_template(fields[selector], selector, query=query) if selector in fields else None,
        items=_compile_items(state, pairs=pairs),
        concurrency=compile_number(fields, "MaxConcurrency", query=query),
        tolerated_count=compile_number(fields, "ToleratedFailureCount", query=query),
        tolerated_percentage=compile_number(fields, "ToleratedFailurePercentage", query=query, kind=float),
    )


# -- items


def _compile_items(state: State, *, pairs: bool) -> Callable[[Visit, Any], list[Item]]:
    fields = state.fields
    source = STATE_DATA if pairs else None

    def made(visit: Visit, value: Any, sentence: str) -> list[Item]:
        if pairs and isinstance(value, Mapping):
            return [Item(item, key, source) for key, item in value.items()]
        if not isinstance(value, list):
            raise fault(visit, sentence)
        return [Item(item, None, source) for item in value]

    if state.query_language == JSONATA:
        if "Items" not in fields:
            words = "Map state input must be an array but was:"
            return lambda visit, data: made(visit, data, f"{words} {type_name(data)}")
        expected = ("array", "object") if pairs else ("array",)
        template = compile_query(fields["Items"], "Items", *expected)
        return lambda visit, data: made(
            visit, template.fill(visit, data, {"input": data}), "The field 'Items' must be an array."
        )
    path = fields.get("ItemsPath", "$")
    sentence = f'Reference path "{path}" must point to array.'
    if path == "$":
        return lambda visit, data: made(visit, data, sentence)
    read = compile_path(path, "ItemsPath")
    return lambda visit, data: made(visit, read(visit, data), sentence)


def item_input(visit: Visit, plan: Plan, data: Any, item: Item, context: Mapping[str, Any]) -> Any:
    """The input of one iteration."""
    if plan.selector is None:
        return item.input
    visit.context(context)
    try:
        return plan.selector.fill(visit, data, {"input": visit.input})
    finally:
        visit.forget_context()


# -- numbers


def compile_number(
    fields: Mapping[str, Any], field: str, *, query: bool, kind: type[int | float] = int, within: str = ""
) -> Number:
    """A field that is a literal, a path (`<field>Path`), or JSONata.

    Args:
        fields: Where it stands.
        field: Its name.
        query: Whether the state speaks JSONata.
        kind: int or float.
        within: Which field of the state it stands in, such as "ItemBatcher/".
    """
    literal, path = fields.get(field), fields.get(f"{field}Path")
    if query:
        template = compile_query(literal, f"{within}{field}", "number")
        return lambda visit, data: template.fill(visit, data, {"input": visit.input})
    if path is None:
        return lambda visit, data: literal
    read, what = compile_path(path, f"{field}Path"), "integer" if kind is int else "float"

    def from_path(visit: Visit, data: Any) -> float:
        value = read(visit, data)
        try:
            if isinstance(value, (bool, dict, list)) or value is None:
                raise ValueError
            return kind(value)
        except (ValueError, OverflowError):
            text = value if isinstance(value, str) else shown(value)
            sentence = f'The {field}Path field refers to value "{text}" which is not a valid {what}: {path}'
            raise fault(visit, sentence) from None

    return from_path


def settings(visit: Visit, plan: Plan, data: Any) -> Settings:
    """How many at once, and how many may fail.

    Raises:
        StateFailure: a number is out of its range.
    """
    concurrency = plan.concurrency(visit, data)
    if concurrency is not None and concurrency < 0:
        raise fault(visit, "MaxConcurrency cannot be negative.")
    count, percentage = plan.tolerated_count(visit, data), plan.tolerated_percentage(visit, data)
    if count is not None and count < 0:
        raise fault(visit, "ToleratedFailureCount cannot be negative.")
    if percentage is not None and not 0 <= percentage <= 100:
        raise fault(visit, "ToleratedFailurePercentage must be between 0 and 100.")
    return Settings(int(concurrency or 0), None if count is None else int(count), percentage)
