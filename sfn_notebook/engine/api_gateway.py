"""apigateway:invoke, a request to an endpoint of Amazon API Gateway or to a server of this machine.

https://docs.aws.amazon.com/step-functions/latest/dg/connect-api-gateway.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

from sfn_notebook import _json
from sfn_notebook.engine.callers import parsed
from sfn_notebook.engine.failures import RUNTIME, TIMEOUT
from sfn_notebook.engine.http_task.client import LONGEST, Client, Response, TimedOut
from sfn_notebook.engine.http_task.encoding import encoded, query_pairs
from sfn_notebook.engine.http_task.request import Request
from sfn_notebook.engine.records import TaskCall, TaskFailure
from sfn_notebook.engine.sdk_calls import NotAnswered
from sfn_notebook.engine.services import Services
from sfn_notebook.integrations.http_task import is_loopback

_HOSTED: Final = re.compile(r"[^/]+\.execute-api\.[^/]+\.amazonaws\.com(\.cn)?")


class ApiGateway:
    """Calls APIs.

    Args:
        services: What stands behind the session: an endpoint of API Gateway is only called with services of AWS.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._client = Client()

    def run(self, task: TaskCall) -> Any:
        """Send the request of a task.

        Raises:
            TaskFailure: the API said no, or something is wrong with the parameters.
            NotAnswered: the API is one of API Gateway, and this session has no AWS.
        """
        arguments = task.arguments if isinstance(task.arguments, Mapping) else {}
        endpoint, method = str(arguments.get("ApiEndpoint", "")), str(arguments.get("Method", ""))
        if _HOSTED.fullmatch(endpoint) and self._services.where != "aws":
            raise NotAnswered(task.resource.label)
        host = endpoint.partition(":")[0]
        if not host or "/" in endpoint or "@" in endpoint:
            raise TaskFailure(RUNTIME, f"The ApiEndpoint {endpoint!r} is not the name of a host")
        self._services.permit("execute-api", method.capitalize())
        scheme = "http" if is_loopback(host) else "https"
        url = f"{scheme}://{endpoint}{_path(arguments)}"
        body = arguments.get("RequestBody")
        text = body if body is None or isinstance(body, str) else _json.dumps(body)
        headers = {"Content-Type": "application/json", **_headers(arguments.get("Headers"))}
        if arguments.get("AuthType") == "IAM_ROLE":
            headers = self._signed(method, url, headers, text)
        return self._result(self._sent(Request(method, url, headers, text), task.timeout_seconds))

    def _signed(self, method: str, url: str, headers: Mapping[str, str], body: str | None) -> dict[str, str]:
        if self._services.where != "aws":
            return dict(headers)  # nobody looks at a signature here
        request = AWSRequest(method, url, headers=dict(headers), data=body or "")
        client = self._services.shared("sts")
        credentials = client._get_credentials()  # noqa: SLF001  # as the other calls are signed
        SigV4Auth(credentials, "execute-api", client.meta.region_name).add_auth(request)
        return {str(key): str(value) for key, value in request.headers.items()}

    def _sent(self, request: Request, timeout: float | None) -> Response:
        seconds = LONGEST if timeout is None else min(LONGEST, timeout)
        try:
            return self._client.send(request, seconds=seconds)
        except TimedOut:
            raise TaskFailure(TIMEOUT, kind="timed_out") from None
        except TaskFailure as failure:
            raise TaskFailure("ApiGateway.SdkClientException", failure.cause) from failure

    @staticmethod
    def _result(response: Response) -> dict[str, Any]:
        text = response.body.decode("utf-8", "replace")
        if not 200 <= response.status < 300:
            raise TaskFailure(f"ApiGateway.{response.status}", text or response.reason)
        return {
            "Headers": dict(response.headers),
            "ResponseBody": parsed(text),
            "StatusCode": response.status,
            "StatusText": response.reason,
        }

    def close(self) -> None:
        """Give up what is under way."""
        self._client.close()


def _path(arguments: Mapping[str, Any]) -> str:
    parts = [str(arguments[name]).strip("/") for name in ("Stage", "Path") if arguments.get(name)]
    query = encoded(query_pairs(arguments.get("QueryParameters")))
    return "/" + "/".join(parts) + (f"?{query}" if query else "")


def _headers(given: Any) -> dict[str, str]:
    pairs = given.items() if isinstance(given, Mapping) else ()
    return {
        str(name): ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        for name, value in pairs
        if value is not None
    }
