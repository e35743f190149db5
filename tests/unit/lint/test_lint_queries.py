"""JSONata that Step Functions refuses at creation, variables of the wrong name or scope, texts that look like paths."""

import pytest

from sfn_notebook import lint
from sfn_notebook.asl import read

TASK = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke"}
RESULT = "Reference to '$states.result' is not supported in '{}'."
ERROR = "Reference to '$states.errorOutput' is not supported in '{}'."


def said(states, query_language="JSONata"):
    first = next(iter(states))
    report = lint.check(read({"QueryLanguage": query_language, "StartAt": first, "States": states}))
    return [(one.code, one.pointer, one.message) for one in report if one.severity == "error"]


@pytest.mark.parametrize(
    ("field", "value", "code", "where", "message"),
    [
        (
            "Output",
            {"v": "{% phone %}"},
            "UNSUPPORTED",
            "/v",
            "Reference to 'phone' at the top level is not supported.",
        ),
        ("Output", ["{% $sum(n) %}"], "UNSUPPORTED", "/0", "Reference to 'n' at the top level is not supported."),
        ("Output", "{% $$ %}", "UNSUPPORTED", "", "Reference to '$$' at the top level is not supported."),
        ("Output", "{% a[1,2) %}", "INVALID", "", 'Expected "]", got ","'),
        ("Output", '{% "open %}', "INVALID", "", "String literal must be terminated by a matching quote"),
        ("Output", "{% 1 + %}", "INVALID", "", "Unexpected end of expression"),
        ("Output", '{% {"a":} %}', "INVALID", "", 'The symbol "}" cannot be used as a unary operator'),
        ("Output", '{% $match("a", /abc %}', "INVALID", "", "No terminating / in regular expression"),
        ("Output", "{% $states.errorOutput.Error %}", "UNSUPPORTED", "", ERROR.format("Output")),
        ("Assign", {"x": "{% $states.errorOutput %}"}, "UNSUPPORTED", "/x", ERROR.format("Assign")),
    ],
)
def test_what_is_refused(field, value, code, where, message):
    pointer = f"/States/A/{field}{where}"
    assert said({"A": {"Type": "Pass", field: value, "End": True}}) == [
        (f"{code}_JSONATA_EXPRESSION", pointer, message)
    ]


@pytest.mark.parametrize(
    ("state", "pointer", "message"),
    [
        (
            {**TASK, "Arguments": {"FunctionName": "{% $states.result %}"}, "End": True},
            "/Arguments/FunctionName",
            RESULT.format("Arguments"),
        ),
        ({"Type": "Wait", "Seconds": "{% $states.result %}", "End": True}, "/Seconds", RESULT.format("Seconds")),
        ({"Type": "Succeed", "Output": "{% $states.result %}"}, "/Output", RESULT.format("Output")),
        (
            {"Type": "Choice", "Choices": [{"Condition": "{% $states.result %}", "Next": "E"}], "Default": "E"},
            "/Choices/0/Condition",
            RESULT.format("Choices"),
        ),
    ],
)
def test_a_result_is_read_where_there_is_one(state, pointer, message):
    found = said({"A": state, **({"E": {"Type": "Succeed"}} if state["Type"] == "Choice" else {})})
    assert found == [("UNSUPPORTED_JSONATA_EXPRESSION", f"/States/A{pointer}", message)]


def test_what_may_be_read():
    catch = {"ErrorEquals": ["States.ALL"], "Next": "E", "Output": "{% $states.errorOutput.Cause %}",
             "Assign": {"error": "{% $states.errorOutput %}"}}  # fmt: skip
    task = {**TASK, "Output": "{% $states.result.Payload %}", "Assign": {"x": "{% $states.result %}"}, "Catch": [catch],
            "Arguments": {"Payload": "{% $map($states.input.a, function($v) { $v.b }) %}",
                          "FunctionName": "{% $uuid() %}"},
            "Next": "E"}  # fmt: skip
    assert said({"A": task, "E": {"Type": "Succeed", "Output": "{% $x & $states.context.Execution.Id %}"}}) == []


@pytest.mark.parametrize("name", ["1a", "_a", "a-b", "states", "a b", "", "x" * 81, "a.b"])
def test_names_no_variable_can_have(name):
    found = said({"A": {"Type": "Pass", "Assign": {name: 1}, "End": True}})
    assert found == [("SCHEMA_VALIDATION_FAILED", f"/States/A/Assign/{name}", f"'{name}' is not a valid variable name")]


@pytest.mark.parametrize("name", ["a", "a_b", "größe", "x1", "x" * 80])
def test_names_of_variables(name):
    assert said({"A": {"Type": "Pass", "Assign": {name: 1}, "End": True}}) == []
    assert said({"A": {"Type": "Pass", "Assign": {f"{name}.$": "$.a"}, "End": True}}, "JSONPath") == []


def scoped(mode, *, inner="x"):
    processor = {
        "ProcessorConfig": {"Mode": mode, **({"ExecutionType": "STANDARD"} if mode == "DISTRIBUTED" else {})},
        "StartAt": "B",
        "States": {"B": {"Type": "Pass", "Assign": {inner: 1}, "End": True}},
    }
    return {
        "A": {"Type": "Pass", "Assign": {"x": 1}, "Next": "M"},
        "M": {"Type": "Map", "Items": [1], "ItemProcessor": processor, "End": True},
    }


def test_no_branch_assigns_an_outer_variable():
    message = "The variable 'x' is already assigned in an outer scope"
    pointer = "/States/M/ItemProcessor/States/B/Assign"
    assert said(scoped("INLINE")) == [("SCHEMA_VALIDATION_FAILED", pointer, message)]
    assert said(scoped("INLINE", inner="y")) == []
    assert said(scoped("DISTRIBUTED")) == []  # its items are executions of their own


def test_texts_that_look_like_paths_are_warned_of_as_aws_does():
    rule = {"Variable": "$.a", "StringEquals": "$.b", "Next": "F"}
    definition = {
        "StartAt": "C",
        "States": {
            "C": {"Type": "Choice", "Choices": [rule], "Default": "F"},
            "F": {"Type": "Fail", "Error": "$.error", "Cause": "plain"},
        },
    }
    found = [(one.code, one.pointer) for one in lint.check(read(definition)).warnings]
    assert found == [("NO_PATH", "/States/C/Choices/0/StringEquals"), ("NO_PATH", "/States/F/Error")]


@pytest.mark.parametrize("text", ["", "  ", "null"])
def test_nothing_is_no_definition(text):
    (found,) = lint.check_text(text)
    assert (found.code, found.message) == ("MISSING_DESCRIPTION", "Received a null or empty workflow input.")


@pytest.mark.parametrize(
    ("path", "refused"),
    [("$.e", False), ("States.Format('{}', $.e)", False), ("States.UUID()", False), ("States.MathAdd(1, $.e)", True)],
)
def test_an_error_is_made_by_functions_that_give_texts(path, refused):
    found = said({"F": {"Type": "Fail", "ErrorPath": path}}, "JSONPath")
    message = "The value for the field 'ErrorPath' must be a valid JSONPath"
    assert found == ([("SCHEMA_VALIDATION_FAILED", "/States/F/ErrorPath", message)] if refused else [])


def test_the_one_version():
    definition = {"Version": "2.0", "StartAt": "A", "States": {"A": {"Type": "Succeed"}}}
    assert [one.message for one in lint.check(read(definition)).errors] == [
        "The field 'Version' should have one of these values: [1.0]"
    ]
    assert lint.check(read({**definition, "Version": "1.0"})).errors == []


@pytest.mark.parametrize("field", ["QueryLanguage", "TimeoutSeconds", "Version"])
def test_a_processor_is_no_whole_machine(field):
    processor = {"StartAt": "B", "States": {"B": {"Type": "Pass", "End": True}}, field: "JSONata"}
    found = said({"M": {"Type": "Map", "Items": [1], "ItemProcessor": processor, "End": True}})
    assert ("SCHEMA_VALIDATION_FAILED", "/States/M/ItemProcessor", f"Field '{field}' is not supported") in found
