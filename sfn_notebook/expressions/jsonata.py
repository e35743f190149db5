"""JSONata as Step Functions uses it, over the `jlens` engine, which nothing else here imports.

https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple, NoReturn, TypeGuard

import jlens

from sfn_notebook import _json
from sfn_notebook.errors import ExpressionError, InvalidJson, QueryFailure
from sfn_notebook.expressions.intrinsic_functions import digest
from sfn_notebook.expressions.scope import Scope, uuid4

_OPEN: Final = "{%"
_CLOSE: Final = "%}"
_TIMEOUT_SECONDS: Final = 10.0
_MAX_ITEMS: Final = 873_782  # measured on AWS, 2026-08: [1..873782] is counted, one more is refused
_BOUNDS: Final = {
    "max_depth": 100,  # measured so: five expressions of different kind all failed between 99 and 101
    "max_array_length": _MAX_ITEMS,
    "max_string_length": 8 * _MAX_ITEMS,  # measured so: 2^22 characters pass, 2^23 do not
}
_NO_MEMORY: Final = "Expression evaluation memory limit exceeded: Check for excessive memory usage"
_BOUND_WORDS: Final[Mapping[str, str]] = {
    "U1001": _NO_MEMORY,
    "D2014": _NO_MEMORY,
    "D1012": "Expression evaluation timeout: Check for infinite loop",
    "D1011": (
        "Stack overflow error: Check for non-terminating recursive function.  Consider rewriting as tail-recursive"
    ),
}
"""What AWS says when an expression is stopped: a sentence without a code."""
# what of the scope an expression needs is seen once, when it is compiled
_CLOCK_WORDS: Final = ("$now", "$millis")
_WITH_NUMBERS: Final = frozenset({"D3060", "D3061", "D3100"})
_WHOLE: Final = re.compile(r"(?<=\d)\.0(?!\d)")
_ROOT: Final = re.compile(r"\$\$(?![\w$])")
_TEXTS: Final = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'", re.DOTALL)


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
    options: dict[str, Any] = {"timeout": _TIMEOUT_SECONDS, **_BOUNDS}
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
        bound = _BOUND_WORDS.get(error.code)
        raise QueryFailure(bound or _words(error), code=None if bound else error.code) from error
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


def parser_says(text: str) -> str | None:
    """What JSONata's parser has against an expression, None when it is sound.

    >>> parser_says("{% 1 + %}")
    'Unexpected end of expression'
    """
    try:
        _compile(source_of(text))
    except ExpressionError as error:
        return str(error.__cause__)
    return None


class Reads(NamedTuple):
    """What an expression reads, as far as can be seen without evaluating it.

    Attributes:
        top_level: Names that it looks up in the context item, which Step Functions does not have.
        variables: Workflow variables (and anything else that is written `$name`).
        states: What it reads of `$states`: "input", "result", "errorOutput", "context".
    """

    top_level: tuple[str, ...]
    variables: frozenset[str]
    states: frozenset[str]


@lru_cache(maxsize=8192)
def reads(text: str) -> Reads:
    """What an expression reads.

    Raises:
        ExpressionError: it is not JSONata.

    >>> reads("{% $states.input.a + $rate + b %}")
    Reads(top_level=('b',), variables=frozenset({'rate'}), states=frozenset({'input'}))
    """
    source = source_of(text)
    query = _compile(source)
    found = query.expression.reads({name: _stand_in for name, _ in query.hosts})
    bindings: dict[str, Any] = found["bindings"]
    context, states = found.get("input"), bindings.get("states")
    names = tuple(context) if isinstance(context, dict) else ()
    if context is not None and _ROOT.search(_TEXTS.sub("''", source)):
        names = ("$$",)  # what is read of it is no name of its own
    return Reads(
        top_level=names,
        variables=frozenset(name for name in bindings if name not in (*_HOSTS, "states")),
        states=frozenset(states) if isinstance(states, dict) else frozenset(),
    )


def _stand_in(*arguments: Any) -> None:
    """A function of our own, for the analysis that need not call it."""


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


def _words(error: jlens.JlensError) -> str:
    """What JSONata says: of a number that is whole without a point, as JavaScript writes it."""
    words = str(error)
    return _WHOLE.sub("", words) if error.code in _WITH_NUMBERS else words


# -- the functions that Step Functions adds to JSONata, and the one it takes away


def _partition(scope: Scope) -> Callable[..., Any]:
    def partition(array: Any = None, size: Any = None) -> list[Any]:
        items = array if isinstance(array, list) else _unfit("partition", 1, array)
        chunk = _integer(size, "partition", 2)
        if chunk <= 0:
            _unfit("partition", 2, size)
        return [items[start : start + chunk] for start in range(0, len(items), chunk)]

    return partition


def _range(scope: Scope) -> Callable[..., Any]:
    def numbers(first: Any = None, last: Any = None, step: Any = None) -> list[int]:
        start, stop, by = (_integer(value, "range", at + 1) for at, value in enumerate((first, last, step)))
        if by == 0:
            _unfit("range", 3, step)
        found = range(start, stop + (1 if by > 0 else -1), by)
        if found[_MAX_ITEMS:]:  # its length may be more than len() can say
            raise QueryFailure(_NO_MEMORY)
        return list(found)

    return numbers


def _hash(scope: Scope) -> Callable[..., Any]:
    def hashed(data: Any = None, algorithm: Any = None) -> str:
        if data is None:
            _unfit("hash", 1, data)
        text = data if isinstance(data, str) else _json.dumps(data)
        found = digest(text, algorithm) if isinstance(algorithm, str) else None
        return found if found is not None else _unfit("hash", 2, algorithm)

    return hashed


def _random(scope: Scope) -> Callable[..., Any]:
    def number(seed: Any = None) -> float:
        source = scope.random if seed is None else type(scope.random)(_integer(seed, "random", 1))
        return source.random()

    return number


def _parse(scope: Scope) -> Callable[..., Any]:
    def parsed(text: Any = None) -> Any:
        if not isinstance(text, str):
            _unfit("parse", 1, text)
        try:
            return _json.loads(text)
        except InvalidJson as error:
            raise QueryFailure(f"$parse: {error.message}", code="D3120") from error

    return parsed


def _eval(scope: Scope) -> Callable[..., Any]:
    def refused(*arguments: Any) -> Any:
        raise QueryFailure("Attempted to invoke a non-function", code="T1006")

    return refused


def _integer(value: Any, function: str, position: int) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        _unfit(function, position, value)
    return int(value)


def _unfit(function: str, position: int, value: Any) -> NoReturn:
    """Refuse an argument: nothing gives nothing, as in JSONata's own functions."""
    if value is None:
        raise QueryFailure("returned nothing (undefined)", undefined=True)
    raise QueryFailure(f'Argument {position} of function "{function}" does not match function signature', code="T0410")


_HOSTS: Final[Mapping[str, Callable[[Scope], Callable[..., Any]]]] = {
    "partition": _partition,
    "range": _range,
    "hash": _hash,
    "random": _random,
    "uuid": lambda scope: lambda: uuid4(scope.random),
    "parse": _parse,
    "eval": _eval,
}
