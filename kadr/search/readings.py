"""What a typed word may mean, and how likely it is: the two halves that a correction is weighed by."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray

from kadr.analysis import STOP_WORDS
from kadr.index.fuzzy import MAX_LETTERS, errors_allowed
from kadr.index.lexical import LexicalIndex
from kadr.index.otherwise import sounded
from kadr.index.titles import TitleIndex
from kadr.index.words import WordIndex
from kadr.keyboard import swapped, swaps
from kadr.search.edits import LIKELY, mistake
from kadr.search.understand.spoken import is_spoken
from kadr.text import words

__all__ = ["LEAST_SWAPPED", "SPLIT", "Chances", "Reading", "doubted", "readings", "settled"]

MOST_READINGS = 8
"""Readings of one word that are weighed."""
NEW = -1.0
"""ln of the probability that a word of a query is one which no film has: more than the share of such words, because
names of films that a catalogue lacks are what must not be touched. Which word, its letters say."""
DOUBT = 7.0
"""What it costs to change a word that the catalogue knows: a thousand times likelier is not enough, a title may be.
With the mistake itself it is more than any word is likelier than another by itself, so that its neighbours decide."""
NAME = 6.0
"""What it costs to take an unknown word that stands where a name stands for one that is in nobody's name here: most
names are in no catalogue."""
SHORT, CROWDED = 4, 2.5
"""Letters of words that have neighbours everywhere, and what it costs to take one for such a neighbour."""
LAYOUT = 1.5
"""What it costs to read a word in the other layout: nobody types a known word that way by chance."""
LEAST_SWAPPED, FEW_FILMS = 3, 3
"""Letters of the shortest word that is read in the other layout, and films that must have it if it is no longer."""
SPLIT = 8.0
"""What it costs to read one word as two, or two as one."""
TITLES = 0.5
"""How much of the probability of words that are a whole query hangs on being a title. A guess: of real typos 73 % are
corrected with .1 and 75 % with .9, and titles of other films are left alone as often (`bench/spelling.py`)."""
PAIRED = 0.6
"""How much of a word's probability hangs on the word before it, where that is known."""

_CHANGED = DOUBT + LIKELY
_ROMAN = frozenset("ivxlcm")
_NAME_ENDINGS = ("ым", "ом", "ой", "ых", "а", "у", "е", "ы", "")
"""Endings by which the cases of a Russian surname differ, which no stemmer joins: «Лунгин», «Лунгину», «Лунгиным»."""
_SURNAMES = ("ов", "ев", "ин", "ын")
_LEAST_NAME = 4


@dataclass(frozen=True, slots=True)
class Reading:
    """What a word may mean: the words meant, what the mistake costs, and why it was made."""

    meant: tuple[str, ...]
    cost: float
    why: str = ""


@dataclass(frozen=True, slots=True)
class Chances:
    """What is known of words, and how likely they are; each is looked up once for one query."""

    titles: TitleIndex
    lexical: LexicalIndex | None
    total: float
    _known: dict[str, bool] = field(default_factory=dict)
    _logs: dict[tuple[str, str], float] = field(default_factory=dict)
    _places: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, titles: TitleIndex, lexical: LexicalIndex | None) -> Self:
        """Return the chances of one query's words."""
        return cls(titles, lexical, math.log(titles.words.said + 1))

    @property
    def index(self) -> WordIndex:
        """The words of the catalogue."""
        return self.titles.words

    def is_persons(self, at: int) -> bool:
        """Tell whether a word, by its number, is one of somebody's name."""
        low, high = self.titles.names.block("person")
        names = self.titles.names.of_word[at]
        return bool(np.searchsorted(names, low) < np.searchsorted(names, high))

    def place(self, word: str) -> int:
        """Return the number of a word, -1 where the catalogue has none."""
        if word not in self._places:
            self._places[word] = self.index.find(word)
        return self._places[word]

    def word(self, place: int) -> str:
        """Return the word of a number."""
        found = self.index.texts[place]
        self._places[found] = place
        return found

    def known(self, word: str) -> bool:
        """Tell whether a word is one: the catalogue knows it or another form of it, or a table does."""
        if word not in self._known:
            told = word in STOP_WORDS or is_spoken(word)
            self._known[word] = told or self.index.knows(word) or self._in_tables(word)
        return self._known[word]

    def heard(self, word: str) -> bool:
        """Tell whether a title or somebody's name has the word in the other alphabet: "Hanks", «Хэнкс»."""
        spelt = self.lexical.postings.get("spellings") if self.lexical else None
        return spelt is not None and bool(spelt.known(sounded(word)).size)

    def _in_tables(self, word: str) -> bool:
        return self.lexical is not None and bool(self.lexical.synonyms.groups_of([word])[0])

    def share_known(self, text: str) -> float:
        """Return the share of the letters in a text's words that stand in known ones; single letters say nothing."""
        told = [word for word in words(text) if not word.isdigit()]
        known = sum(len(word) for word in told if len(word) > 1 and self.known(word))
        return known / max(1, sum(map(len, told)))

    def tells(self, word: str) -> bool:
        """Tell whether a word is known well enough to be read in another layout: short ones are many."""
        if len(word) != LEAST_SWAPPED or word in STOP_WORDS:
            return len(word) >= LEAST_SWAPPED and self.known(word)
        at = self.place(word)
        return at >= 0 and int(self.index.films[at]) >= FEW_FILMS

    def log(self, word: str, before: str = "") -> float:
        """Return ln of the probability of a word, behind another where one is given."""
        if (word, before) not in self._logs:
            self._logs[word, before] = self._log(word, before)
        return self._logs[word, before]

    def _log(self, word: str, before: str) -> float:
        at = self.place(word)
        if at < 0:
            return -self.total if self.index.knows(word) else NEW + self.index.shape(word)
        alone = math.log(float(self.index.films[at])) - self.total
        first = self.place(before) if before else -1
        if first < 0:
            return alone + (math.log(1 - PAIRED) if before else 0.0)
        pairs = self.index.pair(first, at) / max(float(self.index.films[first]), 1.0)
        return math.log(PAIRED * min(pairs, 1.0) + (1 - PAIRED) * math.exp(alone))

    def row(self, words: Iterable[str], before: str = "") -> float:
        """Return ln of the probability of words, one behind the other, behind another where one is given."""
        total = 0.0
        for word in words:
            total += self.log(word, before)
            before = word
        return total

    def whole(self, words: Sequence[str]) -> float:
        """Return ln of the probability of words that are a whole query; one that is a title is one of all titles."""
        text = math.log(1 - TITLES) + self.row(words)
        names = self.titles.names
        first, end = names.block("title")
        low, high = names.texts.same(" ".join(words), (first, end))
        return float(np.logaddexp(text, math.log(TITLES / (end - first)))) if low < high else text

    def best(self, before: str) -> float:
        """Return ln of the most that any word of the catalogue may have, behind another where one is given."""
        alone = math.log(self.index.most) - self.total
        first = self.place(before) if before else -1
        if first < 0:
            return alone + (math.log(1 - PAIRED) if before else 0.0)
        pairs = self.index.most_pairs(first) / max(float(self.index.films[first]), 1.0)
        return math.log(PAIRED * min(pairs, 1.0) + (1 - PAIRED) * math.exp(alone))


def settled(typed: Sequence[tuple[str, str]], chances: Chances) -> bool:
    """Tell whether no change of known words can win, whatever they may be: all need not be compared with any then.

    A change costs no less than `DOUBT` and the likeliest mistake, and what it gives is no likelier than the likeliest
    word behind the one before, nor the word behind it than sure.

    Args:
        typed: a row of words, each folded, and as it was typed with the signs about it.
        chances: of this query.
    """
    # Chains of which no word is changed; some, but not the last; and the last.
    same, back, changed = 0.0, -math.inf, -math.inf
    before = ""
    for word, _ in typed:
        log, best = chances.log(word, before), chances.best(before)
        same, back, changed = same + log, max(back + log, changed), max(max(same, back) + best, changed) - _CHANGED
        before = word
    return max(back, changed) < same and not any(
        _doubtful(word) and any(_layout(word, raw, chances, DOUBT)) for word, raw in typed
    )


def readings(word: str, raw: str, chances: Chances, *, name: bool) -> Sequence[Reading]:
    """Return what an unknown word may mean: itself first, then what is likeliest by itself.

    Args:
        word: folded.
        raw: as it was typed, with the signs about it.
        chances: of this query.
        name: whether it stands where a name stands.
    """
    itself = Reading((word,), 0.0)
    if not _readable(word) or _is_case(word, chances) or chances.heard(word):
        return (itself,)
    extra = CROWDED if len(word) <= SHORT else 0.0
    close = chances.index.texts.likely(word, errors_allowed(len(word)))
    others = [*_misspelt(word, close, chances, extra, NAME if name else 0.0), *_layout(word, raw, chances, 0.0)]
    return itself, *_best((*others, *_split(word, chances)), chances)


def doubted(word: str, raw: str, beside: tuple[Iterable[str], Iterable[str]], chances: Chances) -> Sequence[Reading]:
    """Return what a known word may mean that its neighbours do not go with: itself first, then what goes with them.

    Args:
        word: folded.
        raw: as it was typed, with the signs about it.
        beside: words before it and words behind it, each as typed or as it may be meant.
        chances: of this query.
    """
    itself = Reading((word,), 0.0)
    if not _doubtful(word):
        return (itself,)
    close = chances.index.texts.likely(word, errors_allowed(len(word)))
    close = close[_beside(close, beside, chances)]
    return itself, *_best((*_misspelt(word, close, chances, DOUBT), *_layout(word, raw, chances, DOUBT)), chances)


def _readable(word: str) -> bool:
    return word.isalpha() and 1 < len(word) <= MAX_LETTERS and not set(word) <= _ROMAN


def _doubtful(word: str) -> bool:
    return _readable(word) and word not in STOP_WORDS


def _best(others: Iterable[Reading], chances: Chances) -> list[Reading]:
    ranked = sorted(others, key=lambda reading: reading.cost - sum(map(chances.log, reading.meant)))
    return ranked[:MOST_READINGS]


def _is_case(word: str, chances: Chances) -> bool:
    """Tell whether a word is a case of a name that the catalogue has in another one."""
    ending = next(ending for ending in _NAME_ENDINGS if word.endswith(ending))
    base = word.removesuffix(ending)
    if len(base) < _LEAST_NAME or not "а" <= word[0] <= "я":
        return False
    found = (at for other in _NAME_ENDINGS if (at := chances.place(base + other)) >= 0)
    return any(base.endswith(_SURNAMES) or chances.is_persons(at) for at in found)


def _beside(ids: NDArray[np.int64], beside: tuple[Iterable[str], Iterable[str]], chances: Chances) -> NDArray[np.bool_]:
    """Return which words stand somewhere behind one of the words before, or before one of those behind."""
    kept, index = np.zeros(ids.size, dtype=np.bool_), chances.index
    before, behind = ([at for word in side if (at := chances.place(word)) >= 0] for side in beside)
    for at in before:
        followers = index.followers[at]
        if followers.size:
            kept |= followers[np.minimum(followers.searchsorted(ids), followers.size - 1)] == ids
    if behind and ids.size:
        taken = index.followers.take(ids)
        met = np.logical_or.reduce([taken == at for at in behind])
        starts, ends = index.followers.starts[ids].astype(np.int64), index.followers.starts[ids + 1].astype(np.int64)
        kept |= np.bincount(np.repeat(np.arange(ids.size), ends - starts), met, minlength=ids.size) > 0
    return kept


def _misspelt(
    word: str, ids: NDArray[np.int64], chances: Chances, extra: float, strange: float = 0.0
) -> Iterator[Reading]:
    """Yield the words that a word may be but for its errors; `strange`: what it costs more if nobody is named so."""
    close = chances.index.texts.compared(word, ids, errors_allowed(len(word)))
    for i, errors in zip(close.ids.tolist(), close.errors.tolist(), strict=True):
        meant = chances.word(i)
        if meant != word and not meant.isdigit():
            name = strange if strange and not chances.is_persons(i) else 0.0
            yield Reading((meant,), mistake(word, meant, errors) + extra + name, "typo")


def _layout(word: str, raw: str, chances: Chances, extra: float) -> Iterator[Reading]:
    meant = words(swapped(raw)) if swaps(raw) and len(word) >= LEAST_SWAPPED else []
    # A letter less is a mark that stands beside the letters on the other keyboard, not a letter of the word.
    if len(meant) == 1 and len(meant[0]) >= len(word) and chances.tells(meant[0]):
        yield Reading((meant[0],), LAYOUT + extra, "layout")


def _split(word: str, chances: Chances) -> Iterator[Reading]:
    for at in range(1, len(word)):
        first = chances.place(word[:at])
        if first >= 0 and chances.index.pair(first, chances.place(word[at:])):
            yield Reading((word[:at], word[at:]), SPLIT, "typo")
