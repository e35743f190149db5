"""What keeps a session in its file: it knows what has changed, writes it, and brings it back.

Nothing is told before it is written: every answer of the API, and every call of a task runner, comes after a flush.
Between those, changes gather, so that a burst of events is one transaction.
"""

from __future__ import annotations

import logging
import os
import secrets
from collections.abc import Iterable, Mapping
from typing import Any, Final

from sfn_notebook.engine.api.store import Entry, Store
from sfn_notebook.engine.core import Engine
from sfn_notebook.engine.durable import rows
from sfn_notebook.engine.durable.contents import Contents, Kept, read_contents, read_history, read_journal
from sfn_notebook.engine.durable.database import Database
from sfn_notebook.engine.journal import Journal
from sfn_notebook.engine.records import Execution, MachineRecord
from sfn_notebook.errors import InvalidArgument, SessionFileError

log = logging.getLogger(__name__)

_CHANGING: Final = ("Create", "Update", "Delete", "Publish", "Tag", "Untag")  # how the names of operations begin
_NAMING: Final = (
    "stateMachineArn",
    "stateMachineVersionArn",
    "stateMachineAliasArn",
    "activityArn",
    "resourceArn",
)
_MOCKED: Final = "its mocks are not kept, and it must not call the real thing"
# a row keeps its place: the order of rows is that of the starts
_PUT_ACTIVITY: Final = "INSERT INTO activities VALUES (?, ?) ON CONFLICT DO UPDATE SET body = excluded.body"
_PUT_MAP_RUN: Final = (
    "INSERT INTO map_runs VALUES (?, ?, ?, ?)"
    " ON CONFLICT DO UPDATE SET body = excluded.body, children = excluded.children"
)
_PUT_FACT: Final = "INSERT OR REPLACE INTO facts VALUES (?, ?)"


class _Row:
    """What the file has of an execution.

    Attributes:
        events: How many of its events.
        chunks: How many pieces of its journal.
        body: What else, as text.
    """

    __slots__ = ("body", "chunks", "events", "number")

    def __init__(self, number: int, *, events: int = 0, chunks: int = 0, body: str = "") -> None:
        self.number = number
        self.events = events
        self.chunks = chunks
        self.body = body


class FileKeeper:
    """Keeps one world in a file. All of it happens under `Engine.lock`.

    Args:
        path: The file.
        options: What the world was opened with and has to be opened with again.

    Attributes:
        now: Where the time of the instant clock stood; None in a new file.
        functions: The names of the functions that the file's earlier sessions had.

    Raises:
        InvalidArgument: the file was made with other options, or the path is none of a file.
        SessionFileError: the file cannot be used.
    """

    def __init__(self, path: str | os.PathLike[str], options: Mapping[str, Any]) -> None:
        self._database = Database(path)
        try:
            facts = {name: rows.read(value) for name, value in self._database.rows("SELECT name, value FROM facts")}
            self._keep_options(facts, options)
            self.functions = frozenset(name for (name,) in self._database.rows("SELECT name FROM functions"))
        except BaseException:
            self._database.close()
            raise
        self._facts: dict[str, Any] = facts
        self.now: float | None = facts.get("now")
        self._closed = False
        self._broken: SessionFileError | None = None
        self._store: Store
        self._changed: dict[Journal, None] = {}
        self._touched: dict[str, None] = {}
        self._tokens: list[str] = []
        self._gone: list[int] = []
        self._rows: dict[Execution, _Row] = {}
        self._unread: set[Execution] = set()
        self._records: dict[MachineRecord, int] = {}
        self._entries: dict[str, tuple[Entry, int]] = {}
        self._last = dict.fromkeys(("records", "machines", "executions"), 0)

    def _keep_options(self, facts: dict[str, Any], options: Mapping[str, Any]) -> None:
        before = facts.get("options")
        if before is None:
            with self._database.transaction() as connection:
                connection.execute(_PUT_FACT, ("options", rows.write(options)))
        elif different := {name: value for name, value in options.items() if before.get(name) != value}:
            given = ", ".join(f"{name}={value!r}" for name, value in different.items())
            wanted = ", ".join(f"{name}={before.get(name)!r}" for name in different)
            raise InvalidArgument(
                f"{self._database.path} belongs to a session with {wanted}; given was {given}.",
                hint=f"Open it with {wanted}, or give another path.",
            )

    # -- what the engine asks (see `resume.Keeper`)

    @property
    def _engine(self) -> Engine:
        return self._store.engine

    def begin(self, execution: Execution) -> Journal:
        """The journal of an execution that is about to start."""
        if execution.seed is None:
            execution.seed = secrets.token_hex(16)
        journal = self._journal(execution)
        self._changed[journal] = None
        return journal

    def _journal(self, execution: Execution, past: Iterable[Any] | None = None, unfit: str = "") -> Journal:
        return Journal(execution, clock=self._engine.clock, changed=self._note, past=past, unfit=unfit)

    def _note(self, journal: Journal) -> None:
        self._changed[journal] = None

    def token_closed(self, token: str) -> None:
        """No answer to this token is taken any more."""
        self._tokens.append(token)

    def was_closed(self, token: str) -> bool:
        """Whether no answer to this token was taken any more in an earlier session."""
        return bool(self._database.rows("SELECT 1 FROM tokens WHERE token = ?", token))

    def flush(self) -> None:
        """Write what has changed.

        Raises:
            SessionFileError: it cannot be written; then nothing more is, and every further call raises it again.
        """
        with self._engine.lock:
            if self._closed:
                return
            if self._broken is not None:
                raise self._broken
            facts = self._new_facts()
            if not (self._changed or self._touched or self._tokens or self._gone or facts):
                return
            try:
                self._write(facts)
            except SessionFileError as error:
                self._broken = error
                raise

    def settle(self) -> None:
        """`flush` when nothing else is to be done; what goes wrong is told to who asks next."""
        if self._broken is None:
            try:
                self.flush()
            except SessionFileError as error:
                log.error("%s", error)  # noqa: TRY400  # the sentence says all

    def close(self) -> None:
        """Write the last, and nothing any more; another session can open the file then."""
        with self._engine.lock:
            if not self._closed:
                try:
                    self.flush()
                finally:
                    self._closed = True
                    self._database.close()

    # -- what the store asks

    def answered(self, operation: str, request: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
        """An operation is about to be answered: write what it has changed."""
        if operation.startswith(_CHANGING):
            for member in _NAMING:
                for said in (request, answer):
                    if isinstance(arn := said.get(member), str):
                        self._touched[":".join(arn.split(":")[:7])] = None
        self.flush()

    def fill(self, execution: Execution) -> None:
        """Read the history of an execution that has ended in an earlier session."""
        if execution in self._unread:
            row = self._rows[execution]
            execution.history.extend(read_history(self._database, row.number))
            row.events = len(execution.history)
            self._unread.discard(execution)

    def forgotten(self, executions: Iterable[Execution]) -> None:
        """These executions are kept no longer."""
        gone = set(executions)
        self._changed = {journal: None for journal in self._changed if journal.execution not in gone}
        for execution in gone:
            row = self._rows.pop(execution, None)
            self._unread.discard(execution)
            if row is not None:
                self._gone.append(row.number)

    def put_function(self, name: str) -> None:
        """Remember that there is a function of this name."""
        with self._engine.lock, self._database.transaction() as connection:
            connection.execute("INSERT OR IGNORE INTO functions VALUES (?)", (name,))

    def remove_function(self, name: str) -> None:
        """Forget that there is a function of this name."""
        with self._engine.lock, self._database.transaction() as connection:
            connection.execute("DELETE FROM functions WHERE name = ?", (name,))

    # -- writing

    def _new_facts(self) -> dict[str, Any]:
        engine = self._engine
        facts: dict[str, Any] = {"started": engine.started}
        if engine.clock.instant:
            facts["now"] = engine.now()
        if engine.seed is not None:
            version, state, gauss = engine.random.getstate()
            facts["random"] = [version, state, gauss]
        return {name: value for name, value in facts.items() if self._facts.get(name) != value}

    def _write(self, facts: Mapping[str, Any]) -> None:
        with self._database.transaction() as connection:
            run = connection.execute
            for arn in self._touched:
                self._write_named(run, arn)
            for journal in self._changed:
                self._write_journal(run, journal)
            for table, column in (("executions", "id"), ("events", "execution"), ("map_runs", "execution")):
                statement = f"DELETE FROM {table} WHERE {column} = ?"  # noqa: S608  # both from the line above
                connection.executemany(statement, [(number,) for number in self._gone])
            connection.executemany("INSERT OR IGNORE INTO tokens VALUES (?)", [(token,) for token in self._tokens])
            connection.executemany(_PUT_FACT, [(name, rows.write(value)) for name, value in facts.items()])
        self._facts.update(facts)
        self._touched.clear()
        self._changed.clear()
        self._tokens.clear()
        self._gone.clear()

    def _write_named(self, run: Any, arn: str) -> None:
        """A state machine or an activity, as it is now."""
        if (activity := self._store.activities.get(arn)) is not None:
            run(_PUT_ACTIVITY, (arn, rows.write(rows.body_of(activity, "tags", "settings"))))
            return
        run("DELETE FROM activities WHERE arn = ?", (arn,))
        entry = self._store.machines.get(arn)
        known = self._entries.get(arn)
        if known is not None and known[0] is not entry:
            run("DELETE FROM machines WHERE id = ?", (known[1],))
            del self._entries[arn]
            known = None
        if entry is not None:
            if known is None:
                known = self._entries[arn] = (entry, self._new("machines"))
            body = rows.write(rows.entry_body(entry, lambda record: self._record(run, record)))
            run("INSERT OR REPLACE INTO machines VALUES (?, ?, ?)", (known[1], arn, body))

    def _record(self, run: Any, record: MachineRecord) -> int:
        number = self._records.get(record)
        if number is None:
            number = self._records[record] = self._new("records")
            run("INSERT INTO records VALUES (?, ?)", (number, rows.write(rows.machine_body(record))))
        return number

    def _new(self, table: str) -> int:
        self._last[table] += 1
        return self._last[table]

    def _write_journal(self, run: Any, journal: Journal) -> None:
        execution, entries = journal.execution, journal.take()
        row = self._write_execution(run, execution)
        if execution.running:
            if entries:
                row.chunks += 1
                run("INSERT INTO journal VALUES (?, ?, ?)", (row.number, row.chunks, rows.write(entries)))
            return
        run("DELETE FROM journal WHERE execution = ?", (row.number,))
        # as long as it runs, a replay makes them anew
        for map_run in self._engine.map_runs.of(execution):
            children = {unit: self._write_execution(run, child).number for unit, child in map_run.children.items()}
            values = (map_run.arn, row.number, rows.write(rows.map_run_body(map_run)), rows.write(children))
            run(_PUT_MAP_RUN, values)

    def _write_execution(self, run: Any, execution: Execution) -> _Row:
        row = self._rows.get(execution)
        body = rows.write(rows.execution_body(execution))
        if row is None:
            row = self._rows[execution] = _Row(self._new("executions"), body=body)
            child = execution.map_run_arn is not None
            machine = None if child else self._entries.get(execution.machine.arn)
            record = 0 if child else self._record(run, execution.machine)
            values = (row.number, 0 if machine is None else machine[1], record, execution.running, body)
            run("INSERT INTO executions VALUES (?, ?, ?, ?, ?)", values)
        elif row.body != body:
            row.body = body
            run("UPDATE executions SET running = ?, body = ? WHERE id = ?", (execution.running, body, row.number))
        if len(execution.history) < row.events and execution not in self._unread:  # an Express child that began anew
            run("DELETE FROM events WHERE execution = ?", (row.number,))
            row.events = 0
        if len(execution.history) > row.events:
            piece = rows.events_text(execution.history[row.events :])
            run("INSERT INTO events VALUES (?, ?, ?)", (row.number, row.events + 1, piece))
            row.events = len(execution.history)
        return row

    # -- reading

    def restore(self, store: Store) -> None:
        """Bring back what is in the file, and have its executions go on.

        Raises:
            SessionFileError: what is there cannot be understood.
        """
        self._store = store
        with store.engine.lock:
            try:
                journals = self._install(read_contents(self._database))
            except (KeyError, TypeError, ValueError) as error:
                raise SessionFileError(
                    f"{self._database.path} cannot be understood: {type(error).__name__}: {error}. "
                    "Nothing in it was changed.",
                    hint="It may have been written by another version of sfn_notebook.",
                ) from error
            engine = store.engine
            engine.started = self._facts.get("started", 0)
            if (state := self._facts.get("random")) is not None:
                engine.random.setstate((state[0], tuple(state[1]), state[2]))
            engine.resume(journals)

    def _install(self, contents: Contents) -> list[Journal]:
        """Put what was read where it belongs; the journals of what has to go on."""
        store = self._store
        self._records = {record: number for number, record in contents.records.items()}
        self._entries.update(contents.entries)
        self._last = contents.last
        store.machines.update({arn: entry for arn, (entry, _) in contents.entries.items()})
        store.activities.update(contents.activities)
        journals = []
        for kept in contents.executions:
            execution = kept.execution
            store.executions[execution.arn] = execution
            if kept.entry is not None:
                kept.entry.executions.append(execution)
            if execution.running:
                journals.append(self._reopened(kept))
            else:
                self._rows[execution] = _Row(kept.number, body=kept.body)
                self._unread.add(execution)
        for map_run, children in contents.map_runs:
            self._engine.map_runs.opened(map_run)
            for unit, kept in children.items():
                self._read_row(kept)
                map_run.children[unit] = self._engine.map_runs.children[kept.execution.arn] = kept.execution
        return journals

    def _read_row(self, kept: Kept) -> _Row:
        kept.execution.history = history = read_history(self._database, kept.number)
        row = self._rows[kept.execution] = _Row(kept.number, events=len(history), body=kept.body)
        return row

    def _reopened(self, kept: Kept) -> Journal:
        row, pieces = self._read_row(kept), read_journal(self._database, kept.number)
        row.chunks = len(pieces)
        entries = [entry for piece in pieces for entry in piece]
        return self._journal(kept.execution, entries, _MOCKED if kept.mocked else "")
