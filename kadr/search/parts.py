"""The parts of an opened bundle that answer a search."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np

from kadr.catalogue.table import FilmTable
from kadr.encode.encoder import Encoder, Profile
from kadr.errors import BundleDamaged
from kadr.index.arrays import load
from kadr.index.columns import Columns
from kadr.index.lexical import LexicalIndex
from kadr.index.mentions import Mentions
from kadr.index.places import Places
from kadr.index.titles import TitleIndex
from kadr.index.vectors import VectorIndex
from kadr.recommend.recommender import Recommender
from kadr.recommend.similar import Likeness
from kadr.search.ladder import Ladder
from kadr.search.opening import Access, open_ladder, own_ladder
from kadr.search.params import Leg, SearchParams, legs_from_json, lexical_from_json
from kadr.search.refine import Refiner, open_refiner
from kadr.search.refine_params import RefineParams
from kadr.search.spelling import Speller
from kadr.search.suggest import Suggester
from kadr.search.understand import Known

__all__ = ["Parts"]


@dataclass(frozen=True, slots=True)
class Parts:
    """What a search asks, each a part of one bundle. Threads may share it; nothing in it changes."""

    table: FilmTable
    columns: Columns
    vectors: VectorIndex
    lexical: LexicalIndex
    titles: TitleIndex
    known: Known
    speller: Speller
    ladder: Ladder
    refiner: Refiner
    params: SearchParams
    legs: Mapping[str, Leg]
    recommender: Recommender
    likeness: Likeness
    places: Places

    @classmethod
    def open(
        cls,
        folder: Path,
        profile: Profile,
        search: Mapping[str, Any],
        fusion: Mapping[str, Any],
        access: Access | None = None,
        encoder: Encoder | None = None,
    ) -> Self:
        """Open the files of a bundle that was checked.

        Args:
            folder: the bundle's.
            profile: of the encoder that the films were encoded with.
            search: the manifest's parameters of what is in an answer.
            fusion: the manifest's parameters of scores.
            access: how hosted models may be asked; None where they are not to be.
            encoder: encodes queries instead of the bundle's own encoders.

        Raises:
            BundleDamaged: a file or a parameter is not as it should be.
            BundleForeign: it needs an encoder that this program lacks, or the given one is of another profile.
        """
        legs = legs_from_json(fusion)
        if encoder is None:
            ladder = open_ladder(folder / "encoder", profile, legs, access)
        else:
            ladder = own_ladder(encoder, profile, legs)
        columns = Columns.open(folder / "columns")
        norms = load(folder / "columns" / "norms.npy", np.float32)
        params = lexical_from_json(fusion.get("lexical", {}))
        lexical = LexicalIndex.open(folder / "lexical", columns.n_films, params)
        titles = TitleIndex.open(folder / "titles")
        table = FilmTable.open(folder / "films.duckdb")
        vectors = VectorIndex.open(folder / "films.usearch", norms)
        if not columns.n_films == len(table) == vectors.n_films:
            of = f"columns of {columns.n_films} films, records of {len(table)}, vectors of {vectors.n_films}"
            raise BundleDamaged(f"{folder.name}: has {of}; rebuild the bundle")
        first = next(iter(legs.values()))
        recommender = Recommender.open(folder, table, columns, vectors, titles, first)
        return cls(
            table=table,
            columns=columns,
            vectors=vectors,
            lexical=lexical,
            titles=titles,
            known=Known(columns, Mentions.open(folder / "mentions")),
            speller=Speller(titles, lexical),
            ladder=ladder,
            refiner=open_refiner(
                RefineParams.from_json(search.get("refine", {})), access, own_encoder=bool(profile.url)
            ),
            params=SearchParams.from_json(search),
            legs=legs,
            recommender=recommender,
            likeness=Likeness.of(recommender, vectors, first),
            places=Places.open(folder / "columns", columns.n_films),
        )

    @property
    def suggester(self) -> Suggester:
        """What completes a query."""
        return Suggester(self.titles, self.vectors)

    def close(self) -> None:
        """Let go of the database and of hosted models; the mapped arrays go with the object."""
        self.ladder.close()
        self.refiner.close()
        self.table.close()
