"""From text to the state machines in it: which format it is, and what is there."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from sfn_notebook.errors import InvalidArgument, InvalidDefinition, UnknownName, did_you_mean
from sfn_notebook.formats import bounds, cloudformation, json_text, serverless, terraform, yaml_text
from sfn_notebook.formats.definition_text import definition
from sfn_notebook.formats.found import Candidate, Fetch, Found, one_of, texts
from sfn_notebook.formats.names import FORMATS

_JSON_TYPES: Final = (".json", ".asl", ".template")


def decoded(data: bytes) -> str:
    """Bytes as text: UTF-8, or UTF-16 that says so.

    Raises:
        InvalidDefinition: they are no text.
    """
    utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = data.decode("utf-16" if utf16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidDefinition(
            f"this is no text: byte 0x{data[error.start]:02x} at position {error.start} is not {error.encoding}.",
            hint="A definition is text in UTF-8.",
        ) from error
    if "\x00" in text:
        raise InvalidDefinition("this is no text: it holds zero bytes.", hint="A definition is text in UTF-8.")
    return text


def candidates(text: str, *, file: str = "", format: str | None = None, fetch: Fetch) -> list[Candidate]:
    """The state machines in a text.

    Args:
        text: The text.
        file: The name of its file: the ending says JSON or YAML, the stem names a bare definition.
        format: One of `FORMATS`; without it, what the text looks like.
        fetch: Reads a file that the text names.

    Raises:
        InvalidDefinition, InvalidJson: it cannot be read, or holds no state machine.
        InvalidArgument: there is no such format.
    """
    if format is not None and format not in FORMATS:
        raise InvalidArgument(f"no such format: {format!r}.", hint=did_you_mean(str(format), FORMATS))
    if len(text) > bounds.TEXT:
        raise InvalidDefinition(f"the text has {len(text):,} characters; allowed are {bounds.TEXT:,}.")
    if not text.strip():
        raise InvalidDefinition("there is nothing in it: the text is empty.")
    if file.endswith(".tf") or (format == "terraform" and text.lstrip()[:1] != "{"):
        return terraform.text_candidates(text, fetch=fetch)
    is_yaml = format in ("yaml", "serverless") or file.endswith((".yaml", ".yml"))
    is_yaml = is_yaml or (text.lstrip()[:1] not in ("{", "[") and format != "json" and not file.endswith(_JSON_TYPES))
    document = bounds.checked((yaml_text if is_yaml else json_text).loads(text))
    if not isinstance(document, Mapping):
        raise InvalidDefinition(f"a definition is a JSON object; given was {_kind(document)}.")
    return document_candidates(document, file=file, format=format, fetch=fetch, text=text if is_yaml else None)


def document_candidates(
    document: Mapping[str, Any], *, file: str = "", format: str | None = None, fetch: Fetch, text: str | None = None
) -> list[Candidate]:
    """The state machines in a document that has been parsed; as `candidates`."""
    match format or _detected(document):
        case "cloudformation" | "sam" | "cdk":
            return cloudformation.candidates(document, fetch=fetch, text=text)
        case "serverless":
            return serverless.candidates(document, fetch=fetch, text=text)
        case "terraform":
            known = {"planned_values", "resource_changes", "values"}
            return (
                terraform.plan_candidates(document) if known & document.keys() else terraform.file_candidates(document)
            )
        case "description":
            return [_description(document)]
    if not {"StartAt", "States"} & document.keys():
        raise InvalidDefinition(
            "there is no state machine in it: neither States (a definition) nor Resources (a template).",
            hint=f"It has {', '.join(map(repr, list(document)[:8])) or 'nothing'}.",
        )
    name = file.partition(".")[0]
    made = Found(name, document, "yaml" if text is not None else "json", text=text)
    return [Candidate(texts(name) or ("machine",), lambda: made)]


def _detected(document: Mapping[str, Any]) -> str:
    if "States" in document and "StartAt" in document:
        return "json"
    keys = {"Resources": "cloudformation", "stepFunctions": "serverless", "planned_values": "terraform"}
    keys |= {"resource_changes": "terraform", "terraform_version": "terraform", "resource": "terraform"}
    found = next((kind for key, kind in keys.items() if key in document), "json")
    return "description" if found == "json" and isinstance(document.get("definition"), str) else found


def _description(document: Mapping[str, Any]) -> Candidate:
    """What `aws stepfunctions describe-state-machine` prints."""
    name = next(iter(texts(document.get("name"))), "machine")
    return Candidate((name,), lambda: described(name, document))


def described(name: str, there: Mapping[str, Any]) -> Found:
    """A state machine as DescribeStateMachine answers."""
    logs, role = there.get("loggingConfiguration"), there.get("roleArn")
    return Found(
        name=name,
        definition=definition(there["definition"], where=repr(name)),
        format="description",
        type=one_of(there.get("type"), "STANDARD", "EXPRESS"),
        role=role if isinstance(role, str) else None,
        logging=one_of(logs.get("level"), "ALL", "ERROR", "FATAL") if isinstance(logs, Mapping) else None,
    )


def chosen(found: Iterable[Candidate], name: str | None) -> Found:
    """The state machine of that name, or the only one.

    Raises:
        UnknownName: there is none of that name.
        InvalidArgument: there are several and no name is given.
    """
    there = list(found)
    if name is None and len(there) == 1:
        return _sound(there[0].read())
    names = [one.names[0] for one in there]
    if name is None:
        raise InvalidArgument(
            f"there are {len(there)} state machines in it.",
            hint=f"Name one: name={names[0]!r}. There are {', '.join(map(repr, names[:12]))}.",
        )
    for one in there:
        if name in one.names:
            return _sound(one.read())
    every = [each for one in there for each in one.names]
    raise UnknownName(f"there is no state machine {name!r} in it.", hint=did_you_mean(name, every))


def _sound(found: Found) -> Found:
    if found.format not in ("json", "yaml"):  # those were checked as documents
        bounds.checked(found.definition)
    return found


def _kind(value: object) -> str:
    return type(value).__name__ if value is None or isinstance(value, (list, tuple)) else json.dumps(value)[:80]
