"""The file of a session: how it is opened, and everything that makes it unusable, said in a sentence."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sfn_notebook.errors import InvalidArgument, SessionFileError

APPLICATION: Final = 0x53464E42  # "SFNB": what `file` and SQLite's application_id tell the kind of a file by
VERSION: Final = 1
_SCHEMA: Final = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE functions (name TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE activities (arn TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE records (id INTEGER PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE machines (id INTEGER PRIMARY KEY, arn TEXT NOT NULL UNIQUE, body TEXT NOT NULL);
CREATE TABLE executions (
    id INTEGER PRIMARY KEY, machine INTEGER NOT NULL, record INTEGER NOT NULL, running INTEGER NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX running ON executions (id) WHERE running;
CREATE TABLE events (
    execution INTEGER, first INTEGER, events TEXT NOT NULL, PRIMARY KEY (execution, first)
) WITHOUT ROWID;
CREATE TABLE map_runs (arn TEXT PRIMARY KEY, execution INTEGER NOT NULL, body TEXT NOT NULL, children TEXT NOT NULL);
CREATE INDEX map_runs_of ON map_runs (execution);
CREATE TABLE journal (
    execution INTEGER, chunk INTEGER, entries TEXT NOT NULL, PRIMARY KEY (execution, chunk)
) WITHOUT ROWID;
CREATE TABLE tokens (token TEXT PRIMARY KEY) WITHOUT ROWID;
"""


class Database:
    """An SQLite file that only this process uses, as long as it is open.

    What is committed outlives the process however it ends. After a power failure the last moments may be missing;
    the file is consistent all the same.

    Args:
        path: The file; made when it is not there.

    Raises:
        InvalidArgument: it cannot be a file.
        SessionFileError: it cannot be used: it is open elsewhere, no file of a session, of a newer version, damaged.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = _checked(path)
        with self.guarded():
            self._connection = sqlite3.connect(
                self.path, timeout=0.1, isolation_level=None, check_same_thread=False, cached_statements=64
            )
        try:
            with self.guarded():
                self._open()
        except BaseException:
            self._connection.close()
            raise

    def _open(self) -> None:
        run = self._connection.execute
        run("PRAGMA locking_mode = EXCLUSIVE")  # held to the end of the process, so also when it is killed
        ((application,),), ((version,),) = run("PRAGMA application_id"), run("PRAGMA user_version")
        fresh = not application and not version and not run("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if not fresh:
            self._refuse_foreign(application, version)
        run("PRAGMA journal_mode = WAL")
        run("PRAGMA synchronous = NORMAL")
        run("BEGIN EXCLUSIVE")
        if fresh:
            for statement in _SCHEMA.split(";"):
                run(statement)
            run(f"PRAGMA application_id = {APPLICATION}")
            run(f"PRAGMA user_version = {VERSION}")
        run("COMMIT")

    def _refuse_foreign(self, application: int, version: int) -> None:
        if application != APPLICATION:
            raise SessionFileError(
                f"{self.path} is a database of something else; nothing in it was changed.",
                hint="Give the path of a session's file, or of one that does not exist yet.",
            )
        if version > VERSION:
            raise SessionFileError(
                f"{self.path} was written by a newer sfn_notebook (its format is {version}, this one knows "
                f"{VERSION}); nothing in it was changed.",
                hint="pip install --upgrade sfn-notebook",
            )
        found = self._connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise _damaged(self.path, found)

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """SQLite's errors, in words of this package."""
        try:
            yield
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise SessionFileError(
                    f"{self.path} is open in another session.",
                    hint="Close that one (session.close(), or shut its kernel down), or give this one another path.",
                ) from error
            raise SessionFileError(f"{self.path} cannot be used: {error}.") from error
        except sqlite3.DatabaseError as error:
            raise _damaged(self.path, error) from error

    def rows(self, query: str, *values: Any) -> list[Any]:
        """The rows of a query."""
        with self.guarded():
            return self._connection.execute(query, values).fetchall()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All of it is written, or nothing."""
        with self.guarded():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def close(self) -> None:
        """Close it; another session can open it then."""
        self._connection.close()


def _checked(path: str | os.PathLike[str]) -> Path:
    hint = 'A file is meant: sfn.local(path="orders.sfn"). Without a path everything stays in memory.'
    if not isinstance(path, (str, os.PathLike)) or isinstance(os.fspath(path), bytes):
        raise InvalidArgument(f"not a path: {path!r}", hint=hint)
    text = os.fspath(path)
    if not text or text.startswith((":memory:", "file:")) or "\0" in text:
        raise InvalidArgument(f"not the path of a file: {text!r}", hint=hint)
    found = Path(text).expanduser()
    if found.is_dir():
        raise InvalidArgument(f"{found} is a folder", hint=hint)
    if not found.parent.is_dir():
        raise InvalidArgument(f"there is no folder {found.parent}", hint="Make it first, or give another path.")
    if not found.exists():
        # histories hold task tokens and inputs: they are for nobody else
        try:
            os.close(os.open(found, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        except OSError as error:
            raise SessionFileError(f"{found} cannot be made: {error.strerror or error}.") from error
    return found.resolve()


def _damaged(path: Path, why: object) -> SessionFileError:
    return SessionFileError(
        f"{path} is damaged or no file of a session: {why}. Nothing in it was changed.",
        hint="Restore it from a copy, or give another path. `sqlite3 FILE .recover` saves what can be read.",
    )
