"""Films like a film: near in meaning, with people and genres in common, liked by the same people, or all of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self, get_args

import numpy as np
from numpy.typing import NDArray

from kadr.catalogue.table import FilmTable
from kadr.errors import QueryError
from kadr.index.columns import Columns
from kadr.index.twins import ALONE
from kadr.index.vectors import VectorIndex
from kadr.recommend.features import Features
from kadr.recommend.recommender import Recommender
from kadr.recommend.series import grouped
from kadr.recommend.types import AUDIENCE, FEATURES, FUSED, MEANING, Alike, Reasons, Sequel, Similar
from kadr.search.filters import Mask, clauses, conjunction
from kadr.search.params import Leg
from kadr.search.rank import nearness, top
from kadr.search.request import Request
from kadr.search.types import Filters, Why

__all__ = ["Likeness"]

AHEAD = 4
"""Films looked at for each that is wanted, at first: of those near the top many are sequels of others."""

Rows = NDArray[np.integer]
Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Way:
    """How alike all films are to one in one way.

    `scores`: float32 (n_films,) in [0, 1]. `order`: what they are sorted by, where scores that reached a bound must be
    told apart.
    """

    scores: Scores
    order: Scores


@dataclass(frozen=True, slots=True)
class Likeness:
    """What compares the films of one bundle. Threads may share it; nothing in it changes.

    `vectors`: of their texts. `leg`: what a cosine of those is worth. `audiences`: of who liked them; None where the
    bundle learned from no ratings.
    """

    table: FilmTable
    columns: Columns
    twins: NDArray[np.int32]
    vectors: VectorIndex
    leg: Leg
    audiences: VectorIndex | None

    @classmethod
    def of(cls, recommender: Recommender, vectors: VectorIndex, leg: Leg) -> Self:
        """Return what compares the films that a recommender recommends."""
        audiences = None if recommender.ratings is None else recommender.ratings.audiences()
        return cls(recommender.table, recommender.columns, recommender.twins, vectors, leg, audiences)

    def similar(self, film_id: str, k: int, by: Alike, filters: Filters, *, sequels: bool) -> tuple[Similar, ...]:
        """Return films like a film, the most alike first; `Engine.similar` says more.

        Raises:
            QueryError: the bundle has no such film, or a parameter is out of its range; the message names it.
        """
        Request.checked("", {"k": k, "filters": filters})
        if by not in get_args(Alike):
            raise QueryError(f"by: {str(by)[:80]!r} is none of {', '.join(get_args(Alike))}")
        row = self.table.row_of(film_id)
        if row is None:
            raise QueryError(f"film: this bundle has no film {film_id!r}")
        others = self._others(row)
        ways = self._ways(row, by)
        if not ways:
            return ()
        fused = _fused(list(ways.values()), others) if by == FUSED else ways[by]
        allowed = others & (fused.scores > 0) & conjunction(clauses(self.columns, filters).values(), others.size)
        groups = self._grouped(np.flatnonzero(allowed), fused.order, k, sequels=sequels)
        return tuple(
            self._told(group, rank, float(fused.scores[group[0]]), self._why(row, group[0], ways))
            for rank, group in enumerate(groups, start=1)
        )

    def _others(self, row: int) -> Mask:
        """Return which rows are other films than one, bool (n_films,)."""
        others = np.ones(self.columns.n_films, dtype=np.bool_)
        others[row] = False
        if self.twins[row] != ALONE:
            others &= self.twins != self.twins[row]
        return others

    def _ways(self, row: int, by: Alike) -> dict[Alike, Way]:
        """Return the ways that are asked for, without those in which nothing is known of the film."""
        ways: dict[Alike, Way] = {}
        if by in (FUSED, MEANING) and not self.vectors.is_void(row):
            cosines = self.vectors.cosines(self.vectors.vector(row))
            ways[MEANING] = Way(nearness(cosines, self.leg.floor, self.leg.ceiling), cosines)
        if by in (FUSED, FEATURES):
            shared = Features(self.columns).scores(row)
            ways[FEATURES] = Way(shared, shared)
        if by in (FUSED, AUDIENCE) and self.audiences is not None and not self.audiences.is_void(row):
            cosines = self.audiences.cosines(self.audiences.vector(row))
            ways[AUDIENCE] = Way(np.maximum(cosines, 0), cosines)
        return ways

    def _grouped(self, rows: Rows, order: Scores, k: int, *, sequels: bool) -> list[list[int]]:
        """Return k rows, the best first, each with those of its series that are not far behind it."""
        depth = AHEAD * k
        while True:
            best = self._single(top(rows, (order, self.columns.popularity), depth)).tolist()
            if sequels:
                groups = [[each] for each in best[:k]]
            else:
                groups = [[best[at] for at in group] for group in grouped(self.table.titles(best), k)]
            if len(groups) == k or depth >= rows.size:
                return groups
            depth *= AHEAD

    def _single(self, rows: Rows) -> Rows:
        """Return the rows in their order with only the first of those that are one film."""
        twin = self.twins[rows]
        one = np.where(twin == ALONE, ALONE - 1 - rows, twin)  # a film that has no other row gets a number of its own
        _, first = np.unique(one, return_index=True)
        return rows[np.sort(first)]

    def _told(self, rows: Sequence[int], rank: int, score: float, reasons: Reasons) -> Similar:
        film, *rest = self.table.fetch(rows)
        series = tuple(Sequel(each.id, each.title) for each in rest)
        return Similar(film, rank, score, why=Why(nearness=reasons.nearness), reasons=reasons, series=series)

    def _why(self, row: int, other: int, ways: Mapping[Alike, Way]) -> Reasons:
        near = ways.get(MEANING) if not self.vectors.is_void(other) else None
        heard = ways.get(AUDIENCE) if self.audiences is not None and not self.audiences.is_void(other) else None
        return Reasons(
            nearness=None if near is None else float(near.scores[other]),
            audience=None if heard is None else float(heard.scores[other]),
            shared=Features(self.columns).shared(row, other) if FEATURES in ways else (),
        )


def _fused(ways: Sequence[Way], others: Mask) -> Way:
    """Return the mean of ways, each as a share of the most alike of the other films: none outshouts the rest.

    A film that is not known in one way is nothing there. Filters play no part, so that they change no score.
    """
    total = np.zeros(others.size, dtype=np.float32)
    for way in ways:
        best = way.scores[others].max(initial=0)
        if best > 0:
            total += way.scores / best
    total /= len(ways)
    return Way(total, total)
