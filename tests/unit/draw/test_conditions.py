"""Choice rules as text for people."""

import pytest

from sfn_notebook.draw.conditions import condition

RULES = [
    ({"Variable": "$.a", "NumericGreaterThanEquals": 3}, "$.a ≥ 3"),
    ({"Variable": "$.a", "NumericLessThanPath": "$.b"}, "$.a < $.b"),
    ({"Variable": "$.a", "StringEquals": "x"}, '$.a = "x"'),
    ({"Variable": "$.a", "BooleanEquals": False}, "$.a = false"),
    ({"Variable": "$.t", "TimestampLessThanEquals": "2026-01-01T00:00:00Z"}, '$.t ≤ "2026-01-01T00:00:00Z"'),
    ({"Variable": "$.a", "StringMatches": "log-*"}, '$.a matches "log-*"'),
    ({"Variable": "$.a", "IsPresent": True}, "$.a is present"),
    ({"Variable": "$.a", "IsNull": False}, "$.a is not null"),
    ({"Variable": "$.a", "IsNumeric": True}, "$.a is a number"),
    ({"Not": {"Variable": "$.a", "IsNull": True}}, "not ($.a is null)"),
    (
        {"And": [{"Variable": "$.a", "IsNull": True}, {"Or": [{"Condition": "x"}, {"Condition": "y"}]}]},
        "$.a is null and (x or y)",
    ),
    ({"Condition": "{% $states.input.n > 1 %}"}, "$states.input.n > 1"),
    ({"Condition": True}, "true"),
    ({"Condition": "$.a == 1"}, "$.a == 1"),
]


@pytest.mark.parametrize(("rule", "text"), RULES, ids=[text for _, text in RULES])
def test_a_rule_reads_like_a_sentence(rule: dict[str, object], text: str) -> None:
    assert condition({**rule, "Next": "A"}) == text


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ({}, "no condition yet"),
        ({"Next": "A", "Comment": "c"}, "no condition yet"),
        ({"And": []}, "and of nothing"),
        ({"And": 3, "Variable": "$.a"}, '{"And":3}'),
        ({"Variable": 7, "IsNull": True}, "7 is null"),
        ({"Variable": "$.a", "NumericSomething": 3}, '{"NumericSomething":3}'),
        ({"And": ["x"]}, '"x"'),
        ({"Condition": {1, 2}}, "{1, 2}"),
    ],
)
def test_a_rule_under_construction_is_shown_too(rule: dict[str, object], text: str) -> None:
    assert condition(rule) == text
