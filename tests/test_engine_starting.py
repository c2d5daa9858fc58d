"""Where a visitor begins: films to mark, and films that other places name."""

import pytest

from kadr.engine import Engine
from kadr.errors import QueryError
from kadr.recommend.lookup import Named


def test_the_films_to_begin_with_are_well_known_and_each_comes_once(engine: Engine) -> None:
    films = engine.starters(10)
    assert len({film.id for film in films}) == 10
    assert films[:4] == engine.starters(4)
    by_votes = max(film.votes or 0 for film in engine.films())
    assert films[0].votes == by_votes
    assert len(engine.starters(100)) <= engine.parts.columns.n_films


@pytest.mark.parametrize("k", [0, 101])
def test_a_number_of_films_to_begin_with_that_is_none_is_refused(engine: Engine, k: int) -> None:
    with pytest.raises(QueryError, match=r"^k: "):
        engine.starters(k)


def test_every_film_is_found_by_its_own_title_and_year_or_by_its_ids(engine: Engine) -> None:
    films = list(engine.films())
    found = engine.find([Named((film.title,), film.year, film.external_ids) for film in films])
    assert found == tuple(film.id for film in films)
    assert engine.find([Named(("No such film at all",), 1999), Named(("",))]) == (None, None)
    assert engine.find([]) == ()
