"""A file of ratings -> who rated what, checked row by row. Any size: the rows stay in a database on disk until they are
numbers.
"""

import hashlib
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from kadr.errors import RatingsError
from kadr.recommend.train.asked import RatingsConfig
from kadr.recommend.train.beside import films_beside
from kadr.recommend.train.interactions import Ratings
from kadr.recommend.train.layouts import Layout, layout_of
from kadr.recommend.train.rows import Refused, connected, fetch, found_scale, judge, load_rows

__all__ = ["Given", "RatedFilm", "Reading", "read_ratings"]

_YEAR = re.compile(r"([0-9]{4})(?:\.0*)?")
"""Spreadsheets write 1999 as 1999.0."""
_SHOWN, _HEADER = 12, 40
"""Headers that a report lists, and characters of each."""


@dataclass(frozen=True, slots=True)
class RatedFilm:
    """A film as ratings name it: its id there, and what they say of it; "" and None where they do not.

    `external_ids`: catalogue -> id, as `Film.external_ids`.
    """

    id: str
    title: str = ""
    year: int | None = None
    external_ids: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading a file.

    Attributes:
        path: the file.
        sha256: of its bytes.
        rows: how many it has, the header not counted.
        kept: how many of them count.
        users, films: how many there are in those.
        scale: the lowest and highest rating that was taken, None where there are no ratings, only films watched.
        refused: why the others do not count, the commonest first.
        timed: whether all that count say when.
        unread: headers of columns that were not looked at.
        read: field -> header of the columns that were.
    """

    path: str
    sha256: str
    rows: int
    kept: int
    users: int
    films: int
    scale: tuple[float, float] | None
    refused: tuple[Refused, ...]
    timed: bool
    unread: tuple[str, ...] = ()
    read: Mapping[str, str] = field(default_factory=dict, hash=False)

    def to_json(self) -> dict[str, Any]:
        """Return all of it as JSON values."""
        return asdict(self)

    @property
    def columns(self) -> str:
        """Return which column was read as what, in words."""
        return ", ".join(f"{field} in {header[:_HEADER]!r}" for field, header in self.read.items())

    def to_text(self) -> str:
        """Return it in lines to read."""
        low, high = self.scale or (0, 0)
        scale = f"ratings from {low:g} to {high:g}" if self.scale else "films watched, no ratings"
        of = f"{self.users:,} users, {self.films:,} films, {scale}{'' if self.timed else '; not all say when'}"
        refused = (
            f"  {each.count:,} rows: {each.reason}; as {'; '.join(map(repr, each.examples))}" for each in self.refused
        )
        unread = ", ".join(repr(each[:_HEADER]) for each in self.unread[:_SHOWN])
        hint = [f"  not read: {unread}; a column is named by mapping, as rating = HEADER"] if unread else []
        return "\n".join([f"{self.path}: {self.kept:,} of {self.rows:,} rows count: {of}", *hint, *refused])


@dataclass(frozen=True, slots=True)
class Given:
    """Ratings as they were given: `ratings` numbers `users` (their ids) and `films`; values run from 0 to 10."""

    ratings: Ratings
    users: tuple[str, ...]
    films: tuple[RatedFilm, ...]
    reading: Reading


def read_ratings(config: RatingsConfig) -> Given:
    """Read ratings from a MovieLens folder, or from a table with columns for user, film, rating and time.

    Of several ratings of one film by one user the last counts. Rows that cannot count are told in the report.

    Raises:
        ConfigError: there is no such file, or the mapping names what is not there.
        RatingsError: the file cannot be read, or no row of it can count; the message says why.
    """
    layout = layout_of(config)
    with tempfile.TemporaryDirectory(prefix="kadr-ratings-") as folder:
        try:
            with connected(Path(folder)) as connection:
                return _read(connection, layout, config, Path(folder))
        except duckdb.Error as cause:
            why = str(cause).splitlines()[0][:200]
            raise RatingsError(f"{layout.path}: cannot be read ({why}); write it again as UTF-8 text") from cause


def _read(connection: duckdb.DuckDBPyConnection, layout: Layout, config: RatingsConfig, folder: Path) -> Given:
    rows, broken = load_rows(connection, layout, folder)
    if not rows:
        raise RatingsError(f"{layout.path}: is empty; it needs a row for each rating")
    explicit = "rating" in layout.columns
    scale = found_scale(connection, layout, config.scale) if explicit else None
    faults = [*broken, *judge(connection, scale)]
    numbers, users, films = fetch(connection)
    kept, repeats = _last(numbers, users, films)
    refused = sorted([*faults, *repeats], key=lambda each: (-each.count, each.reason))
    if not kept.size:
        worst = refused[0]
        raise RatingsError(
            f"{layout.path}: none of {rows:,} rows counts; most often ({worst.count:,} rows): {worst.reason}, as"
            f" {worst.examples[0]!r}"
        )
    parts = {name: values[kept] for name, values in numbers.items()}
    values = np.full(kept.size, np.nan) if scale is None else scale.of_ten(parts["value"])
    ratings = Ratings.of(parts["user"], parts["film"], values, parts["time"], (len(users), len(films)))
    reading = Reading(
        path=str(layout.path),
        sha256=_digest(layout.path),
        rows=rows,
        kept=ratings.size,
        users=len(users),
        films=len(films),
        scale=None if scale is None else (scale.low, scale.high),
        refused=tuple(refused),
        timed=not bool(np.isnan(ratings.times).any()),
        unread=layout.unread,
        read=layout.read,
    )
    return Given(ratings, users, _films(films, layout), reading)


def _last(
    numbers: Mapping[str, NDArray[Any]], users: Sequence[str], films: Sequence[Mapping[str, str]]
) -> tuple[NDArray[np.int64], list[Refused]]:
    """Return the places, in their order, of the last rating of each user and film, and what is said of the others."""
    user, film = numbers["user"], numbers["film"]
    order = np.lexsort((np.nan_to_num(numbers["time"], nan=-np.inf), film, user))
    same = (user[order][1:] == user[order][:-1]) & (film[order][1:] == film[order][:-1])
    repeated = np.sort(order[:-1][same]) if order.size else order
    kept = np.setdiff1d(np.arange(user.size), repeated, assume_unique=True)
    if not repeated.size:
        return kept, []
    shown = tuple(f"{users[user[at]]}, {films[film[at]]['film']}" for at in repeated[:3].tolist())
    return kept, [Refused("rated again by the same user; the last rating counts", int(repeated.size), shown)]


def _films(rows: Sequence[Mapping[str, str]], layout: Layout) -> tuple[RatedFilm, ...]:
    """Return the films with what the row of each, and the files beside the ratings, say of them."""
    known = films_beside(layout.movies, layout.links)
    films = []
    for row in rows:
        told = {**known.get(row["film"], {}), **{name: value for name, value in row.items() if value}}
        year = _YEAR.fullmatch(told.get("year", ""))
        ids = {name: told[name] for name in ("imdb", "tmdb", "kinopoisk") if told.get(name)}
        films.append(RatedFilm(row["film"], told.get("title", ""), int(year[1]) if year else None, ids))
    return tuple(films)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
