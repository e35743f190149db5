"""JSONata as Step Functions uses it, over the `jlens` engine, which nothing else here imports.

https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final, TypeGuard

import jlens

from sfn_notebook import _json
from sfn_notebook.errors import ExpressionError, InvalidJson, QueryFailure
from sfn_notebook.expressions.intrinsics import digest
from sfn_notebook.expressions.scope import Scope, uuid4

_OPEN: Final = "{%"
_CLOSE: Final = "%}"
_TIMEOUT_SECONDS: Final = 10.0
_MAX_ITEMS: Final = 1_000_000
# what of the scope an expression needs is seen once, when it is compiled
_CLOCK_WORDS: Final = ("$now", "$millis")


def is_expression(value: Any) -> TypeGuard[str]:
    """Whether a value of a definition is a JSONata expression: a string `{% … %}`.

    >>> is_expression("{% 1 + 1 %}"), is_expression("a {% 1 %}")
    (True, False)
    """
    return isinstance(value, str) and value.startswith(_OPEN) and value.endswith(_CLOSE) and len(value) >= 4


def source_of(text: str) -> str:
    """An expression without its delimiters and the white space inside them."""
    return text[2:-2].strip() if is_expression(text) else text


def evaluate(text: str, scope: Scope) -> Any:
    """What an expression gives in a scope.

    Args:
        text: The expression, with or without its `{% %}`.
        scope: What it reads from.

    Raises:
        QueryFailure: it fails, or gives nothing (`undefined`).
        ExpressionError: it is not JSONata.

    >>> evaluate("{% $states.input.total > 100 %}", Scope(states={"input": {"total": 101}}))
    True
    """
    query = _compile(source_of(text))
    bindings = {**scope.variables, "states": {**scope.states, "context": scope.context}}
    options: dict[str, Any] = {"timeout": _TIMEOUT_SECONDS}
    for name, host in query.hosts:
        bindings[name] = host(scope)
    if query.reads_clock:
        options["now"] = int(scope.now() * 1000)
    try:
        value = query.expression.evaluate(None, bindings, **options)
        # None says null as well as undefined; only the JSON form tells them apart
        if value is None and query.expression.evaluate_json(None, bindings, **options) is None:
            raise QueryFailure("returned nothing (undefined)", undefined=True)
    except jlens.JlensError as error:
        raise QueryFailure(str(error), code=error.code) from error
    except (TypeError, OverflowError, RecursionError) as error:
        raise QueryFailure(f"the value cannot be used in JSONata: {error}") from error
    return value


def fill(template: Any, scope: Scope) -> Any:
    """A value of a definition with every `{% … %}` string in it evaluated, at any depth.

    Raises:
        QueryFailure, ExpressionError: as `evaluate`.

    >>> fill({"n": "{% 1 + 1 %}", "s": ["x"]}, Scope())
    {'n': 2, 's': ['x']}
    """
    if is_expression(template):
        return evaluate(template, scope)
    if isinstance(template, Mapping):
        return {key: fill(value, scope) for key, value in template.items()}
    if isinstance(template, list):
        return [fill(item, scope) for item in template]
    return template


def check(text: str) -> None:
    """Refuse a text that is not JSONata in its syntax.

    Raises:
        ExpressionError: it is not; the message says where.
    """
    _compile(source_of(text))


class _Query:
    """A compiled expression and what it needs of a scope."""

    __slots__ = ("expression", "hosts", "reads_clock")

    def __init__(self, source: str) -> None:
        self.expression = jlens.Expression(source)
        self.hosts = [(name, host) for name, host in _HOSTS.items() if f"${name}" in source]
        self.reads_clock = any(word in source for word in _CLOCK_WORDS)


@lru_cache(maxsize=8192)
def _compile(source: str) -> _Query:
    try:
        return _Query(source)
    except jlens.JlensError as error:
        raise ExpressionError(f"not a JSONata expression: {source!r}: {error} ({error.code})") from error


# -- the functions that Step Functions adds to JSONata


def _partition(scope: Scope) -> Callable[..., Any]:
    def partition(array: Any, size: Any) -> list[Any]:
        if not isinstance(array, list):
            raise QueryFailure("Argument 1 of function $partition must be an array", code="T0410")
        chunk = _integer(size, "$partition", 2)
        if chunk <= 0:
            raise QueryFailure("Argument 2 of function $partition must be above zero", code="T0410")
        return [array[start : start + chunk] for start in range(0, len(array), chunk)]

    return partition


def _range(scope: Scope) -> Callable[..., Any]:
    def numbers(first: Any, last: Any, step: Any) -> list[int]:
        start, stop, by = (_integer(value, "$range", at + 1) for at, value in enumerate((first, last, step)))
        if by == 0:
            raise QueryFailure("Argument 3 of function $range must not be zero", code="T0410")
        found = range(start, stop + (1 if by > 0 else -1), by)
        if len(found) > _MAX_ITEMS:
            raise QueryFailure(f"$range would give {len(found)} elements", code="D2014")
        return list(found)

    return numbers


def _hash(scope: Scope) -> Callable[..., Any]:
    def hashed(data: Any, algorithm: Any) -> str:
        text = data if isinstance(data, str) else _json.dumps(data)
        found = digest(text, algorithm) if isinstance(algorithm, str) else None
        if found is None:
            raise QueryFailure(f"$hash knows MD5, SHA-1, SHA-256, SHA-384 and SHA-512, not {algorithm!r}", code="T0410")
        return found

    return hashed


def _random(scope: Scope) -> Callable[..., Any]:
    def number(seed: Any = None) -> float:
        source = scope.random if seed is None else type(scope.random)(_integer(seed, "$random", 1))
        return source.random()

    return number


def _parse(scope: Scope) -> Callable[..., Any]:
    def parsed(text: Any) -> Any:
        if not isinstance(text, str):
            raise QueryFailure("Argument 1 of function $parse must be a string", code="T0410")
        try:
            return _json.loads(text)
        except InvalidJson as error:
            raise QueryFailure(f"$parse: {error.message}", code="D3120") from error

    return parsed


def _eval(scope: Scope) -> Callable[..., Any]:
    def refused(*arguments: Any) -> Any:
        raise QueryFailure("$eval is not supported in Step Functions; use $parse", code="T1006")

    return refused


def _integer(value: Any, function: str, position: int) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise QueryFailure(
            f"Argument {position} of function {function} does not match function signature", code="T0410"
        )
    return int(value)


_HOSTS: Final[Mapping[str, Callable[[Scope], Callable[..., Any]]]] = {
    "partition": _partition,
    "range": _range,
    "hash": _hash,
    "random": _random,
    "uuid": lambda scope: lambda: uuid4(scope.random),
    "parse": _parse,
    "eval": _eval,
}
