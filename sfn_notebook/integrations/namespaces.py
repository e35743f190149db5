"""Names to type with Tab: `sfn.integrations.aws.glue.startJobRun`, `sfn.integrations.optimized.glue.startJobRun`.

Naming a service reads its model and no other; naming an action makes its signature and docstring.
"""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, Final

from sfn_notebook._display import Shown, live_view
from sfn_notebook.errors import InvalidArgument, NotAvailable, UnknownKeyword, UnknownName
from sfn_notebook.integrations.actions import Action, find_name, find_service, optimized_action, plain, sdk_action
from sfn_notebook.integrations.arguments import JSONATA, argument_faults
from sfn_notebook.integrations.resource import Pattern
from sfn_notebook.integrations.rows import Row, optimized_row, optimized_services
from sfn_notebook.integrations.sdk import sdk_names, sdk_service
from sfn_notebook.integrations.shapes import Member

ABOUT: Final = 700  # characters of a documentation that are shown
LAMBDA: Final = "Call it from a Lambda function."
WAITS: Final[Mapping[Pattern, str]] = {
    "response": "goes on when the call has answered",
    "job": "wait='job': goes on when the job is done",
    "callback": "wait='callback': goes on when the task token came back",
}


class Call(Shown):
    """An action to hand to `sm.aws(...)`, `sm.optimized(...)` or `sm.task(resource=...)`.

    Called with arguments, spelled as Step Functions spells them, it checks them and gives them back as a dict.
    `help(...)`, `?` and Tab show what it takes.

    Attributes:
        action: What the catalogue knows of it.
        label: As after `arn:aws:states:::`.
    """

    def __init__(self, action: Action) -> None:
        self.action = action
        self.label = action.label
        self.__name__ = action.name
        self.__qualname__ = action.label
        self.__doc__ = document(action)
        self.__signature__ = signature(action)

    def __call__(self, **arguments: Any) -> dict[str, Any]:
        """The arguments, checked; expressions as texts in `{% %}` pass."""
        for fault in argument_faults(self.action, arguments, JSONATA):
            error = UnknownKeyword if fault.kind == "unknown_parameter" else InvalidArgument
            where = f" (at {fault.where})" if len(fault.place) > 1 else ""
            raise error(f"{self.label}{where}: {fault.message}.", hint=fault.hint or None)
        return arguments

    def resource(self, wait: Pattern = "response") -> str:
        """The Resource of a Task that calls it.

        Args:
            wait: "response", "job" or "callback".

        Raises:
            InvalidArgument: it cannot wait so.
        """
        if wait not in self.action.patterns:
            allowed = ", ".join(map(repr, self.action.patterns))
            raise InvalidArgument(f"{self.label} cannot wait with {wait!r}.", hint=f"Allowed: {allowed}.")
        return self.action.resource(wait)

    def form(self, **arguments: Any) -> Any:
        """A form for its arguments, made from its shape; it gives the dict and the line to type, and calls nothing.

        Args:
            **arguments: What to begin with.

        Returns:
            The widget.

        Raises:
            NotAvailable: there are no widgets here.
        """
        factory = live_view("form")
        if factory is None:
            raise NotAvailable("there are no forms here.", hint="import sfn_notebook in a notebook with ipywidgets.")
        return factory(self, arguments)

    def __repr__(self) -> str:
        # what is required stays; how much else there is grows with each botocore
        members = self.action.parameters.members
        required = [name for name, member in members.items() if member.required]
        more = ["…"] if len(members) > len(required) else []
        return f"{self.label}({', '.join([*required, *more])})"


class Names:
    """The actions of a service, or the services: names to go on with after a dot."""

    def __init__(self, what: str, names: Callable[[], Iterable[str]], find: Callable[[str], Any]) -> None:
        self._what = what
        self._names = names
        self._find = find

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self._find(name)
        except UnknownName as error:
            raise AttributeError(str(error)) from error

    def __dir__(self) -> list[str]:
        return [name.replace("-", "_") for name in self._names()]

    def __repr__(self) -> str:
        return f"{self._what}: type a dot and press Tab"


class OptimizedNames(Names):
    """The optimized integrations: by a dot, or `optimized("glue", "startJobRun")` for the row of the catalogue."""

    def __call__(self, service: str, action: str) -> Row | None:
        """The row of an action, as the Resource spells it; None when there is none."""
        return optimized_row(service, action)


def _sdk_service(given: str) -> Names:
    name = find_service(given)
    return Names(f"actions of aws-sdk:{name}", lambda: _callable(name), partial(_sdk, name))


def _callable(service: str) -> list[str]:
    """The actions of a service that Step Functions can call."""
    found = sdk_service(service)
    return [one for one in found.actions if not found.unsupported(one)] if found is not None else []


def _sdk(service: str, given: str) -> Call:
    found = sdk_service(service)
    for one in found.actions if found is not None else ():
        if found is not None and plain(one) == plain(given) and (why := found.unsupported(one)):
            raise UnknownName(f"AWS SDK integrations cannot call {service}:{one}: {why}.", hint=LAMBDA)
    action = sdk_action(service, find_name(given, _callable(service), f"action of {service}"))
    assert action is not None  # noqa: S101  # for the type checker: its name came from the service
    return Call(action)


def _optimized_service(given: str) -> Names:
    name = find_name(given, optimized_services(), "optimized integration of a service")
    return Names(f"optimized integrations of {name}", lambda: optimized_services()[name], partial(_optimized, name))


def _optimized(service: str, given: str) -> Call:
    name = find_name(given, optimized_services()[service], f"optimized integration of {service}")
    action = optimized_action(service, name)
    assert action is not None  # noqa: S101  # for the type checker: its name came from the table
    return Call(action)


aws: Final = Names("services of AWS SDK integrations", sdk_names, _sdk_service)
"""Every action of every AWS service: `aws.s3.listObjectsV2`."""

optimized: Final = OptimizedNames("services with optimized integrations", optimized_services, _optimized_service)
"""The optimized integrations: `optimized.glue.startJobRun`."""


def signature(action: Action) -> inspect.Signature:
    """What an action takes, required arguments first.

    >>> str(signature(optimized_action("sqs", "sendMessage")))[:28]
    '(*, QueueUrl: text, MessageB'
    """
    place = inspect.Parameter.KEYWORD_ONLY
    made = [
        inspect.Parameter(
            name,
            place,
            default=inspect.Parameter.empty if member.required else _Optional(),
            annotation=_Words(member.shape.words),
        )
        for name, member in action.parameters.members.items()
        if name.isidentifier()
    ]
    return inspect.Signature(made)


def document(action: Action) -> str:
    """The docstring of an action: what it does, takes, gives, and how a Task can wait for it."""
    members = action.parameters.members
    ways = [WAITS[pattern] for pattern in action.patterns]
    parts = [
        textwrap.shorten(action.documentation or action.label, ABOUT, placeholder=" …"),
        _section("Args", [_argument(name, member) for name, member in members.items()]),
        _section("Result", [f"{name} ({one.shape.words})" for name, one in action.result.members.items()]),
        _section("Waits", ways),
        _section("Errors", list(action.errors)),
    ]
    if action.row and action.row.note:
        parts.append(f"Note: {action.row.note}")
    return "\n\n".join(filter(None, parts))


def _argument(name: str, member: Member) -> str:
    required = ", required" if member.required else ""
    return f"{name} ({member.shape.words}{required}): {member.shape.summary}".rstrip(": ")


def _section(head: str, lines: list[str]) -> str:
    return "\n    ".join([f"{head}:", *lines]) if lines else ""


class _Optional:
    def __repr__(self) -> str:
        return "…"


class _Words:
    """An annotation that reads as words."""

    def __init__(self, words: str) -> None:
        self._words = words

    def __repr__(self) -> str:
        return self._words


def call_of(service: str, action: str | None = None) -> Call:
    """An action from whatever names it: boto3's or ASL's names in any casing, "service:action", or a Resource.

    Raises:
        UnknownName: there is none.

    >>> call_of("s3", "list_objects_v2"), call_of("arn:aws:states:::glue:startJobRun.sync")
    (aws-sdk:s3:listObjectsV2(Bucket, …), glue:startJobRun(JobName, …))
    """
    text = service.removeprefix("arn:aws:states:::")
    sdk = text.startswith("aws-sdk:")
    parts = text.removeprefix("aws-sdk:").split(":")
    name = action or (parts[1].partition(".")[0] if len(parts) > 1 else "")
    if not name:
        hint = "Name it: 'glue:startJobRun', or ('glue', 'StartJobRun')."
        raise UnknownName(f"which action of {service!r}?", hint=hint)
    if not sdk:
        for one, names in optimized_services().items():
            wanted = next((known for known in names if plain(known) == plain(name)), None)
            if plain(one) == plain(parts[0]) and wanted:
                return _optimized(one, wanted)
    return _sdk(find_service(parts[0]), name)
