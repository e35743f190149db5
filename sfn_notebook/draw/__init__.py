"""Drawing: a machine as SVG, PNG, PDF, DOT, Mermaid and text."""

from sfn_notebook.draw.drawing import Graph, graph
from sfn_notebook.draw.palette import ROLES, Theme

__all__ = ["ROLES", "Graph", "Theme", "graph"]
