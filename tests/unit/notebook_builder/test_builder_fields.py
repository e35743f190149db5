"""Every field of every state type, in each query language: written where it belongs, refused where it does not."""

import csv
from pathlib import Path

import pytest

from sfn_notebook import StateMachine
from sfn_notebook.asl import BOTH, STATE_FIELDS
from sfn_notebook.asl.fields import snake_case
from sfn_notebook.errors import UnknownKeyword

LANGUAGES = {"jsonpath": "JSONPath", "jsonata": "JSONata"}
TABLE = Path(__file__).resolve().parents[4] / "shared" / "aws" / "state_fields.csv"
METHODS = {"Pass": "pass_", "Wait": "wait", "Succeed": "succeed", "Fail": "fail", "Choice": "choice",
           "Parallel": "parallel", "Map": "map", "Task": "task"}  # fmt: skip
VALUES = {
    "Assign": {"v": 1}, "Branches": [{"StartAt": "In", "States": {"In": {"Type": "Succeed"}}}],
    "Catch": [{"ErrorEquals": ["E"], "Next": "Z"}], "Choices": [{"Condition": "{% true %}", "Next": "Z"}],
    "Comment": "c", "Credentials": {"RoleArn": "r"}, "End": True, "Next": "Z", "Default": "Z", "Label": "L",
    "ItemBatcher": {"MaxItemsPerBatch": 1}, "ItemReader": {"Resource": "r"}, "ResultWriter": {"Resource": "r"},
    "ItemProcessor": {"StartAt": "In", "States": {"In": {"Type": "Succeed"}}}, "Arguments": {"a": 1}, "Items": [1],
    "Iterator": {"StartAt": "In", "States": {"In": {"Type": "Succeed"}}}, "Parameters": {"a": 1},
    "ItemSelector": {"a": 1}, "ResultSelector": {"a": 1}, "Retry": [{"ErrorEquals": ["E"]}], "Output": {"a": 1},
    "Result": {"a": 1}, "Error": "E", "Cause": "C", "Timestamp": "2026-01-31T12:00:00Z",
    "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f",
}  # fmt: skip
RENAMED = {"Iterator": "ItemProcessor"}  # what the builder writes for the old spelling
ROWS = [(kind, field, where) for kind, fields in STATE_FIELDS.items() for field, where in fields.items()]


def value_of(field, language):
    if field == "QueryLanguage":
        return language
    if field == "Choices" and language == "JSONPath":
        return [{"Variable": "$.a", "IsPresent": True, "Next": "Z"}]
    return VALUES.get(field, "$.a" if field.endswith("Path") else 1)


def write(kind, field, language):
    sm = StateMachine("m", query_language=language)
    given = {snake_case(field): value_of(field, language)} if field != "Type" else {}
    if kind == "Task" and field != "Resource":
        given["resource"] = VALUES["Resource"]
    getattr(sm, METHODS[kind])("A", **given)
    return sm.definition["States"]["A"]


@pytest.mark.parametrize("language", LANGUAGES.values())
@pytest.mark.parametrize(("kind", "field", "where"), ROWS)
def test_every_field_is_written_or_refused(kind, field, where, language):
    if where not in (BOTH, language):
        with pytest.raises(UnknownKeyword, match=f"{snake_case(field)}= belongs to {where}"):
            write(kind, field, language)
        return
    made = write(kind, field, language)
    assert made["Type"] == kind
    if field != "Type":
        assert made[RENAMED.get(field, field)] == value_of(field, language)


@pytest.mark.skipif(not TABLE.exists(), reason="AWS's table lies beside the repository, where it is at hand")
def test_the_table_is_that_of_aws():
    with TABLE.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    listed = {}
    for row in rows:
        there = [name for word, name in LANGUAGES.items() if row[word]]
        listed[row["state_type"], row["field"]] = BOTH if len(there) == 2 else there[0]
    ours = {(kind, field): where for kind, field, where in ROWS}
    assert ours == listed


def test_a_jsonata_state_in_a_jsonpath_machine_but_not_the_reverse():
    sm = StateMachine("m", query_language="JSONPath")
    sm.pass_("A", query_language="JSONata", output={"a": 1}, assign={"v": "{% 1 %}"})
    assert sm.definition["States"]["A"]["QueryLanguage"] == "JSONata"
    with pytest.raises(Exception, match="cannot be JSONPath in a JSONata state machine"):
        StateMachine("m").pass_("A", query_language="JSONPath")
