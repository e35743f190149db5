"""State machines in the files of the Serverless Framework (its plugin serverless-step-functions)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from sfn_notebook.errors import InvalidDefinition
from sfn_notebook.formats.definition_text import definition, parse
from sfn_notebook.formats.found import Candidate, Fetch, Found, one_of, texts
from sfn_notebook.formats.placeholders import Placeholders

_FILE: Final = re.compile(r"\$\{\s*file\(\s*([^)]+?)\s*\)\s*(?::([\w.]+))?\s*\}")


def candidates(document: Mapping[str, Any], *, fetch: Fetch, text: str | None = None) -> list[Candidate]:
    """The state machines of a serverless.yml.

    Raises:
        InvalidDefinition: there is none.
    """
    section = _included(document.get("stepFunctions"), fetch)
    machines = _included(section.get("stateMachines"), fetch) if isinstance(section, Mapping) else None
    inline = isinstance(machines, Mapping) and machines is _written_here(document)
    parts = [_included(part, fetch) for part in (machines if isinstance(machines, list) else [machines])]
    found = [
        _candidate(name, one, fetch, text if inline else None)
        for part in parts
        if isinstance(part, Mapping)
        for name, one in part.items()
    ]
    if not found:
        raise InvalidDefinition("there is no state machine in this file: stepFunctions.stateMachines is empty.")
    return found


def _written_here(document: Mapping[str, Any]) -> Any:
    """`stepFunctions.stateMachines` as it stands in the file itself."""
    section = document.get("stepFunctions")
    return section.get("stateMachines") if isinstance(section, Mapping) else None


def _candidate(name: str, given: Any, fetch: Fetch, text: str | None) -> Candidate:
    outright = given.get("name") if isinstance(given, Mapping) else None
    return Candidate(texts(name, outright), lambda: _read(name, given, fetch, text))


def _read(name: str, given: Any, fetch: Fetch, text: str | None) -> Found:
    machine = _included(given, fetch)
    if not isinstance(machine, Mapping) or "definition" not in machine:
        raise InvalidDefinition(f"{name!r} has no definition.")
    holders = Placeholders()
    made = _included(machine["definition"], fetch)
    here = machine is given and made is machine["definition"]
    role = machine.get("role")
    level = machine.get("loggingConfig")
    return Found(
        name=next(iter(texts(machine.get("name"))), name),
        definition=definition(holders.visible(made), where=repr(name)),
        format="serverless",
        type=one_of(machine.get("type"), "STANDARD", "EXPRESS"),
        role=role if isinstance(role, str) and role.startswith("arn:") else None,
        logging=one_of(level.get("level"), "ALL", "ERROR", "FATAL", "OFF") if isinstance(level, Mapping) else None,
        substitutions=holders.values,
        dialect="cloudformation",
        text=text if here else None,
        steps=("stepFunctions", "stateMachines", name, "definition"),
    )


def _included(value: Any, fetch: Fetch) -> Any:
    """What `${file(other.yml):key}` stands for; all else as it is."""
    found = _FILE.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        return value
    made = parse(fetch(found[1]), file=found[1])
    for key in (found[2] or "").split("."):
        if key:
            made = made.get(key) if isinstance(made, Mapping) else None
    return made
