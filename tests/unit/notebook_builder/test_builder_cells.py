import sys
from types import SimpleNamespace

import pytest

from sfn_notebook.notebook import cells
from sfn_notebook.notebook.machine import StateMachine
from sfn_notebook.notebook.values import q


class Notebook:
    """IPython as far as it is asked: which cell runs, and for the how manieth time anything does."""

    def __init__(self, *, ids=True):
        self.ids = ids
        self.execution_count = 0
        self.cell = None

    def get_parent(self):
        return {"metadata": {"cellId": self.cell} if self.ids else {}}

    def run(self, cell, source):
        self.cell = cell
        self.execution_count += 1
        source()


@pytest.fixture(params=[True, False], ids=["cell ids", "execution counts only"])
def notebook(request, monkeypatch):
    shell = Notebook(ids=request.param)
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    return shell


def errors(sm):
    return [entry["ErrorEquals"][0] for entry in sm.definition["States"]["T"].get("Retry", [])]


def test_plain_python_has_no_cells(monkeypatch):
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    assert cells.current() == cells.NO_CELL


def test_a_cell_replaces_what_it_said_and_leaves_what_others_said(notebook):
    sm = StateMachine("m")
    handle = []
    notebook.run("a", lambda: handle.append(sm.lambda_invoke("T", "f").retry("A")))
    notebook.run("b", lambda: handle[-1].retry("B"))
    assert errors(sm) == ["A", "B"]
    notebook.run("a", lambda: handle.append(sm.lambda_invoke("T", "f").retry("A2")))
    assert errors(sm) == ["A2", "B"]
    if notebook.ids:  # only then a cell that declares nothing is known again when it was edited
        notebook.run("b", lambda: handle[-1].retry("B2").retry("B3"))
        assert errors(sm) == ["A2", "B2", "B3"]


def test_rules_of_two_cells_stay_when_one_runs_again(notebook):
    sm = StateMachine("m")

    def first():
        sm.choice("T").when(q("$a"), "X").when(q("$b"), "X")

    notebook.run("a", first)
    notebook.run("b", lambda: sm["T"].when(q("$c"), "X"))
    notebook.run("a", first)
    conditions = [entry["Condition"] for entry in sm.definition["States"]["T"]["Choices"]]
    assert conditions == ["{% $a %}", "{% $b %}", "{% $c %}"]


def test_another_cell_that_declares_the_choice_anew_takes_it_over(notebook):
    sm = StateMachine("m")
    notebook.run("a", lambda: sm.choice("T").when(q("$a"), "X"))
    notebook.run("b", lambda: sm.choice("T").when(q("$b"), "Y"))
    assert sm.definition["States"]["T"]["Choices"] == [{"Condition": "{% $b %}", "Next": "Y"}]


def test_a_kernel_that_tells_nothing_is_no_reason_to_fail(monkeypatch):
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: None))
    assert cells.current() == cells.NO_CELL
    shell = SimpleNamespace(execution_count=3, get_parent=lambda: None)
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    assert cells.current() == cells.Cell(None, 3)
