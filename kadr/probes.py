"""Probes: questions whose answer is known, made of the catalogue itself, to measure a search before it is published.

A *sentence* is taken out of a film's descriptions and asked: it tells of the plot in other words than those that stay.
*Words* are the few most telling ones of such a sentence. A *text* is all that one of two services tells of a film.
*Titles* are parts of titles, as they are remembered; *people* a name with a genre or a year, in small letters as they
are typed. For these two the names decide, not the meaning. *Judged* queries are not the catalogue's own: somebody said
what they ask for.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from kadr.analysis import prefix, stem, stems, telling_words
from kadr.film import Description, Film
from kadr.index.arrays import key_of
from kadr.text import normalise, sentences

__all__ = ["Probe", "ProbeSort", "Probes", "probes", "reduced_films", "with_judged"]

MOST = 160
"""Probes of each sort: the standard error of a difference of MRR@10 is then about .02."""
SENTENCE_WORDS = range(8, 31)
"""Length of a sentence that is asked: shorter ones tell nothing, longer ones nobody types."""
TEXT_WORDS = 31
"""Words of a text that is asked as a whole: one more than the longest sentence."""
MAX_TEXT = 2_000
"""Characters of such a text: more is a plot, which nobody types."""
KEPT_WORDS = 20
"""What at the least stays of a description that is alone: a film must still be told apart."""
MAX_NAMES = 1
"""Words with a capital or a figure behind the first word of a sentence: with more it tells who made the film, and when;
who knows the names types those."""
MIN_OVERLAP, MAX_OVERLAP = 0.2, 0.5
"""Share of a sentence's stems that the rest of the film holds: above the one services copy each other, and any words
find it; below the other a sentence of a lone description tells of what the rest does not, and no words find it. Where
two tell of one film they share a third: .30 to .36 of English sentences and of their telling words, .33 in Russian,
while sentences taken as they came shared a tenth, and gave a vector twice the weight that judged queries do."""
SHARED_WORDS = 1 / 3
"""Share of a probe's words that the film still holds, where its sentence has as many."""
TELLING = range(3, 7)
"""Words of a probe of words: three to six, as visitors type them; one of three of its sentence."""
KNOWN_FILMS = 5_000
"""Films that tell how common a word is: enough to order words, and it bounds the time."""
LONG_WORD = 6
"""Letters of a word that may lose its last one: Russian endings differ there, and five-letter prefixes do not."""


class ProbeSort(StrEnum):
    """What a probe asks with.

    People are no sort of it: a search understands them as wishes before a vector has a say. Of 160 on 5,000 English
    films each found its film first at any weight; weighed as mere words they took .15 from MiniLM's for all keywords.
    """

    SENTENCES = "sentences"
    WORDS = "words"
    TEXTS = "texts"
    TITLES = "titles"
    JUDGED = "judged"


@dataclass(frozen=True, slots=True)
class Probe:
    """A query and the rows of the films that it asks for: one, but where somebody judged that several would do.

    `alone`: whether it was taken out of the only description in its language that its film has, which tells the rest in
    one voice.
    """

    query: str
    rows: tuple[int, ...]
    sort: ProbeSort
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Probes:
    """What is asked of a catalogue.

    `reduced`: by row, the films as they stand without the texts that are asked, ascending. `asked`: by sort, in the
    order of `ProbeSort`; all are asked of the reduced catalogue.
    """

    reduced: Mapping[int, Film]
    asked: tuple[Probe, ...]

    @property
    def reduced_rows(self) -> NDArray[np.int64]:
        """The rows of the reduced films, ascending."""
        return np.fromiter(self.reduced, dtype=np.int64, count=len(self.reduced))


def probes(films: Sequence[Film], seed: int = 0, *, most: int = MOST) -> Probes:
    """Return the probes of a catalogue, at most `most` of each sort, and as many reduced films.

    A film's part in it hangs on its id, so that a catalogue which changed a little asks nearly the same texts: a hosted
    encoder's cache has them.
    """
    order = sorted(range(len(films)), key=lambda row: key_of(f"{seed}\n{films[row].id}"))
    held = _held_out(films, order, most)
    common = _commonness(films[row] for row in order[:KNOWN_FILMS])
    words = {row: _most_telling(out, common) for row, out in held.items()}
    queries: Mapping[ProbeSort, Iterable[tuple[int, str]]] = {
        ProbeSort.SENTENCES: ((row, out.sentence) for row, out in held.items()),
        ProbeSort.WORDS: words.items(),
        ProbeSort.TEXTS: ((row, out.text) for row, out in held.items()),
        ProbeSort.TITLES: _title_parts(films, order, most),
    }
    told = (ProbeSort.SENTENCES, ProbeSort.WORDS)
    asked = tuple(
        Probe(query, (row,), sort, alone=sort in told and held[row].alone)
        for sort, found in queries.items()
        for row, query in found
        if query
    )
    return Probes({row: out.film for row, out in sorted(held.items())}, asked)


def with_judged(asked: Probes, judged: Iterable[tuple[str, Sequence[int]]]) -> Probes:
    """Return the probes with judged queries behind them, each with the rows of the films that it asks for."""
    more = (Probe(query, tuple(rows), ProbeSort.JUDGED) for query, rows in judged)
    return replace(asked, asked=(*asked.asked, *more))


def reduced_films(films: Sequence[Film], asked: Probes) -> list[Film]:
    """Return all films in row order without the texts that are asked.

    An encoder that is fitted on the catalogue must be fitted on these to be measured: one that has seen the texts it is
    asked with scores twice what it is worth.
    """
    return [asked.reduced.get(row, film) for row, film in enumerate(films)]


@dataclass(frozen=True, slots=True)
class _HeldOut:
    """What is asked of a film, and the film without it.

    `text`: "" where the sentence is all that went. `alone`: as in `Probe`.
    """

    sentence: str
    text: str
    film: Film
    alone: bool = False


def _held_out(films: Sequence[Film], order: Iterable[int], most: int) -> dict[int, _HeldOut]:
    """Return by row what is asked."""
    times = Counter(description.text for film in films for description in film.descriptions)
    held: dict[int, _HeldOut] = {}
    # Where two services tell of a film, one asks in other words than the other: those first.
    for row in sorted(order, key=lambda row: not _paired(films[row])):
        if len(held) == most:
            break
        film = films[row]
        # A text that stands twice is found where it was not taken out.
        if all(times[description.text] == 1 for description in film.descriptions) and (found := _reduced(film)):
            held[row] = found
    return held


def _reduced(film: Film) -> _HeldOut | None:
    """Return a film without a sentence that can be asked; None where it has none to spare.

    Of several descriptions in one language the shortest goes as a whole, of one that is alone in its language the
    sentence alone: were that language gone, the question would be a foreigner's, who knows no word of the film.
    """
    if not film.descriptions:
        return None
    paired = _paired(film)
    given = min(paired, key=_length) if paired else max(film.descriptions, key=_length)
    others = tuple(d for d in film.descriptions if d is not given)
    spoken = sentences(given.text)
    told = {sentence: frozenset(stems(sentence)) for sentence in spoken}
    stay = [frozenset(stems(d.text)) for d in others]
    times = Counter(s for part in (stay if paired else (*stay, *told.values())) for s in part)
    title = set(stems(f"{film.title} {film.original_title}"))
    repeats, length = Counter(spoken), len(given.text.split())
    # By hash, so that neither beginnings nor ends of descriptions prevail.
    for sentence in sorted(told, key=key_of):
        own = told[sentence]
        kept = sum(times[s] > (not paired) for s in own)
        spare = paired or length - repeats[sentence] * len(sentence.split()) >= KEPT_WORDS
        least = 0 if paired else MIN_OVERLAP * len(own)
        if spare and _tells_a_plot(sentence) and not own & title and least <= kept < MAX_OVERLAP * len(own):
            if paired:
                nameless = [s for s in spoken if not told[s] & title]
                return _HeldOut(sentence, _text(nameless, times), replace(film, descriptions=others))
            shorter = replace(given, text=" ".join(s for s in spoken if s != sentence))
            left = tuple(shorter if d is given else d for d in film.descriptions)
            return _HeldOut(sentence, "", replace(film, descriptions=left), alone=True)
    return None


def _paired(film: Film) -> list[Description]:
    """Return the descriptions beside which there is another in the same language."""
    times = Counter(d.language for d in film.descriptions)
    return [d for d in film.descriptions if times[d.language] > 1]


def _length(description: Description) -> tuple[int, str]:
    return len(description.text), description.text


def _text(spoken: Sequence[str], times: Mapping[str, int]) -> str:
    """Return sentences as one text; "" where it is short, or copied from what stays, whose stems are counted."""
    text = " ".join(spoken)[:MAX_TEXT]
    own = set(stems(text))
    is_copy = sum(times[s] > 0 for s in own) >= MAX_OVERLAP * len(own)
    return "" if is_copy or len(text.split()) < TEXT_WORDS else text


def _tells_a_plot(sentence: str) -> bool:
    """Tell whether a sentence is as long as what is typed, and speaks of what happens rather than of who and when."""
    found = sentence.split()
    names = sum(any(c.isupper() or c.isdigit() for c in word) for word in found[1:])
    return len(found) in SENTENCE_WORDS and names <= MAX_NAMES


def _commonness(films: Iterable[Film]) -> Counter[str]:
    """Return in how many films each stem is."""
    return Counter(s for film in films for s in {s for d in film.descriptions for s in stems(d.text)})


def _most_telling(out: _HeldOut, common: Mapping[str, int]) -> str:
    """Return the rarest words of a sentence in their order; "" where too few are known from another film.

    Of those that the film still holds the rarest come first, as many as a second source would know.
    """
    words = [w for w in dict.fromkeys(telling_words(out.sentence)) if common[stem(w)] > 1]
    if len(words) < TELLING.start:
        return ""
    count = min(max(len(words) // 3, TELLING.start), TELLING.stop - 1)
    stay = {s for d in out.film.descriptions for s in stems(d.text)}
    rarest = sorted(words, key=lambda w: (common[stem(w)], w))
    shared = [w for w in rarest if stem(w) in stay][: round(count * SHARED_WORDS)]
    chosen = {*shared, *[w for w in rarest if w not in shared][: count - len(shared)]}
    return " ".join(w for w in words if w in chosen)


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
