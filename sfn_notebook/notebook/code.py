"""`sm.to_code()`: the cells that build a definition.

Every call is tried before it is written: it is made on a machine nobody sees, and taken only when what comes out is
what was to be said. Where no call says it, the state (or, last, the whole definition) is written as ASL.
"""

from __future__ import annotations

import json
import keyword
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from sfn_notebook.asl import STATE_FIELDS
from sfn_notebook.errors import SfnNotebookError
from sfn_notebook.notebook.code_calls import candidates
from sfn_notebook.notebook.code_text import Call, Variable, imported

_OPTIONS: Final = {"QueryLanguage": "query_language", "Comment": "comment", "TimeoutSeconds": "timeout_seconds"}
Trial = Callable[[Mapping[str, Any]], Any]
"""Gives a machine without states, of these fields, to try a call on."""


class _NotSayable(Exception):  # not an error: the definition is written as ASL then
    """No call makes this state."""


def cells(name: str, definition: Mapping[str, Any], *, options: Mapping[str, Any], trial: Trial) -> str:
    """Python code, in cells, that builds a machine with this definition.

    Args:
        name: The machine's name.
        definition: Its ASL.
        options: What else `session.state_machine` is told.
        trial: See `Trial`.
    """
    fields = {key: value for key, value in definition.items() if key not in ("StartAt", "States")}
    try:
        written_by = _Cells(definition, fields, trial)
        states = list(written_by.of_machine())
        names = written_by.imports
    except _NotSayable:
        states, names, fields = [], set(), dict(definition)
        return _joined(name, {"definition": fields}, options, states, names)
    stated = {_OPTIONS[key]: value for key, value in fields.items() if key in _OPTIONS}
    plain = len(stated) == len(fields) and "QueryLanguage" in fields and _same(trial(fields).definition, stated)
    return _joined(name, stated if plain else {"definition": fields}, options, states, names)


def _same(definition: Mapping[str, Any], stated: Mapping[str, Any]) -> bool:
    return all(definition.get(field) == stated[word] for field, word in _OPTIONS.items() if word in stated)


def _joined(name: str, stated: Mapping[str, Any], options: Mapping[str, Any], cells: list[str], names: set[str]) -> str:
    more = f"from sfn_notebook import {', '.join(sorted(names))}\n" if names else ""
    head = f"import sfn_notebook as sfn\n{more}\nsession = sfn.local()"
    machine = f"sm = {Call('state_machine', (name,), {**options, **stated}).written('session')}"
    return "\n\n# %%\n".join([f"# %%\n{head}", machine, *cells]) + "\n"


class _Cells:
    """Writes the cells of one definition."""

    def __init__(self, definition: Mapping[str, Any], fields: Mapping[str, Any], trial: Trial) -> None:
        self.definition = definition
        self.fields = fields
        self.trial = trial
        self.imports: set[str] = set()
        self._once = {name for name, count in Counter(_names(definition)).items() if count == 1}
        self._variables: set[str] = {"sm", "session", "sfn", "q", "path", "token", "ctx"}

    def of_machine(self) -> Iterator[str]:
        """A cell for each state of the machine itself, with what is inside of it."""
        states = self.definition.get("States")
        if not isinstance(states, Mapping) or not states:
            raise _NotSayable
        language = self.definition.get("QueryLanguage", "JSONPath")
        for name, raw in states.items():
            yield "\n".join(self._state("sm", name, raw, language))
        if next(iter(states)) != self.definition.get("StartAt"):
            yield Call("start_at", (self.definition.get("StartAt"),)).written("sm")

    def _state(self, target: str, name: str, raw: Any, language: str) -> Iterator[str]:
        if not isinstance(raw, Mapping) or raw.get("Type") not in STATE_FIELDS or name not in self._once:
            raise _NotSayable
        subs: list[Any] = []
        for number, (where, inner) in enumerate(_sub_machines(raw)):
            if self._is_branch(inner, where):
                variable = Variable(self._variable(f"{name}_{number}" if where == "Branches" else name), inner)
                yield f"{variable.name} = {Call('branch', (f'{name}[{number}]',)).written('sm')}"
                for inside, state in inner["States"].items():
                    yield from self._state(variable.name, inside, state, language)
                if next(iter(inner["States"])) != inner["StartAt"]:
                    yield Call("start_at", (inner["StartAt"],)).written(variable.name)
                subs.append(variable)
            else:
                subs.append(inner)
        call = self._call(name, raw, str(raw.get("QueryLanguage", language)), subs)
        self.imports |= imported(list(call.values()))
        yield call.written(target)

    def _call(self, name: str, raw: Mapping[str, Any], language: str, subs: list[Any]) -> Call:
        wanted = _text(raw)
        for call in candidates(name, raw, language, subs):
            machine = self.trial(self.fields)
            try:
                call.make(machine)
                made = machine.definition["States"].get(name)
            except (SfnNotebookError, TypeError, ValueError):
                continue  # this way it cannot be said
            if _text(made) == wanted:
                return call
        raise _NotSayable

    def _is_branch(self, inner: Any, where: str) -> bool:
        """Whether the states of a sub-machine can be said one by one."""
        states = inner.get("States") if isinstance(inner, Mapping) else None
        if not isinstance(states, Mapping) or not states or not all(name in self._once for name in _names(inner)):
            return False
        config = inner.get("ProcessorConfig", {})
        known = isinstance(config, Mapping) and config.keys() <= {"Mode", "ExecutionType"} and all(config.values())
        more = {"ProcessorConfig"} if where == "ItemProcessor" and known and config else set()
        sound = all(isinstance(one, Mapping) and one.get("Type") in STATE_FIELDS for one in states.values())
        return sound and inner.keys() == {"StartAt", "States"} | more and isinstance(inner["StartAt"], str)

    def _variable(self, name: str) -> str:
        made = re.sub(r"\W+", "_", name.lower(), flags=re.ASCII).strip("_") or "branch"
        made = f"branch_{made}" if made[0].isdigit() or keyword.iskeyword(made) or made in self._variables else made
        free, number = made, 1
        while free in self._variables:
            number += 1
            free = f"{made}_{number}"
        self._variables.add(free)
        return free


def _sub_machines(raw: Mapping[str, Any]) -> list[tuple[str, Any]]:
    if raw["Type"] == "Parallel" and isinstance(raw.get("Branches"), list):
        return [("Branches", one) for one in raw["Branches"]]
    return [("ItemProcessor", raw["ItemProcessor"])] if raw["Type"] == "Map" and "ItemProcessor" in raw else []


def _names(machine: Any) -> Iterator[str]:
    states = machine.get("States") if isinstance(machine, Mapping) else None
    for name, raw in states.items() if isinstance(states, Mapping) else ():
        yield name
        if isinstance(raw, Mapping) and raw.get("Type") in STATE_FIELDS:
            for _, inner in _sub_machines(raw):
                yield from _names(inner)


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
