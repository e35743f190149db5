from __future__ import annotations

import pytest

from sfn_notebook.engine.http.guard import refused


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1:4566",
        "127.0.0.1",
        "localhost:1",
        "[::1]:4566",
        "sync-127.0.0.1:4566",
        "sync-localhost:4566",
        "states.localhost:4566",
        "bucket.s3.localhost:4566",
    ],
)
def test_this_machine_may_ask(host: str) -> None:
    assert refused({"HTTP_HOST": host}) is None


@pytest.mark.parametrize(
    "host", ["", "evil.example", "127.0.0.1.evil.example:80", "localhost.evil.example", "10.0.0.1"]
)
def test_other_names_are_refused(host: str) -> None:
    assert "is not this machine" in (refused({"HTTP_HOST": host}) or "")


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_ORIGIN": "http://evil.example"},
        {"HTTP_ORIGIN": "null"},
        {"HTTP_ORIGIN": "http://127.0.0.1:8888"},
        {"HTTP_SEC_FETCH_SITE": "cross-site"},
        {"HTTP_SEC_FETCH_SITE": "same-site"},
    ],
)
def test_web_pages_are_refused(headers: dict[str, str]) -> None:
    assert "web page" in (refused({"HTTP_HOST": "127.0.0.1:4566", **headers}) or "")


def test_a_request_of_its_own_origin_is_not_foreign() -> None:
    host = "127.0.0.1:4566"
    assert refused({"HTTP_HOST": host, "HTTP_ORIGIN": f"http://{host}", "HTTP_SEC_FETCH_SITE": "same-origin"}) is None
