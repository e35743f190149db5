"""Events folded into what people look at: the one reducer, its visits, and one line per event."""

from sfn_notebook._status import STATUSES
from sfn_notebook.history.describe import describe, details_of, readable, short
from sfn_notebook.history.folds import DESK
from sfn_notebook.history.run import Changes, Run
from sfn_notebook.history.tokens import MASKED, mask, mask_value, token_of
from sfn_notebook.history.visits import Attempt, Pending, Scope, Visit

__all__ = [
    "DESK",
    "MASKED",
    "STATUSES",
    "Attempt",
    "Changes",
    "Pending",
    "Run",
    "Scope",
    "Visit",
    "describe",
    "details_of",
    "mask",
    "mask_value",
    "readable",
    "short",
    "token_of",
]
