"""A history in, films with reasons out: what every model has in common, from the filters to the page."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, Protocol, Self, TypedDict

import numpy as np
from numpy.typing import NDArray

from kadr.catalogue.table import FilmTable
from kadr.errors import QueryError
from kadr.index.columns import Columns
from kadr.index.titles import TitleIndex
from kadr.index.twins import ALONE, twins_of
from kadr.index.vectors import VectorIndex
from kadr.recommend.because import Shares
from kadr.recommend.card import Weights
from kadr.recommend.collaborative import Collaborative
from kadr.recommend.content import ByContent, Content
from kadr.recommend.diverse import diversified
from kadr.recommend.fold_in import Taste, fold
from kadr.recommend.fused import Fused
from kadr.recommend.standing import renown
from kadr.recommend.types import DIVERSITY, MAX_EVENTS, Event, ModelInfo, Recommendation, Recommended, check_history
from kadr.search.filters import Mask, clauses, conjunction
from kadr.search.params import Leg
from kadr.search.rank import top
from kadr.search.request import Request
from kadr.search.scoring import popular
from kadr.search.types import Filters

__all__ = [
    "COLLABORATIVE",
    "CONTENT",
    "FUSION",
    "POPULAR",
    "Asked",
    "Folded",
    "RecommendOptions",
    "Recommender",
    "Scoring",
]

FUSION, COLLABORATIVE, CONTENT, POPULAR = "fusion", "collaborative", "content", "popular"
"""Names of models, the best first."""
POOL = 100
"""Films at the top among which diversity chooses; those after them stand in the order of their scores."""
BLOCK = 128
"""Best known films that are compared with what was disliked at a time: of each so many, half stay at the least."""
LEAST = np.float32(1e-6)
"""A score that is more than what rounding leaves."""
LEAST_CONTENT = 0.01
"""What meaning counts in a fusion at the least, so that a film without ratings is not out of reach."""

Rows = NDArray[np.integer]
Scores = NDArray[np.float32]
Parts = NDArray[np.float64]


class Scoring(Protocol):
    """How films are scored for one taste."""

    def candidates(self, allowed: Mask) -> Rows:
        """Return the rows worth scoring, ascending."""

    def scores(self, rows: Rows) -> Scores:
        """Return the score of each row, float32 (rows,); TOO_NEAR for those that are like a disliked film."""

    def parts(self, rows: Rows) -> tuple[Parts, Parts]:
        """Return what each score is made of: float64 (rows, films of the taste), and (rows,) for being well known."""


class RecommendOptions(TypedDict, total=False):
    """What a recommendation may be asked with beside the history and the number of films.

    Attributes:
        offset: films before the page, 0 to start with.
        filters: wishes that each film must meet.
        diversity: from 0, the order of the scores, to 1, as various as can be.
        model: the name of a model; "" for the best there is, the first.
        reasons: films of the history that are named for each film, those that speak the loudest; all to start with.
    """

    offset: int
    filters: Filters
    diversity: float
    model: str
    reasons: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What a recommendation is asked with. `k`: films on the page, 1 to 100; the rest is as in `RecommendOptions`."""

    k: int = 10
    offset: int = 0
    filters: Filters = Filters()  # noqa: RUF009  # frozen: one empty Filters may serve all
    diversity: float = DIVERSITY
    model: str = ""
    reasons: int = MAX_EVENTS

    def check(self, models: Sequence[str]) -> None:
        """Raise QueryError where one is out of its range."""
        Request.checked("", {"k": self.k, "offset": self.offset, "filters": self.filters})
        if not 0 <= self.diversity <= 1:
            raise QueryError(f"diversity: {self.diversity} is not between 0 and 1")
        if not 0 <= self.reasons <= MAX_EVENTS:
            raise QueryError(f"reasons: {self.reasons} is not between 0 and {MAX_EVENTS}")
        if self.model and self.model not in models:
            raise QueryError(f"model: {self.model[:80]!r} is none of {', '.join(models)}")


@dataclass(frozen=True, slots=True)
class Folded:
    """A page of recommendations before any film is fetched.

    Attributes:
        rows: the films, best first.
        scores: float64 (rows,).
        parts: float64 (rows, films of the taste), what each gives; with no columns where the films are only popular.
        known: float64 (rows,), what each score has for being well known.
        taste: what the history says.
        mode: as `Recommended` has it.
    """

    rows: Rows
    scores: Parts
    parts: Parts
    known: Parts
    taste: Taste
    mode: Literal["personal", "popular"]


@dataclass(frozen=True, slots=True)
class Recommender:
    """What recommends films of one bundle. Threads may share it; nothing in it changes.

    `models`: what there is to choose from, the best first. `mixtures`: those of them that ratings speak in.
    """

    table: FilmTable
    columns: Columns
    content: Content
    twins: NDArray[np.int32]
    ratings: Collaborative | None
    mixtures: dict[str, Fused]
    models: tuple[ModelInfo, ...]

    @classmethod
    def of(
        cls,
        table: FilmTable,
        columns: Columns,
        titles: TitleIndex,
        content: Content,
        ratings: Collaborative | None = None,
    ) -> Self:
        """Return the recommender of a bundle's parts; `ratings` is None where it learned from none."""
        twins = twins_of(titles, columns.numbers["year"])
        plain = (ModelInfo(CONTENT, "vectors"), ModelInfo(POPULAR, "votes" if ratings is None else "ratings"))
        if ratings is None:
            return cls(table, columns, content, twins, None, {}, plain)
        card = ratings.card
        tuned = replace(card.fusion, content=max(card.fusion.content, LEAST_CONTENT))
        votes = renown(columns.numbers["votes"])
        kinds = {FUSION: tuned, COLLABORATIVE: Weights()}
        mixtures = {name: Fused.of(ratings, content, votes, weights) for name, weights in kinds.items()}
        trained = [ModelInfo(name, card.name, card.trained_on, card.figures) for name in mixtures]
        return cls(table, columns, content, twins, ratings, mixtures, (*trained, *plain))

    @classmethod
    def open(
        cls, bundle: Path, table: FilmTable, columns: Columns, vectors: VectorIndex, titles: TitleIndex, leg: Leg
    ) -> Self:
        """Return the recommender of a bundle whose other parts are open; `leg` says what a cosine is worth.

        Raises:
            BundleDamaged: what was learned from ratings is damaged.
        """
        ratings = Collaborative.open(bundle, columns.n_films)
        return cls.of(table, columns, titles, Content.of(columns, vectors, leg), ratings)

    def recommend(self, history: Sequence[Event], asked: Asked = Asked()) -> Recommended:
        """Return films for somebody with this history, best first; `Engine.recommend` says more.

        Raises:
            QueryError: a parameter or an event is out of its range; the message names it.
        """
        folded = self.fold_in(history, asked)
        shares = Shares.of(folded.parts, folded.scores, asked.reasons)
        places = shares.places()
        titles = self.table.titles(folded.taste.rows[places].tolist())
        named = [(folded.taste.films[at], title) for at, title in zip(places.tolist(), titles, strict=True)]
        personal = folded.mode == "personal"
        items = tuple(
            Recommendation(film, rank, score, because, known / score if personal else 0.0, others)
            for rank, (film, score, known, (because, others)) in enumerate(
                zip(
                    self.table.fetch(folded.rows.tolist()),
                    folded.scores.tolist(),
                    folded.known.tolist(),
                    shares.told(places, named),
                    strict=True,
                ),
                asked.offset + 1,
            )
        )
        return Recommended(items, folded.mode, folded.taste.unknown, asked.model or self.models[0].name)

    def fold_in(self, history: Sequence[Event], asked: Asked) -> Folded:
        """Return what is recommended, without fetching a film: what is measured where speed is.

        Raises:
            QueryError: a parameter or an event is out of its range; the message names it.
        """
        asked.check([model.name for model in self.models])
        check_history(history)
        name = asked.model or self.models[0].name
        mixture = self.mixtures.get(name)
        if mixture is None:
            taste = fold(history, self.table.row_of, self.content.vectors.is_void)
        else:
            taste = fold(history, self.table.row_of, mixture.is_void, mixture.ratings.card.history, MAX_EVENTS)
        allowed = self._allowed(taste, asked.filters)
        page = slice(asked.offset, asked.offset + asked.k)
        if taste.liked and name != POPULAR:
            scoring: Scoring = ByContent(self.content, taste) if mixture is None else mixture.asked(taste)
            rows, order = self._ranked(scoring, allowed, page.stop, asked.diversity)
            if rows.size:
                shown = rows[order[page]]
                parts, known = scoring.parts(shown)
                return Folded(shown, parts.sum(axis=1) + known, parts, known, taste, "personal")
        return self._popular(taste, allowed, page)

    def _allowed(self, taste: Taste, filters: Filters) -> Mask:
        allowed = conjunction(clauses(self.columns, filters).values(), self.columns.n_films)
        allowed[taste.seen] = False
        seen = self.twins[taste.seen]
        seen = seen[seen != ALONE]
        if seen.size:
            allowed &= ~np.isin(self.twins, seen)
        return allowed

    def _ranked(self, scoring: Scoring, allowed: Mask, depth: int, diversity: float) -> tuple[Rows, list[int]]:
        """Return rows in the order of their scores, and the places among them in which they are shown."""
        rows = scoring.candidates(allowed)
        scores = self._spread(rows, scoring.scores(rows))
        rows = self._single(rows[scores[rows] > LEAST], scores)
        best = top(rows, (scores, self.columns.popularity), max(depth, POOL))
        pool = best[:POOL]
        if not pool.size:
            return best, []
        order = diversified(scores[pool], diversity, depth, self.content.near(pool, pool)) if diversity else []
        return best, [*(order or range(pool.size)), *range(pool.size, best.size)]

    def _spread(self, rows: Rows, scores: Scores) -> Scores:
        """Return the scores of some rows by row number, float32 (n_films,)."""
        spread = np.zeros(self.columns.n_films, dtype=np.float32)
        spread[rows] = scores
        return spread

    def _single(self, rows: Rows, scores: Scores) -> Rows:
        """Return the rows, ascending, with only the best of those that are one film."""
        twin = self.twins[rows]
        several = rows[twin != ALONE]
        if not several.size:
            return rows
        ranked = several[np.lexsort((several, -scores[several]))]
        _, first = np.unique(self.twins[ranked], return_index=True)
        return np.sort(np.concatenate([rows[twin == ALONE], ranked[first]]))

    def _popular(self, taste: Taste, allowed: Mask, page: slice) -> Folded:
        """Return the best known films: by those who rated where the bundle knows them, else by votes."""
        known = popular(self.columns.popularity).scores
        keys = (known,) if self.ratings is None else (self.ratings.fame, known)
        allowed_rows = self._single(np.flatnonzero(allowed), keys[0])
        depth = -(-page.stop // BLOCK) * BLOCK
        while True:  # to compare all with what was disliked would take far longer
            best = top(allowed_rows, keys, depth)
            blocks = (best[start : start + BLOCK] for start in range(0, best.size, BLOCK))
            kept = [block[~self.content.too_near(taste, block)] for block in blocks]
            rows = np.concatenate([best[:0], *kept])[page]
            if rows.size == page.stop - page.start or best.size == allowed_rows.size:
                break
            depth *= 2
        scores = keys[0][rows].astype(np.float64)
        return Folded(rows, scores, np.empty((rows.size, 0)), scores, taste, "popular")
