"""Showing: the only place that makes HTML and MIME bundles. Importing it registers how each thing is shown."""

from sfn_notebook.display import catalogue, checks, data_flow, definitions, executions, state_tests
from sfn_notebook.display.html import Html, escape
from sfn_notebook.display.page import page

__all__ = ["Html", "catalogue", "checks", "data_flow", "definitions", "escape", "executions", "page", "state_tests"]
