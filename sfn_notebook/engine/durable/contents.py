"""What is in the file of a session, read into records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from sfn_notebook.engine.api.store import Activity, Entry
from sfn_notebook.engine.durable import rows
from sfn_notebook.engine.durable.database import Database
from sfn_notebook.engine.map_runs import MapRun
from sfn_notebook.engine.records import Event, Execution, MachineRecord


class Kept(NamedTuple):
    """An execution in the file; its history is read apart.

    Attributes:
        number: Of its row.
        body: The row's text.
        entry: The state machine that lists it, or None.
        mocked: Whether its tasks had mocks.
    """

    number: int
    body: str
    execution: Execution
    entry: Entry | None = None
    mocked: bool = False


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything but histories and journals.

    Attributes:
        records: Row number -> revision of a state machine.
        entries: ARN -> state machine and its row's number, in the order of creation.
        activities: ARN -> activity, in the order of creation.
        executions: In the order of starts.
        map_runs: Each with its children by their units.
        last: Table -> the highest number that was given to a row.
    """

    records: Mapping[int, MachineRecord]
    entries: Mapping[str, tuple[Entry, int]]
    activities: Mapping[str, Activity]
    executions: list[Kept]
    map_runs: list[tuple[MapRun, Mapping[int, Kept]]]
    last: dict[str, int]


def read_contents(database: Database) -> Contents:
    """Read a file.

    Raises:
        SessionFileError: it cannot be read.
        KeyError, TypeError, ValueError: what it says is none of what it should be.
    """
    select = database.rows
    records = {number: rows.machine_record(rows.read(body)) for number, body in select("SELECT * FROM records")}
    entries = {
        arn: (rows.entry_of(rows.read(body), records), number)
        for number, arn, body in select("SELECT id, arn, body FROM machines ORDER BY id")
    }
    executions, children = _executions(database, records, {number: entry for entry, number in entries.values()})
    return Contents(
        records=records,
        entries=entries,
        activities={
            arn: Activity(**rows.read(body)) for arn, body in select("SELECT arn, body FROM activities ORDER BY rowid")
        },
        executions=executions,
        map_runs=list(_map_runs(database, {kept.number: kept.execution for kept in executions}, children)),
        last={
            "records": _highest(database, "SELECT max(id) FROM records"),
            "executions": _highest(database, "SELECT max(id) FROM executions"),
            # executions go on pointing to machines that were deleted
            "machines": max(
                _highest(database, "SELECT max(id) FROM machines"),
                _highest(database, "SELECT max(machine) FROM executions"),
            ),
        },
    )


def read_history(database: Database, number: int) -> list[Event]:
    """The history of an execution."""
    return rows.events_of(database.rows("SELECT first, events FROM events WHERE execution = ? ORDER BY first", number))


def read_journal(database: Database, number: int) -> list[list[Any]]:
    """The pieces of the journal of an execution."""
    found = database.rows("SELECT entries FROM journal WHERE execution = ? ORDER BY chunk", number)
    return [rows.read(text) for (text,) in found]


def _executions(
    database: Database, records: Mapping[int, MachineRecord], entries: Mapping[int, Entry]
) -> tuple[list[Kept], dict[int, str]]:
    """The executions, and the bodies of those that Map Runs have started."""
    found: list[Kept] = []
    children: dict[int, str] = {}
    for number, machine, record, body in database.rows("SELECT id, machine, record, body FROM executions ORDER BY id"):
        if record:
            execution, mocked = rows.execution_of(rows.read(body), records[record])
            found.append(Kept(number, body, execution, entries.get(machine), mocked))
        else:
            children[number] = body
    return found, children


def _map_runs(
    database: Database, parents: Mapping[int, Execution], bodies: Mapping[int, str]
) -> Iterator[tuple[MapRun, Mapping[int, Kept]]]:
    for parent, body, children in database.rows("SELECT execution, body, children FROM map_runs ORDER BY rowid"):
        map_run = rows.map_run_of(rows.read(body), parents[parent])
        yield (
            map_run,
            {
                int(unit): Kept(number, text, rows.execution_of(rows.read(text), map_run.machine)[0])
                for unit, number in rows.read(children).items()
                for text in (bodies[number],)
            },
        )


def _highest(database: Database, query: str) -> int:
    ((found,),) = database.rows(query)
    return int(found or 0)
