"""The engine's recommendations and map, on the session's bundle."""

import numpy as np
import pytest

from kadr.engine import Engine
from kadr.errors import QueryError
from kadr.recommend.types import Event
from kadr.search.types import Filters
from tests.samples import id_of

LIKED = id_of("The Snow Postman", 1976)


def test_recommendations_come_from_what_was_liked(engine: Engine) -> None:
    found = engine.recommend([Event(LIKED, "liked"), Event("gone", "watched")], k=5, diversity=0)
    assert found.mode == "personal"
    assert found.unknown == ("gone",)
    assert [item.rank for item in found.items] == [1, 2, 3, 4, 5]
    assert LIKED not in {item.film.id for item in found.items}
    for item in found.items:
        assert [(reason.film_id, reason.title) for reason in item.because] == [(LIKED, "The Snow Postman")]
        assert item.because[0].share == pytest.approx(1)


def test_recommendations_keep_the_filters_and_the_page(engine: Engine) -> None:
    history, filters = [Event(LIKED, "rated", 9)], Filters(year_from=1980)
    whole = engine.recommend(history, k=20, filters=filters)
    assert all(item.film.year is not None and item.film.year >= 1980 for item in whole.items)
    assert engine.recommend(history, k=3, offset=2, filters=filters).items == whole.items[2:5]


def test_without_a_history_the_best_known_come(engine: Engine) -> None:
    found = engine.recommend([], k=5)
    assert found.mode == "popular"
    assert [item.film.id for item in found.items] == [hit.film.id for hit in engine.search("", k=5).hits]


def test_a_history_that_cannot_be_meant_is_refused(engine: Engine) -> None:
    with pytest.raises(QueryError, match=r"^history\[0\]\.value: "):
        engine.recommend([Event(LIKED, "rated", 11)])


def test_without_ratings_meaning_and_fame_are_to_choose_from(engine: Engine) -> None:
    assert [(model.name, model.kind, dict(model.trained_on)) for model in engine.models()] == [
        ("content", "vectors", {}),
        ("popular", "votes", {}),
    ]
    history = [Event(LIKED, "liked")]
    assert engine.recommend(history) == engine.recommend(history, model="content")
    assert engine.recommend(history, model="popular").mode == "popular"
    with pytest.raises(QueryError, match=r"^model: 'fusion' is none of content, popular$"):
        engine.recommend(history, model="fusion")


def test_films_are_alike_by_what_they_have_in_common(engine: Engine) -> None:
    liked = engine.film(LIKED)
    assert liked is not None
    for hit in engine.similar(LIKED, k=5, by="features"):
        told = {value.value for value in hit.reasons.shared if value.kind in {"director", "actor", "country"}}
        assert told <= {*liked.people, *liked.countries} & {*hit.film.people, *hit.film.countries}
        assert hit.reasons.shared or abs((hit.film.year or 0) - 1976) < 10
    fused = engine.similar(LIKED, k=20, filters=Filters(year_from=1980))
    assert fused
    assert all(hit.film.year is not None and hit.film.year >= 1980 for hit in fused)
    with pytest.raises(QueryError, match=r"^by: 'luck' is none of "):
        engine.similar(LIKED, by="luck")  # type: ignore[arg-type]  # what a link may hold


def test_every_film_with_a_vector_has_a_place(engine: Engine) -> None:
    places = engine.places()
    assert places is not None
    assert places.shape == (engine.parts.columns.n_films, 2)
    assert np.isfinite(places).all(axis=1).tolist() == engine.parts.vectors.has_vector.tolist()
    assert np.nanmin(places) >= 0
    assert np.nanmax(places) <= 1
