"""Titles as they are typed: which films bear a title, exactly or but for an error, a layout or an alphabet."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from kadr.errors import BundleDamaged
from kadr.film import Film
from kadr.index.columns import popularity
from kadr.index.fuzzy import errors_allowed
from kadr.index.names import Names, build_names, told_names
from kadr.index.skeleton import MIN_KEY, skeletons
from kadr.index.sounds import Sounds
from kadr.index.words import SHAPES, WordIndex, build_words
from kadr.keyboard import swapped, swaps
from kadr.text import language_of, normalise

__all__ = ["SURE", "NearTitles", "TitleIndex", "build_titles"]

MOST_LETTERS = 200
"""Characters of a query that may be a misspelt title; longer ones are descriptions."""
LAYOUT, ALPHABET, ERROR, SPACING = 0.05, 0.1, 1.0, 1.5
"""What it takes off the closeness that a title is typed in the wrong layout or in the other alphabet; and, as a share
of its letters, each error, and other spaces and doubled letters all together."""

LEAST_SWAPPED = 3
"""Letters of the shortest query that may be a title in the other layout: a letter or two are always something there."""
KNOWN = 0.6
"""What is left of it where the catalogue knows every word as typed: the words may well be what is meant."""
MANY_WORDS = 3
"""Words from which a query that is but a letter away from a title means it, though all of them are known."""
SURE = 0.75
"""The closeness from which a film is above all that were found otherwise: one error in four letters, two in eight."""


@dataclass(frozen=True, slots=True)
class NearTitles:
    """Titles that a query may mean, the closest first.

    `names`: their numbers among the names. `closeness`: float32, in (0, 1]. `how`: "layout", "alphabet" or "typo".
    """

    names: NDArray[np.int64]
    closeness: NDArray[np.float32]
    how: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TitleIndex:
    """Titles, people, genres and popular queries with their words.

    `sounds`: titles by their skeletons, as numbers of names. `word_sounds`: words of names by theirs.
    """

    names: Names
    words: WordIndex
    sounds: Sounds
    word_sounds: Sounds

    def exact(self, query: str) -> NDArray[np.integer]:
        """Return the rows of the films whose title or original title is the query, ascending."""
        at, end = self.names.texts.same(normalise(query), self.names.block("title"))
        return self.names.rows[at] if at < end else np.empty(0, dtype=np.int64)

    def near(self, query: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the films that a query means though it is not their title, and how close it is.

        Nothing is near where a title was typed exactly. A title of 4 letters or more may be typed with an error, of 8
        or more with two; in the other keyboard layout; in the other alphabet; with other spaces and hyphens.

        Returns:
            The rows, the closest first, and their closeness, float32 in (0, 1).
        """
        found = self.near_titles(query)
        rows = [self.names.rows[name] for name in found.names.tolist()]
        closeness = np.repeat(found.closeness, [len(each) for each in rows])
        films = np.concatenate([np.empty(0, np.int64), *rows]).astype(np.int64)
        first = np.sort(np.unique(films, return_index=True)[1])
        return films[first], closeness[first]

    def near_titles(self, query: str) -> NearTitles:
        """Return the titles that a query means though it is none of them; `near` says how."""
        text = normalise(query[: MOST_LETTERS + 1])
        block = self.names.block("title")
        at, end = self.names.texts.same(text, block)
        if not text or len(query) > MOST_LETTERS or at < end:
            return _ranked({}, self.names)
        found: dict[int, tuple[float, str]] = {}
        other = normalise(swapped(query)) if swaps(query) and len(query) >= LEAST_SWAPPED else ""
        for name in range(*self.names.texts.same(other, block) if other else (0, 0)):
            _note(found, name, 1 - LAYOUT, "layout")
        keys = [key for key in skeletons(query) if len(key) >= MIN_KEY and errors_allowed(len(text))]
        for key in keys:
            for name in self.sounds.same(key).tolist():
                same = language_of(text) == language_of(self.names.texts[name])
                _note(found, name, 1 - (SPACING / len(text) if same else ALPHABET), "typo" if same else "alphabet")
        self._misspelt(found, text, "typo", 0)
        if all(map(self.words.knows, text.split())):
            sure = 1 - ERROR / len(text) if text.count(" ") >= MANY_WORDS - 1 else 1.0
            found = {
                name: (near if how == "alphabet" or near >= sure else KNOWN * near, how)
                for name, (near, how) in found.items()
            }
        elif not found:
            if other:
                self._misspelt(found, other, "layout", LAYOUT)
            for key in keys:
                self._misheard(found, key)
        return _ranked(found, self.names)

    def _misspelt(self, found: dict[int, tuple[float, str]], text: str, how: str, less: float) -> None:
        # A title of four letters may have lost one of them.
        close = self.names.texts.near(text, errors_allowed(len(text) + 1), self.names.block("title"))
        for name, errors, letters in zip(
            close.ids.tolist(), close.errors.tolist(), close.lengths.tolist(), strict=True
        ):
            if errors <= errors_allowed(max(len(text), letters)):
                _note(found, name, 1 - less - ERROR * errors / max(len(text), letters), how)

    def _misheard(self, found: dict[int, tuple[float, str]], key: str) -> None:
        # A sound has been made coarser already: one letter less tells as much.
        for name, errors in self.sounds.near(key, errors_allowed(len(key) - 1)):
            _note(found, name, 1 - ALPHABET - ERROR * errors / len(key), "alphabet")

    def save(self, folder: Path) -> None:
        """Write the arrays."""
        self.names.save(folder)
        self.words.save(folder)
        self.sounds.save(folder, "sounds")
        self.word_sounds.save(folder, "words.sounds")

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Map the arrays.

        Raises:
            BundleDamaged: the files do not belong together.
        """
        opened = cls(
            Names.open(folder),
            WordIndex.open(folder),
            Sounds.open(folder, "sounds"),
            Sounds.open(folder, "words.sounds"),
        )
        opened._check(folder)
        return opened

    def _check(self, folder: Path) -> None:
        names, words = self.names, self.words
        sizes = {
            "names.shown": len(names.shown) == len(names),
            "names.blocks": int(names.blocks[-1]) == len(names),
            "names.fame": names.fame.size == len(names),
            "names.rows": len(names.rows) == len(names),
            "names.of_word": len(names.of_word) == len(words.texts),
            "words.films": words.films.size == len(words.texts),
            "words.followers": len(words.followers) == len(words.texts),
            "words.pairs": words.pairs.size == words.followers.values.size,
            "words.shapes": words.shapes.size == SHAPES,
        }
        for part, fits in sizes.items():
            if not fits:
                raise BundleDamaged(f"{folder.name}/{part}.npy: does not fit the files beside it; rebuild the bundle")


def build_titles(
    films: Sequence[Film],
    known: NDArray[np.float32] | None = None,
    queries: Mapping[str, Sequence[int]] | None = None,
) -> TitleIndex:
    """Return the title index of films in row order.

    Args:
        films: the catalogue.
        known: their popularity, float32 (n,); worked out where it is not given.
        queries: popular queries, the most popular first, with the rows that each finds.
    """
    told = told_names(films, popularity(films) if known is None else known, queries or {})
    words = build_words(films, (t.key for t in told))
    names = build_names(told, words, len(films))
    low, high = names.block("title")
    named = np.flatnonzero(names.of_word.lengths()).tolist()
    return TitleIndex(
        names=names,
        words=words,
        sounds=Sounds.of((i, told[i].shown) for i in range(low, high)),
        word_sounds=Sounds.of((i, words.texts[i]) for i in named),
    )


def _note(found: dict[int, tuple[float, str]], name: int, closeness: float, how: str) -> None:
    """Remember a title under the best reason for it."""
    if closeness > max(0.0, found.get(name, (0.0, ""))[0]):
        found[name] = closeness, how


def _ranked(found: Mapping[int, tuple[float, str]], names: Names) -> NearTitles:
    order: Iterable[int] = sorted(found, key=lambda name: (-found[name][0], -int(names.fame[name]), name))
    ids = np.array(list(order), dtype=np.int64)
    closeness = np.array([found[name][0] for name in ids.tolist()], dtype=np.float32)
    return NearTitles(ids, closeness, tuple(found[name][1] for name in ids.tolist()))
