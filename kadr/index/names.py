"""What may be suggested while somebody types: titles, people, genres and popular queries, with the films of each."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from kadr.film import Film
from kadr.index.arrays import Groups, Strings, load, save
from kadr.index.fuzzy import Spellings
from kadr.index.words import WordIndex
from kadr.text import normalise
from kadr.vocabulary import genre, genre_en

__all__ = ["KINDS", "Names", "Told", "build_names", "told_names"]

KINDS = ("title", "person", "genre", "query")
"""What a name may be, in the order of its blocks."""
MOST_FILMS = 20
"""Films kept of a person, a genre or a query, the best known: a suggestion shows a few, and needs no more."""


@dataclass(frozen=True, slots=True)
class Told:
    """One name before it is indexed: how it is shown, its films, and how well known it is (higher is better)."""

    kind: str
    key: str
    shown: str
    rows: tuple[int, ...]
    fame: float


@dataclass(frozen=True, slots=True)
class Names:
    """Names by kind, each kind a block sorted by normalised text.

    `texts`: normalised. `shown`: as they are written. `blocks`: int64 (kinds + 1,), where each kind begins. `fame`:
    uint8 (n,), rank among its kind, higher is better known. `rows`: films of each, ascending. `of_word`: names that
    hold each word of the catalogue.
    """

    texts: Spellings
    shown: Strings
    blocks: NDArray[np.int64]
    fame: NDArray[np.uint8]
    rows: Groups
    of_word: Groups

    def __len__(self) -> int:
        return len(self.texts)

    def block(self, kind: str) -> tuple[int, int]:
        """Return the range of the names of one kind."""
        at = KINDS.index(kind)
        return int(self.blocks[at]), int(self.blocks[at + 1])

    def kind(self, name: int) -> str:
        """Return what a name is."""
        return KINDS[int(np.searchsorted(self.blocks, name, side="right")) - 1]

    def save(self, folder: Path) -> None:
        """Write the arrays."""
        self.texts.save(folder, "names")
        self.shown.save(folder, "names.shown")
        self.rows.save(folder, "names.rows")
        self.of_word.save(folder, "names.of_word")
        save(folder / "names.blocks.npy", self.blocks)
        save(folder / "names.fame.npy", self.fame)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Map the arrays.

        Raises:
            BundleDamaged: a file is no such array.
        """
        return cls(
            Spellings.open(folder, "names"),
            Strings.open(folder, "names.shown"),
            load(folder / "names.blocks.npy", np.int64, length=len(KINDS) + 1),
            load(folder / "names.fame.npy", np.uint8),
            Groups.open(folder, "names.rows"),
            Groups.open(folder, "names.of_word"),
        )


def told_names(
    films: Sequence[Film], popularity: NDArray[np.float32], queries: Mapping[str, Sequence[int]]
) -> list[Told]:
    """Return the names of films in row order and of popular queries, sorted as they are indexed."""
    fame = _quantiles(popularity.tolist())
    people = [(name, row) for row, film in enumerate(films) for name in film.people]
    titles = [(name, row) for row, film in enumerate(films) for name in (film.title, film.original_title)]
    genres = [
        (name, row)
        for row, film in enumerate(films)
        for each in film.genres
        for name in (genre(each), genre_en(genre(each)))
    ]
    told = [
        *_gathered("title", titles, fame, best=True),
        *_gathered("person", people, fame),
        *_gathered("genre", genres, fame),
        *(Told("query", normalise(q), q, tuple(rows), -i) for i, (q, rows) in enumerate(queries.items())),
    ]
    return sorted((t for t in told if t.key), key=lambda t: (KINDS.index(t.kind), t.key))


def build_names(told: Sequence[Told], words: WordIndex, n_films: int) -> Names:
    """Return the index of names that `told_names` gave; `words` must hold all of theirs."""
    number = {words.texts[i]: i for i in range(len(words.texts))}
    kinds = Counter(t.kind for t in told)
    blocks = np.cumsum([0, *(kinds[kind] for kind in KINDS)], dtype=np.int64)
    fame = np.concatenate(
        [
            _quantiles([t.fame for t in told[a:b]])
            for a, b in zip(blocks[:-1].tolist(), blocks[1:].tolist(), strict=True)
        ]
    )
    held = [(number[word], i) for i, t in enumerate(told) for word in sorted(set(t.key.split()))]
    pairs = np.array(held, dtype=np.int64).reshape(-1, 2)
    rows = [(i, row) for i, t in enumerate(told) for row in t.rows]
    films = np.array(rows, dtype=np.int64).reshape(-1, 2)
    return Names(
        texts=Spellings.of([t.key for t in told]),
        shown=Strings.of([t.shown for t in told]),
        blocks=blocks,
        fame=np.rint(fame * 255).astype(np.uint8),
        rows=Groups.of_pairs(films[:, 0], films[:, 1], len(told), n_films),
        of_word=Groups.of_pairs(pairs[:, 0], pairs[:, 1], len(words.texts), len(told)),
    )


def _gathered(
    kind: str, pairs: Iterable[tuple[str, int]], fame: NDArray[np.float64], *, best: bool = False
) -> Iterable[Told]:
    """Yield one name for all spellings of one normalised form.

    A title is as well known as its best film, and keeps them all; anything else as all of its films together.
    """
    spellings: defaultdict[str, Counter[str]] = defaultdict(Counter)
    rows: defaultdict[str, set[int]] = defaultdict(set)
    for name, row in pairs:
        key = normalise(name)
        spellings[key][name] += 1
        rows[key].add(row)
    for key, seen in spellings.items():
        known = sorted(rows[key], key=lambda row: (-fame[row], row))
        shown = min(seen, key=lambda name, seen=seen: (-seen[name], name))  # type: ignore[misc]  # mypy: no defaults
        of_all = float(fame[known].max() if best else (0.5 + fame[known]).sum())
        yield Told(kind, key, shown, tuple(known if best else known[:MOST_FILMS]), of_all)


def _quantiles(values: Sequence[float]) -> NDArray[np.float64]:
    """Return the middle rank of each value as a share, float64 (n,) in (0, 1); equal ones have equal shares."""
    found = np.array(values, dtype=np.float64)
    ordered = np.sort(found)
    below, upto = np.searchsorted(ordered, found), np.searchsorted(ordered, found, side="right")
    return (below + upto) / (2 * max(found.size, 1))
