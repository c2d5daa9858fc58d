"""The engine: a bundle, opened, that answers. The app, the API and the command line talk only to it."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self, Unpack

import numpy as np
from numpy.typing import NDArray

from kadr.bundle import Manifest, resolve, verify
from kadr.catalogue.table import FilmTable
from kadr.encode.encoder import Encoder, Profile
from kadr.errors import QueryError
from kadr.film import Film
from kadr.index.arrays import load
from kadr.index.columns import Columns
from kadr.index.lexical import LexicalIndex
from kadr.index.titles import TitleIndex
from kadr.index.vectors import MEASURES, Measure, VectorIndex
from kadr.search.explain import QueryWords, explain
from kadr.search.facets import count_facets
from kadr.search.filters import Mask, clauses, conjunction
from kadr.search.ladder import HOSTED, EncoderState, Ladder, Meant, Sought
from kadr.search.opening import Access, open_ladder, own_ladder
from kadr.search.params import Leg, SearchParams, legs_from_json, lexical_from_json
from kadr.search.rank import nearness, top
from kadr.search.request import BUDGET_MS, MAX_DEPTH, MAX_K, MAX_QUERY, Request, SearchOptions
from kadr.search.scoring import Scored, Words, order, popular, scored
from kadr.search.types import FacetValue, Hit, Mode, Piece, SearchResult, Why, WordMatch

__all__ = [
    "BUDGET_MS",
    "MAX_DEPTH",
    "MAX_K",
    "MAX_QUERY",
    "MEASURES",
    "Access",
    "EncoderState",
    "Engine",
    "Measure",
    "SearchOptions",
]


Explained = tuple[tuple[Piece, ...], tuple[WordMatch, ...]]


@dataclass(frozen=True, slots=True)
class _Answer:
    """A whole answer by one vector, or by none. `took`: seconds by stage."""

    mode: Mode
    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[FacetValue, ...]]
    took: Mapping[str, float]


class _Task:
    """One search at work: what its answers have in common, where there is one without the hosted vector and one with.

    `shown`: by row, what was made to show of a film.
    """

    __slots__ = ("request", "shown", "wishes", "words")

    def __init__(self, request: Request, wishes: Mapping[str, Mask], words: Words) -> None:
        self.request, self.wishes, self.words = request, wishes, words
        self.shown: dict[int, Explained] = {}


@dataclass(frozen=True, slots=True)
class Engine:
    """An opened bundle. Every method may be called from many threads at once; nothing in it changes."""

    path: Path
    manifest: Manifest
    table: FilmTable
    columns: Columns
    vectors: VectorIndex
    lexical: LexicalIndex
    titles: TitleIndex
    ladder: Ladder
    search_params: SearchParams
    legs: Mapping[str, Leg]

    @classmethod
    def open(cls, path: Path | str, access: Access | None = None, encoder: Encoder | None = None) -> Self:
        """Open a bundle, every file checked first.

        Args:
            path: a bundle's folder, or the folder that holds bundles and `current`.
            access: how a hosted encoder may be asked; None where it is not to be, and local encoders or the words alone
                must do.
            encoder: encodes queries instead of the bundle's own encoders, as a model on this machine may; it must be of
                the profile that the films were encoded with.

        Raises:
            BundleMissing: there is no bundle.
            BundleDamaged: a file is missing, changed or foreign.
            BundleForeign: it needs a newer program, or an encoder that this one lacks, or the given encoder is of
                another profile; both are named.
        """
        folder = resolve(Path(path))
        manifest = verify(folder)
        profile = Profile.from_json(manifest.encoder)
        legs = legs_from_json(manifest.fusion)
        if encoder is None:
            ladder = open_ladder(folder / "encoder", profile, legs, access)
        else:
            ladder = own_ladder(encoder, profile, legs)
        lexical = lexical_from_json(manifest.fusion.get("lexical", {}))
        columns = Columns.open(folder / "columns")
        norms = load(folder / "columns" / "norms.npy").view(np.float32)
        return cls(
            path=folder,
            manifest=manifest,
            table=FilmTable.open(folder / "films.duckdb"),
            columns=columns,
            vectors=VectorIndex.open(folder / "films.usearch", norms),
            lexical=LexicalIndex.open(folder / "lexical", columns.n_films, lexical),
            titles=TitleIndex.open(folder / "titles"),
            ladder=ladder,
            search_params=SearchParams.from_json(manifest.search),
            legs=legs,
        )

    def search(self, query: str, **options: Unpack[SearchOptions]) -> SearchResult:
        """Return the films that fit a description, best first. `SearchOptions` says what else may be asked.

        An empty query gives the best known films; one that means nothing here gives none.

        Raises:
            QueryError: an option is out of its range; the message names it.
        """
        start = time.perf_counter()
        request = Request.checked(query, options)
        sought = self._sought(request)  # first of all: while the service is at work, so is this
        task = _Task(request, clauses(self.columns, request.filters), self._words(request))
        answer = None if sought.settled else self._answer(task, sought.standing())
        meant = sought.meant(start + request.budget_ms / 1000 - time.perf_counter())
        if answer is None or meant.leg == HOSTED:
            answer = self._answer(task, meant)
        took = {"encode": meant.seconds, **answer.took, "total": time.perf_counter() - start}
        return SearchResult(
            query=query,
            mode=answer.mode,
            total=answer.total,
            hits=answer.hits,
            facets=answer.facets,
            encoder=meant.leg,
            degraded=meant.lack,
            took_ms={stage: round(seconds * 1000, 3) for stage, seconds in took.items()},
        )

    def found(self, query: str, **options: Unpack[SearchOptions]) -> NDArray[np.integer]:
        """Return the rows of the whole result set of a query, ascending: what `total` and the facets count.

        Raises:
            QueryError: an option is out of its range; the message names it.
        """
        request = Request.checked(query, options)
        wishes = clauses(self.columns, request.filters)
        return np.flatnonzero(self._score(request).found & conjunction(wishes.values(), self.columns.n_films))

    def ranking(self, query: str, k: int) -> NDArray[np.integer]:
        """Return the k best rows of all films, best first, whether they are in the result set or not.

        What the cut of the result set costs is measured against this.
        """
        request = Request.checked(query, {})
        return top(np.arange(self.columns.n_films), order(request, self._score(request), self.columns), k)

    def film(self, film_id: str) -> Film | None:
        """Return one film by its id; None when the bundle has no such film."""
        row = self.table.row_of(film_id)
        return None if row is None else self.table.fetch([row])[0]

    def films(self) -> Iterator[Film]:
        """Yield all films in row order."""
        return self.table.iter_films()

    def similar(self, film_id: str, k: int = 10) -> tuple[Hit, ...]:
        """Return the films nearest in meaning to a film, nearest first; it is not among them.

        A film of which the encoder knows no word has a meaning like no other: nothing is near to it.

        Raises:
            QueryError: the bundle has no such film, or k is out of range.
        """
        row = self.table.row_of(film_id)
        if row is None:
            raise QueryError(f"film: this bundle has no film {film_id!r}")
        if not 1 <= k <= MAX_K:
            raise QueryError(f"k: {k} is not between 1 and {MAX_K}")
        if self.vectors.is_void(row):
            return ()
        cosines = self.vectors.cosines(self.vectors.vector(row))
        scale = next(iter(self.legs.values()))
        near = nearness(cosines, scale.floor, scale.ceiling)
        others = np.delete(np.arange(self.columns.n_films), row)
        rows = top(others, (cosines, self.columns.popularity), k)
        films = self.table.fetch(rows.tolist())
        return tuple(
            Hit(film, i, float(near[r]), why=Why(nearness=float(near[r])))
            for i, (film, r) in enumerate(zip(films, rows.tolist(), strict=True), start=1)
        )

    def random(self, k: int, seed: int) -> tuple[Film, ...]:
        """Return k films drawn without repeats; the same seed draws the same films of one bundle."""
        n = self.columns.n_films
        rows = np.random.default_rng(seed).choice(n, size=min(k, n), replace=False)
        return tuple(self.table.fetch(rows.tolist()))

    def encoder_state(self) -> EncoderState:
        """Return how the encoders stand, to show to a person."""
        return self.ladder.state()

    def close(self) -> None:
        """Let go of the database and of the hosted encoder; the mapped arrays go with the object."""
        self.ladder.close()
        self.table.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _sought(self, request: Request) -> Sought:
        if not request.query or request.mode is Mode.LEXICAL:
            return Sought({}, "")
        return self.ladder.ask(request.query, request.budget_ms / 1000)

    def _words(self, request: Request) -> Words:
        return Words(request.query, self.titles, self.lexical, self.search_params.telling_idf)

    def _score(self, request: Request) -> Scored:
        meant = self._sought(request).meant(request.budget_ms / 1000)
        return self._scored(request, self._words(request), meant)

    def _scored(self, request: Request, words: Words, meant: Meant) -> Scored:
        if not request.query:
            return popular(self.columns.popularity)
        return scored(request, words, meant, self.vectors, self.legs)

    def _answer(self, task: _Task, meant: Meant) -> _Answer:
        start = time.perf_counter()
        request = task.request
        found = self._scored(request, task.words, meant)
        rows = np.flatnonzero(found.found & conjunction(task.wishes.values(), self.columns.n_films))
        page = top(rows, order(request, found, self.columns), request.offset + request.k)[request.offset :]
        ranked = time.perf_counter()
        facets = count_facets(self.columns, found.found, task.wishes, request.filters) if request.facets else {}
        counted = time.perf_counter()
        hits = self._hits(task, found, page)
        took = {"rank": ranked - start, "facets": counted - ranked, "fetch": time.perf_counter() - counted}
        return _Answer(found.mode, int(rows.size), hits, facets, took)

    def _hits(self, task: _Task, found: Scored, page: NDArray[np.integer]) -> tuple[Hit, ...]:
        query = QueryWords(task.request.query)
        exact = set(found.exact.tolist())
        rows: Sequence[int] = page.tolist()
        films = self.table.fetch(rows)
        for row, film in zip(rows, films, strict=True):
            if row not in task.shown:
                task.shown[row] = explain(film, query)
        return tuple(
            Hit(
                film=film,
                rank=rank,
                score=float(found.scores[row]),
                snippet=task.shown[row][0],
                why=Why(
                    exact_title=row in exact,
                    words=task.shown[row][1],
                    nearness=None if found.near is None else round(float(found.near[row]), 4),
                ),
            )
            for rank, (row, film) in enumerate(zip(rows, films, strict=True), task.request.offset + 1)
        )
