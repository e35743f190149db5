"""Definitions refused as AWS refuses them: what `lint` finds, in the form of the API's diagnostics.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinition.html
"""

from __future__ import annotations

import re
from typing import Any, Final

from sfn_notebook import _json, asl, lint
from sfn_notebook.engine.api.faults import Fault
from sfn_notebook.engine.api.jackson import BEYOND, explain
from sfn_notebook.engine.api.store import Store
from sfn_notebook.errors import InvalidJson

Request = dict[str, Any]
MOST: Final = 100  # diagnostics an answer holds
ERRORS: Final = frozenset(
    {
        "INVALID_JSON_DESCRIPTION",
        "MISSING_DESCRIPTION",
        "SCHEMA_VALIDATION_FAILED",
        "INVALID_RESOURCE",
        "MISSING_END_STATE",
        "DUPLICATE_STATE_NAME",
        "INVALID_STATE_NAME",
        "DUPLICATE_LABEL_NAME",
        "INVALID_LABEL_NAME",
        "MISSING_TRANSITION_TARGET",
        "TOO_DEEPLY_NESTED",
        "INVALID_JSONATA_EXPRESSION",
        "UNSUPPORTED_JSONATA_EXPRESSION",
    }
)
WARNINGS: Final = frozenset({"NO_DOLLAR", "NO_PATH", "PASS_RESULT_IS_STATIC"})
_INDEX: Final = re.compile(r"/(\d+)(?=/|$)")


def diagnostics(definition: str, type: str) -> list[Request]:
    """What is wrong with a definition, as ValidateStateMachineDefinition says it: errors first.

    >>> diagnostics('{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "A"}}}', "STANDARD")
    [{'severity': 'ERROR', 'code': 'MISSING_END_STATE', 'message': 'Workflow has no terminal state'}]
    """
    if not definition.strip() or definition.strip() == "null":
        return [_diagnostic("ERROR", "MISSING_DESCRIPTION", lint.RULES["missing"].message, None)]
    try:
        value = _json.loads(definition)
    except InvalidJson:
        refusal = explain(definition)
        if refusal.reason == BEYOND:
            return [_diagnostic("ERROR", "TOO_DEEPLY_NESTED", lint.RULES["too_deep"].message, None)]
        return [_diagnostic("ERROR", "INVALID_JSON_DESCRIPTION", refusal.text, refusal.place)]
    if not isinstance(value, dict):
        return [_diagnostic("ERROR", "SCHEMA_VALIDATION_FAILED", "Definition must be a valid JSON object", "/")]
    found = [shown for one in lint.check_text(definition, type=type) if (shown := _shown(one)) is not None]
    if all(one["code"] != "TOO_DEEPLY_NESTED" for one in found):
        found = _with_missing_ends(found, asl.read(value))
    return sorted(found, key=lambda one: one["severity"] != "ERROR")


def _with_missing_ends(found: list[Request], top: asl.Machine) -> list[Request]:
    """Say that there is no terminal state also where an edge leads to nothing.

    `lint` does not, for a person at work still has to say where that edge leads; AWS says both, and then nothing
    of states that cannot be reached.
    """
    if any(one["code"] == "MISSING_END_STATE" for one in found):
        return found
    for machine in top.machines():
        states = machine.states.values()
        if states and all(not state.ends and ("Next" in state.fields or state.type == "Choice") for state in states):
            pointers = {_location(state.pointer) for state in states}
            found = [
                one for one in found if one.get("location") not in pointers or "not reachable" not in one["message"]
            ]
            found.append(_diagnostic("ERROR", "MISSING_END_STATE", "Workflow has no terminal state", None))
    return found


def _shown(one: lint.Problem) -> Request | None:
    if one.severity == "error":
        code = one.code if one.code in ERRORS else "SCHEMA_VALIDATION_FAILED"
        # recorded so: this one has no location
        return _diagnostic("ERROR", code, one.message, None if code == "MISSING_END_STATE" else _location(one.pointer))
    if one.code in WARNINGS:
        return _diagnostic("WARNING", one.code, one.message, _location(one.pointer))
    return None


def _diagnostic(severity: str, code: str, message: str, location: str | None) -> Request:
    made = {"severity": severity, "code": code, "message": message}
    return made if location is None else {**made, "location": location}


def _location(pointer: str) -> str:
    """A JSON pointer as AWS writes it.

    >>> _location("/States/C/Choices/0/Next")
    '/States/C/Choices[0]/Next'
    """
    return _INDEX.sub(r"[\1]", pointer).replace("~1", "/").replace("~0", "~") or "/"


def validate_state_machine_definition(store: Store, request: Request) -> Request:
    """ValidateStateMachineDefinition."""
    found = diagnostics(request["definition"], request.get("type", "STANDARD"))
    failed = any(one["severity"] == "ERROR" for one in found)
    if request.get("severity", "ERROR") == "ERROR":
        found = [one for one in found if one["severity"] == "ERROR"]
    most = request.get("maxResults") or MOST
    return {"result": "FAIL" if failed else "OK", "diagnostics": found[:most], "truncated": len(found) > most}


def refuse_invalid(definition: str, type: str) -> None:
    """Refuse a definition with errors.

    Raises:
        Fault: InvalidDefinition, with all of them.
    """
    errors = [one for one in diagnostics(definition, type) if one["severity"] == "ERROR"]
    if errors:
        raise Fault("InvalidDefinition", f"Invalid State Machine Definition: '{', '.join(map(_sentence, errors))}'")


def _sentence(one: Request) -> str:
    location = "" if one["code"] == "INVALID_JSON_DESCRIPTION" else f" at {one.get('location', 'null')}"
    return f"{one['code']}: {one['message']}{location}"
