"""Films of ratings and rows of a catalogue: which are the same, and what is said of the rest."""

import json
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kadr.film import Film, Kind, SourceLink
from kadr.recommend.train.interactions import Ratings
from kadr.recommend.train.matching import BY_ID, BY_OWN_ID, BY_TITLE, SEVERAL, UNKNOWN, Match, match
from kadr.recommend.train.ratings import Given, RatedFilm, Reading

NOTHING_SAID = Reading("r.csv", "", 0, 0, 0, 0, None, (), timed=False)
CATALOGUE = (
    Film("s:1", "Северный маяк", original_title="The Northern Light", year=1999, external_ids={"imdb": "tt0000012"}),
    Film("s:2", "Забытый сад", year=2004, external_ids={"tmdb": "77", "kinopoisk": "501"}),
    Film("s:3", "Дикий мост", year=2010, kind=Kind.SERIES, external_ids={"tmdb": "78"}),
    Film("s:4", "Тихий архив", year=1980),
    Film("s:5", "Тихий архив", year=1995),
    Film("s:6", "Медный поезд", year=1970, sources=(SourceLink("a", "6"),)),
    Film("s:7", "Медный поезд", year=1970, sources=(SourceLink("a", "7"),)),
    Film("s:8", "Wild One, The", year=1953),
    Film("s:9", "CafÃ© de la Gare", year=1988),
)


def found(*rated: RatedFilm, catalogue: Sequence[Film] = CATALOGUE) -> Match:
    """Match films, each rated once by one user."""
    count = len(rated)
    numbers = np.arange(count)
    ratings = Ratings.of(np.zeros(count, int), numbers, np.full(count, 8.0), numbers.astype(float), (1, count))
    return match(Given(ratings, ("u",), rated, NOTHING_SAID), catalogue)


def row(film: RatedFilm, catalogue: Sequence[Film] = CATALOGUE) -> int | None:
    items = found(film, catalogue=catalogue).ratings.items.tolist()
    return items[0] if items else None


@pytest.mark.parametrize(
    ("film", "at", "rule"),
    [
        (RatedFilm("1", external_ids={"imdb": "0000012"}), 0, BY_ID),
        (RatedFilm("1", external_ids={"imdb": "tt0000012"}), 0, BY_ID),
        (RatedFilm("tt0000012"), 0, BY_ID),
        (RatedFilm("1", "Дикий мост (2010)", external_ids={"tmdb": "77.0"}), 1, BY_ID),
        (RatedFilm("1", external_ids={"kinopoisk": "501"}), 1, BY_ID),
        (RatedFilm("s:4"), 3, BY_OWN_ID),
        (RatedFilm("1", "Забытый сад", 2004), 1, BY_TITLE),
        (RatedFilm("1", "забытый  САД!", 2005), 1, BY_TITLE),
        (RatedFilm("Забытый сад (2004)"), 1, BY_TITLE),
        (RatedFilm("1", "Northern Light, The (1999)"), 0, BY_TITLE),
        (RatedFilm("1", "Leuchtturm, Der (a.k.a. The Northern Light) (1999)"), 0, BY_TITLE),
        (RatedFilm("1", "Тихий архив (1995)"), 4, BY_TITLE),
        (RatedFilm("1", "Забытый сад"), 1, BY_TITLE),
        (RatedFilm("1", "Wild One, The (1953)"), 7, BY_TITLE),
        (RatedFilm("1", "The Wild One", 1953), None, UNKNOWN),
        (RatedFilm("1", "Café de la Gare (1988)"), 8, BY_TITLE),
        (RatedFilm("1", "Забытый сад", 2009), None, UNKNOWN),
        (RatedFilm("1", "The Northern Light", 2000), None, UNKNOWN),
        (RatedFilm("1", external_ids={"tmdb": "78"}), None, UNKNOWN),
        (RatedFilm("1", "Медный поезд (1970)"), None, SEVERAL),
        (RatedFilm("1", "Тихий архив"), None, SEVERAL),
        (RatedFilm("4"), None, UNKNOWN),
        (RatedFilm("1", "?!", 9999), None, UNKNOWN),
    ],
)
def test_how_a_film_is_found(film: RatedFilm, at: int | None, rule: str) -> None:
    report = found(film).report
    assert row(film) == at
    if at is None:
        assert report.reasons == {rule: 1}
        assert (report.unmatched[0].id, report.unmatched[0].reason) == (film.id, rule)
    else:
        assert {name for name, count in report.matched.items() if count} == {rule}


def test_numbers_of_a_source_count_where_most_of_the_films_have_them_and_nothing_else_is_known() -> None:
    of_source = [Film(f"b:{n}", f"Берег {n}", year=1990, sources=(SourceLink("b", str(n)),)) for n in range(20, 30)]
    rated = [RatedFilm(str(n)) for n in (20, 21, 22, 99)]
    assert found(*rated, catalogue=of_source).report.matched[BY_OWN_ID] == 3
    few = [RatedFilm(str(n)) for n in (20, 97, 98, 99)]
    assert not found(*few, catalogue=of_source).report.matched[BY_OWN_ID]
    titled = [replace(film, title="Дальний берег") for film in rated]
    assert not found(*titled, catalogue=of_source).report.matched[BY_OWN_ID]


def test_the_report_tells_what_is_kept_and_what_is_missed_most() -> None:
    films = (RatedFilm("s:4"), RatedFilm("8", "Пропавший"), RatedFilm("9", "Нигде"))
    users, items = np.array([0, 0, 1, 1, 2]), np.array([0, 2, 1, 2, 2])
    ratings = Ratings.of(users, items, np.full(5, 8.0), np.arange(5.0), (3, 3))
    found = match(Given(ratings, ("a", "b", "c"), films, NOTHING_SAID), CATALOGUE)
    report = found.report
    assert (report.films, report.rows, report.ratings, report.kept, report.users) == (3, 1, 5, 1, 1)
    assert [(each.id, each.ratings) for each in report.unmatched] == [("9", 3), ("8", 1)]
    assert found.users == ("a",)
    assert "1 of 3 rated films are in the catalogue (1 by own id); 1 of 5 ratings by 1 users count" in report.to_text()
    assert json.loads(json.dumps(report.to_json()))["unmatched"][0]["title"] == "Нигде"


def test_users_are_numbered_anew_and_keep_their_ratings() -> None:
    films = (RatedFilm("nowhere"), RatedFilm("s:2"), RatedFilm("s:1"))
    users, items = np.array([0, 1, 1, 2]), np.array([0, 1, 2, 1])
    ratings = Ratings.of(users, items, np.array([1.0, 2, 3, 4]), np.array([9.0, 8, 7, 6]), (3, 3))
    found = match(Given(ratings, ("a", "b", "c"), films, NOTHING_SAID), CATALOGUE)
    assert found.users == ("b", "c")
    assert found.ratings.users.tolist() == [0, 0, 1]
    assert found.ratings.items.tolist() == [0, 1, 1]  # by time
    assert found.ratings.values.tolist() == [3, 2, 4]
    assert (found.ratings.n_users, found.ratings.n_items) == (2, len(CATALOGUE))


@given(st.text(max_size=60), st.one_of(st.none(), st.integers(-5, 10**9)), st.dictionaries(st.text(), st.text()))
def test_no_title_year_or_id_breaks_the_matching(title: str, year: int | None, ids: dict[str, str]) -> None:
    film = RatedFilm("x", title, year, {**ids, "imdb": title})
    report = found(film).report
    assert sum(report.matched.values()) + sum(report.reasons.values()) == 1
