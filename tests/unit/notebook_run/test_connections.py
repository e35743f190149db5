"""Connections and secrets as people type them: made, replaced, found, used, refused, and never shown."""

from __future__ import annotations

import copy
import getpass
import json
import pickle
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.stub import ANY, Stubber
from web_server import CLIENT, CLIENT_SECRET, Web, web_server

import sfn_notebook as sfn
from sfn_notebook.notebook.connections import RemoteKeeper
from sfn_notebook.notebook.secret import Secret

ENDPOINT = "https://api.example.com/orders"


@pytest.fixture
def session() -> Iterator[sfn.Session]:
    with sfn.local(clock="instant", seed=1) as opened:
        yield opened


@pytest.fixture
def web() -> Iterator[Web]:
    with web_server() as running:
        yield running


def order(session: sfn.Session, web: Web, connection: Any, **more: Any) -> Any:
    sm = session.state_machine("orders")
    sm.http("Order", endpoint=web.url + "/orders", method="POST", connection=connection, **more)
    return sm.run({})


def test_an_api_key_reaches_the_server_and_nothing_else(session: sfn.Session, web: Web) -> None:
    shop = session.connection("shop", api_key=("X-Api-Key", Secret("key", "hush-1")), query={"q": "hush-2"})
    execution = order(session, web, shop)
    assert execution.result()["ResponseBody"] == {"id": 7}
    assert web.asked[0]["headers"]["x-api-key"] == "hush-1"
    assert web.asked[0]["query"] == {"q": "hush-2"}
    events = session.client("events").describe_connection(Name="shop")
    told = [repr(shop), str(execution.events()[:]), execution.machine.to_json(), str(events), repr(session)]
    assert "hush" not in "".join(told)
    assert repr(shop) == "<Connection 'shop' (API key)>"


def test_the_other_two(session: sfn.Session, web: Web) -> None:
    assert order(session, web, session.connection("b", basic=("u", "p"))).status == "SUCCEEDED"
    assert web.asked[0]["headers"]["authorization"] == "Basic dTpw"
    oauth = {"endpoint": web.url + "/token", "client_id": CLIENT, "client_secret": CLIENT_SECRET, "body": {"a": "b"}}
    assert repr(session.connection("o", oauth=oauth)) == "<Connection 'o' (OAuth)>"
    assert order(session, web, "o").status == "SUCCEEDED"
    assert web.asked[1]["body"] == "grant_type=client_credentials&a=b"
    assert web.asked[2]["headers"]["authorization"] == "Bearer t0ken-1"


def test_again_replaces(session: sfn.Session, web: Web) -> None:
    first = session.connection("shop", basic=("u", "p"), headers={"X-Old": "1"})
    second = session.connection("shop", api_key=("X-Key", "k"))
    assert first.arn == second.arn
    order(session, web, first)
    assert "x-old" not in web.asked[0]["headers"]
    assert web.asked[0]["headers"]["x-key"] == "k"


def test_found_by_its_name(session: sfn.Session) -> None:
    made = session.connection("shop", api_key=("X-Key", "k"))
    assert session.connection("shop").arn == made.arn
    with pytest.raises(sfn.UnknownName, match=r"no connection 'shpo' in this session.\nDid you mean 'shop'"):
        session.connection("shpo")


@pytest.mark.parametrize(
    ("given", "error", "said"),
    [
        (
            {"api_key": ("a", "b"), "basic": ("a", "b")},
            sfn.InvalidArgument,
            "one of api_key=, basic=, oauth=; given: api",
        ),
        ({"headers": {"a": "b"}}, sfn.InvalidArgument, "given: none"),
        ({"api_key": ("a", "b", "hush")}, sfn.InvalidArgument, "takes a pair"),
        ({"api_key": ("X", b"hush")}, sfn.InvalidArgument, "the secret is a text, .* given was of type bytes"),
        ({"api_key": ("X", "")}, sfn.InvalidArgument, "given was an empty text"),
        ({"api_key": ("X", "hush\n")}, sfn.InvalidArgument, "'X' has a value with characters"),
        ({"basic": ("u", "p"), "headers": {"X": 5}}, sfn.InvalidArgument, "the value of 'X' is a text"),
        ({"oauth": "hush"}, sfn.InvalidArgument, "is a dict"),
        ({"oauth": {"endpont": "hush"}}, sfn.UnknownKeyword, "oauth has no 'endpont'.\nDid you mean 'endpoint'"),
        ({"oauth": {"endpoint": "https://a"}}, sfn.InvalidArgument, "needs 'client_id'"),
        (
            {"oauth": {"endpoint": "http://a.example", "client_id": "c", "client_secret": "hush"}},
            sfn.InvalidArgument,
            "plain http is for this machine only",
        ),
    ],
)
def test_refused(session: sfn.Session, given: dict[str, Any], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said) as caught:
        session.connection("shop", **given)
    assert "hush" not in str(caught.value)
    with pytest.raises(sfn.UnknownName):
        session.connection("shop")


def test_a_bad_name(session: sfn.Session) -> None:
    with pytest.raises(sfn.InvalidArgument, match="Parameter Name is not valid"):
        session.connection("my shop", basic=("u", "p"))
    with pytest.raises(sfn.UnknownKeyword, match=r"no keyword 'apikey'.\nDid you mean 'api_key'"):
        session.connection("shop", apikey=("u", "p"))  # type: ignore[call-arg]


# -- typing a secret


def test_a_secret_is_asked_for(session: sfn.Session, web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr("getpass.getpass", lambda prompt: asked.append(prompt) or "typed")
    order(session, web, session.connection("shop", api_key="X-Key"))
    assert web.asked[0]["headers"]["x-key"] == "typed"
    session.connection("b", basic="ada")
    session.connection("o", oauth={"endpoint": web.url, "client_id": "c"})
    key = sfn.secret("Stripe key")
    assert key.reveal() == "typed"
    assert asked == [
        "X-Key of the connection 'shop': ", "ada of the connection 'b': ",
        "client secret of the connection 'o': ", "Stripe key: ",
    ]  # fmt: skip
    assert repr(key) == str(key) == f"{key}" == "<Secret 'Stripe key'>"
    for save in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(sfn.NotAvailable, match="the secret 'Stripe key' is not saved"):
            save(key)
    with pytest.raises(TypeError):
        json.dumps(key)
    assert not hasattr(key, "__dict__")


def test_nobody_can_be_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(prompt: str) -> str:
        raise EOFError

    monkeypatch.setattr("getpass.getpass", nobody)
    with pytest.raises(sfn.NotAvailable, match=r"nobody is there to type 'key' in.\nOr read it from the environment"):
        sfn.secret("key")
    monkeypatch.setattr("getpass.getpass", lambda prompt: "")
    with pytest.raises(sfn.InvalidArgument, match="nothing was typed for 'key'"):
        sfn.secret("key")


def test_nothing_is_typed_where_it_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def seen(prompt: str) -> str:
        warnings.warn("Can not control echo on the terminal.", getpass.GetPassWarning, stacklevel=2)
        return "typed"

    monkeypatch.setattr("getpass.getpass", seen)
    with pytest.raises(sfn.NotAvailable, match="nobody is there to type 'key' in"):
        sfn.secret("key")


def test_a_closed_session_takes_no_secret() -> None:
    session = sfn.local()
    machine = session.state_machine("a")
    session.close()
    for attempt in (
        lambda: session.connection("shop", api_key=("X-Key", "k")),
        lambda: session.job("glue", "n"),
        lambda: session.jobs,
        lambda: session.logs(machine),
    ):
        with pytest.raises(sfn.SessionClosed, match=r"this session was closed.\nOpen another one"):
            attempt()


# -- in the builder


def test_what_the_builder_writes(session: sfn.Session) -> None:
    shop = session.connection("shop", api_key=("X-Key", "k"))
    sm = session.state_machine("orders")
    sm.http(
        "Form", endpoint=ENDPOINT, method="POST", connection="shop", body={"a": [1]}, query="a=1",
        encoding="URL_ENCODED", array_format="COMMAS", headers={"X-A": sfn.q("$states.input.a")},
    )  # fmt: skip
    assert sm.definition["States"]["Form"]["Arguments"] == {
        "ApiEndpoint": ENDPOINT,
        "Method": "POST",
        "InvocationConfig": {"ConnectionArn": shop.arn},
        "Headers": {"X-A": "{% $states.input.a %}", "Content-Type": "application/x-www-form-urlencoded"},
        "QueryParameters": "a=1",
        "RequestBody": {"a": [1]},
        "Transform": {"RequestBodyEncoding": "URL_ENCODED", "RequestEncodingOptions": {"ArrayFormat": "COMMAS"}},
    }
    own = {"content-type": "application/x-www-form-urlencoded; charset=UTF-8"}
    sm.http("Form", endpoint=ENDPOINT, method="POST", connection=shop, encoding="URL_ENCODED", headers=own)
    assert sm.definition["States"]["Form"]["Arguments"]["Headers"] == own


def test_expressions_pass(session: sfn.Session) -> None:
    sm = session.state_machine("orders")
    given = sfn.q("$states.input.x")
    sm.http("A", endpoint=given, method=given, connection=given, headers=given, query=given, body=given)
    assert sm.definition["States"]["A"]["Arguments"]["InvocationConfig"] == {"ConnectionArn": "{% $states.input.x %}"}
    paths = session.state_machine("paths", query_language="JSONPath")
    paths.http("A", endpoint=sfn.path("$.x"), method="GET", connection=sfn.path("$.c"), headers={"X": sfn.path("$.y")})
    assert paths.definition["States"]["A"]["Parameters"]["Headers"] == {"X.$": "$.y"}


@pytest.mark.parametrize(
    ("given", "error", "said"),
    [
        ({"endpoint": "http://api.example.com"}, sfn.InvalidArgument, "plain http is for this machine only"),
        ({"method": "post"}, sfn.InvalidArgument, r"method='post' is not one of GET, POST.*\nDid you mean 'POST'"),
        ({"headers": {"Authorization": "hush"}}, sfn.InvalidArgument, "'Authorization' is not allowed in an HTTP Task"),
        ({"headers": {"x-amz-date": "hush"}}, sfn.InvalidArgument, "Credentials belong into the connection"),
        ({"encoding": "FORM"}, sfn.InvalidArgument, "encoding='FORM' is not one of NONE, URL_ENCODED"),
        ({"array_format": "COMMAS"}, sfn.InvalidArgument, "array_format= is for forms"),
        ({"encoding": "URL_ENCODED", "array_format": "DOTS"}, sfn.InvalidArgument, "array_format='DOTS' is not one of"),
        ({"connection": "shpo"}, sfn.UnknownName, "Did you mean 'shop'"),
        ({"connection": 5}, sfn.InvalidArgument, "no connection: 5"),
    ],
)
def test_refused_where_it_is_typed(
    session: sfn.Session, given: dict[str, Any], error: type[Exception], said: str
) -> None:
    session.connection("shop", api_key=("X-Key", "k"))
    sm = session.state_machine("orders")
    with pytest.raises(error, match=said) as caught:
        sm.http("A", **{"endpoint": ENDPOINT, "method": "GET", "connection": "shop", **given})
    assert len(sm) == 0
    assert "hush" not in str(caught.value)


def test_without_a_session_there_are_no_names() -> None:
    with pytest.raises(sfn.InvalidArgument, match="without a session there are no names of connections"):
        sfn.StateMachine("m").http("A", endpoint=ENDPOINT, method="GET", connection="shop")


# -- elsewhere


def test_at_an_endpoint_the_same_cells_work(web: Web, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    with sfn.local(clock="instant") as local, sfn.connect(local.serve()) as session:
        for key in ("hush-old", "hush-new"):
            session.connection("shop", api_key=("X-Api-Key", key))
        assert order(session, web, session.connection("shop")).result()["StatusCode"] == 201
        assert order(session, web, "shop").result()["StatusCode"] == 201
        assert [asked["headers"]["x-api-key"] for asked in web.asked] == ["hush-new", "hush-new"]
        with pytest.raises(sfn.UnknownName, match="there is no connection 'nope' here"):
            session.connection("nope")
        with pytest.raises(sfn.SfnNotebookError, match="Parameter Name is not valid") as caught:
            session.connection("a b", api_key=("X-Api-Key", "hush"))
        assert "hush" not in str(caught.value)
    assert "botocore" in {record.name.partition(".")[0] for record in caplog.records}
    assert "hush" not in caplog.text


def stubbed() -> Any:
    session = sfn.connect("http://127.0.0.1:9")
    client = session.client("events")
    return client, Stubber(client)


ARN = "arn:aws:events:us-east-1:000000000000:connection/shop/00000000-0000-0000-0000-000000000000"
DESCRIBED = {"ConnectionArn": ARN, "Name": "shop"}


@pytest.mark.parametrize("there", [False, True])
def test_elsewhere_it_is_created_or_updated(caplog: pytest.LogCaptureFixture, *, there: bool) -> None:
    caplog.set_level("INFO", "sfn_notebook")
    client, stub = stubbed()
    request = {"Name": "shop", "AuthorizationType": "BASIC", "AuthParameters": ANY}
    if there:
        stub.add_response("describe_connection", DESCRIBED, {"Name": "shop"})
    else:
        stub.add_client_error("describe_connection", "ResourceNotFoundException")
    stub.add_response("update_connection" if there else "create_connection", {"ConnectionArn": ARN}, request)
    basic = {"BasicAuthParameters": {"Username": "u", "Password": "hush"}}
    with stub:
        keeper = RemoteKeeper(client)
        assert keeper.put({"Name": "shop", "AuthorizationType": "BASIC", "AuthParameters": basic}) == ARN
    assert caplog.messages == [f"{'updated' if there else 'created'} the EventBridge connection 'shop'"]
    stub.assert_no_pending_responses()


def test_elsewhere_it_is_found() -> None:
    client, stub = stubbed()
    stub.add_response("describe_connection", DESCRIBED, {"Name": "shop"})
    stub.add_client_error("describe_connection", "ResourceNotFoundException")
    with stub:
        assert RemoteKeeper(client).arn("shop") == ARN
        with pytest.raises(sfn.UnknownName, match="there is no connection 'shop' here"):
            RemoteKeeper(client).arn("shop")
