"""The engine: a bundle, opened, that answers. The app, the API and the command line talk only to it."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import NotRequired, Self, TypedDict, Unpack

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
from kadr.search.filters import Mask, check_filters, clauses, conjunction
from kadr.search.ladder import EncoderState, Ladder, Meant
from kadr.search.opening import Access, open_ladder, own_ladder
from kadr.search.params import Leg, SearchParams, legs_from_json, lexical_from_json
from kadr.search.rank import fuse, lexical_share, nearness, top
from kadr.search.types import Filters, Hit, Mode, SearchResult, Sort, Why

__all__ = [
    "BUDGET_MS",
    "MAX_K",
    "MAX_QUERY",
    "MEASURES",
    "Access",
    "EncoderState",
    "Engine",
    "Measure",
    "SearchOptions",
]

BUDGET_MS = 1_500
"""What a visitor waits for a hosted encoder at the most: longer, and a page feels broken; a warm one takes 200."""
MAX_BUDGET_MS = 60_000

MAX_K = 100
"""Films on one page."""
MAX_DEPTH = 10_000
"""How far one may page; beyond it a filter finds more than patience does."""
MAX_QUERY = 10_000
"""Characters of a query: a long retelling has 3,000."""


class SearchOptions(TypedDict):
    """What a search may say beside its query; each has a default.

    k: films on the page, 1 to 100 (10). offset: films before it (0). filters: wishes each film must meet (none).
    mode: hybrid, semantic or lexical (hybrid). sort: relevance, newest, oldest or rating (relevance). measure: cosine,
    dot or l2, how vectors are compared (cosine). facets: whether they are counted (True). budget_ms: milliseconds that
    may be waited for a hosted encoder, 0 to 60,000 (1,500); what comes later serves the next who asks the same.
    """

    k: NotRequired[int]
    offset: NotRequired[int]
    filters: NotRequired[Filters]
    mode: NotRequired[Mode | str]
    sort: NotRequired[Sort | str]
    measure: NotRequired[Measure]
    facets: NotRequired[bool]
    budget_ms: NotRequired[float]


@dataclass(frozen=True, slots=True)
class _Request:
    query: str
    k: int = 10
    offset: int = 0
    filters: Filters = Filters()  # noqa: RUF009  # frozen: one empty Filters may serve all requests
    mode: Mode = Mode.HYBRID
    sort: Sort = Sort.RELEVANCE
    measure: Measure = "cosine"
    facets: bool = True
    budget_ms: float = BUDGET_MS

    @classmethod
    def checked(cls, query: str, options: SearchOptions) -> Self:
        request = cls(query.strip(), **{**options, "mode": _mode(options), "sort": _sort(options)})  # type: ignore[arg-type]
        if len(request.query) > MAX_QUERY:
            raise QueryError(f"query: has {len(request.query)} characters, at most {MAX_QUERY} are allowed; shorten it")
        if not 1 <= request.k <= MAX_K:
            raise QueryError(f"k: {request.k} is not between 1 and {MAX_K}")
        if not 0 <= request.offset <= MAX_DEPTH:
            raise QueryError(f"offset: {request.offset} is not between 0 and {MAX_DEPTH}")
        if request.measure not in MEASURES:
            raise QueryError(f"measure: {request.measure!r} is none of {', '.join(MEASURES)}")
        if not 0 <= request.budget_ms <= MAX_BUDGET_MS:
            raise QueryError(f"budget_ms: {request.budget_ms} is not between 0 and {MAX_BUDGET_MS}")
        check_filters(request.filters)
        return request


@dataclass(frozen=True, slots=True)
class _Scored:
    """What scoring gave over all films, filters aside.

    `cosines` break the ties of scores that reached their bounds; None, like `near`, where no vector was asked.
    """

    scores: NDArray[np.float32]
    found: Mask
    exact: NDArray[np.integer]
    mode: Mode
    near: NDArray[np.float32] | None = None
    cosines: NDArray[np.float32] | None = None
    meant: Meant = Meant(None, "")  # noqa: RUF009  # frozen: one may serve all


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
        request = _Request.checked(query, options)
        wishes = clauses(self.columns, request.filters)
        scored = self._score(request)
        rows = np.flatnonzero(scored.found & conjunction(wishes.values(), self.columns.n_films))
        page = top(rows, self._order(request, scored), request.offset + request.k)[request.offset :]
        ranked = time.perf_counter()
        facets = count_facets(self.columns, scored.found, wishes, request.filters) if request.facets else {}
        counted = time.perf_counter()
        hits = self._hits(request, scored, page)
        end = time.perf_counter()
        waited = scored.meant.seconds
        took = {
            "encode": waited,
            "rank": ranked - start - waited,
            "facets": counted - ranked,
            "fetch": end - counted,
            "total": end - start,
        }
        return SearchResult(
            query=query,
            mode=scored.mode,
            total=int(rows.size),
            hits=hits,
            facets=facets,
            encoder=scored.meant.leg,
            degraded=scored.meant.lack,
            took_ms={stage: round(seconds * 1000, 3) for stage, seconds in took.items()},
        )

    def found(self, query: str, **options: Unpack[SearchOptions]) -> NDArray[np.integer]:
        """Return the rows of the whole result set of a query, ascending: what `total` and the facets count.

        Raises:
            QueryError: an option is out of its range; the message names it.
        """
        request = _Request.checked(query, options)
        wishes = clauses(self.columns, request.filters)
        return np.flatnonzero(self._score(request).found & conjunction(wishes.values(), self.columns.n_films))

    def ranking(self, query: str, k: int) -> NDArray[np.integer]:
        """Return the k best rows of all films, best first, whether they are in the result set or not.

        What the cut of the result set costs is measured against this.
        """
        request = _Request.checked(query, {})
        return top(np.arange(self.columns.n_films), self._order(request, self._score(request)), k)

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

    def _score(self, request: _Request) -> _Scored:
        n = self.columns.n_films
        if not request.query:
            everything = np.ones(n, dtype=np.bool_)
            return _Scored(_unit(self.columns.popularity), everything, np.empty(0, np.int64), Mode.POPULAR)
        exact = self.titles.exact(request.query)
        found = np.zeros(n, dtype=np.bool_)
        found[exact] = True
        lexical = dense = near = cosines = None
        meant, weight = Meant(None, ""), 0.0
        if request.mode is not Mode.LEXICAL:
            meant = self.ladder.meant(request.query, request.budget_ms / 1000)
        if meant.vector is not None:
            leg = self.legs[meant.leg]
            cosines, weight = self.vectors.cosines(meant.vector), leg.dense_weight
            near = dense = nearness(cosines, leg.floor, leg.ceiling)
            found |= near >= leg.near
            if request.measure != "cosine":
                dense = _unit(self.vectors.similarities(meant.vector, request.measure))
        mode = request.mode if dense is not None else Mode.LEXICAL
        if mode is not Mode.SEMANTIC:
            lexical = lexical_share(self.lexical.scores(request.query))
            found |= self.lexical.matching(request.query, self.search_params.telling_idf)
        scores = fuse(lexical, dense, weight, exact)
        return _Scored(scores, found, exact, mode, near, cosines, meant)

    def _order(self, request: _Request, scored: _Scored) -> tuple[NDArray[np.float32], ...]:
        # Scores that reached a bound are told apart by the cosine; namesakes that were typed, by popularity.
        ties = () if scored.cosines is None else (_with(scored.cosines, scored.exact, 1.0),)
        relevance = (scored.scores, *ties, self.columns.popularity)
        if request.sort is Sort.NEWEST:
            return (self.columns.numbers["year"], *relevance)
        if request.sort is Sort.OLDEST:
            return (-self.columns.numbers["year"], *relevance)
        if request.sort is Sort.RATING:
            return (self.columns.numbers["rating"], *relevance)
        return relevance

    def _hits(self, request: _Request, scored: _Scored, page: NDArray[np.integer]) -> tuple[Hit, ...]:
        words = QueryWords(request.query)
        exact = set(scored.exact.tolist())
        rows: Sequence[int] = page.tolist()
        return tuple(
            Hit(
                film=film,
                rank=rank,
                score=float(scored.scores[row]),
                snippet=pieces,
                why=Why(
                    exact_title=row in exact,
                    words=matches,
                    nearness=None if scored.near is None else round(float(scored.near[row]), 4),
                ),
            )
            for rank, (row, film) in enumerate(zip(rows, self.table.fetch(rows), strict=True), request.offset + 1)
            for pieces, matches in (explain(film, words),)
        )


def _with(values: NDArray[np.float32], rows: NDArray[np.integer], value: float) -> NDArray[np.float32]:
    changed = values.copy()
    changed[rows] = value
    return changed


def _unit(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return values on a scale from 0 (the least) to 1 (the greatest)."""
    low, high = float(values.min(initial=np.inf)), float(values.max(initial=-np.inf))
    if not high > low:
        return np.ones_like(values)
    return (values - np.float32(low)) / np.float32(high - low)


def _mode(options: Mapping[str, object]) -> Mode:
    mode = options.get("mode", Mode.HYBRID)
    asked = [m.value for m in Mode if m is not Mode.POPULAR]
    if mode not in asked:
        raise QueryError(f"mode: {mode!r} is none of {', '.join(asked)}")
    return Mode(mode)


def _sort(options: Mapping[str, object]) -> Sort:
    sort = options.get("sort", Sort.RELEVANCE)
    if sort not in [s.value for s in Sort]:
        raise QueryError(f"sort: {sort!r} is none of {', '.join(s.value for s in Sort)}")
    return Sort(sort)
