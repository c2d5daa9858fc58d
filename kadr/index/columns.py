"""Memory-mapped columns of the fields that filter, sort and count: a query needs SQL only for the rows it shows.

A number that a film does not know is NaN (all numeric columns are float32: years, minutes and votes below 2^24 are
exact in it, and one missing value serves all). Lists of values are kept both ways: values of a film, films of a value.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from kadr.film import LANGUAGES, Film
from kadr.index.arrays import Groups, Keys, Strings, load, save
from kadr.index.themes import Themes
from kadr.text import normalise
from kadr.vocabulary import country, genre

__all__ = ["LISTS", "NUMBERS", "Columns", "ListColumn", "build_columns"]

NUMBERS: Mapping[str, Callable[[Film], float | None]] = {
    "year": lambda film: film.year,
    "runtime": lambda film: film.runtime_minutes,
    "age": lambda film: film.age_rating,
    "rating": lambda film: film.rating,
    "votes": lambda film: film.votes,
    "poster": lambda film: float(bool(film.image_url)),
}
"""Numeric columns, and where each comes from."""

LISTS: Mapping[str, Callable[[Film], Sequence[str]]] = {
    "kind": lambda film: (film.kind.value,) if film.kind else (),
    "genre": lambda film: [genre(g) for g in film.genres],
    "country": lambda film: [country(c) for c in film.countries],
    "director": lambda film: film.directors,
    "actor": lambda film: film.actors,
    "tag": lambda film: film.tags,
}
"""Columns of values, and where each comes from."""


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column that holds any number of values a film.

    `labels`: the values as shown. `keys`: their normalised forms, hashed. `label_of_key`: label of each key.
    `values`: label numbers of each film. `films`: rows of each label.
    """

    labels: Strings
    keys: Keys
    label_of_key: NDArray[np.integer]
    values: Groups
    films: Groups

    def find(self, names: Sequence[str]) -> list[int]:
        """Return the labels that these names mean; names that no film has are left out."""
        at = self.keys.find([normalise(name) for name in names])
        return [int(self.label_of_key[i]) for i in at.tolist() if i >= 0]

    def rows_of(self, names: Sequence[str]) -> NDArray[np.bool_]:
        """Return which films have any of these values, bool (n_films,)."""
        mask = np.zeros(len(self.values), dtype=np.bool_)
        for label in self.find(names):
            mask[self.films[label]] = True
        return mask

    def counts(self, rows: NDArray[np.integer]) -> NDArray[np.int64]:
        """Return how many of these films, each given once, have each label, int64 (n_labels,)."""
        if rows.size == len(self.values):
            return self.films.lengths()
        if not self.values.values.size:
            return np.zeros(len(self.labels), dtype=np.int64)
        return np.bincount(self.values.take(rows), minlength=len(self.labels))

    def save(self, folder: Path, name: str) -> None:
        """Write the arrays."""
        self.labels.save(folder, f"{name}.labels")
        self.keys.save(folder / f"{name}.keys.npy")
        save(folder / f"{name}.label_of_key.npy", self.label_of_key)
        self.values.save(folder, f"{name}.values")
        self.films.save(folder, f"{name}.films")

    @classmethod
    def open(cls, folder: Path, name: str, n_films: int) -> Self:
        """Map the arrays of a column of so many films.

        Raises:
            BundleDamaged: a file is damaged, or does not fit those beside it.
        """
        keys = Keys.open(folder / f"{name}.keys.npy")
        n_labels = keys.sorted.size
        return cls(
            labels=Strings.open(folder, f"{name}.labels", n_labels),
            keys=keys,
            label_of_key=load(folder / f"{name}.label_of_key.npy", np.uint32, length=n_labels),
            values=Groups.open(folder, f"{name}.values", n_films),
            films=Groups.open(folder, f"{name}.films", n_labels),
        )


@dataclass(frozen=True, slots=True)
class Columns:
    """All columns. `numbers`: float32 (n_films,) each, NaN where unknown. `popularity`: float32, higher is better.

    `themes`: what the films tell of, and the theme of each.
    """

    numbers: Mapping[str, NDArray[np.float32]]
    lists: Mapping[str, ListColumn]
    popularity: NDArray[np.float32]
    themes: Themes

    @property
    def knows_popularity(self) -> bool:
        """Tell whether any film is better known than another; without ratings and with one source none is."""
        return bool(self.popularity.size and self.popularity.min() < self.popularity.max())

    @property
    def n_films(self) -> int:
        """Number of films."""
        return int(self.popularity.size)

    def save(self, folder: Path) -> None:
        """Write all columns into a folder."""
        for name, values in self.numbers.items():
            save(folder / f"{name}.npy", values)
        for name, column in self.lists.items():
            column.save(folder, name)
        save(folder / "popularity.npy", self.popularity)
        self.themes.save(folder)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Map all columns of a folder.

        Raises:
            BundleDamaged: a file is damaged, or is of another number of films than `popularity.npy`.
        """
        popularity = load(folder / "popularity.npy", np.float32)
        n_films = popularity.size
        return cls(
            numbers={name: load(folder / f"{name}.npy", np.float32, length=n_films) for name in NUMBERS},
            lists={name: ListColumn.open(folder, name, n_films) for name in LISTS},
            popularity=popularity,
            themes=Themes.open(folder, n_films),
        )


def build_columns(films: Sequence[Film], themes: Themes | None = None) -> Columns:
    """Return the columns of films in row order; without `themes` no film has one."""
    numbers = {name: _numbers([read(film) for film in films]) for name, read in NUMBERS.items()}
    lists = {name: _list_column([read(film) for film in films]) for name, read in LISTS.items()}
    return Columns(numbers, lists, popularity(films), themes or Themes.none(len(films)))


def popularity(films: Sequence[Film]) -> NDArray[np.float32]:
    """Return how well known and liked each film is, float32 (n,), higher is better.

    Rated films come first, by the Bayesian average that IMDb published for its Top 250: (v r + m c) / (v + m), with r
    and v the film's rating and votes, c the mean rating, and m the median of votes. Films without a rating follow, by
    how many sources know them and how many languages write about them: what is carried in many places is seldom
    obscure. Where neither is known all are equal.
    """
    rating = _numbers([film.rating for film in films])
    votes = np.nan_to_num(_numbers([film.votes for film in films]), nan=1.0)
    rated = np.isfinite(rating)
    known_to = np.array(
        [len({link.name for link in film.sources}) + _languages(film) for film in films], dtype=np.float32
    )
    score: NDArray[np.float32] = -1.0 / (1.0 + known_to)
    if rated.any():
        m, c = max(float(np.median(votes[rated])), 1.0), float(rating[rated].mean())
        score[rated] = ((votes * rating + m * c) / (votes + m))[rated]
    return score.astype(np.float32)


def _languages(film: Film) -> int:
    """Return the number of languages in which a film has an article, as the Wikipedia source notes it."""
    told = film.extra.get(LANGUAGES, "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 5 else 0


def _numbers(values: Sequence[float | None]) -> NDArray[np.float32]:
    return np.array([np.nan if v is None else v for v in values], dtype=np.float32)


def _list_column(values: Sequence[Sequence[str]]) -> ListColumn:
    """Return the column; values with one normalised form are one, shown as it is spelled most often."""
    spellings: dict[str, Counter[str]] = {}
    cells: list[list[str]] = []
    for row in values:
        keyed = {normalise(v): v for v in row}
        keyed.pop("", None)
        for key, value in keyed.items():
            spellings.setdefault(key, Counter())[value] += 1
        cells.append(sorted(keyed))
    names = sorted(spellings)
    shown = [min(spellings[n], key=lambda v, n=n: (-spellings[n][v], v)) for n in names]  # type: ignore[misc]
    keys, places = Keys.of(names)
    label_of_key = np.empty(len(names), dtype=np.uint32)
    label_of_key[places] = np.arange(len(names))
    number = {name: i for i, name in enumerate(names)}
    rows = np.repeat(np.arange(len(values)), [len(c) for c in cells])
    labels = np.array([number[key] for c in cells for key in c], dtype=np.int64)
    return ListColumn(
        labels=Strings.of(shown),
        keys=keys,
        label_of_key=label_of_key,
        values=Groups.of_pairs(rows, labels, len(values), len(names)),
        films=Groups.of_pairs(labels, rows, len(names), len(values)),
    )
