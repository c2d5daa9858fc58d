"""How long a film is to be, years of two digits, the last years, and parts of the world."""

import pytest

from kadr.search.understand import understand
from kadr.search.understand.lengths import read_runtime
from kadr.search.understand.lexicon import REGIONS
from kadr.search.understand.numbers import read_rating, read_short_year, read_years
from kadr.search.understand.tokens import tokenise
from kadr.vocabulary import COUNTRIES
from tests.search.understand.shelved import KNOWN

LAST_YEAR = 2024


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("на час", "-60"),
        ("на полчаса", "-30"),
        ("на полтора часа", "-90"),
        ("часа на три", "-180"),
        ("минут на 90", "-90"),
        ("2 часа максимум", "-120"),
        ("час максимум", "-60"),
        ("90 minutes or less", "-90"),
        ("2 hours at least", "120-"),
        ("under an hour and a half", "-90"),
        ("до двух с половиной часов", "-150"),
        ("не больше 1 часа 40 минут", "-100"),
        ("90 minute", "75-105"),
        ("two hour", "105-135"),
        ("2 часа", None),
        ("час на", None),
        ("на поезде", None),
        ("one hour", None),
        ("на 20 часов", None),
    ],
)
def test_a_length_is_read(text: str, minutes: str | None) -> None:
    read = read_runtime(tokenise(text), 0)
    assert (read and read[1]) == minutes
    assert read is None or read[0] == len(tokenise(text))


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("98 года", "1998-1998"),
        ("19 год", "2019-2019"),
        ("за 24 год", "2024-2024"),
        ("25 год", "1925-1925"),  # later than the newest film
        ("9 года", None),
        ("98 лет", None),
        ("98", None),
    ],
)
def test_a_year_of_two_digits_is_read(text: str, years: str | None) -> None:
    read = read_short_year(tokenise(text), 0, LAST_YEAR)
    assert (read and read[1]) == years


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("за последние 5 лет", "2019-"),
        ("последних 10 лет", "2014-"),
        ("the last 20 years", "2004-"),
        ("from the last 20 years", "2004-"),
        ("за 2019 год", "2019-2019"),
        ("90 е", "1990-1999"),
        ("2000 х", "2000-2009"),
        ("last 10 days", None),
        ("последние 100 лет", None),
    ],
)
def test_the_last_years_are_counted_from_the_newest_film(text: str, years: str | None) -> None:
    read = read_years(tokenise(text), 0, LAST_YEAR)
    assert (read and read[1]) == years


@pytest.mark.parametrize(
    ("text", "rating"),
    [("не ниже 8 на кинопоиске", "8-"), ("7 баллов и выше", "7-"), ("8 на imdb", "8-"), ("8 на троих", None)],
)
def test_the_scale_may_stand_behind_the_points(text: str, rating: str | None) -> None:
    read = read_rating(tokenise(text), 0)
    assert (read and read[1]) == rating


def test_a_part_of_the_world_is_shown_by_its_name() -> None:
    assert all(country in COUNTRIES for _, countries in REGIONS.values() for country in countries)
    (asian,) = understand("asian movies", KNOWN).wishes
    assert (asian.key, asian.label) == ("country:азия", "Asia")
    assert {"Япония", "Южная Корея"} <= set(asian.filters.countries_any)
    assert understand("азиатское кино", KNOWN).wishes[0].label == "Азия"
    (none,) = understand("не азиатское", KNOWN).wishes
    assert none.filters.countries_none == asian.filters.countries_any


def test_people_are_two_where_a_film_has_both() -> None:
    nolan, dicaprio = (understand(name, KNOWN).wishes[0] for name in ("кристофер нолан", "леонардо дикаприо"))
    both = understand("нолан дикаприо", KNOWN)
    assert [wish.key for wish in both.wishes] == [nolan.key, dicaprio.key]
    assert not understand("нолан тарковский", KNOWN).wishes
