"""`sm.test(...)`: what is asked of TestState, what comes back, how it is shown, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from web_server import web_server

import sfn_notebook as sfn
from sfn_notebook import q
from sfn_notebook.notebook.tested import read_answer

ROLE = "arn:aws:iam::123456789012:role/r"


@pytest.fixture
def session() -> Iterator[sfn.Session]:
    with sfn.local(clock="instant", seed=1) as opened:
        yield opened


@pytest.fixture
def sm(session: sfn.Session) -> Any:
    """Charge, which really runs, retries and catches; and states inside others."""
    session.function("charge")(charge)
    made = session.state_machine("orders")
    made.lambda_invoke("Charge", "charge", payload=q("$states.input.total"), output=q("$states.result.Payload"))
    made["Charge"].retry("KeyError", interval_seconds=2).catch("ValueError", "Late") >> "Done"
    made.succeed("Done")
    made.fail("Late", error="E", cause="c")
    return made


def charge(event: Any, context: Any) -> Any:
    if event < 0:
        raise ValueError("no money")
    if event == 0:
        raise KeyError("busy")
    return {"paid": event}


def test_a_task_is_really_run_and_every_stage_is_shown(sm: Any) -> None:
    tested = sm.test("Charge", {"total": 5})
    assert isinstance(tested, sfn.StateTest)
    assert (tested.state, tested.status, tested.output, tested.next_state) == (
        "Charge",
        "SUCCEEDED",
        {"paid": 5},
        "Done",
    )
    assert list(tested.stages) == ["input", "afterArguments", "result", "output"]
    assert tested.stages["afterArguments"] == {"FunctionName": "charge", "Payload": 5}
    assert tested.error is tested.cause is tested.catch_index is tested.retry_index is None


def test_nothing_is_deployed(sm: Any) -> None:
    sm.test("Charge", {"total": 5})
    assert sm.arn is None
    assert sm.session.client("stepfunctions").list_state_machines()["stateMachines"] == []


def test_an_error_that_is_caught(sm: Any) -> None:
    tested = sm.test("Charge", {"total": -1})
    assert (tested.status, tested.error, tested.next_state, tested.catch_index) == (
        "CAUGHT_ERROR",
        "ValueError",
        "Late",
        0,
    )
    assert tested.output["Error"] == "ValueError"


def test_an_error_that_would_be_retried(sm: Any) -> None:
    tested = sm.test("Charge", {"total": 0})
    assert (tested.status, tested.error, tested.retry_index, tested.retry_seconds) == ("RETRIABLE", "KeyError", 0, 2)
    assert tested.output is tested.next_state is None


def test_a_mocked_result_and_a_mocked_error(sm: Any) -> None:
    assert sm.test("Charge", {"total": 1}, mock={"Payload": "paid"}).output == "paid"
    tested = sm.test("Charge", {"total": 1}, mock=sfn.error("KeyError", "busy"), retrier_retry_count=1)
    assert (tested.status, tested.cause, tested.retry_seconds) == ("RETRIABLE", "busy", 4)


def test_how_strictly_a_mock_is_checked(sm: Any) -> None:
    with pytest.raises(sfn.InvalidArgument, match="Field 'StatusCode' must be a number"):
        sm.test("Charge", {"total": 1}, mock={"Payload": 1, "StatusCode": "ok"})
    tested = sm.test("Charge", {"total": 1}, mock={"Payload": 1, "StatusCode": "ok"}, field_validation_mode="NONE")
    assert tested.output == 1


def test_variables_and_the_context_object(session: sfn.Session) -> None:
    sm = session.state_machine("m")
    sm.pass_("A", output=q("$x + 1"), assign={"y": q("$x")})
    tested = sm.test("A", variables={"x": 1})
    assert (tested.output, tested.stages["variables"]) == (2, {"x": 1, "y": 1})
    sm.aws("List", "s3:listBuckets", output=q("$states.context.Execution.Name"))
    assert sm.test("List", mock={}, context={"Execution": {"Name": "mine"}}).output == "mine"


def test_a_map_with_its_iterations_and_a_state_inside_it(session: sfn.Session) -> None:
    sm = session.state_machine("m")
    inside = sm.branch("inside")
    inside.pass_("Double", output=q("$states.input * 2"))
    sm.map("Each", items=q("$states.input"), processor=inside, item_selector={"n": q("$states.context.Map.Item.Value")})
    tested = sm.test("Each", [1, 2], mock=[2, 4])
    assert (tested.output, tested.stages["afterItemSelector"]) == ([2, 4], [{"n": 1}, {"n": 2}])
    assert sm.test("Double", 4).output == 8
    failed = sm.test("Each", [1], mock=sfn.error("Odd"), error_caused_by_state="Double", map_iteration_failure_count=1)
    assert (failed.status, failed.error) == ("FAILED", "Odd")
    with pytest.raises(sfn.UnknownName, match="Did you mean 'Double'"):
        sm.test("Each", [1], mock=sfn.error("Odd"), error_caused_by_state="Duoble")


def test_an_item_readers_file(session: sfn.Session) -> None:
    reader = {
        "Resource": "arn:aws:states:::s3:getObject",
        "ReaderConfig": {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"},
        "Arguments": {"Bucket": "b", "Key": "k"},
    }
    processor = {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
        "StartAt": "A",
        "States": {"A": {"Type": "Succeed"}},
    }
    each = {
        "Type": "Map",
        "ItemProcessor": processor,
        "ItemReader": reader,
        "ItemSelector": {"v": "{% $states.context.Map.Item.Value.name %}"},
        "End": True,
    }
    definition = {"QueryLanguage": "JSONata", "StartAt": "Each", "States": {"Each": each}}
    sm = session.state_machine("m", definition=definition)
    tested = sm.test("Each", mock=[], map_item_reader_data="name\nAda\n")
    assert tested.stages["afterItemSelector"] == [{"v": "Ada"}]


def test_a_machine_with_errors_is_tested_state_by_state(session: sfn.Session) -> None:
    sm = session.state_machine("m", query_language="JSONPath")
    sm.pass_("A", parameters={"n.$": "$.n"}, next="Not there yet")
    assert not sm.lint().ok
    tested = sm.test("A", {"n": 1})
    assert (tested.output, tested.next_state) == ({"n": 1}, "Not there yet")


def test_the_levels(sm: Any) -> None:
    assert list(sm.test("Charge", {"total": 1}, level="INFO").stages) == ["output"]
    assert sm.test("Charge", {"total": 1}, level="DEBUG").stages["input"] == {"total": 1}


def test_a_state_can_be_given_for_its_name(sm: Any) -> None:
    assert sm.test(sm["Done"], 3).output == 3


def test_at_an_endpoint(session: sfn.Session, sm: Any) -> None:
    with sfn.connect(session.serve()) as remote:
        there = remote.state_machine("orders", definition=sm.definition)
        assert there.test("Charge", {"total": 2}).output == {"paid": 2}
        assert there.test("Charge", {"total": 2}, mock=sfn.error("ValueError")).status == "CAUGHT_ERROR"


@pytest.mark.parametrize(
    ("name", "more", "kind", "words"),
    [
        ("Chrage", {}, sfn.UnknownName, "there is no state 'Chrage' to test.\nDid you mean 'Charge'"),
        ("Charge", {"input": "soup"}, sfn.InvalidInput, "the input is not valid JSON"),
        ("Charge", {"mock": object()}, sfn.InvalidArgument, "mock cannot be written as JSON"),
        ("Charge", {"mock": lambda task: 1}, sfn.InvalidArgument, "one result or one error.*sm.run"),
        ("Charge", {"mock": sfn.mocks.per_item([1])}, sfn.InvalidArgument, "one result or one error"),
        ("Charge", {"variables": {"x": {1}}}, sfn.InvalidArgument, "variables cannot be written as JSON"),
        ("Charge", {"context": {}}, sfn.InvalidArgument, "does not support Context when a mock is not specified"),
        ("Charge", {"level": "LOUD"}, sfn.InvalidArgument, "INFO, DEBUG, TRACE"),
        ("Charge", {"mocks": 1}, sfn.UnknownKeyword, "Did you mean 'mock'"),
        ("Charge", {"role": "me"}, sfn.InvalidArgument, "Invalid ARN prefix: me"),
        ("Charge", {"mock": 1, "error_caused_by_state": "A"}, sfn.InvalidArgument, "'Charge' has no states inside"),
        ("Done", {"mock": 1}, sfn.InvalidArgument, "State type 'Succeed' is not supported when a mock is specified"),
    ],
)
def test_what_is_refused(sm: Any, name: str, more: dict[str, Any], kind: type[Exception], words: str) -> None:
    with pytest.raises(kind, match=f"(?s){words}"):
        sm.test(name, **more)


def test_what_needs_a_mock_says_what_to_give(session: sfn.Session) -> None:
    sm = session.state_machine("m")
    inside = sm.branch("inside")
    inside.pass_("In")
    sm.parallel("Both", branches=[inside])
    sm.sqs_send("Ask", queue_url="q", body={"t": sfn.token}, wait="callback", timeout_seconds=60)
    sm.task("Job", resource="arn:aws:states:::glue:startJobRun.sync", arguments={"JobName": "j"})
    sm.task("Do", resource="arn:aws:states:us-east-1:000000000000:activity:do")
    for name, words in {
        "Both": r"'Both' is a Parallel.*mock=\[...\], or test a state inside it: 'In'",
        "Ask": "'Ask' waits for the answer to its token.*mock={...}",
        "Job": "'Job' waits for the end of a job",
        "Do": "'Do' waits for an activity's worker",
    }.items():
        with pytest.raises(sfn.InvalidArgument, match=f"(?s){words}"):
            sm.test(name)
    assert sm.test("Do", mock="done").output == "done"


def test_a_machine_without_session() -> None:
    sm = sfn.StateMachine("m")
    sm.pass_("A")
    with pytest.raises(sfn.NotAvailable, match="has no session"):
        sm.test("A")


class Asked:
    """A session that only notes what TestState is asked."""

    role_arn = ROLE

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.function_sources: dict[str, str] = {}

    def client(self, service: str, **options: Any) -> Any:
        assert options["config"].read_timeout == 310
        return self

    def test_state(self, **request: Any) -> dict[str, Any]:
        self.requests.append(request)
        return {"status": "SUCCEEDED"}


@pytest.mark.parametrize(
    ("name", "more", "role"),
    [
        ("Charge", {}, ROLE),
        ("Charge", {"role": "arn:mine"}, "arn:mine"),
        ("Charge", {"mock": {}}, None),
        ("Done", {}, None),
    ],
)
def test_a_role_is_sent_where_one_is_needed(sm: Any, name: str, more: dict[str, Any], role: str | None) -> None:
    asked = Asked()
    sm.session = asked
    assert sm.test(name, **more).status == "SUCCEEDED"
    assert asked.requests[0].get("roleArn") == role
    assert asked.requests[0]["stateName"] == name
    assert "revealSecrets" not in asked.requests[0]


def test_the_text_says_what_came_of_it(sm: Any) -> None:
    assert repr(sm.test("Charge", {"total": -1}, mock=sfn.error("ValueError", "no money"))) == (
        "'Charge': ↷ CAUGHT_ERROR by Catch[0] → Late\n"
        "  ValueError: no money\n"
        '  input           {"total":-1}\n'
        '  afterArguments  {"FunctionName":"charge","Payload":-1}\n'
        '  output          {"Error":"ValueError","Cause":"no money"}'
    )
    retried = repr(sm.test("Charge", {"total": 1}, mock=sfn.error("KeyError"), level="INFO"))
    assert retried == "'Charge': ↻ RETRIABLE\n  KeyError"
    assert "by Retry[0] after 2 s" in repr(sm.test("Charge", {"total": 1}, mock=sfn.error("KeyError")))


def test_neither_the_text_nor_the_html_tells_a_token_or_an_account(session: sfn.Session) -> None:
    sm = session.state_machine("m")
    sm.sqs_send("Ask", queue_url="q", body={"t": sfn.token}, wait="callback", timeout_seconds=60)
    tested = sm.test("Ask", {"arn": ROLE}, mock="yes")
    token = tested.stages["afterArguments"]["MessageBody"]["t"]
    shown = tested._repr_mimebundle_()
    for text in (*shown.values(), repr(tested.stages)):
        assert token not in text
        assert "123456789012" not in text


def test_the_html_escapes_what_it_shows(session: sfn.Session) -> None:
    sm = session.state_machine("m")
    sm.pass_("<b>")
    html = sm.test("<b>", {"<i>": "<script>"})._repr_mimebundle_()["text/html"]
    assert "<script>" not in html
    assert "<b><b>" not in html
    assert "&lt;script&gt;" in html
    assert "✓ succeeded" in html


def test_a_stage_that_changes_nothing_is_not_shown_twice(session: sfn.Session) -> None:
    sm = session.state_machine("m", query_language="JSONPath")
    sm.pass_("A", result_path="$.x")
    html = sm.test("A", {"soup": 1})._repr_mimebundle_()["text/html"]
    # input, afterInputPath, afterParameters, afterResultSelector | afterResultPath, output
    assert html.count("the same") == 4
    assert html.count("soup") == 3


def test_an_http_task_shows_its_exchange_and_its_secrets_only_when_asked(session: sfn.Session) -> None:
    with web_server() as web:
        sm = session.state_machine("m")
        shop = session.connection("shop", api_key=("X-Api-Key", "hush-1"))
        sm.http("Order", endpoint=f"{web.url}/orders", method="POST", connection=shop, body={"n": q("$states.input")})
        tested = sm.test("Order", 3)
        assert list(tested.stages) == ["input", "afterArguments", "request", "response", "result", "output"]
        assert tested.stages["request"]["body"] == '{"n":3}'
        assert web.asked[-1]["headers"]["x-api-key"] == "hush-1"
        for text in (*tested._repr_mimebundle_().values(), str(dict(tested.stages))):
            assert "hush-1" not in text
        assert "hush-1" in sm.test("Order", 3, reveal_secrets=True).stages["request"]["headers"]


def test_with_a_session_that_is_kept(tmp_path: Path) -> None:
    with sfn.local(clock="instant", seed=1, path=tmp_path / "kept.db") as session:
        session.function("charge")(charge)
        sm = session.state_machine("m")
        sm.lambda_invoke("Charge", "charge", payload=q("$states.input"), output=q("$states.result.Payload"))
        assert sm.test("Charge", 2).output == {"paid": 2}
        sm.sqs_send("Ask", queue_url="q", body={"t": sfn.token}, wait="callback", timeout_seconds=60)
        assert sm.test("Ask", mock="yes").output == "yes"
    with sfn.local(clock="instant", seed=1, path=tmp_path / "kept.db") as session:
        assert session.client("stepfunctions").list_state_machines()["stateMachines"] == []


def test_an_http_tasks_exchange_is_a_stage() -> None:
    data = {"input": "{}", "request": {"method": "GET"}, "response": {"statusCode": "200"}, "result": "{}", "newer": 1}
    tested = read_answer("Call", {"status": "SUCCEEDED", "output": "{}", "inspectionData": data})
    assert list(tested.stages) == ["input", "request", "response", "result", "newer", "output"]
    assert tested.stages["request"] == {"method": "GET"}
    with pytest.raises(sfn.UnknownName, match="Did you mean 'request'"):
        tested.stages["requst"]
