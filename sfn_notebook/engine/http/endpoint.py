"""All of one world behind one URL."""

from __future__ import annotations

from urllib.parse import urlsplit

from sfn_notebook.engine.api import Api
from sfn_notebook.engine.functions import Functions
from sfn_notebook.engine.http.application import Application, Request
from sfn_notebook.engine.http.jobs import Jobs
from sfn_notebook.engine.http.lambdas import Lambdas
from sfn_notebook.engine.http.server import Server
from sfn_notebook.engine.http_task.answers import Answer
from sfn_notebook.engine.services import Services


class Endpoint:
    """Step Functions, the Lambda functions of this world, and all other services at one URL of 127.0.0.1.

    Signatures are not looked at. Requests of web pages are refused.

    Args:
        api: Answers for Step Functions.
        functions: The functions of this world.
        services: What answers for the other services, started at the first need.
        port: The port; 0 takes a free one.

    Attributes:
        url: The URL.
        port: The port.

    Raises:
        InvalidArgument: the port cannot be used.
        MissingDependency: the web server is not installed.
    """

    def __init__(self, api: Api, functions: Functions, services: Services, port: int = 0) -> None:
        def fetch(bucket: str, key: str) -> bytes:
            return bytes(services.shared("s3").get_object(Bucket=bucket, Key=key)["Body"].read())

        def surroundings() -> dict[str, str]:
            return {**services.surroundings(), "AWS_ENDPOINT_URL": self.url}

        self._lambdas = Lambdas(functions, fetch, surroundings)
        jobs = Jobs(services.simulated, services.model)

        def here(request: Request) -> Answer | None:
            target = request.headers.get("X-Amz-Target", "")
            return services.answer(target, request.body) or jobs.answer(request)

        self._application = Application(api, self._lambdas, here, services.url)
        self._server = Server(self._application, port)
        self.url = self._server.url
        self.port = urlsplit(self.url).port or 0

    def close(self) -> None:
        """Stop listening, and remove what was unpacked."""
        self._server.close()
        self._application.close()
        self._lambdas.close()
