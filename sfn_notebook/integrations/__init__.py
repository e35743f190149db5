"""What a Task can call: resources, their services, actions and integration patterns."""

from sfn_notebook.integrations.actions import Action, plain
from sfn_notebook.integrations.arguments import argument_faults
from sfn_notebook.integrations.calls import action_of, call_faults
from sfn_notebook.integrations.faults import Fault, FaultKind
from sfn_notebook.integrations.resource import SUFFIX_OF, Kind, Pattern, Resource, parse_resource
from sfn_notebook.integrations.rows import Row, optimized_row, optimized_rows

__all__ = [
    "SUFFIX_OF",
    "Action",
    "Fault",
    "FaultKind",
    "Kind",
    "Pattern",
    "Resource",
    "Row",
    "action_of",
    "argument_faults",
    "call_faults",
    "optimized_row",
    "optimized_rows",
    "parse_resource",
    "plain",
]
