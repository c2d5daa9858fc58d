"""One name for one genre and one country, whatever the language."""

import csv
import json
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr import vocabulary
from kadr.text import normalise
from kadr.vocabulary import COUNTRIES, COUNTRY_ADJECTIVES, GENRES, country, country_en, genre, genre_en
from tests.data import real_data

TABLES = (vocabulary._GENRE_ROWS, vocabulary._COUNTRY_ROWS)


@pytest.mark.parametrize("rows", TABLES, ids=["genres", "countries"])
def test_no_name_stands_twice(rows: tuple[tuple[str, ...], ...]) -> None:
    names = Counter(normalise(name) for row in rows for name in row)
    assert [name for name, count in names.items() if count > 1 or not name] == []


@pytest.mark.parametrize("rows", TABLES, ids=["genres", "countries"])
def test_every_row_has_both_languages_and_clean_names(rows: tuple[tuple[str, ...], ...]) -> None:
    for russian, english, *others in rows:
        assert not russian.isascii()
        assert english.isascii()
        assert english[0].isupper()
        for name in (russian, english, *others):
            assert name == name.strip()
            assert not {*name} & set(",;|")


def test_there_are_enough_of_them() -> None:
    assert len(GENRES) >= 60
    assert len(COUNTRIES) >= 150


def test_genres_are_lower_case_but_for_abbreviations() -> None:
    assert [name for name in GENRES if name != name.lower()] == ["реальное ТВ"]


@pytest.mark.parametrize(
    ("name", "canonical"),
    [
        ("Драма", "драма"),
        (" ДРАМЫ ", "драма"),
        ("Drama", "драма"),
        ("Sci-Fi", "фантастика"),
        ("Science Fiction", "фантастика"),
        ("Научная  фантастика", "фантастика"),
        ("Fantasy", "фэнтези"),
        ("Film-Noir", "нуар"),
        ("Фильм-нуар", "нуар"),
        ("история", "исторический"),
        ("Romance", "мелодрама"),
        ("Romantic Comedy", "романтическая комедия"),
        ("Молодежные", "молодёжный"),
        ("Music", "музыка"),
        ("Musical", "мюзикл"),
        ("Animation", "мультфильм"),
        ("Anime", "аниме"),
        ("Children", "детский"),
        ("Family", "семейный"),
        ("Mystery", "детектив"),
        ("Supernatural", "мистика"),
    ],
)
def test_genres_have_one_name(name: str, canonical: str) -> None:
    assert genre(name) == canonical


@pytest.mark.parametrize(
    ("name", "canonical"),
    [
        ("USA", "США"),
        ("U.S.A.", "США"),
        ("united states of america", "США"),
        ("Соединенные Штаты Америки", "США"),
        ("UK", "Великобритания"),
        ("Soviet Union", "СССР"),
        ("Советский Союз", "СССР"),
        ("Германия (ФРГ)", "ФРГ"),
        ("West Germany", "ФРГ"),
        ("Германия (ГДР)", "ГДР"),
        ("Germany", "Германия"),
        ("Türkiye", "Турция"),
        ("Корея Южная", "Южная Корея"),
        ("Korea, Republic of", "Южная Корея"),
        ("Côte d'Ivoire", "Кот-д'Ивуар"),
        ("Czech Republic", "Чехия"),
        ("Чехословакия", "Чехословакия"),
        ("Yugoslavia", "Югославия"),
        ("Беларусь", "Беларусь"),
        ("Белоруссия", "Беларусь"),
    ],
)
def test_countries_have_one_name(name: str, canonical: str) -> None:
    assert country(name) == canonical


def test_what_is_not_known_stays_itself() -> None:
    assert genre("  Рыбный   ДЕНЬ ") == "рыбный день"
    assert country("  Земля   Санникова ") == "Земля Санникова"
    assert (genre(""), country(" ")) == ("", "")
    assert (genre_en("рыбный день"), country_en("Земля Санникова")) == ("рыбный день", "Земля Санникова")


def test_english_names_are_for_showing() -> None:
    assert (genre_en("фантастика"), country_en("СССР")) == ("Science fiction", "Soviet Union")


def test_every_canonical_name_comes_back_from_its_english_one() -> None:
    assert [name for name in GENRES if genre(genre_en(name)) != name] == []
    assert [name for name in COUNTRIES if country(country_en(name)) != name] == []


def test_adjectives_mean_countries_that_are_known() -> None:
    assert COUNTRY_ADJECTIVES["французский"] == COUNTRY_ADJECTIVES["french"] == ("Франция",)
    assert COUNTRY_ADJECTIVES["немецкий"] == ("Германия", "ГДР", "ФРГ")
    assert {name for names in COUNTRY_ADJECTIVES.values() for name in names} <= set(COUNTRIES)
    assert len(COUNTRY_ADJECTIVES) >= 140
    assert all(word == normalise(word) for word in COUNTRY_ADJECTIVES)


@given(st.one_of(st.text(), st.sampled_from([*GENRES, *COUNTRIES, *GENRES.values(), *COUNTRIES.values()])))
def test_naming_twice_is_naming_once(name: str) -> None:
    for canonical in (genre, country):
        assert canonical(canonical(name)) == canonical(name)


@pytest.mark.data
def test_nearly_all_genres_and_countries_of_real_catalogues_are_known() -> None:
    genres: Counter[str] = Counter()
    countries: Counter[str] = Counter()
    for film in json.loads(real_data("catalogues/viju.json").read_text(encoding="utf-8")):
        genres.update(item["title"] for item in film["genres"])
        countries.update(item["title"] for item in film["countries"])
    for path in sorted(real_data("catalogues/wikipedia-movie-data").glob("*.json")):
        for film in json.loads(path.read_text(encoding="utf-8")):
            genres.update(film["genres"])
    with real_data("movielens/ml-latest-small/movies.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            genres.update(row["genres"].split("|"))
    strange = {name for name in genres if genre(name) not in GENRES}
    assert strange == {"Performance", "IMAX", "(no genres listed)"}
    assert {name for name in countries if country(name) not in COUNTRIES} == {"Зарубежные"}
