"""Keyword arguments that are refused with a suggestion, and shown one by one in `help()` and by Tab."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from sfn_notebook.asl.fields import snake_case
from sfn_notebook.errors import UnknownKeyword, did_you_mean

P = ParamSpec("P")
R = TypeVar("R")


class _NotGiven:
    def __repr__(self) -> str:
        return "…"


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
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=_NotGiven())
            for name in typed.__annotations__
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
        return function(*args, **kwargs)

    call.__signature__ = signature  # type: ignore[attr-defined]  # PEP 362: what inspect.signature() shows
    return call


def _unknown(function: Callable[..., Any], word: str, signature: inspect.Signature) -> UnknownKeyword:
    words = [name for name in signature.parameters if name != "self"]
    owner, _, last = function.__qualname__.rpartition(".")
    name = owner if last == "__init__" else last
    if word != snake_case(word) and snake_case(word) in words:
        hint = f"Fields are written in snake_case here: {snake_case(word)}=."
    else:
        hint = did_you_mean(word, words, limit=40)
    more = " What this package does not know: asl={...}." if "asl" in words else ""
    return UnknownKeyword(f"{name}() has no keyword {word!r}.", hint=hint + more)
