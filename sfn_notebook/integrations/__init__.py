"""What a Task can call: resources, their services, actions and integration patterns."""

from sfn_notebook.integrations.resource import SUFFIX_OF, Kind, Pattern, Resource, parse_resource

__all__ = ["SUFFIX_OF", "Kind", "Pattern", "Resource", "parse_resource"]
