"""Sessions on one file, opened and closed again."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import sfn_notebook as sfn

Opened = Callable[..., sfn.Session]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "orders.sfn"


@pytest.fixture
def opened(file: Path) -> Iterator[Opened]:
    """Opens a session on the file, closing the one before; afterwards no thread is left."""
    sessions: list[sfn.Session] = []

    def open(**options: Any) -> sfn.Session:
        if sessions:
            sessions[-1].close()
        sessions.append(sfn.local(path=file, **{"clock": "instant", "seed": 1, **options}))
        return sessions[-1]

    yield open
    for session in sessions:
        session.close()
    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith("sfn-")]
