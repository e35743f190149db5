"""The intrinsic functions, one by one, and the errors they give."""

import contextlib
import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sfn_notebook.errors import ExpressionError, IntrinsicFailure
from sfn_notebook.expressions import intrinsics
from sfn_notebook.expressions.scope import Scope

DATA = {"a": [1, 2, 3], "s": "x,y;z", "o": {"k": [1, "t"]}, "n": 2, "template": "\\{} is {}", "long": "x" * 10_001}


@pytest.mark.parametrize(
    ("call", "value"),
    [
        ("States.Format('{}-{}', $.n, 'é')", "2-é"),
        ("States.Format('plain')", "plain"),
        ("States.Format('{}', $.o)", "{k=[1, t]}"),
        ("States.Format('{}', null)", "null"),
        # https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/lang/Double.html#toString(double)
        ("States.Format('{} {} {}', 1e10, 1.5e-7, 0.001)", "1.0E10 1.5E-7 0.001"),
        (r"States.Format('\{\} \\ {}', 1)", "{} \\ 1"),
        (r"States.Format('\{}{}\}', 1)", "{}1}"),
        ("States.Format('{ {} }', 'x')", "{ x }"),
        ("States.Format($.template, 1)", "{} is 1"),
        ("States.Format('{}', '{}')", "{}"),
        ("States.Format('{}', $.a[?(@ > 1)])", "[2, 3]"),
        (r"States.Array('\\', '\{', 'a\'b')", ["\\", "{", "a'b"]),
        ("States.Format('{}', $..k[1])", "[t]"),
        ("States.Base64Decode('YQ')", "a"),
        ("States.Base64Decode('/w==')", "\ufffd"),
        ("States.Base64Encode('')", ""),
        ("States.MathAdd(2147483646, 1)", 2147483647),
        ("States.MathAdd(-0.5, 0.5)", 1),
        ("States.StringToJson('  ')", None),
        ("States.StringSplit('abc', '')", ["abc"]),
        ("States.ArrayLength($..k)", 1),
        ("States.Hash('a', 'SHA-1')", "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8"),
        ("States.ArrayPartition($.a, 1.6)", [[1, 2], [3]]),
        ("States.ArrayRange(1, 1000, 1)", list(range(1, 1001))),
        ("States.ArrayRange(3, 1, 1)", []),
        ("States.ArrayContains($.a, 2.0)", True),
        (r"States.Format('it\'s {}', true)", "it's true"),
        ("States.StringToJson('[1, {\"a\": null}]')", [1, {"a": None}]),
        ("States.JsonToString($.o)", '{"k":[1,"t"]}'),
        ("States.Array()", []),
        ("States.Array(1, 'b', $.a, -2.5)", [1, "b", [1, 2, 3], -2.5]),
        ("States.ArrayPartition($.a, 2)", [[1, 2], [3]]),
        ("States.ArrayContains($.a, 3)", True),
        ("States.ArrayContains(States.Array(1), true)", False),
        ("States.ArrayRange(1, 9, 2)", [1, 3, 5, 7, 9]),
        ("States.ArrayRange(3, 1, -1)", [3, 2, 1]),
        ("States.ArrayGetItem($.a, 2)", 3),
        ("States.ArrayLength($.a)", 3),
        ("States.ArrayUnique(States.Array(2, 1, 2, '1', true, 1.0))", [2, 1, "1", True]),
        ("States.Base64Encode('é')", "w6k="),
        ("States.Base64Decode('w6k=')", "é"),
        ("States.Hash('a', 'MD5')", "0cc175b9c0f1b6a831c399e269772661"),
        ("States.JsonMerge($.o, States.StringToJson('{\"k\": 1}'), false)", {"k": 1}),
        ("States.MathAdd(1.5, -2)", 0),
        ("States.StringSplit($.s, ',;')", ["x", "y", "z"]),
        ("States.StringSplit('a.b', '.')", ["a", "b"]),
        ("States.ArrayGetItem(States.StringSplit('p q', ' '), States.MathAdd($.n, -1))", "q"),
    ],
)
def test_what_a_call_gives(call: str, value: object) -> None:
    assert intrinsics.parse(call)(Scope(input=DATA)) == value


@pytest.mark.parametrize(
    "call",
    [
        "States.Format('{} {}', 1)",
        "States.StringToJson('{')",
        "States.ArrayPartition($.a, 0)",
        "States.ArrayPartition('a', 1)",
        "States.ArrayRange(1, 2000, 1)",
        "States.ArrayRange(1, 2, 0)",
        "States.ArrayGetItem($.a, 3)",
        "States.ArrayGetItem($.a, -1)",
        "States.Base64Decode('?')",
        "States.Hash('a', 'CRC')",
        "States.JsonMerge($.o, $.o, true)",
        "States.JsonMerge($.o, 1, false)",
        "States.MathAdd(true, 1)",
        "States.MathAdd(2147483647, 1)",
        "States.MathAdd(1e300, 0)",
        "States.Format($.n)",
        "States.Base64Encode($.long)",
        "States.Base64Decode($.long)",
        "States.Hash($.long, 'MD5')",
        "States.ArrayLength($.o)",
        "States.ArrayUnique('a')",
        "States.ArrayContains(null, 1)",
        "States.ArrayRange('1', 2, 1)",
        "States.StringSplit('a', 1)",
        "States.MathRandom(1, 'x')",
        "States.MathRandom(2, 2)",
        "States.StringSplit(1, ',')",
    ],
)
def test_a_call_that_fails_says_which_function_and_what_it_wants(call: str) -> None:
    name = call.split("(", maxsplit=1)[0]
    with pytest.raises(IntrinsicFailure, match=re.escape(f"Invalid arguments in {name}")):
        intrinsics.parse(call)(Scope(input=DATA))


@pytest.mark.parametrize(
    "text",
    [
        "States.Nope()",
        "States.Formt('x')",
        "States.Format(",
        "States.Format('a'",
        "States.UUID(1)",
        "States.Array(x)",
        "States.Array(1) 2",
        "States.Array(1,)",
        "States.Array(" + "1, " * 10_001 + "1)",
        r"States.Array('a\x')",
        r"States.Format('\n')",
        "States.Array('a)",
    ],
)
def test_what_is_no_call_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError, match="not a valid path or intrinsic function"):
        intrinsics.parse(text)


@pytest.mark.parametrize("call", ["States.Format('{}', $)", "States.ArrayUnique($)", "States.ArrayContains($, 1)"])
def test_what_is_nested_too_deeply_is_refused(call: str) -> None:
    deep: list[object] = []
    for _ in range(20_000):
        deep = [deep]
    with pytest.raises(IntrinsicFailure, match="nested too deeply"):
        intrinsics.parse(call)(Scope(input=deep))


def test_a_misspelt_function_gets_a_suggestion() -> None:
    with pytest.raises(ExpressionError, match=r"Did you mean 'States.Format'"):
        intrinsics.parse("States.Formt('x')")


def test_more_than_ten_nested_calls_are_refused() -> None:
    with pytest.raises(ExpressionError, match="nested"):
        intrinsics.parse("States.Array(" * 11 + ")" * 11)


def test_the_same_seed_gives_the_same_random_values() -> None:
    def drawn() -> list[object]:
        scope = Scope(random=random.Random(7))
        return [
            intrinsics.parse(call)(scope) for call in ("States.UUID()", "States.MathRandom(1, 1000)", "States.UUID()")
        ]

    assert drawn() == drawn()
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", str(drawn()[0]))
    assert len(set(map(str, drawn()))) == 3


@given(st.text(alphabet="States.FormatUID()',$ \\{}0", max_size=40))
def test_any_text_is_a_call_or_refused(text: str) -> None:
    with contextlib.suppress(ExpressionError):
        intrinsics.parse("States." + text)
