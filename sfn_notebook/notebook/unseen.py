"""What was said and does not reach the definition: linting the definition alone cannot see it."""

from __future__ import annotations

from collections.abc import Iterator

from sfn_notebook.asl import STATE_FIELDS
from sfn_notebook.errors import did_you_mean
from sfn_notebook.lint import Problem, problem
from sfn_notebook.notebook.flow import ENDLESS, Flow, Node


def unseen_problems(flow: Flow) -> Iterator[Problem]:
    """Edges of states nobody added, and edges a state of its type cannot have."""
    for node in flow.nodes.values():
        if not node.type:
            for what in _said(node):
                yield problem(
                    "said_of_nothing", "", what=what, name=node.name, near=did_you_mean(node.name, flow.names())
                )
        else:
            for what in _unused(node):
                yield problem("said_in_vain", "", state=node.name, what=what, type=node.type)


def _said(node: Node) -> Iterator[str]:
    if node.next is not None:
        yield f"an edge to {node.next!r}"
    yield from ("a retrier" for _ in node.retriers)
    yield from (f"a catcher to {one.target!r}" for one in node.catchers)


def _unused(node: Node) -> Iterator[str]:
    if node.next is not None and node.type in ENDLESS:
        yield f"an edge to {node.next!r}"
    fields = STATE_FIELDS.get(node.type, {"Retry": "", "Catch": ""})
    if len(node.retriers) and "Retry" not in fields:
        yield "a retrier"
    if "Catch" not in fields:
        yield from (f"a catcher to {one.target!r}" for one in node.catchers)
