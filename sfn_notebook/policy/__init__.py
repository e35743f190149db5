"""The least-privilege role of a definition."""

from sfn_notebook.policy.check import policy
from sfn_notebook.policy.resources import Place
from sfn_notebook.policy.statements import Policy, Statement, hidden

__all__ = ["Place", "Policy", "Statement", "hidden", "policy"]
