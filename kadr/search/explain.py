"""Why a film is in the answer, and the part of its text that shows it."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice

from kadr.analysis import PREFIX_LENGTH, STOP_WORDS, prefix, stem, telling_words
from kadr.film import Film
from kadr.index.lexical import field_texts
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

_WORD = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f])*")
"""A word as written: a stress mark over one of its letters does not end it."""

_PLAIN = re.compile(r"[0-9a-zA-Zа-яёА-ЯЁ]{2}|[0-9a-zA-Zа-яёА-ЯЁ]$")
"""A word whose beginning folding changes in no other way than to lower case and ё to е."""

Span = tuple[int, int, str]
"""Where a word stands, and the stem under which it met the query, "" where it did not."""


class QueryWords:
    """The words of a query, and which words of a text meet them. Made for one answer: it remembers what it met."""

    def __init__(self, query: str) -> None:
        found = telling_words(query)
        self._stems = frozenset(map(stem, found))
        # A short word is its own prefix: it must match as a whole, which the stems see to.
        self._prefixes = frozenset(prefix(w) for w in found if len(w) >= PREFIX_LENGTH and not w.isdigit())
        self._heads = frozenset(map(_head, found))
        self._met: dict[str, str] = {}

    def met(self, word: str) -> str:
        """Return the stem of a word of a text, as written, if it is one of the query's; else ""."""
        known = self._met.get(word)
        if known is None:
            # Folding and stemming a new word costs far more than telling that it begins otherwise than all of ours.
            terms = _terms(word) if _head(word) in self._heads or not _PLAIN.match(word) else None
            meets = terms is not None and (terms[0] in self._stems or terms[1] in self._prefixes)
            known = self._met[word] = terms[0] if terms and meets else ""
        return known

    def spans(self, text: str) -> list[Span]:
        """Return all words of a text with what they met; nothing when no word met anything, which is quick to tell."""
        # Most words of most fields meet nothing: places are worked out only where they will be shown.
        if not any(map(self.met, _split(text))):
            return []
        return [(*m.span(), self.met(m.group())) for m in _WORD.finditer(text, 0, MAX_SCANNED)]


def _head(word: str) -> str:
    """Return how a word begins, as far as no stemmer changes it: two Cyrillic letters, or one other character."""
    head = word[:2].lower().replace("ё", "е")
    return head if "а" <= head[:1] <= "я" else head[:1]


@lru_cache(maxsize=2_000)
def _split(text: str) -> tuple[str, ...]:
    """Return the words of a text as written. The films that are shown are few, and shown again and again."""
    return tuple(_WORD.findall(text, 0, MAX_SCANNED))


@lru_cache(maxsize=200_000)
def _terms(word: str) -> tuple[str, str] | None:
    """Return stem and prefix of a word as written, or None for a function word."""
    folded = fold(word)
    return None if folded in STOP_WORDS or not folded else (stem(folded), prefix(folded))


def explain(film: Film, query: QueryWords) -> tuple[tuple[Piece, ...], tuple[WordMatch, ...]]:
    """Return a snippet of a film, and the words of it that the query met.

    The snippet is the stretch of a description that holds the most words of the query, matched words marked; without
    any match the beginning of the description that is shown first. Cut ends carry an ellipsis. Each matched word
    stands once a field, in reading order, at most MOST_WORDS of them.
    """
    described = [(d.text, query.spans(d.text)) for d in film.descriptions]
    return tuple(_snippet(film.description, described)), tuple(_matches(film, query, described))[:MOST_WORDS]


def _matches(film: Film, query: QueryWords, described: list[tuple[str, list[Span]]]) -> Iterator[WordMatch]:
    for name, text in field_texts(film).items():
        read = described if name == "description" else [(text, query.spans(text))]
        seen: set[str] = set()
        for source, spans in read:
            for start, end, term in spans:
                if term and term not in seen:
                    seen.add(term)
                    yield WordMatch(source[start:end], name)


def _snippet(shown_first: str, described: list[tuple[str, list[Span]]]) -> Iterator[Piece]:
    best = 0.0
    # One word more than is shown tells whether the text goes on.
    first_words = islice(_WORD.finditer(shown_first, 0, MAX_SCANNED), SNIPPET_WORDS + 1)
    text, spans, start = shown_first, [(*m.span(), "") for m in first_words], 0
    for candidate, found in described:
        score, at = _best_window(found)
        if score > best:
            best, text, spans, start = score, candidate, found, at
    if spans:
        yield from _cut(text, spans, start)


def _best_window(spans: list[Span]) -> tuple[float, int]:
    """Return the score of the best window (different words of the query; repeats count a tenth) and its first word."""
    hits = [i for i, span in enumerate(spans) if span[2]]
    best = (0.0, 0)
    for i in hits:
        start = max(0, min(i - LEAD_WORDS, len(spans) - SNIPPET_WORDS))
        inside = [spans[j][2] for j in hits[bisect_left(hits, start) : bisect_left(hits, start + SNIPPET_WORDS)]]
        score = len(set(inside)) + len(inside) / 10
        if score > best[0]:
            best = (score, start)
    return best


def _cut(text: str, spans: list[Span], start: int) -> Iterable[Piece]:
    shown = spans[start : start + SNIPPET_WORDS]
    at = shown[0][0] if start else 0
    whole = start + SNIPPET_WORDS >= len(spans) and len(text) <= MAX_SCANNED
    end = len(text) if whole else shown[-1][1]
    if start:
        yield Piece("… ")
    for first, last, term in shown:
        if term:
            if first > at:
                yield Piece(text[at:first])
            yield Piece(text[first:last], marked=True)
            at = last
    if end > at:
        yield Piece(text[at:end])
    if end < len(text):
        yield Piece(" …")
