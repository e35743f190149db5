"""Methods for optimized integrations, each from one line: what it calls and which parameters have a keyword."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, Final

from sfn_notebook.asl.fields import snake_case
from sfn_notebook.notebook.keywords import TaskFields
from sfn_notebook.notebook.signatures import NOT_GIVEN, spelled
from sfn_notebook.notebook.states import State

_DOC: Final = """{about} The integration `{resource}`.

Args:
    name: The state's name.
{arguments}
    wait: {waits}.
    arguments: Further parameters of the call, spelled as ASL spells them.
    **fields: The fields of a Task state, in snake_case.

Returns:
    The state.

Raises:
    UnknownKeyword: there is no such parameter or field.
    InvalidArgument: a parameter is of the wrong type, or the integration cannot wait so.
"""
_WORDS: Final = {
    "response": '"response" goes on when the call has answered (without it, this)',
    "job": '"job" when the job is done',
    "callback": '"callback" when the task token came back',
}


def named(
    method: str, resource: str, about: str, *, required: str = "", optional: str = "", waits: str = "response"
) -> Callable[..., State]:
    """A method that adds a Task for one optimized integration.

    Args:
        method: The method's name.
        resource: What it calls, such as "glue:startJobRun".
        about: What it does, one sentence.
        required: The parameters it cannot do without, separated by spaces; the keyword of `JobName` is `job_name`, and
            `job_arguments=Arguments` gives a parameter another one.
        optional: Further parameters that have a keyword.
        waits: How it can wait, separated by spaces.

    Returns:
        A function for a class body of `Tasks`.
    """
    needed, possible = _keywords(required), _keywords(optional)
    parameters = {**needed, **possible}

    def add(self: Any, name: str, *, wait: Any = None, arguments: Any = None, **given: Any) -> State:
        call = {parameter: given.pop(word) for word, parameter in parameters.items() if word in given}
        made: State = self._call(name, resource, wait, arguments, given, **call)
        return made

    add.__name__, add.__qualname__ = method, f"Services.{method}"
    add.__doc__ = _DOC.format(
        about=about,
        resource=resource,
        arguments="\n".join(f"    {word}: `{parameter}`." for word, parameter in parameters.items()),
        waits="; ".join(_WORDS[one] for one in waits.split()),
    )
    place = inspect.Parameter.KEYWORD_ONLY
    own = list(inspect.signature(add).parameters.values())
    words = [
        *(inspect.Parameter(word, place) for word in needed),
        *(inspect.Parameter(word, place, default=NOT_GIVEN) for word in possible),
    ]
    signature = inspect.Signature([*own[:2], *words, *own[2:]])
    add.__signature__ = signature  # type: ignore[attr-defined]  # PEP 362: what `spelled` starts from
    return spelled(TaskFields)(add)


def _keywords(parameters: str) -> dict[str, str]:
    """Keyword -> parameter.

    >>> _keywords("JobName job_arguments=Arguments")
    {'job_name': 'JobName', 'job_arguments': 'Arguments'}
    """
    pairs = (one.rpartition("=") for one in parameters.split())
    return {word or snake_case(parameter): parameter for word, _, parameter in pairs}
