"""What a query may mention: titles as a whole, directors and actors by the words of their names. Looked up by hash.

A person is a number: the place of the normalised name among all directors and actors. What a person is shown as, and
which films are theirs, stays in the columns.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from kadr.errors import BundleDamaged
from kadr.film import Film
from kadr.index.arrays import Groups, Keys, load, save
from kadr.index.columns import Columns
from kadr.text import fold, normalise
from kadr.transliteration import coarse_sounds

__all__ = ["PARTICLES", "ROLES", "Mentions", "build_mentions", "sound_keys"]

ROLES = ("director", "actor")
"""The columns that hold people, in the order of `Mentions.labels`."""
NOBODY = np.uint32(2**32 - 1)
"""The label of a person in a column that does not have them."""
PARTICLES = frozenset(
    [
        "ван",
        "вон",
        "да",
        "де",
        "дель",
        "дер",
        "ди",
        "дю",
        "ла",
        "ле",
        "фон",
        "эль",
        "al",
        "da",
        "de",
        "del",
        "der",
        "di",
        "du",
        "el",
        "la",
        "le",
        "san",
        "st",
        "van",
        "von",
    ]
)
"""Words that belong to the surname behind them, which is also written as one: Ди Каприо, ДиКаприо."""
_NONE: NDArray[np.integer] = np.empty(0, dtype=np.int64)
_LOWER = re.compile(r"(?<!\w)[a-zа-яё]{3,}(?!\w)")
_ALIKE = str.maketrans("jcw", "sss", "aiu.")
"""Sounds that two alphabets confuse: Исикава is Ishikawa. Vowels have too many spellings."""
_REPEATED = re.compile(r"(.)\1+")


@dataclass(frozen=True, slots=True)
class Mentions:
    """Titles by their normalised whole, people by the words of their names.

    Attributes:
        titles: hashed normalised titles and original titles.
        films: rows of the films of each title, ascending.
        keys: hashed "word" of a name, "=word" of a surname, and `sound_keys` of both.
        people: the people of each key, ascending.
        labels: uint32 (n_people, 2), each person's label in the columns of `ROLES`, `NOBODY` where there is none.
        ordinary: uint8 (n_people,), 1 where the surname is a word of films' texts too ("Волк", "Stone").
    """

    titles: Keys
    films: Groups
    keys: Keys
    people: Groups
    labels: NDArray[np.uint32]
    ordinary: NDArray[np.uint8]

    def are_titles(self, phrases: Sequence[str]) -> NDArray[np.bool_]:
        """Tell of each normalised phrase whether it is a film's title, bool (n,)."""
        return self.titles.find(phrases) >= 0

    def films_of(self, title: str) -> NDArray[np.integer]:
        """Return the rows of the films of a normalised title, ascending."""
        at = int(self.titles.find([title])[0])
        return self.films[at] if at >= 0 else _NONE

    def people_of(self, keys: Sequence[str]) -> list[NDArray[np.integer]]:
        """Return the people of each key, ascending; none for a key that nobody has."""
        if not keys:
            return []
        found = [_NONE] * len(keys)
        at = self.keys.find(keys)
        for i in np.flatnonzero(at >= 0).tolist():
            found[i] = self.people[int(at[i])]
        return found

    def save(self, folder: Path) -> None:
        """Write the arrays."""
        self.titles.save(folder / "titles.keys.npy")
        self.films.save(folder, "titles.films")
        self.keys.save(folder / "people.keys.npy")
        self.people.save(folder, "people.numbers")
        save(folder / "people.labels.npy", self.labels)
        save(folder / "people.ordinary.npy", self.ordinary)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Map the arrays.

        Raises:
            BundleDamaged: the files do not belong together.
        """
        titles, keys = Keys.open(folder / "titles.keys.npy"), Keys.open(folder / "people.keys.npy")
        ordinary = load(folder / "people.ordinary.npy", np.uint8)
        labels = load(folder / "people.labels.npy", np.uint32, 2, ordinary.size)
        if labels.shape[1] != len(ROLES):
            raise BundleDamaged("people.labels.npy: does not hold a label a role; rebuild the bundle")
        films = Groups.open(folder, "titles.films", titles.sorted.size)
        people = Groups.open(folder, "people.numbers", keys.sorted.size)
        return cls(titles, films, keys, people, labels, ordinary)


def build_mentions(films: Sequence[Film], columns: Columns) -> Mentions:
    """Return the index of films in row order; `columns` are theirs."""
    rows_of: dict[str, list[int]] = {}
    for row, film in enumerate(films):
        for title in {normalise(film.title), normalise(film.original_title)} - {""}:
            rows_of.setdefault(title, []).append(row)
    labels_of = {role: _labels(columns, role) for role in ROLES}
    names = sorted({name for labels in labels_of.values() for name in labels})
    people_of: dict[str, list[int]] = {}
    for person, name in enumerate(names):
        for key in _keys(name.split()):
            people_of.setdefault(key, []).append(person)
    labels = [[labels_of[role].get(name, int(NOBODY)) for role in ROLES] for name in names]
    plain = _ordinary_words(films)
    ordinary = [name.rpartition(" ")[2] in plain for name in names]
    return Mentions(
        *_grouped(rows_of, len(films)),
        *_grouped(people_of, len(names)),
        np.array(labels, dtype=np.uint32).reshape(-1, len(ROLES)),
        np.array(ordinary, dtype=np.uint8),
    )


def _grouped(numbers_of: Mapping[str, Sequence[int]], n_numbers: int) -> tuple[Keys, Groups]:
    """Return the keys of texts, and the numbers of each."""
    texts = sorted(numbers_of)
    keys, places = Keys.of(texts)
    group = np.repeat(places, [len(numbers_of[text]) for text in texts])
    numbers = np.array([number for text in texts for number in numbers_of[text]], dtype=np.int64)
    return keys, Groups.of_pairs(group, numbers, len(texts), n_numbers)


def sound_keys(word: str, *, other: bool = False) -> list[str]:
    """Return keys of how a word sounds, coarsely; `other`: those that the same name has in the other alphabet.

    Many names share a key: it finds who may be meant, and proves nothing.
    """
    alphabet = "latin" if word.isascii() is not other else "cyrillic"
    return list(dict.fromkeys(f"~{alphabet} {_coarse(sound)}" for sound in coarse_sounds(word)))


def _coarse(sound: str) -> str:
    """Return the consonants of a sound's key, alike ones as one, behind a mark where it begins with a vowel."""
    consonants = _REPEATED.sub(r"\1", sound.translate(_ALIKE).replace("ts", "s"))
    return f"{'a' if sound[0] in 'aiu' else ''}{consonants}"


def _labels(columns: Columns, role: str) -> dict[str, int]:
    shown = columns.lists[role].labels
    return {normalise(shown[label]): label for label in range(len(shown))}


def _keys(words: Sequence[str]) -> Iterable[str]:
    """Return the keys of one name's words, each once."""
    surnames = list(words[-1:])
    if len(words) > 1 and words[-2] in PARTICLES:
        surnames.append(words[-2] + words[-1])
    every = dict.fromkeys([*words, *surnames])
    heard = [key for word in every for key in sound_keys(word)]
    heard += [f"={key}" for word in surnames for key in sound_keys(word)]
    return dict.fromkeys([*every, *(f"={word}" for word in surnames), *heard])


def _ordinary_words(films: Iterable[Film]) -> frozenset[str]:
    """Return the words that films' texts write in small letters, folded."""
    found: set[str] = set()
    for film in films:
        for description in film.descriptions:
            found.update(_LOWER.findall(description.text))
    return frozenset(fold(word) for word in found)
