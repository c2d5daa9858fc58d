"""Why a film is in the answer, and the part of its text that shows it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from kadr.analysis import PREFIX_LENGTH, STOP_WORDS, prefix, stem, telling_words
from kadr.film import Film
from kadr.index.lexical import FIELDS, field_texts
from kadr.search.types import Piece, WordMatch
from kadr.text import fold

__all__ = ["QueryWords", "matched_words", "snippet"]

SNIPPET_WORDS = 34
"""About three lines of a card."""
MOST_WORDS = 12
"""Matched words named for one film; more tell nothing new."""
MAX_SCANNED = 6_000
"""Characters of a description that are looked through: a long plot must not slow the page."""

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class QueryWords:
    """The terms of a query that a word of a film is compared with."""

    stems: frozenset[str]
    prefixes: frozenset[str]

    @classmethod
    def of(cls, query: str) -> "QueryWords":
        """Return the terms of a query."""
        found = telling_words(query)
        # A short word is its own prefix: it must match as a whole, which the stems see to.
        long = (w for w in found if len(w) >= PREFIX_LENGTH and not w.isdigit())
        return cls(frozenset(map(stem, found)), frozenset(map(prefix, long)))

    def meets(self, word: str) -> bool:
        """Tell whether a word of a text, as written, is one of the query's."""
        terms = _terms(word)
        return terms is not None and (terms[0] in self.stems or terms[1] in self.prefixes)


@lru_cache(maxsize=200_000)
def _terms(word: str) -> tuple[str, str] | None:
    """Return stem and prefix of a word as written, or None for a function word."""
    folded = fold(word)
    return None if folded in STOP_WORDS or not folded else (stem(folded), prefix(folded))


def matched_words(film: Film, query: QueryWords) -> tuple[WordMatch, ...]:
    """Return the words of a film that the query met, with their field: each word once a field, in reading order."""
    found: dict[tuple[str, str], WordMatch] = {}
    texts = field_texts(film)
    for name in FIELDS:
        for match in _WORD.finditer(texts[name][:MAX_SCANNED]):
            word = match.group()
            if query.meets(word):
                found.setdefault((name, stem(fold(word))), WordMatch(word, name))
    return tuple(found.values())[:MOST_WORDS]


def snippet(film: Film, query: QueryWords) -> tuple[Piece, ...]:
    """Return the stretch of a description that holds the most words of the query, matched words marked.

    Without any match it is the beginning of the description that is shown first. Cut ends carry an ellipsis.
    """
    texts = [d.text[:MAX_SCANNED] for d in film.descriptions] or [""]
    spans_of = [list(_spans(text, query)) for text in texts]
    windows = [(*_best_window(spans), -i) for i, spans in enumerate(spans_of)]
    score, start, minus_i = max(windows, key=lambda w: (w[0], w[2]))
    if score == 0:
        shown = film.description[:MAX_SCANNED]
        return tuple(_cut(shown, [m.span() for m in _WORD.finditer(shown)], 0, frozenset()))
    spans = spans_of[-minus_i]
    marked = frozenset(i for i, (_, _, term) in enumerate(spans) if term)
    return tuple(_cut(texts[-minus_i], [(a, b) for a, b, _ in spans], start, marked))


def _spans(text: str, query: QueryWords) -> Iterator[tuple[int, int, str]]:
    """Yield where each word stands, and the term under which it met the query, "" where it did not."""
    for match in _WORD.finditer(text):
        word = match.group()
        terms = _terms(word)
        yield match.start(), match.end(), terms[0] if terms and query.meets(word) else ""


def _best_window(spans: list[tuple[int, int, str]]) -> tuple[float, int]:
    """Return the score of the best window (different words of the query; repeats count a tenth) and its first word."""
    hits = [i for i, (_, _, term) in enumerate(spans) if term]
    best = (0.0, 0)
    for i in hits:
        # A little before the match is shown too, so that it can be read.
        start = max(0, min(i - 3, len(spans) - SNIPPET_WORDS))
        inside = [spans[j][2] for j in hits if start <= j < start + SNIPPET_WORDS]
        score = len(set(inside)) + len(inside) / 10
        if score > best[0]:
            best = (score, start)
    return best


def _cut(text: str, spans: list[tuple[int, int]], start: int, marked: Iterable[int]) -> Iterator[Piece]:
    if not spans:
        return
    last = min(start + SNIPPET_WORDS, len(spans)) - 1
    at = spans[start][0] if start else 0
    end = spans[last][1] if last < len(spans) - 1 else len(text)
    if start:
        yield Piece("… ")
    for i in sorted(i for i in marked if start <= i <= last):
        a, b = spans[i]
        if a > at:
            yield Piece(text[at:a])
        yield Piece(text[a:b], marked=True)
        at = b
    if end > at:
        yield Piece(text[at:end])
    if end < len(text):
        yield Piece(" …")
