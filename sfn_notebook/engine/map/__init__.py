"""Map states: inline, where an iteration is a branch, and distributed, where it is an execution of its own."""

from sfn_notebook.engine.map.state import compile_map

__all__ = ["compile_map"]
