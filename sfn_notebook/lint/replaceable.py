"""Lambda functions that do nothing but one call, which a Task can make itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sfn_notebook.asl import Machine, State
from sfn_notebook.errors import InvalidArgument, UnknownName
from sfn_notebook.integrations import call_of, parse_resource
from sfn_notebook.lint.report import Problem
from sfn_notebook.lint.rules import problem

_PLAIN: Final = frozenset({"get", "dumps", "loads", "str", "int", "dict", "list"})  # calls that only carry data over


def replaceable_problems(top: Machine, functions: Mapping[str, str]) -> Iterator[Problem]:
    """Tasks that call a function which makes one boto3 call and nothing else.

    Args:
        top: The whole machine.
        functions: Function name -> the source of its module.
    """
    calls = {name: found for name, source in functions.items() if (found := _single_call(source)) is not None}
    for state in top.walk() if calls else ():
        name = _function(state)
        if name in calls:
            yield problem("lambda_replaceable", state.pointer, state=state.name, function=name, resource=calls[name])


def _function(state: State) -> str:
    """The name of the Lambda function that a Task calls, or ""."""
    try:
        resource = parse_resource(state.resource) if state.type == "Task" and state.resource else None
    except InvalidArgument:
        return ""
    if resource is None:
        return ""
    if resource.kind == "lambda":
        return resource.action
    given = state.fields.get("Arguments", state.fields.get("Parameters"))
    name = given.get("FunctionName") if resource.label == "lambda:invoke" and isinstance(given, Mapping) else None
    return name.partition(":function:")[2].partition(":")[0] or name if isinstance(name, str) else ""


def _single_call(source: str) -> str | None:
    """The Resource that does the same as a function, when all it does is one call of boto3."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return None
    branching = (ast.For, ast.While, ast.If, ast.Try, ast.ListComp, ast.DictComp, ast.GeneratorExp, ast.BinOp)
    if any(isinstance(node, branching) for node in ast.walk(tree)):
        return None
    clients: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and (service := _client(node.value)) and isinstance(node.targets[0], ast.Name):
            clients[node.targets[0].id] = service
    made = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _client(node) is None]
    found = [(one, service) for one in made if (service := _service(one.func, clients)) is not None]
    others = [one for one in made if one not in [call for call, _ in found] and _name(one.func) not in _PLAIN]
    if len(found) != 1 or others:
        return None
    call, service = found[0]
    try:
        return call_of(service, _name(call.func)).action.resource()
    except (UnknownName, InvalidArgument):
        return None


def _client(node: Any) -> str | None:
    """The service of `boto3.client("service")`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "client" and node.args:
        first = node.args[0]
        return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else None
    return None


def _service(function: ast.expr, clients: Mapping[str, str]) -> str | None:
    """The service whose method is called, on a client or on one made in place."""
    if not isinstance(function, ast.Attribute):
        return None
    if isinstance(function.value, ast.Name):
        return clients.get(function.value.id)
    return _client(function.value)


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
