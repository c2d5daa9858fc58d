"""What a catalogue knows, as understanding asks it: titles, people, genres, countries; nothing is built at open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from kadr.index.columns import Columns
from kadr.index.mentions import ROLES, Mentions
from kadr.text import fold, normalise

__all__ = ["Known", "Person"]

MAX_KEPT, MAX_LETTERS = 10_000, 64
"""Words that are kept with who bears them, most of them nobody, and letters of the longest of them."""

Groups = tuple[NDArray[np.integer], NDArray[np.integer], NDArray[np.integer]]


@dataclass(frozen=True, slots=True)
class Person:
    """A director or actor: the normalised name, the name as shown, and how many films are theirs."""

    key: str
    name: str
    films: int
    ordinary: bool


@dataclass(frozen=True)
class Known:
    """The parts of an opened bundle that understanding looks things up in.

    `borne`: who bears a word and its stem, as `kadr.search.understand.people` found it of late: people by the word, by
    the surname, and by its sound.
    """

    columns: Columns
    mentions: Mentions
    borne: dict[tuple[str, str], Groups] = field(default_factory=dict, init=False, repr=False, compare=False)

    def keep(self, found: Mapping[tuple[str, str], Groups]) -> None:
        """Keep who bears the words of names that were looked up, because most words of a query stand in others, too."""
        if len(self.borne) + len(found) > MAX_KEPT:
            self.borne.clear()
        self.borne.update((key, groups) for key, groups in found.items() if len(key[0]) <= MAX_LETTERS)

    @cached_property
    def last_year(self) -> int:
        """The newest film's year; 0 where no film has one."""
        years = self.columns.numbers["year"]
        return int(years[np.isfinite(years)].max(initial=0))

    def has(self, column: str, names: Sequence[str]) -> bool:
        """Tell whether any film has one of these values."""
        return bool(self.columns.lists[column].find(names))

    def coverage(self, column: str) -> float:
        """Return the share of films that know a column, in [0, 1]."""
        return float(self._coverage[column])

    def are_titles(self, phrases: Sequence[str]) -> NDArray[np.bool_]:
        """Tell of each normalised phrase whether a film bears it as its title, bool (n,)."""
        return self.mentions.are_titles(phrases)

    def rows(self, title: str) -> tuple[int, ...]:
        """Return the rows of the films of a title, the best known first."""
        rows = self.mentions.films_of(title)
        order = np.lexsort((rows, -self.columns.popularity[rows]))
        return tuple(int(row) for row in rows[order])

    def films_of(self, people: NDArray[np.integer]) -> NDArray[np.int64]:
        """Return how many films each of these people has, as director and as actor, int64 (n,)."""
        films: NDArray[np.int64] = self._films[people]
        return films

    def writes_otherwise(self, word: str) -> bool:
        """Tell whether anybody's name is written in the alphabet that a folded word is not in, Latin or Russian."""
        return self._alphabets[word.isascii()]

    def any_rare(self, people: NDArray[np.integer]) -> bool:
        """Tell whether the surname of any of these people is no word that films' texts write in small letters."""
        return not self.mentions.ordinary[people].all()

    def person(self, number: int) -> Person:
        """Return a person by number."""
        found = [
            (self.columns.lists[role], int(label))
            for role, label in zip(ROLES, self.mentions.labels[number], strict=True)
            if label < len(self.columns.lists[role].labels)
        ]
        column, label = found[0]
        films = int(self.films_of(np.array([number]))[0])
        name = column.labels[label]
        return Person(normalise(name), name, films, bool(self.mentions.ordinary[number]))

    def together(self, one: Person, other: Person) -> bool:
        """Tell whether a film has both of these people, each as director or actor."""
        lists = [self.columns.lists[role] for role in ROLES]
        rows = [np.logical_or.reduce([each.rows_of([person.name]) for each in lists]) for person in (one, other)]
        return bool((rows[0] & rows[1]).any())

    @cached_property
    def _alphabets(self) -> tuple[bool, bool]:
        """Whether any name has a Latin letter, and whether any has a Russian one."""
        labels = (self.columns.lists[role].labels for role in ROLES)
        letters = fold("".join(set().union(*(str(each.utf8.data, "utf-8") for each in labels))))
        return any("a" <= letter <= "z" for letter in letters), any("а" <= letter <= "я" for letter in letters)

    @cached_property
    def _films(self) -> NDArray[np.int64]:
        films = np.zeros(len(self.mentions.labels), dtype=np.int64)
        for role, labels in zip(ROLES, self.mentions.labels.T, strict=True):
            lengths = self.columns.lists[role].films.lengths()
            known = np.flatnonzero(labels < lengths.size)
            films[known] += lengths[labels[known]]
        return films

    @cached_property
    def _coverage(self) -> dict[str, float]:
        n = max(self.columns.n_films, 1)
        found = {name: np.isfinite(values).sum() / n for name, values in self.columns.numbers.items()}
        found.update({name: (column.values.lengths() > 0).sum() / n for name, column in self.columns.lists.items()})
        return found
