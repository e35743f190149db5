"""What a Task can call: resources, their services, actions and integration patterns."""

from sfn_notebook.integrations.actions import Action, plain
from sfn_notebook.integrations.arguments import argument_faults
from sfn_notebook.integrations.calls import action_of, call_faults
from sfn_notebook.integrations.faults import Fault, FaultKind
from sfn_notebook.integrations.finding import Found, Hit, search
from sfn_notebook.integrations.namespaces import Call, aws, call_of, optimized
from sfn_notebook.integrations.options import Options, options
from sfn_notebook.integrations.resource import SUFFIX_OF, Kind, Pattern, Resource, parse_resource
from sfn_notebook.integrations.rows import Row, optimized_row, optimized_rows
from sfn_notebook.integrations.ways import Way

__all__ = [
    "SUFFIX_OF",
    "Action",
    "Call",
    "Fault",
    "FaultKind",
    "Found",
    "Hit",
    "Kind",
    "Options",
    "Pattern",
    "Resource",
    "Row",
    "Way",
    "action_of",
    "argument_faults",
    "aws",
    "call_faults",
    "call_of",
    "optimized",
    "optimized_row",
    "optimized_rows",
    "options",
    "parse_resource",
    "plain",
    "search",
]
