"""What films have in common: people, genres, countries, tags, themes and years, the rarer the more telling."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kadr.index.columns import Columns
from kadr.index.themes import NO_THEME
from kadr.recommend.types import Shared

__all__ = ["SHARED", "Features"]

SHARED = ("director", "actor", "genre", "tag", "country")
"""Columns of values that films may share, in the order in which equals are named; a bundle may lack one."""
DECADE = 10.0
"""Years from which films are of another time."""
MOST_NAMED = 6
"""Values named for one film; more tell nothing new."""

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Features:
    """What the films of a bundle have in common, from its mapped columns."""

    columns: Columns

    def scores(self, row: int) -> Scores:
        """Return what every film shares with one, float32 (n_films,), as a share of all that it could: [0, 1].

        A value counts -log of the share of films that have it (the inverse document frequency of Spärck Jones, 1972):
        an actor of three films says more than a genre of thousands. What no other film has cannot be shared.
        """
        n = self.columns.n_films
        scores = np.zeros(n, dtype=np.float64)
        whole = 0.0
        for weight, films in self._had(row):
            scores[films] += weight
            whole += weight
        year = self.columns.numbers["year"]
        near = np.nan_to_num(np.maximum(0, 1 - np.abs(year - year[row]) / np.float32(DECADE)))
        if (together := int(np.count_nonzero(near))) > 1:
            weight = np.log(n / together)
            scores += weight * near
            whole += weight
        return (scores / whole if whole else scores).astype(np.float32)

    def shared(self, row: int, other: int) -> tuple[Shared, ...]:
        """Return the values that two films share, the most telling first."""
        found: list[tuple[float, Shared]] = []
        for name in self._columns():
            column = self.columns.lists[name]
            both = np.intersect1d(column.values[row], column.values[other])
            found += [(self._worth(len(column.films[at])), Shared(name, column.labels[at])) for at in both.tolist()]
        themes = self.columns.themes
        theme = int(themes.of_film[row])
        if theme != NO_THEME and theme == themes.of_film[other]:
            found.append((self._worth(themes.themes[theme].size), Shared("theme", themes.themes[theme].id)))
        found.sort(key=lambda each: -each[0])
        return tuple(each for _, each in found[:MOST_NAMED])

    def _columns(self) -> list[str]:
        return [name for name in SHARED if name in self.columns.lists]

    def _worth(self, films: int) -> float:
        return float(np.log(self.columns.n_films / films))

    def _had(self, row: int) -> Iterator[tuple[float, NDArray[np.integer]]]:
        """Yield what each value of a film is worth, and the films that have it, where others do."""
        for name in self._columns():
            column = self.columns.lists[name]
            for label in column.values[row].tolist():
                films = column.films[label]
                if films.size > 1:
                    yield self._worth(films.size), films
        of_film = self.columns.themes.of_film
        if of_film[row] != NO_THEME:
            films = np.flatnonzero(of_film == of_film[row])
            if films.size > 1:
                yield self._worth(films.size), films
