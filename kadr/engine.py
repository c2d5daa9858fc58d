"""The engine: a bundle, opened, that answers. The app, the API and the command line talk only to it."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self, Unpack

import numpy as np
from numpy.typing import NDArray

from kadr.bundle import Manifest, resolve, verify
from kadr.bundle.manifest import MEND
from kadr.encode.encoder import Encoder, Profile
from kadr.errors import BundleDamaged, QueryError
from kadr.film import Film
from kadr.index.themes import Theme
from kadr.index.vectors import MEASURES, Measure
from kadr.recommend.lookup import Lookup, Named
from kadr.recommend.recommender import Asked, RecommendOptions
from kadr.recommend.start import starters
from kadr.recommend.types import Alike, Event, ModelInfo, Recommended, Similar
from kadr.search.answering import Search
from kadr.search.asked import read
from kadr.search.ladder import EncoderState
from kadr.search.opening import Access
from kadr.search.parts import Parts
from kadr.search.rank import top
from kadr.search.request import BUDGET_MS, MAX_DEPTH, MAX_K, MAX_QUERY, Request, SearchOptions
from kadr.search.types import Filters, SearchResult, Suggestion, Wish

__all__ = [
    "BUDGET_MS",
    "MAX_DEPTH",
    "MAX_K",
    "MAX_QUERY",
    "MAX_RECENT",
    "MEASURES",
    "Access",
    "EncoderState",
    "Engine",
    "Measure",
    "SearchOptions",
    "Theme",
]

MAX_RECENT = 10
"""Queries of a visitor that suggestions lean on, the last ones."""


@dataclass(frozen=True, slots=True)
class Engine:
    """An opened bundle. Every method may be called from many threads at once; nothing in it changes."""

    path: Path
    manifest: Manifest
    parts: Parts

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
            BundleDamaged: a file is missing, changed or foreign, or they do not fit together.
            BundleForeign: it needs a newer program, or an encoder that this one lacks, or the given encoder is of
                another profile; both are named.
        """
        folder = resolve(Path(path))
        manifest = verify(folder)
        profile = Profile.from_json(manifest.encoder)
        try:
            parts = Parts.open(folder, profile, manifest.search, manifest.fusion, access, encoder)
        except (ArithmeticError, LookupError, ValueError) as error:  # each as it was written, by whomever
            what = f"its files do not fit together ({type(error).__name__}); {MEND}"
            raise BundleDamaged(f"{folder.name}: {what}") from error
        return cls(folder, manifest, parts)

    def search(self, query: str, **options: Unpack[SearchOptions]) -> SearchResult:
        """Return the films that fit a description, best first. `SearchOptions` says what else may be asked.

        An empty query gives the best known films; one that means nothing here gives none.

        Raises:
            QueryError: an option is out of its range; the message names it.
        """
        start = time.perf_counter()
        search = Search.of(self.parts, Request.checked(query, options))
        sought = search.sought()  # first of all: while the service is at work, so is what needs no vector
        refining = search.refining()
        if not sought.settled:
            search.words.hear()
            sought.standing()
        meant = sought.meant(search.left)
        answer = search.answer(meant, refining)
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
            refined=refining.lacks,
            correction=search.asked.correction,
            wishes=answer.wishes,
            relaxed=answer.relaxed,
            following=answer.following,
        )

    def wishes(self, query: str, *, as_typed: bool = False) -> tuple[Wish, ...]:
        """Return all wishes that a search reads out of a query, none of them ignored.

        Raises:
            QueryError: the query is too long.
        """
        request = Request.checked(query, {"as_typed": as_typed})
        return read(request, self.parts.speller, self.parts.known).wishes

    def suggest(self, text: str, k: int = 8, recent: Sequence[str] = ()) -> tuple[Suggestion, ...]:
        """Return what somebody who is typing may mean, the likeliest first.

        Args:
            text: what was typed so far.
            k: how many, 1 to 100.
            recent: the visitor's last queries, the last one last; films near to them come sooner. They are encoded in
                the bundle alone: nothing waits for a service.

        Raises:
            QueryError: k is out of range.
        """
        _check_k(k)
        if len(text) > MAX_QUERY:
            raise QueryError(f"text: has {len(text)} characters, at most {MAX_QUERY} are allowed; shorten it")
        vectors = [self.parts.ladder.at_hand(each[:MAX_QUERY]) for each in recent[-MAX_RECENT:]]
        return self.parts.suggester.suggest(text, k, [vector for vector in vectors if vector is not None])

    def themes(self) -> tuple[Theme, ...]:
        """Return the themes of the catalogue, the largest first; none where it is small."""
        return self.parts.columns.themes.themes

    def found(self, query: str, **options: Unpack[SearchOptions]) -> NDArray[np.integer]:
        """Return the rows of the whole result set of a query, ascending: what `total` and the facets count.

        Raises:
            QueryError: an option is out of its range; the message names it.
        """
        search = Search.of(self.parts, Request.checked(query, options))
        return np.flatnonzero(search.chosen(search.sought().meant(search.left)).allowed)

    def ranking(self, query: str, k: int) -> NDArray[np.integer]:
        """Return the k best rows of all films, best first, whether they are in the result set or not.

        What the cut of the result set costs is measured against this.
        """
        search = Search.of(self.parts, Request.checked(query, {}))
        chosen = search.chosen(search.sought().meant(search.left))
        return search.ranked(chosen, k, among=np.ones(self.parts.columns.n_films, dtype=np.bool_))

    def film(self, film_id: str) -> Film | None:
        """Return one film by its id; None when the bundle has no such film."""
        row = self.parts.table.row_of(film_id)
        return None if row is None else self.parts.table.fetch([row])[0]

    def films(self) -> Iterator[Film]:
        """Yield all films in row order."""
        return self.parts.table.iter_films()

    def similar(
        self,
        film_id: str,
        k: int = 10,
        by: Alike = "fused",
        filters: Filters = Filters(),  # noqa: B008  # frozen: one empty Filters may serve all calls
        *,
        sequels: bool = False,
    ) -> tuple[Similar, ...]:
        """Return films like a film, the most alike first; no other row of the same film is among them.

        A film of which nothing is known in the way that is asked has none that is like it.

        Args:
            film_id: as films have it.
            k: how many, 1 to 100.
            by: "meaning", what the films tell of; "features", the people, genres, countries, tags, themes and years
                that they have in common, the rare ones first; "audience", who likes them, where the bundle learned from
                ratings; "fused", the mean of all three.
            filters: wishes that each film must meet.
            sequels: whether films of one series may come one after the other; else the best one comes, and names them.

        Raises:
            QueryError: the bundle has no such film, or a parameter is out of its range; the message names it.
        """
        return self.parts.likeness.similar(film_id, k, by, filters, sequels=sequels)

    def recommend(self, history: Sequence[Event], k: int = 10, **options: Unpack[RecommendOptions]) -> Recommended:
        """Return films for somebody with this history, best first; nothing of it is kept.

        What the history holds is left out, and so is any other row of the same film. Where nothing in it speaks for
        an allowed film, the best known ones come, and `mode` says so.

        Args:
            history: what the visitor told, the newest last; events with times are put in their order.
            k: films on the page, 1 to 100.
            **options: as `RecommendOptions` says them; one that is left out takes its default.

        Raises:
            QueryError: a parameter or an event is out of its range; the message names it.
        """
        return self.parts.recommender.recommend(history, Asked(k, **options))

    def models(self) -> tuple[ModelInfo, ...]:
        """Return the ways to recommend that there are, the best first.

        "content" and "popular" are always there; "fusion" and "collaborative" where the bundle learned from ratings.
        """
        return self.parts.recommender.models

    def starters(self, k: int = 20) -> tuple[Film, ...]:
        """Return well-known films that are unlike each other, for a visitor to begin with.

        Raises:
            QueryError: k is out of range.
        """
        _check_k(k)
        recommender = self.parts.recommender
        content, ratings = recommender.content, recommender.ratings
        rows = np.flatnonzero(content.vectors.norms > 0)
        fame = content.fame if ratings is None else ratings.fame
        known = top(rows, (fame, self.parts.columns.popularity), rows.size)
        return tuple(self.parts.table.fetch(starters(known, recommender.twins, content.near, k).tolist()))

    def find(self, asked: Sequence[Named]) -> tuple[str | None, ...]:
        """Return the ids of films that other places name, None for each that is not here or may be several."""
        parts = self.parts
        rows = Lookup.open(self.path, parts.table, parts.titles, parts.columns).rows(asked)
        films = iter(parts.table.fetch([row for row in rows if row is not None]))
        return tuple(None if row is None else next(films).id for row in rows)

    def places(self) -> NDArray[np.float32] | None:
        """Return where each film lies on the map, float32 (n_films, 2) in [0, 1], near films together.

        Row i is the i-th of `films()`; NaN for a film that has no vector. None where the catalogue is too small for a
        map, or was built before there were any.
        """
        return self.parts.places.at if self.parts.places.drawn else None

    def random(self, k: int, seed: int) -> tuple[Film, ...]:
        """Return k films drawn without repeats; the same seed draws the same films of one bundle."""
        n = self.parts.columns.n_films
        rows = np.random.default_rng(seed).choice(n, size=min(k, n), replace=False)
        return tuple(self.parts.table.fetch(rows.tolist()))

    def encoder_state(self) -> EncoderState:
        """Return how the encoders stand, to show to a person."""
        return self.parts.ladder.state()

    def close(self) -> None:
        """Let go of the database and of hosted models; the mapped arrays go with the object."""
        self.parts.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _check_k(k: int) -> None:
    """Raise QueryError where k is out of range."""
    if not 1 <= k <= MAX_K:
        raise QueryError(f"k: {k} is not between 1 and {MAX_K}")
