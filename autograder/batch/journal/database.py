"""The journal: one SQLite file in the output folder that keeps every result from the moment it exists.

A result is stored under the submission's key together with a digest of everything that decides it: the submission's
files, the assignment, the package and the options. A second run with the same folder takes what still matches.

Rollback journal, not WAL: WAL needs shared memory and so breaks on the network folders that clusters have. One
commit per result costs milliseconds beside a notebook's seconds, and survives ``kill -9`` at any moment.
"""

import shlex
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import msgspec

from autograder.batch.journal.overrides import Override
from autograder.batch.journal.rulings import Ruling
from autograder.errors import BusyError, RefusedError, UsageError
from autograder.model import SubmissionResult

N_ = str  # marks a sentence for translation where it is not yet translated
Kind = TypeVar("Kind")
APPLICATION_ID = 0x6E61626C
"""Marks the file as ours ("nabl"), so that another program's database is never written to."""
SCHEMA_VERSION = 1

_SCHEMA = """
CREATE TABLE results (
    key TEXT PRIMARY KEY,
    digest TEXT NOT NULL,  -- of everything that decides the result
    result BLOB NOT NULL,
    graded_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),
    times INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX by_digest ON results (digest);
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE transcripts (
    digest TEXT PRIMARY KEY,  -- of the notebook and how it was run, not of the tests
    said BLOB NOT NULL
);
CREATE TABLE overrides (number INTEGER PRIMARY KEY, decision BLOB NOT NULL);
"""


class Journal:
    """The open journal of one output folder, locked against a second run while it is open.

    Args:
        path: the SQLite file; made when it is absent.

    Raises:
        UsageError: the folder cannot be written, another run holds the journal, the file is damaged, belongs to
            another program, or was written by a newer version.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder, Journal(Path(folder) / "journal.db") as journal:
        ...     journal.set_fact("assignment", "hw01")
        ...     journal.fact("assignment")
        'hw01'
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with self._named_errors():
            # isolation_level None: we say BEGIN ourselves, so that no statement waits in an implicit transaction.
            self._db = sqlite3.connect(path, timeout=0.5, isolation_level=None, check_same_thread=False)
        try:
            with self._named_errors():
                self._open()
        except BaseException:
            self._db.close()
            raise

    def _open(self) -> None:
        # EXCLUSIVE keeps the lock between transactions: that is what refuses a second run on the same folder.
        self._db.execute("PRAGMA locking_mode = EXCLUSIVE")
        self._db.execute("PRAGMA journal_mode = DELETE")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute("BEGIN EXCLUSIVE")
        application, version = self._number("application_id"), self._number("user_version")
        tables = self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if tables and application != APPLICATION_ID:
            raise UsageError(f"{self.path} is not a journal of autograder: use another folder with -o")
        if version > SCHEMA_VERSION:
            raise UsageError(
                f"{self.path} was written by a newer autograder (journal version {version}, this one reads"
                f" {SCHEMA_VERSION}): update autograder, or use another folder with -o"
            )
        if not tables:
            for statement in _SCHEMA.split(";\n"):
                self._db.execute(statement)
            self._db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            self._db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        self._db.execute("COMMIT")

    def _number(self, pragma: str) -> int:
        return int(self._db.execute(f"PRAGMA {pragma}").fetchone()[0])

    def get(self, key: str, digest: str) -> SubmissionResult | None:
        """The result stored for these very bytes, or None.

        It may stand under another key: a roster given later turns file names into ids, and changes no result.
        """
        return self._result("WHERE digest = ? ORDER BY key = ? DESC, key LIMIT 1", digest, key)

    def latest(self, key: str) -> SubmissionResult | None:
        """What was last stored under this key, whatever has changed since, or None."""
        return self._result("WHERE key = ?", key)

    def _result(self, which: str, *values: str) -> SubmissionResult | None:
        with self._named_errors():
            row = self._db.execute(f"SELECT result FROM results {which}", values).fetchone()
        if row is None:
            return None
        try:
            return msgspec.json.decode(row[0], type=SubmissionResult)
        except msgspec.MsgspecError:
            return None  # a record that an older version wrote: grading it again is always right

    def put(self, key: str, digest: str, result: SubmissionResult) -> None:
        """Store one result; when this returns, ``kill -9`` cannot lose it."""
        with self._named_errors():
            self._db.execute(
                "INSERT INTO results (key, digest, result) VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET"
                " digest = excluded.digest, result = excluded.result, graded_at = excluded.graded_at,"
                " times = times + 1",
                (key, digest, msgspec.json.encode(result)),
            )

    def transcripts(self, digest: str) -> tuple[bytes, ...]:
        """What was said with the notebook of this digest in an earlier time, packed, one a run of it."""
        with self._named_errors():
            row = self._db.execute("SELECT said FROM transcripts WHERE digest = ?", (digest,)).fetchone()
        try:
            return () if row is None else msgspec.msgpack.decode(row[0], type=tuple[bytes, ...])
        except msgspec.MsgspecError:
            return ()  # as an older version kept it: the notebook runs again

    def put_transcripts(self, digest: str, said: tuple[bytes, ...]) -> None:
        """Keep what was said, packed; it only saves time, so it is the one thing here that may be missing."""
        with self._named_errors():
            self._db.execute(
                "INSERT OR REPLACE INTO transcripts (digest, said) VALUES (?, ?)",
                (digest, msgspec.msgpack.encode(said)),
            )

    def overrides(self) -> list[Override]:
        """Every decision that a person ever made, withdrawn ones included, oldest first."""
        with self._named_errors():
            rows = self._db.execute("SELECT decision FROM overrides ORDER BY number").fetchall()
            return [msgspec.json.decode(row[0], type=Override) for row in rows]

    def rulings(self) -> list[Ruling]:
        """Every ruling about a case that a person ever made, withdrawn ones included, oldest first."""
        with self._named_errors():
            return msgspec.json.decode(self.fact("rulings") or "[]", type=list[Ruling])

    def decided(self) -> int:
        """How many overrides and rulings there are."""
        with self._named_errors():
            overrides = int(self._db.execute("SELECT count(*) FROM overrides").fetchone()[0])
        return overrides + len(self.rulings())

    def add_decisions(self, overrides: Sequence[Override] = (), rulings: Sequence[Ruling] = ()) -> None:
        """Write decisions down, all or none; nothing here ever removes one."""
        every = msgspec.json.encode([*self.rulings(), *rulings]).decode()
        with self._named_errors():
            self._db.execute("BEGIN")
            try:
                self._db.executemany(
                    "INSERT INTO overrides (decision) VALUES (?)", [(msgspec.json.encode(one),) for one in overrides]
                )
                if rulings:
                    self._db.execute("INSERT OR REPLACE INTO facts (name, value) VALUES ('rulings', ?)", (every,))
                self._db.execute("COMMIT")
            except BaseException:
                self._db.execute("ROLLBACK")
                raise

    def fact(self, name: str) -> str | None:
        """A remembered line about the folder, such as the assignment's name."""
        with self._named_errors():
            row = self._db.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def record(self, name: str, kind: type[Kind]) -> Kind | None:
        """A fact that is a record, or a list of them; None where it was never set."""
        held = self.fact(name)
        with self._named_errors():
            return None if held is None else msgspec.json.decode(held, type=kind)

    def set_fact(self, name: str, value: str) -> None:
        with self._named_errors():
            self._db.execute("INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)", (name, value))

    def close(self) -> None:
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    @contextmanager
    def _named_errors(self) -> Iterator[None]:
        """Turn SQLite's errors into one line that says what to do."""
        try:
            yield
        except sqlite3.DatabaseError as error:
            raise _named(error, self.path) from error
        except msgspec.MsgspecError as error:  # SQLite has no checksums: a record may be other bytes
            raise _damaged(self.path) from error


def _named(error: sqlite3.DatabaseError, path: Path) -> RefusedError:
    code = getattr(error, "sqlite_errorcode", None)
    primary = None if code is None else code & 0xFF
    if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return BusyError(
            N_("%(path)s: another run is writing to this folder: wait for it, or use another folder with -o"), path=path
        )
    if primary == sqlite3.SQLITE_FULL:
        said = N_(
            "%(path)s: the disk is full: free some space, then give the same command again (what was graded is kept)"
        )
        return RefusedError(said, path=path)
    if primary == sqlite3.SQLITE_CANTOPEN and not path.parent.is_dir():
        return RefusedError(N_("%(path)s: the folder is not there any more: was it moved?"), path=path)
    if primary in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
        said = N_("%(path)s: cannot be written: check the folder's permissions, or use another folder with -o")
        return RefusedError(said, path=path)
    if primary == sqlite3.SQLITE_IOERR:
        said = N_("%(path)s: cannot be read or written (%(error)s): check the disk, then give the same command again")
        return RefusedError(said, path=path, error=error)
    if primary in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return _damaged(path)
    said = N_("%(path)s: %(error)s (SQLite); move the file away or use another folder with -o")
    return RefusedError(said, path=path, error=error)


def _damaged(path: Path) -> RefusedError:
    said = N_(
        "%(path)s: is damaged. What people decided is in it and nowhere else: move it away and keep it (mv %(own)s"
        " %(kept)s), then put a copy from before in its place. Without one, give the same command again: it grades"
        " anew, and decisions have to be made again (grades.csv and the students' pages still say what they were: copy"
        " them first)"
    )
    return RefusedError(said, path=path, own=shlex.quote(str(path)), kept=shlex.quote(f"{path}.damaged"))
