"""Definitions refused as AWS refuses them: what `lint` finds, in the form of the API's diagnostics.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinition.html
"""

from __future__ import annotations

from collections.abc import Mapping
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
    top = asl.read(value)
    found = [shown for one in lint.check(top, type=type) if (shown := _shown(one, top)) is not None]
    if all(one["code"] != "TOO_DEEPLY_NESTED" for one in found):
        found = _with_missing_ends(found, top)
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
            pointers = {_location(state.pointer, top.fields) for state in states}
            found = [
                one for one in found if one.get("location") not in pointers or "not reachable" not in one["message"]
            ]
            found.append(_diagnostic("ERROR", "MISSING_END_STATE", "Workflow has no terminal state", None))
    return found


def _shown(one: lint.Problem, top: asl.Machine) -> Request | None:
    location = _location(one.pointer, top.fields)
    if one.severity == "error":
        code = one.code if one.code in ERRORS else "SCHEMA_VALIDATION_FAILED"
        # recorded so: this one has no location
        return _diagnostic("ERROR", code, one.message, None if code == "MISSING_END_STATE" else location)
    if one.code in WARNINGS:
        return _diagnostic("WARNING", one.code, one.message, location)
    return None


def _diagnostic(severity: str, code: str, message: str, location: str | None) -> Request:
    made = {"severity": severity, "code": code, "message": message}
    return made if location is None else {**made, "location": location}


def _location(pointer: str, definition: Any) -> str:
    """A JSON pointer into a definition as AWS writes it: an index in brackets, names as they are.

    >>> _location("/States/1/Choices/0/Next", {"States": {"1": {"Choices": [{"Next": "B"}]}}})
    '/States/1/Choices[0]/Next'
    """
    written, here = "", definition
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(here, list) and name.isdecimal():
            written += f"[{name}]"
            here = here[int(name)] if int(name) < len(here) else None
        else:
            written += f"/{name}"
            here = here.get(name) if isinstance(here, Mapping) else None
    return written or "/"


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
