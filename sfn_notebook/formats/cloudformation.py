"""State machines in CloudFormation and SAM templates, those that the CDK writes among them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sfn_notebook.errors import InvalidDefinition
from sfn_notebook.formats.definition_text import definition
from sfn_notebook.formats.found import Candidate, Fetch, Found, one_of, texts
from sfn_notebook.formats.placeholders import Placeholders, filled_value, is_intrinsic

RAW: Final = "AWS::StepFunctions::StateMachine"
SAM: Final = "AWS::Serverless::StateMachine"
# resource type -> the property with its name, with its type, with the place of its file
_PROPERTIES: Final[Mapping[str, tuple[str, str, str]]] = {
    RAW: ("StateMachineName", "StateMachineType", "DefinitionS3Location"),
    SAM: ("Name", "Type", "DefinitionUri"),
}


def candidates(template: Mapping[str, Any], *, fetch: Fetch, text: str | None = None) -> list[Candidate]:
    """The state machines of a template.

    Args:
        template: The template.
        fetch: Reads a file that it names.
        text: Its YAML text, for the comments.

    Raises:
        InvalidDefinition: there is none; the message says what there is.
    """
    resources = template.get("Resources")
    if not isinstance(resources, Mapping):
        raise InvalidDefinition("a template's Resources is an object of resources by name.")
    found = [
        _candidate(name, resource, fetch, text)
        for name, resource in resources.items()
        if isinstance(resource, Mapping) and resource.get("Type") in _PROPERTIES
    ]
    if not found:
        kinds = dict.fromkeys(str(one.get("Type")) for one in resources.values() if isinstance(one, Mapping))
        raise InvalidDefinition(
            "there is no state machine in this template.",
            hint=f"It holds {', '.join(list(kinds)[:8]) or 'no resources'}; wanted is {RAW} or {SAM}.",
        )
    return found


def _candidate(name: str, resource: Mapping[str, Any], fetch: Fetch, text: str | None) -> Candidate:
    given = resource.get("Properties")
    properties = given if isinstance(given, Mapping) else {}
    metadata = resource.get("Metadata")
    path = metadata.get("aws:cdk:path") if isinstance(metadata, Mapping) else None
    construct = path.removesuffix("/Resource").rpartition("/")[2] if isinstance(path, str) else None
    kind = _PROPERTIES[resource["Type"]]
    return Candidate(
        texts(name, properties.get(kind[0]), construct), lambda: _read(name, resource["Type"], properties, fetch, text)
    )


def _read(name: str, kind: str, properties: Mapping[str, Any], fetch: Fetch, text: str | None) -> Found:
    named, typed, place = _PROPERTIES[kind]
    holders = Placeholders()
    steps: tuple[str, ...] = ()
    if "Definition" in properties:
        made = holders.visible(properties["Definition"])
        steps = ("Resources", name, "Properties", "Definition")
    elif "DefinitionString" in properties:
        made = holders.text(properties["DefinitionString"])
    elif place in properties:
        made, text = _elsewhere(name, properties[place], fetch)
    else:
        raise InvalidDefinition(f"{name!r} has no definition: neither Definition, DefinitionString nor {place}.")
    if isinstance(made, str):
        steps = steps if made != text else ()
    file = properties[place] if isinstance(properties.get(place), str) else ""
    asl = definition(made, where=repr(name), file=file)
    given = properties.get("DefinitionSubstitutions")
    later, now = _split(given if isinstance(given, Mapping) else {})
    known = {**later, **{key: value for key, value in holders.values.items() if key not in later}}
    role = properties.get("Role" if kind == SAM else "RoleArn")
    level = properties.get("Logging" if kind == SAM else "LoggingConfiguration")
    return Found(
        name=next(iter(texts(properties.get(named))), name),
        definition=filled_value(asl, now) if now else asl,
        format="cloudformation",
        type=one_of(properties.get(typed), "STANDARD", "EXPRESS"),
        role=role if isinstance(role, str) and role.startswith("arn:") else None,
        logging=one_of(level.get("Level"), "ALL", "ERROR", "FATAL", "OFF") if isinstance(level, Mapping) else None,
        substitutions=known,
        dialect="cloudformation",
        text=text,
        steps=steps,
    )


def _split(given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Substitutions that are known only when the stack is made, and those that are known now."""
    later = {name: value for name, value in given.items() if is_intrinsic(value)}
    return later, {name: value for name, value in given.items() if name not in later}


def _elsewhere(name: str, place: Any, fetch: Fetch) -> tuple[str, str]:
    if isinstance(place, str) and not place.startswith(("s3:", "http:", "https:")):
        text = fetch(place)
        return text, text
    key = place.get("Key") if isinstance(place, Mapping) else None
    if isinstance(key, str):
        try:
            text = fetch(f"asset.{key}")  # where the CDK leaves what it will upload
        except ValueError:
            pass
        else:
            return text, text
    raise InvalidDefinition(
        f"the definition of {name!r} lies in S3: {str(place)[:200]}.",
        hint="Download it (aws s3 cp ...) and load the file, or load the state machine that is deployed, by its ARN.",
    )
