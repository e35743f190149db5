"""Data on its way through a state: payload templates, paths and JSONata, compiled once for a machine.

Everything here is static: a definition's field goes in, a `Template` or a reader comes out that needs nothing
but the visit and its data.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from sfn_notebook.engine.failures import RESULT_PATH, StateFailure, shown, type_name
from sfn_notebook.engine.faults import evaluation_failed, fault
from sfn_notebook.engine.visit import Visit
from sfn_notebook.errors import ExpressionError, PathFailure
from sfn_notebook.expressions import causes, jsonata, jsonpath
from sfn_notebook.expressions.scope import Scope

Node = Callable[[Visit, Scope], Any]
Reader = Callable[[Visit, Any], Any]
NOTHING: Final[Mapping[str, Any]] = {}


class Template:
    """A value of a definition in which expressions may stand.

    Attributes:
        static: There are none, so that it is always `value`.
    """

    __slots__ = ("_node", "static", "value")

    def __init__(self, value: Any, node: Node | None) -> None:
        self.value = value
        self.static = node is None
        self._node = node

    def fill(self, visit: Visit, data: Any, states: Mapping[str, Any] = NOTHING) -> Any:
        """Its value for this visit.

        Args:
            visit: The state's visit.
            data: `$` of JSONPath.
            states: What `$states` of JSONata holds besides the context object.
        """
        return self.value if self._node is None else self._node(visit, visit.scope(data, states))


def compile_template(value: Any, field: str, *, query: bool) -> Template:
    """A template of the query language in force: JSONata (`query`) or JSONPath."""
    node = _query_node(value, field) if query else _payload_node(value)
    return Template(value, node)


def compile_query(text: Any, field: str, *expected: str) -> Template:
    """A JSONata field that must give one of these types ("number", "string", "boolean", "array"), if any is named."""
    node = _query_node(text, field)
    if node is None or not expected or not jsonata.is_expression(text):
        return Template(text, node)
    inner, source = node, strip(text)

    def typed(visit: Visit, scope: Scope) -> Any:
        value = inner(visit, scope)
        if type_name(value) not in expected:
            raise evaluation_failed(
                visit,
                f"The JSONata expression '{source}' specified for the field '{field}' returned an unexpected"
                f" result type. Expected '{expected[0]}', but was '{type_name(value)}' for value: {shown(value)}",
                field,
            )
        return value

    return Template(text, typed)


def strip(text: str) -> str:
    """A JSONata expression without its delimiters, as it stands in a cause.

    >>> strip("{% $x %}")
    '$x'
    """
    return text[2:-2].strip()


# -- JSONata


def _query_node(value: Any, field: str) -> Node | None:
    if jsonata.is_expression(value):
        return _query_leaf(value, field)
    if isinstance(value, Mapping):
        return _object({key: (item, _query_node(item, f"{field}/{key}")) for key, item in value.items()})
    if isinstance(value, list):
        return _array([(item, _query_node(item, f"{field}[{index}]")) for index, item in enumerate(value)])
    return None


def _query_leaf(text: str, field: str) -> Node:
    def evaluate(visit: Visit, scope: Scope) -> Any:
        try:
            return jsonata.evaluate(text, scope)
        except ExpressionError as failure:
            raise evaluation_failed(visit, causes.of_query(text, failure, field=field).sentence, field) from failure

    return evaluate


# -- JSONPath


def _payload_node(value: Any) -> Node | None:
    if isinstance(value, Mapping):
        return _object(
            {
                key.removesuffix(".$"): (item, _path_leaf(item, key))
                if key.endswith(".$") and isinstance(item, str)
                else (item, _payload_node(item))
                for key, item in value.items()
            }
        )
    if isinstance(value, list):
        return _array([(item, _payload_node(item)) for item in value])
    return None


def _path_leaf(text: str, field: str) -> Node:
    def evaluate(visit: Visit, scope: Scope) -> Any:
        try:
            return jsonpath.field_value(text, scope)
        except ExpressionError as failure:
            raise _path_fault(visit, text, field, scope, failure) from failure

    return evaluate


def _path_fault(visit: Visit, text: str, field: str, scope: Scope, failure: ExpressionError) -> StateFailure:
    cause = causes.of_path(text, failure, data=scope.input, field=field)
    return fault(visit, cause.sentence, error=cause.error)


# -- both


def _object(members: dict[str, tuple[Any, Node | None]]) -> Node | None:
    if all(node is None for _, node in members.values()):
        return None
    entries = [(key, value, node) for key, (value, node) in members.items()]

    def build(visit: Visit, scope: Scope) -> Any:
        return {key: value if node is None else node(visit, scope) for key, value, node in entries}

    return build


def _array(items: list[tuple[Any, Node | None]]) -> Node | None:
    if all(node is None for _, node in items):
        return None

    def build(visit: Visit, scope: Scope) -> Any:
        return [value if node is None else node(visit, scope) for value, node in items]

    return build


# -- paths


def compile_path(text: str, field: str) -> Reader:
    """A field that is one path (or intrinsic function), such as `SecondsPath`."""
    leaf = _path_leaf(text, field)

    def read(visit: Visit, data: Any) -> Any:
        return leaf(visit, visit.scope(data, NOTHING))

    return read


def compile_filter(fields: Mapping[str, Any], field: str) -> Reader | None:
    """InputPath or OutputPath; None when it leaves everything as it is."""
    text = fields.get(field, "$")
    if text == "$":
        return None
    if text is None:
        return lambda visit, data: {}

    def read(visit: Visit, data: Any) -> Any:
        try:
            return jsonpath.read(text, visit.scope(data, NOTHING))
        except ExpressionError as failure:
            if not isinstance(failure, PathFailure):
                raise _path_fault(visit, text, field, visit.scope(data, NOTHING), failure) from failure
            raise fault(visit, f"Invalid path '{text}' : {failure.message}") from failure

    return read


def compile_result_path(fields: Mapping[str, Any], field: str = "ResultPath") -> Reader | None:
    """What joins a result to the raw input; None when the result replaces it."""
    text = fields.get(field, "$")
    if text == "$":
        return None
    if text is None:
        return lambda visit, result: visit.input

    def write(visit: Visit, result: Any) -> Any:
        try:
            return jsonpath.write(text, visit.input, result)
        except ExpressionError as failure:
            sentence = f"Unable to apply ReferencePath {text} to input {shown(visit.input)}"
            raise fault(visit, sentence, error=RESULT_PATH) from failure

    return write
