"""Why a film is in the answer, and the part of its text that shows it."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from kadr.analysis import PREFIX_LENGTH, STOP_WORDS, prefix, stem, telling_words
from kadr.film import Film
from kadr.index.lexical import SPELT, Otherwise, field_texts
from kadr.index.otherwise import spelled_otherwise
from kadr.search.types import Piece, WordMatch
from kadr.text import fold

__all__ = ["QueryWords", "explain"]

SNIPPET_WORDS = 34
"""About three lines of a card."""
LEAD_WORDS = 3
"""Words shown before the first match, so that it can be read."""
MOST_WORDS = 12
"""Matched words named for one film; more tell nothing new."""
MAX_SCANNED = 6_000
"""Characters of a text that are looked through: a long plot must not slow the page."""

NOTHING_ELSE = Otherwise()

_WORD = re.compile(r"[^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*")
"""A word as written: a stress mark over one of its letters does not end it."""

OPENING = 3
"""Letters with which a word must begin as a synonym does, to be one: of every form of most words, and few others."""

_PLAIN = re.compile(r"[0-9a-zA-Zа-яёА-ЯЁ]{2}|[0-9a-zA-Zа-яёА-ЯЁ]$")
"""A word whose beginning folding changes in no other way than to lower case and ё to е."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A text with its words as written, and those that met the query: their places among the words, and their stems."""

    text: str
    words: Sequence[str]
    hits: Sequence[tuple[int, str]]


class QueryWords:
    """The words of a query, and which words of a text meet them. Made for one answer: it remembers what it met."""

    def __init__(self, query: str, otherwise: Otherwise = NOTHING_ELSE) -> None:
        found = telling_words(query)
        self._synonyms = frozenset(map(stem, otherwise.synonyms))
        self._openings = frozenset(word[:OPENING] for word in otherwise.synonyms)
        self._stems = frozenset(map(stem, found))
        # A short word is its own prefix: it must match as a whole, which the stems see to.
        self._prefixes = frozenset(prefix(w) for w in found if len(w) >= PREFIX_LENGTH and not w.isdigit())
        self._heads = frozenset(("", *map(_head, found)))
        self._met: dict[str, str] = {}
        self._missed: set[str] = set()

    def met(self, word: str) -> str:
        """Return the stem of a word of a text, as written, if it is one of the query's; else ""."""
        terms = _terms(word)
        if terms is None:
            return ""
        own = terms[0] in self._stems or terms[1] in self._prefixes
        return terms[0] if own or terms[0] in self._synonyms else ""

    def read(self, text: str) -> Reading:
        """Return the words of a text, and where they meet the query."""
        words, different = _split(text)
        heads, openings, met, missed = self._heads, self._openings, self._met, self._missed
        # Folding and stemming a new word costs far more than telling that it begins otherwise than all of ours.
        for word in different.difference(missed, met):
            may_be = _told_by(word[:2]) in heads or (openings and _folded(word[:OPENING]) in openings)
            if may_be and (term := self.met(word)):
                met[word] = term
            else:
                missed.add(word)
        hits = met.keys() & different if met else ()
        return Reading(text, words, [(i, met[word]) for i, word in enumerate(words) if word in hits] if hits else ())


@lru_cache(maxsize=20_000)
def _told_by(two: str) -> str:
    """Return the head of a word that begins with these letters as written; "" where folding may change it."""
    return _head(two) if _PLAIN.match(two) else ""


@lru_cache(maxsize=20_000)
def _folded(word: str) -> str:
    return fold(word)


def _head(word: str) -> str:
    """Return how a word begins, as far as no stemmer changes it: two Cyrillic letters, or one other character."""
    head = word[:2].lower().replace("ё", "е")
    return head if "а" <= head[:1] <= "я" else head[:1]


@lru_cache(maxsize=2_000)
def _split(text: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """Return the words of a text as written, in order and each once. What is shown is shown again and again."""
    found = tuple(_WORD.findall(text, 0, MAX_SCANNED))
    return found, frozenset(found)


@lru_cache(maxsize=200_000)
def _terms(word: str) -> tuple[str, str] | None:
    """Return stem and prefix of a word as written, or None for a function word."""
    folded = fold(word)
    return None if folded in STOP_WORDS or not folded else (stem(folded), prefix(folded))


def explain(
    film: Film, query: QueryWords, told: str = "", spelt: frozenset[str] = frozenset()
) -> tuple[tuple[Piece, ...], tuple[WordMatch, ...]]:
    """Return a snippet of a film, and the words of it that the query met.

    The snippet is the stretch of a description, beginning a little before a match, that holds the most words of the
    query, matched words marked; without any match the beginning of the description that is shown first. Cut ends carry
    an ellipsis. Each matched word stands once a field, in reading order, at most MOST_WORDS of them.

    Args:
        film: what is shown.
        query: the words of the query, and what may stand for them.
        told: the passage of a long plot that is nearest in meaning: the snippet is out of it. "" where none is.
        spelt: other spellings of the query's words that the film was found by.
    """
    described = [query.read(d.text) for d in film.descriptions]
    snippet = _snippet(told, [query.read(told)]) if told else _snippet(film.description, described)
    return tuple(snippet), tuple(islice(_matches(film, query, described, spelt), MOST_WORDS))


def _matches(film: Film, query: QueryWords, described: Sequence[Reading], spelt: frozenset[str]) -> Iterator[WordMatch]:
    for name, text in field_texts(film).items():
        if not text:
            continue
        seen: set[str] = set()
        if spelt and name in SPELT:
            yield from _spelt(spelt, name, text, seen)
        for reading in described if name == "description" else [query.read(text)]:
            for place, term in reading.hits:
                if term not in seen:
                    seen.add(term)
                    yield WordMatch(reading.words[place], name)


def _spelt(spelt: frozenset[str], name: str, text: str, seen: set[str]) -> Iterator[WordMatch]:
    """Yield the words of a title or of names that are spelled otherwise than in the query."""
    found = _split(text)[0]
    for place in spelled_otherwise([_folded(word) for word in found], spelt):
        term = stem(_folded(found[place]))
        if term not in seen:
            seen.add(term)
            yield WordMatch(found[place], name)


def _snippet(shown_first: str, described: Sequence[Reading]) -> Iterator[Piece]:
    best, start = 0.0, 0
    shown = Reading(shown_first, _split(shown_first)[0], ())
    for reading in described:
        score, at = _best_window(reading)
        if score > best:
            best, shown, start = score, reading, at
    if shown.words:
        yield from _cut(shown, start)


def _best_window(reading: Reading) -> tuple[float, int]:
    """Return the score of the best window (different words of the query; repeats count a tenth) and its first word."""
    hits, best = reading.hits, (0.0, 0)
    held: Counter[str] = Counter()
    first = last = 0
    for place, _ in hits:
        start = max(0, min(place - LEAD_WORDS, len(reading.words) - SNIPPET_WORDS))
        while last < len(hits) and hits[last][0] < start + SNIPPET_WORDS:
            held[hits[last][1]] += 1
            last += 1
        while hits[first][0] < start:
            held[hits[first][1]] -= 1
            if not held[hits[first][1]]:
                del held[hits[first][1]]
            first += 1
        score = len(held) + (last - first) / 10
        if score > best[0]:
            best = (score, start)
    return best


def _cut(reading: Reading, start: int) -> Iterator[Piece]:
    """Yield the pieces of the window that begins at a word."""
    text, behind = reading.text, start + SNIPPET_WORDS
    spans = [match.span() for match in islice(_WORD.finditer(text, 0, MAX_SCANNED), start, behind)]
    at = spans[0][0] if start else 0
    whole = behind >= len(reading.words) and len(text) <= MAX_SCANNED
    end = len(text) if whole else spans[-1][1]
    if start:
        yield Piece("… ")
    for place, _ in reading.hits:
        if start <= place < behind:
            first, last = spans[place - start]
            if first > at:
                yield Piece(text[at:first])
            yield Piece(text[first:last], marked=True)
            at = last
    if end > at:
        yield Piece(text[at:end])
    if end < len(text):
        yield Piece(" …")
