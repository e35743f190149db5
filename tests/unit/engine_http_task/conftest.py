"""A web server, and an embedded world whose HTTP Tasks call it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from web_server import Web, web_server

from sfn_notebook.engine.embedded import Embedded

KEY = {"ApiKeyAuthParameters": {"ApiKeyName": "X-Api-Key", "ApiKeyValue": "key-s3cret"}}


@pytest.fixture
def web() -> Iterator[Web]:
    with web_server() as running:
        yield running


class Caller:
    """Runs HTTP Tasks through the whole engine."""

    def __init__(self, world: Embedded, web: Web) -> None:
        self.world, self.web = world, web
        self.client = world.client("stepfunctions")
        self.count = 0
        self.arn = self.connect()

    def connect(self, kind: str = "API_KEY", parameters: Mapping[str, Any] = KEY, **invocation: Any) -> str:
        more = {"InvocationHttpParameters": invocation} if invocation else {}
        request = {"Name": "shop", "AuthorizationType": kind, "AuthParameters": {**parameters, **more}}
        self.arn = self.world.connections.put(request)
        return self.arn

    def oauth(self, **more: Any) -> str:
        client = {"ClientID": "client-1", "ClientSecret": "oauth-s3cret"}
        given = {"ClientParameters": client, "AuthorizationEndpoint": self.web.url + "/token", "HttpMethod": "POST"}
        return self.connect("OAUTH_CLIENT_CREDENTIALS", {"OAuthParameters": {**given, **more}})

    def start(self, path: str = "/orders", *, state: Mapping[str, Any] | None = None, **arguments: Any) -> None:
        given = {
            "ApiEndpoint": self.web.url + path,
            "Method": "GET",
            "InvocationConfig": {"ConnectionArn": self.arn},
            **arguments,
        }
        given = {name: value for name, value in given.items() if value is not ...}
        # as input, so that nothing is refused before it runs
        task = {
            "Type": "Task",
            "Resource": "arn:aws:states:::http:invoke",
            "Arguments": "{% $states.input %}",
            "End": True,
        }
        definition = {"QueryLanguage": "JSONata", "StartAt": "T", "States": {"T": {**task, **(state or {})}}}
        self.count += 1
        machine = self.client.create_state_machine(
            name=f"m{self.count}", definition=json.dumps(definition), roleArn=self.world.role_arn
        )["stateMachineArn"]
        self.execution = self.client.start_execution(stateMachineArn=machine, input=json.dumps(given))["executionArn"]

    def call(self, path: str = "/orders", **more: Any) -> dict[str, Any]:
        self.start(path, **more)
        assert self.world.wait_for_events(self.execution, 1_000_000, 20), "it did not end"
        return self.client.describe_execution(executionArn=self.execution)

    def result(self, path: str = "/orders", **arguments: Any) -> Any:
        done = self.call(path, **arguments)
        assert done["status"] == "SUCCEEDED", done
        return json.loads(done["output"])

    def failure(self, path: str = "/orders", **arguments: Any) -> tuple[str, str]:
        done = self.call(path, **arguments)
        assert done["status"] == "FAILED", done
        return done["error"], done["cause"]


@pytest.fixture
def world() -> Iterator[Embedded]:
    made = Embedded(clock="instant", seed=1)
    yield made
    made.close()


@pytest.fixture
def caller(world: Embedded, web: Web) -> Caller:
    return Caller(world, web)
