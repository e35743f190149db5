"""ARNs, names, JSON refusals, pages: the small parts the operations stand on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sfn_notebook import _json
from sfn_notebook.engine.api.arns import check_name, parse
from sfn_notebook.engine.api.faults import Fault
from sfn_notebook.engine.api.jackson import BEYOND, explain
from sfn_notebook.engine.api.paging import page
from sfn_notebook.errors import InvalidJson

STATES = "arn:aws:states:us-east-1:000000000000:"


@pytest.mark.parametrize(
    ("text", "kinds", "message"),
    [
        ("m", ["stateMachine"], "Invalid Arn: 'Invalid ARN prefix: m'"),
        ("arn:aws:s3:::b", ["stateMachine"], "Invalid Arn: 'arn:aws:s3:::b'"),
        (
            STATES + "execution:m:e",
            ["stateMachine"],
            "Invalid Arn: 'Resource type not valid in this context: execution'",
        ),
        (STATES + "execution:m", ["execution"], f"Invalid Arn: '{STATES}execution:m'"),
        (STATES + "activity:a:b", ["activity"], f"Invalid Arn: '{STATES}activity:a:b'"),
    ],
)
def test_arns_that_are_refused(text, kinds, message):
    with pytest.raises(Fault) as caught:
        parse(text, *kinds)
    assert (caught.value.code, caught.value.message) == ("InvalidArn", message)


def test_arn_with_a_version():
    arn = parse(STATES + "stateMachine:m:3", "stateMachine")
    assert (arn.name, arn.rest, arn.unqualified) == ("m", "3", STATES + "stateMachine:m")


@pytest.mark.parametrize("name", ["", "a" * 81, "a b", "a\nb", "a\ud800"])
def test_names_that_are_refused(name):
    with pytest.raises(Fault):
        check_name(name)


@pytest.mark.parametrize(
    ("text", "reason", "column"),
    [
        ("not a definition", "Unrecognized token 'not'", 4),
        ("{a:1}", "Unexpected character ('a' (code 97)): was expecting double-quote to start field name", 3),
        ('{"a" 1}', "Unexpected character ('1' (code 49)): was expecting a colon", 7),
        ('{"a":', "Unexpected end-of-input within/between Object entries", 6),
        ("", "Unexpected end-of-input", 1),
        ("[", "Unexpected end-of-input: expected close marker for Array (start marker at [Source: (String)", 2),
        ("[1,", "Unexpected end-of-input within/between Array entries", 4),
        ('{"a', "Unexpected end-of-input in field name", 4),
        ('{"a": "x', "Unexpected end-of-input: was expecting closing quote for a string value", 9),
        ("[1] 2", "Unrecognized token '2'", 6),
        ("[1] x", "Unrecognized token 'x'", 6),
        ('{"a":1 "b":2}', "Unexpected character ('\"' (code 34)): was expecting comma to separate Object entries", 9),
        ("[1 2]", "Unexpected character ('2' (code 50)): was expecting comma to separate Array entries", 5),
        ('{"a":1,}', "Unexpected character ('}' (code 125)): was expecting double-quote to start field name", 9),
        ("[1,]", "Unexpected character (']' (code 93)): expected a valid value", 5),
        ("[tru]", "Unrecognized token 'tru'", 5),
        ("[NaN]", "Non-standard token 'NaN': enable JsonParser.Feature.ALLOW_NON_NUMERIC_NUMBERS to allow", 5),
        ("[-Infinity]", "Non-standard token '-Infinity'", 11),
        ("[01]", "Invalid numeric value: Leading zeroes not allowed", 4),
        ("[1.]", "Unexpected character (']' (code 93)) in numeric value: Decimal point not followed by a digit", 5),
        ("[1e]", "Unexpected character (']' (code 93)) in numeric value: Exponent indicator", 5),
        ("[-]", "Unexpected character (']' (code 93)) in numeric value: expected digit (0-9) to follow minus", 4),
        ('["\\x"]', "Unrecognized character escape 'x' (code 120)", 5),
        ('["\x01"]', "Illegal unquoted character ((CTRL-CHAR, code 1)): has to be escaped using backslash", 4),
        ("[\x0b1]", "Illegal character ((CTRL-CHAR, code 11)): only regular white space", 3),
        ("€", "Unexpected character ('€' (code 8364 / 0x20ac)): expected a valid value", 2),
        ("{'a':1}", "Unexpected character (''' (code 39)): was expecting double-quote to start field name", 3),
    ],
)
def test_what_is_said_of_bad_json(text, reason, column):
    refusal = explain(text)
    assert refusal.reason.startswith(reason)
    assert refusal.place == f'[Source: (String)"{text}"; line: 1, column: {column}]'


def test_a_long_source_is_cut():
    assert "[truncated 100 chars]" in explain("x" * 600).place


@given(st.text() | st.text(alphabet='[]{},:"\\ tnu0-1.eE+a', max_size=12))
def test_a_text_is_explained_exactly_when_it_is_no_json(text):
    try:
        _json.loads(text)
    except InvalidJson:
        assert explain(text).reason != BEYOND
    else:
        assert explain(text).reason == BEYOND


@pytest.mark.parametrize("text", ["[" * 10_000 + "]" * 10_000, '{"a":' * 10_000 + "1" + "}" * 10_000], ids=["[", "{"])
def test_what_is_too_deep_is_no_matter_of_syntax(text):
    assert explain(text).reason == BEYOND


@given(st.integers(0, 40), st.integers(1, 12), st.booleans(), st.integers(1, 3))
def test_pages_hold_everything_once(count, size, newest_first, every):
    items = list(range(count))
    request, found = {"maxResults": size}, []
    while True:
        part, more = page(items, request, newest_first=newest_first, keep=lambda item: item % every == 0)
        assert len(part) <= size
        found += part
        if not more:
            break
        request = {"maxResults": size, **more}
    wanted = [item for item in items if item % every == 0]
    assert found == (wanted[::-1] if newest_first else wanted)


@pytest.mark.parametrize("token", ["", "x", "W10=", "bnVsbA==", "ÿ"])
def test_tokens_that_are_none(token):
    if token == "":
        assert page([1], {"nextToken": token}) == ([1], {})
        return
    with pytest.raises(Fault) as caught:
        page([1], {"nextToken": token})
    assert caught.value.code == "InvalidToken"
