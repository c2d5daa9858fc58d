"""The lexical leg: BM25F over our own memory-mapped postings, the score of every film in well under a millisecond.

Several analysers stand side by side, each with postings of its own (`kadr.index.postings` has the formula): stems and
five-letter prefixes say how a word is written; concepts, what may stand for it; spellings, how else a title or a name
is written. Decision record 0011 has what each is worth.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from kadr.analysis import prefixes, stems, telling_words
from kadr.film import Film
from kadr.index.otherwise import asked_spellings, held_spellings
from kadr.index.postings import Analyser, Postings, build_postings
from kadr.index.thesaurus import Thesaurus
from kadr.index.translations import Translations, learn_translations
from kadr.index.worth import worths

__all__ = ["ANALYSERS", "FIELDS", "LexicalIndex", "LexicalParams", "build_lexical", "field_texts"]

FIELDS = ("title", "original_title", "people", "description", "tags")
"""The fields of a film that words are looked for in, in the order in which a match is explained."""

ANALYSERS = ("stems", "prefixes", "concepts", "spellings")
"""The analysers that stand side by side; each has postings of its own."""
WIDEST_CONCEPT = 0.1
"""Share of the films beyond which a concept tells nothing: they make a third of the postings, and without
them the measured queries find the same (decision record 0011)."""
NO_SYNONYMS = Thesaurus.of(())

Places = NDArray[np.int64]
Worths = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LexicalParams:
    """Parameters of the lexical leg. They shape the postings, so a change needs a rebuild; the manifest keeps them.

    `idf_power`: idf counts to this power in a posting. 1 is BM25; more lets telling words outweigh the many common
    ones of a long description (decision record 0003 has the table).
    Defaults for `b` are the textbook's (Robertson & Zaragoza 2009, .75 for long texts); the field weights are those of
    decision record 0003; `k1`, `analysers` (what each counts) and the rest those of 0011.
    `k3`: how soon a word that the query repeats is heard (Robertson et al., Okapi at TREC-3): n times it counts
    n (k3 + 1) / (k3 + n). `translations`: what a learned translation counts beside the word itself. `verbs`,
    `adjectives`, `opening`: what such words of a query count, as `kadr.index.worth` has it.
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
        default_factory=lambda: {"stems": 0.6, "prefixes": 0.4, "concepts": 0.3, "spellings": 0.15}
    )
    k3: float = 3.0
    translations: float = 1.0
    verbs: float = 0.6
    adjectives: float = 0.8
    opening: float = 0.1


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
    return Analyser(held_spellings, asked_spellings, ("title", "original_title", "people"))


def _terms(name: str, query: str, synonyms: Thesaurus, worth: Worths) -> tuple[list[str], Worths]:
    """Return the terms that an analyser asks for, and what each is worth, given what each telling word is worth."""
    if name == "concepts":
        terms, word = synonyms.groups_of(telling_words(query))
        return terms, worth[word]
    terms = analyser(name, synonyms).asked(query)
    # A spelling may be of two words, and titles are no sentences; the others make one term of each word.
    return terms, np.ones(len(terms)) if name == "spellings" else worth


@dataclass(frozen=True, slots=True)
class LexicalIndex:
    """The lexical leg: all analysers' postings over the same films.

    `synonyms`: the table that makes concepts of words. `translations`: what the catalogue's own pairs of descriptions
    say of words that stand for one another.
    """

    n_films: int
    postings: Mapping[str, Postings]
    params: LexicalParams
    synonyms: Thesaurus
    translations: Translations

    def scores(self, query: str) -> NDArray[np.float32]:
        """Return the score of every film, float32 (n_films,), 0 where no word matches; higher is better."""
        total = np.zeros(self.n_films, dtype=np.float32)
        for name, postings, places, heard in self._asked(query):
            weights = dict(zip(places.tolist(), (self.params.analysers[name] * heard).tolist(), strict=True))
            if name == "stems" and self.params.translations:
                self.translations.add_to(weights, self.params.translations)
            postings.add_scores(list(weights), list(weights.values()), total)
        return total

    def matching(self, query: str, at_least_idf: float) -> NDArray[np.bool_]:
        """Return which films hold a word of the query whose idf reaches the bound, bool (n_films,).

        A query of common words alone is answered by the most telling of them. All analysers count: stems alone
        would lose more judged films (decision record 0004).
        """
        mask = np.zeros(self.n_films, dtype=np.bool_)
        known = [(postings, places.tolist()) for _, postings, places, _ in self._asked(query)]
        most_telling = max((float(p.idf[at].max(initial=-np.inf)) for p, at in known), default=-np.inf)
        for postings, at in known:
            for term in at:
                if postings.idf[term] >= min(at_least_idf, most_telling):
                    mask[postings.rows[term]] = True
        return mask

    def idf_quantile(self, quantile: float) -> float:
        """Return the idf below which the given share of the catalogue's words lies, each counted once a film."""
        postings = self.postings["stems"]
        if not postings.idf.size:
            return 0.0
        order = np.argsort(postings.idf, kind="stable")
        mass = np.cumsum(postings.rows.lengths()[order])
        at = int(np.searchsorted(mass, quantile * mass[-1]))
        return float(postings.idf[order[min(at, order.size - 1)]])

    def _asked(self, query: str) -> Iterator[tuple[str, Postings, Places, Worths]]:
        """Yield by analyser its postings, the places of the query's terms there, and how loud each is heard."""
        params = self.params
        worth = worths(telling_words(query), params.verbs, params.adjectives, params.opening)
        for name, postings in self.postings.items():
            terms, worth_of_each = _terms(name, query, self.synonyms, worth)
            found = postings.terms.find(terms)
            known = found >= 0
            places, term, times = np.unique(found[known], return_inverse=True, return_counts=True)
            best = np.zeros(places.size)
            np.maximum.at(best, term, worth_of_each[known])
            yield name, postings, places, best * times * (params.k3 + 1) / (params.k3 + times)

    def save(self, folder: Path) -> None:
        """Write everything below a folder."""
        for name, postings in self.postings.items():
            postings.save(folder / name)
        self.synonyms.save(folder)
        self.translations.save(folder)

    @classmethod
    def open(cls, folder: Path, n_films: int, params: LexicalParams) -> Self:
        """Map everything below a folder."""
        postings = {name: Postings.open(folder / name) for name in params.analysers}
        return cls(n_films, postings, params, Thesaurus.open(folder), Translations.open(folder))


def build_lexical(films: Sequence[Film], params: LexicalParams, synonyms: Thesaurus = NO_SYNONYMS) -> LexicalIndex:
    """Return the lexical index of films in row order.

    Args:
        films: the catalogue; where it has several descriptions of one film, translations are learned from those.
        params: of the formula.
        synonyms: words that stand for one another, as `kadr.synonyms` reads them.
    """
    texts = [field_texts(film) for film in films]
    postings = {name: build_postings(texts, analyser(name, synonyms), params) for name in params.analysers}
    stems_found = postings["stems"]
    learned = learn_translations(films)
    translations = Translations.of(learned, stems_found.terms, stems_found.idf, params.idf_power)
    return LexicalIndex(len(films), postings, params, synonyms, translations)
