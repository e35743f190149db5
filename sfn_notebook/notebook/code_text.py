"""Calls as data: what a cell says, so that it can be written, and be made to see whether it says the right thing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sfn_notebook.notebook.values import Context, Expression, Path, Query

WIDTH: Final = 100


@dataclass(frozen=True, slots=True)
class Variable:
    """A branch by the name of its variable.

    Attributes:
        name: The variable.
        machine: The branch as ASL.
    """

    name: str
    machine: Mapping[str, Any]

    def __repr__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Call:
    """`method(*given, **named)`, and what is called on its result.

    Attributes:
        method: The method's name.
        given: Its positional arguments.
        named: Its keyword arguments.
        then: Calls on the result, one after the other.
        next: The state it leads to.
    """

    method: str
    given: tuple[Any, ...] = ()
    named: Mapping[str, Any] = field(default_factory=dict)
    then: tuple[Call, ...] = ()
    next: str | None = None

    def make(self, target: Any) -> None:
        """Do what it says, with the branches as ASL."""
        state = getattr(target, self.method)(*_literal(self.given), **_literal(dict(self.named)))
        for call in self.then:
            getattr(state, call.method)(*call.given, **call.named)
        if self.next is not None:
            state.then(self.next)

    def values(self) -> Iterator[Any]:
        """Every argument in it."""
        yield from (*self.given, *self.named.values())
        for call in self.then:
            yield from call.values()

    def written(self, target: str) -> str:
        """Python code of it.

        >>> Call("pass_", ("A",), {"result": 5}, next="B").written("sm")
        "sm.pass_('A', result=5) >> 'B'"
        """
        made = f"{target}.{_one(self)}"
        for call in self.then:
            made += f".{_one(call)}"
        arrow = f" >> {self.next!r}" if self.next is not None else ""
        if len(made + arrow) <= WIDTH and "\n" not in made:
            return made + arrow
        parts = [f"    {target}.{_one(self, indent=4)}", *(f"    .{_one(call, indent=4)}" for call in self.then)]
        if not self.then:
            return f"{target}.{_one(self)}{arrow}"
        return "(\n" + "\n".join(parts) + f"\n){arrow}"


def _one(call: Call, indent: int = 0) -> str:
    arguments = [("", one) for one in call.given] + [(f"{key}=", one) for key, one in call.named.items()]
    flat = f"{call.method}({', '.join(key + repr(one) for key, one in arguments)})"
    if len(flat) + indent <= WIDTH - 10:
        return flat
    inner = indent + 4
    lines = [f"{' ' * inner}{key}{written(one, indent=inner, before=len(key))}," for key, one in arguments]
    return f"{call.method}(\n" + "\n".join(lines) + f"\n{' ' * indent})"


def written(value: Any, *, indent: int = 0, before: int = 0) -> str:
    """Python code of a value; what is too long for a line in several.

    >>> written({"a": [1, Query("$x")]})
    "{'a': [1, q('$x')]}"
    """
    flat = repr(value)
    if indent + before + len(flat) < WIDTH or not isinstance(value, (dict, list)) or not value:
        return flat
    inner = indent + 4
    if isinstance(value, dict):
        items = [(f"{key!r}: ", one) for key, one in value.items()]
    else:
        items = [("", one) for one in value]
    lines = [f"{' ' * inner}{key}{written(one, indent=inner, before=len(key))}," for key, one in items]
    opening, closing = ("{", "}") if isinstance(value, dict) else ("[", "]")
    return f"{opening}\n" + "\n".join(lines) + f"\n{' ' * indent}{closing}"


def imported(value: Any) -> set[str]:
    """What has to be imported for a value's code."""
    inner: Iterable[Any] = ()
    if isinstance(value, Mapping):
        inner = value.values()
    elif isinstance(value, (list, tuple)):
        inner = value
    elif isinstance(value, Context):
        return {repr(value).partition(".")[0]}
    elif isinstance(value, (Query, Path)):
        return {"q" if isinstance(value, Query) else "path"}
    elif isinstance(value, Expression):
        slots: tuple[str, ...] = type(value).__slots__
        inner = [getattr(value, slot) for slot in slots]
    return {name for one in inner for name in imported(one)}


def _literal(value: Any) -> Any:
    if isinstance(value, Variable):
        return dict(value.machine)
    if isinstance(value, dict):
        return {key: _literal(one) for key, one in value.items()}
    return type(value)(map(_literal, value)) if isinstance(value, (list, tuple)) else value
