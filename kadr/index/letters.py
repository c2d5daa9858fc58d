"""Which letters follow one another: tells a word of a language, though nobody knows it, from random letters.

A model that reads pieces of words finds some film near to any letters. An English query over Russian films may have no
word that the catalogue knows, and is still worth asking. So the build keeps the triples of letters that are common in
the words of the films and of the table of synonyms; a query most of whose triples are among them is made of words. Of
an alphabet of which hardly a word was seen any letters may be words: nothing tells that they are not.

By Russian films and the table 98 % of 500 queries of three English words are made of words, and 99.8 % of Russian ones;
of 500 strings of random Latin letters 1 %, of Cyrillic ones .4 % (decision record 0023).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from kadr.index.arrays import Keys
from kadr.text import words

__all__ = ["Letters"]

SHARE = 0.9
"""Of all triples of an alphabet, each word counted once, that the common ones make up: of the rest many stand in names
from anywhere."""
MOSTLY = 0.6
"""Share of a query's triples that must be common. Half of those of a word may be odd."""
LEAST_WORDS = 1_000
"""Words of an alphabet that tell how it is written. The table of synonyms that we keep has twice as many of each."""
EDGE = "^"
"""Stands before and behind a word."""
READ = 200
"""Letters of a query that are looked at."""


@dataclass(frozen=True, slots=True)
class Letters:
    """The common triples of letters, and the unseen alphabets, as `_unseen` names them. `common`: hashes of both."""

    common: Keys

    @classmethod
    def of(cls, texts: Iterable[str]) -> Self:
        """Return what is common in the words of texts; the same texts give the same, in any order."""
        seen = {word for text in texts for word in words(text) if word.isalpha()}
        common: set[str] = set()
        for latin in (True, False):
            told = [word for word in seen if word.isascii() is latin]
            counts = Counter(triple for word in told for triple in _triples(word))
            common.update(_commonest(counts) if len(told) >= LEAST_WORDS else [_unseen(latin=latin)])
        # A word of two alphabets has triples of one.
        return cls(Keys.of(sorted(common))[0])

    def make_words(self, query: str) -> bool:
        """Tell whether a query is made of words, of whichever language was seen."""
        told = [word for word in words(query[:READ]) if word.isalpha()]
        unseen = {latin for latin in (True, False) if self.common.find([_unseen(latin=latin)])[0] >= 0}
        triples = [triple for word in told if word.isascii() not in unseen for triple in _triples(word)]
        if not triples:
            return bool(told)
        return int((self.common.find(triples) >= 0).sum()) >= MOSTLY * len(triples)

    def save(self, folder: Path) -> None:
        """Write the hashes."""
        self.common.save(folder / "letters.npy")

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Map the hashes."""
        return cls(Keys.open(folder / "letters.npy"))


def _unseen(*, latin: bool) -> str:
    """Return what stands among the triples for an alphabet of which too few words were seen."""
    return f"{EDGE}{EDGE}{'a' if latin else 'а'}"


def _triples(word: str) -> Sequence[str]:
    edged = f"{EDGE}{word}{EDGE}"
    return [edged[at : at + 3] for at in range(len(edged) - 2)]


def _commonest(counts: Counter[str]) -> Sequence[str]:
    """Return the triples that make up `SHARE` of all; of those that are equally common the first by their letters."""
    left = SHARE * counts.total()
    kept = []
    for triple, count in sorted(counts.items(), key=lambda each: (-each[1], each[0])):
        if left <= 0:
            break
        kept.append(triple)
        left -= count
    return kept
