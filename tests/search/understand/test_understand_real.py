"""On real catalogues: titles that are not there are hardly ever taken for wishes that rule films out."""

import pytest

from kadr.collect.files import read_file
from kadr.film import Film
from kadr.index.columns import build_columns
from kadr.index.mentions import build_mentions
from kadr.search.understand import Known, understand
from kadr.sources import FileSource
from kadr.text import normalise
from tests.data import real_data

pytestmark = pytest.mark.data
MOST_TAKEN = 0.01
"""Share of strange titles that may be: a documentary about an actor is named as one asks for the actor's films."""


def films(path: str) -> tuple[Film, ...]:
    return tuple(read_file(FileSource("real", str(real_data(path)))).films)


def test_titles_of_another_catalogue_are_let_alone() -> None:
    # Half of one catalogue is known, so that people and genres are; the other half and another catalogue are asked.
    lens = films("movielens/films_enriched.csv")
    shelf = (*films("catalogues/viju.json"), *lens[::2])
    columns = build_columns(shelf)
    known = Known(columns, build_mentions(shelf, columns))
    for name, asked in (("ru", films("catalogues/merged_ru.csv")[::3]), ("en", lens[1::4])):
        titles = [film.title for film in asked if not known.are_titles([normalise(film.title)])[0]]
        assert len(titles) > 1_000
        for queries in (titles, [title.lower() for title in titles]):
            taken = [query for query in queries if any(not wish.soft for wish in understand(query, known).wishes)]
            print(name, len(taken), "of", len(queries))  # noqa: T201 - for the reader of `pytest -s`
            assert len(taken) <= MOST_TAKEN * len(queries), taken
