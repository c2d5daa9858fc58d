"""BM25F over our own memory-mapped postings: the score of every film for a query, in well under a millisecond.

BM25F weighs a word by the field it stands in before it saturates (Robertson, Zaragoza, Taylor: Simple BM25 extension to
multiple weighted fields, CIKM 2004):

    tf'(t, d)  = sum over fields f of  weight_f * tf(t, d, f) / (1 - b_f + b_f * length(d, f) / mean length(f))
    score(t, d) = idf(t) ^ power * tf' * (k1 + 1) / (k1 + tf'),   idf(t) = ln(1 + (N - df + 0.5) / (df + 0.5))

The mean length of a field is that of the films that have it. The power of idf is ours (1 in the paper).
Nothing in it depends on the query but which terms are asked for, so the index stores the finished score of every
posting (its *impact*), and a query only adds up lists.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from kadr.analysis import prefixes, stems
from kadr.film import Film
from kadr.index.arrays import Groups, Keys, load, save

__all__ = ["ANALYSERS", "FIELDS", "LexicalIndex", "LexicalParams", "build_lexical", "field_texts"]

FIELDS = ("title", "original_title", "people", "description", "tags")
"""The fields of a film that words are looked for in, in the order in which a match is explained."""

ANALYSERS: Mapping[str, Callable[[str], list[str]]] = {"stems": stems, "prefixes": prefixes}
"""The analysers that stand side by side; each has postings of its own."""


@dataclass(frozen=True, slots=True)
class LexicalParams:
    """BM25F parameters. They shape the postings, so a change needs a rebuild; the manifest keeps them.

    `idf_power`: idf counts to this power in a posting. 1 is BM25; more lets telling words outweigh the many common
    ones of a long description (decision record 0003 has the table).
    Defaults for `k1` and `b` are the textbook's (Robertson & Zaragoza 2009, "between 1.2 and 2", .75); the field
    weights and the shares of the analysers are those of decision record 0003.
    """

    k1: float = 1.2
    idf_power: float = 1.75
    weights: Mapping[str, float] = field(
        default_factory=lambda: {"title": 1.5, "original_title": 1.5, "people": 1.5, "description": 1.0, "tags": 1.0}
    )
    b: Mapping[str, float] = field(
        default_factory=lambda: {"title": 0.4, "original_title": 0.4, "people": 0.3, "description": 0.75, "tags": 0.3}
    )
    analysers: Mapping[str, float] = field(default_factory=lambda: {"stems": 0.6, "prefixes": 0.4})


def field_texts(film: Film) -> dict[str, str]:
    """Return the text of each field of a film, as it is indexed."""
    return {
        "title": film.title,
        "original_title": film.original_title if film.original_title != film.title else "",
        "people": " ".join(film.people),
        "description": " ".join(d.text for d in film.descriptions),
        "tags": " ".join((*film.tags, *film.genres, film.tagline)),
    }


@dataclass(frozen=True, slots=True)
class Postings:
    """The postings of one analyser: for each term the films that hold it, and its impact there.

    `terms`: hashes of the vocabulary. `rows`: films by term, ascending. `impacts`: float16, parallel to `rows.values`;
    eleven bits are far finer than any difference between two films that matters. `idf`: float32 by term.
    """

    terms: Keys
    rows: Groups
    impacts: NDArray[np.float16]
    idf: NDArray[np.float32]

    def add_scores(self, terms: Mapping[str, float], into: NDArray[np.float32]) -> None:
        """Add weight x impact of each term to the score of every film that holds it."""
        found = self.terms.find(list(terms))
        for at, weight in zip(found.tolist(), terms.values(), strict=True):
            if at >= 0:
                a, b = int(self.rows.starts[at]), int(self.rows.starts[at + 1])
                # A term lists a film once, so plain indexing adds rightly, and faster than np.add.at.
                into[self.rows.values[a:b]] += self.impacts[a:b] * np.float32(weight)

    def known(self, terms: Sequence[str]) -> NDArray[np.int64]:
        """Return the places of the terms that the vocabulary has."""
        at = self.terms.find(terms)
        return at[at >= 0]

    def save(self, folder: Path) -> None:
        """Write the arrays."""
        self.terms.save(folder / "terms.npy")
        self.rows.save(folder, "rows")
        save(folder / "impacts.npy", self.impacts)
        save(folder / "idf.npy", self.idf)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Map the arrays."""
        return cls(
            terms=Keys.open(folder / "terms.npy"),
            rows=Groups.open(folder, "rows"),
            impacts=load(folder / "impacts.npy").view(np.float16),
            idf=load(folder / "idf.npy").view(np.float32),
        )


@dataclass(frozen=True, slots=True)
class LexicalIndex:
    """The lexical leg: all analysers' postings over the same films."""

    n_films: int
    postings: Mapping[str, Postings]
    params: LexicalParams

    def scores(self, query: str) -> NDArray[np.float32]:
        """Return the BM25F score of every film, float32 (n_films,), 0 where no word matches; higher is better."""
        total = np.zeros(self.n_films, dtype=np.float32)
        for name, share in self.params.analysers.items():
            self.postings[name].add_scores(_counted(ANALYSERS[name](query), share), total)
        return total

    def matching(self, query: str, at_least_idf: float) -> NDArray[np.bool_]:
        """Return which films hold a word of the query whose idf reaches the bound, bool (n_films,).

        A query of common words alone is answered by the most telling of them. Both analysers count: stems alone
        would lose more judged films (decision record 0004).
        """
        mask = np.zeros(self.n_films, dtype=np.bool_)
        known = [(p, p.known(sorted(set(ANALYSERS[name](query))))) for name, p in self.postings.items()]
        most_telling = max((float(p.idf[at].max(initial=-np.inf)) for p, at in known), default=-np.inf)
        for postings, at in known:
            for term in at[postings.idf[at] >= min(at_least_idf, most_telling)].tolist():
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

    def save(self, folder: Path) -> None:
        """Write all postings below a folder."""
        for name, postings in self.postings.items():
            postings.save(folder / name)

    @classmethod
    def open(cls, folder: Path, n_films: int, params: LexicalParams) -> Self:
        """Map all postings below a folder."""
        return cls(n_films, {name: Postings.open(folder / name) for name in params.analysers}, params)


def build_lexical(films: Sequence[Film], params: LexicalParams) -> LexicalIndex:
    """Return the lexical index of films in row order."""
    texts = [field_texts(film) for film in films]
    postings = {name: _build_postings(texts, ANALYSERS[name], params) for name in params.analysers}
    return LexicalIndex(len(films), postings, params)


def _build_postings(
    texts: Sequence[Mapping[str, str]], analyse: Callable[[str], list[str]], params: LexicalParams
) -> Postings:
    n = len(texts)
    vocabulary: dict[str, int] = {}
    cells: list[NDArray[np.int64]] = []
    values: list[NDArray[np.float64]] = []
    for name in FIELDS:
        terms: list[int] = []
        lengths = np.zeros(n, dtype=np.int64)
        for row, text in enumerate(texts):
            found = analyse(text[name])
            lengths[row] = len(found)
            terms.extend(vocabulary.setdefault(t, len(vocabulary)) for t in found)
        if not terms:
            continue
        # One cell per (term, film): term * n + row; its count is the term frequency in this field.
        cell, tf = np.unique(np.array(terms) * n + np.repeat(np.arange(n), lengths), return_counts=True)
        b, mean = params.b[name], lengths[lengths > 0].mean()
        cells.append(cell)
        values.append(params.weights[name] * tf / (1 - b + b * lengths[cell % n] / mean))
    return _finish(vocabulary, cells, values, n, params)


def _finish(
    vocabulary: Mapping[str, int],
    cells: Sequence[NDArray[np.int64]],
    values: Sequence[NDArray[np.float64]],
    n: int,
    params: LexicalParams,
) -> Postings:
    keys, place = Keys.of(list(vocabulary))
    cell, inverse = np.unique(np.concatenate([np.empty(0, np.int64), *cells]), return_inverse=True)
    tf = np.bincount(inverse, np.concatenate([np.empty(0), *values]), minlength=cell.size)
    term = place[cell // n] if n else cell
    df = np.bincount(term, minlength=len(vocabulary))
    idf = np.log1p((n - df + 0.5) / (df + 0.5))
    impact = idf[term] ** params.idf_power * tf * (params.k1 + 1) / (params.k1 + tf)
    row = cell % max(n, 1)
    order = np.lexsort((row, term))
    rows = Groups.of_pairs(term[order], row[order], len(vocabulary), n)
    return Postings(keys, rows, impact[order].astype(np.float16), idf.astype(np.float32))


def _counted(terms: Sequence[str], share: float) -> dict[str, float]:
    """Return each distinct term with its count in the query times a share."""
    counts: dict[str, float] = {}
    for term in terms:
        counts[term] = counts.get(term, 0.0) + share
    return counts
