"""Watching one state at work: what TestState says to a state beforehand, and what it sees of it.

An execution without a probe pays one look at an attribute for each stage of a state's data flow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sfn_notebook.engine.failures import StateFailure
from sfn_notebook.engine.records import Inspection


@dataclass(slots=True)
class Probe:
    """The one state of an execution that is watched.

    Attributes:
        context: The whole context object, or None: the execution's own.
        variables: The workflow variables; afterwards with what the state has assigned.
        retried: How often the retrier that takes its error has retried before.
        inspection: What a runner is to tell of its call, or None.
        seen: The stages of its data flow in the order in which they were reached, by the API's names for them.
        retry: Which retrier would try again, and after how many seconds; the state ends with its error then.
        caught: Which catcher took which failure.
        next: The state it leads to, or None.
    """

    context: Mapping[str, Any] | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)
    retried: int = 0
    inspection: Inspection | None = None
    seen: dict[str, Any] = field(default_factory=dict)
    retry: tuple[int, float] | None = None
    caught: tuple[int, StateFailure] | None = None
    next: str | None = None
