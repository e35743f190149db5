"""JSONata: what Step Functions adds, undefined against null, and the errors."""

import contextlib
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sfn_notebook.errors import ExpressionError, QueryFailure
from sfn_notebook.expressions import jsonata
from sfn_notebook.expressions.scope import Scope

NO_MEMORY = "Expression evaluation memory limit exceeded: Check for excessive memory usage"
SCOPE = Scope(
    context={"Task": {"Token": "t"}},
    variables={"v": [1, 2, 3]},
    states={"input": {"total": 5, "none": None, "whole": 4.0}},
    now=lambda: 1000.0,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{% $states.input.total * 2 %}", 10),
        ("{%$states.context.Task.Token%}", "t"),
        ("{% $sum($v) %}", 6),
        ("{% $states.input.none %}", None),
        ("{% 10 / 4 %}", 2.5),
        ("{% 10 / 5 %}", 2),
        ("{% $partition([1..5], 2) %}", [[1, 2], [3, 4], [5]]),
        ("{% $range(0, 10, 5) %}", [0, 5, 10]),
        ("{% $range(3, 1, -1) %}", [3, 2, 1]),
        ("{% $hash('a', 'SHA-1') %}", "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8"),
        ("{% $parse('{\"a\": [1]}').a[0] %}", 1),
        ("{% $millis() %}", 1_000_000),
        ("{% $now() %}", "1970-01-01T00:16:40.000Z"),
        ("{% $v ~> $map(function($x) { $x + 1 }) %}", [2, 3, 4]),
    ],
)
def test_what_an_expression_gives(text: str, value: object) -> None:
    result = jsonata.evaluate(text, SCOPE)
    assert result == value
    assert type(result) is type(value)


def test_undefined_is_told_from_null() -> None:
    with pytest.raises(QueryFailure) as caught:
        jsonata.evaluate("{% $states.input.nope %}", SCOPE)
    assert caught.value.undefined


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{% 'a' + 1 %}", "T2001"),
        ("{% $nope() %}", "T1006"),
        ("{% $eval('1') %}", "T1006"),
        ("{% $parse('{') %}", "D3120"),
        ("{% $hash('a', 'X') %}", "T0410"),
        ("{% $partition(1, 1) %}", "T0410"),
        ("{% $range(1, 2, 0) %}", "T0410"),
    ],
)
def test_an_expression_that_fails_carries_its_code(text: str, code: str) -> None:
    with pytest.raises(QueryFailure) as caught:
        jsonata.evaluate(text, SCOPE)
    assert (caught.value.code, caught.value.undefined) == (code, False)


def test_an_endless_expression_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonata, "_TIMEOUT_SECONDS", 0.05)
    with pytest.raises(QueryFailure, match="timeout"):
        jsonata.evaluate("{% ($f := function($n) { $f($n + 1) }; $f(1)) %}", SCOPE)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{% 'a' + 1 %}", 'The left side of the "+" operator must evaluate to a number'),
        ("{% $sum('a') %}", 'Argument 1 of function "sum" must be an array of "numbers"'),
        ("{% $abs('a') %}", 'Argument 1 of function "abs" does not match function signature'),
        ("{% $partition(1, 1) %}", 'Argument 1 of function "partition" does not match function signature'),
        ("{% $partition([1], 0) %}", 'Argument 2 of function "partition" does not match function signature'),
        ("{% $random('a') %}", 'Argument 1 of function "random" does not match function signature'),
        ("{% $eval('1+1') %}", "Attempted to invoke a non-function"),
        ("{% $sqrt(-1) %}", "The sqrt function cannot be applied to a negative number: -1"),
        ("{% $number('1.0x') %}", 'Unable to cast value to a number: "1.0x"'),
        (
            "{% [1..873783] ~> $count() %}",
            NO_MEMORY,
        ),
        (
            "{% $range(1, 1000000, 1) %}",
            NO_MEMORY,
        ),
        ("{% " + "+".join(["1"] * 200) + " %}", "Stack overflow error: Check for non-terminating recursive function."),
        ("{% $parse($states.input.nope) %}", "returned nothing (undefined)"),
    ],
)
def test_an_expression_that_fails_says_what_aws_says(text: str, message: str) -> None:
    with pytest.raises(QueryFailure) as caught:
        jsonata.evaluate(text, SCOPE)
    assert caught.value.message.startswith(message)


def test_what_aws_bounds_passes_just_below() -> None:
    assert jsonata.evaluate("{% [1..873782] ~> $count() %}", SCOPE) == 873782
    assert jsonata.evaluate("{% " + "+".join(["1"] * 100) + " %}", SCOPE) == 100


@pytest.mark.parametrize(
    ("text", "top_level", "variables", "states"),
    [
        ("{% phone %}", ("phone",), set(), set()),
        ("{% $states.input.phone & $code %}", (), {"code"}, {"input"}),
        ("{% $map($states.result.a, function($v) { $v.x + y }) %}", ("y",), set(), {"result"}),
        ("{% $parse($uuid()) %}", (), set(), set()),
        ("{% $$.a %}", ("$$",), set(), set()),
        ("{% '$$' %}", (), set(), set()),
        ("{% $states.input.a['$$' = b] %}", (), set(), {"input"}),
        ("{% ($e := $states.errorOutput; $e.Error) %}", (), set(), {"errorOutput"}),
    ],
)
def test_what_an_expression_reads(text: str, top_level: object, variables: set[str], states: set[str]) -> None:
    assert jsonata.reads(text) == (top_level, variables, states)


@pytest.mark.parametrize(
    ("value", "answer"),
    [("{% 1 %}", True), ("{%%}", True), ("{%}", False), (" {% 1 %}", False), (1, False), ("x", False)],
)
def test_what_counts_as_an_expression(value: object, answer: bool) -> None:
    assert jsonata.is_expression(value) is answer


def test_fill_reaches_every_depth_and_leaves_the_rest() -> None:
    assert jsonata.fill({"a": ["{% 1 + 1 %}", {"b": "{% $v[0] %}"}], "c": "$v", "d": None}, SCOPE) == {
        "a": [2, {"b": 1}],
        "c": "$v",
        "d": None,
    }


def test_the_same_seed_gives_the_same_random_values() -> None:
    def drawn() -> object:
        return jsonata.evaluate("{% [$random(), $uuid(), $random()] %}", Scope(random=random.Random(3)))

    assert drawn() == drawn()
    assert jsonata.evaluate("{% $random(5) %}", Scope()) == jsonata.evaluate("{% $random(5) %}", Scope())


@pytest.mark.parametrize("text", ["{% ( %}", "{% %}", "{% 'a %}"])
def test_what_is_not_jsonata_is_refused(text: str) -> None:
    assert jsonata.parser_says(text)
    with pytest.raises(ExpressionError, match="not a JSONata expression"):
        jsonata.evaluate(text, SCOPE)


@given(st.text(alphabet="$v.[](){}'\"+-*/%&|~>:=?, 01ab", max_size=25))
def test_any_text_is_evaluated_or_refused(text: str) -> None:
    with contextlib.suppress(ExpressionError):
        jsonata.evaluate(text, SCOPE)
