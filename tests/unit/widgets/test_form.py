"""The form of an action, clicked and written into through its widgets' traits."""

from __future__ import annotations

import subprocess
import sys

import pytest

from sfn_notebook import _display
from sfn_notebook.errors import InvalidArgument, NotAvailable
from sfn_notebook.integrations import aws, call_of, optimized, optimized_rows
from sfn_notebook.notebook.machine import StateMachine
from sfn_notebook.notebook.values import q
from sfn_notebook.widgets import ArgumentsForm
from sfn_notebook.widgets.form import line


def rows(field):
    """The rows of a field as they are shown: name -> widgets."""
    return {str(getattr(row.children[0], "value", "")): row for row in field.widget.children[:-1]}


def choose(field, name):
    field.widget.children[-1].children[0].value = name


def press(row, description):
    button = next(one for one in row.children if getattr(one, "description", None) == description)
    button.click()


def test_required_parameters_are_there_and_the_others_can_be_chosen():
    form = aws.s3.listObjectsV2.form()
    assert isinstance(form, ArgumentsForm)
    assert list(rows(form.fields)) == ["Bucket *"]
    assert form.problems[0].startswith('Bucket: The field "Bucket" is required but was missing. It is text. ')
    rows(form.fields)["Bucket *"].children[1].value = "b"
    assert form.arguments == {"Bucket": "b"}
    choose(form.fields, "MaxKeys")
    rows(form.fields)["MaxKeys"].children[1].value = "5"
    assert form.arguments == {"Bucket": "b", "MaxKeys": 5}
    assert form.problems == []
    assert form.line == 'sm.aws("ListObjectsV2", "s3:listObjectsV2", Bucket="b", MaxKeys=5)'
    press(rows(form.fields)["MaxKeys"], "✕")
    assert form.arguments == {"Bucket": "b"}
    choose(form.fields, "MaxKeys")  # it can be had again, and is empty
    assert form.arguments == {"Bucket": "b"}


def test_what_is_wrong_is_told_and_escaped():
    form = aws.s3.listObjectsV2.form(Bucket="<script>", MaxKeys=1)
    form.fields.fields["MaxKeys"].fill("many <b>")
    assert form.problems == ["MaxKeys: The value for the field 'MaxKeys' must be an INTEGER. Given was 'many <b>'."]
    said = form.children[-1].value
    assert "<script>" not in said
    assert "many &lt;b&gt;" in said
    form.fields.fields["MaxKeys"].fill(3)
    assert "✓ complete" in form.children[-1].value


def test_enums_offer_their_values_and_take_expressions():
    form = call_of("lambda:invoke").form()
    kind = form.fields.add("InvocationType")
    assert "RequestResponse" in kind.widget.options
    kind.fill("{% $kind %}")
    form.fields.fields["FunctionName"].fill("f")
    assert form.problems == []
    kind.fill("Evnt")
    assert "is no value of the field 'InvocationType'" in form.problems[0]


def test_nested_objects_lists_and_maps():
    form = optimized.ecs.runTask.form()
    form.fields.fields["TaskDefinition"].fill("t")
    network = form.fields.add("NetworkConfiguration").add("AwsvpcConfiguration")
    assert list(network.fields) == ["Subnets"]  # required
    network.fields["Subnets"].widget.children[-1].children[0].click()
    network.fields["Subnets"].add().fill("subnet-2")
    assert form.arguments["NetworkConfiguration"] == {"AwsvpcConfiguration": {"Subnets": ["subnet-2"]}}
    tags = form.fields.add("Tags")
    tags.add().fill({"Key": "k", "Value": "{% $v %}"})
    assert form.arguments["Tags"] == [{"Key": "k", "Value": "{% $v %}"}]
    assert form.problems == []
    job = optimized.glue.startJobRun.form(JobName="j")
    pairs = job.fields.add("Arguments")
    pairs.add("--day").fill("monday")
    pairs.add("").fill("no key yet")
    assert job.arguments == {"JobName": "j", "Arguments": {"--day": "monday"}}


def test_a_shape_that_holds_itself_ends_where_the_person_does():
    item = {"a": {"M": {"b": {"L": [{"S": "x"}, {"BOOL": True}]}}}, "n": {"N": "5"}}
    form = optimized.dynamodb.putItem.form(TableName="t", Item=item)
    assert form.arguments == {"TableName": "t", "Item": item}
    assert form.problems == []


def test_an_expression_in_place_of_an_object_a_list_or_a_map():
    given = {"TableName": "{% $t %}", "Item": "{% $states.input %}"}
    form = optimized.dynamodb.putItem.form(**given)
    assert form.arguments == given
    assert form.problems == []
    entries = optimized.events.putEvents.form(Entries="{% $e %}")
    assert (entries.arguments, entries.problems) == ({"Entries": "{% $e %}"}, [])
    wrong = optimized.events.putEvents.form(Entries={"a": 1})
    assert "must be an ARRAY" in wrong.problems[0]


@pytest.mark.parametrize("row", optimized_rows().values(), ids=lambda row: row.label)
def test_every_optimized_integration_has_a_form(row):
    form = call_of(row.label).form()
    assert row.label in repr(form)
    assert all(problem for problem in form.problems)


def test_what_it_gives_builds():
    form = optimized.glue.startJobRun.form(JobName="{% $states.input.job %}", Arguments={"--a": 'say "hi"'})
    form.wait = "job"
    assert form.line == (
        'sm.optimized("StartJobRun", "glue:startJobRun", JobName=q("$states.input.job"),'
        ' Arguments={"--a": \'say "hi"\'}, wait="job")'
    )
    by_line, by_dict = StateMachine("m"), StateMachine("m")
    eval(form.line, {"sm": by_line, "q": q})
    by_dict.optimized("StartJobRun", form.call, arguments=form.arguments, wait=form.wait)
    assert by_line.definition == by_dict.definition


def test_a_line_holds_any_value():
    arguments = {"A": [1, None, True, "it's"], "B": {"x\n": 1.5}}
    text = line(aws.s3.listObjectsV2, arguments, "response")
    assert eval(text.replace("sm.aws", "dict").replace('"ListObjectsV2", "s3:listObjectsV2", ', "")) == arguments


def test_what_is_shown_without_a_front_end():
    form = aws.s3.listObjectsV2.form(Bucket="b", Prefix="p")
    assert repr(form) == (
        "form for aws-sdk:s3:listObjectsV2 (* is required)\n  Bucket * (text)\n  Prefix (text)\n"
        'sm.aws("ListObjectsV2", "s3:listObjectsV2", Bucket="b", Prefix="p")'
    )
    data, _ = form._repr_mimebundle_()
    assert data["text/plain"] == repr(form)
    assert "application/vnd.jupyter.widget-view+json" in data
    assert "ExpectedBucketOwner" in data["text/html"]


def test_the_arguments_can_be_followed():
    seen = []
    form = aws.s3.listObjectsV2.form()
    form.observe(lambda change: seen.append(change["new"]), "arguments")
    form.fields.fields["Bucket"].fill("b")
    assert seen == [{"Bucket": "b"}]


def test_a_parameter_that_the_shape_does_not_know_is_kept_and_told():
    form = aws.s3.listObjectsV2.form(Bucket="b", bucket={"any": 1})
    assert form.arguments == {"Bucket": "b", "bucket": {"any": 1}}
    assert "Step Functions spells it 'Bucket'" in form.problems[0]


def test_a_form_needs_widgets(monkeypatch):
    monkeypatch.setattr(_display, "_views", {})
    monkeypatch.setattr(_display, "_fillers", {})
    with pytest.raises(NotAvailable, match="no forms here"):
        aws.s3.listObjectsV2.form()


def test_naming_actions_loads_no_widgets():
    code = "import sys, sfn_notebook as sfn; sfn.integrations.aws.sqs.sendMessage; print('ipywidgets' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_expressions_and_tuples_are_taken_to_begin_with_at_any_depth():
    form = optimized.ecs.runTask.form(
        TaskDefinition=q("$states.input.task"),
        NetworkConfiguration={"AwsvpcConfiguration": {"Subnets": ("s-1", q("$states.input.subnet"))}},
        Tags=q("$states.input.tags"),
    )
    assert form.arguments == {
        "TaskDefinition": "{% $states.input.task %}",
        "NetworkConfiguration": {"AwsvpcConfiguration": {"Subnets": ["s-1", "{% $states.input.subnet %}"]}},
        "Tags": "{% $states.input.tags %}",
    }
    form.fields.add("Cluster").fill(q("$states.input.cluster"))
    assert form.arguments["Cluster"] == "{% $states.input.cluster %}"
    assert repr(form.fields.add("Cluster")) == "<field: text>"


def test_what_has_rows_of_its_own_stands_under_its_name():
    form = optimized.ecs.runTask.form(Tags=[{"Key": "a"}])
    head, inner = rows(form.fields)["TaskDefinition *"], form.fields.fields["Tags"].widget
    assert head.children[1].tooltip == "TaskDefinition"
    (tags,) = [row for row in form.fields.widget.children if inner in row.children]
    name, button = tags.children[0].children
    assert (name.value, button.tooltip) == ("Tags", "take away Tags")
    button.click()
    assert form.arguments == {}


def test_a_pattern_that_is_not_there_is_told():
    with pytest.raises(InvalidArgument, match="cannot wait with 'jobs'"):
        aws.s3.listObjectsV2.form().wait = "jobs"
