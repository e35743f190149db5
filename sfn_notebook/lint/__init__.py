"""What is wrong with a definition, doubtful in it, or worth knowing: pure, quick, and never raising."""

from sfn_notebook.lint.check import check, check_text
from sfn_notebook.lint.report import GLYPHS, Problem, Report
from sfn_notebook.lint.rules import RULES, Rule, problem

__all__ = ["GLYPHS", "RULES", "Problem", "Report", "Rule", "check", "check_text", "problem"]
