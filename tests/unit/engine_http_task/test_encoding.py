"""Forms and queries: what is written reads back as what was given, whatever stands in it."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sfn_notebook.engine.http_task.encoding import encoded, form, query_pairs

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
KEYS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="[]"), min_size=1)


@given(st.lists(st.tuples(KEYS, TEXT)))
def test_a_query_reads_back(pairs):
    assert parse_qsl(encoded(pairs), keep_blank_values=True) == pairs
    assert query_pairs(encoded(pairs)) == pairs


@given(st.dictionaries(KEYS, st.lists(TEXT, min_size=1)))
def test_a_form_reads_back(body):
    flat = [(name, one) for name, values in body.items() for one in values]
    assert parse_qsl(form(body, "REPEAT"), keep_blank_values=True) == flat
    assert parse_qsl(form(body, "BRACKETS"), keep_blank_values=True) == [(f"{name}[]", one) for name, one in flat]
    indexed = [(f"{name}[{index}]", one) for name, values in body.items() for index, one in enumerate(values)]
    assert parse_qsl(form(body, "INDICES"), keep_blank_values=True) == indexed


@pytest.mark.parametrize(
    ("body", "arrays", "expected"),
    [
        ({"a": None, "b": True, "c": 1.5}, "INDICES", "a=&b=true&c=1.5"),
        ({"a": []}, "INDICES", ""),
        ({"a": []}, "COMMAS", "a="),
        ({"a": [{"b": 1}, {"b": 2}]}, "INDICES", "a%5B0%5D%5Bb%5D=1&a%5B1%5D%5Bb%5D=2"),
        ({"a": [[1], [2]]}, "BRACKETS", "a%5B%5D%5B%5D=1&a%5B%5D%5B%5D=2"),
        ({"a": {"b": {"c": "d"}}}, "REPEAT", "a%5Bb%5D%5Bc%5D=d"),
        ({"a": [1, {"b": 2}]}, "COMMAS", "a=1,%7B%22b%22%3A2%7D"),
    ],
)
def test_what_stands_in_one_another(body, arrays, expected):
    assert form(body, arrays) == expected


def test_a_query_in_each_of_its_forms():
    assert query_pairs([{"a": 1}, {"a": [2, None]}]) == [("a", "1"), ("a", "2"), ("a", "")]
    assert query_pairs("?a=&b=x+y") == [("a", ""), ("b", "x y")]
    assert query_pairs({"a": {"b": 1}}) == [("a", '{"b":1}')]
    with pytest.raises(TypeError):
        query_pairs(5)
