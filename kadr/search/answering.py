"""One search, from a request to an answer: read, score, choose, order, explain."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from kadr.encode.passages import windows
from kadr.film import Film
from kadr.search.asked import Asked, read
from kadr.search.choosing import Chosen, choose
from kadr.search.explain import QueryWords, explain
from kadr.search.facets import count_facets
from kadr.search.filters import Mask, clauses
from kadr.search.ladder import Meant, Sought
from kadr.search.parts import Parts
from kadr.search.rank import nearness, top
from kadr.search.refine import Means, Refining
from kadr.search.request import Request
from kadr.search.rewrite import worth_rewriting
from kadr.search.scoring import Scored, Words, order, popular, scored
from kadr.search.types import FacetValue, Hit, Mode, Piece, Sort, Why, Wish, WordMatch
from kadr.search.understand import UNWANTED, understand
from kadr.search.wishes import liked

__all__ = ["Answer", "Search"]

Explained = tuple[tuple[Piece, ...], tuple[WordMatch, ...]]
Rows = NDArray[np.integer]


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer by one vector, or by none. `took`: seconds by stage."""

    mode: Mode
    total: int
    following: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[FacetValue, ...]]
    wishes: tuple[Wish, ...]
    relaxed: bool
    took: Mapping[str, float]


@dataclass(slots=True, eq=False)
class Search:
    """One search at work. `until`: when the visitor's patience ends, by `time.perf_counter`."""

    parts: Parts
    asked: Asked
    masks: Mapping[str, Mask]
    words: Words
    until: float

    @classmethod
    def of(cls, parts: Parts, request: Request) -> Self:
        """Return the search that a request asks for; its time begins now."""
        until = time.perf_counter() + request.budget_ms / 1000
        asked = read(request, parts.speller, parts.known)
        words = _words(parts, asked.request.query)
        return cls(parts, asked, clauses(parts.columns, request.filters), words, until)

    @property
    def left(self) -> float:
        """Seconds that the visitor will still wait."""
        return self.until - time.perf_counter()

    def sought(self) -> Sought:
        """Begin to seek the query's vector, and return at once."""
        return _sought(self.parts, self.asked.request, self.left)

    def refining(self) -> Refining:
        """Begin to refine the query; one that is sorted otherwise, or has no words, is not."""
        request = self.asked.request
        if request.sort is not Sort.RELEVANCE or not request.query:
            return Refining("")
        worth = worth_rewriting(request.query, self.words.exact)
        return self.parts.refiner.begin(request.query, self.left, rewrite=worth)

    def chosen(self, meant: Meant, refining: Refining | None = None) -> Chosen:
        """Return what may be shown, by a vector or without."""
        found = self._scored(meant)
        if refining is not None:
            found = refining.widened(found, self._means(), self.left)
        lexical, telling = self.parts.lexical, self.parts.params.telling_idf
        holding = {w.key: lexical.matching(w.label, telling) for w in self.asked.wishes if w.kind == UNWANTED}
        return choose(found, self.masks, self.asked.wishes, self.parts.columns, long=self.asked.long, holding=holding)

    def ranked(self, chosen: Chosen, k: int, among: Mask | None = None) -> Rows:
        """Return the k best rows of those that are allowed, or of those given, best first."""
        rows = np.flatnonzero(chosen.allowed if among is None else among)
        keys = order(self.asked.request, chosen.found, self.parts.columns)
        if self.asked.request.sort is not Sort.RELEVANCE and chosen.following.any():
            keys = ((~chosen.following).astype(np.float32), *keys)  # by relevance they stand behind as it is
        return top(rows, keys, k)

    def answer(self, meant: Meant, refining: Refining) -> Answer:
        """Return the answer by a vector, or without one."""
        start = time.perf_counter()
        request, columns = self.asked.request, self.parts.columns
        chosen = self.chosen(meant, refining)
        depth = request.offset + request.k
        to_read = self.parts.refiner.params.rerank_depth
        best, found = self.ranked(chosen, max(depth, to_read)), chosen.found
        if request.offset < to_read:
            best, found = refining.reordered(best, found, self.parts.table.fetch, self.left)
        ranked = time.perf_counter()
        facets = count_facets(columns, found.found, chosen.masks, request.filters) if request.facets else {}
        counted = time.perf_counter()
        hits = self._hits(found, best[request.offset : depth], meant)
        took = {"rank": ranked - start, "facets": counted - ranked, "fetch": time.perf_counter() - counted}
        total, following = (int(np.count_nonzero(mask)) for mask in (chosen.allowed, chosen.following))
        return Answer(found.mode, total, following, hits, facets, tuple(chosen.wishes), chosen.relaxed, took)

    def _scored(self, meant: Meant) -> Scored:
        request, parts = self.asked.request, self.parts
        if request.query:
            found = scored(request, self.words, meant, parts.vectors, parts.legs)
        else:
            found = popular(parts.columns.popularity)
        if not self.asked.like or parts.vectors.is_void(self.asked.like[0]):
            return found
        scale = next(iter(parts.legs.values()))
        near = nearness(parts.vectors.cosines(parts.vectors.vector(self.asked.like[0])), scale.floor, scale.ceiling)
        scores = liked(found.scores if request.query else None, near, self.asked.like)
        by_meaning = request.mode is Mode.SEMANTIC or not request.query
        mode = Mode.SEMANTIC if by_meaning else Mode.HYBRID
        return replace(found, scores=scores, found=found.found | (near > 0), mode=mode, near=near)

    def _means(self) -> Means:
        request, parts = self.asked.request, self.parts

        def retell(retelling: str) -> Scored:
            left = max(0.0, self.left) / 2  # the other half is the reranking's
            told = replace(request, query=retelling)
            meant = _sought(parts, told, left).meant(left)
            return scored(told, _words(parts, retelling), meant, parts.vectors, parts.legs)

        return Means(retell, lambda phrase: understand(phrase, parts.known).wishes, parts.titles, parts.columns)

    def _hits(self, found: Scored, page: Rows, meant: Meant) -> tuple[Hit, ...]:
        query = QueryWords(self.asked.request.query, self.words.otherwise)
        exact = set(found.exact.tolist())
        rows: Sequence[int] = page.tolist()
        films = self.parts.table.fetch(rows)
        shown = [self._shown(row, film, query, meant) for row, film in zip(rows, films, strict=True)]
        return tuple(
            Hit(
                film=film,
                rank=rank,
                score=float(found.scores[row]),
                snippet=snippet,
                why=Why(
                    exact_title=row in exact,
                    words=matched,
                    nearness=None if found.near is None else round(float(found.near[row]), 4),
                ),
            )
            for rank, (row, film, (snippet, matched)) in enumerate(
                zip(rows, films, shown, strict=True), self.asked.request.offset + 1
            )
        )

    def _shown(self, row: int, film: Film, query: QueryWords, meant: Meant) -> Explained:
        at = self._passage(row, meant)
        return explain(film, query, windows(film)[at - 1] if at else "", self.words.otherwise.spelt_in(row))

    def _passage(self, row: int, meant: Meant) -> int:
        """Return which passage of a film the query is nearest to: 0 for its whole, 1 for its first window."""
        if meant.vector is None or self.parts.vectors.starts is None:
            return 0
        return self.parts.vectors.nearest_passage(meant.vector, row)


def _words(parts: Parts, query: str) -> Words:
    return Words(query, parts.titles, parts.lexical, parts.params)


def _sought(parts: Parts, request: Request, budget: float) -> Sought:
    if not request.query or request.mode is Mode.LEXICAL:
        return Sought({}, "")
    return parts.ladder.ask(request.query, budget)
