"""The data flow of one state: stages beside their expressions, and again as it was in an execution."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import sfn_notebook as sfn
from sfn_notebook import path, q, token


@pytest.fixture
def session() -> Iterator[sfn.Session]:
    with sfn.local(clock="instant", seed=1) as opened:
        yield opened


def told(flow: Any) -> list[tuple[str, str, bool]]:
    return [(one.name, one.field, one.changed) for one in flow]


def test_jsonpath_from_input_to_output(session: sfn.Session) -> None:
    sm = session.state_machine("orders", query_language="JSONPath")
    sm.lambda_invoke(
        "Charge",
        "charge",
        input_path="$.order",
        payload={"total": path("$.total")},
        result_selector={"paid": path("$.Payload")},
        result_path="$.charge",
        output_path="$.charge",
    )
    flow = sm.data_flow("Charge", {"order": {"total": 5}}, mock={"Payload": 5})
    assert isinstance(flow, sfn.DataFlow)
    assert told(flow) == [
        ("input", "", False),
        ("afterInputPath", "InputPath", True),
        ("afterParameters", "Parameters", True),
        ("result", "Resource", True),
        ("afterResultSelector", "ResultSelector", True),
        ("afterResultPath", "ResultPath", True),
        ("output", "OutputPath", True),
    ]
    assert flow.stages[-1].value == {"paid": 5}
    html = flow._repr_mimebundle_()["text/html"]
    assert html.count("≠") == 6
    assert "afterResultSelector" in html


def test_of_a_caught_error_the_catchers_fields_are_shown(session: sfn.Session) -> None:
    sm = session.state_machine("orders")
    sm.lambda_invoke("Charge", "charge", output=q("$states.result"))
    sm["Charge"].catch("Declined", "Late", output={"why": q("$states.errorOutput.Cause")}, assign={"late": True})
    sm.succeed("Late")
    flow = sm.data_flow("Charge", {}, mock=sfn.error("Declined", "no <money>"))
    assert ("output", "Catch[0].Output", True) in told(flow)
    assert ("variables", "Catch[0].Assign", True) in told(flow)
    assert "Declined: no <money>" in repr(flow)
    assert "<money>" not in flow._repr_mimebundle_()["text/html"]


def test_a_visit_runs_again_without_a_call(session: sfn.Session) -> None:
    calls = []
    session.function("charge")(lambda event, context: calls.append(event) or {"paid": event})
    sm = session.state_machine("orders")
    sm.pass_("Rate", assign={"rate": 2}, output="a text") >> "Charge"
    output = {"p": q("$states.result.Payload.paid"), "n": q("$states.context.Execution.Input.n")}
    sm.lambda_invoke("Charge", "charge", payload=q("$states.input & $string($rate)"), output=output)
    execution = sm.run({"n": 1})
    assert calls == ["a text2"]
    flow = execution.states["Charge"].data_flow()
    assert flow.test.stages["input"] == "a text"
    assert flow.test.stages["afterArguments"]["Payload"] == "a text2"
    assert flow.test.output == execution.states["Charge"].output
    assert calls == ["a text2"]
    assert repr(flow) == repr(execution.states["Charge"].data_flow())


def test_a_state_that_was_changed_since_on_what_really_occurred(session: sfn.Session) -> None:
    session.function("charge")(lambda event, context: {"paid": event})
    sm = session.state_machine("orders")
    sm.lambda_invoke("Charge", "charge", payload=7)
    execution = sm.run()
    sm.lambda_invoke("Charge", "charge", payload=7, output=q("$states.result.Payload.paid * 2"))
    assert sm.data_flow("Charge", execution).test.output == 14
    assert sm.data_flow("Charge", execution.states["Charge"], mock={"Payload": {"paid": 1}}).test.output == 2
    assert execution.states["Charge"].data_flow().test.output == execution.output


def test_a_caught_error_of_an_execution(session: sfn.Session) -> None:
    sm = session.state_machine("orders")
    sm.lambda_invoke("Charge", "charge").catch("Declined", "Late", output=q("$states.errorOutput"))
    sm.succeed("Late")
    execution = sm.run(mocks={"Charge": sfn.error("Declined", "no money")})
    flow = execution.states["Charge"].data_flow()
    assert (flow.test.status, flow.test.output) == ("CAUGHT_ERROR", {"Error": "Declined", "Cause": "no money"})


@pytest.mark.parametrize("kind", ["map", "parallel"])
def test_what_came_back_of_a_map_or_parallel(session: sfn.Session, kind: str) -> None:
    state: dict[str, Any]
    inner = {"StartAt": "In", "States": {"In": {"Type": "Pass", "Output": "{% $states.input %}", "End": True}}}
    if kind == "map":
        state = {"Type": "Map", "Items": "{% $states.input %}", "ItemProcessor": inner}
    else:
        other = {"StartAt": "On", "States": {"On": {"Type": "Pass", "End": True}}}
        state = {"Type": "Parallel", "Branches": [inner, other]}
    state |= {"Output": "{% $count($states.result) %}", "End": True}
    definition = {"QueryLanguage": "JSONata", "StartAt": "Many", "States": {"Many": state}}
    execution = session.state_machine(kind, definition=definition).run([3, 4])
    many = execution.states["Many"]
    assert many.result == ([3, 4] if kind == "map" else [[3, 4], [3, 4]])
    assert many.data_flow().test.output == execution.output == 2
    assert execution.states["In"].data_flow().test.status == "SUCCEEDED"


def test_what_is_refused(session: sfn.Session) -> None:
    session.function("ask")(lambda event, context: None)
    sm = session.state_machine("orders")
    sm.lambda_invoke("Ask", "ask", payload=token, wait="callback", timeout_seconds=60) >> "Never"
    sm.succeed("Never")
    execution = sm.start()
    execution.callback("Ask")  # it waits there
    with pytest.raises(sfn.NotAvailable, match="does not tell what came back to 'Ask'"):
        execution.states["Ask"].data_flow()
    with pytest.raises(sfn.NotAvailable, match="'Never' was not entered"):
        execution.states["Never"].data_flow()
    with pytest.raises(sfn.UnknownName, match="Did you mean 'Ask'"):
        sm.data_flow("Askk", {})
    execution.stop()
