"""The films of a bundle: records that are shown, memory-mapped, and a DuckDB file for whoever asks by SQL.

Both are written by the build. A search reads the records alone: each is a film whole, as JSON, at a place that an
array of offsets tells. DuckDB, whose import takes a fifth of a second, is left to whoever writes (decision record
0002 has what that saves).
"""

import json
import os
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np

from kadr.catalogue.columns import FILMS, THEMES
from kadr.catalogue.records import decode, encode, films_hash, hash_records
from kadr.errors import BundleDamaged, QueryError, SourceError
from kadr.film import Film
from kadr.index.arrays import Strings
from kadr.index.themes import Theme

__all__ = ["FilmTable", "films_hash", "lines_to_parquet", "write_films"]

IDS, RECORDS = ".ids", ".records"
"""Endings of the arrays beside the DuckDB file: the ids of all films in row order, and the films."""
_MAX_RECORD_BYTES = 64 * 1024 * 1024
"""Bound of one line when loading: a film of 100 extras, 50-name lists and long texts stays under 1 MB."""
FILMS_KEPT = 1_000
"""Films that are kept as they were read, at some five kilobytes each."""
ROWS_KEPT = 4_096
"""Ids whose rows are kept, at some two hundred bytes each."""
EVERY = 32
"""Rows from one id that is read at open to the next: among those between it a film is sought in the file."""
_TITLE = '"title":'
_DECODER = json.JSONDecoder()
_CLOSED_DOORS: dict[str, Any] = {"autoload_known_extensions": False, "autoinstall_known_extensions": False}


def write_films(
    path: Path, films: Sequence[Film], popularity: Sequence[float] | None = None, themes: Sequence[Theme] = ()
) -> None:
    """Write films to a new DuckDB file, replacing `path` at the end in one step, and their records beside it.

    Args:
        path: the DuckDB file to write; its folder exists.
        films: ordered by id, each id once: position is the row number.
        popularity: one number a film, higher is more popular; None leaves the column empty.
        themes: for whoever asks the file by SQL; a search reads them from the columns.

    Raises:
        SourceError: films out of order, popularity of another length, or a text or folder that cannot be written.
    """
    import duckdb

    _check_order(films)
    if popularity is not None and len(popularity) != len(films):
        raise SourceError(f"{path.name}: {len(popularity)} popularities for {len(films)} films; give one a film")
    lines, target = path.with_name(path.name + ".jsonl"), path.with_name(path.name + ".new")
    try:
        target.unlink(missing_ok=True)
        records = [encode(film) for film in films]
        with lines.open("w", encoding="utf-8", newline="\n") as file:
            for row, (film, record) in enumerate(zip(films, records, strict=True)):
                known = None if popularity is None else float(popularity[row])
                cells = json.loads(record) | {"row": row, "description": film.description, "popularity": known}
                file.write(json.dumps(cells, ensure_ascii=False) + "\n")
        _load(lines, target, themes)
        Strings.of(film.id for film in films).save(path.parent, path.stem + IDS)
        Strings.of(records).save(path.parent, path.stem + RECORDS)
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


def _load(lines: Path, target: Path, themes: Sequence[Theme]) -> None:
    import duckdb

    with duckdb.connect(str(target), config={**_CLOSED_DOORS, "threads": 1}) as connection:
        connection.execute(f"CREATE TABLE films ({_typed(FILMS)})")
        connection.execute(f"CREATE TABLE themes ({_typed(THEMES)})")
        if lines.stat().st_size:
            names = ", ".join(f'"{name}"' for name in FILMS)
            insert = f"INSERT INTO films SELECT {names} FROM {_reader(FILMS)} ORDER BY row"
            connection.execute(insert, [_glob_free(lines), _MAX_RECORD_BYTES])
        for number, theme in enumerate(themes):
            values = {"number": number, **asdict(theme), "terms": list(theme.terms)}
            connection.execute(
                f"INSERT INTO themes VALUES ({', '.join('?' * len(THEMES))})", [values[n] for n in THEMES]
            )
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
    import duckdb

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

    Any thread may call any method at the same time. `close` waits for none.
    """

    def __init__(self, ids: Strings, records: Strings) -> None:
        self._ids, self._records = ids, records
        self._film, self._row = _reading(records), _seeking(ids)
        self._closed = False

    @classmethod
    def open(cls, path: Path) -> Self:
        """Map the records that `write_films` wrote beside the DuckDB file of this path.

        Raises:
            BundleDamaged: they are missing or are none, or there is not one for each id.
        """
        ids, records = Strings.open(path.parent, path.stem + IDS), Strings.open(path.parent, path.stem + RECORDS)
        if len(ids) != len(records):
            raise BundleDamaged(f"{path.stem}{RECORDS}: {len(records)} films for {len(ids)} ids; rebuild the bundle")
        return cls(ids, records)

    def close(self) -> None:
        """Let the files go; a later call of another method is refused."""
        self._closed = True
        self._ids = self._records = Strings.of(())
        self._film, self._row = _reading(self._records), _seeking(self._ids)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def __len__(self) -> int:
        return len(self._open(self._ids))

    def fetch(self, rows: Sequence[int]) -> list[Film]:
        """Return the films of these row numbers, in the order asked; a row asked twice comes twice.

        Raises:
            QueryError: a row number is not in the table.
            BundleDamaged: a record cannot be read.
        """
        return [self._film(row) for row in self._checked(rows)]

    def titles(self, rows: Sequence[int]) -> list[str]:
        """Return the titles of these films, in a small part of the time that the films take.

        Raises:
            QueryError: a row number is not in the table.
            BundleDamaged: a record cannot be read.
        """
        return [_title(_text(self._records, row)) for row in self._checked(rows)]

    def _checked(self, rows: Sequence[int]) -> Sequence[int]:
        count = len(self._open(self._records))
        for row in rows:
            if not 0 <= row < count:
                raise QueryError(f"row {row} is not in the catalogue; rows run from 0 to {count - 1}")
        return rows

    def row_of(self, film_id: str) -> int | None:
        """Return the row number of a film, or None when the catalogue has no such id."""
        self._open(self._ids)
        return self._row(film_id)

    def iter_films(self) -> Iterator[Film]:
        """Yield every film in row order."""
        records = self._open(self._records)
        return (decode(_text(records, row)) for row in range(len(records)))

    def rows_hash(self) -> str:
        """Return the SHA-256 (hex) of all rows in order: equal to `films_hash` of the films written."""
        records = self._open(self._records)
        return hash_records(_text(records, row) for row in range(len(records)))

    def _open(self, texts: Strings) -> Strings:
        if self._closed:
            raise BundleDamaged("the films of a bundle that was closed cannot be read; open it again")
        return texts


def _reading(records: Strings) -> Callable[[int], Film]:
    """Return what reads the film of a row; what was read of late is kept, because what is shown is shown again."""
    return lru_cache(maxsize=FILMS_KEPT)(lambda row: decode(_text(records, row)))


def _seeking(ids: Strings) -> Callable[[str], int | None]:
    """Return what finds the row of an id; what was found of late is kept, because histories name the same films.

    Of what is longer than any id nothing is kept: visitors may send a megabyte for one.
    """
    longest = int(np.diff(ids.starts.astype(np.int64)).max(initial=0))
    marks = [_text(ids, row) for row in range(0, len(ids), EVERY)]

    def row_of(film_id: str) -> int | None:
        low = max(bisect_right(marks, film_id) - 1, 0) * EVERY  # rows stand in the order of ids
        high = min(low + EVERY, len(ids))
        while low < high:
            middle = (low + high) // 2
            if _text(ids, middle) < film_id:
                low = middle + 1
            else:
                high = middle
        return low if low < len(ids) and _text(ids, low) == film_id else None

    kept = lru_cache(maxsize=ROWS_KEPT)(row_of)
    return lambda film_id: kept(film_id) if len(film_id) <= longest else None


def _title(record: str) -> str:
    # Keys are sorted, and none behind this one holds a text. Within a text the quotation marks would be escaped.
    at = record.rfind(_TITLE)
    try:
        title, _ = _DECODER.raw_decode(record, at + len(_TITLE))
    except (ValueError, RecursionError) as error:
        raise BundleDamaged("a film's record cannot be read; rebuild the bundle") from error
    if at < 0 or not isinstance(title, str):
        raise BundleDamaged("a film's record has no title; rebuild the bundle")
    return title


def _text(texts: Strings, row: int) -> str:
    try:
        return texts[row]
    except UnicodeDecodeError as error:
        raise BundleDamaged(f"film {row}: its record is no text; rebuild the bundle") from error
