"""What several rooms' tests need: the rule for Chromium, and endpoints to compare with."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import endpoints
import pytest
from hypothesis import settings

# a busy machine is no failure; what has to be quick is measured, in tests/benchmarks
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without Chromium the browser tests are skipped with the reason; in CI that is an error instead."""
    if any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")):
        return
    reason = "there is no chromium on the PATH (apt-get install chromium)"
    browser_tests = [item for item in items if item.get_closest_marker("browser")]
    if browser_tests and os.environ.get("CI"):
        raise pytest.UsageError(f"{len(browser_tests)} browser tests cannot run: {reason}")
    for item in browser_tests:
        item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def moto_url() -> Iterator[str]:
    """The URL of a moto server that really runs state machines."""
    with endpoints.moto_server() as url:
        yield url


@pytest.fixture(scope="session")
def ministack_url() -> Iterator[str]:
    """The URL of a ministack server; without one the test is skipped (in CI it fails)."""
    try:
        with endpoints.ministack_server() as url:
            yield url
    except endpoints.Unavailable as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))
