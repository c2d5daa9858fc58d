"""The words of a catalogue: how many films have each, and which stand side by side. What spelling is decided by."""

import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from kadr.analysis import stem
from kadr.film import Film
from kadr.index.arrays import Groups, load, save
from kadr.index.fuzzy import MAX_LETTERS, Spellings
from kadr.index.lexical import field_texts
from kadr.text import words

__all__ = ["WordIndex", "build_words"]

LEAST_FILMS = 2
"""Films that must have a word before it may stand in place of another: a word of one description may be a typo."""
LEAST_PAIRS = 2
"""How often two words must stand side by side to be kept; in names and titles once is enough."""
SHAPES, FINENESS = 1 << 14, 20
"""Cells of the table of letters, and steps in a unit of ln: three letters share a cell with others one time in four."""
SMOOTHING, ALPHABET = 0.1, 33
"""What is added to each count of three letters, and how many letters may stand third."""
MAX_KEPT = 10_000
"""Words of which is kept whether they are known, at some 150 bytes each."""
MOST_PAIRS = 255
"""Counts of pairs are kept in a byte: what is more frequent than this needs no finer number."""


@dataclass(frozen=True, slots=True)
class WordIndex:
    """Words that may be meant, sorted; word i is `texts[i]`.

    `films`: uint32 (n,), films that have each. `followers`: the words that stand behind each, ascending; `pairs`:
    uint8, how often, parallel to their values. `stems`: uint32, ascending, hashes of the stems of *all* words of the
    catalogue, those of a single film too. `shapes`: uint8, -ln of how often a letter stands behind two others, by the
    hash of the three. `said`: how often films have any of the words, each counted once a film. `most`: films that have
    the most frequent one.
    """

    texts: Spellings
    films: NDArray[np.uint32]
    followers: Groups
    pairs: NDArray[np.uint8]
    stems: NDArray[np.uint32]
    shapes: NDArray[np.uint8]
    said: int = field(init=False)
    most: int = field(init=False)
    _known: dict[str, bool] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "said", int(self.films.sum(dtype=np.int64)))
        object.__setattr__(self, "most", int(self.films.max(initial=1)))

    def find(self, word: str) -> int:
        """Return the number of a word, -1 where it is none of these."""
        at, end = self.texts.same(word)
        return at if at < end else -1

    def knows(self, word: str) -> bool:
        """Tell whether some film has this word, in this form or another. What was told of late is kept."""
        known = self._known.get(word)
        if known is None:
            asked = _hash(stem(word))
            at = self.stems.searchsorted(asked)
            known = (at < self.stems.size and bool(self.stems[at] == asked)) or self.find(word) >= 0
            if len(self._known) >= MAX_KEPT:
                self._known.clear()
            if len(word) <= MAX_LETTERS:
                self._known[word] = known
        return known

    def pair(self, first: int, second: int) -> int:
        """Return how often the second word stands behind the first, at most 255; 0 for what was seen too seldom."""
        if first < 0 or second < 0:
            return 0
        low, high = int(self.followers.starts[first]), int(self.followers.starts[first + 1])
        at = low + int(np.searchsorted(self.followers.values[low:high], second))
        return int(self.pairs[at]) if at < high and int(self.followers.values[at]) == second else 0

    def most_pairs(self, first: int) -> int:
        """Return how often the word that stands most often behind a word does, at most 255."""
        return int(self.pairs[self.followers.starts.item(first) : self.followers.starts.item(first + 1)].max(initial=0))

    def shape(self, word: str) -> float:
        """Return ln of the probability that letters follow each other as in a word, by the words that are known."""
        return -float(self.shapes[_threes(word)].sum()) / FINENESS

    def save(self, folder: Path) -> None:
        """Write the arrays."""
        self.texts.save(folder, "words")
        self.followers.save(folder, "words.followers")
        for part in ("films", "pairs", "stems", "shapes"):
            save(folder / f"words.{part}.npy", getattr(self, part))

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Map the arrays.

        Raises:
            BundleDamaged: a file is no such array.
        """
        return cls(
            Spellings.open(folder, "words"),
            load(folder / "words.films.npy", np.uint32),
            Groups.open(folder, "words.followers"),
            load(folder / "words.pairs.npy", np.uint8),
            load(folder / "words.stems.npy", np.uint32),
            load(folder / "words.shapes.npy", np.uint8),
        )


def build_words(films: Sequence[Film], names: Iterable[str]) -> WordIndex:
    """Return the words of films and of names: normalised titles, people, genres and queries.

    Words of names are kept however rare they are.
    """
    runs = [words(text) for film in films for text in field_texts(film).values() if text]
    counts = Counter(word for film in films for word in set(words(" ".join(field_texts(film).values()))))
    named = [name.split() for name in names]
    certain = {word for name in named for word in name}
    for word in certain:
        counts.setdefault(word, 1)
    kept = sorted(word for word, n in counts.items() if n >= LEAST_FILMS or word in certain)
    number = {word: i for i, word in enumerate(kept)}
    followers, pairs = _followers(runs, named, number)
    stems = np.unique(np.array([_hash(stem(word)) for word in counts], dtype=np.uint32))
    n_films = np.array([counts[word] for word in kept], dtype=np.uint32)
    return WordIndex(Spellings.of(kept), n_films, followers, pairs, stems, _shapes(kept))


def _shapes(kept: Sequence[str]) -> NDArray[np.uint8]:
    """Return the table of letters of these words: three in a row against the first two of them."""
    threes = Counter(word[i : i + 3] for word in map(_edged, kept) for i in range(len(word) - 2))
    twos: Counter[str] = Counter()
    for three, n in threes.items():
        twos[three[:2]] += n
    # Of those that share a cell the likeliest stands; what was never seen is as rare as the rarest.
    least = np.log((max(twos.values(), default=1) + SMOOTHING * ALPHABET) / SMOOTHING)
    table = np.full(SHAPES, min(255, round(FINENESS * least)), dtype=np.uint8)
    for three, n in threes.items():
        cost = -np.log((n + SMOOTHING) / (twos[three[:2]] + SMOOTHING * ALPHABET))
        at = zlib.crc32(three.encode()) % SHAPES
        table[at] = min(int(table[at]), max(0, round(FINENESS * cost)))
    return table


def _threes(word: str) -> list[int]:
    edged = _edged(word)
    return [zlib.crc32(edged[i : i + 3].encode()) % SHAPES for i in range(len(edged) - 2)]


def _edged(word: str) -> str:
    return f"  {word} "


def _followers(
    runs: Iterable[list[str]], named: Iterable[list[str]], number: dict[str, int]
) -> tuple[Groups, NDArray[np.uint8]]:
    n = max(len(number), 1)
    told, seen = _pairs(named, number, n), _pairs(runs, number, n)
    pairs, counts = np.unique(np.concatenate((told, seen)), return_counts=True)
    kept = (counts >= LEAST_PAIRS) | np.isin(pairs, told)
    pairs, counts = pairs[kept], np.minimum(counts[kept], MOST_PAIRS)
    return Groups.of_pairs(pairs // n, pairs % n, len(number), n), counts.astype(np.uint8)


def _pairs(runs: Iterable[list[str]], number: dict[str, int], n: int) -> NDArray[np.int64]:
    """Return every pair of neighbours as one number: first * n + second."""
    numbered = ([number.get(word, -1) for word in run] for run in runs)
    return np.array([a * n + b for run in numbered for a, b in pairwise(run) if a >= 0 and b >= 0], dtype=np.int64)


def _hash(text: str) -> np.uint32:
    return np.uint32(zlib.crc32(text.encode()))
