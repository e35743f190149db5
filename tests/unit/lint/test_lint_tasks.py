"""What lint says of a Task's call; all that can be said is tested beside the catalogue."""

import pytest

from sfn_notebook import lint
from sfn_notebook.asl import read

S = "arn:aws:states:::"


def said(resource, language="JSONata", **fields):
    state = {"Type": "Task", "Resource": S + resource, "End": True, **fields}
    report = lint.check(read({"QueryLanguage": language, "StartAt": "T", "States": {"T": state}}))
    return [(one.code, one.severity, one.pointer) for one in report]


SCHEMA = "SCHEMA_VALIDATION_FAILED"


@pytest.mark.parametrize(
    ("resource", "arguments", "expected"),
    [
        ("aws-sdk:s3:getObject", {"Bucket": "b", "Key": "k"}, []),
        ("aws-sdk:s3:getObjekt", {}, [(SCHEMA, "error", "/States/T/Resource")]),
        ("aws-sdk:s3:getObject.sync", "{% $states.input %}", [(SCHEMA, "error", "/States/T/Resource")]),
        ("aws-sdk:sts:assumeRole", "{% $states.input %}", [(SCHEMA, "error", "/States/T/Resource")]),
        ("aws-sdk:iotdataplane:publish", {"Topic": "t"}, [("SERVICE_NOT_LISTED", "warning", "/States/T/Resource")]),
        ("aws-sdk:s3:getObject", {"Bucket": "b"}, [(SCHEMA, "error", "/States/T/Arguments")]),
        ("events:putEvents", {"Entries": [{"A/b": 1}]}, [(SCHEMA, "error", "/States/T/Arguments/Entries/0")]),
        (
            "dynamodb:getItem",
            {"TableName": "t", "Key": {"~/": {"N": 1}}},
            [("PARAMETER_TYPE", "warning", "/States/T/Arguments/Key/~0~1")],
        ),
        (
            "sqs:sendMessage",
            {"QueueUrl": "u", "MessageBody": 1},
            [("PARAMETER_TYPE", "warning", "/States/T/Arguments")],
        ),
        (
            "lambda:invoke",
            {"FunctionName": "f", "Payload": 1, "LogType": "Head"},
            [("PARAMETER_VALUE", "warning", "/States/T/Arguments")],
        ),
    ],
)
def test_calls(resource, arguments, expected):
    assert said(resource, Arguments=arguments) == expected


def test_what_gets_the_input_of_the_state_is_not_judged():
    assert said("aws-sdk:s3:getObject") == []


def test_jsonpath_has_its_parameters_judged():
    assert said("aws-sdk:s3:getObject", "JSONPath", Parameters={"Bucket.$": "$.b", "Key.$": "$.k"}) == []
    assert said("aws-sdk:s3:getObject", "JSONPath", Parameters={"Bucket.$": "$.b", "key.$": "$.k"}) == [
        (SCHEMA, "error", "/States/T/Parameters")
    ]


def test_the_words_name_what_is_wrong_and_how_to_mend_it():
    state = {"Type": "Task", "Resource": S + "aws-sdk:logs:filterLogEvents", "End": True}
    (problem,) = lint.check(read({"QueryLanguage": "JSONata", "StartAt": "T", "States": {"T": state}}))
    assert problem.message.startswith(f"The resource provided {S}aws-sdk:logs:filterLogEvents is not recognized.")
    assert problem.hint == "There is no service 'logs'. Step Functions calls this service 'cloudwatchlogs'."
