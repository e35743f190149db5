"""The notebook for AWS Step Functions.

Build a state machine cell by cell, see it drawn, run it, watch its events, answer its task tokens: on the engine in
this package, at any Step Functions endpoint, or on AWS.

>>> import sfn_notebook as sfn
>>> session = sfn.local(clock="instant")
>>> sm = session.state_machine("hello")
>>> greeting = sm.pass_("Greet", output={"greeting": sfn.q("'Hello ' & $states.input.name")})
>>> sm.run({"name": "Ada"}).result()
{'greeting': 'Hello Ada'}
>>> session.close()
"""

import logging
from importlib.metadata import version
from typing import TYPE_CHECKING

from sfn_notebook import _display, asl, draw, errors, history, integrations, lint
from sfn_notebook._lazy import loaded_when_used
from sfn_notebook.errors import (
    AccessDenied,
    CredentialsRefused,
    EndpointUnreachable,
    ExecutionAborted,
    ExecutionError,
    ExecutionFailed,
    ExecutionTimedOut,
    ExpressionError,
    InvalidArgument,
    InvalidDefinition,
    InvalidInput,
    InvalidJson,
    InvalidToken,
    MissingDependency,
    NotAvailable,
    NotFound,
    NothingPending,
    ServiceError,
    SessionClosed,
    SessionFileError,
    SfnNotebookError,
    StillRunning,
    TaskDoesNotExist,
    TaskTimedOut,
    TaskTokenError,
    Throttled,
    UnknownKeyword,
    UnknownName,
)
from sfn_notebook.notebook import mocks
from sfn_notebook.notebook.connections import Connection
from sfn_notebook.notebook.data_flow import DataFlow
from sfn_notebook.notebook.events import Events, EventStream
from sfn_notebook.notebook.execution import Execution
from sfn_notebook.notebook.executions import Executions
from sfn_notebook.notebook.fragment import fragment
from sfn_notebook.notebook.loading import load
from sfn_notebook.notebook.machine import StateMachine
from sfn_notebook.notebook.map_runs import MapRun
from sfn_notebook.notebook.mocks import error
from sfn_notebook.notebook.opening import aws, connect, local
from sfn_notebook.notebook.pending import PendingTask
from sfn_notebook.notebook.scratchpad import Tried, try_
from sfn_notebook.notebook.secret import secret
from sfn_notebook.notebook.session import Session
from sfn_notebook.notebook.states_run import StateRun
from sfn_notebook.notebook.tested import StateTest
from sfn_notebook.notebook.values import ctx, path, q, token

if TYPE_CHECKING:
    from sfn_notebook import display, widgets
    from sfn_notebook.engine import Limits
else:
    __getattr__ = loaded_when_used(__name__, display="", widgets="", engine="Limits")

_display.filled_by("sfn_notebook.display", "sfn_notebook.widgets")

__version__ = version("sfn-notebook")

logging.getLogger(__name__).addHandler(logging.NullHandler())

__all__ = [
    "AccessDenied",
    "Connection",
    "CredentialsRefused",
    "DataFlow",
    "EndpointUnreachable",
    "EventStream",
    "Events",
    "Execution",
    "ExecutionAborted",
    "ExecutionError",
    "ExecutionFailed",
    "ExecutionTimedOut",
    "Executions",
    "ExpressionError",
    "InvalidArgument",
    "InvalidDefinition",
    "InvalidInput",
    "InvalidJson",
    "InvalidToken",
    "Limits",
    "MapRun",
    "MissingDependency",
    "NotAvailable",
    "NotFound",
    "NothingPending",
    "PendingTask",
    "ServiceError",
    "Session",
    "SessionClosed",
    "SessionFileError",
    "SfnNotebookError",
    "StateMachine",
    "StateRun",
    "StateTest",
    "StillRunning",
    "TaskDoesNotExist",
    "TaskTimedOut",
    "TaskTokenError",
    "Throttled",
    "Tried",
    "UnknownKeyword",
    "UnknownName",
    "asl",
    "aws",
    "connect",
    "ctx",
    "display",
    "draw",
    "error",
    "errors",
    "fragment",
    "history",
    "integrations",
    "lint",
    "load",
    "local",
    "mocks",
    "path",
    "q",
    "secret",
    "token",
    "try_",
    "widgets",
]
