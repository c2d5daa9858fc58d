"""A file of tags -> who gave which film which tag, numbered as the ratings beside it are."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from kadr.errors import ConfigError, RatingsError
from kadr.recommend.train.asked import RatingsConfig
from kadr.recommend.train.layouts import Layout, layout_of, lines_of
from kadr.recommend.train.ratings import Given
from kadr.recommend.train.tags import NO_USER, Tags
from kadr.text import words

__all__ = ["TagReading", "read_tags"]

MAX_ROWS = 4_000_000
"""Twice the largest set of MovieLens (32M: 2,000,072 tags)."""
FILES = ("tags.csv", "tags.csv.gz", "tags.parquet")
"""What the file is called in a folder."""
HEADERS = frozenset(("tag", "tags", "tag name", "label", "keyword", "тег", "теги", "метка", "ключевое слово"))
BATCH = 10_000
_SHOWN = 12

Row = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class TagReading:
    """What came of reading a file of tags.

    Attributes:
        path: the file.
        rows: how many it has, the header not counted.
        kept: how many different tags of a user and a film are left of them.
        strangers: rows of films that nobody rated; they do not count.
        short: rows that lack a cell; they do not count.
    """

    path: str
    rows: int
    kept: int
    strangers: int
    short: int

    def to_text(self) -> str:
        """Return it in a line to read."""
        return (
            f"{self.path}: {self.kept:,} different tags of {self.rows:,} rows; {self.strangers:,} rows are of films "
            f"without a rating, {self.short:,} lack a cell"
        )


def read_tags(path: Path, given: Given) -> tuple[Tags, TagReading]:
    """Read tags from CSV, TSV or Parquet with columns for user, film and tag, or from a MovieLens folder.

    Args:
        path: the file, or the folder with tags.csv.
        given: the ratings whose users and films are meant; tags of users who rated nothing count for films alone.

    Raises:
        ConfigError: there is no such file.
        RatingsError: it cannot be read, lacks a column, or none of its tags is of a film that was rated.
    """
    layout = layout_of(RatingsConfig(_file(path), format="table"))  # a table as ratings are, but for one column
    users = {name: at for at, name in enumerate(given.users)}
    films = {film.id: at for at, film in enumerate(given.films)}
    kept: list[tuple[int, int, str]] = []
    rows = strangers = short = 0
    for user, film, tag in _rows(layout):
        rows += 1
        if rows > MAX_ROWS:
            raise RatingsError(f"{layout.path}: holds more than {MAX_ROWS:,} tags; give a part of them")
        place = films.get(film)
        if not (film and tag):
            short += 1
        elif place is None:
            strangers += 1
        else:
            kept.append((users.get(user, NO_USER), place, tag))
    if not kept:
        raise RatingsError(
            f"{layout.path}: none of {rows:,} tags is of a film that was rated; name films by the same ids"
        )
    tags = Tags.of(*zip(*kept, strict=True))
    return tags, TagReading(str(layout.path), rows, tags.size, strangers, short)


def _file(path: Path) -> Path:
    if not path.exists():
        raise ConfigError(f"{path}: there is no such file of tags, nor folder")
    if not path.is_dir():
        return path
    for name in FILES:
        if (path / name).is_file():
            return path / name
    raise ConfigError(f"{path}: holds no tags; a MovieLens folder has tags.csv")


def _rows(layout: Layout) -> Iterator[Row]:
    """Yield user, film and tag of each row, "" for what it lacks."""
    places = (*(layout.columns.get(name, -1) for name in ("user", "film")), _tag_column(layout))
    if min(places) < 0:
        seen = ", ".join(repr(header[:40]) for header in layout.headers[:_SHOWN])
        raise RatingsError(f"{layout.path}: needs columns user, film and tag; headers seen: {seen}")
    for cells in _parquet(layout) if not layout.delimiter else _text(layout):
        user, film, tag = (cells[at].strip() if at < len(cells) else "" for at in places)
        yield user, film, tag


def _tag_column(layout: Layout) -> int:
    named = (at for at, header in enumerate(layout.headers) if " ".join(words(header[:200])) in HEADERS)
    return next(named, -1)


def _text(layout: Layout) -> Iterator[list[str]]:
    """Yield the cells of a text file's rows."""
    lines = lines_of(layout.path)
    split = csv.reader(lines, delimiter=layout.delimiter) if len(layout.delimiter) == 1 else None
    rows = split or (line.rstrip("\r\n").split(layout.delimiter) for line in lines)
    try:
        next(rows, None)  # the header
        yield from filter(None, rows)
    except csv.Error as cause:
        raise RatingsError(f"{layout.path}: is no table ({cause}); close its quotes") from cause


def _parquet(layout: Layout) -> Iterator[list[str]]:
    try:
        with duckdb.connect() as connection:
            found = connection.execute("SELECT COLUMNS(*)::VARCHAR FROM read_parquet(?)", [str(layout.path)])
            while rows := found.fetchmany(BATCH):
                yield from ([cell or "" for cell in row] for row in rows)
    except duckdb.Error as cause:
        raise RatingsError(f"{layout.path}: is no Parquet file that can be read; write it again") from cause
