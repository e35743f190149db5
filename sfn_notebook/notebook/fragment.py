"""`sfn.fragment`: a piece of a machine that is written once and used many times, in one machine or in several."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from sfn_notebook.errors import InvalidArgument
from sfn_notebook.notebook import cells
from sfn_notebook.notebook.blueprint import Blueprint
from sfn_notebook.notebook.builder import Builder
from sfn_notebook.notebook.collection import StateCollection
from sfn_notebook.notebook.flow import Entries, Flow, Node, Sub
from sfn_notebook.notebook.states import Chain, State


class _Piece(StateCollection):
    """What a fragment's function adds its states to: a machine of its own, without a name."""

    def __init__(self, blueprint: Blueprint) -> None:
        self.blueprint = blueprint


class Fragment:
    """A piece of a machine; see `fragment`."""

    def __init__(self, function: Callable[..., Any]) -> None:
        functools.update_wrapper(self, function)
        self._function = function

    def __call__(self, into: Builder, /, *args: Any, prefix: str, **options: Any) -> Chain:
        """Build the piece into a machine, a branch, or another piece.

        Args:
            into: Where its states go.
            *args: For the function.
            prefix: What stands before the names of its states here.
            **options: For the function.

        Returns:
            A chain: edges lead to the piece's first state, and `>>` goes on from its last.

        Raises:
            InvalidArgument: `into` or `prefix` is none, or the function gives back no state or chain of the piece.
        """
        if not isinstance(into, Builder):
            raise InvalidArgument(f"a fragment is built into a machine or a branch; given was {into!r}.")
        if not isinstance(prefix, str) or not prefix:
            raise InvalidArgument(f"prefix= is a text such as 'Order: '; given was {prefix!r}.")
        outer = into.blueprint
        language = outer.language_in(into.scope)
        piece = _Piece(Blueprint(outer.name, {"QueryLanguage": language}, machine=outer.machine))
        first, last = self._ends(piece, self._function(piece, *args, **options))
        inner = piece.blueprint.flow
        with outer.flow.edit():
            _copy(inner, outer.flow, prefix, scope=into.scope, key=f"{prefix}\0{self._function.__qualname__}")
        return Chain(outer, *(_Names(inner, prefix)(name) for name in (first, last)))

    def _ends(self, piece: _Piece, made: Any) -> tuple[str, str]:
        pair = made if isinstance(made, tuple) else (made, made)
        if len(pair) == 2 and all(isinstance(one, (State, Chain)) and one.blueprint is piece.blueprint for one in pair):
            return pair[0].ends[0], pair[1].ends[1]
        raise InvalidArgument(
            f"the fragment {self._function.__name__!r} gave back {made!r}.",
            hint="Have it return its chain, or its first and its last state: return first, last.",
        )

    def __repr__(self) -> str:
        return f"fragment {self._function.__name__!r}"


def fragment(function: Callable[..., Any]) -> Fragment:
    """Decorator: a function that adds states becomes a piece to use many times, with a prefix before the names.

    The function's first parameter is what it adds states to, as to a machine; it returns its chain, or its first and
    its last state as a pair. Names in it mean its own states; a name that none of them has means one of the machine
    around. Building it again with the same prefix replaces it, and edges in and out stay. Pieces may hold pieces.

    >>> import sfn_notebook as sfn
    >>> @sfn.fragment
    ... def noted(piece, queue):
    ...     send = piece.sqs_send("Send", queue_url=queue, body=sfn.q("$states.input")).catch("States.ALL", "Give up")
    ...     return send >> piece.pass_("Note")
    >>> sm = sfn.StateMachine("orders")
    >>> sm.pass_("Start") >> noted(sm, "u", prefix="First: ") >> noted(sm, "v", prefix="Then: ") >> "Done"
    Start >> First: Send >> First: Note >> Then: Send >> Then: Note >> Done
    """
    return Fragment(function)


class _Names:
    """The names of a piece's states outside; other names stay what they are."""

    def __init__(self, flow: Flow, prefix: str) -> None:
        self._own = set(flow.names())
        self._prefix = prefix

    def __call__(self, name: str) -> str:
        return f"{self._prefix}{name}" if name in self._own else name


def _copy(inner: Flow, outer: Flow, prefix: str, *, scope: str | None, key: str) -> None:
    named = _Names(inner, prefix)
    for name, record in inner.branches.items():
        start = record.start and named(record.start)
        outer.branches[f"{prefix}{name}"] = replace(record, name=f"{prefix}{name}", start=start)
    made = set()
    for node in inner.declared():
        branch = scope if node.branch is None else f"{prefix}{node.branch}"
        copy = outer.declare(named(node.name), node.type, branch=branch, cell=cells.current())
        copy.fields, copy.subs, copy.open = node.fields, [_sub(sub, named, prefix) for sub in node.subs], node.open
        copy.piece = f"{key}\0{node.piece or ''}"
        copy.next = named(node.next) if node.next else copy.next
        copy.default = named(node.default) if node.default else copy.default
        _entries(node, copy, named)
        made.add(copy.name)
    for old in [one for one in outer.declared() if (one.piece or "").startswith(f"{key}\0") and one.name not in made]:
        outer.remove(old.name)  # it was in the piece when the piece was built before


def _sub(sub: Sub, named: Callable[[str], str], prefix: str) -> Sub:
    if sub.kind == "literal":
        return sub
    return replace(sub, value=named(sub.value) if sub.kind == "first" else f"{prefix}{sub.value}")


def _entries(node: Node, copy: Node, named: Callable[[str], str]) -> None:
    pairs: Mapping[str, tuple[Entries, Entries]] = {
        "retry": (node.retriers, copy.retriers),
        "catch": (node.catchers, copy.catchers),
        "rules": (node.rules, copy.rules),
    }
    for given, kept in pairs.values():
        for entry in given:
            target = named(entry.target) if entry.target else entry.target
            origin = replace(entry.origin, cell=copy.cell, generation=copy.generation, declares=True)
            kept.put(replace(entry, target=target, origin=origin))
