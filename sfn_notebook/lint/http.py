"""Checks of an HTTP Task: what fails whenever it runs, what works on this machine only, and secrets in the open."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sfn_notebook.asl import State
from sfn_notebook.integrations.http_task import endpoint_trouble, header_trouble
from sfn_notebook.lint.fixes import Edit
from sfn_notebook.lint.report import Problem
from sfn_notebook.lint.rules import problem
from sfn_notebook.lint.shapes import is_query

_FORM: Final = "application/x-www-form-urlencoded"
_SENT: Final = ("Headers", "QueryParameters", "RequestBody")
_NAMES: Final = re.compile(
    r"(api|access|auth|private|secret|subscription)[-_ ]?(key|token)|secret|passw(or)?d|pwd|^token$|bearer|credential",
    re.IGNORECASE,
)
SECRET: Final = re.compile(
    r"(sk|pk|rk)_(live|test)_\w{10,}|gh[pousr]_\w{20,}|xox[abprs]-[\w-]{10,}|AKIA[0-9A-Z]{16}|AIza[\w-]{30,}"
    r"|eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*|\b(bearer|basic)\s+(?=[\w+/=.~-]*\d)[\w+/=.~-]{8,}",
    re.IGNORECASE,
)


def http_problems(state: State) -> Iterator[Problem]:
    """What is doubtful in an HTTP Task."""
    for field in ("Arguments", "Parameters"):
        given = state.fields.get(field)
        if isinstance(given, Mapping):
            pointer = f"{state.pointer}/{field}"
            yield from _endpoint(state, given.get("ApiEndpoint"), f"{pointer}/ApiEndpoint")
            yield from _headers(state, given, pointer)
            for part in _SENT:
                yield from _secrets(state, given.get(part), f"{pointer}/{part}")


def _endpoint(state: State, endpoint: Any, pointer: str) -> Iterator[Problem]:
    if not isinstance(endpoint, str) or is_query(endpoint):
        return
    trouble = endpoint_trouble(endpoint)
    if trouble is not None:
        yield problem("http_endpoint", pointer, state=state.name, trouble=trouble)
    elif endpoint.startswith("http:"):
        yield problem("http_plain", pointer, state=state.name)


def _headers(state: State, given: Mapping[str, Any], pointer: str) -> Iterator[Problem]:
    headers = given.get("Headers")
    if isinstance(headers, Mapping):
        for name in headers:
            trouble = header_trouble(str(name).removesuffix(".$"))
            if trouble is not None:
                yield problem("http_header", f"{pointer}/Headers", state=state.name, trouble=trouble)
    transform = given.get("Transform")
    is_form = isinstance(transform, Mapping) and transform.get("RequestBodyEncoding") == "URL_ENCODED"
    known = isinstance(headers, Mapping) or (headers is None and "Headers.$" not in given)
    if is_form and known and not any(str(name).lower().startswith("content-type") for name in headers or ()):
        made = {**(headers or {}), "Content-Type": _FORM}
        edits = (Edit("set", f"{pointer}/Headers", made),)
        yield problem("http_form", f"{pointer}/Transform", state=state.name, type=_FORM).mended_by(*edits)


def _secrets(state: State, value: Any, pointer: str, name: str = "") -> Iterator[Problem]:
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield from _secrets(state, one, f"{pointer}/{key}", str(key))
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from _secrets(state, one, f"{pointer}/{index}", name)
    elif isinstance(value, str) and not name.endswith(".$") and not is_query(value) and _looks_secret(name, value):
        yield problem("http_secret", pointer, state=state.name, name=name or pointer.rpartition("/")[2])


def _looks_secret(name: str, value: str) -> bool:
    """Whether a constant looks like a secret, by its name or by its form.

    >>> _looks_secret("X-Api-Key", "4f6a81c09b"), _looks_secret("note", "Bearer 4f6a81c09b")
    (True, True)
    """
    return (len(value) >= 6 and _NAMES.search(name) is not None) or SECRET.search(value) is not None
