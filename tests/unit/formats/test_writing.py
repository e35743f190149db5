"""Definitions written for others, and read again: nothing is lost on the way."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from typing import Any

import pytest
from any_machine import machines
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import sfn_notebook as sfn

QUICK = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
# what one format or the other could take for its own
odd_texts = st.text(max_size=8) | st.sampled_from(
    [
        *("${a}", "${A.Arn}", "$${a}", "${!a}", "$$$${x}", "%{ if x }", "%%{a}", "${", "$", "{%", "${a b}", "\\${a}"),
        *("yes", "on", "012", "1e3", "1_000", "2026-01-01", "~", "null", "=", "<<", " a", "a ", "a: b", "# c", "- a"),
        *(
            "a\nb\n",
            "\n",
            "a \nb",
            "\ta",
            "é\n\u2028",
            "JSON",
            "\nJSON\n",
            "EOT",
            '"',
            "'",
            '"""',
            "\\",
            "\x7f",
            "\x85",
        ),
    ]
)
odd_values = st.recursive(
    odd_texts | st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(odd_texts | st.just("Ref"), inner, max_size=3),
    max_leaves=8,
)


@st.composite
def definitions(draw: st.DrawFn) -> dict[str, Any]:
    made = draw(machines())
    if draw(st.booleans()):
        name = draw(odd_texts.filter(bool))
        made["States"][name] = {
            "Type": "Pass",
            "Result": draw(odd_values),
            draw(odd_texts): draw(odd_values),
            "End": True,
        }
    more = {
        "Comment": odd_texts,
        "TimeoutSeconds": st.integers(1, 9),
        "QueryLanguage": st.just("JSONPath"),
        "X": odd_values,
    }
    return {**draw(st.fixed_dictionaries({}, optional=more)), **made}


def same(one: Any, other: Any) -> bool:
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def sendable(definition: Any) -> bool:
    try:
        json.dumps(definition, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def rebuilt(code: str) -> dict[str, Any]:
    scope: dict[str, Any] = {}
    exec(compile(code, "cells", "exec"), scope)
    scope["session"].close()
    return scope["sm"].definition


@QUICK
@given(definitions())
def test_every_format_gives_the_definition_back(definition):
    sm = sfn.StateMachine("orders", definition=definition)
    assert same(sm.definition, definition)
    for text, name in (
        (sm.to_json(), "json"),
        (sm.to_yaml(), "yaml"),
        (sm.to_cloudformation(), "cloudformation"),
        (sm.to_cloudformation(format="json"), "cloudformation"),
        (sm.to_sam(), "sam"),
        (sm.to_terraform(), "terraform"),
        (sm.to_terraform(format="json"), "terraform"),
    ):
        assert same(sfn.load(text, format=name).definition, definition), text


@QUICK
@given(definitions())
def test_the_cells_rebuild_the_definition(definition):
    code = sfn.StateMachine("orders", definition=definition).to_code()
    assert same(rebuilt(code), definition), code


@QUICK
@given(definitions())
def test_the_stack_holds_the_definition(definition):
    assert same(stack_definition(sfn.StateMachine("orders", definition=definition).to_cdk()), definition)


def stack_definition(code: str) -> Any:
    compile(code, "stack", "exec")
    texts = [
        node.value.value
        for node in ast.parse(code).body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
    ]
    return json.loads(texts[0])


@QUICK
@given(st.data())
def test_placeholders_of_a_template_live_on_and_all_else_is_left_alone(data):
    definition = data.draw(definitions())
    definition["States"]["Last"] = {
        "Type": "Task",
        "Resource": {"Fn::GetAtt": ["Charge", "Arn"]},
        "Parameters": {"a": {"Ref": "Queue"}, "b": {"Fn::ImportValue": "x"}, "c": data.draw(odd_texts)},
        "End": True,
    }
    if any(word in json.dumps(definition["States"]) for word in ('"Ref": ["', '"Ref": {', "${A.Arn}")):
        return
    given = {"Resources": {"M": {"Type": "AWS::Serverless::StateMachine", "Properties": {"Definition": definition}}}}
    sm = sfn.load(given)
    assert sm.definition["States"]["Last"]["Resource"] == "${Charge.Arn}"
    for text in (sm.to_cloudformation(), sm.to_sam(), sm.to_cloudformation(format="json")):
        again = sfn.load(text)
        assert same(again.definition, sm.definition), text
        assert again.origin is not None
        assert again.origin.substitutions["Charge.Arn"] == {"Fn::GetAtt": ["Charge", "Arn"]}
        assert again.origin.substitutions["ImportValue.x"] == {"Fn::ImportValue": "x"}


def machine(**options: Any) -> sfn.StateMachine:
    sm = sfn.StateMachine("my orders".replace(" ", "-"), query_language="JSONPath", **options)
    sm.pass_("A", result="${x} %{y} $${z}") >> sm.succeed("B")
    return sm


def test_a_cloudformation_template_says_type_role_and_logging():
    sm = machine(type="EXPRESS", role="arn:aws:iam::1:role/r", logging="ALL")
    template = json.loads(sm.to_cloudformation(format="json"))
    assert list(template["Resources"]) == ["MyOrders", "MyOrdersLogs"]
    assert "Parameters" not in template
    properties = template["Resources"]["MyOrders"]["Properties"]
    text = properties.pop("DefinitionString")
    assert "${" not in text
    assert json.loads(text) == sm.definition
    assert properties == {
        "StateMachineName": "my-orders",
        "StateMachineType": "EXPRESS",
        "RoleArn": "arn:aws:iam::1:role/r",
        "LoggingConfiguration": {
            "Level": "ALL",
            "IncludeExecutionData": True,
            "Destinations": [{"CloudWatchLogsLogGroup": {"LogGroupArn": {"Fn::GetAtt": ["MyOrdersLogs", "Arn"]}}}],
        },
    }
    again = sfn.load(sm.to_sam())
    assert (again.name, again.type, again.role, again.logging) == (sm.name, sm.type, sm.role, "ALL")


@pytest.mark.parametrize("write", ["to_cloudformation", "to_sam"])
def test_cfn_lint_finds_nothing_in_a_template(write, tmp_path):
    pytest.importorskip("cfnlint", reason="comes with moto, as sfn-notebook[local] does")
    file = tmp_path / "template.yaml"
    file.write_text(getattr(machine(type="EXPRESS", logging="ALL"), write)(), encoding="utf-8")
    linted = subprocess.run(
        [sys.executable, "-c", "from cfnlint import runner; runner.main()", str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (linted.returncode, linted.stdout) == (0, ""), linted.stderr


def test_data_that_looks_like_an_intrinsic_function_is_never_evaluated():
    sm = sfn.StateMachine("m", query_language="JSONPath")
    sm.pass_("A", result={"Ref": "AWS::AccountId"})
    template = sm.to_sam(format="json")
    assert json.loads(template)["Resources"]["M"]["Type"] == "AWS::StepFunctions::StateMachine"
    assert sfn.load(template).definition == sm.definition


def test_terraform_fills_nothing_in_that_is_not_its_own():
    text = machine(logging="ERROR").to_terraform()
    assert '"Result": "$${x} %%{y} \\u0024$${z}"' in text
    assert "role_arn = var.my-orders_role_arn\n" in text
    assert 'variable "my-orders_role_arn" {\n  type        = string\n' in text
    assert 'log_destination        = "${aws_cloudwatch_log_group.my-orders.arn}:*"' in text
    block = {"definition": '{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"${aws_x.y.arn}$${z}"}}}'}
    sm = sfn.load({"resource": {"aws_sfn_state_machine": {"orders": block}}})
    assert sm.definition["States"]["A"]["Resource"] == "${aws_x.y.arn}${z}"
    assert '"Resource": "${aws_x.y.arn}$${z}"' in sm.to_terraform()


def test_the_cdk_gets_type_role_logging_and_what_it_fills_in():
    sm = sfn.load(
        {
            "Resources": {
                "M": {
                    "Type": "AWS::StepFunctions::StateMachine",
                    "Properties": {
                        "StateMachineType": "EXPRESS",
                        "RoleArn": "arn:r",
                        "LoggingConfiguration": {"Level": "ALL"},
                        "Definition": {"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": {"Ref": "F.x"}}}},
                    },
                }
            }
        }
    )
    code = sm.to_cdk()
    compile(code, "stack", "exec")
    assert "'F_x': Token.as_string({'Ref': 'F.x'})" in code
    assert stack_definition(code)["States"]["A"]["Resource"] == "${F_x}"
    for part in ("StateMachineType.EXPRESS", "from_role_arn(self, \"Role\", 'arn:r')", "LogLevel.ALL"):
        assert part in code


COMMENTED = """\
# orders, as the shop sells them
Comment: 'kept'   # quotes too
StartAt: Ask
States:
  # somebody has to say yes
  Ask:
    Type: Task
    Resource: arn:aws:states:::sqs:sendMessage.waitForTaskToken  # a token
    Parameters: {QueueUrl: q, MessageBody: {"token.$": $$.Task.Token}}
    Retry:
      - ErrorEquals: [E]  # once
        MaxAttempts: 1
    Next: Done
  Done:
    Type: Succeed  # at last
"""


def test_comments_of_yaml_are_kept_and_an_unchanged_text_is_the_same():
    sm = sfn.load(COMMENTED)
    assert [line.split() for line in sm.to_yaml().splitlines()] == [line.split() for line in COMMENTED.splitlines()]
    sm["Ask"] >> sm.pass_("Log", result="no") >> "Done"
    sm["Ask"].retry("F", max_attempts=2)
    text = sm.to_yaml()
    assert sfn.load(text).definition == sm.definition
    for comment in ("# orders, as", "# quotes too", "# somebody has", "# a token", "# once", "# at last"):
        assert comment in text
    assert "Comment: 'kept'" in text


def test_comments_of_a_template_come_along_with_its_definition():
    indented = "".join(f"        {line}\n" for line in COMMENTED.splitlines())
    template = (
        f"Resources:\n  M:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      Definition:\n{indented}"
    )
    sm = sfn.load(template)
    text = sm.to_yaml()
    assert "# somebody has to say yes" in text
    assert sfn.load(text).definition == sm.definition


def test_what_comments_cannot_be_kept_in_is_written_all_the_same():
    shared = "# c\nStartAt: A\nStates:\n  A: &a {Type: Pass, Next: B}\n  B: *a\n"
    sm = sfn.load(shared)
    sm["B"] >> sm.succeed("C")
    assert sfn.load(sm.to_yaml()).definition == sm.definition


READABLE = {
    "QueryLanguage": "JSONPath",
    "Comment": "c",
    "StartAt": "Charge",
    "States": {
        "Charge": {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
            "Parameters": {"FunctionName": "charge", "Payload": {"id.$": "$.id", "token.$": "$$.Task.Token"}},
            "TimeoutSecondsPath": "$.t",
            "Retry": [{"ErrorEquals": ["E"], "MaxAttempts": 2, "JitterStrategy": "FULL"}],
            "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.e", "Next": "No"}],
            "Next": "Big?",
        },
        "Big?": {
            "Type": "Choice",
            "Choices": [
                {
                    "And": [{"Variable": "$.n", "NumericGreaterThan": 3}, {"Not": {"Variable": "$.s", "IsNull": True}}],
                    "Next": "Each",
                },
            ],
            "Default": "No",
        },
        "Each": {
            "Type": "Map",
            "ItemsPath": "$.orders",
            "ItemProcessor": {
                "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
                "StartAt": "List",
                "States": {
                    "List": {
                        "Type": "Task",
                        "Resource": "arn:aws:states:::aws-sdk:s3:listObjectsV2",
                        "Parameters": {"Bucket.$": "$.b"},
                        "End": True,
                    }
                },
            },
            "End": True,
        },
        "No": {"Type": "Fail", "Error": "E"},
    },
}  # fmt: skip


def test_the_cells_read_as_one_would_have_written_them():
    code = sfn.StateMachine("orders", definition=READABLE).to_code()
    for said in (
        "from sfn_notebook import path, token\n",
        "sm = session.state_machine('orders', query_language='JSONPath', comment='c')",
        ".retry('E', max_attempts=2, jitter='FULL')",
        ".catch('States.ALL', 'No', result_path='$.e')",
        "timeout_seconds=path('$.t')",
        "(path('$.n') > 3) & ~path('$.s').is_null()",
        ".otherwise('No')",
        "each = sm.branch('Each[0]')",
        "each.aws('List', 's3:listObjectsV2', Bucket=path('$.b'))",
        "    mode='DISTRIBUTED',\n    execution_type='EXPRESS',\n",
        "sm.fail('No', error='E')",
    ):
        assert said in code
    assert "asl=" not in code
    assert same(rebuilt(code), READABLE)


@pytest.mark.parametrize(
    "definition",
    [
        {"States": {}},
        {"StartAt": "A", "States": {"A": {"Type": "Pass"}}},
        {"StartAt": "A", "States": {"A": {"Type": "Unheard"}}},
        {"StartAt": "B", "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Fail", "Error": [], "X": {}}}},
        {"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "${x}", "End": True}}},
    ],
)  # fmt: skip
def test_what_no_call_says_stands_in_the_cells_as_asl(definition):
    assert same(rebuilt(sfn.StateMachine("m", definition=definition).to_code()), definition)
