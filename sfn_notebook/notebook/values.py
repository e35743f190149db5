"""Expressions as people write them in cells: `q`, `path`, `ctx`, `token`.

They are values without a query language of their own where possible: `ctx` and `token` become JSONata or JSONPath
where they are used (see `render.py`). Python's comparison operators and `&`, `|`, `~` make conditions; `and`, `or`,
`not` cannot (Python asks for a truth value at once) and are refused.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, Literal, NoReturn

from sfn_notebook.errors import InvalidArgument, UnknownName, did_you_mean

Kind = Literal["string", "number", "boolean", "timestamp"]
Comparison = Literal["==", "!=", "<", "<=", ">", ">="]

_CONTEXT: Final = MappingProxyType(
    {
        (): ("Execution", "Map", "State", "StateMachine", "Task"),
        ("Execution",): ("Id", "Input", "Name", "RedriveCount", "RedriveTime", "RoleArn", "StartTime"),
        ("State",): ("EnteredTime", "Name", "RetryCount"),
        ("StateMachine",): ("Id", "Name"),
        ("Task",): ("Token",),
        ("Map",): ("Item",),
        ("Map", "Item"): ("Index", "Key", "Source", "Value"),
    }
)
"""The context object: what stands below each step; below the others (Input, Value) anything may.

https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html, checked 2026-11-23."""
_OPEN: Final = (("Execution", "Input"), ("Map", "Item", "Value"))


Evaluator = Callable[..., Any]
_evaluators: list[Evaluator] = []


def evaluates(function: Evaluator) -> Evaluator:
    """Decorator: the function is what `try_` calls. It writes expressions as ASL, and so stands above this module."""
    _evaluators[:] = [function]
    return function


_NO_INPUT: Final[dict[str, Any]] = {}


class Expression:
    """What all expressions share: comparing and combining them makes a `Condition`, and none has a truth value."""

    __slots__ = ()

    def __eq__(self, other: object) -> Condition:  # type: ignore[override]  # a condition, not a bool: that is the point
        return Compare(self, "==", other)

    def __ne__(self, other: object) -> Condition:  # type: ignore[override]  # as for __eq__
        return Compare(self, "!=", other)

    __hash__ = None  # type: ignore[assignment]  # equality makes a condition, so it cannot be a key

    def __lt__(self, other: Any) -> Condition:
        return Compare(self, "<", other)

    def __le__(self, other: Any) -> Condition:
        return Compare(self, "<=", other)

    def __gt__(self, other: Any) -> Condition:
        return Compare(self, ">", other)

    def __ge__(self, other: Any) -> Condition:
        return Compare(self, ">=", other)

    def __and__(self, other: Any) -> Condition:
        return Join("and", (self, _operand(other, "&")))

    def __or__(self, other: Any) -> Condition:
        return Join("or", (self, _operand(other, "|")))

    def __invert__(self) -> Condition:
        return Not(self)

    def __bool__(self) -> NoReturn:
        raise InvalidArgument(
            f"{self!r} has no truth value: it is only known when the state machine runs.",
            hint="Python's and, or, not, if and chained comparisons cannot be part of it. Use & for and, | for or,"
            " ~ for not, each side in parentheses: (a > 1) & (b < 2); in JSONata all of it can stand in one q('...').",
        )

    def try_(self, input: Any = _NO_INPUT, **given: Any) -> Any:
        """Evaluate it here and now, on data that is given: the scratchpad.

        Nothing is deployed, started or called; no session is needed.

        Args:
            input: `$states.input` of JSONata, `$` of JSONPath; or a state of an execution,
                `execution.states["Charge"]`, for the data it had as far as the history tells.
            given: What else it sees, as in `sfn.try_`: `result`, `error_output`, `variables`, `context`.

        Returns:
            The `Tried`: its `result`, or the `error` that Step Functions would fail with.

        Raises:
            ExpressionError: it is not a JSONata expression, or not a path; Step Functions would refuse it.
            InvalidArgument: the data is no JSON.

        >>> q("$states.input.total * $rate").try_({"total": 50}, variables={"rate": 1.2})
        q('$states.input.total * $rate')
          $states.input  {"total":50}
          $rate          1.2
          result         60
        """
        return _evaluators[0](self, input, **given)

    def is_present(self) -> Condition:
        """Whether it is there at all."""
        return Test(self, "present")

    def is_null(self) -> Condition:
        """Whether it is null."""
        return Test(self, "null")

    def is_string(self) -> Condition:
        """Whether it is a string."""
        return Test(self, "string")

    def is_numeric(self) -> Condition:
        """Whether it is a number."""
        return Test(self, "numeric")

    def is_boolean(self) -> Condition:
        """Whether it is true or false."""
        return Test(self, "boolean")

    def is_timestamp(self) -> Condition:
        """Whether it is a string in the form of an RFC 3339 timestamp (JSONPath only)."""
        return Test(self, "timestamp")

    def matches(self, pattern: str) -> Condition:
        """Whether the string matches a pattern in which `*` stands for any characters (JSONPath only).

        >>> path("$.file").matches("log-*.txt")
        path('$.file').matches('log-*.txt')
        """
        if not isinstance(pattern, str):
            raise InvalidArgument(f"matches() takes a text such as 'log-*.txt'; given was {pattern!r}.")
        return Matches(self, pattern)


def _operand(value: Any, sign: str) -> Expression:
    if isinstance(value, Expression):
        return value
    raise InvalidArgument(
        f"{sign} joins conditions; given was {value!r}.",
        hint=f"Put each comparison in parentheses, {sign} binds tighter than < and ==: (a > 1) {sign} (b == 2).",
    )


@dataclass(frozen=True, slots=True, eq=False)
class Query(Expression):
    """A JSONata expression, without its `{% %}`."""

    text: str

    def __repr__(self) -> str:
        return f"q({self.text!r})"


@dataclass(frozen=True, slots=True, eq=False)
class Path(Expression):
    """A JSONPath or an intrinsic function call; `kind` says what a comparison takes it for."""

    text: str
    kind: Kind | None = None

    @property
    def string(self) -> Path:
        """The same path, compared as a string."""
        return Path(self.text, "string")

    @property
    def number(self) -> Path:
        """The same path, compared as a number."""
        return Path(self.text, "number")

    @property
    def boolean(self) -> Path:
        """The same path, compared as true or false."""
        return Path(self.text, "boolean")

    @property
    def timestamp(self) -> Path:
        """The same path, compared as a timestamp."""
        return Path(self.text, "timestamp")

    def __repr__(self) -> str:
        return f"path({self.text!r})" + (f".{self.kind}" if self.kind else "")


class Context(Expression):
    """A place in the context object; becomes `$states.context.…` in JSONata and `$$.…` in JSONPath."""

    __slots__ = ("_steps",)
    _steps: tuple[str, ...]

    def __init__(self, steps: tuple[str, ...] = ()) -> None:
        self._steps = steps

    def __getattr__(self, name: str) -> Context:
        if name.startswith("_"):  # Python and IPython ask for many such names; none is in the context object
            raise AttributeError(name)
        allowed = self._below()
        if allowed is not None and name not in allowed:
            hint = did_you_mean(name, allowed) if allowed else f"{self!r} has nothing below it."
            raise UnknownName(f"the context object has no {self._dotted(name)}.", hint=hint)
        return Context((*self._steps, name))

    def __dir__(self) -> list[str]:
        return [*(self._below() or ()), *super().__dir__()]

    def _below(self) -> tuple[str, ...] | None:
        if any(self._steps[: len(top)] == top for top in _OPEN):
            return None
        return _CONTEXT.get(self._steps, ())

    def _dotted(self, name: str) -> str:
        return ".".join((*self._steps, name))

    def __repr__(self) -> str:
        return "token" if self._steps == ("Task", "Token") else ".".join(("ctx", *self._steps))


class Condition(Expression):
    """What is true or false when the machine runs: a Choice rule, or a JSONata expression."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, eq=False)
class Compare(Condition):
    """Two operands and what holds between them."""

    left: Expression
    operator: Comparison
    right: Any

    def __repr__(self) -> str:
        return f"({self.left!r} {self.operator} {self.right!r})"


@dataclass(frozen=True, slots=True, eq=False)
class Test(Condition):
    """What an operand is: present, null, a string and so on."""

    operand: Expression
    what: Literal["present", "null", "string", "numeric", "boolean", "timestamp"]

    __test__ = False  # pytest: not a test class

    def __repr__(self) -> str:
        return f"{self.operand!r}.is_{self.what}()"


@dataclass(frozen=True, slots=True, eq=False)
class Matches(Condition):
    """A string against a pattern with `*`."""

    operand: Expression
    pattern: str

    def __repr__(self) -> str:
        return f"{self.operand!r}.matches({self.pattern!r})"


@dataclass(frozen=True, slots=True, eq=False)
class Join(Condition):
    """Conditions joined by and, or."""

    word: Literal["and", "or"]
    operands: tuple[Expression, ...]

    def __repr__(self) -> str:
        return "(" + (" & " if self.word == "and" else " | ").join(map(repr, self.operands)) + ")"


@dataclass(frozen=True, slots=True, eq=False)
class Not(Condition):
    """The opposite."""

    operand: Expression

    def __repr__(self) -> str:
        return f"~{self.operand!r}"


def q(expression: str | Query) -> Query:
    """A JSONata expression.

    Args:
        expression: JSONata, with or without its `{% %}`.

    Raises:
        InvalidArgument: it is not a text, or empty.

    >>> q("$states.input.total > 100") & ~q("$states.input.vip")
    (q('$states.input.total > 100') & ~q('$states.input.vip'))
    """
    if isinstance(expression, Query):
        return expression
    given: object = expression  # from a cell anything may come
    text = given.strip() if isinstance(given, str) else ""
    if text.startswith("{%") and text.endswith("%}"):
        text = text[2:-2].strip()
    if not text:
        raise InvalidArgument(f"q() takes a JSONata expression such as '$states.input.total'; given was {given!r}.")
    return Query(text)


def path(text: str | Path) -> Path:
    """A JSONPath (`$.total`, `$$.Execution.Id`, `$variable`) or an intrinsic function call (`States.Format(...)`).

    Compared with a number, a text, a bool or a datetime it makes a Choice rule; `.number`, `.string`, `.boolean`,
    `.timestamp` say what it is where the other side does not: `path("$.a").number > path("$.b")`.

    Raises:
        InvalidArgument: it does not begin with `$` or `States.`.

    >>> (path("$.total") > 100) | path("$.vip").is_present()
    ((path('$.total') > 100) | path('$.vip').is_present())
    """
    if isinstance(text, Path):
        return text
    given: object = text  # from a cell anything may come
    if not isinstance(given, str) or not given.strip().startswith(("$", "States.")):
        raise InvalidArgument(
            "path() takes a JSONPath such as '$.total' or an intrinsic function such as 'States.UUID()';"
            f" given was {given!r}."
        )
    return Path(given.strip())


ctx: Final = Context()
"""The context object: `ctx.Execution.Id`, `ctx.Map.Item.Value`, … in either query language."""

token: Final = ctx.Task.Token
"""The task token of the attempt that runs, in either query language."""


def kind_of(value: Any) -> Kind | None:
    """What a comparison takes a literal for; None when it says nothing."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "number"
    if isinstance(value, datetime):
        return "timestamp"
    if isinstance(value, Path):
        return value.kind
    return "string" if isinstance(value, str) else None
