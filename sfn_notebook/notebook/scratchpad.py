"""`try_`: the scratchpad, which evaluates an expression or a template on given data, here and now."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sfn_notebook import _json, history
from sfn_notebook._display import Shown
from sfn_notebook.asl import JSONATA, JSONPATH
from sfn_notebook.errors import ExpressionError, InvalidArgument, PathFailure
from sfn_notebook.expressions import causes, jsonata, jsonpath
from sfn_notebook.expressions.choice_rules import compile_rule
from sfn_notebook.expressions.scope import Scope
from sfn_notebook.notebook.hints import hint_for
from sfn_notebook.notebook.inputs import input_text
from sfn_notebook.notebook.render import condition, fill, path_text
from sfn_notebook.notebook.signatures import NOT_GIVEN, checked
from sfn_notebook.notebook.states_run import StateRun
from sfn_notebook.notebook.values import Compare, Condition, Expression, Join, Matches, Not, Path, Test, evaluates

_NO_INPUT: Final[Mapping[str, Any]] = {}


@dataclass(frozen=True, slots=True, repr=False)
class Tried(Shown):
    """What an expression gave on given data.

    Attributes:
        expression: The expression, as it was written in the cell.
        language: "JSONata" or "JSONPath".
        reads: What it read, by the name it reads it by: `$states.input`, `$`, `$rate`.
        result: What it gave; None where it failed.
        error: The error that a state fails with by it, or None.
        cause: The cause, in Step Functions' words.
        place: Where in a template the expression that failed stands; "" of one alone.
        hint: How to mend it, or None.
    """

    expression: str
    language: str
    reads: Mapping[str, Any]
    result: Any = None
    error: str | None = None
    cause: str | None = None
    place: str = ""
    hint: str | None = None

    @property
    def ok(self) -> bool:
        """Whether it gave a result."""
        return self.error is None

    def __repr__(self) -> str:
        rows = {name: history.short(_json.dumps(value)) for name, value in self.reads.items()}
        if self.ok:
            rows["result"] = history.short(_json.dumps(self.result))
        else:
            told = {"error": self.error, "at": self.place, "cause": history.mask(self.cause or ""), "hint": self.hint}
            rows.update({name: text for name, text in told.items() if text})
        width = max(map(len, rows))
        return "\n".join([self.expression, *(f"  {name:<{width}}  {text}" for name, text in rows.items())])


class _Failed(Exception):
    """An expression in a template has failed."""

    def __init__(self, text: str, place: str, cause: causes.Cause) -> None:
        super().__init__(text, place, cause)
        self.text, self.place, self.cause = text, place, cause


@evaluates
@checked
def try_(
    expression: Any,
    input: Any = _NO_INPUT,
    *,
    result: Any = NOT_GIVEN,
    error_output: Any = NOT_GIVEN,
    variables: Mapping[str, Any] | None = None,
    context: Mapping[str, Any] | None = None,
) -> Tried:
    """Evaluate an expression, or a template with expressions in it, on given data: the scratchpad.

    It is what the embedded engine does with a field of a state; nothing is deployed, started or called.

    Args:
        expression: `q(...)`, `path(...)`, `ctx...`, a condition of these, or a dict or list that holds such.
        input: `$states.input` of JSONata, `$` of JSONPath; or a state of an execution,
            `execution.states["Charge"]`, for the data it had: input, result or error, variables, context, as far as
            the history tells.
        result: `$states.result` (JSONata only).
        error_output: `$states.errorOutput` (JSONata only).
        variables: The workflow variables: name -> value.
        context: The context object.

    Returns:
        The `Tried`: its `result`, or the `error` that Step Functions would fail with.

    Raises:
        ExpressionError: it is not a JSONata expression, or not a path; Step Functions would refuse it.
        InvalidArgument, InvalidInput: the data is no JSON, or there is no expression.
        UnknownKeyword: expressions of both query languages are mixed, or JSONPath is given what only JSONata reads.

    >>> from sfn_notebook.notebook.values import path
    >>> try_({"id": path("$.order.id"), "text": path("States.Format('#{}', $.order.id)")}, {"order": {"id": 7}})
    {'id': path('$.order.id'), 'text': path("States.Format('#{}', $.order.id)")}
      $       {"order":{"id":7}}
      result  {"id":7,"text":"#7"}
    """
    known: Mapping[str, Any] = {}
    if isinstance(input, StateRun):
        input, known = _json.dumps(input.input), input.seen()
    given = {**known, **_given(result=result, errorOutput=error_output, variables=variables, context=context)}
    language = _language(expression)
    if language == JSONPATH and (NOT_GIVEN is not result or NOT_GIVEN is not error_output):
        raise InvalidArgument(
            "JSONPath has no $states: what a path reads is its input.",
            hint="Give what $ stands for there as the input: path('$.Payload').try_({'Payload': 1}).",
        )
    data = _checked(given)
    scope = Scope(
        input=_json.loads(input_text(input)),
        variables=data.pop("variables", {}),
        context=data.pop("context", {}),
    )
    scope.states = {"input": scope.input, **data}
    return _evaluated(expression, language, scope)


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None and value is not NOT_GIVEN}


def _checked(given: Mapping[str, Any]) -> dict[str, Any]:
    for name, value in given.items():
        if name in ("variables", "context") and not isinstance(value, Mapping):
            raise InvalidArgument(f"{name} is a dict: name -> value; given was {value!r}.")
        try:
            _json.dumps(dict(value) if isinstance(value, Mapping) else value)
        except (TypeError, ValueError, RecursionError) as error:
            raise InvalidArgument(f"{name} cannot be written as JSON: {error}.") from error
    return dict(given)


def _language(expression: Any) -> str:
    """The query language of the expressions: JSONPath where there is a path."""
    found = list(_leaves(expression))
    if not found:
        raise InvalidArgument(
            f"there is no expression in {expression!r}.",
            hint="Write q('$states.input.total') or path('$.total'), or a dict that holds such.",
        )
    return JSONPATH if any(isinstance(one, Path) for one in found) else JSONATA


def _leaves(value: Any) -> Any:
    """Every expression inside, without the conditions that join them."""
    inner: list[Any] = []
    match value:
        case Compare(left, _, right):
            inner = [left, right]
        case Test(operand) | Matches(operand) | Not(operand):
            inner = [operand]
        case Join(_, operands):
            inner = list(operands)
        case Expression():
            yield value
        case Mapping():
            inner = list(value.values())
        case list() | tuple():
            inner = list(value)
    for one in inner:
        yield from _leaves(one)


def _evaluated(expression: Any, language: str, scope: Scope) -> Tried:
    text, evaluate = _compiled(expression, language)
    reads = dict(_reads(text, language, scope))
    try:
        found = evaluate(scope)
    except _Failed as failed:
        error, sentence = failed.cause
        hint = hint_for(failed.text, language, scope)
        return Tried(repr(expression), language, reads, None, error, sentence, failed.place, hint)
    return Tried(repr(expression), language, reads, found)


def _compiled(expression: Any, language: str) -> tuple[str, Callable[[Scope], Any]]:
    """What the expression is as ASL text, and what evaluates it."""
    if language == JSONATA:
        asl = fill(expression, language)
        return _json.dumps(asl), lambda scope: _query(asl, "", scope)
    if isinstance(expression, Condition):
        rule = condition(expression, language)
        return _json.dumps(rule), lambda scope: _rule(rule, scope)
    if isinstance(expression, Expression):
        text = path_text(expression)
        return text, lambda scope: _path(text, "", scope)
    asl = fill(expression, language)
    return _json.dumps(asl), lambda scope: _payload(asl, scope)


def _query(value: Any, place: str, scope: Scope) -> Any:
    if isinstance(value, Mapping):
        inside = f"{place}/" if place else ""
        return {key: _query(item, f"{inside}{key}", scope) for key, item in value.items()}
    if isinstance(value, list):
        return [_query(item, f"{place}[{index}]", scope) for index, item in enumerate(value)]
    if not jsonata.is_expression(value):
        return value
    if (said := jsonata.parser_says(value)) is not None:
        raise _refused(jsonata.source_of(value), said, place)
    try:
        return jsonata.evaluate(value, scope)
    except ExpressionError as failure:
        raise _Failed(value, place, causes.of_query(value, failure, field=place)) from failure


def _payload(value: Any, scope: Scope) -> Any:
    if isinstance(value, Mapping):
        return {
            key.removesuffix(".$"): _path(item, key, scope)
            if key.endswith(".$") and isinstance(item, str)
            else _payload(item, scope)
            for key, item in value.items()
        }
    return [_payload(item, scope) for item in value] if isinstance(value, list) else value


def _path(text: str, field: str, scope: Scope) -> Any:
    try:
        jsonpath.check(text)
    except ExpressionError as failure:
        raise _refused(text, failure.message, field) from failure
    try:
        return jsonpath.field_value(text, scope)
    except ExpressionError as failure:
        raise _Failed(text, field, causes.of_path(text, failure, data=scope.input, field=field)) from failure


def _rule(rule: Mapping[str, Any], scope: Scope) -> bool:
    for text in _paths(rule):
        try:
            jsonpath.check(text)
        except ExpressionError as failure:
            raise _refused(text, failure.message, "") from failure
    try:
        return compile_rule(rule)(scope)
    except PathFailure as failure:
        cause = causes.Cause(causes.RUNTIME, failure.message)
        raise _Failed(failure.path or "", "", cause) from failure


def _paths(rule: Any) -> list[str]:
    """The paths that a Choice rule reads."""
    if isinstance(rule, list):
        return [path for one in rule for path in _paths(one)]
    if not isinstance(rule, Mapping):
        return []
    own = [text for key, text in rule.items() if key.endswith(("Variable", "Path")) and isinstance(text, str)]
    return [*own, *(path for value in rule.values() for path in _paths(value))]


def _refused(text: str, said: str, place: str) -> ExpressionError:
    where = f" at {place}" if place else ""
    return ExpressionError(
        f"not a sound expression{where}: {text!r}: {said}",
        hint="Step Functions refuses a definition that holds it.",
    )


def _reads(text: str, language: str, scope: Scope) -> Any:
    """What an expression reads, by the names it reads it by; the input always."""
    if language == JSONATA:
        yield "$states.input", scope.input
        told = {f"$states.{name}": value for name, value in scope.states.items() if name != "input"}
        told["$states.context"] = scope.context
    else:
        yield "$", scope.input
        told = {"$$": scope.context}
    told.update({f"${name}": value for name, value in scope.variables.items()})
    for name, value in told.items():
        if re.search(rf"(?<![\w$]){re.escape(name)}(?![\w$])", text) and (value or name.count("$") == 1):
            yield name, value
