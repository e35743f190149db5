"""What is wrong with a definition, doubtful in it, or worth knowing: pure, quick, and never raising."""

from sfn_notebook.lint.check import check, check_text
from sfn_notebook.lint.deciding import Fixed, checked_ignore, fix, ignoring
from sfn_notebook.lint.fixes import Edit
from sfn_notebook.lint.listing import Rules, rules
from sfn_notebook.lint.report import GLYPHS, Ignored, Problem, Report, Severity
from sfn_notebook.lint.rules import RULES, Rule, problem

__all__ = [
    "GLYPHS",
    "RULES",
    "Edit",
    "Fixed",
    "Ignored",
    "Problem",
    "Report",
    "Rule",
    "Rules",
    "Severity",
    "check",
    "check_text",
    "checked_ignore",
    "fix",
    "ignoring",
    "problem",
    "rules",
]
