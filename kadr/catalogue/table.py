"""The DuckDB table of films: written once by the build, read by the serving side. The only module that opens that file.

A row holds a film twice. The typed columns are for SQL. The column `record` holds the whole film as JSON, and it alone
is read when hits are shown: the statement for ten rows took 5.2 ms over 22 typed columns and 1.4 ms over the record
(5,000 rows, one thread, no index). Nested fields stand only in the record; their columns are computed from
it when a statement asks for them.
"""

import json
import os
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb

from kadr.catalogue.columns import FILMS, RECORDS
from kadr.catalogue.records import decode, encode, films_hash, hash_records
from kadr.errors import BundleDamaged, QueryError, SourceError
from kadr.film import Film

__all__ = ["FilmTable", "films_hash", "lines_to_parquet", "write_films"]

_MAX_RECORD_BYTES = 64 * 1024 * 1024
"""Bound of one line when loading: a film of 100 extras, 50-name lists and long texts stays under 1 MB."""
MAX_KEPT = 2_000
"""Films kept after they were read, at a few kB each."""
_TABLES: Mapping[str, Mapping[str, str]] = {"films": FILMS, "records": RECORDS}
_CLOSED_DOORS: dict[str, Any] = {"autoload_known_extensions": False, "autoinstall_known_extensions": False}
_READING: dict[str, Any] = {
    **_CLOSED_DOORS,
    "threads": 1,  # one row range at a time; more threads only add start-up
    "enable_external_access": False,  # a statement can reach no other file
    "lock_configuration": True,
}


def write_films(path: Path, films: Sequence[Film], popularity: Sequence[float] | None = None) -> None:
    """Write films to a new DuckDB file, replacing `path` at the end in one step.

    Args:
        path: the file to write; its folder exists.
        films: ordered by id, each id once: position is the row number.
        popularity: one number a film, higher is more popular; None leaves the column empty.

    Raises:
        SourceError: films out of order, popularity of another length, or a text or folder that cannot be written.
    """
    _check_order(films)
    if popularity is not None and len(popularity) != len(films):
        raise SourceError(f"{path.name}: {len(popularity)} popularities for {len(films)} films; give one a film")
    lines, target = path.with_name(path.name + ".jsonl"), path.with_name(path.name + ".new")
    try:
        target.unlink(missing_ok=True)
        with lines.open("w", encoding="utf-8", newline="\n") as file:
            for row, film in enumerate(films):
                known = None if popularity is None else float(popularity[row])
                file.write(json.dumps(_cells(row, film, known), ensure_ascii=False) + "\n")
        _load(lines, target)
        os.replace(target, path)  # noqa: PTH105  # Path.replace would do the same; os.replace says "atomic" to readers
    except (duckdb.Error, OSError) as error:
        raise SourceError(f"{path.name}: the films cannot be written: {_first_line(error)}") from error
    finally:
        lines.unlink(missing_ok=True)
        target.unlink(missing_ok=True)


def _check_order(films: Sequence[Film]) -> None:
    for before, after in pairwise(films):
        if before.id >= after.id:
            raise SourceError(f"film {after.id!a} comes after {before.id!a}: order by id, each once, as merge() does")


def _cells(row: int, film: Film, popularity: float | None) -> dict[str, Any]:
    record = encode(film)
    own = {"row": row, "description": film.description, "popularity": popularity, "record": record}
    values: dict[str, Any] = json.loads(record)
    return values | own


def _load(lines: Path, target: Path) -> None:
    with duckdb.connect(str(target), config={**_CLOSED_DOORS, "threads": 1}) as connection:
        for table, columns in _TABLES.items():
            connection.execute(f"CREATE TABLE {table} ({_typed(columns)})")
            if lines.stat().st_size:
                names = ", ".join(f'"{name}"' for name in columns)
                insert = f"INSERT INTO {table} SELECT {names} FROM {_reader(columns)} ORDER BY row"
                connection.execute(insert, [_glob_free(lines), _MAX_RECORD_BYTES])
        # Ten rows by IN (1, 2, ...): the statement took 1.2 ms with the index, 5.8 without; it costs 50 bytes a row.
        connection.execute("CREATE UNIQUE INDEX records_row ON records (row)")
        connection.execute("CHECKPOINT")


def _typed(columns: Mapping[str, str]) -> str:
    return ", ".join(f'"{name}" {kind}' for name, kind in columns.items())


def lines_to_parquet(lines: Path, path: Path, columns: Mapping[str, str]) -> None:
    """Write a file of JSON Lines as Parquet, in the order of its lines.

    Args:
        lines: one object a line, with these keys.
        path: the file to write.
        columns: SQL types by name, in the order wanted.

    Raises:
        SourceError: DuckDB cannot read the one or write the other.
    """
    names = ", ".join(f'"{name}"' for name in columns)
    try:
        with duckdb.connect(config={**_CLOSED_DOORS, "threads": 1}) as connection:
            relation = f"SELECT {names} FROM {_reader(columns)}" if lines.stat().st_size else _no_rows(columns)
            values = [_glob_free(lines), _MAX_RECORD_BYTES] if lines.stat().st_size else []
            connection.execute(f"COPY ({relation}) TO ? (FORMAT parquet, COMPRESSION zstd)", [*values, str(path)])
    except duckdb.Error as error:
        raise SourceError(f"{path.name}: cannot be written: {_first_line(error)}") from error


def _no_rows(columns: Mapping[str, str]) -> str:
    nothing = ", ".join(f'NULL::{kind} AS "{name}"' for name, kind in columns.items())
    return f"SELECT {nothing} WHERE false"


def _reader(columns: Mapping[str, str]) -> str:
    """Return the SQL source that reads JSON Lines: its two parameters are the path and the bound of a line."""
    types = ", ".join(f"'{name}': '{kind}'" for name, kind in columns.items())
    return f"read_json(?, format = 'newline_delimited', columns = {{{types}}}, maximum_object_size = ?)"


def _glob_free(path: Path) -> str:
    """Return a path for `read_json`, which takes `*`, `?` and `[` in names for patterns."""
    return "".join(f"[{c}]" if c in "*?[" else c for c in str(path))


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


class FilmTable:
    """The films of a bundle, read-only: `with FilmTable.open(path) as table: table.fetch([3, 1])`.

    Any thread may call any method at the same time: each call works on a cursor of its own. `close` waits for none.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, name: str, length: int) -> None:
        self._connection, self._name, self._length = connection, name, length
        self._idle: deque[duckdb.DuckDBPyConnection] = deque()  # a fresh cursor costs a call 1 ms
        self._kept: dict[int, Film] = {}
        self._closed = False

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the table that `write_films` wrote.

        Raises:
            BundleDamaged: there is no such file, it is not a DuckDB file, or its table is not ours.
        """
        if not path.is_file():
            raise BundleDamaged(f"{path.name}: there is no such file; rebuild the bundle")
        try:
            connection = duckdb.connect(str(path), read_only=True, config=_READING)
        except duckdb.Error as error:
            raise BundleDamaged(f"{path.name}: is not a DuckDB file that can be opened; rebuild the bundle") from error
        try:
            return cls(connection, path.name, _checked_length(connection, path.name))
        except BundleDamaged:
            connection.close()
            raise

    def close(self) -> None:
        """Close the file; a later call of another method is refused."""
        self._closed = True
        self._kept.clear()
        self._connection.close()
        self._close_idle()

    def _close_idle(self) -> None:
        while self._idle:
            with suppress(IndexError):  # another thread may take the last one first
                self._idle.pop().close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def __len__(self) -> int:
        return self._length

    def fetch(self, rows: Sequence[int]) -> list[Film]:
        """Return the films of these row numbers, in the order asked; a row asked twice comes twice.

        Raises:
            QueryError: a row number is not in the table.
        """
        for row in rows:
            if not 0 <= row < self._length:
                raise QueryError(f"row {row} is not in the catalogue; rows run from 0 to {self._length - 1}")
        wanted = [int(row) for row in rows]  # numpy's integers are no DuckDB values
        if not wanted:
            return []
        # A statement costs 1 to 2 ms whatever it asks, so films that were shown lately are kept. They never change.
        found = {row: film for row in wanted if (film := self._kept.get(row)) is not None}
        missing = [row for row in wanted if row not in found]
        if missing:
            # Numbers stand in the statement (they are ints of ours): with parameters the index brought no gain.
            query = f"SELECT row, record FROM records WHERE row IN ({', '.join(map(str, missing))})"
            read = {row: decode(record) for row, record in self._read(query, [])}
            if len(self._kept) > MAX_KEPT:
                self._kept.clear()
            self._kept.update(read)
            found |= read
        return [found[row] for row in wanted]

    def row_of(self, film_id: str) -> int | None:
        """Return the row number of a film, or None when the catalogue has no such id."""
        try:
            film_id.encode()
        except UnicodeEncodeError:
            return None  # half a character: no stored id holds one
        found = self._read("SELECT row FROM films WHERE id = ?", [film_id])
        return int(found[0][0]) if found else None

    def iter_films(self, batch: int = 1000) -> Iterator[Film]:
        """Yield every film in row order, reading `batch` rows at a time."""
        return (decode(record) for record in self._records(batch))

    def rows_hash(self) -> str:
        """Return the SHA-256 (hex) of all rows in order: equal to `films_hash` of the films written."""
        return hash_records(self._records(1000))

    def _records(self, batch: int) -> Iterator[str]:
        query = "SELECT record FROM records WHERE row >= ? AND row < ? ORDER BY row"
        for start in range(0, self._length, batch):
            for (record,) in self._read(query, [start, start + batch]):
                yield record

    def _read(self, query: str, values: list[Any]) -> list[tuple[Any, ...]]:
        try:
            cursor = self._take()
            found: list[tuple[Any, ...]] = cursor.execute(query, values).fetchall()
            self._idle.append(cursor)
            if self._closed:  # closed meanwhile: this cursor would keep the file open
                self._close_idle()
        except duckdb.Error as error:
            raise BundleDamaged(f"{self._name}: cannot be read: {_first_line(error)}; rebuild the bundle") from error
        return found

    def _take(self) -> duckdb.DuckDBPyConnection:
        """Return a cursor that no other call works on."""
        try:
            return self._idle.pop()
        except IndexError:
            return self._connection.cursor()


def _checked_length(connection: duckdb.DuckDBPyConnection, name: str) -> int:
    """Return the number of rows of a table whose columns are ours and whose rows are 0, 1, 2 and so on."""
    for table, columns in _TABLES.items():
        _check_columns(connection, table, columns, name)
    counts = "SELECT count(*), count(DISTINCT row), min(row), max(row), count(record) FROM records"
    (count, *others) = connection.execute(counts).fetchall()[0]
    films = connection.execute("SELECT count(id), count(DISTINCT row), min(row), max(row) FROM films").fetchall()[0]
    numbered = [count, 0, count - 1] if count else [0, None, None]
    if others != [*numbered, count] or list(films) != [count, *numbered]:
        raise BundleDamaged(f"{name}: its rows are not numbered 0 to {count - 1}, once each; rebuild the bundle")
    return int(count)


def _check_columns(connection: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, str], name: str) -> None:
    try:
        described = connection.execute(f"DESCRIBE {table}").fetchall()
    except duckdb.Error as error:
        raise BundleDamaged(f"{name}: holds no table of {table}; rebuild the bundle") from error
    # Releases of DuckDB differ in which field names they show in quotes, so the comparison leaves quotes out.
    found = {column: kind.replace('"', "") for column, kind, *_ in described}
    expected = {column: kind.replace('"', "") for column, kind in columns.items()}
    if found != expected:
        odd = min(column for column, _ in found.items() ^ expected.items())
        raise BundleDamaged(
            f"{name}: column {odd!a} of {table} is missing, foreign or of another type; rebuild the bundle"
        )
