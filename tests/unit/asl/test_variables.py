"""Which variables a state assigns and which it reads."""

import pytest

from sfn_notebook.asl import State
from sfn_notebook.asl.variables import assigned_variables, read_variables


@pytest.mark.parametrize(
    ("language", "fields", "names"),
    [
        ("JSONPath", {"Parameters": {"a.$": "$x.y", "b.$": "$.x", "c.$": "$$.Execution", "d": "$z"}}, ("x",)),
        ("JSONPath", {"InputPath": "$x", "OutputPath": "$y[0]", "ResultPath": "$.z"}, ("x", "y")),
        ("JSONPath", {"Parameters": {"f.$": "States.Format('$no {}', $yes, $.a.$b, $yes)"}}, ("yes",)),
        ("JSONPath", {"Choices": [{"And": [{"Variable": "$größe", "NumericEqualsPath": "$n"}]}]}, ("größe", "n")),
        ("JSONPath", {"Catch": [{"Assign": {"e.$": "$old"}}], "Result": {"a": "$r"}, "Comment": "$c"}, ("old",)),
        ("JSONata", {"Output": {"a": ["{% $x.y + $z %}"], "b": "$q"}, "Comment": "{% $c %}"}, ("x", "z")),
        ("JSONata", {"Output": "{% ($own := $x; $own & $states.input.a & '$no') %}"}, ("x",)),
        ("JSONata", {"Output": "{% ( %}", "Arguments": {"f": "{% $parse($t) & $uuid() %}"}}, ("t",)),
        ("JSONata", {"Branches": [{"States": {"B": {"Output": "{% $x %}"}}}], "Output": 1}, ()),
    ],
)
def test_what_is_read(language: str, fields: dict[str, object], names: tuple[str, ...]) -> None:
    assert read_variables(State("A", "Pass", language, fields, "/States/A")) == names


def test_what_is_assigned() -> None:
    fields = {
        "Assign": {"a.$": "$.a", "b": 1},
        "Choices": [{"Next": "B"}, {"Assign": {"c": 1}}, 5],
        "Catch": [{"Assign": {"d.$": "$"}}],
    }
    found = list(assigned_variables(State("A", "Choice", "JSONPath", fields, "/States/A")))
    assert found == [
        ("a", "/States/A/Assign"),
        ("b", "/States/A/Assign"),
        ("c", "/States/A/Choices/1/Assign"),
        ("d", "/States/A/Catch/0/Assign"),
    ]
