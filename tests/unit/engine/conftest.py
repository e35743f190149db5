"""The bench, closed after each test."""

import threading
from collections.abc import Iterator

import pytest
from engine_bench import Bench


@pytest.fixture
def bench() -> Iterator[Bench]:
    """Engines that are closed after the test; no thread may be left."""
    made = Bench()
    yield made
    for engine in made.engines:
        engine.close()
    left = [thread.name for thread in threading.enumerate() if thread.name.startswith("sfn-")]
    assert not left
