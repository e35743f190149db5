import copy
from datetime import UTC, datetime

import pytest

from sfn_notebook.errors import InvalidArgument, UnknownKeyword, UnknownName
from sfn_notebook.notebook.render import condition, fill, jsonata, rule
from sfn_notebook.notebook.values import ctx, path, q, token

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (path("$.n") > 3, {"Variable": "$.n", "NumericGreaterThan": 3}),
        (path("$.n") <= 3, {"Variable": "$.n", "NumericLessThanEquals": 3}),
        (path("$.s") == "x", {"Variable": "$.s", "StringEquals": "x"}),
        (path("$.b") == True, {"Variable": "$.b", "BooleanEquals": True}),  # noqa: E712  # a rule, not a test
        (path("$.t") < NOON, {"Variable": "$.t", "TimestampLessThan": "2026-01-31T12:00:00Z"}),
        (
            path("$.t").timestamp < "2026-01-31T12:00:00Z",
            {"Variable": "$.t", "TimestampLessThan": "2026-01-31T12:00:00Z"},
        ),
        (path("$.x") == None, {"Variable": "$.x", "IsNull": True}),  # noqa: E711  # a rule, not a test
        (path("$.x") != 1, {"Not": {"Variable": "$.x", "NumericEquals": 1}}),
        (path("$.a").number > path("$.b"), {"Variable": "$.a", "NumericGreaterThanPath": "$.b"}),
        (path("$.a") == path("$v").string, {"Variable": "$.a", "StringEqualsPath": "$v"}),
        (path("$.x").is_present(), {"Variable": "$.x", "IsPresent": True}),
        (path("$.x").is_timestamp(), {"Variable": "$.x", "IsTimestamp": True}),
        (path("$.f").matches("log-*"), {"Variable": "$.f", "StringMatches": "log-*"}),
        (ctx.Map.Item.Index > 3, {"Variable": "$$.Map.Item.Index", "NumericGreaterThan": 3}),
        (~path("$.x").is_null(), {"Not": {"Variable": "$.x", "IsNull": True}}),
    ],
)
def test_comparisons_become_rules(made, expected):
    assert rule(made) == expected


def test_a_literal_may_stand_first():
    assert rule(3 >= path("$.n")) == {"Variable": "$.n", "NumericLessThanEquals": 3}  # noqa: SIM300  # on purpose


def test_joined_conditions_are_flat():
    a, b, c = (path(f"$.{name}").is_present() for name in "abc")
    parts = [{"Variable": f"$.{name}", "IsPresent": True} for name in "abc"]
    assert rule(a & b & c) == {"And": parts}
    assert rule((a | b) & c) == {"And": [{"Or": parts[:2]}, parts[2]]}


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (q("$states.input.total > 100"), "{% $states.input.total > 100 %}"),
        (q("{% $x %}"), "{% $x %}"),
        (q("$x") == 3, "{% $x = 3 %}"),
        (q("$x + 1") != "é", '{% ($x + 1) != "é" %}'),
        (q("$a > 1") & ~q("$b"), "{% ($a > 1) and $not($b) %}"),
        ((q("$a") | q("$b")) & q("$c"), "{% ($a or $b) and $c %}"),
        (q("$x").is_present(), "{% $exists($x) %}"),
        (q("$x").is_null(), "{% $x = null %}"),
        (q("$x").is_numeric(), '{% $type($x) = "number" %}'),
        (ctx.Execution.Id, "{% $states.context.Execution.Id %}"),
        (ctx.Map.Item.Value.order.id, "{% $states.context.Map.Item.Value.order.id %}"),
        (token, "{% $states.context.Task.Token %}"),
    ],
)
def test_expressions_become_jsonata(made, expected):
    assert jsonata(made) == expected


def test_fill_writes_each_language():
    assert fill({"a": [q("$x"), 1], "b": token}, "JSONata") == {
        "a": ["{% $x %}", 1],
        "b": "{% $states.context.Task.Token %}",
    }
    assert fill({"a": path("$.a"), "b": {"c.$": path("$.c"), "t": token}}, "JSONPath") == {
        "a.$": "$.a",
        "b": {"c.$": "$.c", "t.$": "$$.Task.Token"},
    }
    assert fill({"at": NOON}, "JSONata") == {"at": "2026-01-31T12:00:00Z"}


@pytest.mark.parametrize(
    "use", [bool, lambda e: e and 1, lambda e: not e, lambda e: 1 < e < 3, lambda e: 1 if e else 2]
)
@pytest.mark.parametrize("expression", [q("$x"), path("$.x"), token, path("$.x") == 1])
def test_truth_is_refused_with_the_mend(use, expression):
    with pytest.raises(InvalidArgument, match="Use & for and"):
        use(expression)


@pytest.mark.parametrize(
    ("attempt", "error", "said"),
    [
        (lambda: q(""), InvalidArgument, "q\\(\\) takes a JSONata expression"),
        (lambda: q(5), InvalidArgument, "given was 5"),
        (lambda: path("total"), InvalidArgument, "path\\(\\) takes a JSONPath"),
        (lambda: ctx.Exection, UnknownName, "Did you mean 'Execution'"),
        (lambda: ctx.Execution.Nme, UnknownName, "Did you mean 'Name'"),
        (lambda: path("$.a") & 3, InvalidArgument, "in parentheses"),
        (lambda: path("$.f").matches(3), InvalidArgument, "given was 3"),
        (lambda: rule(path("$.a") > path("$.b")), InvalidArgument, "\\.number, \\.string"),
        (lambda: rule(path("$.a").number == "x"), InvalidArgument, "compares a number with a string"),
        (lambda: rule(path("$.a") < True), InvalidArgument, "only be compared with =="),
        (lambda: rule(path("$.a")), InvalidArgument, "Say what must hold"),
        (lambda: rule(path("States.UUID()") == "x"), InvalidArgument, "not an intrinsic function"),
        (lambda: rule(path("$.a") == [1]), InvalidArgument, "is compared with"),
        (lambda: rule(q("$a")), UnknownKeyword, "query_language='JSONata'"),
        (lambda: jsonata(path("$.a")), UnknownKeyword, "query_language='JSONPath'"),
        (lambda: jsonata(path("$.a") == 1), UnknownKeyword, "path\\('\\$.a'\\) is JSONPath"),
        (lambda: jsonata(ctx.Task.Token.matches("a*")), UnknownKeyword, "only in JSONPath"),
        (lambda: fill([path("$.a")], "JSONPath"), InvalidArgument, "States.Array"),
        (lambda: fill({"a": path("$.a") == 1}, "JSONPath"), InvalidArgument, "is a condition"),
        (lambda: fill({"a": {1, 2}}, "JSONata", where="output="), InvalidArgument, "output=.a: {1, 2} \\(set\\)"),
        (lambda: fill({"a": float("nan")}, "JSONata"), InvalidArgument, "nan"),
        (lambda: fill({1: 2}, "JSONata"), InvalidArgument, "the key 1"),
        (lambda: fill(datetime(2026, 1, 1), "JSONata"), InvalidArgument, "no time zone"),
        (lambda: condition("$x > 1", "JSONata"), InvalidArgument, "Write it as q\\("),
        (lambda: condition(lambda: 1, "JSONPath"), InvalidArgument, "Write it as path\\("),
    ],
)
def test_bad_expressions_are_refused_where_they_are_typed(attempt, error, said):
    with pytest.raises(error, match=said):
        attempt()


def test_expressions_survive_copies_and_what_ipython_asks():
    assert repr(copy.deepcopy([token, q("$x"), path("$.x").number])) == "[token, q('$x'), path('$.x').number]"
    assert not hasattr(token, "_repr_html_")
    assert "Execution" in dir(ctx)


def test_numpy_like_numbers_are_numbers():
    import fractions

    assert fill({"n": fractions.Fraction(1, 2)}, "JSONata") == {"n": 0.5}


def test_a_raw_rule_loses_only_its_next():
    assert condition({"Variable": "$.a", "IsNull": True, "Next": "B"}, "JSONPath") == {
        "Variable": "$.a",
        "IsNull": True,
    }
    assert condition("{% $x %}", "JSONata") == {"Condition": "{% $x %}"}
