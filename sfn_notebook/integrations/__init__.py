"""What a Task can call: resources, their services, actions and integration patterns."""

from sfn_notebook.integrations.resource import SUFFIX_OF, Kind, Pattern, Resource, parse_resource
from sfn_notebook.integrations.rows import Row, optimized_row, optimized_rows

__all__ = [
    "SUFFIX_OF",
    "Kind",
    "Pattern",
    "Resource",
    "Row",
    "optimized_row",
    "optimized_rows",
    "parse_resource",
]
