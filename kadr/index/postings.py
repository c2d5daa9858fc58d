"""Postings: for each term the films that hold it, with the finished BM25F score of the term there.

BM25F weighs a word by the field it stands in before it saturates (Robertson, Zaragoza, Taylor: Simple BM25 extension to
multiple weighted fields, CIKM 2004):

    tf'(t, d)  = sum over fields f of  weight_f * tf(t, d, f) / (1 - b_f + b_f * length(d, f) / mean length(f))
    score(t, d) = idf(t) ^ power * tf' * (k1 + 1) / (k1 + tf'),   idf(t) = ln(1 + (N - df + 0.5) / (df + 0.5))

The mean length of a field is that of the films that have it. The power of idf is ours (1 in the paper).
Nothing in it depends on the query but which terms are asked for, so the index stores the finished score of every
posting (its *impact*), and a query only adds up lists.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from kadr.index.arrays import Groups, Keys, load, save

__all__ = ["Analyser", "Bm25f", "Postings", "build_postings"]

Terms = Callable[[str], list[str]]


@dataclass(frozen=True, slots=True)
class Analyser:
    """How texts become terms.

    `held`: the terms of a film's text. `asked`: those of a query. `fields`: the fields that are looked through.
    `widest`: share of the films beyond which a term tells nothing and has no postings, 1 for none such.
    """

    held: Terms
    asked: Terms
    fields: Sequence[str]
    widest: float = 1.0


class Bm25f(Protocol):
    """The parameters of the formula; `kadr.index.lexical.LexicalParams` has them."""

    @property
    def k1(self) -> float: ...  # noqa: D102  # the formula says what it is
    @property
    def idf_power(self) -> float: ...  # noqa: D102
    @property
    def weights(self) -> Mapping[str, float]: ...  # noqa: D102
    @property
    def b(self) -> Mapping[str, float]: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Postings:
    """The postings of one analyser.

    `terms`: hashes of the vocabulary. `rows`: films by term, ascending. `impacts`: float16, parallel to `rows.values`;
    eleven bits are far finer than any difference between two films that matters. `idf`: float32 by term.
    """

    terms: Keys
    rows: Groups
    impacts: NDArray[np.float16]
    idf: NDArray[np.float32]

    def add_scores(self, places: Sequence[int], weights: Sequence[float], into: NDArray[np.float32]) -> None:
        """Add weight x impact of each term, by its place, to the score of every film that holds it."""
        if not places:
            return
        spans = [slice(self.rows.starts.item(at), self.rows.starts.item(at + 1)) for at in places]
        impacts = _small(np.concatenate([self.impacts[span] for span in spans]))
        at = 0
        for span, weight in zip(spans, np.array(weights, dtype=np.float32) * SMALL, strict=True):
            impacts[at : (at := at + span.stop - span.start)] *= weight
        # One call for all terms takes two thirds of what one a term takes for 70, and half of np.bincount's time.
        rows = np.concatenate([self.rows.values[span] for span in spans], dtype=np.intp)
        np.add.at(into, rows, impacts)

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
        """Map the arrays.

        Raises:
            BundleDamaged: a file is damaged, or does not fit those beside it.
        """
        terms = Keys.open(folder / "terms.npy")
        rows = Groups.open(folder, "rows", terms.sorted.size)
        return cls(
            terms=terms,
            rows=rows,
            impacts=load(folder / "impacts.npy", np.float16, length=rows.values.size),
            idf=load(folder / "idf.npy", np.float32, length=terms.sorted.size),
        )


SMALL = np.float32(2.0**112)


def _small(halves: NDArray[np.float16]) -> NDArray[np.float32]:
    """Return finite numbers divided by `SMALL`, exact: a third of the time that `astype` takes.

    Both forms hold the sign, the exponent and the digits, float32 with three bits more of an exponent, whose middle
    lies higher by 112, and 13 more of the digits.
    """
    bits = halves.view(np.int16).astype(np.int32)
    bits <<= 13
    bits &= ~0x70000000
    return bits.view(np.float32)


FEW = 50
"""Films that a term may always have, however small the catalogue."""


def build_postings(texts: Sequence[Mapping[str, str]], analyser: Analyser, params: Bm25f) -> Postings:
    """Return the postings of films in row order, given as the texts of their fields."""
    n = len(texts)
    vocabulary: dict[str, int] = {}
    cells: list[NDArray[np.int64]] = []
    values: list[NDArray[np.float64]] = []
    for name in analyser.fields:
        terms: list[int] = []
        lengths = np.zeros(n, dtype=np.int64)
        for row, text in enumerate(texts):
            found = analyser.held(text[name])
            lengths[row] = len(found)
            terms.extend(vocabulary.setdefault(t, len(vocabulary)) for t in found)
        if not terms:
            continue
        # One cell per (term, film): term * n + row; its count is the term frequency in this field.
        cell, tf = np.unique(np.array(terms) * n + np.repeat(np.arange(n), lengths), return_counts=True)
        b, mean = params.b[name], lengths[lengths > 0].mean()
        cells.append(cell)
        values.append(params.weights[name] * tf / (1 - b + b * lengths[cell % n] / mean))
    cell, inverse = np.unique(np.concatenate([np.empty(0, np.int64), *cells]), return_inverse=True)
    tf_of_cell = np.bincount(inverse, np.concatenate([np.empty(0), *values]), minlength=cell.size).astype(np.float64)
    return _finished(vocabulary, cell, tf_of_cell, n, max(FEW, analyser.widest * n), params)


def _finished(
    vocabulary: Mapping[str, int],
    cell: NDArray[np.int64],
    tf: NDArray[np.float64],
    n: int,
    most: float,
    params: Bm25f,
) -> Postings:
    keys, place = Keys.of(list(vocabulary))
    term, row = (place[cell // n], cell % n) if n else (cell, cell)
    df = np.bincount(term, minlength=len(vocabulary))
    idf = np.log1p((n - df + 0.5) / (df + 0.5))
    impact = idf[term] ** params.idf_power * tf * (params.k1 + 1) / (params.k1 + tf)
    order = np.lexsort((row, term))
    order = order[df[term[order]] <= most]
    rows = Groups.of_pairs(term[order], row[order], len(vocabulary), n)
    return Postings(keys, rows, impact[order].astype(np.float16), idf.astype(np.float32))
