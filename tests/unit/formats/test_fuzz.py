"""Whatever is read, it is a state machine or an error in words; never a crash, never a wait."""

# ruff: noqa: E501, RUF005  # tables of odd text, read as they are
from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import sfn_notebook as sfn
from sfn_notebook.formats import FORMATS

MANY = settings(max_examples=250, deadline=2000, suppress_health_check=[HealthCheck.too_slow])
ASL = '{"StartAt": "A", "States": {"A": {"Type": "Map", "ItemProcessor": {"StartAt": "B", "States": {}}, "End": true}}}'
SEEDS = [
    ASL,
    "StartAt: &a A\nStates:\n  *a : {Type: !Sub ['${x}', {x: !GetAtt y.z}], <<: {End: true}} # c\n",
    json.dumps({"Resources": {"M": {"Type": "AWS::Serverless::StateMachine", "Properties": {"DefinitionUri": "x"}}}}),
    json.dumps(
        {
            "Resources": {
                "M": {
                    "Type": "AWS::StepFunctions::StateMachine",
                    "Properties": {"DefinitionString": {"Fn::Join": ["", [ASL, {"Ref": "x"}]]}},
                }
            }
        }
    ),
    "stepFunctions:\n  stateMachines:\n    m:\n      name: n\n      definition: ${file(x.yml):a.b}\n",
    json.dumps({"planned_values": {"root_module": {"resources": [{"type": "aws_sfn_state_machine", "values": {}}]}}}),
    json.dumps({"resource": {"aws_sfn_state_machine": {"m": [{"definition": ASL}]}}}),
    f'resource "aws_sfn_state_machine" "m" {{\n  name = "n"\n  definition = <<-EOT\n{ASL}\n  EOT\n  a {{ b = [1] }}\n}}\n',
]
pieces = st.sampled_from(
    list('{}[]":,&*!|>%@#-?<\n\t \\${}') + ["\x00", "\ud800", "\ufeff", "é", "<<", "<<EOT\n", "${", "!!", "null"]
)
junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(["Ref", ASL, "A"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            [
                *("Resources", "Type", "Properties", "Definition", "DefinitionString", "DefinitionUri", "Fn::Sub", "Ref"),
                *("Fn::Join", "Fn::GetAtt", "stepFunctions", "stateMachines", "definition", "planned_values", "values"),
                *("root_module", "resources", "child_modules", "resource", "aws_sfn_state_machine", "StartAt", "States"),
                *("DefinitionSubstitutions", "name", "LoggingConfiguration", "Metadata", "resource_changes", "change"),
                *("Next", "Retry", "Catch", "Choices", "Default", "ErrorEquals", "Branches", "ItemProcessor", "Iterator"),
            ]
        ),
        inner,
        max_size=4,
    ),
    max_leaves=20,
)  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn) -> str:
    text = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(text)))
        cut = draw(st.integers(0, 6))
        text = text[:at] + draw(pieces) * draw(st.integers(0, 3)) + text[at + cut :]
    return text


def read(source: Any, format: str | None = None) -> None:
    try:
        sm = sfn.load(source, format=format)
    except sfn.SfnNotebookError:
        return
    repr(sm), sm.to_json(), sm.to_yaml(), sm.to_code(), sm.to_cloudformation(), sm.to_terraform(), sm.to_cdk()


@MANY
@given(damaged(), st.sampled_from([None, *FORMATS]))
def test_damaged_files(text, format):
    read(text, format)


@MANY
@given(st.text(max_size=60).map(lambda text: text + "\n") | st.binary(max_size=60))
def test_any_text_and_any_bytes(source):
    read(source)


@MANY
@given(junk, st.sampled_from([None, *FORMATS]))
def test_any_value(value, format):
    read(value if isinstance(value, dict) else {"Resources": {"M": value}, "States": value}, format)


@pytest.mark.parametrize(
    "opening", ["{", "[", '{"a":', "- ", "? ", "&a ", "!a ", "<<EOT\n", "|\n ", "'", '"', "*a ", "%a\n", "a: "]
)
@pytest.mark.parametrize("format", ["json", "yaml", "terraform"])
def test_a_megabyte_of_one_thing_is_refused_in_time(opening, format):
    text = 'resource "aws_sfn_state_machine" "m" {\n' * (format == "terraform") + opening * (1_000_000 // len(opening))
    began = time.perf_counter()
    with pytest.raises(sfn.SfnNotebookError):
        sfn.load(text + "\n", format=format)
    assert time.perf_counter() - began < 10  # a second where nothing else runs; quadratic would be minutes
