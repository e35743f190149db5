"""What lint says of HTTP Tasks; the value of a secret is never said."""

import pytest

from sfn_notebook import lint
from sfn_notebook.asl import read

ARN = "arn:aws:events:us-east-1:000000000000:connection/shop/1"
GOOD = {"ApiEndpoint": "https://api.example.com/a", "Method": "POST", "InvocationConfig": {"ConnectionArn": ARN}}


def problems(language="JSONata", **given):
    field = "Arguments" if language == "JSONata" else "Parameters"
    state = {"Type": "Task", "Resource": "arn:aws:states:::http:invoke", field: {**GOOD, **given}, "End": True}
    return list(lint.check(read({"QueryLanguage": language, "StartAt": "T", "States": {"T": state}})))


@pytest.mark.parametrize(
    ("given", "code", "pointer", "said"),
    [
        (
            {"ApiEndpoint": "http://api.example.com"},
            "HTTP_ENDPOINT",
            "/ApiEndpoint",
            "plain http is for this machine only",
        ),
        ({"ApiEndpoint": "http://127.0.0.1:80/a"}, "HTTP_PLAIN", "/ApiEndpoint", "it works in sfn.local() only"),
        ({"Headers": {"authorization": "hush"}}, "HTTP_HEADER", "/Headers", "'authorization' is not allowed"),
        ({"Headers": {"X-Amz-Key": "a"}}, "HTTP_HEADER", "/Headers", "'X-Amz-Key' is not allowed"),
        (
            {"Headers": {"X-Api-Key": "hush-123"}},
            "SECRET_IN_DEFINITION",
            "/Headers/X-Api-Key",
            "'X-Api-Key' looks like",
        ),
        ({"QueryParameters": {"token": "hush-123"}}, "SECRET_IN_DEFINITION", "/QueryParameters/token", "'token' looks"),
        (
            {"RequestBody": {"a": [{"password": "hush-1"}]}},
            "SECRET_IN_DEFINITION",
            "/RequestBody/a/0/password",
            "password",
        ),
        (
            {"RequestBody": "Bearer hush12345"},
            "SECRET_IN_DEFINITION",
            "/RequestBody",
            "'RequestBody' looks like a secret",
        ),
        ({"RequestBody": {"note": "sk_live_hush123456"}}, "SECRET_IN_DEFINITION", "/RequestBody/note", "'note' looks"),
        ({"Transform": {"RequestBodyEncoding": "URL_ENCODED"}}, "HTTP_FORM_WITHOUT_TYPE", "/Transform", "says JSON"),
    ],
)
def test_told(given, code, pointer, said):
    found = problems(**given)
    assert [one.code for one in found] == [code]
    assert found[0].pointer == f"/States/T/Arguments{pointer}"
    assert said in found[0].message
    assert found[0].severity in ("warning", "info")
    assert "hush" not in str(found[0])


@pytest.mark.parametrize(
    ("language", "given"),
    [
        ("JSONata", {}),
        ("JSONata", {"ApiEndpoint": "{% $states.input.url %}", "Headers": {"X-Api-Key": "{% $states.input.key %}"}}),
        (
            "JSONata",
            {"RequestBody": {"tokens": 5, "author": "Ada", "keyboard": "qwertz", "token": "{% $states.input.t %}"}},
        ),
        ("JSONata", {"QueryParameters": "a=1", "RequestBody": {"description": "Basic plan"}}),
        ("JSONPath", {"Headers": {"X-Api-Key.$": "$.key"}, "RequestBody.$": "$.body"}),
        (
            "JSONata",
            {
                "Transform": {"RequestBodyEncoding": "URL_ENCODED"},
                "Headers": {"content-type": "application/x-www-form-urlencoded"},
            },
        ),
        ("JSONPath", {"Transform": {"RequestBodyEncoding": "URL_ENCODED"}, "Headers.$": "$.headers"}),
    ],
)
def test_not_told(language, given):
    assert problems(language, **given) == []
