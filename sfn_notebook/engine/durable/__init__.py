"""Sessions that outlive their process: machines, executions, histories and what waits, in an SQLite file."""

from sfn_notebook.engine.durable.keeper import FileKeeper

__all__ = ["FileKeeper"]
