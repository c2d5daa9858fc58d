"""Rows of ratings in a database on disk: loaded as text, judged by SQL, fetched as numbers."""

import codecs
import gzip
import shutil
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from kadr.errors import RatingsError
from kadr.recommend.train.asked import FIELDS
from kadr.recommend.train.layouts import Layout, encoding_of

__all__ = ["Refused", "Scale", "connected", "fetch", "found_scale", "judge", "load_rows"]

MEMORY = "512MB"
"""What DuckDB may take before it writes aside."""
WITHIN = 0.9
"""Share of the ratings that tells a scale: mistakes are rarer, and on a larger scale more lie above a smaller's top."""
HIGHS = (1.0, 5.0, 10.0, 100.0)
ZEROS = 0.01
"""Share of noughts from which they are ratings, and no mistakes."""
MILLISECONDS = 1e11
"""Beyond this, in the year 5138, a time is in milliseconds."""
SHOWN = 3
_CELL = 40
_BLOCK = 1 << 20
_DATES = "['%d.%m.%Y %H:%M:%S', '%d.%m.%Y %H:%M', '%d.%m.%Y', '%d/%m/%Y']"


@dataclass(frozen=True, slots=True)
class Refused:
    """Rows that do not count: why, how many, and up to three of them as they stand, shortened."""

    reason: str
    count: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scale:
    """The lowest and the highest rating that can be given."""

    low: float
    high: float

    def of_ten(self, values: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return ratings on a scale from 0 to 10: 3.5 of 5 is 7 of 10; a scale that begins below 0 is moved first."""
        low = min(self.low, 0.0)
        mapped: NDArray[np.float64] = (values.astype(np.float64) - low) * (10 / (self.high - low))
        return mapped


def connected(folder: Path) -> duckdb.DuckDBPyConnection:
    """Return a database in a folder that may be thrown away."""
    return duckdb.connect(str(folder / "rows.duckdb"), config={"memory_limit": MEMORY, "temp_directory": str(folder)})


def load_rows(connection: duckdb.DuckDBPyConnection, layout: Layout, folder: Path) -> tuple[int, list[Refused]]:
    """Load the table `raw`: a text column for each field, "" where there is nothing, in the order of the file.

    Returns how many rows the file has, and those that could not be split into cells.
    """
    if not layout.delimiter:
        fields = _fields(layout, [f'"{_quoted(header)}"' for header in layout.headers])
        connection.execute(f"CREATE TABLE raw AS SELECT {fields} FROM read_parquet(?)", [str(layout.path)])
        return _count(connection, "raw"), []
    path = _in_utf8(layout.path, folder)
    # Quotes are looked at only where a text may need them; one that is not closed would swallow the rows behind it.
    texts = "title" in layout.columns or len(layout.columns) < len(layout.headers)
    broken = _load_text(connection, layout, path, '"' if texts else "")
    if broken is None:
        broken = _load_text(connection, layout, path, "") or []
    return _count(connection, "raw") + sum(each.count for each in broken), broken


def found_scale(connection: duckdb.DuckDBPyConnection, layout: Layout, stated: tuple[float, float] | None) -> Scale:
    """Return the scale that was stated, that of the data set, or the smallest usual one that most ratings fit.

    Raises:
        RatingsError: no usual scale fits.
    """
    if known := stated or layout.scale:
        return Scale(*known)
    tops = ", ".join(f"count(*) FILTER (value <= {high})" for high in HIGHS)
    sql = (
        f"SELECT count(*), max(value), count(*) FILTER (value = 0), count(*) FILTER (value <> floor(value)), {tops}"
        f" FROM (SELECT {_VALUE} AS value FROM raw) WHERE value >= 0 AND isfinite(value)"
    )
    count, largest, zeros, halves, *below = connection.execute(sql).fetchone() or (0, 0, 0, 0)
    high = next((top for top, n in zip(HIGHS, below, strict=True) if count and n >= WITHIN * count), None)
    if not count:
        return Scale(0.0, 10.0)  # no row has a rating: each will be refused for that
    if high is None:
        raise RatingsError(
            f"{layout.path}: ratings reach up to {largest:g}, which is no usual scale; say it, as ratings.scale ="
            " [1, 10], or take the column of ratings away where it counts something else"
        )
    low = 0.5 if halves else 1.0
    return Scale(0.0 if high in (1.0, 100.0) or zeros >= ZEROS * count else low, high)


def judge(connection: duckdb.DuckDBPyConnection, scale: Scale | None) -> list[Refused]:
    """Make the table `judged` of `raw`: place, user, film, value, time and fault; return what was found."""
    faults = [
        ("\"user\" = ''", "has no user"),
        (f"{_FILM} = ''", "has no film"),
        ("regexp_matches(\"user\", '^-[0-9]')", "the user's id is negative"),
        ("regexp_matches(film, '^-[0-9]')", "the film's id is negative"),
    ]
    if scale is not None:
        span = f"outside the scale from {scale.low:g} to {scale.high:g}"
        faults += [
            ("rating = ''", "has no rating"),
            (f"{_VALUE} IS NULL OR isnan({_VALUE})", "the rating is no number"),
            (f"NOT {_VALUE} BETWEEN {scale.low} AND {scale.high}", f"the rating is {span}"),
        ]
    cases = " ".join(f"WHEN {condition} THEN {number}" for number, (condition, _) in enumerate(faults))
    connection.execute(
        f'CREATE TABLE judged AS SELECT rowid AS place, "user", {_FILM} AS film, {_VALUE} AS value, {_TIME} AS time,'
        f" rating AS said, CASE {cases} END AS fault FROM raw"
    )
    shown = ", ".join(f"left({name}, {_CELL})" for name in ('"user"', "film", "said"))
    found = connection.execute(
        f"SELECT fault, count(*), list(concat_ws(', ', {shown}) ORDER BY place)[:{SHOWN}]"
        " FROM judged WHERE fault IS NOT NULL GROUP BY fault ORDER BY fault"
    ).fetchall()
    return [Refused(faults[number][1], count, tuple(examples)) for number, count, examples in found]


def fetch(
    connection: duckdb.DuckDBPyConnection,
) -> tuple[dict[str, NDArray[Any]], tuple[str, ...], tuple[Mapping[str, str], ...]]:
    """Return what was judged good: user, film, value and time as arrays in the order of the file, users and films.

    Users and films are numbered in the order of their ids, numbers by their value.
    """
    for name in ("user", "film"):
        connection.execute(
            f"CREATE TABLE {name}s AS SELECT id, row_number() OVER (ORDER BY try_cast(id AS BIGINT) NULLS LAST, id) - 1"
            f' AS number FROM (SELECT DISTINCT "{name}" AS id FROM judged WHERE fault IS NULL)'
        )
    numbers = connection.execute(
        'SELECT users.number::INTEGER AS "user", films.number::INTEGER AS film, value, time FROM judged'
        ' JOIN users ON users.id = judged."user" JOIN films ON films.id = judged.film'
        " WHERE fault IS NULL ORDER BY place"
    ).fetchnumpy()
    users = connection.execute("SELECT id FROM users ORDER BY number").fetchall()
    rest = [name for name in FIELDS if name not in ("user", "film", "rating", "time")]
    told = ", ".join(f"max({name})" for name in rest)
    films = connection.execute(
        f"SELECT films.id, {told} FROM (SELECT {_FILM} AS id, * EXCLUDE (film) FROM raw) AS raw"
        " JOIN films USING (id) GROUP BY films.id, films.number ORDER BY films.number"
    ).fetchall()
    arrays = {
        name: np.ma.filled(values, np.nan) if name in ("value", "time") else values for name, values in numbers.items()
    }
    return arrays, tuple(id_ for (id_,) in users), tuple(dict(zip(("film", *rest), row, strict=True)) for row in films)


_VALUE = "try_cast(replace(rating, ',', '.') AS DOUBLE)"
_SECONDS = (
    f"CASE WHEN try_cast(time AS DOUBLE) IS NOT NULL THEN try_cast(time AS DOUBLE) /"
    f" (CASE WHEN abs(try_cast(time AS DOUBLE)) > {MILLISECONDS} THEN 1000 ELSE 1 END)"
    f" ELSE epoch(coalesce(try_cast(time AS TIMESTAMP), try_strptime(time, {_DATES}))) END"
)
_TIME = f"CASE WHEN isfinite({_SECONDS}) THEN {_SECONDS} END"
_FILM = (
    "CASE WHEN film <> '' THEN film WHEN imdb <> '' THEN imdb WHEN tmdb <> '' THEN 'tmdb:' || tmdb"
    " WHEN kinopoisk <> '' THEN 'kinopoisk:' || kinopoisk WHEN title <> '' AND year <> '' THEN title || ' (' || year"
    " || ')' ELSE title END"
)
"""What tells films apart: their ids in the ratings, or else what they are known by."""


def _load_text(connection: duckdb.DuckDBPyConnection, layout: Layout, path: Path, quote: str) -> list[Refused] | None:
    """Load a text file, and return the rows that are no rows; None where a quote that is not closed swallowed some."""
    width = len(layout.headers)
    columns = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(width))
    fields = _fields(layout, [f"c{place}" for place in range(width)])
    for table in ("raw", "reject_errors", "reject_scans"):
        connection.execute(f"DROP TABLE IF EXISTS {table}")
    connection.execute(
        f"CREATE TABLE raw AS SELECT {fields} FROM read_csv(?, delim = ?, header = {layout.headed},"
        f" columns = {{{columns}}}, auto_detect = false, quote = '{quote}', escape = '{quote}',"
        f" null_padding = {not quote}, ignore_errors = true, store_rejects = true)",  # padding bears no line breaks
        [str(path), layout.delimiter],
    )
    found = connection.execute(
        "SELECT error_type::VARCHAR, count(DISTINCT line), list(csv_line ORDER BY line) FROM reject_errors GROUP BY ALL"
    ).fetchall()
    if quote and any(kind == "UNQUOTED VALUE" for kind, _, _ in found):
        return None
    reason = {
        "TOO MANY COLUMNS": f"has more cells than the {width} of the first row",
        "MISSING COLUMNS": f"has fewer cells than the {width} of the first row",
    }
    return [
        Refused(
            reason.get(kind, f"cannot be read ({kind.lower()})"), count, tuple(line[:_CELL] for line in lines[:SHOWN])
        )
        for kind, count, lines in found
    ]


def _fields(layout: Layout, columns: list[str]) -> str:
    """Return the fields as SQL selects them; those without a column are empty."""
    places = layout.columns
    trimmed = {name: f"trim(coalesce({columns[place]}::VARCHAR, ''), ' \"')" for name, place in places.items()}
    return ", ".join(f'{trimmed.get(name, chr(39) * 2)} AS "{name}"' for name in FIELDS)


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    return int((connection.execute(f"SELECT count(*) FROM {table}").fetchone() or (0,))[0])


def _quoted(header: str) -> str:
    return header.replace('"', '""')


def _in_utf8(path: Path, folder: Path) -> Path:
    """Return a file, or a copy in UTF-8 with one kind of line break: DuckDB reads no file that has two.

    Russian tables may be in windows-1251; a table that was put together on two systems has both kinds of breaks.
    """
    opened = gzip.open if path.suffix == ".gz" else open
    try:
        if uniform := _uniform(path):
            return path
        # As its header was read; where that is plain ASCII, the whole file tells.
        encoding = encoding_of(path) or ("cp1251" if uniform is None else "utf-8")
        copy = folder / "rows.txt"
        with (
            opened(path, "rt", encoding=encoding, errors="replace") as stream,
            copy.open("w", encoding="utf-8", newline="\n") as out,
        ):
            shutil.copyfileobj(stream, out)
    except (OSError, EOFError, zlib.error) as cause:
        raise RatingsError(f"{path}: cannot be read to its end; fetch it again") from cause
    return copy


def _uniform(path: Path) -> bool | None:
    """Tell whether a file's lines end in one way; None where it is not in UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    returns = feeds = 0
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            returns, feeds = returns + block.count(b"\r"), feeds + block.count(b"\n")
            try:
                decoder.decode(block)
            except UnicodeDecodeError:
                return None
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return None
    return returns == feeds or not (returns and feeds)
