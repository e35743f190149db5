"""What stands under the name of a state."""

from typing import Any

import pytest

from sfn_notebook import asl
from sfn_notebook.draw.captions import captions

STATES = "arn:aws:states:::"
PROCESSOR = {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}

CAPTIONS = [
    ({"Type": "Task", "Resource": STATES + "lambda:invoke"}, ("lambda:invoke",)),
    (
        {"Type": "Task", "Resource": STATES + "lambda:invoke", "Parameters": {"FunctionName": "charge"}},
        ("lambda:invoke charge",),
    ),
    (
        {
            "Type": "Task",
            "QueryLanguage": "JSONata",
            "Resource": STATES + "lambda:invoke.waitForTaskToken",
            "Arguments": {"FunctionName": "arn:aws:lambda:us-east-1:123456789012:function:ask:live"},
        },
        ("lambda:invoke ask:live", "☞ waits for token"),
    ),
    (
        {"Type": "Task", "Resource": STATES + "lambda:invoke", "Arguments": {"FunctionName": "{% $f %}"}},
        ("lambda:invoke",),
    ),
    (
        {
            "Type": "Task",
            "Resource": STATES + "http:invoke",
            "Arguments": {"Method": "POST", "ApiEndpoint": "https://api.example.com:8443/a?key=b"},
        },
        ("http:invoke POST api.example.com",),
    ),
    (
        {
            "Type": "Task",
            "Resource": STATES + "http:invoke",
            "Arguments": {"Method": "{% $m %}", "ApiEndpoint": "https://[bad"},
        },
        ("http:invoke",),
    ),
    ({"Type": "Task", "Resource": STATES + "http:invoke", "Parameters": {"Method.$": "$.m"}}, ("http:invoke",)),
    ({"Type": "Task", "Resource": STATES + "glue:startJobRun.sync"}, ("glue:startJobRun", "waits for job")),
    ({"Type": "Task", "Resource": STATES + "aws-sdk:s3:listObjectsV2"}, ("aws-sdk:s3:listObjectsV2",)),
    ({"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f"}, ("lambda:f",)),
    ({"Type": "Task", "Resource": "arn:aws:states:us-east-1:123456789012:activity:work"}, ("activity work",)),
    ({"Type": "Task", "Resource": STATES + "nonsense"}, ("nonsense",)),
    ({"Type": "Task", "Resource": "arn:aws:x:us-east-1:123456789012:y"}, ("arn:aws:x:us-east-1:…:y",)),
    ({"Type": "Task"}, ("no Resource yet",)),
    (
        {"Type": "Task", "Resource": STATES + "sqs:sendMessage", "Retry": [{}, {"MaxAttempts": 5}]},
        ("sqs:sendMessage", "↻ 3, 5"),
    ),
    ({"Type": "Pass"}, ("Pass",)),
    ({"Type": "Choice"}, ()),
    ({"Type": "Wait", "Seconds": 5}, ("wait 5 s",)),
    ({"Type": "Wait", "Seconds": "{% $n %}"}, ("wait $n",)),
    ({"Type": "Wait", "SecondsPath": "$.n"}, ("wait $.n s",)),
    ({"Type": "Wait", "Timestamp": "2026-01-01T00:00:00Z"}, ("until 2026-01-01T00:00:00Z",)),
    ({"Type": "Wait", "TimestampPath": "$.t"}, ("until $.t",)),
    ({"Type": "Wait"}, ("no time yet",)),
    ({"Type": "Succeed"}, ("Succeed",)),
    ({"Type": "Fail", "Error": "TooLate"}, ("Fail: TooLate",)),
    ({"Type": "Fail"}, ("Fail",)),
    ({"Type": "Parallel", "Branches": []}, ("Parallel", "no branches yet")),
    ({"Type": "Map", "ItemProcessor": PROCESSOR}, ("∀ items",)),
    (
        {
            "Type": "Map",
            "Items": "{% $states.input.orders %}",
            "MaxConcurrency": 5,
            "ItemProcessor": {**PROCESSOR, "ProcessorConfig": {"Mode": "DISTRIBUTED"}},
        },
        ("∀ $states.input.orders", "max 5 · distributed"),
    ),
    ({"Type": "Map", "ItemsPath": "$.a", "Iterator": PROCESSOR}, ("∀ $.a",)),
    ({"Type": "Map", "Items": [1, 2], "ItemProcessor": PROCESSOR}, ("∀ 2 items",)),
    (
        {"Type": "Map", "ItemReader": {"Resource": STATES + "s3:getObject"}, "ItemProcessor": PROCESSOR},
        ("∀ s3:getObject",),
    ),
    ({"Type": "Teleport"}, ("unknown Type Teleport",)),
    ({}, ("no Type yet",)),
]


@pytest.mark.parametrize(("fields", "lines"), CAPTIONS, ids=[" / ".join(lines) or "nothing" for _, lines in CAPTIONS])
def test_a_state_says_what_it_does(fields: dict[str, Any], lines: tuple[str, ...]) -> None:
    assert captions(asl.read({"States": {"A": fields}}).states["A"]) == lines
