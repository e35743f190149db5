"""What is likely wrong with an expression that found nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from sfn_notebook.asl import JSONATA
from sfn_notebook.errors import ExpressionError, did_you_mean
from sfn_notebook.expressions import jsonata
from sfn_notebook.expressions.scope import Scope

_NAMES: Final = r"((?:\.[^\W\d]\w*)+)"
_VARIABLE: Final = re.compile(r"(?<![\w$.'\]])\$([^\W\d]\w*)")
_STATES: Final = re.compile(rf"\$states\.(input|result|errorOutput|context)\b{_NAMES}?")
_KEYWORDS: Final[Mapping[str, str]] = {"input": "input", "result": "result", "errorOutput": "error_output"}
_PATHS: Final = re.compile(rf"(?<![\w$])(\$\$?){_NAMES}")


def hint_for(text: str, language: str, scope: Scope) -> str | None:
    """How to mend an expression that failed; None where nothing can be seen.

    >>> hint_for("{% $states.input.totl %}", "JSONata", Scope(states={"input": {"total": 1}}))
    "$states.input has no 'totl'. Did you mean 'total'?"
    """
    return _of_query(text, scope) if language == JSONATA else _of_path(text, scope)


def _of_query(text: str, scope: Scope) -> str | None:
    try:
        found = jsonata.reads(text)
    except ExpressionError:
        return None
    if found.top_level:
        name = found.top_level[0]
        return f"Nothing stands at the top in Step Functions: {name} is $states.input.{name}, say."
    for name in sorted(found.variables - set(scope.variables)):
        return _no_variable(name, scope)
    for match in _STATES.finditer(text):
        part, names = match.groups()
        document = scope.context if part == "context" else scope.states.get(part)
        if part != "context" and part not in scope.states:
            return f"There is no $states.{part} here: give {_KEYWORDS[part]}=..., or a state of an execution."
        if (hint := _missing(f"$states.{part}", document, names or "")) is not None:
            return hint
    return None


def _of_path(text: str, scope: Scope) -> str | None:
    for name in _VARIABLE.findall(text):
        if name not in scope.variables:
            return _no_variable(name, scope)
    for match in _PATHS.finditer(text):
        root, names = match.groups()
        if (hint := _missing(root, scope.document(root), names)) is not None:
            return hint
    return None


def _no_variable(name: str, scope: Scope) -> str:
    known = f" {did_you_mean(name, scope.variables)}" if scope.variables else ""
    return f"There is no variable ${name} here: give variables={{{name!r}: ...}}.{known}"


def _missing(root: str, document: Any, names: str) -> str | None:
    """What is said of the first name on the way that is not there."""
    here, walked = document, root
    for name in names.split(".")[1:]:
        if not isinstance(here, Mapping):
            return None
        if name not in here:
            if root in ("$$", "$states.context") and not document:
                return "There is no context object here: give context={...}, or a state of an execution."
            return f"{walked} has no {name!r}. {did_you_mean(name, here)}"
        here, walked = here[name], f"{walked}.{name}"
    return None
