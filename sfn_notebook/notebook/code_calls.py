"""Which call makes a state: the most readable one first, and the one that can say everything last."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sfn_notebook.asl import JSONATA, STATE_FIELDS
from sfn_notebook.asl.fields import CATCH_FIELDS, RETRY_FIELDS, TERMINAL_TYPES, snake_case
from sfn_notebook.notebook.code_text import Call, Variable
from sfn_notebook.notebook.keywords import PATH_TWINS
from sfn_notebook.notebook.spoken import said_condition, said_path, spoken

_METHODS: Final = {**{kind: kind.lower() for kind in STATE_FIELDS}, "Pass": "pass_"}
_RESOURCE: Final = re.compile(r"arn:aws:states:::(aws-sdk:)?([\w-]+:\w+)(?:\.(sync|sync:2|waitForTaskToken))?")
_WAITS: Final = {"sync": "job", "sync:2": "job", "waitForTaskToken": "callback"}
_WIRES: Final = ("Type", "Next", "Retry", "Catch", "Choices", "Default", "Branches", "ItemProcessor")
_RULE: Final = {"Assign": "assign", "Output": "output", "Comment": "comment"}
_CATCHER: Final = {**_RULE, "ResultPath": "result_path"}


def candidates(name: str, raw: Mapping[str, Any], language: str, subs: list[Any]) -> Iterator[Call]:
    """The calls that may make a state; which of them do is to be tried.

    Args:
        name: Its name.
        raw: Its ASL, with a Type that there is.
        language: The query language in force for it.
        subs: Its sub-machines: `Variable`s, or ASL.
    """
    kind = raw["Type"]
    wired, then = _wiring(raw, language)
    fields = {key: value for key, value in raw.items() if key not in _WIRES and not (key == "End" and value is True)}
    rest = {key: raw[key] for key in ("Retry", "Catch", "Choices", "Default") if key in raw and key not in wired}
    next = raw["Next"] if kind not in (*TERMINAL_TYPES, "Choice") and isinstance(raw.get("Next"), str) else None
    if "Next" in raw and next is None:
        rest["Next"] = raw["Next"]
    nested = _nested(kind, subs)
    if kind == "Task":
        for method, given, named in _named_tasks(fields, language):
            yield Call(method, (name, *given), {**named, **_rest(rest)}, then, next)
    for speak in (True, False):
        named, unknown = _keywords(kind, fields, language, speak=speak)
        yield Call(_METHODS[kind], (name,), {**nested, **named, **_rest({**rest, **unknown})}, then, next)
    everything = {key: value for key, value in raw.items() if key not in ("Type", "Branches", "ItemProcessor")}
    needed = {"resource": fields.pop("Resource", "lambda:invoke")} if kind == "Task" else {}
    yield Call(_METHODS[kind], (name,), {**nested, **needed, "asl": everything})
    if kind == "Task":
        yield Call("task", (name,), {"resource": "lambda:invoke", "asl": everything})


def _rest(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {"asl": dict(fields)} if fields else {}


def _nested(kind: str, subs: list[Any]) -> dict[str, Any]:
    if kind == "Parallel":
        return {"branches": subs}
    if kind != "Map" or not subs:
        return {}
    config = subs[0].machine.get("ProcessorConfig", {}) if isinstance(subs[0], Variable) else {}
    words = {"mode": config.get("Mode"), "execution_type": config.get("ExecutionType")}
    return {"processor": subs[0], **{word: value for word, value in words.items() if value}}


def _keywords(
    kind: str, fields: Mapping[str, Any], language: str, *, speak: bool
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Fields as keywords, and those that are none here."""
    named: dict[str, Any] = {}
    unknown: dict[str, Any] = {}
    for field, value in fields.items():
        stem = field.removesuffix("Path")
        twin = said_path(value) if speak and language != JSONATA and field != stem and stem in PATH_TWINS else None
        if field not in STATE_FIELDS[kind] or field in ("Iterator", "End"):
            unknown[field] = value
        elif twin is not None:
            named[snake_case(stem)] = twin
        else:
            named[snake_case(field)] = spoken(value, language) if speak and field != "Result" else value
    return named, unknown


def _named_tasks(fields: Mapping[str, Any], language: str) -> Iterator[tuple[str, tuple[Any, ...], dict[str, Any]]]:
    found = _RESOURCE.fullmatch(str(fields.get("Resource")))
    where = "Arguments" if language == JSONATA else "Parameters"
    sent = spoken(fields.get(where, {}), language)
    if found is None or not isinstance(sent, dict):
        return
    others = {key: value for key, value in fields.items() if key not in ("Resource", where)}
    named, unknown = _keywords("Task", others, language, speak=True)
    wait = {"wait": _WAITS[found[3]]} if found[3] else {}
    rest = {**named, **_rest(unknown)}
    if found[2] == "lambda:invoke" and not found[1] and set(sent) in ({"FunctionName"}, {"FunctionName", "Payload"}):
        payload = {"payload": sent["Payload"]} if "Payload" in sent else {}
        yield "lambda_invoke", (sent["FunctionName"],), {**payload, **wait, **rest}
    method = "aws" if found[1] else "optimized"
    if all(re.fullmatch(r"[A-Z][A-Za-z0-9]*", key) for key in sent):
        yield method, (found[2],), {**sent, **wait, **rest}
    yield method, (found[2],), {"arguments": sent, **wait, **rest}


def _wiring(raw: Mapping[str, Any], language: str) -> tuple[set[str], tuple[Call, ...]]:
    """Retriers, catchers and rules as calls, and which fields these say."""
    made: list[Call] = []
    wired: set[str] = set()
    for field, said in (("Retry", _retry), ("Catch", _catch), ("Choices", _when)):
        entries = raw.get(field)
        if not isinstance(entries, list) or not entries or (field == "Choices") != (raw["Type"] == "Choice"):
            continue
        calls = [said(one, language) if isinstance(one, Mapping) else None for one in entries]
        if all(call is not None for call in calls):
            wired.add(field)
            made.extend(call for call in calls if call is not None)
    if raw["Type"] == "Choice" and isinstance(raw.get("Default"), str) and raw["Default"]:
        wired.add("Default")
        made.append(Call("otherwise", (raw["Default"],)))
    return wired, tuple(made)


def _errors(names: Any) -> Any:
    return names[0] if isinstance(names, list) and len(names) == 1 else names


def _retry(entry: Mapping[str, Any], language: str) -> Call | None:
    if not entry.keys() <= set(RETRY_FIELDS) or not entry.get("ErrorEquals"):
        return None
    words = {"jitter" if key == "JitterStrategy" else snake_case(key): value for key, value in entry.items()}
    return Call("retry", (_errors(words.pop("error_equals")),), spoken(words, language))


def _catch(entry: Mapping[str, Any], language: str) -> Call | None:
    if not entry.keys() <= set(CATCH_FIELDS) or not entry.get("ErrorEquals") or not isinstance(entry.get("Next"), str):
        return None
    words = {word: spoken(entry[field], language) for field, word in _CATCHER.items() if field in entry}
    return Call("catch", (_errors(entry["ErrorEquals"]), entry["Next"]), words)


def _when(rule: Mapping[str, Any], language: str) -> Call | None:
    if not isinstance(rule.get("Next"), str):
        return None
    words = {word: spoken(rule[field], language) for field, word in _RULE.items() if field in rule}
    bare = {key: value for key, value in rule.items() if key not in (*_RULE, "Next")}
    return Call("when", (said_condition(bare, language), rule["Next"]), words)
