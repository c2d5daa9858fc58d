"""Why a film is in the answer, and the part of its text that shows it."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, chain, islice
from typing import NamedTuple

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
FEW_HEADS = 20
"""Beginnings of words that are sought one by one; for more of them all words of a text are gone through sooner."""

NOTHING_ELSE = Otherwise()

_WORD = re.compile(r"[^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*")
"""A word as written: a stress mark over one of its letters does not end it."""
_PARTS = re.compile(f"({_WORD.pattern})")
"""Splits a text into what stands before a word, the word, what stands before the next, and so on."""

OPENING = 3
"""Letters with which a word must begin as a synonym does, to be one: of every form of most words, and few others."""

_ODD = re.compile("[\u0080-\u0400\u0402-\u040f\u0450\u0452-\U0010ffff](?<=[^\\W_]|[\u0300-\u036f])")
"""A letter that folding may change in another way than to lower case and ё to е, or a mark over one."""


_SHOWN = re.compile(rf"(?:[\W_]*{_WORD.pattern}){{1,{SNIPPET_WORDS}}}")
"""As many words as are shown, one at least."""


class Met(NamedTuple):
    """A word that met the query: its place among the words of its text, where it begins, as written, and its stem."""

    place: int
    at: int
    word: str
    term: str


_PAIRS = "ma-me mo-mi fo-fe to-te go-ge dy-di ly-li ty-ti vy-vi ле-ль де-ре де-дн лю-че пе-пс со-сн ло-лж ло-лб"
_ENDS = [pair.split("-") for pair in _PAIRS.split()]
_IRREGULAR = {head: (head, *(a if head == b else b for a, b in _ENDS if head in {a, b})) for head in chain(*_ENDS)}
"""How forms of one word begin that the stems join: man and men, mouse and mice, dying and die; лев and льва."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A text, and the words of it that met the query. `words`: how many the text has, 0 where none was met."""

    text: str
    hits: Sequence[Met] = ()
    words: int = 0


class _Kept(dict[str, str]):
    """What a function gives of a word, kept for when the word comes again."""

    def __init__(self, of: Callable[[str], str]) -> None:
        self._of = of

    def __missing__(self, word: str) -> str:
        found = self[word] = self._of(word)
        return found


class QueryWords:
    """The words of a query, and which words of a text meet them. Made for one answer: it remembers what it met."""

    def __init__(self, query: str, otherwise: Otherwise = NOTHING_ELSE) -> None:
        found = telling_words(query)
        self._synonyms = frozenset(map(stem, otherwise.synonyms))
        self._stems = frozenset(map(stem, found))
        # A short word is its own prefix: it must match as a whole, which the stems see to.
        self._prefixes = frozenset(prefix(w) for w in found if len(w) >= PREFIX_LENGTH and not w.isdigit())
        self._heads = {*(head for word in found for head in _heads(word)), *(w[:OPENING] for w in otherwise.synonyms)}
        self._met, self._begun = _Kept(self._term), _Kept(self._term_begun)

    def met(self, word: str) -> str:
        """Return the stem of a word of a text, as written, if it is one of the query's; else ""."""
        return self._met[word]

    def read(self, text: str) -> Reading:
        """Return where a text meets the query."""
        if not text.isascii() and _ODD.search(text, 0, MAX_SCANNED):
            return _read_all(text, text[:MAX_SCANNED], self._met)
        plain = text[:MAX_SCANNED].lower().replace("ё", "е")  # as folding would leave it, each letter in its place
        if len(self._heads) > FEW_HEADS:
            return _read_all(text, plain, self._begun)
        hits: list[Met] = []
        place = behind = 0
        # To fold and stem all words would cost far more than to look for those that may meet the query.
        for at in sorted({at for head in self._heads for at in _begins(plain, head)}):
            word = _word_at(text, at)
            if term := self.met(word):
                place += _count(text, behind, at)
                behind = at
                hits.append(Met(place, at, word, term))
        return Reading(text, hits, place + _count(text, behind)) if hits else Reading(text)

    def _term(self, word: str) -> str:
        terms = _terms(word)
        if terms is None:
            return ""
        own = terms[0] in self._stems or terms[1] in self._prefixes
        return terms[0] if own or terms[0] in self._synonyms else ""

    def _term_begun(self, word: str) -> str:
        """Return what `met` does of a plain word that begins as one that is looked for; else "": it is not stemmed."""
        return self._term(word) if word[:2] in self._heads or word[:OPENING] in self._heads else ""


def _read_all(text: str, written: str, terms_of: _Kept) -> Reading:
    """Return where a text meets the query, every word of it looked at, as it is written or plain."""
    parts = _PARTS.split(written)
    terms = [terms_of[word] for word in parts[1::2]]
    if not any(terms):
        return Reading(text)
    edges = list(accumulate(map(len, parts)))
    found = ((place, edges[2 * place], term) for place, term in enumerate(terms) if term)
    hits = [Met(place, at, text[at : edges[2 * place + 1]], term) for place, at, term in found]
    return Reading(text, hits, len(terms))


def _begins(plain: str, head: str) -> Iterator[int]:
    """Yield where words begin as `head` does."""
    at = plain.find(head)
    while at >= 0:
        if not (at and plain[at - 1].isalnum()):
            yield at
        at = plain.find(head, at + 1)


def _heads(word: str) -> tuple[str, ...]:
    """Return how the forms of a folded word begin: no stemmer changes two letters, but for irregular words."""
    return _IRREGULAR.get(word[:2], (word[:2],))


def _word_at(text: str, at: int) -> str:
    match = _WORD.match(text, at, MAX_SCANNED)
    return match[0] if match else ""


def _count(text: str, start: int = 0, end: int = MAX_SCANNED) -> int:
    """Return how many words a stretch of a text has."""
    return len(_WORD.findall(text, start, end))


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
            for hit in reading.hits:
                if hit.term not in seen:
                    seen.add(hit.term)
                    yield WordMatch(hit.word, name)


def _spelt(spelt: frozenset[str], name: str, text: str, seen: set[str]) -> Iterator[WordMatch]:
    """Yield the words of a title or of names that are spelled otherwise than in the query."""
    found = _WORD.findall(text, 0, MAX_SCANNED)
    for place in spelled_otherwise([fold(word) for word in found], spelt):
        term = stem(fold(found[place]))
        if term not in seen:
            seen.add(term)
            yield WordMatch(found[place], name)


def _snippet(shown_first: str, described: Sequence[Reading]) -> Iterator[Piece]:
    best, start = 0.0, 0
    shown = Reading(shown_first)
    for reading in described:
        score, at = _best_window(reading)
        if score > best:
            best, shown, start = score, reading, at
    yield from _cut(shown, start)


def _best_window(reading: Reading) -> tuple[float, int]:
    """Return the score of the best window (different words of the query; repeats count a tenth) and its first word."""
    hits, best = reading.hits, (0.0, 0)
    held: dict[str, int] = {}
    first = last = 0
    for hit in hits:
        start = max(0, min(hit.place - LEAD_WORDS, reading.words - SNIPPET_WORDS))
        while last < len(hits) and hits[last].place < start + SNIPPET_WORDS:
            held[hits[last].term] = held.get(hits[last].term, 0) + 1
            last += 1
        while hits[first].place < start:
            held[hits[first].term] -= 1
            if not held[hits[first].term]:
                del held[hits[first].term]
            first += 1
        score = len(held) + (last - first) / 10
        if score > best[0]:
            best = (score, start)
    return best


def _cut(reading: Reading, start: int) -> Iterator[Piece]:
    """Yield the pieces of the window that begins at a word."""
    text = reading.text
    at = next(islice(_WORD.finditer(text, 0, MAX_SCANNED), start, None)).start() if start else 0
    shown = _SHOWN.match(text, at, MAX_SCANNED)
    if shown is None:
        return
    end = shown.end()
    if len(text) <= MAX_SCANNED and not _WORD.search(text, end):
        end = len(text)
    if start:
        yield Piece("… ")
    for hit in reading.hits:
        if at <= hit.at < end:
            if hit.at > at:
                yield Piece(text[at : hit.at])
            at = hit.at + len(hit.word)
            yield Piece(hit.word, marked=True)
    if end > at:
        yield Piece(text[at:end])
    if end < len(text):
        yield Piece(" …")
