"""Lambda functions that are the notebook's Python."""

import json
import sys
import threading

import pytest

from sfn_notebook.engine.functions import FunctionError, Functions, invoke
from sfn_notebook.errors import InvalidArgument, UnknownName

PREFIX = "arn:aws:lambda:us-east-1:000000000000:function:"


@pytest.fixture
def functions():
    return Functions(region="us-east-1", account="000000000000")


def call(functions, handler, event=None, **options):
    return invoke(functions.put("f", handler, **options), event, request_id="1-2")


def test_payload_goes_through_json(functions):
    given = {"a": (1, 2)}
    seen = []

    def handler(event, context):
        seen.append(event)
        event["a"].append(3)
        return {"t": (1,), 5: None}

    assert call(functions, handler, given) == {"t": [1], "5": None}
    assert seen == [{"a": [1, 2, 3]}]
    assert given == {"a": (1, 2)}


def test_context(functions):
    seen = []
    call(functions, lambda event, context: seen.append(context), timeout=9, memory=256)
    (context,) = seen
    assert (context.function_name, context.function_version) == ("f", "$LATEST")
    assert (context.aws_request_id, context.memory_limit_in_mb) == ("1-2", "256")
    assert context.invoked_function_arn == PREFIX + "f"
    assert (context.log_group_name, context.log_stream_name) == ("/aws/lambda/f", "[$LATEST]12")
    assert 0 < context.get_remaining_time_in_millis() <= 9000


def failure(functions, handler, **options):
    with pytest.raises(FunctionError) as caught:
        call(functions, handler, **options)
    return caught.value.error, json.loads(caught.value.payload)


def test_exception(functions):
    def handler(event, context):
        raise KeyError("no such order")

    error, payload = failure(functions, handler)
    assert error == "KeyError"
    assert list(payload) == ["errorMessage", "errorType", "requestId", "stackTrace"]
    assert (payload["errorMessage"], payload["errorType"]) == ("'no such order'", "KeyError")
    (frame,) = payload["stackTrace"]
    assert frame.startswith(f'  File "{__file__}", line ')
    assert frame.endswith('in handler\n    raise KeyError("no such order")\n')


def test_a_cell_has_one_name_in_every_run(functions):
    scope = {}
    exec(compile("def handler(event, context):\n    1 / 0", "/tmp/ipykernel_4711/123.py", "exec"), scope)
    _, payload = failure(functions, scope["handler"])
    assert payload["stackTrace"][0].startswith('  File "<notebook cell>", line 2, in handler\n')


def test_an_exception_that_cannot_be_shown(functions):
    class Broken(Exception):
        def __str__(self):
            raise RuntimeError

    def handler(event, context):
        raise Broken

    assert failure(functions, handler)[1]["errorMessage"] == "<Broken that cannot be shown>"


@pytest.mark.parametrize("result", [{1, 2}, object(), float("nan"), b"x"])
def test_result_that_is_no_json(functions, result):
    error, payload = failure(functions, lambda event, context: result)
    assert error == "Runtime.MarshalError"
    assert payload["errorMessage"].startswith("Unable to marshal response: ")


def test_result_that_holds_itself(functions):
    ring = []
    ring.append(ring)
    assert failure(functions, lambda event, context: ring)[0] == "Runtime.MarshalError"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (3, "with error: exit status 3"),
        ("no more", "with error: exit status 1"),
        (None, "without providing a reason"),
        (-9, "with error: signal: 9"),
    ],
)
def test_exit_ends_the_function_only(functions, code, said):
    # the process is gone, so nothing tells a stack trace: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
    error, payload = failure(functions, lambda event, context: sys.exit(code))
    message = f"RequestId: 1-2 Error: Runtime exited {said}"
    assert (error, payload) == ("Runtime.ExitError", {"errorType": "Runtime.ExitError", "errorMessage": message})


def test_timeout_does_not_wait_for_the_function(functions):
    release = threading.Event()
    try:
        error, payload = failure(functions, lambda event, context: release.wait(60), timeout=0.05)
    finally:
        release.set()
    assert error == "Sandbox.Timedout"
    assert payload == {
        "errorType": "Sandbox.Timedout",
        "errorMessage": "RequestId: 1-2 Error: Task timed out after 0.05 seconds",
    }


@pytest.mark.parametrize(
    "reference",
    ["f", "f:$LATEST", PREFIX + "f", PREFIX + "f:$LATEST", "000000000000:function:f", "function:f", "000000000000:f"],
)
def test_found_by_every_form_of_its_name(functions, reference):
    functions.put("f", print)
    assert functions.find(reference).name == "f"


@pytest.mark.parametrize(
    "reference", ["g", "f:1", PREFIX.replace("us-east-1", "eu-west-1") + "f", "arn:aws:s3:::f", ""]
)
def test_not_found(functions, reference):
    functions.put("f", print)
    assert functions.find(reference) is None


def test_replace_and_remove(functions):
    assert functions.put("f", lambda event, context: 1).arn == functions.put("f", lambda event, context: 2).arn
    assert invoke(functions.find("f"), None, request_id="r") == 2
    functions.remove("f")
    with pytest.raises(UnknownName, match="no function 'f'"):
        functions.remove("f")


@pytest.mark.parametrize(
    ("name", "handler", "options"),
    [
        ("a b", print, {}),
        ("", print, {}),
        ("a" * 65, print, {}),
        (None, print, {}),
        ("f", "print", {}),
        ("f", print, {"timeout": 0}),
        ("f", print, {"timeout": 901}),
        ("f", print, {"memory": 64}),
    ],
)
def test_what_cannot_be_registered(functions, name, handler, options):
    with pytest.raises(InvalidArgument):
        functions.put(name, handler, **options)
