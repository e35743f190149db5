"""Every operation of the Step Functions API, answered by the engine."""

from sfn_notebook.engine.api.activities import CALLER_GONE
from sfn_notebook.engine.api.faults import Fault
from sfn_notebook.engine.api.operations import OPERATIONS
from sfn_notebook.engine.api.store import Store
from sfn_notebook.engine.api.wire import Answer, Api

__all__ = ["CALLER_GONE", "OPERATIONS", "Answer", "Api", "Fault", "Store"]
