"""Choice states: JSONPath's comparison operators and JSONata's Condition."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from sfn_notebook.asl import JSONATA, State
from sfn_notebook.engine.basic import Run
from sfn_notebook.engine.dataflow import NOTHING, Template, compile_query, compile_template
from sfn_notebook.engine.faults import fault
from sfn_notebook.engine.flow import Flow, Outcome
from sfn_notebook.engine.visit import Visit
from sfn_notebook.errors import PathFailure
from sfn_notebook.expressions.choice_rules import compile_rule

Test = Callable[[Visit, Any], bool]
NO_MATCH: Final = "Failed to transition out of the state. The state does not point to a next state."


def compile_choice(state: State) -> Run:
    """A Choice state."""
    flow, query = Flow(state), state.query_language == JSONATA
    default = state.fields.get("Default")
    rules = [_rule(rule, index, query=query) for index, rule in enumerate(state.fields.get("Choices") or ())]

    def run(visit: Visit) -> Outcome:
        data = flow.enter(visit)
        for rule in rules:
            if rule.test(visit, data):
                return _by_rule(flow, rule, visit, data)
        if default is None:
            raise fault(visit, NO_MATCH)
        return flow.pass_on(visit, data)._replace(next=default)

    return run


class Rule(NamedTuple):
    """One of the Choices, compiled."""

    test: Test
    next: str
    assign: Template | None
    output: Template | None


def _rule(rule: Mapping[str, Any], index: int, *, query: bool) -> Rule:
    def template(field: str) -> Template | None:
        where = f"Choices[{index}]/{field}"
        return compile_template(rule[field], where, query=query) if field in rule else None

    test = _condition(rule, index) if query else _compile_rule(rule)
    return Rule(test, rule.get("Next", ""), template("Assign"), template("Output") if query else None)


def _by_rule(flow: Flow, rule: Rule, visit: Visit, data: Any) -> Outcome:
    states = {"input": visit.input} if flow.query else NOTHING
    assigned = None if rule.assign is None else rule.assign.fill(visit, data, states)
    if flow.query:
        made = visit.input if rule.output is None else rule.output.fill(visit, data, states)
        return Outcome(made, assigned, rule.next)
    return flow.filter_output(visit, data, assigned, rule.next)


def _condition(rule: Mapping[str, Any], index: int) -> Test:
    template = compile_query(rule.get("Condition"), f"Choices[{index}]/Condition", "boolean")
    if template.static:
        return lambda visit, data: template.value is True
    return lambda visit, data: template.fill(visit, data, {"input": data}) is True


def _compile_rule(rule: Mapping[str, Any]) -> Test:
    holds = compile_rule(rule)

    def test(visit: Visit, data: Any) -> bool:
        try:
            return holds(visit.scope(data, NOTHING))
        except PathFailure as failure:
            raise fault(visit, failure.message) from failure

    return test
