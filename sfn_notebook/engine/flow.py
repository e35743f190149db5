"""What every state type shares: its data flow from raw input to output, variables, Retry and Catch."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any, NamedTuple

from sfn_notebook.asl import JSONATA, State
from sfn_notebook.engine.dataflow import Template, compile_filter, compile_result_path, compile_template
from sfn_notebook.engine.visit import Visit


class Outcome(NamedTuple):
    """How a visit ends when it does not fail.

    Attributes:
        output: The state's output.
        assigned: The variables it sets.
        next: The name of the next state, None when its branch ends here.
        text: The output's JSON text when it is known already.
    """

    output: Any
    assigned: Mapping[str, Any] | None
    next: str | None
    text: str | None = None


Body = Generator[Any, Any, Outcome]


class Flow:
    """The data-flow fields of one state, compiled.

    Attributes:
        query: Whether the state speaks JSONata.
        next: The state's Next, None when its branch ends with it.
        arguments: Parameters (JSONPath) or Arguments (JSONata), or None.
    """

    __slots__ = (
        "_assign",
        "_input",
        "_output",
        "_output_path",
        "_result_path",
        "_selector",
        "arguments",
        "next",
        "query",
    )

    def __init__(self, state: State) -> None:
        fields = state.fields
        self.query = state.query_language == JSONATA
        self.next = None if state.ends else state.next
        self._assign = self._template(fields, "Assign")
        self._output = self._template(fields, "Output") if self.query else None
        self.arguments = self._template(fields, "Arguments" if self.query else "Parameters")
        self._selector = None if self.query else self._template(fields, "ResultSelector")
        self._input = None if self.query else compile_filter(fields, "InputPath")
        self._output_path = None if self.query else compile_filter(fields, "OutputPath")
        self._result_path = None if self.query else compile_result_path(fields)

    def _template(self, fields: Mapping[str, Any], field: str) -> Template | None:
        return compile_template(fields[field], field, query=self.query) if field in fields else None

    def enter(self, visit: Visit) -> Any:
        """The effective input: after InputPath."""
        data = visit.input if self._input is None else self._input(visit, visit.input)
        if not self.query and visit.run.probe is not None:
            visit.run.probe.seen["afterInputPath"] = data
        return data

    def fill_arguments(self, visit: Visit, data: Any) -> Any:
        """The arguments made of the effective input; the input itself when the state has none."""
        if self.arguments is not None:
            data = self.arguments.fill(visit, data, {"input": visit.input} if self.query else {})
        if visit.run.probe is not None:
            visit.run.probe.seen["afterArguments" if self.query else "afterParameters"] = data
        return data

    def leave(self, visit: Visit, result: Any) -> Outcome:
        """The outcome of a state that has a result: Task, Parallel, Map, Pass."""
        if self.query:
            return self._leave(visit, result, {"input": visit.input, "result": result})
        selected = result if self._selector is None else self._selector.fill(visit, result)
        assigned = None if self._assign is None else self._assign.fill(visit, result)
        output = selected if self._result_path is None else self._result_path(visit, selected)
        if visit.run.probe is not None:
            visit.run.probe.seen.update(afterResultSelector=selected, afterResultPath=output)
        if self._output_path is not None:
            output = self._output_path(visit, output)
        return Outcome(output, assigned, self.next)

    def pass_on(self, visit: Visit, data: Any) -> Outcome:
        """The outcome of a state that hands its input on: Wait, Succeed, a Choice by its Default."""
        if self.query:
            return self._leave(visit, visit.input, {"input": visit.input})
        assigned = None if self._assign is None else self._assign.fill(visit, data)
        output = data if self._output_path is None else self._output_path(visit, data)
        return Outcome(output, assigned, self.next)

    def filter_output(self, visit: Visit, data: Any, assigned: Mapping[str, Any] | None, target: str) -> Outcome:
        """The outcome of a JSONPath Choice by one of its rules."""
        output = data if self._output_path is None else self._output_path(visit, data)
        return Outcome(output, assigned, target)

    def _leave(self, visit: Visit, default: Any, states: Mapping[str, Any]) -> Outcome:
        assigned = None if self._assign is None else self._assign.fill(visit, visit.input, states)
        output = default if self._output is None else self._output.fill(visit, visit.input, states)
        return Outcome(output, assigned, self.next)
