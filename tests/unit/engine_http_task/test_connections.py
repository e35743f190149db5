"""Connections through EventBridge's own API: in process, and served; no secret comes back."""

from __future__ import annotations

import json
import time

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from sfn_notebook.engine.http_task.answers import answer
from sfn_notebook.engine.http_task.connections import ConnectionFault, Connections
from sfn_notebook.engine.http_task.elsewhere import Elsewhere
from sfn_notebook.engine.records import TaskFailure

KEY = {"ApiKeyAuthParameters": {"ApiKeyName": "X-Api-Key", "ApiKeyValue": "key-s3cret"}}
OAUTH = {
    "OAuthParameters": {
        "AuthorizationEndpoint": "https://auth.example.com/token",
        "HttpMethod": "POST",
        "ClientParameters": {"ClientID": "me", "ClientSecret": "oauth-s3cret"},
        "OAuthHttpParameters": {"BodyParameters": [{"Key": "k", "Value": "b-s3cret", "IsValueSecret": True}]},
    },
    "InvocationHttpParameters": {
        "HeaderParameters": [
            {"Key": "a", "Value": "shown", "IsValueSecret": False},
            {"Key": "b", "Value": "h-s3cret", "IsValueSecret": True},
        ]
    },
}
HALF = {**OAUTH["OAuthParameters"], "ClientParameters": {"ClientID": "me"}}
ODD = {"HeaderParameters": [{"Key": "a b", "Value": "1"}]}
SECRET_HEADER = {"header_parameters": [{"key": "h", "value": "1", "is_value_secret": True}]}


@pytest.fixture
def connections():
    return Connections(region="us-east-1", account="000000000000", now=lambda: 7.0)


def create(connections, name="shop", kind="API_KEY", parameters=KEY, **more):
    return connections.create({"Name": name, "AuthorizationType": kind, "AuthParameters": parameters, **more})


def test_created_described_listed_deleted(connections):
    made = create(connections, Description="d")
    assert made["ConnectionState"] == "AUTHORIZED"
    told = connections.describe({"Name": "shop"})
    assert told == {
        **made,
        "Name": "shop",
        "Description": "d",
        "AuthorizationType": "API_KEY",
        "AuthParameters": {"ApiKeyAuthParameters": {"ApiKeyName": "X-Api-Key"}},
        "SecretArn": made["ConnectionArn"]
        .replace(":events:", ":secretsmanager:")
        .replace(":conn", ":secret:events!conn"),
    }
    assert ":secretsmanager:us-east-1:000000000000:secret:events!connection/shop/" in told["SecretArn"]
    assert connections.find(made["ConnectionArn"]).name == "shop"
    assert connections.find(made["ConnectionArn"] + "x") is None
    connections.delete({"Name": "shop"})
    assert connections.list({}) == {"Connections": []}
    assert connections.find(made["ConnectionArn"]) is None


def test_the_arn_is_the_same_every_time(connections):
    other = Connections(region="us-east-1", account="000000000000", now=time.time)
    assert create(connections)["ConnectionArn"] == create(other)["ConnectionArn"]


def test_secrets_are_not_told(connections):
    create(connections, "o", "OAUTH_CLIENT_CREDENTIALS", OAUTH)
    told = connections.describe({"Name": "o"})
    assert "s3cret" not in json.dumps(told)
    assert told["AuthParameters"]["OAuthParameters"]["ClientParameters"] == {"ClientID": "me"}
    assert told["AuthParameters"]["InvocationHttpParameters"]["HeaderParameters"][0]["Value"] == "shown"


def test_pages_by_name(connections):
    for name in ("c", "a", "b", "other"):
        create(connections, name)
    first = connections.list({"Limit": 2})
    assert [one["Name"] for one in first["Connections"]] == ["a", "b"]
    rest = connections.list({"NextToken": first["NextToken"]})
    assert [one["Name"] for one in rest["Connections"]] == ["c", "other"]
    assert [one["Name"] for one in connections.list({"NamePrefix": "o"})["Connections"]] == ["other"]
    assert connections.list({"ConnectionState": "DEAUTHORIZED"})["Connections"] == []


def test_update_changes_what_is_given(connections):
    create(connections)
    connections.update({"Name": "shop", "AuthParameters": {"ApiKeyAuthParameters": {"ApiKeyValue": "new"}}})
    found = connections.find(connections.describe({"Name": "shop"})["ConnectionArn"])
    assert found.credentials == {"ApiKeyName": "X-Api-Key", "ApiKeyValue": "new"}
    basic = {"BasicAuthParameters": {"Username": "u", "Password": "p"}}
    connections.update({"Name": "shop", "AuthorizationType": "BASIC", "AuthParameters": basic})
    assert found.credentials == {"Username": "u", "Password": "p"}
    assert list(found.parameters) == ["BasicAuthParameters"]
    with pytest.raises(ConnectionFault, match="ApiKeyName, ApiKeyValue missing for API_KEY"):
        connections.update({"Name": "shop", "AuthorizationType": "API_KEY"})


def test_put_replaces_and_loses_nothing_when_it_fails(connections):
    arn = connections.put({"Name": "shop", "AuthorizationType": "API_KEY", "AuthParameters": KEY})
    with pytest.raises(ConnectionFault):
        connections.put({"Name": "shop", "AuthorizationType": "NONE", "AuthParameters": KEY})
    assert connections.find(arn).type == "API_KEY"
    assert connections.put({"Name": "shop", "AuthorizationType": "API_KEY", "AuthParameters": KEY}) == arn


@pytest.mark.parametrize(
    ("change", "code", "message"),
    [
        ({"Name": "no name"}, "ValidationException", "Parameter Name is not valid"),
        ({"Name": "x" * 65}, "ValidationException", "Parameter Name is not valid"),
        ({"AuthorizationType": "NTLM"}, "ValidationException", "one of API_KEY, BASIC, OAUTH_CLIENT_CREDENTIALS"),
        ({"AuthParameters": {}}, "ValidationException", "ApiKeyName, ApiKeyValue missing for API_KEY"),
        (
            {"AuthParameters": {"ApiKeyAuthParameters": {"ApiKeyName": "X", "ApiKeyValue": "s3cret\n"}}},
            "ValidationException",
            "the header 'X' has a value with characters that no header can have",
        ),
        (
            {
                "AuthParameters": {
                    **KEY,
                    "InvocationHttpParameters": {"HeaderParameters": [{"Key": "a b", "Value": "1"}]},
                }
            },
            "ValidationException",
            "'a b' is not the name of a header",
        ),
        (
            {
                "AuthorizationType": "OAUTH_CLIENT_CREDENTIALS",
                "AuthParameters": {
                    "OAuthParameters": {**OAUTH["OAuthParameters"], "AuthorizationEndpoint": "http://auth.example.com"}
                },
            },
            "ValidationException",
            "plain http is for this machine only",
        ),
        (
            {
                "AuthorizationType": "OAUTH_CLIENT_CREDENTIALS",
                "AuthParameters": {
                    "OAuthParameters": {**OAUTH["OAuthParameters"], "ClientParameters": {"ClientID": "me"}}
                },
            },
            "ValidationException",
            "ClientSecret missing",
        ),
    ],
)
def test_what_makes_no_connection(connections, change, code, message):
    with pytest.raises(ConnectionFault) as told:
        connections.create({"Name": "shop", "AuthorizationType": "API_KEY", "AuthParameters": KEY, **change})
    assert told.value.code == code
    assert message in told.value.message
    assert "s3cret" not in told.value.message
    assert connections.names() == []


def test_twice_is_refused_by_the_api(connections):
    create(connections)
    with pytest.raises(ConnectionFault, match="Connection shop already exists"):
        create(connections)


def test_other_requests_are_not_answered(connections):
    assert answer(connections, "AWSEvents.PutEvents", b"{}") is None
    assert answer(connections, "AmazonSQS.ListConnections", b"{}") is None


def test_a_boto3_client_of_the_world(caller):
    events = caller.world.client("events")
    with pytest.raises(ClientError) as told:
        events.describe_connection(Name="nope")
    assert told.value.response["Error"]["Code"] == "ResourceNotFoundException"
    events.create_connection(Name="own", AuthorizationType="API_KEY", AuthParameters=KEY)
    assert [one["Name"] for one in events.list_connections()["Connections"]] == ["own", "shop"]
    caller.arn = events.describe_connection(Name="own")["ConnectionArn"]
    caller.result()
    assert caller.web.asked[-1]["headers"]["x-api-key"] == "key-s3cret"
    events.deauthorize_connection(Name="own")
    assert caller.failure() == (
        "Events.ConnectionResource.InvalidConnectionState",
        "The connection 'own' is not authorized: it was deauthorized",
    )
    assert events.put_events(Entries=[{"Source": "s", "DetailType": "d", "Detail": "{}"}])["FailedEntryCount"] == 0


def test_a_client_of_another_process(caller):
    options = {"region_name": "us-east-1", "aws_access_key_id": "a", "aws_secret_access_key": "b"}
    events = boto3.client("events", endpoint_url=caller.world.serve(), config=Config(proxies={}), **options)
    events.update_connection(Name="shop", AuthParameters={"ApiKeyAuthParameters": {"ApiKeyValue": "other"}})
    events.close()
    caller.result()
    assert caller.web.asked[-1]["headers"]["x-api-key"] == "other"


class Clients:
    """EventBridge and Secrets Manager of an account."""

    def __init__(self, state="AUTHORIZED", secret=None, error=None):
        self.state, self.secret, self.error = state, secret or {}, error
        self.reads = 0

    def __call__(self, service):
        return self

    def describe_connection(self, Name):
        if self.error:
            raise ClientError({"Error": {"Code": self.error, "Message": "no"}}, "DescribeConnection")
        return {
            "ConnectionArn": f"arn:aws:events:eu-west-1:1:connection/{Name}/1",
            "Name": Name,
            "ConnectionState": self.state,
            "AuthorizationType": self.secret.get("type", "API_KEY"),
            "AuthParameters": self.secret.get("told", {"ApiKeyAuthParameters": {"ApiKeyName": "X"}}),
            "SecretArn": "arn:secret",
            "LastModifiedTime": 1,
        }

    def get_secret_value(self, SecretId):
        self.reads += 1
        return {"SecretString": json.dumps(self.secret.get("values", {"api_key_name": "X", "api_key_value": "v"}))}


ARN = "arn:aws:events:eu-west-1:1:connection/shop/1"


def test_a_connection_of_an_account_is_read_from_its_secret():
    clients = Clients(
        secret={
            "values": {
                "api_key_name": "X",
                "api_key_value": "v",
                "invocation_http_parameters": {
                    "header_parameters": [{"key": "h", "value": "1", "is_value_secret": True}]
                },
            }
        }
    )
    find = Elsewhere(clients)
    found = find(ARN)
    assert found.credentials == {"ApiKeyName": "X", "ApiKeyValue": "v"}
    assert found.parameters["InvocationHttpParameters"]["HeaderParameters"][0]["Value"] == "1"
    assert find(ARN) is found
    assert clients.reads == 1


@pytest.mark.parametrize(
    ("kind", "told", "values", "expected"),
    [
        (
            "BASIC",
            {"BasicAuthParameters": {"Username": "u"}},
            {"username": "u", "password": "p"},
            {"Username": "u", "Password": "p"},
        ),
        (
            "OAUTH_CLIENT_CREDENTIALS",
            {"OAuthParameters": {"ClientParameters": {"ClientID": "me"}, "HttpMethod": "POST"}},
            {"client_parameters": {"client_id": "me", "client_secret": "s"}},
            {"ClientParameters": {"ClientID": "me", "ClientSecret": "s"}, "HttpMethod": "POST"},
        ),
    ],
)
def test_the_other_kinds(kind, told, values, expected):
    assert Elsewhere(Clients(secret={"type": kind, "told": told, "values": values}))(ARN).credentials == expected


@pytest.mark.parametrize(
    ("clients", "error"),
    [
        (Clients(error="AccessDeniedException"), "AccessDenied"),
        (Clients(error="ResourceNotFoundException"), "ResourceNotFound"),
        (Clients(error="ConcurrentModificationException"), "ConcurrentModification"),
        (Clients(error="InternalException"), "InternalError"),
        (Clients(state="AUTHORIZING"), "AuthInProgress"),
        (Clients(state="DEAUTHORIZED"), "InvalidConnectionState"),
    ],
)
def test_a_connection_of_an_account_that_cannot_be_used(clients, error):
    with pytest.raises(TaskFailure) as told:
        Elsewhere(clients)(ARN)
    assert told.value.error == f"Events.ConnectionResource.{error}"


def test_a_connection_that_was_made_anew_has_another_arn():
    with pytest.raises(TaskFailure, match="ResourceNotFound"):
        Elsewhere(Clients())(ARN + "2")
