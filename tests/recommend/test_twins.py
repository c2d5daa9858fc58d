import numpy as np

from kadr.film import Film
from kadr.index.columns import build_columns
from kadr.index.titles import build_titles
from kadr.index.twins import ALONE, twins_of

FILMS = [
    Film(id="a", title="Солярис", original_title="Solaris", year=1972),
    Film(id="b", title="Solaris", year=1972),
    Film(id="c", title="Solaris", year=2002),
    Film(id="d", title="Солярис!", year=1972),
    Film(id="e", title="Ночь"),
    Film(id="f", title="НОЧЬ"),
    Film(id="g", title="Ночь", year=1961),
    Film(id="h", title="Дюна", original_title="Dune", year=2021),
    Film(id="i", title="Dune", original_title="Dune: Part One", year=2021),
    Film(id="j", title="Dune: Part One", year=2021),
]


def test_rows_are_one_film_by_a_title_and_the_year() -> None:
    twins = twins_of(build_titles(FILMS), build_columns(FILMS).numbers["year"])
    of = dict(zip((film.id for film in FILMS), twins.tolist(), strict=True))
    assert of["a"] == of["b"] == of["d"] != ALONE
    assert of["e"] == of["f"] != ALONE
    assert of["h"] == of["i"] == of["j"] != ALONE  # h and j share no title: i has one of each
    assert len({of["a"], of["e"], of["h"]}) == 3
    assert of["c"] == of["g"] == ALONE
    assert twins.dtype == np.int32


def test_a_catalogue_without_twins() -> None:
    for films in ([], FILMS[:1], [FILMS[0], FILMS[2]]):
        twins = twins_of(build_titles(films), build_columns(films).numbers["year"])
        assert twins.tolist() == [ALONE] * len(films)
