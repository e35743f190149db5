"""What executions of a machine cost."""

from sfn_notebook.cost.estimate import Job, estimate, expected, priced
from sfn_notebook.cost.values import Cost, Polled, number

__all__ = ["Cost", "Job", "Polled", "estimate", "expected", "number", "priced"]
