"""Probes: questions whose answer is known, made of the catalogue itself, to measure a search before it is published.

A *sentence* is taken out of a film's descriptions and asked: it tells of the plot in other words than those that stay.
*Words* are the few most telling ones of such a sentence. *Titles* are parts of titles, as they are remembered; *people*
a name with a genre or a year. For these two the names decide, not the meaning.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import product

from kadr.analysis import prefix, stem, stems, telling_words
from kadr.film import Film
from kadr.index.arrays import key_of
from kadr.text import normalise

__all__ = ["Probe", "ProbeSort", "Probes", "probes", "reduced_films"]

MOST = 160
"""Probes of each sort: the standard error of a difference of MRR@10 is then about .02."""
SENTENCE_WORDS = range(8, 31)
"""Length of a sentence that is asked: shorter ones tell nothing, longer ones nobody types."""
KEPT_WORDS = 20
"""What at the least stays of the only description that a film has: a film must still be told apart."""
MAX_NAMES = 1
"""Words with a capital or a figure behind the first word of a sentence: with more it tells who made the film, and when;
who knows the names types those."""
MAX_OVERLAP = 0.5
"""Share of a sentence's stems that the rest of the film may hold: above it services copy each other, and any words
find it. Descriptions of one film by two services share a fifth to a third."""
TELLING = range(3, 7)
"""Words of a probe of words: three to six, as visitors type them; one of three of its sentence."""
KNOWN_FILMS = 5_000
"""Films that tell how common a word is: enough to order words, and it bounds the time."""
LONG_WORD = 6
"""Letters of a word that may lose its last one: Russian endings differ there, and five-letter prefixes do not."""
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")


class ProbeSort(StrEnum):
    """What a probe asks with."""

    SENTENCES = "sentences"
    WORDS = "words"
    TITLES = "titles"
    PEOPLE = "people"


@dataclass(frozen=True, slots=True)
class Probe:
    """A query and the row of the one film that it asks for."""

    query: str
    row: int
    sort: ProbeSort


@dataclass(frozen=True, slots=True)
class Probes:
    """What is asked of a catalogue.

    `reduced`: by row, the films as they stand without the texts that are asked. `asked`: by sort, in the order of
    `ProbeSort`; all are asked of the reduced catalogue.
    """

    reduced: Mapping[int, Film]
    asked: tuple[Probe, ...]


def probes(films: Sequence[Film], seed: int = 0, *, most: int = MOST) -> Probes:
    """Return the probes of a catalogue, at most `most` of each sort, and as many reduced films.

    A film's part in it hangs on its id, so that a catalogue which changed a little asks nearly the same texts: a hosted
    encoder's cache has them.
    """
    order = sorted(range(len(films)), key=lambda row: key_of(f"{seed}\n{films[row].id}"))
    held = _held_out(films, order, most)
    common = _commonness(films[row] for row in order[:KNOWN_FILMS])
    asked = [Probe(sentence, row, ProbeSort.SENTENCES) for row, (sentence, _) in held.items()]
    asked += [Probe(q, row, ProbeSort.WORDS) for row, (s, _) in held.items() if (q := _most_telling(s, common))]
    asked += [Probe(query, row, ProbeSort.TITLES) for row, query in _title_parts(films, order, most)]
    asked += [Probe(query, row, ProbeSort.PEOPLE) for row, query in _people(films, order, most)]
    return Probes({row: film for row, (_, film) in sorted(held.items())}, tuple(asked))


def reduced_films(films: Sequence[Film], asked: Probes) -> list[Film]:
    """Return all films in row order without the texts that are asked.

    An encoder that is fitted on the catalogue must be fitted on these to be measured: one that has seen the texts it is
    asked with scores twice what it is worth.
    """
    return [asked.reduced.get(row, film) for row, film in enumerate(films)]


def _held_out(films: Sequence[Film], order: Iterable[int], most: int) -> dict[int, tuple[str, Film]]:
    """Return by row the sentence that is asked, and the film without it."""
    times = Counter(description.text for film in films for description in film.descriptions)
    held: dict[int, tuple[str, Film]] = {}
    # Where two services tell of a film, one asks in other words than the other: those first.
    for row in sorted(order, key=lambda row: len(films[row].descriptions) < 2):
        if len(held) == most:
            break
        film = films[row]
        # A text that stands twice is found where it was not taken out.
        if all(times[description.text] == 1 for description in film.descriptions) and (found := _reduced(film)):
            held[row] = found
    return held


def _reduced(film: Film) -> tuple[str, Film] | None:
    """Return a sentence of a film and the film without it; None where it has none to spare.

    Of several descriptions the shortest goes as a whole, of a single one the sentence alone.
    """
    if not film.descriptions:
        return None
    given = min(film.descriptions, key=lambda d: (len(d.text), d.text))
    others = tuple(d for d in film.descriptions if d is not given)
    sentences = _SENTENCE_END.split(given.text)
    told = {sentence: frozenset(stems(sentence)) for sentence in sentences}
    stay = [frozenset(stems(d.text)) for d in others]
    times = Counter(s for part in stay or told.values() for s in part)
    title = set(stems(f"{film.title} {film.original_title}"))
    length = len(given.text.split())
    # By hash, so that neither beginnings nor ends of descriptions prevail.
    for sentence in sorted(told, key=key_of):
        own = told[sentence]
        kept = sum(times[s] > (not others) for s in own)
        spare = others or length - len(sentence.split()) >= KEPT_WORDS
        if spare and _tells_a_plot(sentence) and not own & title and kept < MAX_OVERLAP * len(own):
            rest = " ".join(s for s in sentences if s != sentence)
            return sentence, replace(film, descriptions=others or (replace(given, text=rest),))
    return None


def _tells_a_plot(sentence: str) -> bool:
    """Tell whether a sentence is as long as what is typed, and speaks of what happens rather than of who and when."""
    found = sentence.split()
    names = sum(any(c.isupper() or c.isdigit() for c in word) for word in found[1:])
    return len(found) in SENTENCE_WORDS and names <= MAX_NAMES


def _commonness(films: Iterable[Film]) -> Counter[str]:
    """Return in how many films each stem is."""
    return Counter(s for film in films for s in {s for d in film.descriptions for s in stems(d.text)})


def _most_telling(sentence: str, common: Mapping[str, int]) -> str:
    """Return the rarest words of a sentence in their order; "" where too few are known from another film."""
    words = [w for w in dict.fromkeys(telling_words(sentence)) if common[stem(w)] > 1]
    if len(words) < TELLING.start:
        return ""
    count = min(max(len(words) // 3, TELLING.start), TELLING.stop - 1)
    rarest = set(sorted(words, key=lambda w: (common[stem(w)], w))[:count])
    return " ".join(w for w in words if w in rarest)


def _title_parts(films: Sequence[Film], order: Iterable[int], most: int) -> list[tuple[int, str]]:
    """Return row and query: two words of a title, or its words without their last letters, that fit one film only."""
    holding: dict[str, set[int]] = {}
    titles = set()
    for row, film in enumerate(films):
        titles |= {normalise(film.title), normalise(film.original_title)}
        for word in telling_words(f"{film.title} {film.original_title}"):
            holding.setdefault(prefix(word), set()).add(row)
    found: list[tuple[int, str]] = []
    for row in order:
        if len(found) == most:
            break
        words = list(dict.fromkeys(telling_words(films[row].title)))
        rarest = sorted(words, key=lambda w: (len(holding[prefix(w)]), w))[:2]
        query = " ".join(w if len(words) > 2 else _shortened(w) for w in words if w in rarest)
        fits = set.intersection(*(holding[prefix(w)] for w in rarest)) if rarest else set()
        if fits == {row} and query not in titles:
            found.append((row, query))
    return found


def _shortened(word: str) -> str:
    return word[:-1] if len(word) >= LONG_WORD and not word.isdigit() else word


def _people(films: Sequence[Film], order: Iterable[int], most: int) -> list[tuple[int, str]]:
    """Return row and query: a person with a genre or a year, that fit one film only."""
    holding: dict[str, set[int]] = {}
    for row, film in enumerate(films):
        for name in (*film.people, *_facts(film)):
            holding.setdefault(name, set()).add(row)
    found: list[tuple[int, str]] = []
    for row in order:
        if len(found) == most:
            break
        pairs = product(films[row].people, _facts(films[row]))
        fitting = [" ".join(pair) for pair in pairs if holding[pair[0]] & holding[pair[1]] == {row}]
        if fitting:
            found.append((row, min(fitting, key=key_of)))
    return found


def _facts(film: Film) -> tuple[str, ...]:
    return (*film.genres, *((str(film.year),) if film.year else ()))
