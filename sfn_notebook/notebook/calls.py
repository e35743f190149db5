"""What a Task calls: its Resource from what people write, and the check against the catalogue where it is typed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from sfn_notebook.asl import JSONATA
from sfn_notebook.errors import InvalidArgument, UnknownKeyword, UnknownName
from sfn_notebook.integrations import (
    SUFFIX_OF,
    Fault,
    FaultKind,
    Resource,
    action_of,
    argument_faults,
    call_faults,
    optimized_row,
    parse_resource,
    plain,
)
from sfn_notebook.notebook.values import Expression

PREFIX: Final = "arn:aws:states:::"
MOST: Final = 5  # faults of one call that are told
BYPASSED: Final = frozenset({"Resource", "Arguments", "Parameters"})
"""Fields that, given by `asl={...}`, are taken as they are."""

_ERRORS: Final[Mapping[FaultKind, type[InvalidArgument]]] = MappingProxyType(
    {"unknown_call": UnknownName, "unknown_parameter": UnknownKeyword}
)


def resource_arn(resource: object, wait: str | None) -> str:
    """A resource's ARN with the suffix of how it waits.

    Args:
        resource: An ARN, the part after `arn:aws:states:::`, or an action of the catalogue.
        wait: "response", "job", "callback", or None for what the resource itself says.

    Raises:
        InvalidArgument: it is none, or says itself how it waits, and otherwise.

    >>> resource_arn("states:startExecution", "job")
    'arn:aws:states:::states:startExecution.sync:2'
    """
    if wait not in (None, *SUFFIX_OF):
        raise InvalidArgument(f"wait is {', '.join(map(repr, SUFFIX_OF))}; given was {wait!r}.")
    text = getattr(resource, "label", resource)
    if not isinstance(text, str):
        raise InvalidArgument(f"resource is an ARN, or such as 'sqs:sendMessage'; given was {resource!r}.")
    arn = text if text.startswith("arn:") else PREFIX + text
    read = parse_resource(arn)
    if wait is None or wait == read.pattern:
        return arn
    if read.suffix:
        raise InvalidArgument(f"{text!r} already says how it waits; wait={wait!r} says else.", hint="Leave one out.")
    if read.kind in ("lambda", "activity"):
        raise UnknownKeyword(
            f"wait={wait!r} is not for a {read.kind}'s own ARN, which waits for the answer by itself.",
            hint="For a Lambda function with a task token use sm.lambda_invoke(..., wait='callback').",
        )
    row = optimized_row(read.service, read.action) if read.kind == "optimized" else None
    known = next((pattern for pattern in row.patterns if pattern == wait), None) if row else None
    return arn + (row.suffix(known) if row and known else SUFFIX_OF[wait])


def sent_arguments(name: str, call: Mapping[str, Any], arguments: Any) -> Any:
    """What a call gets: its parameters by keyword and those of `arguments`, or an expression that gives them all.

    Raises:
        InvalidArgument: `arguments` is neither a dict nor such an expression.
    """
    if isinstance(arguments, Expression) and not call:
        return arguments
    if arguments is None or isinstance(arguments, Mapping):
        return {**call, **(arguments or {})}
    said = f"arguments= of state {name!r} is a dict of further parameters; given was {arguments!r}."
    if isinstance(arguments, Expression):
        said = f"arguments={arguments!r} of state {name!r} gives all that is sent; not beside {', '.join(call)}."
    raise InvalidArgument(said, hint="Give arguments= as a dict, or everything in one expression.")


def action_label(action: Any) -> str:
    """What stands after `arn:aws:states:::`, of a text or of an action of the catalogue.

    Raises:
        InvalidArgument: it is neither.
    """
    label = getattr(action, "label", action)
    if not isinstance(label, str) or not label:
        raise InvalidArgument(
            f"an action is a text such as 's3:listObjectsV2', or one of the catalogue; given was {action!r}.",
            hint="Find it with sfn.integrations.search('list objects').",
        )
    return label.removeprefix(PREFIX)


def refuse_lower_case(name: str, resource: str, words: Iterable[str]) -> None:
    """Refuse keywords that would be parameters of the call, had they a capital.

    Raises:
        UnknownKeyword: there is one.
    """
    action = action_of(parse_resource(resource_arn(resource, None)))
    members = {plain(one): one for one in action.parameters.members} if action else {}
    for word in words:
        if plain(word) in members:
            right = members[plain(word)]
            raise UnknownKeyword(
                f"Task state {name!r} has no {word!r}.", hint=f"It is a parameter of {resource}: {right}=…"
            )


def check_call(name: str, fields: Mapping[str, Any], *, language: str, machine_type: str) -> None:
    """Refuse what the catalogue knows to be wrong; what an expression will give is taken for right.

    Args:
        name: The state's name.
        fields: Its fields, as ASL.
        language: Its query language.
        machine_type: "STANDARD" or "EXPRESS".

    Raises:
        UnknownName: there is no such service or action.
        UnknownKeyword: the action has no such parameter.
        InvalidArgument: the integration cannot wait so, or a parameter is missing or of the wrong type.
    """
    resource = parse_resource(fields["Resource"])
    found = list(_faults(resource, fields, language, machine_type))
    if not found:
        return
    shown = [_sentence(fault) for fault in found[:MOST]]
    if len(found) > MOST:
        shown.append(f"… and {len(found) - MOST} more")
    place = "Arguments" if language == JSONATA else "Parameters"
    bypass = f'asl={{"{place}": {{...}}}}' if found[0].place else 'asl={"Resource": "..."}'
    error = _ERRORS.get(found[0].kind, InvalidArgument)
    raise error(
        f"state {name!r} cannot call {resource.label}{resource.suffix} like this:\n  " + "\n  ".join(shown),
        hint=f"To write it all the same, and unchecked: {bypass}.",
    )


def _faults(resource: Resource, fields: Mapping[str, Any], language: str, machine_type: str) -> Iterator[Fault]:
    yield from (fault for fault in call_faults(resource) if fault.kind != "unlisted_call")  # lint warns of that
    if machine_type == "EXPRESS" and (resource.suffix or resource.kind == "activity"):
        what = f"wait with {resource.suffix}" if resource.suffix else "wait for activities"
        hint = "Use a STANDARD machine, or start one from here and go on."
        yield Fault("no_such_pattern", f"Express state machines cannot {what}.", hint)
    action = action_of(resource)
    sent = fields.get("Arguments" if language == JSONATA else "Parameters", ...)
    if action is not None and sent is not ...:
        yield from argument_faults(action, sent, language)


def _sentence(fault: Fault) -> str:
    message = fault.message if fault.message.endswith(".") else f"{fault.message}."
    where = f"{fault.where}: " if len(fault.place) > 1 else ""
    return f"{where}{message} {fault.hint}".rstrip()
