"""What differs between two definitions."""

from sfn_notebook.diff.compare import Change, Changes, FieldChange, compare

__all__ = ["Change", "Changes", "FieldChange", "compare"]
