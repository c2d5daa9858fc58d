"""Names that may be meant while somebody types: as typed, in the other layout or alphabet, misspelt, inside words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

import numpy as np
from numpy.typing import NDArray

from kadr.index.fuzzy import errors_allowed
from kadr.index.heard import Heard, heard
from kadr.index.names import KINDS
from kadr.index.skeleton import MIN_KEY, skeletons
from kadr.index.titles import TitleIndex
from kadr.keyboard import swapped, swaps
from kadr.text import words

__all__ = ["Finder", "Found"]

MOST_LETTERS = 100
"""Characters that are read; somebody who has typed more describes a film."""
MOST_WORDS = 6
"""Words that are looked up, the last ones."""
OF_A_KIND = 16
"""Candidates of each kind and each way of matching: twice what is shown, so that there is something to choose from."""
MISSPELT = 48
"""Candidates found by their errors."""
FEW = 3
"""With fewer suggestions than this, what was typed may be misspelt, or a name of the other alphabet."""
SURE = 10
"""Letters from which what was found as typed is what is meant, however few it is."""
SHORTEST_INSIDE, LONGEST_INSIDE = 3, 40
"""Letters of a text that is looked for inside words: hardly any word is longer."""
MOST_INSIDE = 40
HARDLY = 1
"""How much more unusual than the likeliest name that sounds so another may be spelled: beyond it stands noise alone."""
MISSING = 1_000
"""More errors, and more that is unusual, than any words that are found can have together."""

_Readings = tuple[list[Heard], NDArray[np.uint16], NDArray[np.uint16]]
"""What a typed word sounds like, the likeliest first; which of it each name has, and how unusual that is, (names,)."""


@dataclass(frozen=True, slots=True)
class Found:
    """A name that may be meant: the words that were typed for it, and the errors in them.

    Where they were heard in the other alphabet, `typed` is what they are in that of the name, and `errors` how
    unusually they are spelled.
    """

    how: str
    typed: tuple[str, ...]
    errors: int = 0


@dataclass(slots=True)
class _Pool:
    """Candidates by name: the first way in which one was found stands."""

    found: dict[int, Found] = field(default_factory=dict)

    def add(self, names: Iterable[int], found: Found) -> None:
        for name in names:
            self.found.setdefault(name, found)

    @property
    def few(self) -> bool:
        return len(self.found) < FEW


@dataclass(frozen=True, slots=True)
class Finder:
    """Candidates among the names of one bundle."""

    titles: TitleIndex

    def find(self, text: str) -> dict[int, Found]:
        """Return the names that a text may be the beginning of, none where nothing comes near."""
        pool = _Pool()
        text = text[:MOST_LETTERS]
        typed = tuple(words(text)[-MOST_WORDS:])
        if typed:
            self._collect(text, typed, pool)
        return pool.found

    def _collect(self, text: str, typed: tuple[str, ...], pool: _Pool) -> None:
        other = tuple(words(swapped(text))[-MOST_WORDS:]) if swaps(text) else ()
        self._as_typed(typed, "prefix", pool)
        few = pool.few
        if not pool.found:
            self._as_typed(other, "layout", pool)
        if pool.found and len(text) >= SURE:
            return
        if few:
            self._as_heard(typed, pool)
            self._joined(text, typed, pool)
        if pool.few:
            self._misspelt(typed, "typo", pool)
        if not pool.found:
            pool.add(self.titles.near_titles(text).names[:OF_A_KIND].tolist(), Found("typo", typed))
        if not pool.found:
            self._misspelt(other, "layout", pool)
        if not pool.found and SHORTEST_INSIDE <= len(typed[-1]) <= LONGEST_INSIDE:
            self._inside(typed, pool)

    def _as_typed(self, typed: tuple[str, ...], how: str, pool: _Pool) -> None:
        """Find the names of which each typed word begins a word."""
        names, texts = self.titles.names, self.titles.words.texts
        spans = list(takewhile(lambda span: span[0] < span[1], (texts.span(word) for word in typed)))
        if not spans or len(spans) < len(typed):
            return
        held = np.ones(len(names), dtype=np.bool_)
        for low, high in spans:
            held &= self._marked(self._holders(low, high))
        phrase, found = " ".join(typed), Found(how, typed)
        for kind in KINDS:
            block = names.block(kind)
            for beginning in (phrase, f"the {phrase}"):
                a, b = names.texts.span(beginning, block)
                pool.add(self._best_known(np.arange(a, b)), found)
        pool.add(self._of_each_kind(held), found)

    def _of_each_kind(self, held: NDArray[np.bool_]) -> list[int]:
        """Return the best known of the names marked, of each kind as many."""
        blocks = [self.titles.names.block(kind) for kind in KINDS]
        return [name for low, high in blocks for name in self._best_known(low + np.flatnonzero(held[low:high]))]

    def _as_heard(self, typed: tuple[str, ...], pool: _Pool) -> None:
        """Find the names that have words of the other alphabet which sound as those typed, or as all typed as one."""
        for said in dict.fromkeys((typed, ("".join(typed),))):
            if not MIN_KEY <= max(map(len, said)) <= LONGEST_INSIDE:
                continue
            every = list(takewhile(lambda read: read[0], map(self._readings, said)))
            if len(every) == len(said):
                self._sounding(every, pool)

    def _sounding(self, every: Sequence[_Readings], pool: _Pool) -> None:
        """Find the names that have all words of some reading, if they are hardly less likely than the likeliest."""
        names = self.titles.names
        unlike = np.zeros(len(names), dtype=np.uint16)
        for _, _, least in every:
            unlike += least
        likely = min(MISSING, int(unlike.min(initial=MISSING)) + HARDLY + 1)
        for kind in KINDS:
            low, high = names.block(kind)
            ids = low + np.flatnonzero(unlike[low:high] < likely)
            best = ids[np.lexsort((ids, -names.fame[ids].astype(np.int64), unlike[ids]))[:OF_A_KIND]]
            for name in best.tolist():
                meant = tuple(readings[which[name]].text for readings, which, _ in every)
                pool.add((name,), Found("alphabet", meant, int(unlike[name])))

    def _readings(self, word: str) -> _Readings:
        texts, n = self.titles.words.texts, len(self.titles.names)
        low, high = texts.span(word)
        readings = [Heard(word, low, high, 0)] * (low < high) + heard(texts, word)
        which, least = np.zeros(n, dtype=np.uint16), np.full(n, MISSING, dtype=np.uint16)
        for i, reading in reversed(list(enumerate(readings))):
            holders = self._holders(reading.low, reading.high)
            which[holders], least[holders] = i, reading.unlike
        return readings, which, least

    def _joined(self, text: str, typed: tuple[str, ...], pool: _Pool) -> None:
        """Find titles that begin as the text sounds but for spaces, and names that have its words as one."""
        found = Found("alphabet", typed)
        for key in skeletons(text):
            if len(key) >= MIN_KEY:
                pool.add(self._best_known(self.titles.sounds.beginning(key).astype(np.int64)), found)
                joined = self.titles.names.of_word.take(self.titles.word_sounds.beginning(key))
                pool.add(self._of_each_kind(self._marked(joined)), found)

    def _misspelt(self, typed: tuple[str, ...], how: str, pool: _Pool) -> None:
        """Find the names that have each typed word but for its errors; the last one may be unfinished."""
        if not any(errors_allowed(len(word)) for word in typed):
            return
        names = self.titles.names
        total = np.zeros(len(names), dtype=np.uint16)
        for i, word in enumerate(typed):
            total += self._errors(word, finished=i < len(typed) - 1)
        ids = np.flatnonzero(total < MISSING)
        best = ids[np.lexsort((ids, -names.fame[ids].astype(np.int64), total[ids]))[:MISSPELT]]
        for name in best.tolist():
            pool.add((name,), Found(how, typed, int(total[name])))

    def _errors(self, word: str, *, finished: bool) -> NDArray[np.uint16]:
        """Return the errors with which each name has a word, uint16 (names,); MISSING where it has not."""
        texts = self.titles.words.texts
        least = np.full(len(self.titles.names), MISSING, dtype=np.uint16)
        if allowed := errors_allowed(len(word)):
            close = texts.near(word, allowed) if finished else texts.beginning(word, allowed)
            for errors in range(allowed, 0, -1):
                least[self.titles.names.of_word.take(close.ids[close.errors == errors])] = errors
        least[self._holders(*texts.span(word))] = 0
        return least

    def _inside(self, typed: tuple[str, ...], pool: _Pool) -> None:
        """Find the names that have the last typed word inside one of theirs, and the others where there are any."""
        found = self.titles.words.texts.holding(typed[-1], MOST_INSIDE)
        held = self._marked(self.titles.names.of_word.take(found))
        for word in typed[:-1]:
            held &= self._marked(self._holders(*self.titles.words.texts.span(word)))
        pool.add(self._best_known(np.flatnonzero(held)), Found("inside", typed))

    def _marked(self, names: NDArray[np.integer]) -> NDArray[np.bool_]:
        mark = np.zeros(len(self.titles.names), dtype=np.bool_)
        mark[names] = True
        return mark

    def _holders(self, low: int, high: int) -> NDArray[np.integer]:
        """Return the names that hold any of a range of words; one may stand there twice."""
        of_word = self.titles.names.of_word
        return of_word.values[int(of_word.starts[low]) : int(of_word.starts[high])]

    def _best_known(self, names: NDArray[np.integer]) -> list[int]:
        fame = self.titles.names.fame[names].astype(np.int64)
        if names.size > OF_A_KIND:
            kept = np.argpartition(-fame * len(self.titles.names) + names, OF_A_KIND)[:OF_A_KIND]
            names = names[kept]
        chosen: list[int] = np.sort(names).tolist()
        return chosen
