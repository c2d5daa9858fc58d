"""Scoring all films for one request: what its words find, what its vector is near to, and both as one order."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from kadr.index.columns import Columns
from kadr.index.lexical import Heard, LexicalIndex, Otherwise
from kadr.index.titles import SURE, TitleIndex
from kadr.index.vectors import VectorIndex
from kadr.search.filters import Mask
from kadr.search.ladder import Meant
from kadr.search.params import Leg, SearchParams
from kadr.search.query_type import QueryType, is_foreign, is_other, query_type
from kadr.search.rank import fuse, lexical_share, nearness, with_titles
from kadr.search.request import Request
from kadr.search.types import Mode, Sort

__all__ = ["Scored", "Words", "order", "popular", "scored"]

Scores = NDArray[np.float32]


class Words:
    """What the words of a query find among all films; each thing is looked up where it is asked for, and once."""

    def __init__(self, query: str, titles: TitleIndex, lexical: LexicalIndex, params: SearchParams) -> None:
        self._query, self._titles, self._lexical, self._params = query, titles, lexical, params

    def hear(self) -> None:
        """Look all of it up."""
        _ = self.exact, self.near, self.shares, self.matching, self.otherwise

    @cached_property
    def exact(self) -> NDArray[np.integer]:
        """The rows whose very title was typed."""
        return self._titles.exact(self._query)

    @cached_property
    def near(self) -> tuple[NDArray[np.integer], Scores]:
        """The rows of titles that were meant though misspelt, and how close each is in (0, 1]; none beside an exact."""
        return self._titles.near(self._query)

    @cached_property
    def _heard(self) -> tuple[Heard, ...]:
        return self._lexical.heard(self._query)

    @cached_property
    def otherwise(self) -> Otherwise:
        """What else than the words themselves films were found by."""
        return self._lexical.otherwise(self._heard)

    @cached_property
    def shares(self) -> Scores:
        """BM25 as a share of the best film's, float32 (films,)."""
        return lexical_share(self._lexical.scores_of(self._heard))

    @cached_property
    def known(self) -> bool:
        """Whether a word of it is known, or it is at least made of words where the films are told in another alphabet.

        How a word sounds is no knowledge of it: letters without sense sound like some name, too. Of alphabets other
        than Cyrillic and Latin it cannot be told what is a word.
        """
        heard = any(each.places for each in self._heard if each.analyser != "spellings")
        made = is_other(self._query) or self._lexical.letters.make_words(self._query)
        return heard or (self.foreign and made)

    @cached_property
    def foreign(self) -> bool:
        """Whether it is written in an alphabet that hardly any film is described in."""
        return is_foreign(self._query, self._params.cyrillic)

    @cached_property
    def matching(self) -> Mask:
        """Which films hold words that tell, bool (films,)."""
        return self._lexical.matching_of(self._heard, self._params.telling_idf)


@dataclass(frozen=True, slots=True)
class Scored:
    """What scoring gave over all films, filters aside.

    `cosines` break the ties of scores that reached their bounds; None, like `near`, where there was no vector.
    `titles`: rows of the films whose title was meant, exact or surely misspelt: no cosine parts namesakes.
    """

    scores: Scores
    found: Mask
    exact: NDArray[np.integer]
    mode: Mode
    near: Scores | None = None
    cosines: Scores | None = None
    titles: NDArray[np.integer] = field(default_factory=lambda: np.empty(0, np.int64))


def popular(popularity: Scores) -> Scored:
    """Return the score of an empty query: every film, the best known first."""
    everything = np.ones(len(popularity), dtype=np.bool_)
    return Scored(_unit(popularity), everything, np.empty(0, np.int64), Mode.POPULAR)


def scored(request: Request, words: Words, meant: Meant, vectors: VectorIndex, legs: Mapping[str, Leg]) -> Scored:
    """Return the score of a query.

    Args:
        request: what is asked; without a vector it is answered by the words, whatever mode it wishes.
        words: what its words find.
        meant: its vector.
        vectors: those of the films.
        legs: how the vectors of each encoder count.
    """
    found = np.zeros(vectors.n_films, dtype=np.bool_)
    found[words.exact] = True
    lexical = dense = near = cosines = None
    weight = 0.0
    if meant.vector is not None:
        kind = QueryType.FOREIGN if words.foreign else query_type(request.query)
        scale = legs[meant.leg].scales[kind]
        cosines, weight = vectors.cosines(meant.vector), scale.dense_weight
        near = dense = nearness(cosines, scale.floor, scale.ceiling)
        found |= near >= (scale.near if words.known else max(scale.near, scale.sure))
        if request.measure != "cosine":
            dense = _unit(vectors.similarities(meant.vector, request.measure))
    mode = request.mode if dense is not None else Mode.LEXICAL
    if mode is not Mode.SEMANTIC:
        lexical = words.shares
        found |= words.matching
    scores = fuse(lexical, dense, weight, words.exact)
    meant_titles = words.exact
    if mode is not Mode.SEMANTIC:
        rows, close = words.near
        found[rows] = True
        scores = with_titles(scores, rows, close)
        meant_titles = np.union1d(words.exact, rows[close >= SURE])
    return Scored(scores, found, words.exact, mode, near, cosines, meant_titles)


def order(request: Request, found: Scored, columns: Columns) -> tuple[Scores, ...]:
    """Return what films are sorted by, the first key first, higher first."""
    # Scores that reached a bound are told apart by the cosine; namesakes that were typed, by popularity.
    ties = () if found.cosines is None else (_with(found.cosines, found.titles, 1.0),)
    relevance = (found.scores, *ties, columns.popularity)
    if request.sort is Sort.NEWEST:
        return (columns.numbers["year"], *relevance)
    if request.sort is Sort.OLDEST:
        return (-columns.numbers["year"], *relevance)
    if request.sort is Sort.RATING:
        return (columns.numbers["rating"], *relevance)
    return relevance


def _with(values: Scores, rows: NDArray[np.integer], value: float) -> Scores:
    changed = values.copy()
    changed[rows] = value
    return changed


def _unit(values: Scores) -> Scores:
    """Return values on a scale from 0 (the least) to 1 (the greatest)."""
    low, high = float(values.min(initial=np.inf)), float(values.max(initial=-np.inf))
    if not high > low:
        return np.ones_like(values)
    return (values - np.float32(low)) / np.float32(high - low)
