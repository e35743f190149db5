"""State machines in Terraform's files: plans and states as JSON, `*.tf.json`, and the texts in `*.tf`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from sfn_notebook.errors import InvalidDefinition
from sfn_notebook.formats import hcl
from sfn_notebook.formats.definition_text import definition
from sfn_notebook.formats.found import Candidate, Fetch, Found, one_of, texts

KIND: Final = "aws_sfn_state_machine"
_HINT: Final = "Load the plan: terraform plan -out p && terraform show -json p > plan.json."


def plan_candidates(plan: Mapping[str, Any]) -> list[Candidate]:
    """The state machines of `terraform show -json`: of a plan, else of a state.

    Raises:
        InvalidDefinition: there is none.
    """
    found = {
        str(one.get("address")): _planned(one.get("address"), one.get("values"))
        for part in ("planned_values", "values")
        for one in _resources(_inside(plan, part, "root_module"))
    }
    changes = plan.get("resource_changes")
    for one in changes if isinstance(changes, list) else ():
        if isinstance(one, Mapping) and one.get("type") == KIND and str(one.get("address")) not in found:
            after = _inside(one, "change", "after")
            if after is not None:
                found[str(one.get("address"))] = _planned(one.get("address"), after)
    if not found:
        raise InvalidDefinition(f"there is no state machine in this plan: no {KIND}.")
    return list(found.values())


def _resources(module: Any) -> Iterator[Mapping[str, Any]]:
    waiting = [module]
    while waiting:
        one = waiting.pop(0)
        if isinstance(one, Mapping):
            listed = one.get("resources")
            yield from (
                each
                for each in (listed if isinstance(listed, list) else ())
                if isinstance(each, Mapping) and each.get("type") == KIND and each.get("mode", "managed") == "managed"
            )
            children = one.get("child_modules")
            waiting.extend(children if isinstance(children, list) else ())


def _inside(value: Any, *steps: str) -> Any:
    for step in steps:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def _planned(address: Any, values: Any) -> Candidate:
    name = str(address)
    given = values if isinstance(values, Mapping) else {}
    last = name.rpartition(".")[2]

    def read() -> Found:
        if given.get("definition") is None:
            raise InvalidDefinition(
                f"the definition of {name} is known only after apply.", hint="Apply it, and load it by its ARN."
            )
        return _found(last, given)

    return Candidate(texts(name, given.get("name"), last), read)


def _found(name: str, given: Mapping[str, Any]) -> Found:
    role, logs = given.get("role_arn"), given.get("logging_configuration")
    log = logs[0] if isinstance(logs, list) and logs else logs
    return Found(
        name=next(iter(texts(given.get("name"))), name),
        definition=definition(given["definition"], where=repr(name)),
        format="terraform",
        type=one_of(given.get("type"), "STANDARD", "EXPRESS"),
        role=role if isinstance(role, str) and role.startswith("arn:") else None,
        logging=one_of(log.get("level"), "ALL", "ERROR", "FATAL", "OFF") if isinstance(log, Mapping) else None,
        dialect="terraform",
    )


def file_candidates(document: Mapping[str, Any]) -> list[Candidate]:
    """The state machines of a `*.tf.json`.

    Raises:
        InvalidDefinition: there is none.
    """
    blocks = document.get("resource")
    found = [
        _written(name, body)
        for block in (blocks if isinstance(blocks, list) else [blocks])
        if isinstance(block, Mapping)
        for group in _listed(block.get(KIND))
        for name, bodies in group.items()
        for body in _listed(bodies)
    ]
    if not found:
        raise InvalidDefinition(f"there is no state machine in this file: no {KIND}.")
    return found


def _listed(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, Mapping)]


def _written(name: str, body: Mapping[str, Any]) -> Candidate:
    def read() -> Found:
        text = body.get("definition")
        if not isinstance(text, str):
            raise InvalidDefinition(f"{name!r} has no definition that is a text.", hint=_HINT)
        return _template(name, text, body)

    return Candidate(texts(name, body.get("name")), read)


def text_candidates(text: str, *, fetch: Fetch) -> list[Candidate]:
    """The state machines of a `*.tf` whose definitions are texts: heredocs, strings, `file(...)`.

    Raises:
        InvalidDefinition: there is none.
    """
    found = [_block(block, fetch) for block in hcl.resources(text, KIND)]
    if not found:
        raise InvalidDefinition(f"there is no state machine in this file: no resource {KIND!r}.")
    return found


def _block(block: hcl.Resource, fetch: Fetch) -> Candidate:
    def read() -> Found:
        given = block.attributes.get("definition", "")
        if given.startswith("file("):
            name = re.fullmatch(r'file\(\s*"(?:\$\{path\.(?:module|root|cwd)\}/)?([^"$]+)"\s*\)', given)
            if name is not None:
                return _found(block.name, {**block.texts, "definition": fetch(name[1])})
        text = block.texts.get("definition")
        if text is None:
            raise InvalidDefinition(
                f"the definition of {block.name!r} is an expression of Terraform's: {given[:60]!r}.", hint=_HINT
            )
        return _template(block.name, text, block.texts)

    return Candidate(texts(block.name, block.texts.get("name")), read)


def _template(name: str, text: str, given: Mapping[str, Any]) -> Found:
    if re.fullmatch(r"\s*\$\{\s*\w+\(.*\)\s*\}\s*", text, re.DOTALL):
        raise InvalidDefinition(
            f"the definition of {name!r} is an expression of Terraform's: {text.strip()[:60]!r}.", hint=_HINT
        )
    found = _found(name, {**given, "definition": hcl.unescaped(text)})
    return replace(found, substitutions={one: f"${{{one}}}" for one in hcl.expressions(text)})
