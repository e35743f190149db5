"""Every rule has a case that it accepts and one that it refuses, in `cases/`; and each problem has its parts."""

import json
from pathlib import Path
from typing import Any

import pytest

import sfn_notebook as sfn
from sfn_notebook import asl, lint

CASES = Path(__file__).parent / "cases"


def said(case: dict[str, Any]) -> lint.Report:
    """What lint says of a case: a definition, a text, or cells that build a machine."""
    kind = case.get("type", "STANDARD")
    if "cells" in case:
        sm = sfn.StateMachine("case", type=kind)
        exec(case["cells"], {"sm": sm, "q": sfn.q})
        return sm.lint()
    if "text" in case:
        return lint.check_text(case["text"] + " " * case.get("padding", 0), type=kind)
    report = lint.check(asl.read(case["definition"]), type=kind, functions=case.get("functions", {}))
    return lint.ignoring(report, lint.checked_ignore(case.get("ignore", {})))


def test_every_rule_has_its_cases_and_every_case_its_rule() -> None:
    assert {file.stem for file in CASES.glob("*.json")} == set(lint.RULES)


@pytest.mark.parametrize("name", lint.RULES)
def test_each_rule_by_its_cases(name: str) -> None:
    case = json.loads((CASES / f"{name}.json").read_text("utf-8"))
    assert [one for one in said(case["accepted"]) if one.rule == name or one.severity == "error"] == []
    problem = next(one for one in said(case["refused"]) if one.rule == name)
    parts = {key: getattr(problem, key) for key in ("code", "severity", "pointer", "message", "hint")}
    assert parts == case["problem"]
    assert problem.code == lint.RULES[name].code
    assert problem.message
    assert problem.hint
    assert not problem.pointer or problem.pointer.startswith("/")


@pytest.mark.parametrize("name", lint.RULES)
def test_what_is_mended_is_gone_and_nothing_else_is_new(name: str) -> None:
    case = json.loads((CASES / f"{name}.json").read_text("utf-8"))["refused"]
    if "definition" not in case:
        return
    before = said(case)
    made = lint.fix(case["definition"], type=case.get("type", "STANDARD"))
    assert made.report.fixable == []
    assert bool(made.edits) == bool(before.fixable)
    if made.edits:
        assert len(made.report) < len(before)
    else:
        assert made.definition == case["definition"]


def test_the_list_of_rules_is_the_same_text_each_time() -> None:
    listed = lint.rules()
    assert len(listed) == len(lint.RULES)
    assert repr(listed) == repr(lint.rules())
    assert repr(listed).startswith("✗ MISSING_DESCRIPTION (missing): Received a null or empty workflow input.")
    assert "<table" in listed._repr_mimebundle_()["text/html"]
