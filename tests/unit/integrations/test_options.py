import pytest

from sfn_notebook.errors import InvalidArgument, UnknownName
from sfn_notebook.integrations import aws, optimized_rows, options
from sfn_notebook.notebook.machine import StateMachine
from sfn_notebook.notebook.values import q


def way(found, kind, wait):
    return next(one for one in found if (one.kind, one.wait) == (kind, wait))


def test_the_order_of_preference():
    assert [(one.kind, one.wait) for one in options("glue", "StartJobRun")] == [
        ("optimized", "job"),
        ("optimized", "response"),
        ("aws-sdk", "response"),
        ("aws-sdk", "poll"),
        ("aws-sdk", "callback"),
        ("lambda", "response"),
    ]
    assert [(one.kind, one.wait) for one in options("s3", "PutObject")] == [
        ("aws-sdk", "response"),
        ("aws-sdk", "callback"),
        ("lambda", "response"),
    ]
    assert [one.kind for one in options("http:invoke")] == ["optimized", "lambda"]
    assert "lambda" not in [one.kind for one in options("lambda", "Invoke")]


# 3 transitions and 9 events a round, and the call that starts the job; $0.025 for 1,000 transitions
@pytest.mark.parametrize(
    ("minutes", "poll", "transitions", "events", "price"),
    [
        (10, 30, 61, 185, 1.525),
        (60, 30, 361, 1_085, 9.025),
        (480, 30, 2_881, 8_645, 72.025),
        (480, 10, 8_641, 25_925, 216.025),
    ],
)
def test_what_a_poll_loop_costs(minutes, poll, transitions, events, price):
    found = options("glue", "StartJobRun", seconds=minutes * 60, poll=poll)
    loop = way(found, "aws-sdk", "poll")
    assert (loop.transitions, loop.events) == (transitions, events)
    assert loop.price == pytest.approx(price)
    assert ("Fails: 25,925 events, and 25,000 is the limit." in loop.notes) == (events > 25_000)
    waiting = way(found, "optimized", "job")
    assert (waiting.transitions, waiting.events) == (1, 6)
    assert waiting.price == pytest.approx(0.025)


def test_what_a_function_costs():
    waiting = way(options("glue", "StartJobRun", seconds=600), "lambda", "response")
    # a transition, a request, and 600 seconds of 128 MB, a thousand times
    assert waiting.price == pytest.approx(0.025 + 0.0002 + 1000 * 600 * 0.125 * 0.0000166667)
    assert waiting.polls == "your function"
    too_long = way(options("glue", "StartJobRun", seconds=1000), "lambda", "response")
    assert "It cannot wait for this job: a function has 15 minutes." in too_long.notes
    assert too_long.polls == ""


def test_express_machines():
    found = options("glue", "StartJobRun", seconds=600)
    assert way(found, "optimized", "job").types == ("STANDARD",)
    assert way(found, "optimized", "response").types == ("STANDARD", "EXPRESS")
    assert way(found, "aws-sdk", "poll").types == ("STANDARD",)
    assert way(options("glue", "StartJobRun", seconds=300), "aws-sdk", "poll").types == ("STANDARD", "EXPRESS")


def test_a_job_without_an_optimized_integration_is_polled():
    loop = way(options("glue", "startCrawler"), "aws-sdk", "poll")
    assert loop.polls == "your state machine, by GetCrawler: Wait, call, Choice"
    assert 'sm.aws("GetCrawler", "glue:getCrawler", ...)' in loop.line
    assert "poll" not in [one.wait for one in options("s3", "getObject")]


@pytest.mark.parametrize("row", optimized_rows().values(), ids=lambda row: row.label)
def test_every_optimized_row_has_its_ways_and_each_line_builds(row):
    found = options(row.label)
    first = "job" if "job" in row.patterns else "response"
    assert (found[0].kind, found[0].wait) == ("optimized", first)
    assert {one.wait for one in found if one.kind == "optimized"} == set(row.patterns)
    for one in found:
        assert one.price > 0
        assert one.deploys
        assert one.result
        if one.wait != "poll" and one.kind != "lambda":
            line = one.line.replace("=...", "=value")
            sm = StateMachine("m")
            eval(line, {"sm": sm, "value": q("$states.input")})
            (state,) = sm.definition["States"].values()
            assert state["Resource"] == one.resource
    assert "None" not in repr(found)


def test_what_is_shown():
    text = repr(options("sqs", "SendMessage"))
    assert text.splitlines()[0] == "sqs:sendMessage: Delivers a message to the specified queue."
    assert text.splitlines()[1].startswith(
        "USD for 1,000 calls from a Standard machine in us-east-1, prices of 2026-11"
    )
    assert "1. optimized integration, goes on when the call has answered (Standard and Express)" in text
    assert '   type     sm.optimized("SendMessage", "sqs:sendMessage", QueueUrl=..., MessageBody=...)' in text
    assert repr(options("sqs", "send_message")) == text
    assert repr(options("sqs:sendMessage")) == text
    assert repr(options("arn:aws:states:::sqs:sendMessage.waitForTaskToken")) == text


def test_the_sdk_integration_has_the_same_ways_beside_its_optimized_twin():
    assert list(options("aws-sdk:glue:startJobRun")) == list(options("glue:startJobRun"))
    assert list(options(aws.glue.startJobRun)) == list(options("glue:startJobRun"))


def test_notes_of_what_aws_does_not_list():
    assert any("AWS does not list this service" in note for note in options("iot-data", "Publish")[0].notes)


@pytest.mark.parametrize(
    ("attempt", "error", "said"),
    [
        (lambda: options("glue", "StartJob"), UnknownName, "Did you mean 'startJobRun'"),
        (lambda: options("gleu", "StartJobRun"), UnknownName, "no AWS service 'gleu'"),
        (lambda: options("glue"), UnknownName, "which action of 'glue'"),
        (lambda: options("sts", "AssumeRole"), UnknownName, "AWS excludes it.\nCall it from a Lambda function"),
        (lambda: options("kinesis", "SubscribeToShard"), UnknownName, "it streams events"),
        (lambda: options(5), InvalidArgument, "given was 5"),
        (lambda: options("glue", "StartJobRun", seconds=0), InvalidArgument, "seconds= is a number of seconds from 1"),
        (lambda: options("glue", "StartJobRun", poll="5"), InvalidArgument, "poll= is .* given was '5'"),
        (lambda: options("glue", "StartJobRun", seconds=float("inf")), InvalidArgument, "given was inf"),
    ],
)
def test_refused(attempt, error, said):
    with pytest.raises(error, match=said):
        attempt()
