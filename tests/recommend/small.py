"""A small catalogue with a recommender of its own."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kadr.catalogue.table import FilmTable, write_films
from kadr.film import Film
from kadr.index.columns import build_columns
from kadr.index.titles import build_titles
from kadr.index.vectors import VectorIndex, write_vectors
from kadr.recommend.card import ModelCard, Weights
from kadr.recommend.collaborative import Collaborative
from kadr.recommend.content import Content
from kadr.recommend.factors import Factors
from kadr.recommend.fold_in import Fading
from kadr.recommend.recommender import Asked, Recommender
from kadr.recommend.types import Event, Recommended
from kadr.search.params import Leg, Scale
from kadr.search.query_type import QueryType

__all__ = [
    "CARD",
    "FLOOR_COSINE",
    "FULL_COSINE",
    "LEG",
    "films_of",
    "ratings_of",
    "recommend",
    "recommender_of",
    "vectors_of",
]

FLOOR_COSINE, FULL_COSINE = 0.05, 0.9
LEG = Leg(dict.fromkeys(QueryType, Scale(0.5, FLOOR_COSINE, FULL_COSINE, 0.4, 0.4)))
DIM = 16
CARD = ModelCard(
    "ease-uw",
    "reduced-rank",
    {"ratings": 12_000, "users": 300, "films": 200, "liked_from": 7.0, "sha256": "0" * 64},
    {"rank": 8},
    {"ndcg@10": 0.35},
    Weights(1.0, 0.3, 0.2),
    Fading(5.0, 0.2),
)


def films_of(count: int) -> list[Film]:
    """Return films in the order of their ids; every third is a comedy, the first ones are the best known."""
    return [
        Film(
            id=f"f{i:04}",
            title=f"Картина {i}",
            year=1950 + i % 60,
            genres=("комедия",) if i % 3 == 0 else ("драма",),
            rating=5 + i % 5,
            votes=10_000 // (1 + i),
        )
        for i in range(count)
    ]


def vectors_of(count: int, groups: int = 6) -> NDArray[np.float32]:
    """Return vectors in groups, float32 (count, DIM): film i is of group i % groups."""
    rng = np.random.default_rng(3)
    centres = rng.normal(size=(groups, DIM))
    return (centres[np.arange(count) % groups] + rng.normal(size=(count, DIM)) * 0.9).astype(np.float32)


def ratings_of(count: int, rated: int, rank: int = 8, card: ModelCard = CARD) -> Collaborative:
    """Return what was learned from ratings of the first films; the others have none."""
    rng = np.random.default_rng(11)
    groups = rng.normal(size=(5, rank))
    encoder, decoder = (groups[np.arange(count) % 5] + rng.normal(size=(count, rank)) * 0.5 for _ in range(2))
    encoder[rated:] = decoder[rated:] = 0
    fame = np.where(np.arange(count) < rated, 1 / (1 + np.arange(count) % 50), 0)
    factors = Factors.quantised(encoder.astype(np.float32), decoder.astype(np.float32))
    return Collaborative.of(factors, fame.astype(np.float32), card)


def recommender_of(
    folder: Path,
    films: Sequence[Film],
    vectors: NDArray[np.float32],
    void: NDArray[np.bool_] | None = None,
    starts: NDArray[np.integer] | None = None,
    ratings: Collaborative | None = None,
) -> Recommender:
    """Write films and vectors into a folder and open them as a bundle's parts."""
    path = folder / "films.usearch"
    norms = write_vectors(path, vectors, [film.id for film in films], void, starts)
    write_films(folder / "films.duckdb", films)
    table = FilmTable.open(folder / "films.duckdb")
    columns = build_columns(films)
    content = Content.of(columns, VectorIndex.open(path, norms), LEG)
    return Recommender.of(table, columns, build_titles(films), content, ratings)


def recommend(recommender: Recommender, history: Sequence[Event], **asked: Any) -> Recommended:
    """Ask a recommender; `asked` are the fields of `Asked`."""
    return recommender.recommend(history, Asked(**asked))
