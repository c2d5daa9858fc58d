"""An answer -> a film, one value at a time, and whatever else an answer may hold."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.collect.tmdb.countries import country_of
from kadr.collect.tmdb.film import details_query, film_of
from kadr.collect.tmdb.shapes import SHAPES, Work
from kadr.errors import PageError, RowError
from kadr.film import Description, Film, Kind
from kadr.sources import TmdbSource
from tests.servers.tmdb import works
from tests.servers.tmdb_works import details

SOURCE = TmdbSource("tmdb")
URL = "https://api.themoviedb.org/3/movie/7?language=ru-RU"
FILM, SERIES = Work(Kind.FILM, 7, 100), Work(Kind.SERIES, 7, 100)
PARTS = {work: tuple(details_query(work, SOURCE)["append_to_response"].split(",")) for work in (FILM, SERIES)}
ANSWERS = {work: details(works(SHAPES[work.kind].path, 7)[6], "ru-RU", PARTS[work]) for work in (FILM, SERIES)}
SPOILT = ("credits", "aggregate_credits", "keywords", "translations", "release_dates", "content_ratings")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(sorted(ANSWERS[FILM])), inner, max_size=4)
    ),
    max_leaves=8,
)


def read(work: Work = FILM, languages: tuple[str, ...] = ("ru-RU", "en-US"), **spoilt: Any) -> Film:
    return film_of(ANSWERS[work] | spoilt, work, TmdbSource("tmdb", languages=languages), "2026-01-02T03:04:05", URL)


def translations(*said: tuple[str, str, dict[str, Any]]) -> dict[str, Any]:
    return {"translations": [{"iso_639_1": code, "iso_3166_1": land, "data": data} for code, land, data in said]}


def dated(**ratings: list[str]) -> dict[str, Any]:
    lands = [(land, [{"certification": each, "type": 3} for each in said]) for land, said in ratings.items()]
    return {"results": [{"iso_3166_1": land, "release_dates": releases} for land, releases in lands]}


def test_all_parts_are_asked_for_at_once() -> None:
    common = "keywords,external_ids,translations"
    for work, own in ((FILM, "credits,release_dates"), (SERIES, "aggregate_credits,content_ratings")):
        assert details_query(work, SOURCE) == {"language": "ru-RU", "append_to_response": f"{own},{common}"}


@pytest.mark.parametrize(
    ("title", "original", "language", "english", "expected"),
    [
        ("Змей", "Kite", "en", "", ("Змей", "Kite")),
        ("Kite", "Kite", "en", "", ("Kite", "")),
        ("연", "연", "ko", "Kite", ("Kite", "연")),
        ("연", "연", "ko", "", ("연", "")),
        ("", "", "ru", "Kite", ("Kite", "")),
        ("Змей", "Змей", "ru", "Kite", ("Змей", "")),
        ("", "연", "ko", "", ("연", "")),
        (None, "연", "ko", "Kite", ("Kite", "연")),
        ("ЗМЕЙ!", "Змей", "ru", "", ("ЗМЕЙ!", "")),
    ],
)
def test_the_title_falls_back_to_english_before_a_foreign_original(
    title: Any, original: str, language: str, english: str, expected: tuple[str, str]
) -> None:
    spoken = translations(("en", "US", {"title": english}), ("ru", "RU", {"title": ""}))
    film = read(title=title, original_title=original, original_language=language, translations=spoken)
    assert (film.title, film.original_title) == expected


def test_texts_that_the_answer_lacks_come_from_translations_of_any_country() -> None:
    spoken = translations(
        ("en", "GB", {"overview": "A kite, in British.", "tagline": "Up it goes"}),
        ("en", "US", {"overview": "A kite.", "tagline": ""}),
        ("ru", "BY", {"overview": "Змей летит."}),
    )
    film = read(overview="", tagline=None, translations=spoken)
    assert film.descriptions == (Description("Змей летит.", "tmdb", "ru"), Description("A kite.", "tmdb", "en"))
    assert film.tagline == "Up it goes"


def test_a_text_is_kept_once_and_in_the_language_it_is_in() -> None:
    spoken = translations(("en", "US", {"overview": "A kite  flies."}), ("ru", "RU", {"overview": "A kite flies."}))
    film = read(overview="A kite flies.", translations=spoken)
    assert film.descriptions == (Description("A kite flies.", "tmdb", "en"),)
    assert read(overview="No overview found.", translations=None).descriptions == ()


def test_a_language_of_one_code_will_do() -> None:
    spoken = translations(("uk", "UA", {"overview": "Змій летить."}), ("en", "US", {"overview": "A kite."}))
    film = read(languages=("ru-RU", "uk"), overview="", translations=spoken)
    assert film.descriptions == (Description("Змій летить.", "tmdb", "uk"),)


@pytest.mark.parametrize(
    ("ratings", "age"),
    [
        ({"RU": ["18+"], "US": ["G"]}, 18),
        ({"RU": ["", "6+"], "US": ["R"]}, 6),
        ({"RU": ["", "Unrated"], "US": ["", "R"]}, 17),
        ({"US": ["NR", "pg-13"]}, 13),
        ({"US": ["NC-17"]}, 18),
        ({"US": ["PG"]}, 7),
        ({"US": ["G"]}, 0),
        ({"DE": ["16"]}, None),
        ({"US": ["NR"]}, None),
        ({}, None),
    ],
)
def test_ages_come_from_the_russian_rating_else_the_american(ratings: dict[str, list[str]], age: int | None) -> None:
    assert read(release_dates=dated(**ratings)).age_rating == age


@pytest.mark.parametrize(("rating", "age"), [("TV-Y", 0), ("TV-Y7", 7), ("TV-PG", 7), ("TV-14", 14), ("TV-MA", 17)])
def test_ages_of_series_come_from_their_own_ratings(rating: str, age: int) -> None:
    assert read(SERIES, content_ratings={"results": [{"iso_3166_1": "US", "rating": rating}]}).age_rating == age


@pytest.mark.parametrize(
    ("poster", "url"),
    [
        ("/aB3-_x9.jpg", "https://image.tmdb.org/t/p/w500/aB3-_x9.jpg"),
        ("https://images.example/x.jpg", ""),
        ("//images.example/poster.jpg", ""),
        ("javascript:alert(1)", ""),
        ("/../../secret.jpg", ""),
        ("/x.jpg\"onerror='1'", ""),
        (None, ""),
        (7, ""),
    ],
)
def test_a_poster_comes_from_the_image_server_or_not_at_all(poster: Any, url: str) -> None:
    assert read(poster_path=poster).image_url == url


@pytest.mark.parametrize(
    ("code", "name", "expected"),
    [
        ("US", "United States of America", "США"),
        ("FR", "", "Франция"),
        ("HK", "", "Гонконг"),
        ("GB", "", "Великобритания"),
        ("KR", "", "Южная Корея"),
        ("SU", "Soviet Union", "СССР"),
        ("SU", "", "СССР"),
        ("XC", "Czechoslovakia", "Чехословакия"),
        ("YU", "", "Югославия"),
        ("CD", "Congo", "ДР Конго"),
        ("CG", "Congo", "Конго"),
        ("LS", "Lesotho", "Лесото"),
        ("VA", "Holy See", "Ватикан"),
        ("QQ", "Nowhere Land", "Nowhere Land"),
        ("QQ", "", ""),
        ("", "", ""),
    ],
)
def test_countries_have_their_russian_names(code: str, name: str, expected: str) -> None:
    assert country_of(code, name) == expected


def test_a_series_made_nowhere_comes_from_its_country_of_origin() -> None:
    assert read(SERIES, production_countries=[], origin_country=["SU", "FR", None]).countries == ("СССР", "Франция")
    assert read(production_countries=[{"iso_3166_1": "FR"}], origin_country=["US"]).countries == ("Франция",)


def test_people_are_named_once_in_their_order() -> None:
    cast = [
        {"name": "Вторая", "order": 2},
        {"name": "Без места"},
        {"name": "Первая", "order": 1},
        {"name": "Первая", "order": 3},
    ]
    crew = [{"name": "А", "job": "Director"}, {"name": "Б", "job": "Writer"}, {"name": "А", "job": "Director"}, None]
    film = read(credits={"cast": cast, "crew": crew})
    assert film.actors == ("Первая", "Вторая", "Без места")
    assert film.directors == ("А",)


def test_markup_in_texts_is_taken_out() -> None:
    film = read(
        title="<script>alert(1)</script>Змей &lt;b&gt;",
        overview="<p>Летит&nbsp;&amp; летит</p><script>x</script>",
        tagline="<img src=x onerror=1>Вверх",
        credits={"cast": [{"name": "<b>Вера</b> Тихая"}]},
        keywords={"keywords": [{"id": 1, "name": "<i>kite</i>"}]},
        genres=[{"id": 1, "name": "<u>Драма</u>"}],
        production_countries=[{"iso_3166_1": "QQ", "name": "<b>Где-то</b>"}],
    )
    assert film.title == "Змей"
    assert film.descriptions[0].text == "Летит & летит"
    assert (film.tagline, film.actors, film.tags) == ("Вверх", ("Вера Тихая",), ("kite",))
    assert (film.genres, film.countries) == (("драма",), ("Где-то",))


@pytest.mark.parametrize(
    ("key", "value", "name", "expected"),
    [
        ("vote_average", 0.0, "rating", None),
        ("vote_average", 0.0, "votes", None),
        ("vote_average", 11, "rating", None),
        ("vote_average", "8.5", "rating", 8.5),
        ("runtime", 0, "runtime_minutes", None),
        ("runtime", None, "runtime_minutes", None),
        ("runtime", 1500, "runtime_minutes", 1500),
        ("release_date", "", "year", None),
        ("release_date", "0202-01-01", "year", None),
        ("release_date", None, "year", None),
        ("imdb_id", "nm123", "external_ids", {"tmdb": "7", "wikidata": "Q7"}),
    ],
)
def test_values_that_are_none_are_left_out(key: str, value: Any, name: str, expected: Any) -> None:
    ids = {"imdb_id": None, "wikidata_id": "Q7"}
    spoilt: dict[str, Any] = {"external_ids": ids, key: value}
    assert getattr(read(**spoilt), name) == expected


def test_lists_and_texts_are_bounded() -> None:
    film = read(
        overview="я" * 100_000,
        tagline="я" * 10_000,
        keywords={"keywords": [{"name": f"tag {n}"} for n in range(9000)]},
        genres=[{"id": 1, "name": f"жанр {n}"} for n in range(9000)],
        credits={"crew": [{"name": f"Р {n}", "job": "Director"} for n in range(9000)], "cast": [{"name": "я" * 9000}]},
    )
    assert len(film.descriptions[0].text) == 20_000
    assert len(film.tagline) == 500
    assert (len(film.tags), len(film.genres), len(film.directors), len(film.actors[0])) == (50, 50, 50, 200)


@pytest.mark.parametrize(("spoilt", "reason"), [({"id": 8}, "not the film"), ({"adult": True}, "an adult title")])
def test_what_is_not_to_be_kept_says_so_without_the_query(spoilt: dict[str, Any], reason: str) -> None:
    with pytest.raises(PageError, match=rf"^https://api.themoviedb.org/3/movie/7: {reason}"):
        read(**spoilt)


def test_a_title_too_long_names_its_field() -> None:
    with pytest.raises(RowError, match="title: is longer"):
        read(title="я" * 501)


@given(st.sampled_from([FILM, SERIES]), st.data())
def test_any_values_make_a_film_or_a_reason(work: Work, data: st.DataObject) -> None:
    keys = data.draw(st.sets(st.sampled_from(sorted(set(ANSWERS[work]) - {"id", "adult"})), min_size=1))
    spoilt: dict[str, Any] = {key: data.draw(JSON, label=key) for key in sorted(keys)}
    try:
        film = read(work, **spoilt)
    except RowError as fault:
        assert fault.field == "title"  # noqa: PT017  # either outcome is right, as long as it is one of the two
    else:
        assert film.id == f"tmdb:{SHAPES[work.kind].path}-7"


@given(JSON, st.sampled_from([FILM, SERIES]))
def test_any_value_within_a_part_is_passed_over(value: Any, work: Work) -> None:
    whole = read(work)
    inner = {key: [value] for key in ("cast", "crew", "keywords", "results", "translations", "release_dates")}
    spoilt: dict[str, Any] = dict.fromkeys(SPOILT, inner)
    film = read(work, **spoilt)
    assert (film.id, film.year, film.rating) == (whole.id, whole.year, whole.rating)
