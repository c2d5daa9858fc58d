"""Opening the DuckDB file of the vector cache: made where there is none, checked, moved aside where it is damaged."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kadr.errors import ConfigError

if TYPE_CHECKING:
    import duckdb

__all__ = ["first_line", "open_cache"]

FORMAT = 1
"""Raised when the tables change; a file of another format is foreign."""
LEAST_BYTES = 3 * 4096
"""DuckDB's three headers. A shorter file was being made when its program ended, and holds nothing."""
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
CHECK = """
SELECT (SELECT format FROM about),
    (SELECT count(*) FROM vectors
        WHERE octet_length(text) <> 32 OR (space = $space AND octet_length(vector) <> $bytes)),
    (SELECT count(*) FROM canaries WHERE space = $space AND octet_length(vector) <> $bytes)
"""
READ_ALL = "SELECT bit_xor(hash(space, text, vector, used)) FROM vectors"
"""Makes DuckDB compare the checksum of every block: 300,000 vectors of 1,024 take 2 s."""


class _Foreign(Exception):
    """The file is a database, but not of ours."""


def open_cache(path: Path, space: str, dim: int) -> tuple["duckdb.DuckDBPyConnection", tuple[str, ...]]:
    """Open the cache, and return its connection and what a person should know about it, a line each.

    A damaged or foreign file is moved aside, its log of the last changes first: the rest may well be whole without it.

    Args:
        path: the file; it and its folder are made where they are missing.
        space: the fingerprint whose vectors will be asked for.
        dim: their dimensions.

    Raises:
        ConfigError: another build has it open, or the place cannot be read or written.
    """
    import duckdb

    _check_place(path)
    warnings: list[str] = []
    for parts in _suspects(path):
        try:
            return _opened(path, space, dim), tuple(warnings)
        except (duckdb.Error, _Foreign) as error:
            _check_reason(path, error)
            if not parts:
                raise ConfigError(f"{path}: cannot be made into a cache of vectors ({first_line(error)})") from error
            if warning := _moved_aside(path, parts, error):
                warnings.append(warning)
    raise AssertionError  # the last of the suspects is empty


def first_line(error: Exception) -> str:
    """Return what an error says first, within bounds."""
    return str(error).partition("\n")[0][:200]


def _check_place(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Never opened here: closing it would let go of the lock that another cache of this process holds.
        usable = not path.exists() or (path.is_file() and os.access(path, os.R_OK | os.W_OK))
    except OSError as error:
        why = error.strerror or "refused"
        raise ConfigError(f"{path}: cannot be the cache of vectors ({why}); name another: encoder.cache") from error
    if not usable:
        raise ConfigError(f"{path}: is no file that can be written; name another: encoder.cache")


def _check_reason(path: Path, error: Exception) -> None:
    """Raise where a file could not be opened although nothing may be wrong with it."""
    said = str(error)
    if "set lock on file" in said:
        raise ConfigError(
            f"{path}: another build is using this cache of vectors; wait until it has ended, "
            "or name another: encoder.cache"
        ) from error
    if any(hint in said for hint in ("Cannot open file", "No space left", "Out of Memory")):
        raise ConfigError(f"{path}: the cache of vectors cannot be opened ({first_line(error)})") from error


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

    connection = duckdb.connect(str(path), config=SETTINGS)
    try:
        _check(connection, {"space": space, "bytes": 2 * dim})
    except BaseException:
        connection.close()
        raise
    return connection


def _check(connection: "duckdb.DuckDBPyConnection", values: dict[str, Any]) -> None:
    """Make the tables where there are none, and read all there is."""
    if not connection.execute("SELECT 1 FROM duckdb_tables() LIMIT 1").fetchall():
        connection.execute(SCHEMA)
    if connection.execute(CHECK, values).fetchall() != [(FORMAT, 0, 0)]:
        raise _Foreign("it holds something else")
    connection.execute(READ_ALL).fetchall()
