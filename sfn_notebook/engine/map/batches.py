"""What each child of a distributed Map gets: an item, or a batch of them.

https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itembatcher.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sfn_notebook import _json
from sfn_notebook.asl import JSONATA, State
from sfn_notebook.engine.dataflow import Template, compile_template
from sfn_notebook.engine.failures import too_large
from sfn_notebook.engine.faults import fault
from sfn_notebook.engine.map.plan import Number, compile_number
from sfn_notebook.engine.map_runs import Unit
from sfn_notebook.engine.visit import Visit


class Batcher(NamedTuple):
    """An ItemBatcher, compiled."""

    most_items: Number
    most_bytes: Number
    batch_input: Template | None

    def prepare(self, visit: Visit, data: Any) -> Batching:
        """How this visit makes batches.

        Raises:
            StateFailure: a number is not positive, or an expression has no value.
        """
        limits = []
        for field, number in (("MaxItemsPerBatch", self.most_items), ("MaxInputBytesPerBatch", self.most_bytes)):
            value = number(visit, data)
            if value is not None and value <= 0:
                raise fault(visit, f"{field} must be positive.")
            limits.append(None if value is None else int(value))
        head = ""
        if self.batch_input is not None:
            given = self.batch_input.fill(visit, data, {"input": visit.input})
            head = f'"BatchInput":{_json.dumps(given)},'
        quota = visit.run.limits.payload_bytes
        return Batching(limits[0], min(limits[1] or quota, quota), head)


class Batching(NamedTuple):
    """How one visit makes batches.

    Attributes:
        most_items: The most items of a batch, or None.
        most_bytes: The longest input of a child.
        head: What stands before the items in it.
    """

    most_items: int | None
    most_bytes: int
    head: str

    def units(self, name: str, texts: Iterator[str]) -> Iterator[Unit]:
        """The items in batches.

        Args:
            name: The Map state.
            texts: The inputs of the single items.

        Raises:
            StateFailure: one item alone is too long.
        """
        frame = _json.size(self.head) + len('{"Items":[]}')
        batch: list[str] = []
        index = length = 0
        for text in texts:
            size = _json.size(text) + 1  # and a comma
            if batch and (len(batch) == self.most_items or length + size - 1 + frame > self.most_bytes):
                yield self._unit(index, batch)
                index, batch, length = index + 1, [], 0
            if size - 1 + frame > self.most_bytes:
                raise too_large(name, terminal=True)
            batch.append(text)
            length += size
        if batch:
            yield self._unit(index, batch)

    def _unit(self, index: int, batch: list[str]) -> Unit:
        return Unit(index, len(batch), f'{{{self.head}"Items":[{",".join(batch)}]}}', None)


def compile_batcher(state: State) -> Batcher | None:
    """The ItemBatcher of a Map state, or None."""
    fields: Mapping[str, Any] | None = state.fields.get("ItemBatcher")
    if fields is None:
        return None
    query = state.query_language == JSONATA
    given = fields.get("BatchInput")
    where = "ItemBatcher/"
    return Batcher(
        most_items=compile_number(fields, "MaxItemsPerBatch", query=query, within=where),
        most_bytes=compile_number(fields, "MaxInputBytesPerBatch", query=query, within=where),
        batch_input=None if given is None else compile_template(given, f"{where}BatchInput", query=query),
    )
