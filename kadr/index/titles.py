"""Titles as they are typed: which films bear exactly this title, in either language."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from kadr.film import Film
from kadr.index.arrays import Groups, Keys
from kadr.text import normalise

__all__ = ["TitleIndex", "build_titles"]


@dataclass(frozen=True, slots=True)
class TitleIndex:
    """Normalised titles and original titles, hashed, and the films of each."""

    keys: Keys
    films: Groups

    def exact(self, query: str) -> NDArray[np.integer]:
        """Return the rows of the films whose title or original title is the query, ascending."""
        at = int(self.keys.find([normalise(query)])[0])
        return self.films[at] if at >= 0 else np.empty(0, dtype=np.int64)

    def save(self, folder: Path) -> None:
        """Write the arrays."""
        self.keys.save(folder / "exact.keys.npy")
        self.films.save(folder, "exact.films")

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Map the arrays."""
        return cls(Keys.open(folder / "exact.keys.npy"), Groups.open(folder, "exact.films"))


def build_titles(films: Sequence[Film]) -> TitleIndex:
    """Return the title index of films in row order."""
    rows_of: dict[str, list[int]] = {}
    for row, film in enumerate(films):
        for title in {normalise(film.title), normalise(film.original_title)} - {""}:
            rows_of.setdefault(title, []).append(row)
    titles = sorted(rows_of)
    keys, places = Keys.of(titles)
    group = np.repeat(places, [len(rows_of[t]) for t in titles])
    rows = np.array([row for t in titles for row in rows_of[t]], dtype=np.int64)
    return TitleIndex(keys, Groups.of_pairs(group, rows, len(titles), len(films)))
