"""The tutorials: twice in one kernel, and nothing private in what was saved.

That their outputs are as committed, in a fresh kernel, is `pytest --nbval notebooks`.
"""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).parents[2] / "notebooks"
TUTORIALS = sorted(FOLDER.glob("*.ipynb"))
pytestmark = pytest.mark.notebooks


def run(notebook: Any) -> Any:
    NotebookClient(notebook, timeout=120, store_widget_state=False).execute(cwd=str(FOLDER))
    return notebook


def code_cells(notebook: Any) -> list[Any]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def shown(cell: Any) -> list[str]:
    """What a cell printed and the plain text of what it showed."""
    return [output.get("text") or output.get("data", {}).get("text/plain", "") for output in cell.outputs]


def test_there_are_tutorials() -> None:
    assert [path.name[:2] for path in TUTORIALS][:7] == ["01", "02", "03", "04", "05", "06", "07"]


@pytest.mark.kernels
@pytest.mark.parametrize("path", TUTORIALS, ids=lambda path: path.stem)
def test_all_cells_again_in_the_same_kernel_show_the_same(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    again = copy.deepcopy(notebook.cells)
    for cell in again:
        cell["id"] += "-again"
    notebook.cells += again
    cells = code_cells(run(notebook))
    half = len(cells) // 2
    for first, second in zip(cells[:half], cells[half:], strict=True):
        assert shown(second) == shown(first), first.source


@pytest.mark.parametrize("path", TUTORIALS, ids=lambda path: path.stem)
def test_nothing_of_this_machine_is_saved(path: Path) -> None:
    text = path.read_text("utf-8")
    home = re.escape(str(Path.home()))
    for private in (r"\b\d{12}\b", r"arn:aws:states:[a-z0-9-]+:", r"[0-9a-f]{8}-[0-9a-f]{4}-", rf"{home}/\w", r"/tmp/"):
        assert not re.search(private, text), private
