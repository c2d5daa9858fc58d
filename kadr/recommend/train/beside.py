"""The files beside MovieLens ratings: what their films are called, and their ids in other catalogues."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from kadr.errors import RatingsError
from kadr.recommend.train.layouts import lines_of

__all__ = ["films_beside"]

_OWN = {"movieid": "film", "title": "title", "imdbid": "imdb", "tmdbid": "tmdb"}


def films_beside(movies: Path | None, links: Path | None) -> Mapping[str, Mapping[str, str]]:
    """Return what the files say of each film, by its id in the ratings: title, imdb and tmdb, where they are known.

    Args:
        movies: `movies.csv` (movieId, title, genres) or `movies.dat` (the same, between `::`).
        links: `links.csv` (movieId, imdbId, tmdbId).

    Raises:
        RatingsError: a file cannot be read, or has another header.
    """
    known: dict[str, dict[str, str]] = defaultdict(dict)
    for path in (movies, links):
        for row in _rows(path) if path else ():
            known[row.pop("film", "")] |= {name: value for name, value in row.items() if value}
    return known


def _rows(path: Path) -> Iterable[dict[str, str]]:
    if path.name.startswith("movies.dat"):
        return (_named(("film", "title"), line.rstrip("\r\n").split("::")) for line in lines_of(path))
    rows = csv.reader(lines_of(path))
    headers = [_OWN.get(header.strip().lower(), "") for header in next(rows, [])]
    if "film" not in headers:
        raise RatingsError(f"{path}: has no column movieId; fetch the data set again, or take the file away")
    return (_named(headers, row) for row in rows)


def _named(headers: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    return {name: cell.strip() for name, cell in zip(headers, cells, strict=False) if name}
