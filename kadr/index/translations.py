"""Words that stand for one another in this catalogue, learned from films that two services describe.

IBM model 1 (Brown et al., The Mathematics of Statistical Machine Translation, 1993) over the stems of both texts, each
text once the source and once the translation; a null word takes what has no counterpart. Berger and Lafferty
(Information Retrieval as Statistical Translation, SIGIR 1999) ask with it: a film's word may have been *translated*
into the word that is asked.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from kadr.analysis import stems
from kadr.film import Film
from kadr.index.arrays import Groups, Keys, key_of, load, save

__all__ = ["Learned", "Translations", "learn_translations"]

MIN_PAIRS = 500
"""Pairs of descriptions below which nothing is learned: what few texts have in common is chance."""
MAX_PAIRS = 4_000
"""Pairs that are read; it bounds time (3,200 pairs took 10 s on a busy core) and memory."""
MAX_STEMS = 40
"""Different stems of a text that are read: a description's first sentences."""
MAX_OVERLAP = 0.6
"""Share of the shorter text's stems that the other may hold: above it they copied, and there is nothing to learn."""
MIN_TEXTS = 4
"""Texts that a stem must stand in."""
MAX_SHARE = 0.15
"""Share of the texts beyond which a stem goes with everything."""
ROUNDS = 4
"""Rounds of expectation maximisation, as is usual for model 1."""
MIN_SEEN = 3
"""Pairs in which two stems must stand together."""
MIN_COUNT = 1.0
"""Expected count of a translation: below, it was never the likely one."""
MOST = 5
"""Translations kept of a word; with three and with ten 1,347 questions found nearly the same (S@10 .628 and .631)."""
MAX_ASKED = 40
"""Terms of a query that are translated at the most: a long description has words enough."""

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Learned:
    """A film's word `held` that may be meant where `asked` is: how likely, in (0, 1]."""

    asked: str
    held: str
    probability: float


@dataclass(frozen=True, slots=True)
class Translations:
    """Learned translations between terms of the stems' postings.

    `held`: by place of an asked term, the places of the terms that may be meant; `weights`: float16, parallel to
    `held.values`.
    """

    asked: NDArray[np.integer]
    held: Groups
    weights: NDArray[np.float16]

    @classmethod
    def of(cls, learned: Sequence[Learned], terms: Keys, idf: NDArray[np.float32], power: float) -> Self:
        """Return what was learned between terms that a vocabulary has.

        A rare word that stands for a common one must not count more than that one would, so its weight is brought down
        to the common one's idf.
        """
        asked = terms.find([each.asked for each in learned])
        held = terms.find([each.held for each in learned])
        known = (asked >= 0) & (held >= 0)
        asked, held = asked[known], held[known]
        likely = np.array([each.probability for each in learned], dtype=np.float64)[known]
        ratio = np.minimum(1.0, idf[asked] / np.maximum(idf[held], 1e-6))
        order = np.lexsort((held, asked))
        names, group = np.unique(asked, return_inverse=True)
        groups = Groups.of_pairs(group, held, names.size, int(terms.sorted.size))
        return cls(names.astype(np.uint32), groups, (likely * ratio**power)[order].astype(np.float16))

    def add_to(self, weights: dict[int, float], share: float) -> None:
        """Add to the terms of a query, by place, those that may be meant by them."""
        if not self.asked.size or not weights or len(weights) > MAX_ASKED:
            return
        places = np.fromiter(weights, dtype=np.int64)
        at = np.minimum(np.searchsorted(self.asked, places), self.asked.size - 1)
        for group, place in zip(at.tolist(), places.tolist(), strict=True):
            if int(self.asked[group]) != place:
                continue
            a, b = int(self.held.starts[group]), int(self.held.starts[group + 1])
            own = weights[place] * share
            for term, weight in zip(self.held.values[a:b].tolist(), self.weights[a:b].tolist(), strict=True):
                weights[term] = weights.get(term, 0.0) + own * weight

    def save(self, folder: Path) -> None:
        """Write the arrays."""
        save(folder / "translations.asked.npy", self.asked)
        self.held.save(folder, "translations.held")
        save(folder / "translations.weights.npy", self.weights)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Map the arrays.

        Raises:
            BundleDamaged: a file is damaged, or does not fit those beside it.
        """
        asked = load(folder / "translations.asked.npy", np.uint32)
        held = Groups.open(folder, "translations.held", asked.size)
        weights = load(folder / "translations.weights.npy", np.float16, length=held.values.size)
        return cls(asked, held, weights)


def learn_translations(films: Sequence[Film]) -> tuple[Learned, ...]:
    """Return the likeliest translations of each stem, in the order of the words; nothing where films have one text."""
    pairs = _pairs(films)
    if len(pairs) < MIN_PAIRS:
        return ()
    counts = Counter(stem for pair in pairs for stem in set(pair[0]) | set(pair[1]))
    most = MAX_SHARE * len(pairs)
    names = sorted(stem for stem, count in counts.items() if MIN_TEXTS <= count <= most)
    place = {stem: at for at, stem in enumerate(names)}
    read = [tuple([place[s] for s in text if s in place] for text in pair) for pair in pairs]
    both = [*((one, other) for one, other in read), *((other, one) for one, other in read)]
    return _likeliest(names, *_model_1(both, len(names)))


def _pairs(films: Sequence[Film]) -> list[tuple[Sequence[str], Sequence[str]]]:
    found: list[tuple[int, Sequence[str], Sequence[str]]] = []
    for film in films:
        if len(film.descriptions) < 2:
            continue
        texts = [list(dict.fromkeys(stems(d.text)))[:MAX_STEMS] for d in film.descriptions[:3]]
        for one, other in combinations((t for t in texts if t), 2):
            if len(set(one) & set(other)) < MAX_OVERLAP * min(len(one), len(other)):
                found.append((key_of(film.id), one, other))
    # By hash of the film: another few in the catalogue change few of those that are read.
    return [(one, other) for _, one, other in sorted(found, key=lambda pair: pair[0])[:MAX_PAIRS]]


def _model_1(
    pairs: Sequence[tuple[Sequence[int], Sequence[int]]], n: int
) -> tuple[Integers, NDArray[np.float64], NDArray[np.float64], Integers]:
    """Return the translations seen, as source * (n + 1) + target, with probability, expected count and pairs seen in.

    The null word is source n.
    """
    source = [np.tile([*one, n], len(other)) for one, other in pairs]
    target = [np.repeat(np.array(other, dtype=np.int64), len(one) + 1) for one, other in pairs]
    # One slot a word of a target text: its sources share one count.
    width = np.concatenate([np.full(len(other), len(one) + 1) for one, other in pairs])
    slot = np.repeat(np.arange(width.size), width)
    cells, cell = np.unique(
        np.concatenate(source).astype(np.int64) * (n + 1) + np.concatenate(target), return_inverse=True
    )
    of = cells // (n + 1)
    count = likely = np.ones(cells.size)
    for _ in range(ROUNDS):
        likely = likely / np.bincount(of, likely, minlength=n + 1)[of]
        share = likely[cell]
        share /= np.bincount(slot, share, minlength=width.size)[slot]
        count = likely = np.bincount(cell, share, minlength=cells.size).astype(np.float64)
    return cells, count / np.bincount(of, count, minlength=n + 1)[of], count, np.bincount(cell, minlength=cells.size)


def _likeliest(
    names: Sequence[str], cells: Integers, likely: NDArray[np.float64], count: NDArray[np.float64], seen: Integers
) -> tuple[Learned, ...]:
    held, asked = np.divmod(cells, len(names) + 1)
    kept = np.flatnonzero((held < len(names)) & (held != asked) & (seen >= MIN_SEEN) & (count >= MIN_COUNT))
    order = kept[np.lexsort((held[kept], -likely[kept], asked[kept]))]
    # The place of each in the run of its asked word.
    first = np.searchsorted(asked[order], asked[order])
    best = order[np.arange(order.size) - first < MOST]
    return tuple(
        Learned(names[a], names[h], round(float(p), 6))
        for a, h, p in zip(asked[best].tolist(), held[best].tolist(), likely[best].tolist(), strict=True)
    )
