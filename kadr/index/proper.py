"""Which words of a query are names: by how it writes them, or where it has no capitals, by how the catalogue does.

Two people who tell of one film share the names of its heroes sooner than other words (decision record 0011). A name has
a capital where no sentence begins. Both names of somebody, and a name behind «с», are as often those of who plays or
made the film, which few descriptions say: the first of both, and all behind «с», count as other words do.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from kadr.analysis import STOP_WORDS, stem
from kadr.film import Film
from kadr.index.arrays import Keys, load, save
from kadr.text import fold

__all__ = ["FURTHER", "PLAIN", "SINGLE", "NameWorths", "ProperNames", "name_shares", "written_names"]

FILE = "names.npy"

PLAIN, SINGLE, FURTHER = range(3)
"""What a capitalised word is: one that counts as others do, a name of one word, a further word of a longer name."""
MOST_CAPITALS = 0.5
"""Share of a text's words that may have a capital: where more have, it is a title, or somebody shouts."""
COMMON = 0.1
"""How often a word is a name of which a catalogue tells nothing; it counts as one more occurrence."""
_WORD = re.compile(r"[^\W_]+")
_SENTENCE_ENDS = frozenset(".!?…\n")
_JOINTS = frozenset(" -\u00a0")
"""What joins the words of one name."""
_CAST = frozenset(("с", "со", "with", "by"))
"""Words behind which those are named who play or made the film."""


class _Word(NamedTuple):
    """A word as it is written; whether it has a `capital`, `opens` a sentence, is `joined` to the one before.

    A function word has no capital here: it is no name, and begins none.
    """

    text: str
    capital: bool
    opens: bool
    joined: bool


@lru_cache(maxsize=64)
def written_names(text: str) -> Mapping[str, int]:
    """Return the folded words that a text writes with a capital where any sentence would not: `PLAIN` and so on.

    Empty where the text does without, or most of its words have one: then capitals tell nothing.
    """
    found = list(_written(text))
    capitals = [word.capital for word in found] + [False]
    names: dict[str, int] = {}
    if sum(capitals) > MOST_CAPITALS * len(found):
        return names
    further = cast = False
    for at, word in enumerate(found):
        if not word.capital:
            continue
        further = at > 0 and capitals[at - 1] and word.joined
        if not further:
            cast = at > 0 and found[at - 1].text.lower() in _CAST
        longer = further or (capitals[at + 1] and found[at + 1].joined)
        if longer or not word.opens:
            kind = PLAIN if cast or (longer and not further) else FURTHER if longer else SINGLE
            names.setdefault(fold(word.text), kind)
    return names


def name_shares(films: Iterable[Film]) -> dict[str, float]:
    """Return how often descriptions write a stem as a name, where no sentence begins, in (0, 1), for each stem."""
    seen: Counter[str] = Counter()
    named: Counter[str] = Counter()
    for film in films:
        for description in film.descriptions:
            for word in _written(description.text):
                if not word.opens and (folded := fold(word.text)):
                    seen[stem(folded)] += 1
                    named[stem(folded)] += word.capital
    return {each: (named[each] + COMMON) / (times + 1) for each, times in seen.items()}


class NameWorths(Protocol):
    """What names are worth; `kadr.index.lexical.LexicalParams` says what each is."""

    @property
    def names(self) -> float: ...  # noqa: D102  # the class says where it is told
    @property
    def surnames(self) -> float: ...  # noqa: D102
    @property
    def known_names(self) -> float: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class ProperNames:
    """How often the descriptions of a catalogue write each of its stems as a name, where no sentence begins.

    `stems`: the vocabulary. `shares`: float16 in [0, 1], parallel to it.
    """

    stems: Keys
    shares: NDArray[np.float16]

    @classmethod
    def of(cls, films: Sequence[Film], stems: Keys) -> Self:
        """Return what the descriptions of films say of these stems."""
        shares = np.full(stems.sorted.size, COMMON, dtype=np.float16)
        share_of = name_shares(films)
        at = stems.find(list(share_of))
        shares[at[at >= 0]] = np.fromiter(share_of.values(), dtype=np.float64, count=at.size)[at >= 0]
        return cls(stems, shares)

    def louder(self, query: str, found: Sequence[str], worths: NameWorths) -> NDArray[np.float64]:
        """Return how much louder each telling word of a query is heard because it is a name, float64 (words,)."""
        written = written_names(query)
        if written:
            table = {PLAIN: 1.0, SINGLE: worths.names, FURTHER: worths.surnames}
            return np.array([table[written.get(word, PLAIN)] for word in found], dtype=np.float64)
        louder = np.ones(len(found))
        places = self.stems.find([stem(word) for word in found])
        louder[places >= 0] += worths.known_names * self.shares[places[places >= 0]]
        return louder

    def save(self, folder: Path) -> None:
        """Write the shares; the stems are the postings'."""
        save(folder / FILE, self.shares)

    @classmethod
    def open(cls, folder: Path, stems: Keys) -> Self:
        """Map the shares of these stems.

        Raises:
            BundleDamaged: the file is missing or damaged, or is of other stems.
        """
        return cls(stems, load(folder / FILE, np.float16, length=stems.sorted.size))


def _written(text: str) -> Iterator[_Word]:
    end = 0
    for match in _WORD.finditer(text):
        word, gap = match.group(), text[end : match.start()]
        capital = word[0].isupper() and fold(word) not in STOP_WORDS
        opens = not end or (gap != " " and not _SENTENCE_ENDS.isdisjoint(gap))
        yield _Word(word, capital, opens, gap in _JOINTS)
        end = match.end()
