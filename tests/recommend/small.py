"""A small catalogue with a recommender of its own."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kadr.catalogue.table import FilmTable, write_films
from kadr.film import Film
from kadr.index.columns import build_columns
from kadr.index.titles import build_titles
from kadr.index.vectors import VectorIndex, write_vectors
from kadr.recommend.content import Recommender
from kadr.search.params import Leg, Scale
from kadr.search.query_type import QueryType

__all__ = ["FLOOR_COSINE", "FULL_COSINE", "films_of", "recommender_of", "vectors_of"]

FLOOR_COSINE, FULL_COSINE = 0.05, 0.9
_LEG = Leg(dict.fromkeys(QueryType, Scale(0.5, FLOOR_COSINE, FULL_COSINE, 0.4)))
DIM = 16


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


def recommender_of(
    folder: Path,
    films: Sequence[Film],
    vectors: NDArray[np.float32],
    void: NDArray[np.bool_] | None = None,
    starts: NDArray[np.integer] | None = None,
) -> Recommender:
    """Write films and vectors into a folder and open them as a bundle's parts."""
    path = folder / "films.usearch"
    norms = write_vectors(path, vectors, [film.id for film in films], void, starts)
    write_films(folder / "films.duckdb", films)
    table = FilmTable.open(folder / "films.duckdb")
    return Recommender.of(table, build_columns(films), VectorIndex.open(path, norms), build_titles(films), _LEG)
