"""apigateway:invoke against a server of this machine."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

S = "arn:aws:states:::apigateway:invoke"


class Api(BaseHTTPRequestHandler):
    seen: ClassVar[list[dict]] = []

    def answer(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length).decode()
        Api.seen.append({"method": self.command, "path": self.path, "headers": dict(self.headers), "body": body})
        status, text = (404, '{"message":"Not Found"}') if "missing" in self.path else (200, '{"ok":true}')
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    do_GET = do_POST = answer

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def api():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Api)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def run(bench, arguments, suffix="", **more):
    state = {"Type": "Task", "Resource": S + suffix, "Arguments": arguments, "End": True, **more}
    definition = {"QueryLanguage": "JSONata", "StartAt": "T", "States": {"T": state}}
    return bench.start(bench.machine(definition))


def test_the_request_and_the_answer(bench, api):
    arguments = {
        "ApiEndpoint": api,
        "Method": "POST",
        "Stage": "prod",
        "Path": "/orders/1",
        "QueryParameters": {"a": ["1", "2"]},
        "Headers": {"X-One": ["a", "b"]},
        "RequestBody": {"total": 5},
    }
    output = json.loads(bench.end(run(bench, arguments))["output"])
    assert (output["ResponseBody"], output["StatusCode"], output["StatusText"]) == ({"ok": True}, 200, "OK")
    assert output["Headers"]["content-type"] == ["application/json"]
    seen = Api.seen[-1]
    assert (seen["method"], seen["body"]) == ("POST", '{"total":5}')
    assert seen["path"].startswith("/prod/orders/1?a=1")
    assert seen["headers"]["X-One"] == "a, b"


def test_an_error_is_called_by_its_status(bench, api):
    done = bench.end(run(bench, {"ApiEndpoint": api, "Method": "GET", "Path": "missing"}))
    assert (done["error"], done["cause"]) == ("ApiGateway.404", '{"message":"Not Found"}')


def test_a_callback_through_a_header(bench, api):
    headers = {"Token": "{% [$states.context.Task.Token] %}"}
    execution = run(bench, {"ApiEndpoint": api, "Method": "GET", "Headers": headers}, ".waitForTaskToken")
    assert bench.world.wait_for_events(execution, 4, 20)
    bench.client.send_task_success(taskToken=Api.seen[-1]["headers"]["Token"], output="1")
    assert bench.end(execution)["output"] == "1"


def test_a_server_that_is_not_there(bench):
    done = bench.end(run(bench, {"ApiEndpoint": "127.0.0.1:9", "Method": "GET"}))
    assert done["error"] == "ApiGateway.SdkClientException"


def test_an_endpoint_of_api_gateway_wants_aws(bench):
    endpoint = "abc.execute-api.us-east-1.amazonaws.com"
    done = bench.end(run(bench, {"ApiEndpoint": endpoint, "Method": "GET"}))
    assert "Three ways out" in done["cause"]


def test_what_is_no_host(bench):
    done = bench.end(run(bench, {"ApiEndpoint": "http://127.0.0.1", "Method": "GET"}))
    assert done["cause"] == "The ApiEndpoint 'http://127.0.0.1' is not the name of a host"
