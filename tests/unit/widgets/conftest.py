from __future__ import annotations

import pytest
from scripted_execution import ScriptedExecution


@pytest.fixture
def execution() -> ScriptedExecution:
    return ScriptedExecution()
