"""Finding a task token in what a task was called with, and hiding it in what is shown.

https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-wait-token
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final
from urllib.parse import unquote

from sfn_notebook import _json
from sfn_notebook.asl import JSONATA, State
from sfn_notebook.errors import InvalidJson
from sfn_notebook.expressions import jsonata

MASKED: Final = "●●●"
_PATHS: Final = frozenset({"$$.Task.Token", "$states.context.Task.Token"})
# what tokens of Step Functions look like, anywhere in a text
_GENUINE: Final = re.compile(r"(?:AQ[A-Za-z0-9+/]{2})?AAAAKgAAAA[A-Za-z0-9+/]{40,}={0,2}")
# what those of emulators may look like: a text of its own, or a word in one
_WHOLE: Final = re.compile(r"[A-Za-z0-9+/_=-]{32,}")
_WORD: Final = re.compile(r"[A-Za-z0-9+_-]{32,}={0,2}")
_ESCAPED: Final = re.compile(r"%(?:2[BbFf]|3[Dd])")
_LITERAL: Final = re.compile(r"'([^']*)'|\"([^\"]*)\"")
_TELLING: Final = 4  # a shorter text of an expression may stand in a token by chance
# tokens of Step Functions are Base64 of far more than a hundred bytes; UUIDs are tokens of emulators only
_LONG: Final = re.compile(r"[A-Za-z0-9+/_-]{100,}={0,2}")
_ACCOUNT: Final = re.compile(r"(?<=[:/])\d{12}(?=[:/])")


def token_of(parameters: Any, state: State | None) -> str | None:
    """The task token in a task's parameters.

    It is looked for where the definition puts it; where that cannot be told (no definition, or an expression
    makes a larger value of it), the text that looks most like a token is taken.

    Args:
        parameters: What the task was called with, parsed.
        state: The state of the definition, or None when there is no definition.
    """
    if state is not None:
        template = state.fields.get("Arguments" if state.query_language == JSONATA else "Parameters")
        for value, expression in _places(template, parameters):
            if expression is None and isinstance(value, str):
                return value
            if (found := _likeliest(value, () if expression is None else _literals(expression))) is not None:
                return found
        if template is not None:
            return None
    return _likeliest(parameters)


def mask(text: str) -> str:
    """A text without task tokens and account ids.

    >>> mask("arn:aws:states:us-east-1:123456789012:stateMachine:orders")
    'arn:aws:states:us-east-1:●●●:stateMachine:orders'
    """
    return _ACCOUNT.sub(MASKED, _LONG.sub(MASKED, text))


def mask_value(value: Any, token: str | None = None) -> Any:
    """A JSON value with tokens and account ids hidden in every text of it.

    Args:
        value: The value.
        token: A token that is known, whatever it looks like.
    """
    if isinstance(value, str):
        return mask(value.replace(token, MASKED) if token else value)
    if isinstance(value, Mapping):
        return {mask_value(key, token): mask_value(item, token) for key, item in value.items()}
    if isinstance(value, list):
        return [mask_value(item, token) for item in value]
    return value


def _places(template: Any, value: Any) -> Iterator[tuple[Any, str | None]]:
    """Every value that the template makes from the token, with the expression, or None where it is the token itself."""
    if isinstance(template, (Mapping, list)) and isinstance(value, str):
        value = _parsed(value)  # an integration that wants text was given an object
    if isinstance(template, Mapping):
        held = value if isinstance(value, Mapping) else {}
        for key, item in template.items():
            if key.endswith(".$") and isinstance(item, str):
                yield from _leaf(item, held.get(key[:-2]))
            else:
                yield from _places(item, held.get(key))
    elif isinstance(template, list) and isinstance(value, list):
        for item, filled in zip(template, value, strict=False):
            yield from _places(item, filled)
    elif jsonata.is_expression(template):
        yield from _leaf(jsonata.source_of(template), value)


def _leaf(expression: str, value: Any) -> Iterator[tuple[Any, str | None]]:
    if expression.strip() in _PATHS:
        yield value, None
    elif "$states.context" in expression or "$$" in expression:
        yield value, expression


def _literals(expression: str) -> list[str]:
    """The texts an expression writes itself, the longest first: they are no part of the token."""
    pieces = (piece for found in _LITERAL.findall(expression) for text in found for piece in text.split("{}"))
    return sorted((piece for piece in pieces if len(piece) >= _TELLING), key=len, reverse=True)


def _likeliest(value: Any, literals: Iterable[str] = ()) -> str | None:
    """The text that looks most like a token: as AWS makes them before others, then named so, then the longest."""
    found = [
        ((_GENUINE.fullmatch(word) is not None, "token" in key.lower(), len(word)), word)
        for key, text in _texts("", value)
        for word in _words(text, literals)
    ]
    return max(found)[1] if found else None


def _words(text: str, literals: Iterable[str]) -> list[str]:
    for literal in literals:
        text = text.replace(literal, " ")
    if _ESCAPED.search(text):
        text = unquote(text)
    if genuine := _GENUINE.findall(text):
        return genuine
    return [text.strip()] if _WHOLE.fullmatch(text.strip()) else _WORD.findall(text)


def _texts(key: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        parsed = _parsed(value)
        if isinstance(parsed, (Mapping, list)):
            yield from _texts(key, parsed)
        else:
            yield key, value
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield from _texts(name, item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(key, item)


def _parsed(text: str) -> Any:
    if text[:1] not in "{[":
        return text
    try:
        return _json.loads(text)
    except InvalidJson:
        return text
