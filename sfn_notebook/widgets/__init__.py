"""What stays alive in a front end: `execution.watch()`, and the buttons while a cell is blocked."""

from sfn_notebook.widgets.form import ArgumentsForm
from sfn_notebook.widgets.live import LiveView

__all__ = ["ArgumentsForm", "LiveView"]
