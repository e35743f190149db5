"""Keyword arguments that are refused with a suggestion, and shown one by one in `help()` and by Tab."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, Final, ParamSpec, TypeVar

from sfn_notebook.asl.fields import snake_case
from sfn_notebook.errors import UnknownKeyword, did_you_mean

P = ParamSpec("P")
R = TypeVar("R")


_EVERYWHERE: Final = frozenset(
    ("assign", "output", "input_path", "output_path", "next", "end", "comment", "query_language", "asl")
)


class _NotGiven:
    def __repr__(self) -> str:
        return "…"


NOT_GIVEN: Final = _NotGiven()
"""The default that a signature shows for what need not be given."""


def checked(function: Callable[P, R]) -> Callable[P, R]:
    """Decorator: an unknown keyword is an `UnknownKeyword` that names the nearest one.

    >>> checked(lambda *, color=1: color)(colour=2)
    Traceback (most recent call last):
    sfn_notebook.errors.UnknownKeyword: <lambda>() has no keyword 'colour'.
    Did you mean 'color'?
    """
    return _checked(function, inspect.signature(function))


def spelled(typed: type) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Decorator: `checked`, where the keys of a TypedDict stand for the function's `**fields`."""

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        signature = inspect.signature(function)
        own = [one for one in signature.parameters.values() if one.kind is not inspect.Parameter.VAR_KEYWORD]
        more = [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=NOT_GIVEN)
            for name in sorted(typed.__annotations__, key=_EVERYWHERE.__contains__)  # a state's own fields first
            if name not in signature.parameters
        ]
        return _checked(function, signature.replace(parameters=[*own, *more]))

    return decorate


def _checked(function: Callable[P, R], signature: inspect.Signature) -> Callable[P, R]:
    known = frozenset(signature.parameters)
    if any(one.kind is inspect.Parameter.VAR_KEYWORD for one in signature.parameters.values()):
        raise TypeError(f"{function!r} takes any keyword; there is nothing to check")

    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        for word in kwargs:
            if word not in known:
                raise _unknown(function, word, signature)
        try:
            signature.bind(*args, **kwargs)
        except TypeError as error:
            raise _misfit(function, str(error), signature) from None  # Python's words, in a form without our internals
        return function(*args, **kwargs)

    call.__signature__ = signature  # type: ignore[attr-defined]  # PEP 362: what inspect.signature() shows
    return call


def _name(function: Callable[..., Any]) -> str:
    owner, _, last = function.__qualname__.rpartition(".")
    return owner if last == "__init__" else last


def _unknown(function: Callable[..., Any], word: str, signature: inspect.Signature) -> UnknownKeyword:
    words = [name for name in signature.parameters if name != "self"]
    if word != snake_case(word) and snake_case(word) in words:
        hint = f"Fields are written in snake_case here: {snake_case(word)}=."
    else:
        hint = did_you_mean(word, words, limit=40)
    more = " What this package does not know: asl={...}." if "asl" in words else ""
    return UnknownKeyword(f"{_name(function)}() has no keyword {word!r}.", hint=hint + more)


def _misfit(function: Callable[..., Any], what: str, signature: inspect.Signature) -> UnknownKeyword:
    given = [one for one in signature.parameters.values() if one.name != "self"]
    by_place = [one.name for one in given if one.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD]
    by_name = [one.name for one in given if one.kind is inspect.Parameter.KEYWORD_ONLY]
    words = f"; by keyword: {', '.join(by_name[:8])}, …" if by_name else ""
    hint = f"By position: {', '.join(by_place) or 'nothing'}{words}."
    return UnknownKeyword(
        f"{_name(function)}(): {what}.", hint=hint.replace(", ….", "." if len(by_name) <= 8 else ", …")
    )
