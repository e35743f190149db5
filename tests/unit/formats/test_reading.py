"""Definitions out of whatever holds one."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

import sfn_notebook as sfn

ASL: dict[str, Any] = {
    "StartAt": "A",
    "States": {
        "A": {
            "Type": "Task",
            "Resource": "arn:aws:states:::sqs:sendMessage",
            "Parameters": {"QueueUrl": "q", "MessageBody": "m"},
            "End": True,
        }
    },
}
TEXT = json.dumps(ASL)
BEFORE, _, AFTER = TEXT.partition("arn:aws")


def with_resource(resource: str) -> dict[str, Any]:
    return {"StartAt": "A", "States": {"A": {**ASL["States"]["A"], "Resource": resource}}}


def template(**properties: Any) -> dict[str, Any]:
    return {"Resources": {"Orders": {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties}}}


@pytest.fixture
def write(tmp_path: Path):
    def to_file(name: str, content: str | bytes | dict[str, Any]) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(content) if isinstance(content, dict) else content
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return to_file


def test_a_definition_is_read_from_a_dict_text_bytes_and_files(write):
    yaml = "StartAt: Done # it begins\nStates:\n  Done: {Type: Succeed}\n"
    done = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}
    assert sfn.load(ASL).definition == sfn.load(TEXT).definition == ASL
    assert sfn.load(yaml).definition == done
    assert sfn.load(write("orders.asl.yaml", yaml)).definition == done
    assert sfn.load(str(write("orders.asl.json", TEXT))).definition == ASL
    for encoded in (TEXT.encode("utf-8-sig"), TEXT.encode("utf-16")):
        assert sfn.load(write("marked.json", encoded)).definition == ASL
    assert sfn.load(write("my orders.json", TEXT)).name == "my-orders"


def test_the_format_can_be_said(write):
    assert sfn.load(write("machine.txt", "{StartAt: A, States: {A: {Type: Succeed}}}"), format="yaml").name == "machine"
    with pytest.raises(sfn.InvalidArgument, match="no such format: 'yml'"):
        sfn.load(TEXT, format="yml")
    with pytest.raises(sfn.InvalidDefinition, match="Resources is an object"):
        sfn.load(TEXT, format="cloudformation")


@pytest.mark.parametrize(
    ("definition", "resource"),
    [
        (TEXT.replace("arn:aws:states:::sqs:sendMessage", "${Fn}"), "${Fn}"),
        ({"Fn::Sub": TEXT.replace("arn:aws", "${Fn.Arn}${!kept}")}, "${Fn.Arn}${kept}:states:::sqs:sendMessage"),
        ({"Fn::Sub": [TEXT.replace("arn:aws", "${a}"), {"a": {"Ref": "Fn"}}]}, "${a}:states:::sqs:sendMessage"),
        (
            {"Fn::Join": ["", [BEFORE, {"Fn::GetAtt": ["Fn", "Arn"]}, AFTER]]},
            "${Fn.Arn}:states:::sqs:sendMessage",
        ),
        (
            {"Fn::Join": ["", [BEFORE, {"Fn::ImportValue": "x-y"}, AFTER]]},
            "${ImportValue.x_y}:states:::sqs:sendMessage",
        ),
    ],
)  # fmt: skip
def test_a_definition_string_shows_what_the_template_fills_in(definition, resource):
    sm = sfn.load(template(DefinitionString=definition))
    assert sm.name == "Orders"
    assert sm.definition == with_resource(resource)


def test_objects_and_substitutions_of_a_template():
    asl = with_resource("${Fn}")
    asl["States"]["A"]["Parameters"] = {"QueueUrl": {"Ref": "Queue"}, "Seconds": "${Seconds}"}
    given = template(
        StateMachineName="orders",
        StateMachineType="EXPRESS",
        RoleArn="arn:aws:iam::1:role/r",
        LoggingConfiguration={"Level": "ALL"},
        Definition=asl,
        DefinitionSubstitutions={"Fn": {"Fn::GetAtt": ["F", "Arn"]}, "Seconds": 5},
    )
    sm = sfn.load(given)
    assert (sm.name, sm.type, sm.role) == ("orders", "EXPRESS", "arn:aws:iam::1:role/r")
    assert sm.definition["States"]["A"]["Parameters"] == {"QueueUrl": "${Queue}", "Seconds": 5}
    assert sm.origin is not None
    assert sm.origin.substitutions == {"Fn": {"Fn::GetAtt": ["F", "Arn"]}, "Queue": {"Ref": "Queue"}}
    known = sfn.load(given, substitutions={"Fn": "arn:aws:states:::sqs:sendMessage"})
    assert known.definition["States"]["A"]["Resource"] == "arn:aws:states:::sqs:sendMessage"


def test_a_placeholder_may_stand_where_a_number_belongs():
    text = '{"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": ${Pause}, "End": true}}}'
    sm = sfn.load(template(DefinitionString={"Fn::Sub": text}))
    assert sm.definition["States"]["A"]["Seconds"] == "${Pause}"
    filled = sfn.load(template(DefinitionString={"Fn::Sub": text}), substitutions={"Pause": 7})
    assert filled.definition["States"]["A"]["Seconds"] == 7


def test_a_file_that_a_template_names_lies_beside_it(write):
    write("machines/orders.asl.yaml", "StartAt: A\nStates: {A: {Type: Task, Resource: '${Fn}', End: true}}")
    sam = {
        "Orders": {
            "Type": "AWS::Serverless::StateMachine",
            "Properties": {
                "DefinitionUri": "machines/orders.asl.yaml",
                "DefinitionSubstitutions": {"Fn": {"Ref": "F"}},
            },
        }
    }
    assert sfn.load(write("template.json", {"Resources": sam})).definition["States"]["A"]["Resource"] == "${Fn}"
    sam["Orders"]["Properties"]["DefinitionUri"] = "machines/missing.json"
    with pytest.raises(sfn.InvalidArgument, match=r"machines/missing\.json'?: No such file"):
        sfn.load(write("template.json", {"Resources": sam}))
    sam["Orders"]["Properties"]["DefinitionUri"] = "s3://bucket/key"
    with pytest.raises(sfn.InvalidDefinition, match="lies in S3"):
        sfn.load(write("template.json", {"Resources": sam}))


def test_of_several_machines_one_is_named(write):
    one = template(DefinitionString=TEXT)["Resources"]["Orders"]
    many = {"Resources": {"Orders": one, "Broken": {**one, "Properties": {}}, "Returns": one}}
    assert sfn.load(many, name="Returns").name == "Returns"
    with pytest.raises(sfn.InvalidArgument, match="there are 3 state machines in it"):
        sfn.load(many)
    with pytest.raises(sfn.UnknownName, match="Did you mean 'Returns'"):
        sfn.load(many, name="Return")
    with pytest.raises(sfn.InvalidDefinition, match="has no definition"):
        sfn.load(many, name="Broken")


def test_what_the_cdk_synthesized_is_read_from_its_folder(write, tmp_path):
    resource = template(DefinitionString={"Fn::Join": ["", [TEXT]]})["Resources"]["Orders"]
    resource["Metadata"] = {"aws:cdk:path": "Shop/Orders/Resource"}
    write("cdk.out/Shop.template.json", {"Resources": {"Orders1234ABCD": resource}})
    write("cdk.out/Other.template.json", {"Resources": {"B": {"Type": "AWS::S3::Bucket"}}})
    assert sfn.load(tmp_path / "cdk.out").definition == ASL
    assert sfn.load(tmp_path / "cdk.out", name="Orders").definition == ASL
    uploaded = template(DefinitionS3Location={"Bucket": {"Fn::Sub": "b"}, "Key": "0123.json"})
    write("cdk.out/asset.0123.json", TEXT)
    assert sfn.load(write("cdk.out/Shop.template.json", uploaded)).definition == ASL


def test_terraform_plans_and_files(write):
    values = {"name": "orders", "type": "EXPRESS", "definition": TEXT}
    resource = {"address": "module.shop.aws_sfn_state_machine.this", "mode": "managed", "type": "aws_sfn_state_machine"}
    deep = {"child_modules": [{"child_modules": [{"resources": [{**resource, "values": values}]}]}]}
    sm = sfn.load({"format_version": "1.2", "planned_values": {"root_module": deep}})
    assert (sm.name, sm.type, sm.definition) == ("orders", "EXPRESS", ASL)
    assert sfn.load({"resource_changes": [{**resource, "change": {"after": values}}]}, name="this").definition == ASL
    with pytest.raises(sfn.InvalidDefinition, match="known only after apply"):
        sfn.load({"resource_changes": [{**resource, "change": {"after": {"name": "orders"}}}]})
    block = {"resource": {"aws_sfn_state_machine": {"orders": {"definition": TEXT.replace("arn:aws", "${x}$${y}")}}}}
    made = sfn.load(write("main.tf.json", block)).definition
    assert made == with_resource("${x}${y}:states:::sqs:sendMessage")


def test_a_tf_file_whose_definition_is_a_text(write):
    text = (
        'variable "x" { default = "}" }\nresource "aws_sfn_state_machine" "orders" {\n  name = "o" # the name\n'
        '  tags = { a = "${b}" }\n  logging_configuration {\n    level = "ALL"\n  }\n'
        f"  definition = <<-EOT\n    {TEXT}\n  EOT\n}}\n"
    )
    sm = sfn.load(write("main.tf", text))
    assert (sm.name, sm.definition) == ("o", ASL)
    write("orders.json", TEXT)
    elsewhere = 'resource "aws_sfn_state_machine" "x" {\n definition = file("${path.module}/orders.json")\n}'
    assert sfn.load(write("main.tf", elsewhere)).definition == ASL
    computed = 'resource "aws_sfn_state_machine" "x" {\n definition = jsonencode({ StartAt = "A" })\n}'
    with pytest.raises(sfn.InvalidDefinition, match="an expression of Terraform's: 'jsonencode") as caught:
        sfn.load(write("main.tf", computed))
    assert "terraform show -json" in str(caught.value)


def test_serverless_files(write):
    write("other.yml", "other:\n  definition: ${file(asl.yml)}\n")
    write("asl.yml", "StartAt: A\nStates: {A: {Type: Succeed}}\n")
    inline = """
service: shop
x: &retry
  Retry: [{ErrorEquals: [States.ALL]}]
stepFunctions:
  stateMachines:
    orders:
      name: orders-${self:provider.stage}
      type: EXPRESS
      definition:
        StartAt: A
        States:
          A: {<<: *retry, Type: Task, Resource: !GetAtt charge.Arn, End: true}
"""
    sm = sfn.load(write("serverless.yml", inline))
    assert sm.type == "EXPRESS"
    assert sm.definition["States"]["A"] == {
        "Type": "Task", "Resource": "${charge.Arn}", "End": True, "Retry": [{"ErrorEquals": ["States.ALL"]}],
    }  # fmt: skip
    listed = "stepFunctions:\n  stateMachines:\n    - ${file(other.yml)}\n"
    assert sfn.load(write("serverless.yml", listed)).name == "other"
    assert sfn.load(write("serverless.yml", listed), name="other").definition["StartAt"] == "A"


def test_a_machine_that_is_deployed_is_read_by_its_arn(write):
    with sfn.local(clock="instant") as session:
        deployed = session.state_machine("orders", definition=ASL, type="EXPRESS").deploy()
        there = session.load(deployed.arn)
        assert (there.name, there.type, there.definition) == ("orders", "EXPRESS", ASL)
        described = session.client("stepfunctions").describe_state_machine(stateMachineArn=deployed.arn)
        printed = {key: described[key] for key in ("name", "definition", "type")}
        assert sfn.load(write("described.json", printed)).definition == ASL
        with pytest.raises(sfn.NotFound):
            session.load(deployed.arn.replace("orders", "returns"))
        with pytest.raises(sfn.InvalidArgument, match=r"session\.load"):
            sfn.load(deployed.arn)


def test_a_loaded_machine_runs_in_a_session():
    loaded = sfn.load("StartAt: A\nStates: {A: {Type: Pass, Result: 5, End: true}}")
    with sfn.local(clock="instant") as session:
        assert session.state_machine("x", definition=loaded).run().result() == 5
        assert session.load(loaded.definition, name="machine").run().result() == 5


BOMB = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join([f'*{before}'] * 10)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
DEEP_JSON = '{"StartAt":"A","States":{"A":{"Type":"Parallel","Branches":[' * 10_000


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (BOMB, "holds more than 1,000,000 values"),
        ("a: &a [*a]\nb: 1", "no anchor &a before"),
        ("[\n" * 10_000, "not valid JSON"),
        ("a:\n" + "- [" * 10_000, "not valid YAML"),
        (DEEP_JSON, "not valid JSON"),
        (f'{{"StartAt": "A", "States": {"[" * 300}{"]" * 300}}}', "nested more than 250 levels"),
        ("".join(f"{' ' * deep}a:\n" for deep in range(300)), "nested more than 250 levels"),
        ("!!python/object/apply:os.system\n- echo x", "!!python/object/apply:os.system is not allowed"),
        ("a: !Foo x\nb: 1", "the tag !Foo is not allowed"),
        ("a: 1\na: 2", "the key 'a' stands twice in one object, at line 2, column 1"),
        ('{"a": 1, "a": 2}', "the key 'a' stands twice"),
        ("a: .nan\nb: 1", ".nan is not a JSON number"),
        ('{"a": NaN}', "NaN is not a JSON number"),
        ('{"a": 1e999}', "1e999 is not a JSON number"),
        (f'{{"a": {"9" * 5000}}}', "not valid JSON"),
        ('{"StartAt": "\\ud800", "States": {}}', "\\ud800 stands without its other half"),
        ("StartAt: A\n---\nStates: {}", "a second document begins here"),
        ("a: 1\n? [b]\n: 2", "a key is a text"),
        ("", "the text is empty"),
        (b"\x89PNG\r\n\x1a\n", "byte 0x89 at position 0"),
        (b"\x00\x00\x00\x00", "zero bytes"),
        (b"\xff\xfe\x00", "is not utf-16"),
        ("plain words\nand more", "a definition is a JSON object"),
        ("a: 1\nb: 2", "neither States (a definition) nor Resources (a template)"),
        ("x" * 20_000_001 + "\n", "allowed are 20,000,000"),
        (5, "given was int"),
        ({"StartAt": float("inf"), "States": {}}, "inf is not a JSON number"),
        ({"StartAt": {1, 2}}, "a set is no JSON value in 'StartAt'"),
        ({1: 2}, "JSON keys are texts"),
        ({"Resources": {"B": {"Type": "AWS::S3::Bucket"}}}, "no state machine in this template"),
        ({"stepFunctions": {}}, "stepFunctions.stateMachines is empty"),
        ({"planned_values": {}}, "no state machine in this plan"),
        ({"resource": {}}, "no state machine in this file"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_in_words_and_in_time(given, message):
    began = time.perf_counter()
    with pytest.raises((sfn.InvalidDefinition, sfn.InvalidJson)) as caught:
        sfn.load(given)
    assert message in str(caught.value)
    assert len(str(caught.value)) < 600
    assert time.perf_counter() - began < 5  # a second where nothing else runs; a hang would be minutes


def test_a_value_that_holds_itself_is_refused():
    loop: dict[str, Any] = {"StartAt": "A"}
    loop["States"] = loop
    with pytest.raises(sfn.InvalidDefinition, match="nested more than"):
        sfn.load(loop)


def test_scalars_are_those_of_json():
    text = (
        "a: 012\nb: 1e3\nc: 2026-01-01\nd: yes\ne: ~\nf: 'true'\ng: 0x10\nh: -5\ni: .5\nj: !!str 5\n200: k\nStates: {}"
    )
    made = sfn.load(text).origin
    assert made is not None
    assert {key: made.definition[key] for key in made.definition if key != "States"} == {
        "a": "012", "b": 1000.0, "c": "2026-01-01", "d": "yes", "e": None, "f": "true", "g": "0x10", "h": -5, "i": 0.5,
        "j": "5", "200": "k",
    }  # fmt: skip


def test_nothing_of_an_odd_definition_is_lost():
    odd = {
        "StartAt": "A",
        "More": 1,
        "States": {
            "A": {"Type": "Task", "Resource": "r", "Next": "B", "End": True, "Other": [None]},
            "B": {"Type": "Pass"},
            "C": {"Type": "Choice", "Retry": [{"ErrorEquals": ["E"]}]},
            "D": {
                "Type": "Task",
                "Retry": [{"ErrorEquals": one} for one in (["States.ALL"], ["E"], ["E"])],
                "Catch": [{"ErrorEquals": 5, "Next": "A"}],
                "End": False,
            },
            "F": {
                "Type": "Map",
                "Iterator": {"StartAt": "G", "X": 1, "States": {"G": {"Type": "Succeed", "End": True}}},
            },
        },
    }  # fmt: skip
    assert json.dumps(sfn.load(odd).definition, sort_keys=True) == json.dumps(odd, sort_keys=True)


def test_wiring_a_state_that_was_read_takes_back_what_was_odd_in_it():
    sm = sfn.load({"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B", "End": False}, "B": {"Type": "Pass"}}})
    sm["A"] >> "C"
    sm["B"].end()
    assert sm.definition["States"] == {"A": {"Type": "Pass", "Next": "C"}, "B": {"Type": "Pass", "End": True}}


def test_what_a_template_fills_in_is_no_error_of_it_and_cannot_run_yet():
    sm = sfn.load(template(Definition=with_resource({"Fn::GetAtt": ["Charge", "Arn"]})))  # type: ignore[arg-type]
    (problem,) = sm.lint()
    assert (problem.severity, problem.pointer) == ("warning", "/States/A/Resource")
    assert "substitutions={'Charge.Arn': 'arn:...'}" in problem.hint
    assert not sfn.load(with_resource("${Charge.Arn}")).lint().ok  # no template says that it does
    with sfn.local(clock="instant") as session, pytest.raises(sfn.InvalidDefinition, match=r"\$\{Charge\.Arn\}"):
        session.state_machine("x", definition=sm).start()
