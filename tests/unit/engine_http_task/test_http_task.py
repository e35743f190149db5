"""HTTP Tasks against a real server: what is sent, what comes back, and every way in which it fails."""

from __future__ import annotations

import json
import logging
import socket
import threading

import pytest
from web_server import self_signed, web_server

from sfn_notebook.engine.http_task import client

# -- what is sent


def test_a_request_and_its_result(caller):
    result = caller.result(Method="POST", RequestBody={"n": 1, "é": "ü"}, QueryParameters={"a": "b c", "x": [1, True]})
    assert result == {
        "Headers": {
            "server": result["Headers"]["server"],
            "date": result["Headers"]["date"],
            "content-type": ["application/json"],
            "x-trace": ["a"],
            "content-length": ["9"],
        },
        "ResponseBody": {"id": 7},
        "StatusCode": 201,
        "StatusText": "Created",
    }
    asked = caller.web.asked[-1]
    assert asked["path"] == "/orders?a=b%20c&x=1&x=true"
    assert json.loads(asked["body"]) == {"n": 1, "é": "ü"}
    port = caller.web.url.rpartition(":")[2]
    assert asked["headers"] == {
        "host": f"127.0.0.1:{port}",
        "content-type": "application/json; charset=UTF-8",
        "content-length": str(len('{"n":1,"é":"ü"}'.encode())),
        "x-api-key": "key-s3cret",
        "user-agent": "Amazon|StepFunctions|HttpInvoke|us-east-1",
        "range": "bytes=0-262144",
    }


def test_the_history_is_that_of_a_task_and_holds_no_secret(caller):
    caller.result()
    events = caller.client.get_execution_history(executionArn=caller.execution)["events"]
    assert [event["type"] for event in events][1:-1] == [
        "TaskStateEntered", "TaskScheduled", "TaskStarted", "TaskSucceeded", "TaskStateExited",
    ]  # fmt: skip
    scheduled = events[2]["taskScheduledEventDetails"]
    assert (scheduled["resource"], scheduled["resourceType"]) == ("invoke", "http")
    assert "s3cret" not in str(events)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_every_method(caller, method):
    assert caller.result("/echo", Method=method, RequestBody="raw")["ResponseBody"] == {
        "method": method, "query": {}, "body": "raw",
    }  # fmt: skip


def test_head_has_no_body(caller):
    assert caller.result("/echo", Method="HEAD")["ResponseBody"] == ""


def test_the_older_spelling_of_the_connection(caller):
    caller.result(InvocationConfig=..., Authentication={"ConnectionArn": caller.arn})
    assert caller.web.asked[-1]["headers"]["x-api-key"] == "key-s3cret"


def test_headers_of_the_task(caller):
    headers = {"Content-Type": "application/xml", "X-Many": ["a", 2], "X-None": None, "user-agent": "mine"}
    caller.result(Method="POST", Headers=headers, RequestBody="<a/>")
    sent = caller.web.asked[-1]["headers"]
    assert (sent["content-type"], sent["x-many"], sent["x-none"]) == ("application/xml", "a, 2", "")
    assert sent["user-agent"].startswith("Amazon|StepFunctions")
    assert caller.web.asked[-1]["body"] == "<a/>"


@pytest.mark.parametrize(
    ("arrays", "expected"),
    [
        (None, "a%5B0%5D=x&a%5B1%5D=y%20z&m%5Bk%5D=1"),
        ("INDICES", "a%5B0%5D=x&a%5B1%5D=y%20z&m%5Bk%5D=1"),
        ("REPEAT", "a=x&a=y%20z&m%5Bk%5D=1"),
        ("COMMAS", "a=x,y%20z&m%5Bk%5D=1"),
        ("BRACKETS", "a%5B%5D=x&a%5B%5D=y%20z&m%5Bk%5D=1"),
    ],
)
def test_a_form(caller, arrays, expected):
    transform = {"RequestBodyEncoding": "URL_ENCODED"}
    if arrays:
        transform["RequestEncodingOptions"] = {"ArrayFormat": arrays}
    caller.result(Method="POST", RequestBody={"a": ["x", "y z"], "m": {"k": 1}}, Transform=transform)
    assert caller.web.asked[-1]["body"] == expected
    assert caller.web.asked[-1]["headers"]["content-type"] == "application/json; charset=UTF-8"  # as on AWS


def test_a_query_of_the_endpoint_stays(caller):
    caller.result("/orders?a=1", QueryParameters="b=2&c=%20")
    assert caller.web.asked[-1]["path"] == "/orders?a=1&b=2&c=%20"


def test_a_path_beyond_ascii(caller):
    caller.result("/é?ü=1")
    assert caller.web.asked[-1]["path"] == "/%C3%A9?%C3%BC=1"


# -- together with the connection


def test_the_connection_wins(caller):
    caller.connect(
        HeaderParameters=[{"Key": "X-Both", "Value": "connection"}],
        QueryStringParameters=[{"Key": "both", "Value": "connection"}],
        BodyParameters=[{"Key": "both", "Value": "connection", "IsValueSecret": True}],
    )
    caller.result(
        Method="POST", Headers={"x-both": "task"}, QueryParameters={"both": ["t", "u"], "own": 1},
        RequestBody={"own": 1, "both": "task"},
    )  # fmt: skip
    asked = caller.web.asked[-1]
    assert asked["headers"]["x-both"] == "connection"
    assert asked["query"] == {"own": "1", "both": "connection"}
    assert json.loads(asked["body"]) == {"own": 1, "both": "connection"}


@pytest.mark.parametrize("body", ["text", ["list"]])
def test_a_body_that_is_no_object_takes_no_parameters(caller, body):
    caller.connect(BodyParameters=[{"Key": "k", "Value": "v"}])
    error, cause = caller.failure(Method="POST", RequestBody=body)
    assert error == "States.Runtime"
    assert "The RequestBody is no JSON object, so the body parameters of the connection cannot join it" in cause


def test_basic(caller):
    caller.connect("BASIC", {"BasicAuthParameters": {"Username": "u", "Password": "p:w"}})
    caller.result()
    assert caller.web.asked[-1]["headers"]["authorization"] == "Basic dTpwOnc="


def test_oauth_fetches_a_token_once(caller):
    caller.oauth()
    caller.result()
    caller.result()
    assert [asked["headers"]["authorization"] for asked in caller.web.asked if "/orders" in asked["path"]] == [
        "Bearer t0ken-1", "Bearer t0ken-1",
    ]  # fmt: skip
    assert caller.web.asked[0]["body"] == "grant_type=client_credentials"


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_oauth_by_another_method(caller, method):
    caller.oauth(HttpMethod=method)
    caller.result()
    assert caller.web.asked[0]["method"] == method


def test_oauth_parameters(caller):
    caller.oauth(
        OAuthHttpParameters={
            "HeaderParameters": [{"Key": "content-type", "Value": "application/json"}],
            "QueryStringParameters": [{"Key": "grant_type", "Value": "client_credentials"}],
            "BodyParameters": [{"Key": "audience", "Value": "shop"}],
        }
    )
    caller.result()
    assert json.loads(caller.web.asked[0]["body"]) == {"grant_type": "client_credentials", "audience": "shop"}
    assert caller.web.asked[0]["query"] == {"grant_type": "client_credentials"}


def test_a_token_is_renewed_before_it_expires(caller):
    caller.web.lifetime = 100
    caller.oauth()
    caller.result()
    caller.world.advance(30)
    caller.result()
    caller.world.advance(30)
    caller.result()
    assert caller.web.tokens == 2


def test_a_token_that_is_refused_is_fetched_anew_by_the_next_attempt(caller):
    caller.oauth()
    caller.result()
    caller.web.refuse = [401]
    caller.result(state={"Retry": [{"ErrorEquals": ["States.Http.StatusCode.401"]}]})
    sent = [asked["headers"]["authorization"] for asked in caller.web.asked if "/orders" in asked["path"]]
    assert sent == ["Bearer t0ken-1", "Bearer t0ken-1", "Bearer t0ken-2"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"ClientParameters": {"ClientID": "client-1", "ClientSecret": "wr0ng"}}, "answered 401 Unauthorized"),
        ({"AuthorizationEndpoint": "/nothing"}, "answer holds no access_token"),
        ({"AuthorizationEndpoint": "/text"}, "answer holds no access_token"),
        ({"AuthorizationEndpoint": "http://127.0.0.1:9/token"}, "cannot be called: Connection refused"),
    ],
)
def test_no_token_no_request(caller, change, reason):
    if change.get("AuthorizationEndpoint", "").startswith("/"):
        change = {"AuthorizationEndpoint": caller.web.url + change["AuthorizationEndpoint"]}
    caller.oauth(**change)
    error, cause = caller.failure()
    assert error == "Events.ConnectionResource.InvalidConnectionState"
    assert cause.startswith("The connection 'shop' is not authorized: ")
    assert reason in cause
    assert not any("/orders" in asked["path"] for asked in caller.web.asked)
    assert "wr0ng" not in cause


def test_an_unknown_connection(caller):
    arn = "arn:aws:events:us-east-1:000000000000:connection/other/1"
    error, cause = caller.failure(InvocationConfig={"ConnectionArn": arn})
    assert (error, cause) == ("Events.ConnectionResource.ResourceNotFound", f"The connection {arn} does not exist.")


# -- what comes back


def test_text_and_nothing(caller):
    assert caller.result("/text")["ResponseBody"] == "café"
    assert caller.result("/broken")["ResponseBody"] == "{not json"
    empty = caller.result("/empty")
    assert (empty["StatusCode"], empty["StatusText"], empty["ResponseBody"]) == (204, "No Content", "")


@pytest.mark.parametrize(
    ("path", "cause"),
    [
        ("/image", "The response has the content type 'image/png', which an HTTP Task cannot read"),
        ("/bytes", "The response cannot be read as text"),
    ],
)
def test_what_cannot_be_read(caller, path, cause):
    error, told = caller.failure(path)
    assert error == "States.Runtime"
    assert cause in told


def test_an_answer_over_the_quota(caller):
    assert caller.failure("/huge") == (
        "States.DataLimitExceeded",
        "The state/task 'http' returned a result with a size exceeding the maximum number of bytes service limit.",
    )


@pytest.mark.parametrize("status", [400, 404, 429, 500, 503])
def test_a_status_is_an_error_with_the_body_as_cause(caller, status):
    caller.web.refuse = [status]
    assert caller.failure() == (f"States.Http.StatusCode.{status}", f"no: {status}")


def test_a_redirect_is_not_followed(caller):
    assert caller.failure("/moved") == ("States.Http.StatusCode.302", "elsewhere")
    assert len(caller.web.asked) == 1


def test_retry_and_catch_see_the_status(caller):
    caller.web.refuse = [503, 503]
    retry = {"Retry": [{"ErrorEquals": ["States.Http.StatusCode.503"], "MaxAttempts": 2}]}
    assert caller.result(state=retry)["StatusCode"] == 201


# -- no answer


def test_nobody_listens(caller):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    error, cause = caller.failure(ApiEndpoint=url + "/?token=hush")
    assert (error, cause) == ("States.Http.Socket", f"{url} cannot be called: Connection refused")


def test_no_such_host(caller, monkeypatch):
    def nobody(*_, **__):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    error, cause = caller.failure(ApiEndpoint="https://api.example.invalid/a?b")
    assert (error, cause) == (
        "States.Http.Socket",
        "https://api.example.invalid cannot be called: the host 'api.example.invalid' is not known",
    )


def test_what_is_no_http(caller):
    error, cause = caller.failure("/garbage")
    assert error == "States.Http.Socket"
    assert cause == f"{caller.web.url} did not give a whole answer in HTTP (BadStatusLine)"


@pytest.mark.parametrize("path", ["/slow", "/drip"])
def test_a_request_has_a_minute(caller, path):
    caller.world._http_tasks._longest = 0.2
    assert caller.failure(path) == ("States.Http.Socket", "The request timed out after 0.2 seconds")


@pytest.mark.parametrize("path", ["/slow", "/drip"])
def test_the_time_out_of_the_task_comes_first(caller, path):
    done = caller.call(path, state={"TimeoutSeconds": 1})
    assert (done["status"], done["error"]) == ("FAILED", "States.Timeout")


def test_closing_the_world_gives_up_what_is_under_way(caller):
    caller.start("/slow")
    while not caller.web.asked:
        caller.web.release.wait(0.01)
    caller.world.close()
    assert not [one for one in threading.enumerate() if one.name.startswith("sfn-runner")]


def test_a_certificate_nobody_knows(caller, tmp_path):
    with web_server(self_signed(tmp_path)) as secure:
        error, cause = caller.failure(ApiEndpoint=secure.url + "/orders")
    assert (error, cause) == ("States.Http.Socket", f"{secure.url} cannot be trusted: self-signed certificate")


def test_a_certificate_this_machine_trusts(caller, tmp_path, monkeypatch):
    certificate = self_signed(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", certificate[0])  # where OpenSSL looks for them
    client._trust.cache_clear()
    try:
        with web_server(certificate) as secure:
            assert caller.result(ApiEndpoint=secure.url + "/orders")["StatusCode"] == 201
            assert secure.asked[0]["headers"]["x-api-key"] == "key-s3cret"
    finally:
        client._trust.cache_clear()


def test_plain_http_to_a_server_of_https(caller, tmp_path):
    with web_server(self_signed(tmp_path)) as secure:
        error, _ = caller.failure(ApiEndpoint=secure.url.replace("https", "http") + "/orders")
    assert error == "States.Http.Socket"
    error, cause = caller.failure(ApiEndpoint=caller.web.url.replace("http", "https") + "/orders")
    assert error == "States.Http.Socket"
    assert "cannot be called by TLS: " in cause


def test_a_proxy_of_the_environment_is_not_asked(caller, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert caller.result()["StatusCode"] == 201


# -- what is refused before anything is sent


@pytest.mark.parametrize(
    ("arguments", "cause"),
    [
        ({"ApiEndpoint": ...}, "The field 'ApiEndpoint' is required but was missing"),
        ({"ApiEndpoint": "http://api.example.com"}, "plain http is for this machine only"),
        ({"ApiEndpoint": "https://u:hush@api.example.com"}, "it holds a user name or password"),
        ({"ApiEndpoint": "ftp://127.0.0.1"}, "it is not an https URL"),
        ({"ApiEndpoint": "orders"}, "it is not a URL"),
        ({"ApiEndpoint": "https://[::1"}, "it is not a URL"),
        ({"ApiEndpoint": 5}, "The field 'ApiEndpoint' has to be a string"),
        ({"Method": "TRACE"}, "The field 'Method' is 'TRACE'; allowed are GET, POST"),
        ({"InvocationConfig": ...}, "one of the fields 'InvocationConfig' and 'Authentication'"),
        ({"Authentication": {"ConnectionArn": "a"}}, "one of the fields 'InvocationConfig' and 'Authentication'"),
        ({"InvocationConfig": {}}, "The field 'ConnectionArn' is required but was missing"),
        ({"Headers": {"Authorization": "hush"}}, "the header 'Authorization' is not allowed in an HTTP Task"),
        ({"Headers": {"x-amzn-trace": "1"}}, "the header 'x-amzn-trace' is not allowed in an HTTP Task"),
        ({"Headers": {"X-Evil": "hush\r\nHost: x"}}, "the header 'X-Evil' has a value with characters"),
        ({"Headers": {"X Y": "1"}}, "'X Y' is not the name of a header"),
        ({"Headers": {"X": {}}}, "The header 'X' has an object for a value"),
        ({"Headers": ["X"]}, "The field 'Headers' has to be an object"),
        ({"QueryParameters": 5}, "query parameters are an object, an array of objects, or a text"),
        ({"Transform": {"RequestBodyEncoding": "XML"}}, "'RequestBodyEncoding' is 'XML'; allowed are NONE, URL_ENC"),
        ({"Transform": {"RequestEncodingOptions": {"ArrayFormat": "PIPES"}}}, "'ArrayFormat' is 'PIPES'"),
        ({"Transform": {"RequestBodyEncoding": "URL_ENCODED"}, "RequestBody": [1]}, "cannot be URL-encoded"),
    ],
)
def test_what_is_refused(caller, arguments, cause):
    error, told = caller.failure(**arguments)
    assert error == "States.Runtime"
    assert cause in told
    assert "hush" not in told
    assert caller.web.asked == []


# -- secrets


def test_no_log_and_no_repr_tells_a_secret(caller, caplog):
    caplog.set_level(logging.DEBUG)
    caller.connect(QueryStringParameters=[{"Key": "key", "Value": "query-s3cret"}])
    caller.result()
    caller.web.refuse = [500]
    caller.failure()
    caller.oauth()
    caller.result()
    assert caller.web.asked[0]["query"] == {"key": "query-s3cret"}
    connection = caller.world.connections._connections.find(caller.arn)
    told = caplog.text + repr(connection) + repr(connection.token)
    assert "s3cret" not in told
    assert "t0ken" not in told


# -- TestState


def traced(caller, **options):
    caller.connect(
        HeaderParameters=[{"Key": "X-Shop", "Value": "header-s3cret"}],
        QueryStringParameters=[{"Key": "key", "Value": "query-s3cret"}],
        BodyParameters=[{"Key": "pin", "Value": "body-s3cret"}],
    )
    arguments = {
        "ApiEndpoint": caller.web.url + "/orders",
        "Method": "POST",
        "InvocationConfig": {"ConnectionArn": caller.arn},
        "Headers": {"X-Own": "own"},
        "QueryParameters": {"q": 1},
        "RequestBody": {"n": 1},
    }
    state = {"Type": "Task", "Resource": "arn:aws:states:::http:invoke", "Arguments": arguments, "End": True}
    return caller.client.test_state(
        definition=json.dumps({"QueryLanguage": "JSONata", **state}),
        roleArn=caller.world.role_arn,
        input="{}",
        **options,
    )


def test_trace_shows_the_raw_request_and_response_without_secrets(caller):
    answer = traced(caller, inspectionLevel="TRACE")
    url = caller.web.url
    assert "s3cret" not in str(answer)
    assert answer["inspectionData"]["request"] == {
        "protocol": "http",
        "method": "POST",
        "url": f"{url}/orders?q=1&key=%2A%2A%2A",
        "headers": (
            "[Content-Type: application/json; charset=UTF-8, X-Own: own, X-Shop: ***, X-Api-Key: ***, "
            f"User-Agent: Amazon|StepFunctions|HttpInvoke|us-east-1, Range: bytes=0-262144, Host: {url[7:]}]"
        ),
        "body": '{"n":1,"pin":"***"}',
    }
    response = answer["inspectionData"]["response"]
    assert (response["protocol"], response["statusCode"], response["statusMessage"]) == ("http", "201", "Created")
    assert response["body"] == '{"id": 7}'
    assert "content-type: application/json" in response["headers"]


def test_trace_reveals_secrets_when_asked(caller):
    request = traced(caller, inspectionLevel="TRACE", revealSecrets=True)["inspectionData"]["request"]
    assert request["url"].endswith("?q=1&key=query-s3cret")
    assert "X-Shop: header-s3cret, X-Api-Key: key-s3cret" in request["headers"]
    assert request["body"] == '{"n":1,"pin":"body-s3cret"}'


def test_trace_shows_what_failed(caller):
    caller.web.refuse = [500]
    answer = traced(caller, inspectionLevel="TRACE")
    assert (answer["status"], answer["error"]) == ("FAILED", "States.Http.StatusCode.500")
    assert answer["inspectionData"]["response"]["statusCode"] == "500"


def test_lower_levels_show_no_request(caller):
    for level in ("INFO", "DEBUG"):
        assert "request" not in traced(caller, inspectionLevel=level).get("inspectionData", {})
