"""The scratchpad: what an expression gives on given data, how it fails, and what it is refused for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import sfn_notebook as sfn
from sfn_notebook import ctx, path, q

ORDER = {"total": 5, "items": [{"price": 2}, {"price": 3}], "who": {"name": "Zoë"}}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (q("$sum($states.input.items.price)"), 5),
        (q("{% $states.input.who.name %}"), "Zoë"),
        (q("$states.input.total > 4") & ~q("$states.input.total > 5"), True),
        (q("$states.input.total").is_numeric(), True),
        (q("null"), None),
        (path("$.items[*].price"), [2, 3]),
        (path("$.nothing[*].price"), []),
        (path("States.Format('{}: {}', $.who.name, $.total)"), "Zoë: 5"),
        (path("$.total") > 4, True),
        ((path("$.total") > 4) & ~path("$.gift").is_present(), True),
        (path("$.who.name").matches("Z*"), True),
        (path("$.total").number >= path("$.items[0].price"), True),
    ],
)
def test_what_an_expression_gives(expression: Any, expected: Any) -> None:
    tried = expression.try_(ORDER)
    assert (tried.error, tried.result) == (None, expected)
    assert tried.ok


def test_everything_an_expression_may_see_is_given_by_name() -> None:
    text = "$states.result.n + $states.input.n + $rate + $length($states.errorOutput.Error) + $states.context.n"
    tried = q(text).try_(
        {"n": 1}, result={"n": 10}, error_output={"Error": "abc"}, variables={"rate": 100}, context={"n": 1000}
    )
    assert tried.result == 1114
    assert list(tried.reads) == ["$states.input", "$states.result", "$states.errorOutput", "$states.context", "$rate"]


def test_jsonpath_sees_variables_and_the_context_object() -> None:
    assert path("$rate.eur").try_(variables={"rate": {"eur": 2}}).result == 2
    assert path("$$.Execution.Name").try_(context={"Execution": {"Name": "a"}}).result == "a"
    assert ctx.Execution.Name.try_(context={"Execution": {"Name": "a"}}).result == "a"


def test_templates_of_either_language() -> None:
    queries = sfn.try_({"a": [q("$states.input.total"), 1], "b": {"c": q("$x")}}, ORDER, variables={"x": "y"})
    assert queries.result == {"a": [5, 1], "b": {"c": "y"}}
    paths = sfn.try_({"a": path("$.total"), "b": {"c": path("States.ArrayLength($.items)")}, "d": [1]}, ORDER)
    assert paths.result == {"a": 5, "b": {"c": 2}, "d": [1]}


def test_the_text_is_for_reading_and_always_the_same() -> None:
    assert repr(q("$states.input.totl").try_({"total": 1})) == (
        "q('$states.input.totl')\n"
        '  $states.input  {"total":1}\n'
        "  error          States.QueryEvaluationError\n"
        "  cause          The JSONata expression '$states.input.totl' returned nothing (undefined).\n"
        "  hint           $states.input has no 'totl'. Did you mean 'total'?"
    )


@pytest.mark.parametrize(
    ("expression", "error", "cause", "hint"),
    [
        (q("total"), "States.QueryEvaluationError", "returned nothing", "total is $states.input.total"),
        (q("$rate"), "States.QueryEvaluationError", "returned nothing", "no variable $rate here"),
        (q("$states.result.x"), "States.QueryEvaluationError", "returned nothing", "give result="),
        (q("$states.input.who.nam"), "States.QueryEvaluationError", "returned nothing", "Did you mean 'name'"),
        (q("'a' + 1"), "States.QueryEvaluationError", "T2001", None),
        (path("$.who.nam"), "States.Runtime", "could not be found in the input", "Did you mean 'name'"),
        (path("$rate"), "States.Runtime", "could not be found", "no variable $rate"),
        (path("$$.Execution.Id"), "States.Runtime", "could not be found", "no context object here"),
        (path("States.MathAdd($.who, 1)"), "States.IntrinsicFailure", "expected a number", None),
        (path("States.MathAdd($.no, 1)"), "States.Runtime", "for the field '$.no'", "$ has no 'no'"),
        (path("$.no") > 1, "States.Runtime", "condition path references an invalid value", "$ has no 'no'"),
    ],
)
def test_how_an_expression_fails(expression: Any, error: str, cause: str, hint: str | None) -> None:
    tried = expression.try_(ORDER)
    assert (tried.error, tried.ok, tried.result) == (error, False, None)
    assert cause in tried.cause
    assert tried.hint is None if hint is None else hint in tried.hint


@pytest.mark.parametrize(
    ("template", "place"),
    [
        ({"a": 1, "b": [1, {"c": q("$states.input.no")}]}, "b[1]/c"),
        ([q("1"), q("$no")], "[1]"),
        ({"a": {"b": path("$.no")}}, "b.$"),
    ],
)
def test_the_place_in_a_template_is_told(template: Any, place: str) -> None:
    tried = sfn.try_(template, ORDER)
    assert tried.place == place
    assert f"for the field '{place}'" in str(tried.cause)
    assert f"  at  {'':<3}" in repr(tried)


@pytest.mark.parametrize(
    ("attempt", "error", "message"),
    [
        (lambda: q("1 +").try_(), sfn.ExpressionError, r"not a sound expression: '1 \+'"),
        (lambda: sfn.try_({"a": [q("(")]}), sfn.ExpressionError, r"at a\[0\]"),
        (lambda: path("$.a[").try_(), sfn.ExpressionError, "not a sound expression"),
        (lambda: path("States.Foo()").try_(), sfn.ExpressionError, "Did you mean 'States.Format'"),
        ((path("$.a[") > 1).try_, sfn.ExpressionError, "not a sound expression"),
        (lambda: sfn.try_({"a": 1}), sfn.InvalidArgument, "there is no expression"),
        (lambda: sfn.try_([q("1"), path("$.a")]), sfn.UnknownKeyword, "is JSONata"),
        (lambda: path("$").try_(result=1), sfn.InvalidArgument, r"JSONPath has no \$states"),
        (lambda: q("1").try_({1, 2}), sfn.InvalidInput, "cannot be written as JSON"),
        (lambda: q("1").try_("{"), sfn.InvalidInput, "not valid JSON"),
        (lambda: q("1").try_(result=float("nan")), sfn.InvalidArgument, "result cannot be written as JSON"),
        (lambda: q("1").try_(variables=["a"]), sfn.InvalidArgument, "variables is a dict"),
        (lambda: q("1").try_(varables={}), sfn.UnknownKeyword, "Did you mean 'variables'"),
    ],
)
def test_what_is_refused(attempt: Callable[[], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        attempt()


def test_input_from_a_state_of_an_execution() -> None:
    with sfn.local(clock="instant", seed=1) as session:
        session.function("charge")(lambda event, context: {"paid": event})
        sm = session.state_machine("orders")
        sm.pass_("Rate", assign={"rate": 2}, output="a text") >> "Charge"
        sm.lambda_invoke("Charge", "charge", payload=q("$states.input"), output=q("$states.result.Payload"))
        states = sm.run({"total": 1}).states
    assert q("$states.input & $string($rate)").try_(states["Charge"]).result == "a text2"
    assert q("$states.result.Payload.paid").try_(states["Charge"]).result == "a text"
    assert q("$states.context.State.Name").try_(states["Charge"]).result == "Charge"
    assert q("$states.context.Execution.Input.total").try_(states["Charge"]).result == 1
    assert path("$rate").try_(states["Charge"]).result == 2
    assert q("$states.result").try_(states["Charge"], result=7).result == 7
    assert q("$rate").try_(states["Rate"]).hint is not None  # it is assigned as the state is left


def test_the_error_output_of_a_state_that_was_caught() -> None:
    with sfn.local(clock="instant", seed=1) as session:
        sm = session.state_machine("orders")
        sm.lambda_invoke("Charge", "charge").catch("Declined", "Late")
        sm.succeed("Late")
        execution = sm.run(mocks={"Charge": sfn.error("Declined", "no money")})
    assert q("$states.errorOutput.Cause").try_(execution.states["Charge"]).result == "no money"
    assert execution.states["Charge"].result is None
    with pytest.raises(sfn.NotAvailable, match="was not entered"):
        q("1").try_(sm_never(execution))


def sm_never(execution: sfn.Execution) -> Any:
    """A state of it that was not entered."""
    run = execution.states["Charge"]
    return sfn.StateRun("Never", "NOT_STARTED", [], run._told)


def test_it_is_shown_with_everything_escaped() -> None:
    html = q("$states.input.x & '<i>'").try_({"x": "<script>"})._repr_mimebundle_()["text/html"]
    assert "<script>" not in html
    assert "&lt;script&gt;&lt;i&gt;" in html
    failed = sfn.try_({"<b>": q("$no")}, {"long": "x" * 5000})._repr_mimebundle_()["text/html"]
    assert "<b>&lt;b&gt;" not in failed
    assert "<details>" in failed
    assert "There is no variable" in failed
