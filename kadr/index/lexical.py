"""The lexical leg: BM25F over our own memory-mapped postings, the score of every film in well under a millisecond.

Several analysers stand side by side, each with postings of its own (`kadr.index.postings` has the formula): stems and
five-letter prefixes say how a word is written; concepts, what may stand for it; spellings, how else a title or a name
is written. Decision record 0011 has what each is worth.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from kadr.analysis import prefixes, stems, telling_words
from kadr.film import Film
from kadr.index.letters import Letters
from kadr.index.otherwise import asked_spellings, held_spellings
from kadr.index.own import fainter
from kadr.index.postings import Analyser, Postings, build_postings
from kadr.index.proper import ProperNames
from kadr.index.thesaurus import Thesaurus
from kadr.index.translations import Translations, learn_translations
from kadr.index.worth import worths

__all__ = [
    "ANALYSERS",
    "FIELDS",
    "SPELT",
    "Heard",
    "LexicalIndex",
    "LexicalParams",
    "Otherwise",
    "build_lexical",
    "field_texts",
]

FIELDS = ("title", "original_title", "people", "description", "tags")
"""The fields of a film that words are looked for in, in the order in which a match is explained."""

ANALYSERS = ("stems", "prefixes", "concepts", "spellings")
"""The analysers that stand side by side; each has postings of its own."""
SPELT = ("title", "original_title", "people")
"""The fields that are looked for in other spellings."""
WIDEST_CONCEPT = 0.1
"""Share of the films beyond which a concept tells nothing: they make a third of the postings, and without
them the measured queries find the same (decision record 0011)."""
MOST_READ = 5_000
"""Films whose words tell how words are written: more would say the same."""
NO_SYNONYMS = Thesaurus.of(())


@dataclass(frozen=True, slots=True)
class LexicalParams:
    """Parameters of the lexical leg. They shape the postings, so a change needs a rebuild; the manifest keeps them.

    `idf_power`: idf counts to this power in a posting. 1 is BM25; more lets telling words outweigh the many common
    ones of a long description (decision record 0003 has the table).
    Defaults for `b` are the textbook's (Robertson & Zaragoza 2009, .75 for long texts); the field weights are those of
    decision record 0003; `k1`, `analysers` (what each counts) and the rest those of 0011.
    `k3`: how soon a word that the query repeats is heard (Robertson et al., Okapi at TREC-3): n times it counts
    n (k3 + 1) / (k3 + n). `translations`: what a learned translation counts beside the word itself. `verbs`,
    `adjectives`, `opening`: what such words of a query count, as `kadr.index.worth` has it. `names`, `surnames`: how
    much louder a name of one word, and a further word of a longer one, is heard that a query writes as such;
    `known_names`: by what share a word is louder that the catalogue always writes so, where the query has no capitals
    (`kadr.index.proper`). `own_concept`: what a concept counts in a film that holds the word itself
    (`kadr.index.own`); its share of `analysers` is for films that say another word of it.
    """

    k1: float = 0.6
    idf_power: float = 1.75
    weights: Mapping[str, float] = field(
        default_factory=lambda: {"title": 1.5, "original_title": 1.5, "people": 1.5, "description": 1.0, "tags": 1.0}
    )
    b: Mapping[str, float] = field(
        default_factory=lambda: {"title": 0.4, "original_title": 0.4, "people": 0.3, "description": 0.75, "tags": 0.3}
    )
    analysers: Mapping[str, float] = field(
        default_factory=lambda: {"stems": 0.6, "prefixes": 0.4, "concepts": 0.7, "spellings": 0.15}
    )
    k3: float = 3.0
    translations: float = 1.0
    verbs: float = 0.6
    adjectives: float = 0.8
    opening: float = 0.1
    names: float = 1.4
    surnames: float = 1.2
    known_names: float = 0.4
    own_concept: float = 0.2


def field_texts(film: Film) -> dict[str, str]:
    """Return the text of each field of a film, as it is indexed."""
    return {
        "title": film.title,
        "original_title": film.original_title if film.original_title != film.title else "",
        "people": " ".join(film.people),
        "description": " ".join(d.text for d in film.descriptions),
        "tags": " ".join((*film.tags, *film.genres, film.tagline)),
    }


def analyser(name: str, synonyms: Thesaurus) -> Analyser:
    """Return the analyser of a name of `ANALYSERS`."""
    if name == "stems":
        return Analyser(stems, stems, FIELDS)
    if name == "prefixes":
        return Analyser(prefixes, prefixes, FIELDS)
    if name == "concepts":
        return Analyser(synonyms.concepts, synonyms.concepts, FIELDS, WIDEST_CONCEPT)
    return Analyser(held_spellings, asked_spellings, SPELT)


def _terms(name: str, query: str, synonyms: Thesaurus, worth: Sequence[float]) -> tuple[Sequence[str], Sequence[float]]:
    """Return the terms that an analyser asks for, and what each is worth, given what each telling word is worth."""
    if name == "concepts":
        terms, word = synonyms.groups_of(telling_words(query))
        return terms, [worth[at] for at in word]
    terms = analyser(name, synonyms).asked(query)
    # A spelling may be of two words, and titles are no sentences; the others make one term of each word.
    return terms, [1.0] * len(terms) if name == "spellings" else worth


@dataclass(frozen=True, slots=True)
class Heard:
    """What of a query one analyser has postings of.

    `terms`: each once; `places`: where they stand among the postings', ascending; `loudness`: how loud each is heard, 1
    is a word said once. All three are parallel.
    """

    analyser: str
    terms: Sequence[str]
    places: Sequence[int]
    loudness: Sequence[float]


@dataclass(frozen=True, slots=True)
class Otherwise:
    """What films are found by beside the words of a query.

    `synonyms`: folded words that may stand for one of them. `spellings`: terms of `kadr.index.otherwise`, and the rows
    of the films that each was found in, ascending.
    """

    synonyms: Sequence[str] = ()
    spellings: Mapping[str, NDArray[np.integer]] = field(default_factory=dict)

    def spelt_in(self, row: int) -> frozenset[str]:
        """Return the spellings that a film was found by."""
        at = {term: int(rows.searchsorted(row)) for term, rows in self.spellings.items()}
        return frozenset(
            term for term, i in at.items() if i < len(self.spellings[term]) and self.spellings[term][i] == row
        )


@dataclass(frozen=True, slots=True)
class LexicalIndex:
    """The lexical leg: all analysers' postings over the same films.

    `synonyms`: the table that makes concepts of words. `translations`: what the catalogue's own pairs of descriptions
    say of words that stand for one another. `names`: which of its words are names. `letters`: how words are written.
    """

    n_films: int
    postings: Mapping[str, Postings]
    params: LexicalParams
    synonyms: Thesaurus
    translations: Translations
    names: ProperNames
    letters: Letters

    def scores(self, query: str) -> NDArray[np.float32]:
        """Return the score of every film, float32 (n_films,), 0 where no word matches; higher is better."""
        return self.scores_of(self.heard(query))

    def scores_of(self, heard: Sequence[Heard]) -> NDArray[np.float32]:
        """Return what `scores` does, of a query that `heard` has read."""
        total = np.zeros(self.n_films, dtype=np.float32)
        for each in heard:
            share = self.params.analysers[each.analyser]
            weights = {place: share * loud for place, loud in zip(each.places, each.loudness, strict=True)}
            if each.analyser == "stems" and self.params.translations:
                self.translations.add_to(weights, self.params.translations)
            self.postings[each.analyser].add_scores(list(weights), list(weights.values()), total)
        return total

    def matching(self, query: str, at_least_idf: float) -> NDArray[np.bool_]:
        """Return which films hold a word of the query whose idf reaches the bound, bool (n_films,).

        A query of common words alone is answered by the most telling of them. All analysers count: stems alone
        would lose more judged films (decision record 0004).
        """
        return self.matching_of(self.heard(query), at_least_idf)

    def matching_of(self, heard: Sequence[Heard], at_least_idf: float) -> NDArray[np.bool_]:
        """Return what `matching` does, of a query that `heard` has read."""
        mask = np.zeros(self.n_films, dtype=np.bool_)
        known = [(self.postings[each.analyser], each.places) for each in heard if each.places]
        idfs = [postings.idf[places].tolist() for postings, places in known]
        # In float32, as the idf is: the bound is that of some term, rounded.
        bound = min(float(np.float32(at_least_idf)), max(map(max, idfs), default=0.0))
        for (postings, places), of_place in zip(known, idfs, strict=True):
            telling = [place for place, idf in zip(places, of_place, strict=True) if idf >= bound]
            if telling:
                mask[np.concatenate([postings.rows[place] for place in telling], dtype=np.intp)] = True
        return mask

    def otherwise(self, heard: Sequence[Heard]) -> Otherwise:
        """Return what else than the words of a query films were found by: for the few that are shown, to say so."""
        rows: dict[str, dict[str, NDArray[np.integer]]] = {"concepts": {}, "spellings": {}}
        for each in heard:
            if each.analyser in rows:
                groups = self.postings[each.analyser].rows
                films = {term: groups[at] for term, at in zip(each.terms, each.places, strict=True)}
                rows[each.analyser] = {term: found for term, found in films.items() if found.size}
        return Otherwise(self.synonyms.words_of(rows["concepts"]), rows["spellings"])

    def idf_quantile(self, quantile: float) -> float:
        """Return the idf below which the given share of the catalogue's words lies, each counted once a film."""
        postings = self.postings["stems"]
        if not postings.idf.size:
            return 0.0
        order = np.argsort(postings.idf, kind="stable")
        mass = np.cumsum(postings.rows.lengths()[order])
        at = int(np.searchsorted(mass, quantile * mass[-1]))
        return float(postings.idf[order[min(at, order.size - 1)]])

    def heard(self, query: str) -> tuple[Heard, ...]:
        """Return what of a query each analyser has postings of: read once, whatever is then asked of it."""
        params = self.params
        telling = telling_words(query)
        worth = worths(telling, params.verbs, params.adjectives, params.opening)
        worth_of_each = (worth * self.names.louder(query, telling, params)).tolist()
        return tuple(self._heard_by(name, query, worth_of_each) for name in self.postings)

    def _heard_by(self, name: str, query: str, worth: Sequence[float]) -> Heard:
        k3 = self.params.k3
        terms, worth_of_each = _terms(name, query, self.synonyms, worth)
        found = self.postings[name].terms.find(terms).tolist()
        best: dict[int, float] = {}
        times: dict[int, int] = {}
        for place, value in zip(found, worth_of_each, strict=True):
            if place >= 0:
                best[place] = max(best.get(place, 0.0), value)
                times[place] = times.get(place, 0) + 1
        places = sorted(best)
        loudness = [best[place] * times[place] * (k3 + 1) / (k3 + times[place]) for place in places]
        term_at = dict(zip(found, terms, strict=True))
        return Heard(name, [term_at[place] for place in places], places, loudness)

    def save(self, folder: Path) -> None:
        """Write everything below a folder."""
        for name, postings in self.postings.items():
            postings.save(folder / name)
        self.synonyms.save(folder)
        self.translations.save(folder)
        self.names.save(folder)
        self.letters.save(folder)

    @classmethod
    def open(cls, folder: Path, n_films: int, params: LexicalParams) -> Self:
        """Map everything below a folder."""
        postings = {name: Postings.open(folder / name) for name in params.analysers}
        names = ProperNames.open(folder, postings["stems"].terms)
        synonyms, translations = Thesaurus.open(folder), Translations.open(folder)
        return cls(n_films, postings, params, synonyms, translations, names, Letters.open(folder))


def build_lexical(films: Sequence[Film], params: LexicalParams, synonyms: Thesaurus = NO_SYNONYMS) -> LexicalIndex:
    """Return the lexical index of films in row order.

    Args:
        films: the catalogue; where it has several descriptions of one film, translations are learned from those.
        params: of the formula.
        synonyms: words that stand for one another, as `kadr.synonyms` reads them.
    """
    texts = [field_texts(film) for film in films]
    postings = {name: build_postings(texts, analyser(name, synonyms), params) for name in params.analysers}
    if "concepts" in postings:
        excess = max(0.0, params.analysers["concepts"] - params.own_concept) / params.analysers["stems"]
        postings["stems"] = fainter(postings["stems"], postings["concepts"], synonyms, excess, params.idf_power)
    stems_found = postings["stems"]
    learned = learn_translations(films)
    translations = Translations.of(learned, stems_found.terms, stems_found.idf, params.idf_power)
    names = ProperNames.of(films, stems_found.terms)
    described = (text for of_film in texts[:: 1 + len(texts) // MOST_READ] for text in of_film.values())
    letters = Letters.of(chain(described, synonyms.told.take(range(len(synonyms.told)))))
    return LexicalIndex(len(films), postings, params, synonyms, translations, names, letters)
