"""The names that are promised to others, as a list of their own: changing one is a decision, not an accident."""

from __future__ import annotations

import inspect
import subprocess
import sys
from typing import Any

import pytest

import sfn_notebook as sfn

PROMISED = """
aws connect local q path token ctx Session StateMachine Execution PendingTask Events EventStream Executions StateRun
StateTest MapRun Tried try_ DataFlow
SfnNotebookError ExecutionError ExecutionFailed ExecutionTimedOut ExecutionAborted StillRunning InvalidDefinition
InvalidArgument UnknownName UnknownKeyword InvalidInput InvalidJson NotFound NotAvailable NothingPending
TaskTokenError TaskTimedOut TaskDoesNotExist InvalidToken SessionClosed EndpointUnreachable CredentialsRefused
AccessDenied Throttled ServiceError MissingDependency ExpressionError Limits
Connection error mocks secret
"""
NAMES = PROMISED.split()
MEMBERS = {
    sfn.Session: """client connection function state_machine advance close executions attach now clock logs limits serve
        job jobs worker""",
    sfn.StateMachine: """pass_ wait succeed fail choice parallel map task lambda_invoke http sqs_send aws remove rename
        start_at definition to_json lint graph start run test data_flow deploy states""",
    sfn.Execution: """wait redrive result status output error cause events stream states pending callback watch
        stop graph path input duration mocks""",
    sfn.PendingTask: "succeed fail heartbeat token payload deadline heartbeat_deadline",
}


def test_the_promised_names_are_there_and_in_all() -> None:
    assert [name for name in NAMES if not hasattr(sfn, name)] == []
    assert set(NAMES) <= set(sfn.__all__)
    assert all(hasattr(sfn, name) for name in sfn.__all__)


@pytest.mark.parametrize("kind", MEMBERS, ids=lambda kind: kind.__name__)
def test_the_promised_members_are_there_and_documented(kind: type[Any]) -> None:
    for name in MEMBERS[kind].split():
        member = inspect.getattr_static(kind, name, None)
        assert member is not None or name in ("state", "map_index"), name
        assert inspect.getdoc(getattr(kind, name)), name


def test_every_error_is_ours_and_says_its_nearest_builtin() -> None:
    for name in NAMES:
        thing = getattr(sfn, name)
        if isinstance(thing, type) and issubclass(thing, Exception):
            assert issubclass(thing, sfn.SfnNotebookError)
    assert issubclass(sfn.UnknownName, KeyError)
    assert issubclass(sfn.UnknownKeyword, TypeError)
    assert issubclass(sfn.InvalidArgument, ValueError)


def test_importing_loads_neither_the_engine_nor_the_widgets() -> None:
    program = (
        "import sys, sfn_notebook\n"
        "print([name for name in ('sfn_notebook.engine.embedded', 'sfn_notebook.engine.records',"
        " 'sfn_notebook.engine.jobs.simulation', 'sfn_notebook.engine.jobs.table', 'sfn_notebook.widgets',"
        " 'sfn_notebook.display', 'ipywidgets', 'moto', 'pygraphviz', 'jlens') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout.strip() in ("[]", "['jlens']")
