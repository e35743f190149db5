"""The Amazon States Language as frozen values: the field table, reading, walking."""

from sfn_notebook.asl.fields import BOTH, JSONATA, JSONPATH, KEYWORDS, PART_FIELDS, STATE_FIELDS, STATE_TYPES
from sfn_notebook.asl.model import Edge, Machine, State, read

__all__ = [
    "BOTH",
    "JSONATA",
    "JSONPATH",
    "KEYWORDS",
    "PART_FIELDS",
    "STATE_FIELDS",
    "STATE_TYPES",
    "Edge",
    "Machine",
    "State",
    "read",
]
