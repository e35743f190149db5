"""JSONPath with Jayway's semantics: reading, writing, filling."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sfn_notebook.errors import ExpressionError, PathFailure
from sfn_notebook.expressions import jsonpath, path_filters
from sfn_notebook.expressions.scope import Scope

SHOP = {
    "book": [
        {"title": "A", "price": 8, "tags": ["x"], "isbn": "1"},
        {"title": "B", "price": 12.5, "author": {"name": "Ödön"}},
        {"title": "C", "price": 22, "tags": [], "isbn": None},
    ],
    "max": 10,
    "odd name": {"it's": 1, 'a"b': 2},
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("$", SHOP),
        ("$.max", 10),
        ("$['max']", 10),
        ('$["max"]', 10),
        ("$.book[0].title", "A"),
        ("$.book[-1].title", "C"),
        ("$.book[1].author.name", "Ödön"),
        ("$['odd name']['it\\'s']", 1),
        ("$['odd name']['a\"b']", 2),
        ("$.book[*].title", ["A", "B", "C"]),
        ("$.book[*].isbn", ["1", None]),
        ("$.book[0,2].title", ["A", "C"]),
        ("$.book[1:].title", ["B", "C"]),
        ("$.book[:1].title", ["A"]),
        ("$.book[-2:].price", [12.5, 22]),
        ("$.book[0]['title','price']", {"title": "A", "price": 8}),
        ("$.book[*]['title','isbn']", [{"title": "A", "isbn": "1"}, {"title": "B"}, {"title": "C", "isbn": None}]),
        ("$['odd name','book'][0]['nothing','title']", [{"title": "A"}]),
        ("$['none','neither']", {}),
        ("$.book[0:2].title", ["A", "B"]),
        ("$.book[0:99:2].title", ["A", "B", "C"]),
        ("$.book[-3:-1].title", ["A", "B"]),
        ("$.book[0:-1].title", []),
        ("$.book[:-1].title", ["A", "B"]),
        ("$.book[5:].title", []),
        ("$.book[0,9,-1].title", ["A", "C"]),
        ("$.book[*]['title']", ["A", "B", "C"]),
        ("$.*[0].title", ["A"]),
        ("$..[0].title", ["A"]),
        ("$..['title','isbn']", [{"title": "A", "isbn": "1"}, {"title": "C", "isbn": None}]),
        ("$..book[?(@.author)].title", ["B"]),
        ("$..[?(@.price > 20)].title", ["C"]),
        ("$.book[?(@.price == '8')].title", ["A"]),
        ("$.book[?(@.price === '8')]", []),
        ("$.book[?(@.price !== '8')].title", ["A", "B", "C"]),
        ("$.book[?(@.price == 8.0)].title", ["A"]),
        ("$.book[?(@.isbn != null)].title", ["A", "B"]),
        ("$.book[?(@.tags == ['x'])].title", ["A"]),
        ("$.book[?(@.author == {'name': 'Ödön'})].title", ["B"]),
        ("$.book[?(@['title'] >= 'B')].title", ["B", "C"]),
        ("$.book[?(@.title < 1)]", []),
        ("$.book[?(@.tags empty true)].title", ["C"]),
        ("$.book[?(@.tags EMPTY false)].title", ["A"]),
        ("$.book[?(@.tags contains 'x')].title", ["A"]),
        ("$.book[?(@.title contains 'B')].title", ["B"]),
        ("$.book[?(@.tags subsetof ['x', 'y'])].title", ["A", "C"]),
        ("$.book[?(@.tags anyof ['x', 'y'])].title", ["A"]),
        ("$.book[?(@.tags noneof ['x', 'y'])].title", ["C"]),
        ("$.book[?(@.tags all ['x'])].title", ["A"]),
        ("$.book[?(@.tags size 0 || @.price > 12)].title", ["B", "C"]),
        ("$.book[?(@.tags.length() == 1)].title", ["A"]),
        ("$.book[?(@.price =~ /1.*/)].title", ["B"]),
        ("$.book[?(@..name)].title", ["A", "B", "C"]),
        (r"$.book[?(@.author.name =~ /\p{Lu}\w++/)].title", ["B"]),
        ("$.book[?(@.title =~ /[A-Z&&[^B]]/)].title", ["A", "C"]),
        ("$.book[?(@.tags =~ /X/i)].title", ["A"]),
        ("$.book[?(8 == @.price)].title", ["A"]),
        ("$.book[?(@.isbn exists false)].title", ["B"]),
        ("$.book[?(@.isbn type 'null')].title", ["C"]),
        ("$.book.length()", 3),
        ("$.book[0].title.length()", 1),
        ("$.book[*].price.sum()", 42.5),
        ("$..price.max()", 22.0),
        ("$.book[*].price.min()", 8.0),
        ("$.book[0:2].price.avg()", 10.25),
        ("$.book[0].keys()", ["title", "price", "tags", "isbn"]),
        ("$.book.first().title".removesuffix(".title"), SHOP["book"][0]),
        ("$.book[*].title.index(-1)", "C"),
        ("$.book[0].tags.append('y')", ["x", "y"]),
        ("$.book[*].title.concat('!')", "ABC!"),
        ("$..price", [8, 12.5, 22]),
        ("$..author..name", ["Ödön"]),
        ("$.book[?(@.price < 10)].title", ["A"]),
        ("$.book[?(@.price < $.max)].title", ["A"]),
        ("$.book[?(@.price > 10 && @.tags)].title", ["C"]),
        ("$.book[?(@.title == 'A' || @.title == \"B\")].price", [8, 12.5]),
        ("$.book[?(!@.isbn)].title", ["B"]),
        ("$.book[?(@.isbn)].title", ["A", "C"]),
        ("$.book[?(@.isbn == null)].title", ["C"]),
        ("$.book[?(@.title =~ /[ab]/i)].title", ["A", "B"]),
        ("$.book[?(@.title in ['A', 'C'])].title", ["A", "C"]),
        ("$.book[?(@.title nin ['A', 'C'])].title", ["B"]),
        ("$.book[?((@.price > 10) && !(@.author))].title", ["C"]),
        ("$.book[?(@.tags size 1)].title", ["A"]),
        ("$.book[?(@.price > 100)]", []),
        ("$.max[*]", []),
        ("$..nothing", []),
    ],
)
def test_what_a_path_selects(path: str, value: object) -> None:
    assert jsonpath.read(path, Scope(input=SHOP)) == value


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("$.nothing", r"No results for path: $['nothing']"),
        ("$.a.b.c", r"Missing property in path $['a']"),
        (
            "$.max.deeper",
            r"Expected to find an object with property ['deeper'] in path $['max'] but found 'java.lang.Integer'.",
        ),
        ("$.book.deeper", r"['deeper'] in path $['book'] but found 'java.util.ArrayList'."),
        ("$.book[2].isbn.x", r"['x'] in path $['book'][2]['isbn'] but found 'null'."),
        ("$.max[0]", "Filter: [0] can only be applied to arrays. Current context is: 10"),
        ("$.book[2].isbn[0]", "The path $['book'][2]['isbn'] is null"),
        ("$.book[9]", r"Index out of bounds when evaluating path $['book'][9]"),
        ("$.nothing[*].x", r"Missing property in path $['nothing']"),
        ("$nobody.x", "there is no such variable"),
        ("$.max.sum()", "empty array"),
        ("$.book.index(7)", "Target index:7"),
    ],
)
def test_a_definite_path_that_finds_nothing_fails(path: str, message: str) -> None:
    with pytest.raises(PathFailure) as caught:
        jsonpath.read(path, Scope(input=SHOP))
    assert message in str(caught.value)


def test_a_regular_expression_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(path_filters, "_REGEX_SECONDS", 0.05)
    with pytest.raises(PathFailure, match="takes too long"):
        jsonpath.read("$[?(@ =~ /(a|aa)+b/)]", Scope(input=["a" * 60]))


def test_the_three_roots() -> None:
    scope = Scope(input={"a": 1}, context={"Execution": {"Id": "e"}}, variables={"v": {"x": [2]}})
    assert [jsonpath.read(p, scope) for p in ("$.a", "$$.Execution.Id", "$v.x[0]", "$v")] == [1, "e", 2, {"x": [2]}]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "$.",
        "$[",
        "$['a",
        "$[?(@.a]",
        "$.a b",
        "$[:]",
        "$[::2]",
        "$.a.nothing()",
        "$.a.length(1)",
        "$.a.index()",
        "$.a.length().b",
        "$..",
        "$[?(@.a ==)]",
        "$.a[?(@.b =~ /[/)]",
        "$.a)",
        "$['a',1]",
        "$[?(" + "(" * 300,
        "$[?(" + "@.a && " * 1001 + "@.a)]",
    ],
)
def test_what_is_no_path_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError, match="not a valid path"):
        jsonpath.check(text)


@given(st.text(alphabet="$.[]'\"()?@*,:0 1-ab&|!=<>/\\~é", max_size=40))
def test_any_text_is_a_path_or_refused(text: str) -> None:
    try:
        jsonpath.check("$" + text)
    except ExpressionError:
        return
    with contextlib.suppress(PathFailure):
        jsonpath.read("$" + text, Scope(input=SHOP))


@pytest.mark.parametrize(
    ("path", "document", "written"),
    [
        ("$", {"a": 1}, 9),
        ("$.b", {"a": 1}, {"a": 1, "b": 9}),
        ("$.a.b.c", {}, {"a": {"b": {"c": 9}}}),
        ("$['x y']", {}, {"x y": 9}),
        ("$.a[1]", {"a": [1, 2]}, {"a": [1, 9]}),
    ],
)
def test_writing_makes_what_is_missing_and_leaves_the_document(path: str, document: object, written: object) -> None:
    before = repr(document)
    assert jsonpath.write(path, document, 9) == written
    assert repr(document) == before


@pytest.mark.parametrize(("path", "document"), [("$.a", 3), ("$.a.b", {"a": 3}), ("$.a[2]", {"a": [1]}), ("$[0]", {})])
def test_writing_where_nothing_can_hold_it_fails(path: str, document: object) -> None:
    with pytest.raises(PathFailure, match="cannot write"):
        jsonpath.write(path, document, 9)


@pytest.mark.parametrize("path", ["$.a[*]", "$..a", "$.a[-1]", "$$.a", "$v.a", "$[?(@.a)]"])
def test_only_reference_paths_can_be_written(path: str) -> None:
    with pytest.raises(ExpressionError):
        jsonpath.check(path, reference=True)


@given(st.lists(st.text(alphabet="abé\" '", min_size=1, max_size=4), min_size=1, max_size=5), st.integers())
def test_what_is_written_is_read_back(names: list[str], value: int) -> None:
    path = "$" + "".join("['" + name.replace("'", "\\'") + "']" for name in names)
    assert jsonpath.read(path, Scope(input=jsonpath.write(path, {}, value))) == value


def test_a_template_is_filled_at_every_depth() -> None:
    template = {"n.$": "$.n", "list": [{"deep.$": "$$.a"}], "text": "$.n", "f.$": "States.Format('{}!', $.n)"}
    filled = jsonpath.fill(template, Scope(input={"n": 1}, context={"a": 2}))
    assert filled == {"n": 1, "list": [{"deep": 2}], "text": "$.n", "f": "1!"}


def test_a_template_that_fails_names_the_field() -> None:
    with pytest.raises(PathFailure) as caught:
        jsonpath.fill({"a": {"total.$": "$.nope"}}, Scope(input={}))
    assert caught.value.__notes__ == ["in the field 'total.$'"]


def test_a_field_that_needs_a_path_refuses_anything_else() -> None:
    with pytest.raises(ExpressionError, match=r"total\.\$"):
        jsonpath.fill({"total.$": 3}, Scope())
