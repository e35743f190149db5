"""Adding states: the methods a `StateMachine` and its branches share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal, Unpack

from sfn_notebook.asl import KEYWORDS
from sfn_notebook.errors import InvalidArgument, UnknownKeyword
from sfn_notebook.notebook import cells, keywords, render
from sfn_notebook.notebook.blueprint import Blueprint, checked_language
from sfn_notebook.notebook.calls import BYPASSED, check_call
from sfn_notebook.notebook.flow import Entry, Flow, Node, Sub
from sfn_notebook.notebook.keywords import (
    ChoiceFields,
    FailFields,
    MapFields,
    ParallelFields,
    PassFields,
    SucceedFields,
    WaitFields,
)
from sfn_notebook.notebook.load import absorb, entry_key
from sfn_notebook.notebook.map_parts import LONG, PARTS
from sfn_notebook.notebook.signatures import spelled
from sfn_notebook.notebook.states import Chain, ChoiceState, State, Target, error_names, target_name

_WIRING = ("next", "end", "retry", "catch", "choices", "default")
"""Keywords that wire; they are kept apart from the fields, so that edges outlive a replaced state."""


class Builder:
    """Adds states. Adding one again replaces what was said of it and keeps its edges until they are wired anew.

    Attributes:
        blueprint: The machine under construction.
        scope: The branch the states are added to, or None for the machine itself.
    """

    blueprint: Blueprint
    scope: str | None = None

    @spelled(PassFields)
    def pass_(self, name: str, **fields: Unpack[PassFields]) -> State:
        """A Pass state: hands its input on, or what `output` (JSONata), `result` or `parameters` (JSONPath) say."""
        return self._add("Pass", name, fields)

    @spelled(WaitFields)
    def wait(self, name: str, **fields: Unpack[WaitFields]) -> State:
        """A Wait state: `seconds` (a number or an expression) or `timestamp` (RFC 3339 text, datetime, expression)."""
        return self._add("Wait", name, fields)

    @spelled(SucceedFields)
    def succeed(self, name: str, **fields: Unpack[SucceedFields]) -> State:
        """A Succeed state: the machine, or the branch, ends here with success."""
        return self._add("Succeed", name, fields)

    @spelled(FailFields)
    def fail(self, name: str, **fields: Unpack[FailFields]) -> State:
        """A Fail state: the execution ends here with an `error` name and a `cause`."""
        return self._add("Fail", name, fields)

    @spelled(ChoiceFields)
    def choice(self, name: str, **fields: Unpack[ChoiceFields]) -> ChoiceState:
        """A Choice state: `.when(condition, to)` adds a rule, `.otherwise(to)` says where all the rest goes."""
        state = self._add("Choice", name, fields)
        assert isinstance(state, ChoiceState)  # noqa: S101  # for the type checker: `_handle` made it from the type
        return state

    @spelled(ParallelFields)
    def parallel(self, name: str, branches: Iterable[Any] = (), **fields: Unpack[ParallelFields]) -> State:
        """A Parallel state.

        Args:
            name: Its name.
            branches: Each a branch (`sm.branch("left")`), a state or chain of this machine (the branch's first
                state: what edges lead to from there comes along), a name, another machine, or ASL as a dict.
            **fields: The fields of a Parallel state, in snake_case.

        Returns:
            The state.
        """
        return self._add("Parallel", name, fields, [self._sub("Branches", one) for one in _listed(branches)])

    @spelled(MapFields)
    def map(
        self,
        name: str,
        *,
        processor: Any = None,
        items: Any = ...,
        mode: Literal["INLINE", "DISTRIBUTED"] | None = None,
        execution_type: Literal["STANDARD", "EXPRESS"] | None = None,
        selector: Any = None,
        reader: Mapping[str, Any] | None = None,
        batcher: Mapping[str, Any] | None = None,
        writer: Mapping[str, Any] | None = None,
        **fields: Unpack[MapFields],
    ) -> State:
        """A Map state: its processor runs once for each item.

        Args:
            name: Its name.
            processor: What runs for each item; as one of `branches` of `parallel`.
            items: The items: a list or `q(...)` in JSONata, `path(...)` in JSONPath. Without it, the state's input.
            mode: "INLINE" or "DISTRIBUTED"; Step Functions takes INLINE when it is not given.
            execution_type: For DISTRIBUTED: "STANDARD" or "EXPRESS".
            selector: What each iteration gets: `item_selector` by a shorter name.
            reader: For DISTRIBUTED, items from S3: `{"bucket": …, "key": …, "input_type": "CSV", …}` for one object,
                `{"bucket": …, "prefix": …}` for a list of objects.
            batcher: For DISTRIBUTED: `{"max_items_per_batch": …, "max_input_bytes_per_batch": …, "batch_input": …}`.
            writer: For DISTRIBUTED: `{"bucket": …, "prefix": …}` exports the results; `transformation` and
                `output_type` shape them.
            **fields: The fields of a Map state, in snake_case.

        Returns:
            The state.
        """
        given: dict[str, Any] = dict(fields)
        for word in ("item_processor", "iterator"):  # ASL's own spellings of the same
            processor = given.pop(word) if word in given else processor
        if items is not ...:
            given["items"] = items
        if selector is not None:
            given["item_selector"] = selector
        language = self._language(name, given)
        for word, part in (("reader", reader), ("batcher", batcher), ("writer", writer)):
            if part is not None:
                given[LONG[word]] = PARTS[word](part, language)
        sub = [self._sub("ItemProcessor", processor)] if processor is not None else []
        config = {"Mode": mode, "ExecutionType": execution_type}
        if sub and any(config.values()):
            sub[0].fields["ProcessorConfig"] = {key: one for key, one in config.items() if one}
        return self._add("Map", name, given, sub)

    def chain(self, *states: Target) -> Chain:
        """Wire states one after the other, by name too: `sm.chain("A", "B", "Done")`.

        Raises:
            InvalidArgument: fewer than two were given, or one has no single edge out.
        """
        if len(states) < 2:
            raise InvalidArgument(f"a chain has two states or more; given were {len(states)}.")
        with self._flow.edit():
            chain: Any = states[0]
            if isinstance(chain, str) and chain:
                chain = self._handle(self._flow.node(self._flow.resolve(chain)))
            target_name(self.blueprint, chain)  # says what a chain is made of
            for to in states[1:]:
                chain = chain.then(to)
        assert isinstance(chain, Chain)  # noqa: S101  # there were two or more
        return chain

    @property
    def _flow(self) -> Flow:
        return self.blueprint.flow

    def _handle(self, node: Node, *, generation: int = 0) -> State:
        kind = ChoiceState if node.type == "Choice" else State
        return kind(self.blueprint, node, generation=generation)

    def _language(self, name: str, given: Mapping[str, Any]) -> str:
        known = self._flow.nodes.get(name)
        inherited = self.blueprint.language_in(self.scope or (known.branch if known else None))
        if "query_language" not in given:
            return inherited
        return checked_language(given["query_language"], inherited, f"state {name!r}")

    def _add(self, type: str, name: str, given: Mapping[str, Any], subs: Iterable[Sub] = (), **fixed: Any) -> State:
        """Add or replace a state. All is checked before anything changes, so a refused cell changes nothing."""
        if not isinstance(name, str) or not name:
            raise InvalidArgument(f"a state's name is a text; given was {name!r}.")
        given, subs = dict(given), list(subs)
        language = self._language(name, given)
        more = render.fill(given.pop("asl", {}), language, where="asl=")
        wiring = {word: given.pop(word) for word in _WIRING if word in given}
        for word in wiring:
            keywords.field_of(type, language, name, word)
        fields = {**fixed, **keywords.asl_fields(type, language, name, given)}
        if type == "Task" and not BYPASSED & more.keys():
            machine_type = getattr(self.blueprint.machine, "type", "STANDARD")
            check_call(name, fields, language=language, machine_type=machine_type)
        wired = {word: _WIRED[word](self.blueprint, value, language) for word, value in wiring.items()}
        with self._flow.edit():
            node = self._flow.declare(name, type, branch=self.scope, cell=cells.current())
            node.fields, node.subs = fields, subs
            absorb(node, more)
            for word, value in wired.items():
                _apply(node, word, value)
        return self._handle(node, generation=node.generation)

    def _sub(self, where: str, given: Any) -> Sub:
        if isinstance(given, Mapping):
            return Sub(where, "literal", render.fill(given, self.blueprint.query_language, where=where))
        if isinstance(given, Builder) and given.scope is None:
            return Sub(where, "literal", _embedded(given.blueprint, self.blueprint))
        if isinstance(given, Builder):
            if given.blueprint is not self.blueprint:
                raise InvalidArgument(f"{given!r} belongs to another machine; make it with this machine's branch().")
            return Sub(where, "branch", given.scope)
        return Sub(where, "first", target_name(self.blueprint, given))


def _listed(branches: object) -> list[Any]:
    if isinstance(branches, Iterable) and not isinstance(branches, (str, Mapping)):
        return list(branches)
    raise InvalidArgument(f"branches= is a list; given was {branches!r}.", hint="Write branches=[left, right].")


def _embedded(inner: Blueprint, outer: Blueprint) -> dict[str, Any]:
    if inner.query_language != outer.query_language:
        raise UnknownKeyword(
            f"the machine {inner.name!r} is {inner.query_language}, and {outer.name!r} is {outer.query_language}.",
            hint="A machine inside another one has its query language.",
        )
    made = inner.definition()
    return {key: value for key, value in made.items() if key in ("Comment", "StartAt", "States")}


def _entries(given: Any, language: str, *, blueprint: Blueprint, field: str) -> list[Entry]:
    """Entries of `retry=[...]`, `catch=[...]`, `choices=[...]`: dicts with ASL's or this package's spelling."""
    made = []
    for one in _listed(given):
        if not isinstance(one, Mapping):
            raise InvalidArgument(f"{field}= is a list of dicts; in it stands {one!r}.")
        raw = {KEYWORDS.get(key, key): value for key, value in one.items()}
        to = raw.pop("Next", None)
        if "ErrorEquals" in raw:
            raw["ErrorEquals"] = error_names(raw["ErrorEquals"])
        if "Condition" in raw:
            raw.update(render.condition(raw.pop("Condition"), language))
        fields = render.fill(raw, language, where=f"{field}=")
        made.append(Entry(entry_key(fields), fields, target_name(blueprint, to) if field != "retry" else None))
    return made


_WIRED: Any = {
    "next": lambda blueprint, value, language: target_name(blueprint, value),
    "default": lambda blueprint, value, language: target_name(blueprint, value),
    "end": lambda blueprint, value, language: bool(value),
    **{
        word: lambda blueprint, value, language, word=word: _entries(value, language, blueprint=blueprint, field=word)
        for word in ("retry", "catch", "choices")
    },
}
"""Wiring keyword -> what is made of its value."""


def _apply(node: Node, word: str, value: Any) -> None:
    if word == "end":
        node.next = None if value else node.next
    elif word in ("next", "default"):
        setattr(node, word, value)
    else:
        entries = {"retry": node.retriers, "catch": node.catchers, "choices": node.rules}[word]
        entries.clear()
        for entry in value:
            entries.put(entry)
