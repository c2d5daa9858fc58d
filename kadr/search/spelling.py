"""What a misspelt query means: "Showing results for ...; search instead for ...".

A noisy channel (Kernighan, Church, Gale: A Spelling Correction Program Based on a Noisy Channel Model, COLING 1990): of
all readings of a query the one stands that is likeliest by the words and pairs of words of the catalogue, times how
likely the mistakes are that lead from it to what was typed. A name that was typed exactly is never touched, a word that
the catalogue knows almost never, and no reading stands that some film does not meet better than the query as it was.
"""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from kadr.analysis import STOP_WORDS, stem
from kadr.index.fuzzy import MAX_LETTERS, errors_allowed
from kadr.index.lexical import LexicalIndex
from kadr.index.names import KINDS
from kadr.index.titles import TitleIndex
from kadr.keyboard import swapped, swaps
from kadr.search.edits import mistake
from kadr.search.types import Correction
from kadr.text import fold, normalise, words

__all__ = ["Speller"]

MOST_WORDS = 24
"""Words of a query that is corrected: in a longer one, one word more or less does not move the answer."""
FEW_WORDS = 6
"""Words of a query in which known words may be doubted, too."""
MOST_READINGS = 8
"""Readings of one word that are weighed."""
NEW = -1.0
"""ln of the probability that a word of a query is one which no film has: more than the share of such words, because
names of films that a catalogue lacks are what must not be touched. Which word, its letters say."""
DOUBT = 7.0
"""What it costs to change a word that the catalogue knows: a thousand times likelier is not enough, a title may be."""
LAYOUT = 1.5
"""What it costs to read a word in the other layout: nobody types a known word that way by chance."""
SPLIT = 8.0
"""What it costs to read one word as two, or two as one."""
PAIRED = 0.6
"""How much of a word's probability hangs on the word before it, where that is known."""
SHARE_KNOWN, SHARE_STRANGE = 0.75, 0.25
"""Of a query's letters, how many must stand in words that are known when it is corrected, and may as it was typed."""

_ROMAN = frozenset("ivxlcm")
_TOKEN = re.compile(r"[^\W_]+")
_CHUNK = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a word may mean: the words meant, what the mistake costs, and why it was made."""

    meant: tuple[str, ...]
    cost: float
    why: str = ""


@dataclass(frozen=True, slots=True)
class _Typed:
    """A part of the query: where it stands, and what it may mean, as it is first."""

    start: int
    end: int
    readings: Sequence[_Reading]


@dataclass(frozen=True)
class Speller:
    """Spelling over the words of one bundle. `lexical`: asked whether a correction finds more; None where nobody is."""

    titles: TitleIndex
    lexical: LexicalIndex | None = None

    def correct(self, query: str) -> Correction | None:
        """Return the query as it was meant; None where it stands as it is."""
        found = list(_TOKEN.finditer(query))
        if not found or len(found) > MOST_WORDS or self._is_name(query):
            return None
        if other := self._other_layout(query):
            return other
        corrected = self._respelt(query, found)
        # A word made sense of among words that make none is chance.
        sense = corrected is not None and self._share_known(corrected.shown) >= SHARE_KNOWN
        return corrected if corrected and sense and self._finds_more(corrected) else None

    def _is_name(self, query: str) -> bool:
        names, text = self.titles.names, normalise(query)
        spans = (names.texts.same(text, names.block(kind)) for kind in KINDS)
        return any(low < high for low, high in spans)

    def _finds_more(self, corrected: Correction) -> bool:
        if self.lexical is None:
            return True
        before, after = (self.lexical.scores(text).max(initial=0.0) for text in (corrected.original, corrected.shown))
        return bool(after > before)

    def _other_layout(self, query: str) -> Correction | None:
        """Return the whole query in the other keyboard layout, if its words are known there and not here."""
        if not swaps(query) or self._share_known(query) > SHARE_STRANGE:
            return None
        shown = swapped(query)
        if self._share_known(shown) < SHARE_KNOWN and not self._is_name(shown):
            return None
        return Correction(shown, query, ((0, len(shown)),), "layout")

    def _share_known(self, text: str) -> float:
        """Return the share of the letters in a text's words that stand in known ones; single letters say nothing."""
        told = [word for word in words(text) if not word.isdigit()]
        known = sum(len(word) for word in told if len(word) > 1 and self._known(word))
        return known / max(1, sum(map(len, told)))

    def _respelt(self, query: str, found: Sequence[re.Match[str]]) -> Correction | None:
        doubt = len(found) <= FEW_WORDS
        typed = list(self._typed(query, found, doubt=doubt))
        if all(len(part.readings) == 1 and not part.readings[0].why for part in typed):
            return None
        chosen = self._best(typed)
        return _written(query, typed, chosen) if any(reading.why for reading in chosen) else None

    def _typed(self, query: str, found: Sequence[re.Match[str]], *, doubt: bool) -> Iterator[_Typed]:
        """Yield the parts of a query with their readings; two words that are one count as one part."""
        knows, chunks = self.titles.words.knows, {m.start(): m for m in _CHUNK.finditer(query)}
        i = 0
        while i < len(found):
            token, word = found[i], fold(found[i][0])
            after = fold(found[i + 1][0]) if i + 1 < len(found) else ""
            if after and not (knows(word) and knows(after)) and self.titles.words.find(word + after) >= 0:
                as_is, joined = _Reading((word, after), 0.0), _Reading((word + after,), SPLIT, "typo")
                yield _Typed(token.start(), found[i + 1].end(), (as_is, joined))
                i += 2
                continue
            chunk = chunks.get(token.start())
            alone = chunk is not None and (i + 1 == len(found) or chunk.end() <= found[i + 1].start())
            raw = chunk[0] if chunk and alone else token[0]
            yield _Typed(token.start(), token.end(), self._readings(word, raw, doubt=doubt))
            i += 1

    def _readings(self, word: str, raw: str, *, doubt: bool) -> Sequence[_Reading]:
        """Return what a typed word may mean: itself first, then what is likeliest by itself."""
        known = self._known(word)
        itself = _Reading((word,), 0.0)
        if not word.isalpha() or not 1 < len(word) <= MAX_LETTERS or set(word) <= _ROMAN or (known and not doubt):
            return (itself,)
        extra = DOUBT if known else 0.0
        others = [*self._misspelt(word, extra), *self._layout(word, raw, extra)]
        if not known:
            others += self._split(word)
        others.sort(key=lambda reading: reading.cost - sum(map(self._log, reading.meant)))
        return (itself, *others[:MOST_READINGS])

    def _known(self, word: str) -> bool:
        """Tell whether a word is one: the catalogue knows it or another form of it, or the tables of words do."""
        if word in STOP_WORDS or self.titles.words.knows(word):
            return True
        if self.lexical is None:
            return False
        return bool(self.lexical.synonyms.concepts(word) or self.lexical.postings["stems"].known([stem(word)]).size)

    def _misspelt(self, word: str, extra: float) -> Iterator[_Reading]:
        close = self.titles.words.texts.near(word, errors_allowed(len(word)))
        for i, errors in zip(close.ids.tolist(), close.errors.tolist(), strict=True):
            meant = self.titles.words.texts[i]
            if meant != word and not meant.isdigit():
                yield _Reading((meant,), mistake(word, meant, errors) + extra, "typo")

    def _layout(self, word: str, raw: str, extra: float) -> Iterator[_Reading]:
        meant = words(swapped(raw)) if swaps(raw) and len(word) > 2 else []
        # A letter less is a mark that stands beside the letters on the other keyboard, not a letter of the word.
        if len(meant) == 1 and len(meant[0]) >= len(word) and self.titles.words.knows(meant[0]):
            yield _Reading((meant[0],), LAYOUT + extra, "layout")

    def _split(self, word: str) -> Iterator[_Reading]:
        find, pair = self.titles.words.find, self.titles.words.pair
        for at in range(1, len(word)):
            first, second = find(word[:at]), find(word[at:])
            if first >= 0 and second >= 0 and pair(first, second):
                yield _Reading((word[:at], word[at:]), SPLIT, "typo")

    @cached_property
    def _total(self) -> float:
        return math.log(float(self.titles.words.films.sum(dtype=float)) + 1)

    def _log(self, word: str, before: str = "") -> float:
        """Return ln of the probability of a word, behind another where one is given."""
        index = self.titles.words
        at = index.find(word)
        if at < 0:
            return -self._total if index.knows(word) else NEW + index.shape(word)
        alone = math.log(float(index.films[at])) - self._total
        first = index.find(before) if before else -1
        if first < 0:
            return alone
        pairs = index.pair(first, at) / max(float(index.films[first]), 1.0)
        return math.log(PAIRED * min(pairs, 1.0) + (1 - PAIRED) * math.exp(alone))

    def _best(self, typed: Sequence[_Typed]) -> list[_Reading]:
        """Return the likeliest chain of readings (Viterbi); of equal ones, the one that changes less."""
        chains: list[tuple[float, list[_Reading]]] = [(0.0, [])]
        for part in typed:
            longer = []
            for reading in part.readings:
                scored = [(score + self._step(chain, reading), chain) for score, chain in chains]
                score, chain = max(scored, key=lambda pair: pair[0])
                longer.append((score, [*chain, reading]))
            chains = longer
        return max(chains, key=lambda pair: pair[0])[1]

    def _step(self, chain: Sequence[_Reading], reading: _Reading) -> float:
        before = chain[-1].meant[-1] if chain else ""
        score = -reading.cost
        for word in reading.meant:
            score += self._log(word, before)
            before = word
        return score


def _written(query: str, typed: Sequence[_Typed], chosen: Sequence[_Reading]) -> Correction:
    """Return the query with its readings in place of what was typed, in the case it was typed in."""
    shown, spans, at = "", [], 0
    for part, reading in zip(typed, chosen, strict=True):
        if not reading.why:
            continue
        shown += query[at : part.start]
        new = _cased(" ".join(reading.meant), query[part.start : part.end])
        spans.append((len(shown), len(shown) + len(new)))
        shown, at = shown + new, part.end
    why = "layout" if any(reading.why == "layout" for reading in chosen) else "typo"
    return Correction(shown + query[at:], query, tuple(spans), why)


def _cased(word: str, like: str) -> str:
    if len(like) > 1 and like.isupper():
        return word.upper()
    return word[:1].upper() + word[1:] if like[:1].isupper() else word
