"""The three ways to open a session: `local`, `connect`, `aws`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final, Literal

from sfn_notebook import engine
from sfn_notebook.errors import InvalidArgument, UnknownName, did_you_mean
from sfn_notebook.notebook import worlds
from sfn_notebook.notebook.session import Session
from sfn_notebook.notebook.signatures import checked

if TYPE_CHECKING:
    from sfn_notebook.engine import Limits

CLOCKS: Final = ("real", "instant")


@checked
def local(
    *,
    clock: Literal["real", "instant"] = "real",
    services: str = "moto",
    seed: int | None = None,
    region: str = worlds.DEFAULT_REGION,
    account: str = "000000000000",
    limits: Limits | Mapping[str, Any] | None = None,
    path: str | os.PathLike[str] | None = None,
    profile: str | None = None,
    allow_writes: bool = False,
) -> Session:
    """A session on the embedded engine: no account, no network, unless `services` says so.

    Args:
        clock: "real", or "instant": waits take no time, and while a token waits, time stands still until `advance`.
        services: What the tasks call: "moto" (started on 127.0.0.1 at first need), the URL of an endpoint, or "aws":
            state machines run here, and their calls are **real**, in the account of `profile`.
        seed: Makes ids, tokens and random numbers the same each time.
        region: The region in ARNs.
        account: The account id in ARNs: twelve digits.
        limits: Quotas other than AWS's, such as `sfn.Limits(history_events=100)` or `{"history_events": 100}`;
            `session.limits` shows them.
        path: A file that keeps state machines, executions, histories and what waits, also when the kernel dies. Opened
            again, executions go on: waits are due when they were due, task tokens can be answered. A call that was
            in flight is made again; a task waits for its function until the cell that defines it has run again.
        profile: With services="aws", the profile of the AWS configuration; without it, the default one.
        allow_writes: With services="aws", let tasks call what may change something too; without it, only what reads.

    Raises:
        InvalidArgument: an option has a value that is not allowed, or not the one the file was made with.
        SessionFileError: the file is open in another session, damaged, or of a newer version.
    """
    if clock not in CLOCKS:
        raise InvalidArgument(f"clock is 'real' or 'instant'; given was {clock!r}.")
    if not isinstance(services, str) or not (
        services in ("moto", "aws") or services.startswith(("http://", "https://"))
    ):
        raise InvalidArgument(f"services is 'moto', 'aws' or the URL of an endpoint; given was {services!r}.")
    if services != "aws" and (profile is not None or allow_writes):
        raise InvalidArgument("profile and allow_writes are about real calls.", hint="They go with services='aws'.")
    if not isinstance(account, str) or not (len(account) == 12 and account.isascii() and account.isdigit()):
        raise InvalidArgument(f"an account id is a text of twelve digits; given was {account!r}.")
    world = engine.Embedded(
        clock=clock,
        seed=seed,
        region=region,
        account=account,
        services=services,
        limits=_limits(limits),
        path=path,
        profile=profile,
        allow_writes=allow_writes,
    )
    return Session(world)


def _limits(given: Any) -> Limits | None:
    if given is None or isinstance(given, engine.Limits):
        return given
    known = [field.name for field in fields(engine.Limits)]
    if not isinstance(given, Mapping):
        raise InvalidArgument(f"limits is a sfn.Limits or a dict; given was {given!r}.")
    for name in given:
        if name not in known:
            raise UnknownName(f"there is no quota {name!r}.", hint=did_you_mean(name, known))
    return engine.Limits(**given)


@checked
def connect(url: str, *, region: str | None = None, role: str | None = None) -> Session:
    """A session on any endpoint that speaks the Step Functions API.

    On this machine no credentials are needed.

    Args:
        url: Its URL, such as "http://127.0.0.1:4566".
        region: The region; without it, the configured one, else us-east-1.
        role: The role state machines run with.

    Raises:
        InvalidArgument: it is not a URL.
    """
    return Session(worlds.endpoint(url, region, role))


@checked
def aws(profile: str | None = None, region: str | None = None, role: str | None = None) -> Session:
    """A session on AWS. Opening it calls nothing; starting a state machine creates or updates it, and says so.

    Args:
        profile: The profile of the AWS configuration; without it, the default one.
        region: The region; without it, the profile's.
        role: The ARN of the role state machines run with.

    Raises:
        InvalidArgument: there is no such profile, or no region.
    """
    return Session(worlds.aws(profile, region, role))
