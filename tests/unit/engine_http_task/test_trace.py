"""TestState of an HTTP Task: the raw request and response, and who sees the secrets in them."""

from __future__ import annotations

import json
from typing import Any

import pytest

SECRET = "key-s3cret"


def outcome(caller: Any, path: str = "/orders", *, level: str = "TRACE", **more: Any) -> dict[str, Any]:
    task = {
        "Type": "Task",
        "QueryLanguage": "JSONata",
        "Resource": "arn:aws:states:::http:invoke",
        "Arguments": {
            "ApiEndpoint": f"{{% '{caller.web.url}{path}' %}}",
            "Method": "POST",
            "InvocationConfig": {"ConnectionArn": caller.arn},
            "QueryParameters": {"n": "{% $states.input.n %}"},
            "RequestBody": {"item": "tea"},
        },
        "Output": "{% $states.result.StatusCode %}",
        "Retry": [{"ErrorEquals": ["States.Http.StatusCode.503"], "IntervalSeconds": 7}],
        "End": True,
    }
    answer: dict[str, Any] = caller.client.test_state(
        definition=json.dumps(task), input='{"n": 2}', roleArn=caller.world.role_arn, inspectionLevel=level, **more
    )
    return answer


def test_trace_shows_the_exchange_without_secrets(caller: Any) -> None:
    answer = outcome(caller)
    assert (answer["status"], answer["output"]) == ("SUCCEEDED", "201")
    seen = answer["inspectionData"]
    assert seen["request"]["method"] == "POST"
    assert seen["request"]["protocol"] == "http"
    assert seen["request"]["url"].startswith(f"{caller.web.url}/orders?n=2")
    assert json.loads(seen["request"]["body"]) == {"item": "tea"}
    assert seen["response"]["statusCode"] == "201"
    assert SECRET not in json.dumps(seen["request"])
    # what was really sent has it
    assert caller.web.asked[-1]["headers"]["x-api-key"] == SECRET


def test_secrets_are_shown_when_asked_for(caller: Any) -> None:
    assert SECRET in outcome(caller, revealSecrets=True)["inspectionData"]["request"]["headers"]


@pytest.mark.parametrize("level", ["INFO", "DEBUG"])
def test_other_levels_show_no_exchange(caller: Any, level: str) -> None:
    seen = outcome(caller, level=level).get("inspectionData", {})
    assert not {"request", "response"} & seen.keys()


def test_a_refusal_shows_the_exchange_too(caller: Any) -> None:
    caller.web.refuse = [503]
    answer = outcome(caller)
    assert (answer["status"], answer["error"]) == ("RETRIABLE", "States.Http.StatusCode.503")
    assert answer["inspectionData"]["response"]["statusCode"] == "503"
    assert answer["inspectionData"]["errorDetails"] == {"retryIndex": 0, "retryBackoffIntervalSeconds": 7}
    assert "result" not in answer["inspectionData"]
