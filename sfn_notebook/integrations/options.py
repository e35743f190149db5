"""`options("glue", "StartJobRun")`: the ways to call something, side by side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, overload

from sfn_notebook._display import Shown
from sfn_notebook.errors import InvalidArgument
from sfn_notebook.integrations.actions import Action
from sfn_notebook.integrations.namespaces import Call, call_of
from sfn_notebook.integrations.shapes import first_sentence
from sfn_notebook.integrations.tables import table
from sfn_notebook.integrations.ways import LAMBDA_MB, Job, Way, ways_to_call

_UNITS: Final = ((86_400, "d"), (3600, "h"), (60, "min"), (1, "s"))


class Options(Sequence[Way], Shown):
    """The ways to call an action, the preferred first.

    Attributes:
        action: What is called.
        job: What is assumed of the job.
    """

    def __init__(self, action: Action, job: Job, ways: Iterable[Way]) -> None:
        self.action = action
        self.job = job
        self._ways = tuple(ways)

    @overload
    def __getitem__(self, index: int) -> Way: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Way, ...]: ...
    def __getitem__(self, index: int | slice) -> Way | tuple[Way, ...]:
        return self._ways[index]

    def __len__(self) -> int:
        return len(self._ways)

    @property
    def head(self) -> str:
        """What it is about."""
        return f"{self.action.label.removeprefix('aws-sdk:')}: {first_sentence(self.action.documentation)}"

    @property
    def assumed(self) -> str:
        """What the figures go by."""
        prices = table("prices")
        job = f"A job of {length(self.job.seconds)}, looked at every {length(self.job.poll)}. "
        return (
            (job if any(way.waits and way.wait != "callback" for way in self) else "")
            + f"USD for 1,000 calls from a Standard machine in {prices['region']}, prices of {prices['date']}, without "
            + f"the free tier and what the service itself costs; Lambda with {LAMBDA_MB} MB."
        )

    def __repr__(self) -> str:
        return "\n".join([self.head, self.assumed, *(_told(at, way) for at, way in enumerate(self, 1))])


def options(service: Any, action: str | None = None, *, seconds: float = 600, poll: float = 30) -> Options:
    """The ways a Task can call an action, the preferred first: optimized integration, SDK integration, Lambda.

    Args:
        service: boto3's or Step Functions' name of it, or "service:action", a Resource, an action of the catalogue.
        action: Its name, as boto3, the API or Step Functions spells it.
        seconds: How long the job takes, where the call starts one.
        poll: How many seconds pass between two looks at it.

    Returns:
        The ways, with who polls, what each costs and gives, and the line to type.

    Raises:
        UnknownName: there is no such action.
        InvalidArgument: a time that is none.

    >>> options("glue", "StartJobRun")[0].line
    'sm.optimized("StartJobRun", "glue:startJobRun", JobName=..., wait="job")'
    """
    for word, given in (("seconds", seconds), ("poll", poll)):
        if not isinstance(given, (int, float)) or isinstance(given, bool) or not 1 <= given <= 365 * 86_400:
            raise InvalidArgument(f"{word}= is a number of seconds from 1 to a year; given was {given!r}.")
    if not isinstance(service, (str, Call)):
        raise InvalidArgument(f"options() takes such as ('glue', 'StartJobRun'); given was {service!r}.")
    call = service if isinstance(service, Call) else call_of(service, action)
    job = Job(seconds, poll)
    return Options(call.action, job, ways_to_call(call.action, job))


def _told(number: int, way: Way) -> str:
    lines = (
        ("waits by", way.polls),
        ("costs", figures(way)),
        ("deploy", way.deploys),
        ("result", way.result),
        *(("note", note) for note in way.notes),
        *(("type" if at == 0 else "", line) for at, line in enumerate(way.line.splitlines())),
    )
    head = f"{number}. {way.title} ({types(way)})"
    return "\n".join([head, *(f"   {word:<9}{text}" for word, text in lines if text)])


def figures(way: Way) -> str:
    """What a way costs, in words.

    >>> figures(options("sqs", "SendMessage")[0])
    '$0.025; 1 transition, 5 events each'
    """
    plural = "" if way.transitions == 1 else "s"
    price = f"{way.price:,.2f}" if way.price >= 1 else f"{way.price:.3g}"
    return f"${price}; {way.transitions:,} transition{plural}, {way.events:,} events each"


def types(way: Way) -> str:
    """The types of state machine that can go a way, in words."""
    return " and ".join(one.capitalize() for one in way.types) + ("" if len(way.types) > 1 else " only")


def length(seconds: float) -> str:
    """A length of time in its largest units.

    >>> length(600), length(5400), length(1.5)
    ('10 min', '1 h 30 min', '1.5 s')
    """
    if seconds != int(seconds):
        return f"{seconds:g} s"
    parts, rest = [], int(seconds)
    for size, unit in _UNITS:
        if rest >= size:
            parts.append(f"{rest // size} {unit}")
            rest %= size
    return " ".join(parts)
