"""Opening the DuckDB file of the vector cache: made where there is none, checked, moved aside where it is damaged.

A file that somebody else made is never touched: it is refused, since one slip in a setting must not cost a catalogue.
"""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kadr.errors import ConfigError

if TYPE_CHECKING:
    import duckdb

__all__ = ["check_cache", "first_line", "open_cache"]

FORMAT = 1
"""Raised when the tables change; a file of another format is moved aside."""
LEAST_BYTES = 3 * 4096
"""DuckDB's three headers. A shorter file was being made when its program ended, and holds nothing."""
HEAD_BYTES = 20
"""DuckDB's main header begins with a checksum, 8 bytes, "DUCK", and the number of its format, 8 bytes."""
MOST_STORAGE = 10_000
"""Numbers of DuckDB's formats are below 1,000 so far; a text that happens to say DUCK there has one beyond 2**56."""
TABLES = {"about", "vectors", "canaries"}
SETTINGS: dict[str, Any] = {
    "threads": 2,  # a job waits for the network; more would only take memory
    "memory_limit": "128MB",  # the cache may be much larger than memory
    "enable_external_access": False,  # a statement can reach no other file, and nothing is downloaded
    "autoload_known_extensions": False,
    "autoinstall_known_extensions": False,
    "lock_configuration": True,
}
SCHEMA = f"""
BEGIN;
CREATE TABLE about (format INTEGER NOT NULL, run INTEGER NOT NULL);
INSERT INTO about VALUES ({FORMAT}, 0);
CREATE TABLE vectors (space VARCHAR NOT NULL, text BLOB NOT NULL, vector BLOB NOT NULL, used INTEGER NOT NULL);
CREATE TABLE canaries (space VARCHAR NOT NULL, text VARCHAR NOT NULL, vector BLOB NOT NULL);
COMMIT;
"""
REFUSALS = """
CREATE TABLE IF NOT EXISTS refusals
    (space VARCHAR NOT NULL, text BLOB NOT NULL, reason VARCHAR NOT NULL, day INTEGER NOT NULL,
    PRIMARY KEY (space, text))
"""
"""Made where it is missing: caches of before it hold vectors that were paid for. `day`: of the refusal, since 1970."""
CHECK = """
SELECT (SELECT format FROM about),
    (SELECT count(*) FROM vectors
        WHERE octet_length(text) <> 32 OR (space = $space AND octet_length(vector) <> $bytes)),
    (SELECT count(*) FROM canaries WHERE space = $space AND octet_length(vector) <> $bytes)
"""
READ_ALL = "SELECT bit_xor(hash(space, text, vector, used)) FROM vectors"
"""Makes DuckDB compare the checksum of every block: 300,000 vectors of 1,024 take 2 s."""


class _Foreign(Exception):
    """The file is a database of somebody else's."""


class _Unusable(Exception):
    """The file is a cache of ours that cannot be used, or nothing yet."""


def check_cache(path: Path) -> None:
    """Refuse a file that cannot be the cache of vectors, before a build takes its time; nothing is made or changed.

    Damage is not looked for: `open_cache` mends it. To be called before this process has opened the cache, since
    closing any handle on a file lets go of the locks that the process holds on it.

    Raises:
        ConfigError: the place cannot be read or written, or holds something else than a cache of vectors.
    """
    import duckdb

    _check_place(path)
    if not path.exists() or not path.stat().st_size:
        return
    _check_head(path)
    with contextlib.suppress(duckdb.Error):  # damaged, or another build has it open: told where it is opened
        connection = duckdb.connect(_place(path), read_only=True, config=SETTINGS)
        try:
            _check_tables(connection)
        except _Foreign as error:
            raise _refused(path, str(error)) from error
        finally:
            connection.close()


def open_cache(path: Path, space: str, dim: int) -> tuple["duckdb.DuckDBPyConnection", tuple[str, ...]]:
    """Open the cache, and return its connection and what a person should know about it, a line each.

    A damaged file is moved aside, its log of the last changes first: the rest may well be whole without it.

    Args:
        path: the file; it and its folder are made where they are missing.
        space: the fingerprint whose vectors will be asked for.
        dim: their dimensions.

    Raises:
        ConfigError: another build has it open, the place cannot be read or written, or the file is none of ours.
    """
    import duckdb

    _check_place(path)
    _make_folder(path)
    warnings: list[str] = []
    for parts in _suspects(path):
        try:
            return _opened(path, space, dim), tuple(warnings)
        except _Foreign as error:
            raise _refused(path, str(error)) from error
        except (duckdb.Error, _Unusable) as error:
            _check_reason(path, error)
            if path.exists() and path.stat().st_size:
                _check_head(path)  # only now: it did not open, so that this process holds no lock on it
            if not parts:
                raise ConfigError(
                    f"encoder.cache: {path}: cannot be made into a cache of vectors ({first_line(error)}); "
                    "name another file"
                ) from error
            if warning := _moved_aside(path, parts, error):
                warnings.append(warning)
    raise AssertionError  # the last of the suspects is empty


def first_line(error: Exception) -> str:
    """Return what an error says first, within bounds."""
    return str(error).partition("\n")[0][:200]


def _place(path: Path) -> str:
    """Return a path as DuckDB takes it for nothing but a path: "md:x" and ":memory:" are not."""
    return str(path.absolute())


def _refused(path: Path, what: str) -> ConfigError:
    """Return the error of a file that is not ours; its name alone, since a dry run looks at a copy."""
    return ConfigError(
        f"encoder.cache: {path.name} {what}, not a cache of vectors; it was left as it is, name another file"
    )


def _check_place(path: Path) -> None:
    try:
        folder = next(each for each in path.absolute().parents if each.exists())
        # Never opened here: closing it would let go of the lock that another cache of this process holds.
        usable = (
            path.is_file() and os.access(path, os.R_OK | os.W_OK)
            if path.exists()
            else folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)
        )
    except OSError as error:
        why = error.strerror or "refused"
        raise ConfigError(
            f"encoder.cache: {path}: cannot be the cache of vectors ({why}); name another file"
        ) from error
    if not usable:
        raise ConfigError(f"encoder.cache: {path}: is no file that can be written; name another file")


def _make_folder(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = error.strerror or "refused"
        raise ConfigError(f"encoder.cache: {path.parent}: cannot be made ({why}); name another file") from error


def _check_head(path: Path) -> None:
    """Refuse what DuckDB did not make: it would be taken for a damaged cache, or for a table to read."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if head[8:12] != b"DUCK" or int.from_bytes(head[12:HEAD_BYTES], "little") > MOST_STORAGE:
        raise _refused(path, "is a file of another kind")


def _check_reason(path: Path, error: Exception) -> None:
    """Raise where a file could not be opened although nothing may be wrong with it."""
    said = str(error)
    if "set lock on file" in said:
        raise ConfigError(
            f"encoder.cache: {path}: another build is using this cache of vectors; wait until it has ended, "
            "or name another file"
        ) from error
    if any(hint in said for hint in ("Cannot open file", "No space left", "Out of Memory")):
        raise ConfigError(
            f"encoder.cache: {path}: the cache of vectors cannot be opened ({first_line(error)}); "
            "make room, or name another file"
        ) from error


def _suspects(path: Path) -> Iterator[list[Path]]:
    """Yield what to move aside when opening fails: the logs beside the file, then the file, then nothing more."""
    if logs := sorted(path.parent.glob(f"{_glob_free(path.name)}.wal*")):
        yield logs
    if path.exists():
        yield [path, *sorted(path.parent.glob(f"{_glob_free(path.name)}.wal*"))]
    yield []


def _glob_free(name: str) -> str:
    return "".join(f"[{c}]" if c in "*?[" else c for c in name)


def _moved_aside(path: Path, parts: list[Path], error: Exception) -> str:
    if parts == [path] and path.stat().st_size < LEAST_BYTES:
        path.unlink()
        return ""
    number = next(n for n in range(1, 1_000_000) if not any(path.parent.glob(f"{_glob_free(path.name)}.damaged-{n}*")))
    aside = path.with_name(f"{path.name}.damaged-{number}")
    for part in parts:
        part.rename(aside.with_name(aside.name + part.name.removeprefix(path.name)))
    what = "the cache of vectors" if path in parts else "the last changes of the cache of vectors"
    return f"{path.name}: {what} could not be read ({first_line(error)}); moved aside as {aside.name}"


def _opened(path: Path, space: str, dim: int) -> "duckdb.DuckDBPyConnection":
    import duckdb

    connection = duckdb.connect(_place(path), config=SETTINGS)
    try:
        _check(connection, {"space": space, "bytes": 2 * dim})
    except BaseException:
        connection.close()
        raise
    return connection


def _check(connection: "duckdb.DuckDBPyConnection", values: dict[str, Any]) -> None:
    """Make the tables where there is nothing, and read all there is."""
    if not _check_tables(connection):
        connection.execute(SCHEMA)
    connection.execute(REFUSALS)
    if connection.execute(CHECK, values).fetchall() != [(FORMAT, 0, 0)]:
        raise _Unusable("it is of another program's format, or damaged")
    connection.execute(READ_ALL).fetchall()


def _check_tables(connection: "duckdb.DuckDBPyConnection") -> bool:
    """Tell whether our tables are there, False for a database that holds nothing.

    Raises:
        _Unusable: DuckDB has taken the file for a table by its suffix, and opened no database on the disk.
        _Foreign: other tables are there.
    """
    databases = "SELECT 1 FROM duckdb_databases() WHERE NOT internal AND path IS NOT NULL"
    if not connection.execute(databases).fetchall():
        raise _Unusable("it is no database")
    tables = "SELECT table_name FROM duckdb_tables() UNION ALL SELECT view_name FROM duckdb_views() WHERE NOT internal"
    names = {name for (name,) in connection.execute(tables).fetchall()}
    if names and not names >= TABLES:
        raise _Foreign(f"is a database of somebody else's (it has {min(names)[:40]!r})")
    return bool(names)
