"""Drawing: a machine as SVG, PNG, PDF, DOT, Mermaid and text."""

from typing import TYPE_CHECKING

from sfn_notebook._lazy import loaded_when_used

if TYPE_CHECKING:
    from sfn_notebook.draw.drawing import Graph, graph
    from sfn_notebook.draw.palette import ROLES, Theme
else:
    __getattr__ = loaded_when_used(__name__, drawing="Graph graph", palette="ROLES Theme")

__all__ = ["ROLES", "Graph", "Theme", "graph"]
