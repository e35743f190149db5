from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse

import sfn_notebook as sfn
from sfn_notebook.notebook import worlds

ROLE = "arn:aws:iam::111122223333:role/r"


class Wire:
    """What went out of a client, and what comes back."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, Any]] = []
        self.answers: dict[str, tuple[int, dict[str, Any]]] = {}

    def answer(self, request: Any, **_: Any) -> AWSResponse:
        operation = request.headers.get("X-Amz-Target", b"").decode().rpartition(".")[2] or request.method
        body = json.loads(request.body or b"{}")
        self.sent.append((operation, request.url, body))
        status, content = self.answers.get(operation, (200, {}))

        class Raw(io.BytesIO):
            def stream(self) -> Iterator[bytes]:
                yield self.read()

        headers = {"Content-Type": "application/x-amz-json-1.0"}
        return AWSResponse(request.url, status, headers, Raw(json.dumps(content).encode()))  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """Nobody's own configuration is looked at."""
    for name in ("AWS_PROFILE", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / name))


def listening(session: sfn.Session) -> Wire:
    wire = Wire()
    session.client("stepfunctions").meta.events.register("before-send.stepfunctions", wire.answer)
    return wire


@pytest.mark.parametrize("url", ["", "127.0.0.1:4566", "ftp://x", "http://", None, 5, "http//x"])
def test_what_is_no_url_is_refused(url: Any) -> None:
    with pytest.raises(sfn.InvalidArgument, match="not a URL"):
        sfn.connect(url)


@pytest.mark.parametrize("url", ["http://127.0.0.1:4566", "http://localhost:1", "http://x.localhost", "http://[::1]:2"])
def test_on_this_machine_no_credentials_are_needed(url: str) -> None:
    with sfn.connect(url) as session:
        wire = listening(session)
        session.client("stepfunctions").list_state_machines(maxResults=1)
        assert wire.sent[0][1].startswith(url)


def test_elsewhere_they_are() -> None:
    with sfn.connect("http://example.com") as session, pytest.raises(sfn.CredentialsRefused, match="Log in again"):
        session.state_machine("m", definition={"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}).start({})


def test_an_emulator_has_no_host_names_for_its_parts() -> None:
    with sfn.connect("http://127.0.0.1:4566") as session:
        wire = listening(session)
        arn = "arn:aws:states:us-east-1:000000000000:stateMachine:m"
        wire.answers["StartSyncExecution"] = (
            200,
            {"executionArn": arn, "startDate": 1, "stopDate": 1, "status": "FAILED"},
        )
        session.client("stepfunctions").start_sync_execution(stateMachineArn=arn)
        assert wire.sent[0][1] == "http://127.0.0.1:4566/"


def test_an_unnamed_execution_gets_a_name_at_an_endpoint() -> None:
    with sfn.connect("http://127.0.0.1:4566") as session:
        wire = listening(session)
        arn = "arn:aws:states:us-east-1:000000000000:stateMachine:m"
        wire.answers["StartExecution"] = (200, {"executionArn": arn, "startDate": 1})
        client = session.client("stepfunctions")
        client.start_execution(stateMachineArn=arn)
        client.start_execution(stateMachineArn=arn, name="mine")
        first, second = (body["name"] for _, _, body in wire.sent)
        assert len(first) == 36
        assert second == "mine"


def test_aws_wants_a_role_and_says_so_before_anything_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    with sfn.aws(region="eu-west-1") as session:
        wire = listening(session)
        sm = session.state_machine("m")
        sm.succeed("A")
        with pytest.raises(sfn.InvalidArgument, match=r"sfn\.aws\(role="):
            sm.start({})
        assert wire.sent == []


def test_aws_says_what_it_lacks() -> None:
    with pytest.raises(sfn.InvalidArgument, match="profile"):
        sfn.aws(profile="nobody")
    with sfn.aws() as session, pytest.raises(sfn.InvalidArgument, match="region"):
        session.client("stepfunctions")


def test_expired_credentials_are_told_and_nothing_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    with sfn.aws(region="eu-west-1", role=ROLE) as session:
        wire = listening(session)
        for operation in ("DescribeStateMachine", "CreateStateMachine", "ListStateMachines"):
            wire.answers[operation] = (400, {"__type": "ExpiredTokenException", "message": "token is expired"})
        sm = session.state_machine("m")
        sm.succeed("A")
        with pytest.raises(sfn.CredentialsRefused, match="Log in again"):
            sm.start({})
        assert list(sm.definition["States"]) == ["A"]
        assert all(url == "https://states.eu-west-1.amazonaws.com/" for _, url, _ in wire.sent)


def test_a_function_is_only_uploaded_to_aws_by_a_call_that_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    made: list[tuple[str, Any]] = []
    monkeypatch.setattr(worlds.Remote, "upload", lambda self, name, handler, **options: made.append((name, options)))

    def charge(event: Any, context: Any) -> Any:
        return event

    with sfn.aws(region="eu-west-1", role=ROLE) as session:
        session.function(charge)
        assert made == []
        assert session.deploy_function(charge, role=ROLE) == "uploaded the Lambda function 'charge'"
        assert made == [("charge", {"role": ROLE, "timeout": 3, "memory": 128})]
    with sfn.connect("http://127.0.0.1:4566") as session:
        session.function("other", timeout=5)(charge)
        assert made[-1][0] == "other"


LIMIT = 100


def helper(amount: int) -> bool:
    return amount < LIMIT


def handler_with_needs(event: Any, context: Any) -> str:
    return json.dumps({"small": helper(event["amount"])})


def test_a_function_goes_along_with_what_it_uses(monkeypatch: pytest.MonkeyPatch) -> None:
    from sfn_notebook.notebook import function_source

    monkeypatch.setattr(helper, "__module__", "__main__")  # as in a notebook
    with zipfile.ZipFile(io.BytesIO(function_source.archive(handler_with_needs))) as file:
        source = file.read("cell.py").decode()
    module: dict[str, Any] = {}
    exec(source, module)
    assert module["handler"]({"amount": 5}, None) == '{"small": true}'
    assert function_source.archive(handler_with_needs) == function_source.archive(handler_with_needs)


def test_what_cannot_go_along_is_told() -> None:
    from sfn_notebook.notebook import function_source

    opened = io.StringIO()

    def uses(event: Any, context: Any) -> None:
        HELD.write("x")  # noqa: F821  # it is put there below

    uses.__globals__["HELD"] = opened
    try:
        with pytest.raises(sfn.InvalidArgument, match="'uses' uses 'HELD' of the notebook, a StringIO"):
            function_source.archive(uses)
        with pytest.raises(sfn.InvalidArgument, match="source"):
            function_source.archive(len)
    finally:
        del uses.__globals__["HELD"]
