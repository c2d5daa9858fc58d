"""Everything that was fetched, in one SQLite file: parsing is repeated from it, and a stopped run goes on."""

import json
import sqlite3
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from kadr.collect.fetch.page import Page
from kadr.errors import SourceError

__all__ = ["PageStore"]

FORMAT = 1
"""Raised when the table changes; kept as SQLite's `user_version`."""
_APPLICATION = 0x4B616472  # "Kadr", SQLite's `application_id`: tells our files from others
_LEVEL = 4  # of zlib: 7 ms for a page of 600 kB, a tenth larger than the default level makes it in twice that
_BUSY_S = 60.0  # another run's write takes milliseconds
_CREATE = f"""
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS pages (
    url TEXT PRIMARY KEY, final_url TEXT NOT NULL, status INTEGER NOT NULL,
    headers TEXT NOT NULL, body BLOB NOT NULL, fetched_at TEXT NOT NULL
);
PRAGMA application_id = {_APPLICATION};
PRAGMA user_version = {FORMAT};
COMMIT;
"""


class PageStore:
    """Pages by the address that was asked for. Safe to use from several threads, and by several runs at once.

    What was put is there after a kill at any moment; a page that was being put is there whole, or as it was before.

    Args:
        path: the file; it and its folder are made where they are missing.

    Raises:
        SourceError: the file is damaged, no store of pages, or cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self._path, self._lock = path, threading.Lock()
        with self._mapped():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, _BUSY_S, isolation_level=None, check_same_thread=False)
            try:
                self._open()
            except BaseException:
                self._db.close()
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self.close()

    def __len__(self) -> int:
        """Number of pages."""
        return int(self._row("SELECT count(*) FROM pages")[0])

    def close(self) -> None:
        """Close the file."""
        with self._lock, self._mapped():
            self._db.close()

    def get(self, url: str) -> Page | None:
        """Return the page that was put under an address, None where there is none.

        Raises:
            SourceError: the file is damaged.
        """
        row = self._row("SELECT final_url, status, headers, body, fetched_at FROM pages WHERE url = ?", url)
        if row is None:
            return None
        final_url, status, headers, body, fetched_at = row
        with self._mapped():
            return Page(url, final_url, status, json.loads(headers), zlib.decompress(body), fetched_at)

    def put(self, page: Page) -> None:
        """Keep a page, in place of what was kept under its address.

        Raises:
            SourceError: the file is damaged, or the disk is full.
        """
        headers = json.dumps(dict(page.headers), ensure_ascii=False)
        body = zlib.compress(page.body, _LEVEL)
        values = (page.url, page.final_url, page.status, headers, body, page.fetched_at)
        self._row("INSERT OR REPLACE INTO pages VALUES (?, ?, ?, ?, ?, ?)", *values)

    def touch(self, url: str, fetched_at: str) -> None:
        """Note that a page was as it is at a later time.

        Raises:
            SourceError: the file is damaged, or the disk is full.
        """
        self._row("UPDATE pages SET fetched_at = ? WHERE url = ?", fetched_at, url)

    def forget(self, before: str) -> None:
        """Drop the pages that were not asked for since a moment; their room is used again.

        Args:
            before: ISO 8601, UTC, as pages have it.

        Raises:
            SourceError: the file is damaged, or the disk is full.
        """
        self._row("DELETE FROM pages WHERE fetched_at < ?", before)

    def _row(self, statement: str, *values: Any) -> Any:
        with self._lock, self._mapped():
            return self._db.execute(statement, values).fetchone()

    def _open(self) -> None:
        application, version, tables = (
            self._db.execute(statement).fetchone()[0]
            for statement in ("PRAGMA application_id", "PRAGMA user_version", "SELECT count(*) FROM sqlite_schema")
        )
        if (application, version) == (_APPLICATION, FORMAT):
            pass
        elif (application, version, tables) == (0, 0, 0):
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.executescript(_CREATE)
        else:
            raise SourceError(f"{self._path}: is no store of pages of this version of kadr; delete or rename it")
        # So that the old ones are found without reading all bodies; files of before have no index yet.
        self._db.execute("CREATE INDEX IF NOT EXISTS pages_fetched_at ON pages (fetched_at)")
        # A page is on its way to the disk when `put` returns: only a power cut can lose the last ones.
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.execute("PRAGMA journal_size_limit = 67108864")  # 64 MiB: a long log is cut again
        self._db.execute("SELECT url, final_url, status, headers, body, fetched_at FROM pages LIMIT 1").fetchone()

    @contextmanager
    def _mapped(self) -> Iterator[None]:
        """Raise what SQLite, zlib and the disk have to say as an error that names the file."""
        try:
            yield
        except (sqlite3.OperationalError, sqlite3.ProgrammingError) as cause:  # locked, closed, the disk is full
            raise SourceError(f"{self._path}: the store of pages cannot be used ({_one_line(cause)})") from cause
        except (sqlite3.DatabaseError, zlib.error, json.JSONDecodeError, TypeError) as cause:
            raise SourceError(f"{self._path}: the store of pages is damaged; delete or rename it") from cause
        except (OSError, sqlite3.Error) as cause:
            raise SourceError(f"{self._path}: the store of pages cannot be opened ({_one_line(cause)})") from cause


def _one_line(cause: Exception) -> str:
    return " ".join(str(cause).split())[:200]
