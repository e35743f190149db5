"""Which notebook cell is speaking, so that a re-run cell replaces what it said before."""

from __future__ import annotations

import sys
from typing import Any, Final, NamedTuple


class Cell(NamedTuple):
    """The cell that runs now.

    Attributes:
        id: Its id in the notebook, where the front end tells it (JupyterLab, Notebook 7, VS Code), else None.
        run: The execution count; 0 outside IPython.
    """

    id: str | None
    run: int


NO_CELL: Final = Cell(None, 0)
"""Plain Python, where there are no cells."""


def current() -> Cell:
    """The cell that runs now; `NO_CELL` in plain Python."""
    ipython = sys.modules.get("IPython")  # not imported here: without IPython there are no cells
    shell: Any = ipython.get_ipython() if ipython is not None else None
    if shell is None:
        return NO_CELL
    get_parent = getattr(shell, "get_parent", None)  # only kernels have it
    parent = get_parent() if get_parent is not None else None
    metadata = parent.get("metadata") if isinstance(parent, dict) else None
    cell_id = metadata.get("cellId") if isinstance(metadata, dict) else None
    return Cell(cell_id if isinstance(cell_id, str) else None, int(getattr(shell, "execution_count", 0)))
