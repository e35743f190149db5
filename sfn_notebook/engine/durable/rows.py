"""Records as JSON texts and back; what a record has is found by its fields, so a new field needs nothing here."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from typing import Any, Final

from sfn_notebook import asl
from sfn_notebook.engine.api.store import Alias, Entry, Version
from sfn_notebook.engine.map_runs import MapRun, Settings, Unit
from sfn_notebook.engine.records import Event, Execution, MachineRecord

# stand elsewhere, or are of one process
_APART: Final = frozenset({
    "machine", "history", "program", "compiled", "tags", "record", "mocks", "parent", "settings", "units", "children",
    "update", "changed", "_before",
})  # fmt: skip
write: Final = json.JSONEncoder(separators=(",", ":")).encode  # ASCII: SQLite takes no lone surrogates
read: Final = json.JSONDecoder().decode


def body_of(record: Any, *more: str) -> dict[str, Any]:
    """The fields of a record that are its own, and `more`."""
    names = (one.name for one in fields(record))
    return {name: getattr(record, name) for name in names if name not in _APART or name in more}


def machine_body(record: MachineRecord) -> dict[str, Any]:
    """A revision of a state machine."""
    return body_of(record, "settings")


def machine_record(body: Mapping[str, Any]) -> MachineRecord:
    """A revision of a state machine."""
    return MachineRecord(**body, program=asl.read(body["definition"]))


def entry_body(entry: Entry, number: Callable[[MachineRecord], int]) -> dict[str, Any]:
    """A state machine with its versions and aliases.

    Args:
        entry: The machine.
        number: The number of a revision's row.
    """
    return {
        "record": number(entry.record),
        "tags": entry.record.tags,
        "status": entry.record.status,
        "published": entry.published,
        "versions": [{**body_of(one), "record": number(one.record)} for one in entry.versions.values()],
        "aliases": [body_of(one) for one in entry.aliases.values()],
    }


def entry_of(body: Mapping[str, Any], records: Mapping[int, MachineRecord]) -> Entry:
    """The state machine of such a body."""
    record = records[body["record"]]
    entry = Entry(record, published=body["published"])
    for one in body["versions"]:
        version = Version(**{**one, "record": records[one["record"]]})
        entry.versions[version.number] = version
    entry.aliases = {one["name"]: Alias(**one) for one in body["aliases"]}
    for revision in (record, *(version.record for version in entry.versions.values())):
        revision.tags = body["tags"]  # all revisions share them
        revision.status = body.get("status", "ACTIVE")  # a file of before did not say
    return entry


def execution_body(execution: Execution) -> dict[str, Any]:
    """An execution without its history. Mocks may be functions, so it is only noted that there are some."""
    return {**body_of(execution), "mocked": execution.mocks is not None}


def execution_of(body: Mapping[str, Any], record: MachineRecord) -> tuple[Execution, bool]:
    """An execution without its history, and whether it had mocks."""
    own = {name: value for name, value in body.items() if name != "mocked"}
    return Execution(**own, machine=record), body["mocked"]


def map_run_body(map_run: MapRun) -> dict[str, Any]:
    """A Map Run that has ended, without its children."""
    machine = machine_body(map_run.machine)
    settings = body_of(map_run.settings)
    return {**body_of(map_run), "machine": machine, "settings": settings, "units": map_run.units}


def map_run_of(body: Mapping[str, Any], parent: Execution) -> MapRun:
    """The Map Run of such a body, and of its parent."""
    state = next(one for one in parent.machine.program.walk() if one.name == body["state"])
    machine = MachineRecord(**body["machine"], program=state.branches[0])
    units = [Unit(*unit) for unit in body["units"]]
    parts = {"parent": parent, "machine": machine, "settings": Settings(**body["settings"]), "units": units}
    return MapRun(**{**body, **parts})


def events_text(events: Iterable[Event]) -> str:
    """A piece of a history."""
    return write([[event.timestamp, event.type, event.previous, event.details] for event in events])


def events_of(pieces: Iterable[tuple[int, str]]) -> list[Event]:
    """A history.

    Args:
        pieces: The first id and the text of each piece, in order.
    """
    return [
        Event(timestamp, type, number, previous, details)
        for first, text in pieces
        for number, (timestamp, type, previous, details) in enumerate(read(text), first)
    ]
