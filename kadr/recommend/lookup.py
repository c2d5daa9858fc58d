"""Films that other places name -> rows of this bundle: by the ids of catalogues, else by title and year.

Somebody who brings their ratings along does so once. So nothing is kept for it: no table of ids stands in memory. The
ids are read out of the films' records when they are asked for, in a tenth of a second for 40,000 films.
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from kadr.catalogue.table import RECORDS, FilmTable
from kadr.film import Kind, source_id
from kadr.index.arrays import Strings
from kadr.index.columns import Columns
from kadr.index.titles import TitleIndex

__all__ = ["Lookup", "Named", "outside_ids"]

BLOCK = 1_024
"""Records that are read at once: a few megabytes, after which other threads have their turn."""
YEARS_APART = 1
"""Festival and release years of one film differ by one between catalogues, as `kadr.catalogue` has it."""
_IDS = re.compile(rb'"external_ids":(\{"[^{}]*\})')
"""Of a record. Within a text the quotation marks would be escaped."""

OutsideId = tuple[str, str]
"""The name of a catalogue, and the id that a film has there."""


@dataclass(frozen=True, slots=True)
class Named:
    """A film as another place names it.

    `titles`: each may be its title, the surest first. `ids`: by the name of a catalogue ("imdb", "tmdb", "kinopoisk"),
    in the form that films have them in.
    """

    titles: tuple[str, ...]
    year: int | None = None
    ids: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Lookup:
    """What finds films of one bundle by what other places call them."""

    table: FilmTable
    records: Strings
    titles: TitleIndex
    columns: Columns

    @classmethod
    def open(cls, folder: Path, table: FilmTable, titles: TitleIndex, columns: Columns) -> Self:
        """Map the records of the bundle in a folder, whose other parts are open.

        Raises:
            BundleDamaged: they are missing or damaged.
        """
        return cls(table, Strings.open(folder, f"films{RECORDS}"), titles, columns)

    def rows(self, asked: Sequence[Named]) -> list[int | None]:
        """Return the row of each film, None where there is none, or where several may be meant."""
        wanted = {pair for each in asked for pair in each.ids.items()}
        series = self.columns.lists["kind"].rows_of((Kind.SERIES.value,))
        known = outside_ids(self.records, wanted, series)
        return [self._row(each, known) for each in asked]

    def _row(self, asked: Named, known: Mapping[OutsideId, int]) -> int | None:
        row = self._by_id(asked, known)
        return self._by_title(asked) if row is None else row

    def _by_id(self, asked: Named, known: Mapping[OutsideId, int]) -> int | None:
        for name, number in asked.ids.items():
            row = known.get((name, number))
            # A source may be one of these catalogues itself: then the film's own id tells its number there.
            row = self.table.row_of(source_id(name, number)) if row is None else row
            if row is not None:
                return row
        return None

    def _by_title(self, asked: Named) -> int | None:
        for title in asked.titles:
            row = self._bearing(self.titles.exact(title), asked.year)
            if row is not None:
                return row
        return None

    def _bearing(self, rows: NDArray[np.integer], year: int | None) -> int | None:
        """Return which of the rows of one title is of a year: the best known of the nearest ones."""
        years = self.columns.numbers["year"][rows]
        if year is None:
            one_film = rows.size and np.unique(years).size == 1
            return self._best(rows) if one_film else None
        apart = np.abs(years - year)
        if np.isnan(apart).all():
            return self._best(rows) if rows.size == 1 else None
        nearest = np.nanmin(apart)
        return self._best(rows[apart == nearest]) if nearest <= YEARS_APART else None

    def _best(self, rows: NDArray[np.integer]) -> int:
        votes = np.nan_to_num(self.columns.numbers["votes"][rows])
        return int(rows[np.lexsort((self.columns.popularity[rows], votes))[-1]])


def outside_ids(records: Strings, wanted: Collection[OutsideId], series: NDArray[np.bool_]) -> dict[OutsideId, int]:
    """Return the rows of the films that have these ids in other catalogues; ids that no film has are left out.

    TMDB numbers films and series apart, and what people bring along names films there.

    Args:
        records: films as JSON, in row order.
        wanted: names of catalogues with ids.
        series: which of them are series, bool (films,).
    """
    if not wanted:
        return {}
    rows: dict[OutsideId, int] = {}
    for row, ids in _told(records):
        for name, number in ids.items():
            if isinstance(number, str) and (name, number) in wanted and not (name == "tmdb" and series[row]):
                rows.setdefault((name, number), row)
    return rows


def _told(records: Strings) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the rows of films that have such ids, with these."""
    for first in range(0, len(records), BLOCK):
        starts = records.starts[first : first + BLOCK + 1].astype(np.int64)
        block = records.utf8[starts[0] : starts[-1]].tobytes()
        for found in _IDS.finditer(block):
            row = int(np.searchsorted(starts, starts[0] + found.start(), side="right")) - 1
            try:
                yield first + row, json.loads(found[1])
            except ValueError:
                continue  # a record that nothing of ours wrote: its film can still be found by its title
