"""What the engine makes of a query as people type it: wishes read, misspellings mended, both shown and taken back."""

import pytest

from kadr.engine import MAX_K, Engine
from kadr.errors import QueryError
from kadr.film import Film
from kadr.search.choosing import FEW
from kadr.search.types import Filters, Mode, SearchResult


def titles(result: SearchResult) -> list[str]:
    return [hit.film.title for hit in result.hits]


def films(engine: Engine, query: str, **options: object) -> list[Film]:
    return [hit.film for hit in engine.search(query, k=MAX_K, **options).hits]  # type: ignore[arg-type]


def test_wishes_alone_give_the_films_that_meet_them(engine: Engine) -> None:
    result = engine.search("советские драмы", k=MAX_K)
    assert {wish.key for wish in result.wishes} == {"country:ссср", "genre:драма"}
    assert result.total == len(result.hits) > 0
    assert not result.relaxed
    for hit in result.hits:
        assert "СССР" in hit.film.countries
        assert {"драма", "drama"} & set(hit.film.genres)


def test_a_wish_that_is_taken_away_goes_back_to_the_words(engine: Engine) -> None:
    asked = engine.search("комедия про пекарню", k=MAX_K)
    assert [wish.key for wish in asked.wishes] == ["genre:комедия"]
    assert titles(asked)[0] == "Пекарня напротив тюрьмы"
    without = engine.search("комедия про пекарню", k=MAX_K, ignored=("genre:комедия",))
    off = engine.search("комедия про пекарню", k=MAX_K, wishes=False)
    assert (without.wishes, off.wishes) == ((), ())
    assert titles(without) == titles(off)
    assert asked.total > without.total, "behind the film that holds the words, other comedies follow"


def test_all_wishes_of_a_query_can_be_asked_for(engine: Engine) -> None:
    assert [wish.key for wish in engine.wishes("комедия про пекарню")] == ["genre:комедия"]
    assert engine.wishes("Последний трамвай") == ()
    with pytest.raises(QueryError):
        engine.wishes("п" * 10_001)


def test_what_no_film_meets_moves_the_order_and_says_so(engine: Engine) -> None:
    result = engine.search("советский фильм 2010-х", k=MAX_K)
    assert result.relaxed
    assert result.total > 0
    assert "СССР" in result.hits[0].film.countries or (result.hits[0].film.year or 0) >= 2010


def test_a_title_is_never_taken_apart(engine: Engine) -> None:
    for film in engine.films():
        result = engine.search(film.title)
        assert result.hits[0].why.exact_title, film.title
        assert result.wishes == (), film.title
        assert result.correction is None, film.title


@pytest.mark.parametrize(
    "typed", ["хочу посмотреть фильм {}", "{} смотреть онлайн бесплатно", "want to watch {}", "{} movie", "Фильм: {}"]
)
def test_words_that_only_lead_to_a_title_are_passed_over(engine: Engine, typed: str) -> None:
    for title in ("Последний трамвай", "Маяк для двоих", "Last Tram"):
        result = engine.search(typed.format(title))
        assert result.hits[0].why.exact_title, typed.format(title)
    assert not any(hit.why.exact_title for hit in engine.search("хочу посмотреть фильм").hits)


@pytest.mark.parametrize(
    ("typed", "meant", "why"),
    [("песледний трамвай", "последний трамвай", "typo"), ("gjcktlybq nhfvdfq", "последний трамвай", "layout")],
)
def test_a_misspelt_query_is_searched_as_it_was_meant(engine: Engine, typed: str, meant: str, why: str) -> None:
    result = engine.search(typed)
    assert result.query == typed
    assert result.correction is not None
    assert (result.correction.shown, result.correction.original, result.correction.why) == (meant, typed, why)
    assert titles(result)[:2] == ["Последний трамвай"] * 2
    assert engine.search(typed, as_typed=True).correction is None


def test_a_misspelt_title_is_found_even_where_nothing_is_corrected(engine: Engine) -> None:
    assert titles(engine.search("песледний трамвай", as_typed=True))[0] == "Последний трамвай"


def test_wishes_and_filters_hold_together(engine: Engine) -> None:
    for film in films(engine, "советские драмы", filters=Filters(year_to=1970)):
        assert film.year is not None
        assert film.year <= 1970
        assert "СССР" in film.countries


def test_the_result_set_is_what_is_counted(engine: Engine) -> None:
    for query in ("комедия про пекарню", "советские драмы", "песледний трамвай", "советский фильм 2010-х"):
        assert engine.found(query).size == engine.search(query).total, query


def test_like_another_film(engine: Engine) -> None:
    result = engine.search("фильм как Маяк для двоих, но про пустыню", k=MAX_K)
    assert [wish.kind for wish in result.wishes] == ["like"]
    assert titles(result)[0] == "Голос из барханов"
    assert "Маяк для двоих" not in titles(result)[:3]


def test_a_comparison_shows_the_title_as_the_catalogue_writes_it(engine: Engine) -> None:
    for typed in ("фильм как маяк для двоих", "похоже на фильм МАЯК ДЛЯ ДВОИХ"):
        assert [(wish.key, wish.label) for wish in engine.search(typed).wishes] == [
            ("like:маяк для двоих", "Маяк для двоих")
        ]


def test_by_the_words_alone_a_comparison_is_words(engine: Engine) -> None:
    result = engine.search("фильм как Маяк для двоих", mode="lexical")
    assert (result.mode, result.wishes) == (Mode.LEXICAL, ())


def test_a_mood_alone_is_no_word_to_look_for(engine: Engine) -> None:
    result = engine.search("что-нибудь грустное на вечер", k=MAX_K)
    assert [wish.key for wish in result.wishes] == ["mood:грустный"]
    assert (result.mode, result.total) == (Mode.POPULAR, engine.search("").total)
    assert not any(hit.why.words for hit in result.hits)


def test_how_many_films_are_wanted_is_no_word_to_look_for(engine: Engine) -> None:
    for typed, plain in (("топ 10 драм", "драмы"), ("5 фильмов про тюрьму", "про тюрьму")):
        assert titles(engine.search(typed, k=MAX_K)) == titles(engine.search(plain, k=MAX_K)), typed


def test_a_title_that_is_named_is_not_ruled_out_by_what_is_said_of_it(engine: Engine) -> None:
    film = next(film for film in engine.films() if film.title == "Маяк для двоих")
    result = engine.search(f"Маяк для двоих не {film.genres[0]}", k=MAX_K)
    assert [wish.negated for wish in result.wishes] == [True]
    assert result.hits[0].film.title == "Маяк для двоих"


def test_what_only_follows_fills_a_page_and_no_more(engine: Engine) -> None:
    bakery = engine.search("комедия про пекарню", k=MAX_K)
    assert titles(bakery)[0] == "Пекарня напротив тюрьмы"
    assert bakery.total <= max(FEW, engine.search("про пекарню").total)
    assert sum(value.count for value in bakery.facets["kind"]) == bakery.total


def test_suggestions(engine: Engine) -> None:
    assert engine.suggest("после")[0].text == "Последний трамвай"
    assert engine.suggest("песле")[0].text == "Последний трамвай"
    assert engine.suggest("gjckt")[0].text == "Последний трамвай"
    assert engine.suggest("") == ()
    assert len(engine.suggest("п", k=3)) <= 3
    near = engine.suggest("п", k=8, recent=("побег из тюрьмы", "сёстры пекут хлеб"))
    assert {each.text for each in near} <= {each.text for each in engine.suggest("п", k=100)}
    with pytest.raises(QueryError, match="k: 0"):
        engine.suggest("п", k=0)
    with pytest.raises(QueryError, match="text: has"):
        engine.suggest("п" * 10_001)


def test_a_small_catalogue_has_no_themes(engine: Engine) -> None:
    assert engine.themes() == ()
    assert "theme" in engine.search("").facets
